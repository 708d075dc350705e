package reports_test

import (
	"reflect"
	"testing"

	"quaestor/reports"
	"quaestor/riskdb"
	"quaestor/scanners/inventory"
)

// TestSecuritySoftware: what riskdb says of security software comes into the report whole, with the findings about it and
// about nothing else.
func TestSecuritySoftware(t *testing.T) {
	db := &riskdb.DB{}
	inv := inventory.New()
	inv.Devices = []inventory.Device{{ID: "pc", Platform: inventory.Windows}, {ID: "other", Platform: inventory.Linux}}
	inv.Apps = []inventory.App{{ID: "app", Device: "pc", Platform: inventory.Windows, IdentifierKind: inventory.NameOnly, Identifier: "Guard", UninstallCommand: "x /S", Publisher: "Guard Ltd.",
		Installs: []inventory.Install{{Program: "chrome", User: "eva", Hosts: []string{"https://*/*"}}, {Program: "chrome", Hosts: []string{"https://*.example.org/*"}}}}}
	inv.SecurityProducts = []inventory.SecurityProduct{{ID: "fact", Device: "pc", Kind: "driver", State: "running"}, {ID: "fact2", Device: "pc", Kind: "antivirus"}, {ID: "fact3", Device: "other", Kind: "process"}}
	inv.Certificates = []inventory.Certificate{{Device: "pc", SHA256: "a", Store: "system"}, {Device: "pc", SHA256: "b", Store: "machine"}}
	on := func(device, app, product string) riskdb.Subject {
		s := riskdb.Subject{App: &inventory.App{ID: app, Device: device}}
		if product != "" {
			s.Product = &riskdb.Product{ID: product}
		}
		return s
	}
	finding := func(id string, s riskdb.Subject) riskdb.Finding { return riskdb.Finding{ID: id, Rule: "r", Subject: s} }
	a := &riskdb.Assessment{
		Findings: []riskdb.Finding{finding("by-app", on("pc", "app", "")), finding("by-fact", on("pc", "fact", "")), finding("by-product", on("pc", "x", "guard")),
			finding("elsewhere", on("other", "x", "guard")), finding("another", on("pc", "x", "y"))},
		Security: []riskdb.SecuritySoftware{{ID: "s", Device: "pc", Product: &riskdb.Product{ID: "guard"}, Name: "Guard", Kind: "antivirus", Recognised: true, Confidence: riskdb.ConfidenceHigh, State: "off",
			Privileges: []riskdb.Privilege{{Name: "kernel", Evidence: []riskdb.Evidence{{Detail: "driver"}}}, {Name: "new-one"}}, Marks: []riskdb.Evidence{{Detail: "mark", Reliability: 'B'}},
			Reach: &riskdb.StateReach{State: "RU", Name: "Russia", Confidence: riskdb.ConfidenceLow}, Apps: []string{"app"}, Facts: []string{"fact"}}},
	}
	a.Unknown = []riskdb.UnknownPrivileged{{Device: "pc", Kernel: 1, System: 1, Assumed: 4, Marks: []riskdb.UnknownMark{
		{Class: riskdb.UnknownFileFilter, Name: "KunFlt", Path: `C:\KunFlt.sys`, Stated: "Kun", Vendor: "kun", Privileges: []string{"kernel"}, Facts: []string{"fact"}}, {Class: "new-one", Name: "x"}}}}
	r := reports.New(reports.Tool{}, db, inv, a)
	want := []reports.UnknownPrivileged{{Device: "pc", Kernel: 1, System: 1, Assumed: 4, Marks: []reports.UnknownMark{
		{Class: "file-filter", Title: "antivirus filter", Name: "KunFlt", Path: `C:\KunFlt.sys`, Stated: "Kun", Vendor: "kun", Privileges: []string{"kernel"}, Facts: []string{"fact"}}, {Class: "new-one", Title: "new-one", Name: "x"}}}}
	if !reflect.DeepEqual(r.UnknownPrivileged, want) {
		t.Errorf("unknown %+v", r.UnknownPrivileged)
	}
	if len(r.SecuritySoftware) != 1 {
		t.Fatalf("%d entries", len(r.SecuritySoftware))
	}
	x := r.SecuritySoftware[0]
	if want := []string{"by-app", "by-fact", "by-product"}; !reflect.DeepEqual(x.Findings, want) {
		t.Errorf("findings %v, want %v", x.Findings, want)
	}
	if x.Product != "guard" || x.State != "off" || x.Reach == nil || x.Reach.State != "RU" || len(x.Marks) != 1 || x.Marks[0].Detail != "mark" {
		t.Errorf("%+v", x)
	}
	if p := x.Privileges; len(p) != 2 || p[0].Title != "Kernel" || p[0].Means == "" || p[0].Evidence[0].Detail != "driver" || p[1].Title != "new-one" {
		t.Errorf("privileges %+v", p)
	}
	checkSeen(t, r)
	app := r.Apps[0]
	if app.UninstallCommand != "x /S" || app.Publisher != "Guard Ltd." || len(app.Installs) != 2 || !app.Installs[0].AllSites || app.Installs[1].AllSites || app.Installs[0].ProgramName != "Google Chrome" {
		t.Errorf("%+v", app)
	}
	if list := r.Devices[0].Authorities; len(list) != 1 || list[0].SHA256 != "b" {
		t.Errorf("an authority of the system counts as added: %+v", list)
	}
}

// checkSeen: what was not told of a device is told apart from what was looked at.
func checkSeen(t *testing.T, r *reports.Report) {
	t.Helper()
	pc, other := r.Devices[0], r.Devices[1]
	if want := []string{reports.SeenRegister, reports.SeenKernel, reports.SeenStates, reports.SeenTrust, reports.SeenApps}; !reflect.DeepEqual(pc.SecuritySeen, want) {
		t.Errorf("seen %v, want %v", pc.SecuritySeen, want)
	}
	if want := []string{reports.SeenStarted, reports.SeenRunning}; !reflect.DeepEqual(pc.SecurityUnseen, want) {
		t.Errorf("unseen %v, want %v", pc.SecurityUnseen, want)
	}
	if want := []string{reports.SeenKernel, reports.SeenStarted, reports.SeenApps}; !reflect.DeepEqual(other.SecurityUnseen, want) {
		t.Errorf("unseen %v, want %v", other.SecurityUnseen, want)
	}
}
