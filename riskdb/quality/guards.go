package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"quaestor/riskdb"
	"quaestor/scanners/inventory"
)

// GuardCase is a device with security software as scanners state it, and what has to be recognised on it.
type GuardCase struct {
	System       inventory.Platform `yaml:"system"`
	Name         string             `yaml:"name"`
	Facts        []GuardFact        `yaml:"facts,omitempty"`
	Apps         []GuardApp         `yaml:"apps,omitempty"`
	Roots        []string           `yaml:"roots,omitempty"` // subjects of authorities that were added
	Want         *GuardWant         `yaml:"want,omitempty"`
	Unrecognised *GuardWant         `yaml:"unrecognised,omitempty"` // what is to be listed without a product
	Quiet        bool               `yaml:"quiet,omitempty"`        // nothing is recognised and nothing found
}

// GuardFact is a fact about security software in short.
type GuardFact struct {
	Kind        string   `yaml:"kind"`
	Name        string   `yaml:"name,omitempty"`
	App         string   `yaml:"app,omitempty"` // identifier of an app of the case
	Identifier  string   `yaml:"identifier,omitempty"`
	Vendor      string   `yaml:"vendor,omitempty"`
	Version     string   `yaml:"version,omitempty"`
	State       string   `yaml:"state,omitempty"`
	StateCode   string   `yaml:"state_code,omitempty"`
	Definitions string   `yaml:"definitions,omitempty"`
	Start       string   `yaml:"start,omitempty"`
	Process     string   `yaml:"process,omitempty"`
	Path        string   `yaml:"path,omitempty"`
	Service     string   `yaml:"service,omitempty"`
	Team        string   `yaml:"team,omitempty"`
	Privileges  []string `yaml:"privileges,omitempty"`
}

// GuardApp is an installed app in short.
type GuardApp struct {
	Kind      inventory.IdentifierKind `yaml:"kind"`
	ID        string                   `yaml:"id"`
	Name      string                   `yaml:"name,omitempty"`
	Publisher string                   `yaml:"publisher,omitempty"`
	Version   string                   `yaml:"version,omitempty"`
	Granted   []string                 `yaml:"granted,omitempty"`
}

// GuardWant is what a case has to show. What is empty is not asked for; the privileges are all that there are.
type GuardWant struct {
	Product     string            `yaml:"product,omitempty"`
	Name        string            `yaml:"name,omitempty"`
	Kind        string            `yaml:"kind"`
	Vendor      string            `yaml:"vendor,omitempty"`
	Version     string            `yaml:"version,omitempty"`
	State       string            `yaml:"state,omitempty"`
	Definitions string            `yaml:"definitions,omitempty"`
	Confidence  riskdb.Confidence `yaml:"confidence,omitempty"`
	Privileges  []string          `yaml:"privileges,omitempty"`
	Files       *GuardFiles       `yaml:"files,omitempty"`
}

// GuardFiles is what the files of the same computer show where that is something else than what a scanner may state of one that
// runs: a service written without an account is the system's, a list of extensions does not tell a filter from a tunnel.
type GuardFiles struct {
	Confidence riskdb.Confidence `yaml:"confidence,omitempty"` // empty: as stated
	Privileges []string          `yaml:"privileges,flow"`      // all that there are
}

// guardScore is how many cases held, and what did not.
type guardScore struct {
	products map[string]bool // product and system that were recognised
	systems  map[inventory.Platform]int
	quiet    int
	missed   []string
}

func measureGuards(db *riskdb.DB, file string, asOf riskdb.Date) (guardScore, error) {
	cases, err := readGuards(file, db)
	if err != nil {
		return guardScore{}, err
	}
	policies, err := db.SelectPolicies("none")
	if err != nil {
		return guardScore{}, err
	}
	s := guardScore{products: map[string]bool{}, systems: map[inventory.Platform]int{}}
	for _, c := range cases {
		a := riskdb.Assess(db, policies, c.inventory(), asOf)
		if fault := c.fault(a); fault != "" {
			s.missed = append(s.missed, fmt.Sprintf("%s, %s: %s", c.System, c.Name, fault))
			continue
		}
		switch {
		case c.Want != nil:
			key := c.Want.Product + " on " + string(c.System)
			if !s.products[key] {
				s.products[key] = true
				s.systems[c.System]++
			}
		case c.Quiet:
			s.quiet++
		}
	}
	return s, nil
}

func readGuards(file string, db *riskdb.DB) ([]GuardCase, error) {
	raw, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	dec := yaml.NewDecoder(bytes.NewReader(raw))
	dec.KnownFields(true)
	var list struct {
		Cases []GuardCase `yaml:"cases"`
	}
	if err := dec.Decode(&list); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	for _, c := range list.Cases {
		asks := 0
		for _, on := range []bool{c.Want != nil, c.Unrecognised != nil, c.Quiet} {
			if on {
				asks++
			}
		}
		switch {
		case asks != 1:
			return nil, fmt.Errorf("%s: %q asks for one of want, unrecognised and quiet", file, c.Name)
		case c.Want != nil && db.Product(c.Want.Product) == nil:
			return nil, fmt.Errorf("%s: %q wants the product %q, which is not in the database", file, c.Name, c.Want.Product)
		}
	}
	return list.Cases, nil
}

// inventory is what a scan of the device would have stated.
func (c *GuardCase) inventory() *inventory.Inventory {
	inv := inventory.New()
	const device = "device"
	inv.Devices = []inventory.Device{{ID: device, Platform: c.System}}
	origins := []inventory.Origin{{Scanner: "quality", Path: c.Name}}
	ids := map[string]string{}
	for _, x := range c.Apps {
		app := inventory.App{ID: inventory.AppID(device, x.Kind, x.ID), Device: device, Platform: c.System, IdentifierKind: x.Kind, Identifier: x.ID,
			Name: x.Name, Publisher: x.Publisher, Version: x.Version, Origins: origins, InstallerKnown: true, Installer: "com.android.vending"}
		for _, name := range x.Granted {
			app.Permissions = append(app.Permissions, inventory.Permission{Name: name, Granted: true, GrantKnown: true})
		}
		ids[x.ID] = app.ID
		inv.Apps = append(inv.Apps, app)
	}
	for i, x := range c.Facts {
		inv.SecurityProducts = append(inv.SecurityProducts, inventory.SecurityProduct{ID: inventory.FactID("security", device, x.Kind, x.Name, x.Service, x.Process, fmt.Sprint(i)), Device: device,
			App: ids[x.App], Kind: x.Kind, Name: x.Name, Identifier: x.Identifier, Vendor: x.Vendor, Version: x.Version, State: x.State, StateCode: x.StateCode, Definitions: x.Definitions,
			Start: x.Start, Process: x.Process, Path: x.Path, Service: x.Service, Team: x.Team, Privileges: x.Privileges, Origins: origins})
	}
	for i, subject := range c.Roots {
		sum := fmt.Sprintf("%064x", i+1)
		inv.Certificates = append(inv.Certificates, inventory.Certificate{ID: inventory.FactID("certificate", device, sum), Device: device, SHA256: sum, Subject: subject, Store: "machine", Origins: origins})
	}
	return inv
}

// fault says what is not as it should be; empty where all is.
func (c *GuardCase) fault(a *riskdb.Assessment) string {
	if c.Quiet {
		return noise(a)
	}
	want := c.Want
	if want == nil {
		want = c.Unrecognised
	}
	if len(a.Security) != 1 {
		var names []string
		for _, s := range a.Security {
			names = append(names, s.Name)
		}
		return fmt.Sprintf("%d products, not one: %s", len(a.Security), strings.Join(names, ", "))
	}
	got := a.Security[0]
	if got.Recognised != (c.Want != nil) {
		return fmt.Sprintf("recognised: %v", got.Recognised)
	}
	product := ""
	if got.Product != nil {
		product = got.Product.ID
	}
	var privileges []string
	for _, p := range got.Privileges {
		privileges = append(privileges, p.Name)
		if len(p.Evidence) == 0 {
			return fmt.Sprintf("nothing shows the privilege %q", p.Name)
		}
	}
	slices.Sort(privileges)
	wanted := slices.Clone(want.Privileges)
	slices.Sort(wanted)
	for _, x := range []struct{ what, got, want string }{{"product", product, want.Product}, {"name", got.Name, want.Name}, {"kind", got.Kind, want.Kind}, {"stated vendor", got.StatedVendor, want.Vendor},
		{"version", got.Version, want.Version}, {"state", got.State, want.State}, {"definitions", got.Definitions, want.Definitions}, {"confidence", string(got.Confidence), string(want.Confidence)}} {
		if x.want != "" && x.got != x.want {
			return fmt.Sprintf("%s %q, not %q", x.what, x.got, x.want)
		}
	}
	if !slices.Equal(privileges, wanted) {
		return fmt.Sprintf("privileges %q, not %q", privileges, wanted)
	}
	return ""
}

// noise is what was said of a device about which nothing is to be said, but for the note that an authority was added.
func noise(a *riskdb.Assessment) string {
	for _, s := range a.Security {
		return fmt.Sprintf("%q was listed", s.Name)
	}
	for _, f := range a.Findings {
		if f.Rule != riskdb.RuleAddedAuthority {
			return fmt.Sprintf("the finding %s: %s", f.Rule, f.Title)
		}
	}
	return ""
}

func (m *measurement) writeGuards(w io.Writer) {
	s := &m.guards
	var parts []string
	for _, system := range []inventory.Platform{inventory.Windows, inventory.MacOS, inventory.Linux, inventory.Android} {
		parts = append(parts, fmt.Sprintf("%s %d", system, s.systems[system]))
	}
	fmt.Fprintf(w, "\nSecurity software: %d products recognised on the system that they run on (%s); %d of look-alikes left alone; %d wrong.\n",
		len(s.products), strings.Join(parts, ", "), s.quiet, len(s.missed))
	for _, x := range s.missed {
		fmt.Fprintln(w, "  "+x)
	}
}
