package riskdb

import (
	"strings"
	"testing"

	"quaestor/scanners/inventory"
)

// TestCodeFiles: a file with code that is no app is judged by its code, as a file, and reaches nothing by itself.
func TestCodeFiles(t *testing.T) {
	p, err := loaded.SelectPolicies("none")
	if err != nil {
		t.Fatal(err)
	}
	ads := inventory.Binary{SHA256: "sha-ads", Format: "dex", FileNames: []string{"payload.dex"}, Code: &inventory.Code{Classes: 300}, CodePackages: defining("com.bytedance.sdk.openadsdk.core"),
		Origins: []inventory.Origin{{Scanner: "apk", Path: "sdcard/payload.dex"}}}
	inv := inventory.New()
	inv.Binaries = []inventory.Binary{ads}
	a := Assess(loaded, p, inv, today)
	if len(a.Findings) != 1 || len(a.CodeReach) > 0 {
		t.Fatalf("findings %+v, reach %+v", a.Findings, a.CodeReach)
	}
	f := a.Findings[0]
	if f.Rule != RuleSDK || f.Severity != Low || f.Action != Review || f.Subject.App.IdentifierKind != FileKind || f.Subject.Identifier() != "sha-ads" {
		t.Errorf("%s %s %s on %+v", f.Rule, f.Severity, f.Action, f.Subject.App)
	}
	if !strings.HasPrefix(f.Title, "payload.dex carries code of ByteDance") || !strings.Contains(f.Reason, "The file carries") || strings.Contains(f.Reason, "The app") || f.Evidence[0].Origin.Path != "sdcard/payload.dex" {
		t.Errorf("%s: %s (%+v)", f.Title, f.Reason, f.Evidence[0])
	}
}

// TestNoCodeFiles: what is an app's, lies in another file, is an app itself or holds no code is no such file.
func TestNoCodeFiles(t *testing.T) {
	code := &inventory.Code{Classes: 1}
	inv := outerApp(inventory.Binary{SHA256: "nested", Code: code})
	inv.Binaries[0].Code = code
	inv.Binaries = append(inv.Binaries, inventory.Binary{SHA256: "other-build", Package: "org.example.outer", Code: code}, inventory.Binary{SHA256: "elf"})
	if list := CodeFiles(inv); len(list) > 0 {
		t.Errorf("%+v", list)
	}
	inv.Binaries = append(inv.Binaries, inventory.Binary{SHA256: "0123456789abcdef", Code: code})
	if list := CodeFiles(inv); len(list) != 1 || list[0].Name == "" || list[0].ID == "" {
		t.Errorf("%+v", list)
	}
}
