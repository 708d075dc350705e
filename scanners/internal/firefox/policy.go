package firefox

import (
	"maps"
	"path"
	"slices"

	"quaestor/scanners/internal/addons"
	"quaestor/scanners/internal/appdata"
	"quaestor/scanners/internal/jsonpart"
	"quaestor/scanners/internal/plist"
	"quaestor/scanners/inventory"
)

const maxPolicy = 8 << 20

// policies reads what administrators lay down.
func (s *scan) policies() {
	for _, d := range distributions {
		name := s.spelt(path.Join(d.dir, "policies.json"))
		if v, ok := s.document(name, maxPolicy, "It does not parse, so what it makes the browser install is not listed."); ok {
			s.policyFact(name, d.program)
			_ = v.Get("policies", "ExtensionSettings").Fields(func(id string, set jsonpart.Value) bool { // document followed its brackets
				s.forced(name, d.program, id, set.Get("installation_mode").String(), set.Get("install_url").String())
				return true
			})
		}
	}
	if s.Platform == inventory.MacOS {
		s.managed("Library/Managed Preferences/org.mozilla.firefox.plist", "firefox")
	}
}

// policyFact records that there is a policy.
func (s *scan) policyFact(name, program string) {
	s.Inv.SecurityProducts = append(s.Inv.SecurityProducts, inventory.SecurityProduct{
		ID: inventory.FactID("security", s.Device, "browser-policy", name), Device: s.Device, Kind: "browser-policy", Name: program,
		Identifier: inventory.Text(path.Base(name)), State: "enabled", Path: s.onDevice(name), Origins: []inventory.Origin{s.Host.Origin(s.Scanner, name, 0)}})
}

// forced records an add-on that the browser has to install.
func (s *scan) forced(name, program, id, mode, from string) {
	if id == "*" || id == "" || !slices.Contains([]string{"force_installed", "normal_installed"}, mode) {
		return
	}
	s.Add(addons.Found{Kind: inventory.FirefoxAddon, Identifier: id, Trace: inventory.TraceBegun, Origin: s.Host.Origin(s.Scanner, name, 0),
		Install: inventory.Install{Program: program, Source: "policy", UpdateURL: inventory.Text(from)}})
}

// managed reads the policies that the management of a Mac lays down.
func (s *scan) managed(name, program string) {
	if !s.Host.Exists(name) {
		return
	}
	data, err := appdata.Read(s.Host, name, maxPolicy)
	if err != nil {
		s.Problem(name, err)
		return
	}
	v, err := plist.Decode(data)
	values, ok := v.(map[string]any)
	if err != nil || !ok {
		s.Malformed(name, "It does not parse, so what it makes the browser install is not listed.")
		return
	}
	if !plist.Bool(values, "EnterprisePoliciesEnabled") { // without it the browser heeds none
		return
	}
	s.policyFact(name, program)
	settings, _ := values["ExtensionSettings"].(map[string]any)
	for _, id := range slices.Sorted(maps.Keys(settings)) {
		one, _ := settings[id].(map[string]any)
		mode, _ := one["installation_mode"].(string)
		from, _ := one["install_url"].(string)
		s.forced(name, program, id, mode, from)
	}
}
