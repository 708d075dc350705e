package riskdb

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"quaestor/scanners/inventory"
)

// guarded is a world with security software of several makers, of whom one is within the reach of a state that is named.
func guarded() Tables {
	t := world()
	own := func(kind inventory.IdentifierKind, value string) Identifier {
		return Identifier{Kind: kind, Value: value, Basis: sure(Basis{})}
	}
	generic := func(kind inventory.IdentifierKind, value string) Identifier {
		id := own(kind, value)
		id.Shared = true
		return id
	}
	for i := range t.Vendors {
		if t.Vendors[i].ID == "parent" {
			t.Vendors[i].Identifiers = append(t.Vendors[i].Identifiers, own(AuthenticodeSubject, "CN=Parent, O=Parent"), own(MacTeamID, "PARENT0001"), generic(PublisherName, "Parent Labs"))
		}
		if t.Vendors[i].ID == "free" || t.Vendors[i].ID == "local" {
			t.Vendors[i].Identifiers = append(t.Vendors[i].Identifiers, own(AuthenticodeSubject, "CN=Other "+t.Vendors[i].ID+", O=Other "+t.Vendors[i].ID))
		}
	}
	t.Products = append(t.Products,
		Product{ID: "sentry", Name: "Sentry", Vendor: "parent", Category: "security", Kind: SecurityProduct, SecurityKind: "antivirus", Identifiers: []Identifier{
			own(inventory.UninstallKey, "SentryAV"), own(inventory.WingetID, "Parent.Sentry"), own(KernelDriver, "sentrydrv.sys"), own(ServiceName, "SentrySvc*"), own(inventory.Process, "sentry.exe"),
			own(MacSystemExt, "com.parent.sentry.ext"), own(MacLaunchDaemon, "com.parent.sentry.plist"), own(RootName, "Sentry Personal Root"), generic(inventory.Process, "agent.exe"), generic(ServiceName, "AgentUpdate"), generic(inventory.Process, "shelper.exe")}},
		Product{ID: "fortress", Name: "Fortress", Vendor: "local", Category: "security", Kind: SecurityProduct, SecurityKind: "edr", Identifiers: []Identifier{
			own(inventory.Process, "fortress.exe"), generic(inventory.Process, "agent.exe"), generic(ServiceName, "AgentUpdate")}},
	)
	t.Protections = []Protection{{State: "off", Says: "is off", Means: "M.", Severity: Medium, Firewall: Low, Basis: sure(Basis{})},
		{State: "outdated", Says: "is old", Means: "M.", Severity: Low, Basis: sure(Basis{})}, {State: "several", Says: "s", Means: "M.", Severity: Info, Basis: sure(Basis{})}}
	return t
}

// facts of a computer, in short.
func computer(platform inventory.Platform, facts ...inventory.SecurityProduct) *inventory.Inventory {
	inv := inventory.New()
	inv.Devices = []inventory.Device{{ID: "pc", Platform: platform}}
	for i := range facts {
		facts[i].Device = "pc"
		facts[i].ID = fmt.Sprintf("fact-%d", i)
	}
	inv.SecurityProducts = facts
	return inv
}

func assessGuards(t *testing.T, inv *inventory.Inventory) *Assessment {
	t.Helper()
	db := New(guarded())
	p, err := db.SelectPolicies("none")
	if err != nil {
		t.Fatal(err)
	}
	return Assess(db, p, inv, "2026-11-22")
}

// TestOncePerProduct: what stands in five registries is one product and judged once, with everything that shows it.
func TestOncePerProduct(t *testing.T) {
	inv := computer(inventory.Windows,
		inventory.SecurityProduct{Kind: "antivirus", Name: "Sentry", State: "on", Definitions: "current", Vendor: "Parent Labs"},
		inventory.SecurityProduct{Kind: "driver", Service: "sentrydrv", Path: `\SystemRoot\System32\drivers\sentrydrv.sys`, Start: "boot"},
		inventory.SecurityProduct{Kind: "service", Service: "SentrySvc21", Path: `C:\Program Files\Sentry\sentry.exe`, Start: "automatic", Privileges: []string{"root"}},
		inventory.SecurityProduct{Kind: "process", Process: "sentry.exe", State: "running"})
	for _, x := range []struct {
		kind inventory.IdentifierKind
		id   string
	}{{inventory.UninstallKey, "SentryAV"}, {inventory.WingetID, "Parent.Sentry"}} {
		inv.Apps = append(inv.Apps, inventory.App{ID: "app-" + x.id, Device: "pc", Platform: inventory.Windows, IdentifierKind: x.kind, Identifier: x.id, Name: "Sentry", Version: "5.1", Publisher: "Parent"})
	}
	inv.Certificates = []inventory.Certificate{{ID: "root", Device: "pc", SHA256: strings.Repeat("a", 64), Subject: "CN=Sentry Personal Root, O=Anybody", Store: "machine"}}
	a := assessGuards(t, inv)
	if got, want := summary(a), []string{"added-authority low moderate inform", "security-software high moderate review", "security-software-present info moderate inform"}; !slices.Equal(got, want) {
		t.Errorf("findings %q, want %q", got, want)
	}
	if len(a.Security) != 1 {
		t.Fatalf("%d records", len(a.Security))
	}
	s := a.Security[0]
	if s.Product == nil || s.Product.ID != "sentry" || !s.Recognised || s.Kind != "antivirus" || s.Vendor != "parent" || s.State != "on" || s.Definitions != "current" || s.Version != "5.1" || s.Confidence != ConfidenceModerate {
		t.Errorf("%+v", s)
	}
	if len(s.Apps) != 2 || len(s.Facts) != 5 || len(s.Users) != 0 || s.Reach == nil || len(s.Chain) == 0 {
		t.Errorf("apps %q, facts %q, users %q, reach %v, %d links", s.Apps, s.Facts, s.Users, s.Reach, len(s.Chain))
	}
	if got, want := privilegesOf(s), "kernel, root, tls-interception"; got != want {
		t.Errorf("privileges %s, want %s", got, want)
	}
	leading := a.Findings[0]
	for _, want := range []string{"uninstall key", "winget", "sentrydrv", "SentrySvc21", "sentry.exe", "Sentry Personal Root", "Parent Labs"} {
		if !slices.ContainsFunc(leading.Evidence, func(e Evidence) bool { return strings.Contains(e.Detail, want) }) {
			t.Errorf("the evidence does not say %q", want)
		}
	}
}

func privilegesOf(s SecuritySoftware) string {
	var names []string
	for _, p := range s.Privileges {
		names = append(names, p.Name)
	}
	return strings.Join(names, ", ")
}

// TestSharedMarks: a name that products of two makers bear decides nothing, two such marks of different programs decide.
func TestSharedMarks(t *testing.T) {
	agent := inventory.SecurityProduct{Kind: "process", Process: "agent.exe"}
	update := inventory.SecurityProduct{Kind: "service", Service: "AgentUpdate", Path: `C:\X\update.exe`}
	same := inventory.SecurityProduct{Kind: "service", Service: "AgentUpdate", Path: `C:\X\agent.exe`}
	helper := inventory.SecurityProduct{Kind: "process", Process: "shelper.exe"}
	signed := agent
	signed.Signer = &inventory.Signer{Subject: "CN=Parent, O=Parent", Verified: true}
	stated := agent
	stated.Vendor = "Parent Labs"
	for _, test := range []struct {
		name  string
		facts []inventory.SecurityProduct
		want  []string
	}{
		{"one", []inventory.SecurityProduct{agent}, nil},
		{"one, seen twice", []inventory.SecurityProduct{agent, agent}, nil},
		{"a service and the one program that it starts", []inventory.SecurityProduct{same}, nil},
		{"two of different programs, still of both makers", []inventory.SecurityProduct{agent, update}, nil},
		{"two of different programs, one of one maker alone", []inventory.SecurityProduct{agent, helper}, []string{"sentry low"}},
		{"one with its maker's signature", []inventory.SecurityProduct{signed}, []string{"sentry high"}},
		{"one with its maker's name", []inventory.SecurityProduct{stated}, []string{"sentry low"}},
	} {
		var got []string
		for _, s := range assessGuards(t, computer(inventory.Windows, test.facts...)).Security {
			got = append(got, s.Product.ID+" "+string(s.Confidence))
		}
		slices.Sort(got)
		if !slices.Equal(got, test.want) {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
}

// TestGuardConfidence: how sure each kind of mark makes.
func TestGuardConfidence(t *testing.T) {
	process := inventory.SecurityProduct{Kind: "process", Process: "sentry.exe", Path: `C:\Program Files\Sentry\sentry.exe`}
	with := func(subject string, verified bool) inventory.SecurityProduct {
		p := process
		p.Signer = &inventory.Signer{Subject: subject, Verified: verified}
		return p
	}
	for name, test := range map[string]struct {
		fact inventory.SecurityProduct
		want Confidence
	}{
		"a process":                          {process, ConfidenceModerate},
		"a process, its signature checked":   {with("CN=Parent, O=Parent, C=XX", true), ConfidenceHigh},
		"a process that names a signer":      {with("CN=Parent, O=Parent, C=XX", false), ConfidenceModerate},
		"signed by another listed maker":     {with("CN=Other local, O=Other local", true), ConfidenceLow},
		"signed by somebody else":            {with("CN=Nobody, O=Nobody Ltd", true), ConfidenceLow},
		"registered by name alone":           {inventory.SecurityProduct{Kind: "antivirus", Name: "Sentry", State: "on"}, ConfidenceLow},
		"an extension of the team":           {inventory.SecurityProduct{Kind: "system-extension", Identifier: "com.parent.sentry.ext", Team: "PARENT0001"}, ConfidenceHigh},
		"a launch daemon that states a team": {inventory.SecurityProduct{Kind: "launch-daemon", Identifier: "com.parent.sentry", Team: "PARENT0001"}, ConfidenceModerate},
	} {
		platform := inventory.Windows
		if test.fact.Team != "" {
			platform = inventory.MacOS
		}
		a := assessGuards(t, computer(platform, test.fact))
		if len(a.Security) != 1 || a.Security[0].Confidence != test.want {
			t.Errorf("%s: %+v, want %s", name, a.Security, test.want)
		}
	}
}

// TestUnrecognised: what the system has registered is listed although nobody knows it, once, with what it states.
func TestUnrecognised(t *testing.T) {
	inv := computer(inventory.Windows,
		inventory.SecurityProduct{Kind: "antivirus", Name: "Unheard Of 2026", Vendor: "Unheard Ltd", State: "on"},
		inventory.SecurityProduct{Kind: "firewall", Name: "Unheard Of", State: "on"},
		inventory.SecurityProduct{Kind: "network-filter", Name: "Thing", Signer: &inventory.Signer{Subject: "CN=Parent, O=Parent", Verified: true}, Privileges: []string{"network-filter"}},
		inventory.SecurityProduct{Kind: "service", Name: "Some service", Service: "SomeService"},
		inventory.SecurityProduct{Kind: "credential-provider", Name: "Built in", Path: `C:\Windows\System32\x.dll`})
	a := assessGuards(t, inv)
	var got []string
	for _, s := range a.Security {
		got = append(got, fmt.Sprintf("%s %s %s %q %q %v", s.Name, s.Kind, s.State, s.Vendor, s.StatedVendor, s.Recognised))
	}
	want := []string{`Unheard Of 2026 antivirus on "" "Unheard Ltd" false`, `Thing firewall  "parent" "Parent" false`}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%q, want\n%q", got, want)
	}
	if a.Security[1].Reach == nil || len(a.Security[1].Chain) == 0 {
		t.Error("the maker that its signature proves has no chain")
	}
	if got, want := summary(a), []string{"security-software-unknown low high review", "security-software-unknown low high review"}; !slices.Equal(got, want) {
		t.Errorf("findings %q, want %q", got, want)
	}
}

// TestProtection: what the system says of protection.
func TestProtection(t *testing.T) {
	av := func(name, state, definitions string) inventory.SecurityProduct {
		return inventory.SecurityProduct{Kind: "antivirus", Name: name, State: state, Definitions: definitions}
	}
	for _, test := range []struct {
		name  string
		facts []inventory.SecurityProduct
		want  []string
	}{
		{"on", []inventory.SecurityProduct{av("A", "on", "current")}, nil},
		{"off", []inventory.SecurityProduct{av("A", "off", "")}, []string{"protection-off medium"}},
		{"off beside one that is on", []inventory.SecurityProduct{av("A", "on", "current"), av("B", "off", "outdated")}, nil},
		{"on and old", []inventory.SecurityProduct{av("A", "on", "outdated")}, []string{"protection-off low"}},
		{"a firewall", []inventory.SecurityProduct{av("A", "on", ""), {Kind: "firewall", Name: "F", State: "off"}}, []string{"protection-off low"}},
		{"two", []inventory.SecurityProduct{av("A", "on", ""), av("B", "on", "")}, []string{"several-antivirus info"}},
		{"one, registered twice", []inventory.SecurityProduct{av("A", "on", ""), av("A", "on", "")}, nil},
		{"a process is no protection", []inventory.SecurityProduct{{Kind: "process", Process: "x", State: "off"}}, nil},
	} {
		var got []string
		for _, f := range assessGuards(t, computer(inventory.Windows, test.facts...)).Findings {
			if f.Rule == RuleProtectionOff || f.Rule == RuleSeveralAntivirus {
				got = append(got, f.Rule+" "+string(f.Severity))
			}
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
}

// TestPrivilegesHeld: what waits for consent or is switched off is no privilege.
func TestPrivilegesHeld(t *testing.T) {
	for name, test := range map[string]struct {
		fact inventory.SecurityProduct
		want string
	}{
		"enabled":            {inventory.SecurityProduct{Kind: "system-extension", Identifier: "com.parent.sentry.ext", State: "enabled", Privileges: []string{"endpoint-security"}}, "endpoint-security, system-extension"},
		"waiting":            {inventory.SecurityProduct{Kind: "system-extension", Identifier: "com.parent.sentry.ext", State: "waiting", Privileges: []string{"endpoint-security"}}, ""},
		"disabled driver":    {inventory.SecurityProduct{Kind: "driver", Service: "sentrydrv", Start: "disabled"}, ""},
		"daemon":             {inventory.SecurityProduct{Kind: "launch-daemon", Identifier: "com.parent.sentry"}, "root"},
		"daemon of somebody": {inventory.SecurityProduct{Kind: "launch-daemon", Identifier: "com.parent.sentry", User: "anna"}, ""},
		"a word unknown":     {inventory.SecurityProduct{Kind: "launch-agent", Identifier: "com.parent.sentry", Privileges: []string{"telepathy"}}, ""},
	} {
		platform := inventory.MacOS
		if test.fact.Kind == "driver" {
			platform = inventory.Windows
		}
		a := assessGuards(t, computer(platform, test.fact))
		if len(a.Security) != 1 || privilegesOf(a.Security[0]) != test.want {
			t.Errorf("%s: %+v, want %q", name, a.Security, test.want)
		}
	}
}

// TestSystemAuthorities: those that came with the system are no finding.
func TestSystemAuthorities(t *testing.T) {
	for store, want := range map[string]string{"system": "", "machine": "medium", "policy": "info"} {
		inv := computer(inventory.Windows)
		inv.Certificates = []inventory.Certificate{{ID: "c", Device: "pc", SHA256: strings.Repeat("b", 64), Subject: "CN=Some Root", Store: store}}
		got := ""
		for _, f := range assessGuards(t, inv).Findings {
			got = string(f.Severity)
		}
		if got != want {
			t.Errorf("%s: %q, want %q", store, got, want)
		}
	}
}
