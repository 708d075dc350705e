// Package addons gathers extensions of browsers and editors into an inventory: one app for an identifier on a device, with
// one install for each profile of each program that has it.
//
// What the package cannot see: whether the files of an extension are those that its store gave out.
package addons

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"quaestor/scanners/internal/appdata"
	"quaestor/scanners/internal/hostroot"
	"quaestor/scanners/inventory"
)

// Limits of the extensions of one computer. Eager people have two hundred in a profile.
const (
	MaxOfProfile = 5_000
	maxInstalls  = 20_000 // over all accounts and profiles
)

// Found is an extension in one profile.
type Found struct {
	Kind        inventory.IdentifierKind
	Identifier  string
	Name        string
	Publisher   string
	Homepage    string
	Flags       []string // "manifest-version:3", "type:theme"
	Permissions []inventory.Permission
	// Trace is what kind of trace this is where it does not prove that the extension is installed: files that the program no
	// longer lists ([inventory.TraceData]), or an order to install it ([inventory.TraceBegun]).
	Trace   string
	Install inventory.Install
	Origin  inventory.Origin
}

// Collector gathers what is found on one device.
type Collector struct {
	Host     *hostroot.Host
	Scanner  string
	Device   string
	Platform inventory.Platform
	Inv      *inventory.Inventory

	apps     map[string]int  // index by ID
	installs map[string]bool // place and ID
	ofPlace  map[string]int  // installs of each program, account and profile
	gaps     map[string]bool
	full     bool
}

// New returns a collector that writes to inv, of which the first device is the one that extensions are found on.
func New(h *hostroot.Host, scanner string, inv *inventory.Inventory) *Collector {
	d := inv.Devices[0]
	return &Collector{Host: h, Scanner: scanner, Device: d.ID, Platform: d.Platform, Inv: inv,
		apps: map[string]int{}, installs: map[string]bool{}, ofPlace: map[string]int{}, gaps: map[string]bool{}}
}

// Add records one install, and reports whether there is room for another in the same profile. Of two in one place that bear
// one identifier the first counts.
func (c *Collector) Add(f Found) bool {
	id := inventory.AppID(c.Device, f.Kind, f.Identifier)
	profile := strings.Join([]string{f.Install.Program, f.Install.User, f.Install.Profile}, "\x00")
	place := id + "\x00" + profile
	if c.installs[place] {
		return true
	}
	if c.ofPlace[profile] == MaxOfProfile {
		c.gap(inventory.Gap{Subject: inventory.Text(f.Origin.Path), Kind: inventory.GapLimit, Next: "Look at the profile by hand: no person has as many.",
			Detail: fmt.Sprintf("The profile has more than %d extensions; the rest was not listed.", MaxOfProfile)})
		return false
	}
	if len(c.installs) == maxInstalls {
		if !c.full {
			c.full = true
			c.gap(inventory.Gap{Subject: inventory.Text(f.Origin.Path), Kind: inventory.GapLimit, Next: "Scan the profiles one by one.",
				Detail: fmt.Sprintf("There are more than %d extensions; the rest was not listed.", maxInstalls)})
		}
		return false
	}
	c.installs[place] = true
	c.ofPlace[profile]++
	i, known := c.apps[id]
	if !known {
		i = len(c.Inv.Apps)
		c.apps[id] = i
		app := inventory.App{ID: id, Device: c.Device, Platform: c.Platform, IdentifierKind: f.Kind, Identifier: inventory.Text(f.Identifier)}
		if f.Trace != "" {
			app.Presence = inventory.PresenceTrace
		}
		c.Inv.Apps = append(c.Inv.Apps, app)
	}
	f.into(&c.Inv.Apps[i])
	return true
}

func (f *Found) into(a *inventory.App) {
	switch {
	case f.Trace == "":
		a.Presence, a.Traces = inventory.PresenceInstalled, nil
	case a.Presence == inventory.PresenceTrace && !slices.ContainsFunc(a.Traces, func(t inventory.Trace) bool { return t.Kind == f.Trace }):
		a.Traces = append(a.Traces, inventory.Trace{Kind: f.Trace})
	}
	a.Name, a.Publisher, a.Homepage = cmp.Or(a.Name, f.Name), cmp.Or(a.Publisher, f.Publisher), cmp.Or(a.Homepage, f.Homepage)
	if compareVersions(f.Install.Version, a.Version) > 0 {
		a.Version = f.Install.Version
	}
	for _, flag := range f.Flags {
		if !slices.Contains(a.Flags, flag) {
			a.Flags = append(a.Flags, flag)
		}
	}
	for _, p := range f.Permissions {
		a.Permissions = unite(a.Permissions, p)
	}
	a.Installs = append(a.Installs, f.Install)
	a.Origins = append(a.Origins, f.Origin)
}

// Finish draws together what holds for an app in every place that it is in.
func (c *Collector) Finish(ctx context.Context) {
	c.packaged(ctx)
	for i := range c.Inv.Apps {
		a := &c.Inv.Apps[i]
		all := func(is func(in *inventory.Install) bool) bool {
			for j := range a.Installs {
				if !is(&a.Installs[j]) {
					return false
				}
			}
			return len(a.Installs) > 0
		}
		a.System = all(func(in *inventory.Install) bool { return in.Source == "built-in" })
		a.Disabled = all(func(in *inventory.Install) bool { return in.State == "disabled" || in.State == "blocked" })
	}
}

// Problem records that something could not be read; the same thing once only.
func (c *Collector) Problem(name string, err error) {
	g := c.Host.Gap(c.Scanner, name, err)
	if errors.Is(err, appdata.ErrMany) {
		g.Kind, g.Next = inventory.GapLimit, "Scan the profile folders by themselves."
	}
	c.gap(g)
}

// Malformed records that a file does not parse, and what is missing for it.
func (c *Collector) Malformed(name, detail string) {
	c.gap(inventory.Gap{Subject: inventory.Text(c.Host.Source().Join(name)), Kind: inventory.GapMalformed, Detail: detail,
		Next: "Open the program once so that it writes the file anew, or get a fresh copy, and scan again."})
}

// Unknown records that something does not tell what a reader of it would want to know.
func (c *Collector) Unknown(name, detail, next string) {
	c.gap(inventory.Gap{Subject: inventory.Text(c.Host.Source().Join(name)), Kind: inventory.GapBlind, Detail: inventory.Text(detail), Next: next})
}

// Limit records that something was cut.
func (c *Collector) Limit(name, detail string) {
	c.gap(inventory.Gap{Subject: inventory.Text(c.Host.Source().Join(name)), Kind: inventory.GapLimit, Detail: detail})
}

func (c *Collector) gap(g inventory.Gap) {
	g.Scanner, g.Device = c.Scanner, c.Device
	if key := string(g.Kind) + g.Subject + g.Detail; !c.gaps[key] {
		c.gaps[key] = true
		c.Inv.Gaps = append(c.Inv.Gaps, g)
	}
}
