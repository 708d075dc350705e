package reports_test

import (
	"bytes"
	"strings"
	"testing"

	"quaestor/reports"
	"quaestor/riskdb"
	"quaestor/scanners/inventory"
)

// TestAFindingAboutADevice: a finding that is about no app is whole in every format.
func TestAFindingAboutADevice(t *testing.T) {
	db, err := riskdb.Load()
	if err != nil {
		t.Fatal(err)
	}
	policies, err := db.SelectPolicies("be")
	if err != nil {
		t.Fatal(err)
	}
	inv := inventory.New()
	inv.Devices = []inventory.Device{
		{ID: "d1", Platform: inventory.Linux, Name: "old-host", OSName: "Debian GNU/Linux", OSVersion: "9"},
		{ID: "d2", Platform: inventory.Linux, Name: "older-host", OSName: "Debian GNU/Linux", OSVersion: "8"}}
	r := reports.New(reports.Tool{Name: "quaestor"}, db, inv, riskdb.Assess(db, policies, inv, "2026-11-22"))
	if len(r.Findings) != 2 {
		t.Fatalf("%d findings", len(r.Findings))
	}
	s := r.Findings[0].Subject
	if s.Kind != reports.DeviceKind || s.App != "" || s.Identifier != "" || s.Device != "d1" || s.DeviceName != "old-host" {
		t.Errorf("subject %+v", s)
	}
	if d := r.Devices[0]; len(d.Findings) != 1 || d.Findings[0] != r.Findings[0].ID {
		t.Errorf("the device does not name its finding: %+v", d)
	}
	for _, w := range tellers() {
		var b bytes.Buffer
		if err := w.Write(&b, r, reports.Options{Width: 100}); err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{"old-host", "older-host", "Debian 9 no longer gets security updates"} {
			if text := strings.Join(strings.Fields(b.String()), " "); !strings.Contains(text, want) {
				t.Errorf("%s does not say %q:\n%s", w.Name(), want, text)
			}
		}
		if w.Name() == "table" && !strings.Contains(b.String(), "UPDATE (2 devices)") {
			t.Errorf("devices are counted as apps:\n%s", b.String())
		}
	}
}

// TestAFindingAboutAFile: a file with code that is no app is told as one, with what is in it, in every format.
func TestAFindingAboutAFile(t *testing.T) {
	db, err := riskdb.Load()
	if err != nil {
		t.Fatal(err)
	}
	policies, err := db.SelectPolicies("none")
	if err != nil {
		t.Fatal(err)
	}
	inv := inventory.New()
	inv.Binaries = []inventory.Binary{{SHA256: "5ad5", Format: "dex", FileNames: []string{"payload.dex"}, Code: &inventory.Code{Classes: 30, Files: []inventory.CodeFile{{File: "payload.dex", Classes: 30}}},
		CodePackages: []inventory.CodePackage{{Name: "com.bytedance.sdk.openadsdk.core", Classes: 30}}, Origins: []inventory.Origin{{Path: "sdcard/payload.dex"}}}}
	r := reports.New(reports.Tool{Name: "quaestor"}, db, inv, riskdb.Assess(db, policies, inv, "2026-11-22"))
	if len(r.Findings) != 1 || len(r.Files) != 1 || len(r.Apps) > 0 || !r.Verdict.Complete || r.Verdict.Files != 1 {
		t.Fatalf("findings %+v, files %+v, verdict %+v", r.Findings, r.Files, r.Verdict)
	}
	s, file := r.Findings[0].Subject, r.Files[0]
	if s.Kind != "file" || s.Identifier != "5ad5" || s.App != file.ID || s.Path != "sdcard/payload.dex" || len(file.Findings) != 1 || file.Inside == nil || file.Inside.Code.Classes != 30 {
		t.Errorf("subject %+v, file %+v", s, file)
	}
	for _, w := range tellers() {
		var b bytes.Buffer
		if err := w.Write(&b, r, reports.Options{Width: 100}); err != nil {
			t.Fatal(err)
		}
		text := strings.Join(strings.Fields(b.String()), " ")
		if !strings.Contains(text, "payload.dex") || !strings.Contains(text, "1 finding on 1 file with code") {
			t.Errorf("%s:\n%s", w.Name(), text)
		}
		if w.Name() == "table" && (!strings.Contains(text, "(1 file)") || !strings.Contains(text, "INSIDE payload.dex")) {
			t.Errorf("the file is counted as something else, or not shown:\n%s", text)
		}
	}
}
