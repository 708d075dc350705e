// Package profiles reads how a Mac is managed, from its files: configuration profiles, settings that the management imposes,
// and what macOS noted of its enrolment.
//
// What the package cannot see: profiles that macOS keeps from everybody but itself; the settings in them beyond the kinds of their
// parts.
package profiles

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"quaestor/scanners"
	"quaestor/scanners/internal/machost"
	"quaestor/scanners/internal/macprofile"
	"quaestor/scanners/internal/plist"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

// ID is the scanner's ID.
const ID = "macos/profiles"

const (
	store      = "private/var/db/ConfigurationProfiles"
	managed    = "Library/Managed Preferences"
	maxFiles   = 5000
	maxDepth   = 4
	maxDomains = 1000
)

// Scanner reads the management of a Mac.
type Scanner struct{}

// Info implements scanners.Scanner.
func (Scanner) Info() scanners.Info {
	return scanners.Info{
		ID: ID, Kind: source.KindHost, Platforms: []inventory.Platform{inventory.MacOS}, Live: []inventory.Platform{inventory.MacOS},
		Title:     "configuration profiles and management of a Mac",
		Reads:     []string{"/var/db/ConfigurationProfiles", "/Library/Managed Preferences"},
		CannotSee: []string{"profiles of newer versions of macOS, which keep them from everybody: scan the output of `sudo profiles show -output stdout-xml` beside it"},
	}
}

// Recognise implements scanners.Scanner.
func (Scanner) Recognise(src *source.Source) bool { return machost.Is(src) }

// Scan implements scanners.Scanner.
func (Scanner) Scan(ctx context.Context, src *source.Source) (*inventory.Inventory, error) {
	m, err := machost.Open(ctx, src, ID, nil)
	if err != nil {
		return nil, err
	}
	c := &collector{Mac: m}
	c.folder(m.Mac(store), 0)
	c.enrolment()
	c.managed("", m.Mac(managed))
	for _, e := range m.List(m.Mac(managed)) {
		if e.IsDir() {
			c.managed(e.Name(), path.Join(m.Mac(managed), e.Name()))
		}
	}
	return m.Done()
}

type collector struct {
	*machost.Mac
	files int
}

// folder looks for profiles in the store. Its files have changed their form with macOS, so that each is taken for what it holds.
func (c *collector) folder(dir string, depth int) {
	for _, e := range c.List(dir) {
		name := path.Join(dir, e.Name())
		switch {
		case c.Ctx.Err() != nil:
			return
		case e.IsDir() && depth < maxDepth:
			c.folder(name, depth+1)
		case !e.Type().IsRegular() && !named(e.Name()):
		case c.files == maxFiles:
			c.Note(dir, inventory.GapLimit, "The store holds more files than are read.", "Scan the output of profiles show -output stdout-xml.")
			return
		default:
			c.files++
			c.file(name)
		}
	}
}

// named reports a file that is called what the store calls its lists, so that one that cannot be read is told.
func named(name string) bool { return path.Ext(name) == ".plist" || path.Ext(name) == ".binary" }

func (c *collector) file(name string) {
	data := c.Bytes(name)
	if len(data) == 0 || !plist.Looks(data) && !named(name) {
		return
	}
	v, _, err := macprofile.Decode(data)
	if err != nil {
		c.Note(name, inventory.GapMalformed, inventory.Text(fmt.Sprintf("It cannot be read: %v.", err)), "Scan the output of profiles show -output stdout-xml.")
		return
	}
	list, cut := macprofile.Parse(v)
	if cut {
		c.Note(name, inventory.GapLimit, "It holds more profiles than are told.", "Look at it by hand.")
	}
	server, more := macprofile.Add(c.Inv, c.Device, list, c.From(name))
	if server != "" {
		c.property("MDM.ServerURL", server)
	}
	if more > 0 {
		g := c.Note(name, inventory.GapLimit, "The Mac has more profiles than are told.", "Look at it by hand: this is far more than usual.")
		g.Count = more
	}
}

func (c *collector) property(name, value string) {
	d := &c.Inv.Devices[0]
	if d.Properties == nil {
		d.Properties = map[string]string{}
	}
	d.Properties[name] = inventory.Text(value)
}

// enrolment notes the marks by which macOS remembers how it came to its management.
func (c *collector) enrolment() {
	for _, name := range []string{"cloudConfigRecordFound", "cloudConfigProfileInstalled", "cloudConfigHasActivationRecord", "cloudConfigNoActivationRecord", "cloudConfigRecordNotFound"} {
		if _, err := c.Stat(path.Join(c.Mac.Mac(store), "Settings", "."+name)); err == nil {
			c.property("ConfigurationProfiles."+name, "yes")
		}
	}
}

// managed tells which settings the management imposes, by their names alone.
func (c *collector) managed(user, dir string) {
	var domains []string
	for _, name := range c.Names(dir, ".plist") {
		domains = append(domains, inventory.Text(strings.TrimSuffix(name, ".plist")))
	}
	domains = slices.DeleteFunc(domains, func(d string) bool { return d == "complete" }) // all of them once more
	if len(domains) == 0 {
		return
	}
	f := inventory.Profile{Device: c.Device, User: inventory.Text(user), Kind: "configuration-profile", Name: "Managed Preferences", Identifier: "Managed Preferences", Payloads: domains[:min(len(domains), maxDomains)],
		Description: "Settings that the management imposes, by their names.", Fixed: true, Origins: c.From(dir)}
	f.ID = inventory.FactID("profile", c.Device, f.Kind, f.User, f.Identifier)
	c.Inv.Profiles = append(c.Inv.Profiles, f)
}
