// Package appx finds the packaged apps of a Windows computer (MSIX, APPX) by their own manifests: what they are, who
// published them and which capabilities they ask for.
//
// What the package cannot see: for which accounts a package is installed (the registry says that), packages on other
// drives, texts that stand in resource files, and what a user allowed or refused afterwards.
package appx

import (
	"context"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/asn1"
	"encoding/hex"
	"errors"
	"io/fs"
	"path"
	"slices"
	"strings"

	"quaestor/scanners"
	"quaestor/scanners/internal/appxmanifest"
	"quaestor/scanners/internal/cms"
	"quaestor/scanners/internal/hostroot"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

// ID is the scanner's name.
const ID = "windows/appx"

const maxPackages = 5000

// folders hold one package in each folder of theirs; those of the second came with the system.
var folders = []string{"Program Files/WindowsApps", "Windows/SystemApps"}

// Scanner reads AppxManifest.xml of every package.
type Scanner struct{}

// Info implements scanners.Scanner.
func (Scanner) Info() scanners.Info {
	return scanners.Info{
		ID: ID, Kind: source.KindHost, Title: "packaged apps of Windows",
		Platforms: []inventory.Platform{inventory.Windows}, Live: []inventory.Platform{inventory.Windows},
		Reads: []string{`\Program Files\WindowsApps\*\AppxManifest.xml and AppxSignature.p7x`, `\Windows\SystemApps\*\AppxManifest.xml`},
		CannotSee: []string{
			"packaged apps on other drives, and for which accounts a package is installed",
			"which capabilities of a packaged app its user refused",
		},
	}
}

// Recognise implements scanners.Scanner.
func (Scanner) Recognise(src *source.Source) bool {
	h, err := hostroot.Open(src)
	return err == nil && h.Platform() == inventory.Windows && slices.ContainsFunc(folders, func(f string) bool { return h.Exists(h.Fold(f)) })
}

// Scan implements scanners.Scanner.
func (Scanner) Scan(ctx context.Context, src *source.Source) (*inventory.Inventory, error) {
	h, err := hostroot.Open(src)
	if err != nil {
		return nil, err
	}
	inv := inventory.New()
	device := h.Device(ID)
	inv.Devices = []inventory.Device{device}
	c := &collector{h: h, inv: inv, device: device.ID, seen: map[string]bool{}}
	for _, folder := range folders {
		c.folder(ctx, h.Fold(folder), folder == folders[1])
	}
	return inv, ctx.Err()
}

type collector struct {
	h      *hostroot.Host
	inv    *inventory.Inventory
	device string
	seen   map[string]bool // identifiers
}

func (c *collector) unread(name string, err error) {
	if errors.Is(err, fs.ErrNotExist) {
		return
	}
	g := c.h.Gap(ID, name, err)
	g.Device = c.device
	if g.Kind == inventory.GapNotPermitted {
		g.Next = "Windows keeps this folder even from administrators; the list of packages in the registry is read all the same."
	}
	c.inv.Gaps = append(c.inv.Gaps, g)
}

func (c *collector) folder(ctx context.Context, dir string, system bool) {
	entries, err := c.h.ReadDir(dir)
	if err != nil {
		c.unread(dir, err)
	}
	for _, e := range entries {
		if ctx.Err() != nil {
			return
		}
		if !e.IsDir() {
			continue
		}
		if len(c.inv.Apps) >= maxPackages {
			c.inv.Gaps = append(c.inv.Gaps, inventory.Gap{Scanner: ID, Device: c.device, Subject: inventory.Text(c.h.Source().Join(dir)), Kind: inventory.GapLimit,
				Detail: "More packaged apps were found than are recorded.", Next: "Look at the folder by hand: this is far more than usual.", Count: len(entries)})
			return
		}
		c.pack(path.Join(dir, e.Name()), system)
	}
}

// pack reads one package. Folders without a manifest are remains of one, or hold only texts for others.
func (c *collector) pack(dir string, system bool) {
	name := c.h.Fold(path.Join(dir, "AppxManifest.xml"))
	data, err := c.h.ReadFile(name)
	if err != nil {
		c.unread(name, err)
		return
	}
	m, err := appxmanifest.Parse(data)
	if err != nil {
		g := c.h.Gap(ID, name, err)
		g.Device, g.Kind, g.Next = c.device, inventory.GapMalformed, "Look at the package by hand."
		c.inv.Gaps = append(c.inv.Gaps, g)
	}
	if m.Name == "" || m.Resource {
		return
	}
	app := c.app(m, dir, system)
	if c.seen[app.ID] {
		return
	}
	c.seen[app.ID] = true
	app.Origins = []inventory.Origin{c.h.Origin(ID, name, 0)}
	c.inv.Apps = append(c.inv.Apps, app)
}

// app makes the fact. Its identifier is the one that the registry's list of packages leads to, so that both are one app.
func (c *collector) app(m appxmanifest.Manifest, dir string, system bool) inventory.App {
	publisher := appxmanifest.PublisherID(m.Publisher)
	app := inventory.App{Device: c.device, Platform: inventory.Windows, IdentifierKind: inventory.MSIXFamily, Identifier: inventory.Text(m.Name),
		ID:   inventory.AppID(c.device, inventory.MSIXFamily, strings.ToLower(m.Name), publisher, m.Version),
		Name: inventory.Text(m.DisplayName), Version: inventory.Text(m.Version), Publisher: inventory.Text(m.Maker), System: system,
		Flags: []string{"publisher-id:" + publisher}, Paths: []string{inventory.Text(`C:\` + strings.ReplaceAll(dir, "/", `\`))}}
	if m.Arch != "neutral" {
		app.Arch = inventory.Text(m.Arch)
	}
	if m.Framework {
		app.Flags = append(app.Flags, "framework")
	}
	for _, want := range m.Capabilities {
		p := inventory.Permission{Name: inventory.Text(want.Name), Requested: true}
		switch {
		case want.Restricted:
			p.Flags = []string{"restricted"}
		case want.Device:
			p.Flags = []string{"device"}
		}
		app.Permissions = append(app.Permissions, p)
	}
	if s, ok := c.signer(dir); ok {
		app.Signers = []inventory.Signer{s}
	}
	if app.Publisher == "" {
		app.Publisher = inventory.Text(commonName(m.Publisher))
	}
	return app
}

var oidIndirect = asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 311, 2, 1, 4}

// signer is whoever the signature of a package names. It is over a package that is unpacked now, so it is not checked.
func (c *collector) signer(dir string) (inventory.Signer, bool) {
	data, err := c.h.ReadFile(c.h.Fold(path.Join(dir, "AppxSignature.p7x")))
	if err != nil || len(data) < 4 || string(data[:4]) != "PKCX" {
		return inventory.Signer{}, false
	}
	signed, err := cms.ParseAs(data[4:], oidIndirect)
	if err != nil || signed.Signer() == nil {
		return inventory.Signer{}, false
	}
	cert := signed.Signer()
	long, short := sha256.Sum256(cert.Raw), sha1.Sum(cert.Raw)
	from, to := cert.NotBefore.UTC(), cert.NotAfter.UTC()
	return inventory.Signer{SHA256: hex.EncodeToString(long[:]), SHA1: hex.EncodeToString(short[:]), Subject: inventory.Text(cert.Subject.String()), Scheme: "msix", NotBefore: &from, NotAfter: &to}, true
}

// commonName takes the name out of "CN=NAME, O=…", unless it is the number that the store gives its publishers.
func commonName(dn string) string {
	for part := range strings.SplitSeq(dn, ",") {
		name, ok := strings.CutPrefix(strings.TrimSpace(part), "CN=")
		if ok && (len(name) != 36 || strings.Count(name, "-") != 4) {
			return strings.Trim(name, `"`)
		}
	}
	return ""
}
