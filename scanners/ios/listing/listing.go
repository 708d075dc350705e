// Package listing reads lists of the apps of one iPhone or iPad that tools print who ask the phone for it: ideviceinstaller
// (plain, XML and JSON), pymobiledevice3, go-ios, Apple's devicectl and Apple Configurator's cfgutil.
//
// What the package cannot see: which phone it was, where the list does not name it, whether the list was filtered before
// it was saved, and what an app does. Hidden apps are in it only where the tool asked for them.
package listing

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"quaestor/scanners"
	"quaestor/scanners/internal/installproxy"
	"quaestor/scanners/internal/iosfacts"
	"quaestor/scanners/internal/iosstate"
	"quaestor/scanners/internal/plist"
	"quaestor/scanners/internal/tally"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

const id = "ios/listing"

type scanner struct{}

// New returns the scanner.
func New() scanners.Scanner { return scanner{} }

// Info implements [scanners.Scanner].
func (scanner) Info() scanners.Info {
	return scanners.Info{
		ID: id, Kind: "ios", Title: "a list of an iPhone's apps, as tools print it",
		Platforms: []inventory.Platform{inventory.IOS},
		Reads: []string{"ideviceinstaller 1.0 to 1.2: list, -l, as text, XML (-o xml, --xml) or JSON (--json)", "pymobiledevice3 apps list and apps query", "go-ios: ios apps",
			"xcrun devicectl device info apps --json-output", "cfgutil --format JSON get installedApps"},
		CannotSee: []string{
			"Apps that were left out when the list was made: most tools leave out those of the system unless asked.",
			"What the user allowed an app: a list tells at most what it asks for.",
			"The content of the apps: code and libraries.",
			"Configuration profiles, certificates and VPNs.",
		},
	}
}

// form is one of the forms that a list takes.
type form int

const (
	unknown form = iota
	propertyList
	jsonList
	textList
)

// Recognise implements [scanners.Scanner].
func (scanner) Recognise(src *source.Source) bool {
	return !src.IsDir() && looks(src.Head()) != unknown
}

func looks(head []byte) form {
	switch {
	case looksPlist(head):
		return propertyList
	case looksJSON(head):
		return jsonList
	case looksText(head):
		return textList
	}
	return unknown
}

// Scan implements [scanners.Scanner].
func (scanner) Scan(ctx context.Context, src *source.Source) (*inventory.Inventory, error) {
	data, err := src.Bytes()
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(data)
	l := &list{ctx: ctx, src: src, sum: hex.EncodeToString(sum[:])}
	switch looks(data[:min(len(data), source.HeadBytes)]) {
	case propertyList:
		err = l.plist(data)
	case jsonList:
		err = l.json(data)
	case textList:
		err = l.text(data)
	default:
		err = errors.New("this is no list of apps")
	}
	return l.inventory(err)
}

// list is a list that is being read: of one phone, or of several where a tool puts them into one file.
type list struct {
	ctx    context.Context
	src    *source.Source
	sum    string
	phones []*phone
}

// phone is one phone of a list.
type phone struct {
	*iosfacts.Phone
	name    string // what tells it from others in the file, "" when it is alone
	entries int
	system  bool // apps of the system are among them
	broken  tally.Tally
	bare    bool // the form tells no more than name and version
}

func (l *list) phone(name string) *phone {
	p := &phone{Phone: iosfacts.New(id), name: name}
	p.Device.Origins = []inventory.Origin{p.Origin(l.src.Name(), 0)}
	p.Hashed(l.src.Name(), l.sum)
	l.phones = append(l.phones, p)
	return p
}

// app starts an app on a line, 0 where there are no lines; nil when it has no valid identifier.
func (l *list) app(p *phone, bundle string, line int) *inventory.App {
	p.entries++
	a := p.App(bundle)
	if a != nil {
		p.From(a, l.src.Name(), line)
	}
	return a
}

// described states what the phone itself says of an app, in a dictionary that tools pass on. The identifier is the one in it, or the
// key under which it stands.
func (l *list) described(p *phone, key string, d map[string]any) {
	if owner := plist.Text(d, "PluginOwnerBundleID"); owner != "" {
		l.extension(p, owner, d)
		return
	}
	bundle := plist.Text(d, "CFBundleIdentifier")
	if bundle == "" {
		bundle = key
	}
	a := l.app(p, bundle, 0)
	if a == nil {
		return
	}
	installproxy.Describe(a, d)
	if err := describeStore(a, d["iTunesMetadata"]); err != nil {
		p.broken.Add(bundle + ": iTunesMetadata: " + err.Error())
	}
	p.system = p.system || a.System
}

// describeStore states what the App Store noted beside an app, but not for whom.
func describeStore(a *inventory.App, meta any) error {
	if data, ok := meta.([]byte); ok {
		v, err := plist.Decode(data)
		if err != nil {
			return err
		}
		meta = v
	}
	if record := iosstate.Store(meta); meta != nil {
		record.Apply(a)
		if record.Distribution == "marketplace" { // the signer is Apple there too
			a.Distribution = record.Distribution
		}
	}
	return nil
}

// maxExtensions is how many parts of one app are kept; large apps have a dozen.
const maxExtensions = 200

// extension is a part of an app, which some tools list beside the apps.
func (l *list) extension(p *phone, owner string, d map[string]any) {
	a, bundle := l.app(p, owner, 0), plist.Text(d, "CFBundleIdentifier")
	if a == nil || !iosfacts.ValidBundleID(bundle) || len(a.Extensions) >= maxExtensions {
		return
	}
	e := inventory.AppExtension{Identifier: bundle, Point: inventory.Text(plist.Text(d, "NSExtension", "NSExtensionPointIdentifier"))}
	iosfacts.Fill(&e.Name, plist.Text(d, "CFBundleDisplayName"))
	if _, file, ok := strings.Cut(plist.Text(d, "Path"), ".app/"); ok {
		e.File = inventory.Text(file)
	}
	a.Extensions = append(a.Extensions, e)
}

// inventory puts the phones together. A list that broke off is an error beside what was read.
func (l *list) inventory(err error) (*inventory.Inventory, error) {
	inv := inventory.New()
	for _, p := range l.phones {
		l.told(p)
		name, file := l.src.Base(), l.src.Name()
		if p.name != "" {
			name, file = name+" "+p.name, file+"#"+p.name
		}
		inv.Merge(p.Inventory(name, file, l.sum))
	}
	switch {
	case err != nil:
		return inv, fmt.Errorf("the list %q cannot be read to its end: %w; make it again", l.src.Base(), err)
	case len(inv.Apps) == 0:
		return inv, fmt.Errorf("%q lists no apps; unlock the phone and make the list again", l.src.Base())
	}
	return inv, nil
}

// told says what the list of a phone lacks.
func (l *list) told(p *phone) {
	name := l.src.Name()
	if p.broken.Count > 0 {
		p.Gap(inventory.Gap{Subject: name, Kind: inventory.GapMalformed, Count: p.broken.Count, Samples: p.broken.Samples,
			Detail: "Entries of the list are not whole, or no entries: apps or facts of them are missing.", Next: "Make the list again."})
	}
	if p.bare {
		p.Gap(inventory.Gap{Subject: name, Kind: inventory.GapBlind, Detail: "This form of the list tells names and versions only, and not what apps ask for, who signed them and how they came.",
			Next: "Make the list in XML or JSON: `ideviceinstaller list --xml`, `pymobiledevice3 apps list`."})
	} else if !p.system && p.entries > 0 {
		p.Gap(inventory.Gap{Subject: name, Kind: inventory.GapBlind, Detail: "No app of the system is in the list: it was made of the apps that the user installed, and apps that are hidden may be missing.",
			Next: "Make the list of all apps: `ideviceinstaller list --all --xml`, `pymobiledevice3 apps list`."})
	}
}
