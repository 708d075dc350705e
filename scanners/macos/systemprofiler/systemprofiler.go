// Package systemprofiler reads what system_profiler writes on a Mac: `system_profiler -json` and `-xml`, whole or with some of its
// sections, and files that System Information saves (.spx), which have the form of the latter.
//
// Apps have no bundle identifier there: they are told by their name and path, with whom macOS says that they are from. Nothing of
// that is verified. The name of the person who is logged in is not kept, that of the account is.
//
// What the package cannot see: system extensions, launch daemons and what apps were allowed; sections that were not asked for.
package systemprofiler

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"quaestor/scanners"
	"quaestor/scanners/internal/iosfacts"
	"quaestor/scanners/internal/machost"
	"quaestor/scanners/internal/plist"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

// ID is the scanner's ID.
const ID = "macos/systemprofiler"

// The limits of what is kept.
const (
	maxApps     = 20_000
	maxProducts = 5000
	maxDepth    = 64 // of JSON
)

// Scanner reads the output of system_profiler.
type Scanner struct{}

// Info implements scanners.Scanner.
func (Scanner) Info() scanners.Info {
	return scanners.Info{
		ID: ID, Kind: machost.Kind, Platforms: []inventory.Platform{inventory.MacOS}, Title: "output of system_profiler",
		Reads: []string{"system_profiler -json and -xml, and saved reports (.spx): applications, kernel extensions, installations, profiles, firewall, hardware and software"},
		CannotSee: []string{
			"bundle identifiers of apps, and whether what it says of their makers is true",
			"system extensions, launch daemons, login items and what apps were allowed: scan the Mac itself, or a copy",
			"sections that were not asked for",
		},
		Extensions: []string{".spx"},
	}
}

var firstSection = regexp.MustCompile(`^\s*\{\s*"SP[A-Za-z0-9]+DataType"\s*:`)

// Recognise implements scanners.Scanner.
func (Scanner) Recognise(src *source.Source) bool {
	if src.IsDir() {
		return false
	}
	head := bytes.TrimPrefix(src.Head(), []byte("\xef\xbb\xbf"))
	return firstSection.Match(head) || plist.Looks(head) && bytes.Contains(head, []byte("_dataType")) && bytes.Contains(head, []byte("DataType"))
}

// Scan implements scanners.Scanner.
func (Scanner) Scan(ctx context.Context, src *source.Source) (*inventory.Inventory, error) {
	inv := inventory.New()
	data, err := src.Bytes()
	if err != nil {
		return inv, err
	}
	sections, made, err := decode(data)
	if err != nil {
		return inv, fmt.Errorf("%q cannot be read: %w; export it again with system_profiler -json", src.Name(), err)
	}
	sum := sha256.Sum256(data)
	c := &collector{inv: inv, src: src, origins: []inventory.Origin{{Scanner: ID, Path: inventory.Text(src.Name()), SHA256: hex.EncodeToString(sum[:])}}}
	c.device(sections, made, hex.EncodeToString(sum[:]))
	for _, part := range []struct {
		name string
		read func(item any)
	}{{"SPApplicationsDataType", c.app}, {"SPPrefPaneDataType", c.pane}, {"SPExtensionsDataType", c.extension}, {"SPDisabledSoftwareDataType", c.disabled},
		{"SPInstallHistoryDataType", c.install}, {"SPConfigurationProfileDataType", c.profiles}, {"SPFirewallDataType", c.firewall}, {"SPNetworkDataType", c.network}} {
		for _, item := range sections[part.name] {
			if ctx.Err() != nil {
				return inv, ctx.Err()
			}
			part.read(item)
		}
	}
	c.limits()
	if len(inv.Apps)+len(inv.SecurityProducts)+len(inv.Profiles) == 0 && inv.Devices[0].Serial == "" && inv.Devices[0].OSVersion == "" {
		return inv, fmt.Errorf("%q has none of the sections that are read; export SPApplicationsDataType and the others that `quaestor scanners` names", src.Name())
	}
	return inv, nil
}

// decode reads either form: the items of each section, and when the report was made where it says so.
func decode(data []byte) (sections map[string][]any, made *time.Time, err error) {
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	sections = map[string][]any{}
	if !plist.Looks(data) {
		var v map[string]any
		if deep(data) {
			return nil, nil, errors.New("it is nested too deep")
		}
		if err := json.Unmarshal(data, &v); err != nil {
			return nil, nil, err
		}
		for name, items := range v {
			sections[name], _ = items.([]any)
		}
		return sections, nil, nil
	}
	v, err := plist.Decode(data)
	for _, s := range plist.List(v) {
		name := plist.Text(s, "_dataType")
		sections[name] = append(sections[name], plist.List(s, "_items")...)
		if t := plist.Time(s, "_timeStamp"); t != nil && made == nil {
			made = iosfacts.Valid(*t)
		}
	}
	return sections, made, err
}

// deep reports JSON that is nested deeper than any report.
func deep(data []byte) bool {
	depth, text := 0, false
	for i := 0; i < len(data); i++ {
		switch b := data[i]; {
		case text && b == '\\':
			i++
		case b == '"':
			text = !text
		case text:
		case b == '{' || b == '[':
			if depth++; depth > maxDepth {
				return true
			}
		case b == '}' || b == ']':
			depth--
		}
	}
	return false
}

type collector struct {
	inv     *inventory.Inventory
	src     *source.Source
	origins []inventory.Origin
	id      string         // of the device
	named   map[string]int // apps by name, in inv.Apps
	dropped int
	own     int // kernel extensions of Apple
	odd     int // items without a name
}

func (c *collector) gap(kind inventory.GapKind, count int, detail, next string) {
	if count > 0 {
		c.inv.Gaps = append(c.inv.Gaps, inventory.Gap{Device: c.id, Subject: inventory.Text(c.src.Name()), Kind: kind, Count: count, Detail: detail, Next: next})
	}
}

func (c *collector) limits() {
	c.gap(inventory.GapLimit, c.dropped, "It lists more apps or extensions than are kept.", "Look at the file by hand: no real Mac has so many.")
	c.gap(inventory.GapSkipped, c.own, "Kernel extensions of macOS itself are not listed.", "")
	c.gap(inventory.GapMalformed, c.odd, "Entries without a name were left out.", "Look at the file by hand.")
}

// text is a text of an item, cut to what is kept.
func text(item any, key string) string { return inventory.Text(plist.Text(item, key)) }

// makerShape is how Apple writes whom it gave a certificate to: "Developer ID Application: Maker (TEAM)".
var makerShape = regexp.MustCompile(`^([A-Za-z ]+): (.+) \(([A-Z0-9]{10})\)$`)

// maker reads the first of the certificates that macOS names: who it is of, and the team.
func maker(signedBy any) (signer *inventory.Signer, name, team string) {
	list := plist.Texts(signedBy)
	if len(list) == 1 { // of kernel extensions they are one text
		list = strings.Split(list[0], ", ")
		if i := slices.IndexFunc(list, func(s string) bool { return strings.HasSuffix(s, ")") }); i > 0 {
			list = []string{strings.Join(list[:i+1], ", ")} // a maker with a comma in its name
		}
	}
	if len(list) == 0 || list[0] == "" {
		return nil, "", ""
	}
	signer = &inventory.Signer{Subject: inventory.Text(list[0]), Scheme: "apple"}
	if m := makerShape.FindStringSubmatch(list[0]); m != nil && iosfacts.IsTeam(m[3]) {
		return signer, inventory.Text(m[2]), m[3]
	}
	return signer, "", ""
}

// when is a date of a list, or one in words as JSON has it.
func when(item any, key string) *time.Time {
	if t := plist.Time(item, key); t != nil {
		return iosfacts.Valid(*t)
	}
	if t, err := time.Parse(time.RFC3339, plist.Text(item, key)); err == nil {
		return iosfacts.Valid(t)
	}
	return nil
}
