package app

import (
	"archive/zip"
	"bytes"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"quaestor/scanners/internal/codesigntest"
	"quaestor/scanners/internal/hostroot/hosttest"
	"quaestor/scanners/internal/machotest"
	"quaestor/scanners/internal/mactest"
	"quaestor/scanners/internal/scantest"
	"quaestor/scanners/inventory"
)

func files(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	mactest.Bundle(t, out, "Filter.app", "org.example.filter", mactest.Dict{"CFBundleName": "Filter", "CFBundleShortVersionString": "3.1", "NSCameraUsageDescription": "To look."},
		mactest.Program{Entitlements: mactest.Dict{"com.apple.security.app-sandbox": true}, Flags: 0x10000})
	key := codesigntest.Identified("OTHER12345")
	library := machotest.Image{Kind: 6, UUID: 9, SignatureN: 16 << 10, Strings: []string{"https://updates.votes-sample.eu/feed"}, Signature: codesigntest.Code{Identifier: "org.other.lib", Team: "OTHER12345", Key: &key}.Sign}
	out["Filter.app/Contents/Frameworks/Lib.framework/Versions/A/Lib"] = string(library.Bytes())
	out["Filter.app/Contents/Frameworks/Lib.framework/Versions/A/Resources/Info.plist"] = mactest.List(t, mactest.Dict{"CFBundleIdentifier": "org.other.lib", "CFBundleShortVersionString": "2.7"})
	out["Filter.app/Contents/Frameworks/libplain.dylib"] = string(machotest.Image{Kind: 6}.Bytes())
	return out
}

func archive(t *testing.T, files map[string]string, above string) string {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		f, err := w.Create(above + name)
		if err == nil {
			_, err = f.Write([]byte(files[name]))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "Filter.zip")
	if err := os.WriteFile(name, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	return name
}

func TestScan(t *testing.T) {
	s := scanner{roots: mactest.Roots()}
	for form, name := range map[string]string{"folder": filepath.Join(hosttest.Tree(t, files(t)), "Filter.app"), "zip": archive(t, files(t), ""), "zip with a folder": archive(t, files(t), "Filter 3.1/")} {
		inv := scantest.Scan(t, s, name)
		a, b := scantest.App(t, inv, "org.example.filter"), inv.Binaries[0]
		if a.Platform != inventory.MacOS || a.IdentifierKind != inventory.MacBundle || a.Device != "" || a.Team != mactest.Team || a.Version != "3.1" || a.Name != "Filter" || !slices.Equal(a.Binaries, []string{b.SHA256}) {
			t.Errorf("%s: %+v", form, a)
		}
		if b.Signed != inventory.SignatureValid || len(b.Entitlements) != 1 || len(b.Native) != 3 || !slices.Equal(b.Hosts, []string{"updates.votes-sample.eu"}) {
			t.Errorf("%s: %+v", form, b)
		}
		if f := b.Frameworks; len(f) != 2 || f[0].Identifier != "org.other.lib" || f[0].Version != "2.7" || f[0].Team != "OTHER12345" || f[1].Team != "" {
			t.Errorf("%s: %+v", form, f)
		}
		if len(inv.Gaps) != 0 {
			t.Errorf("%s: %+v", form, inv.Gaps)
		}
	}
}

// Apple's roots are what counts: what is made here leads to none of them.
func TestStranger(t *testing.T) {
	inv := scantest.Scan(t, New(), archive(t, files(t), ""))
	if b := inv.Binaries[0]; b.Signed != inventory.SignatureInvalid || b.Signers[0].Verified || !strings.Contains(b.SignatureError, "nobody whom Apple knows") {
		t.Errorf("%+v", b)
	}
}

func TestNotRecognised(t *testing.T) {
	phone := map[string]string{"Phone.app/Info.plist": "x", "Phone.app/Phone": "x"}
	for name, path := range map[string]string{"iPhone app": filepath.Join(hosttest.Tree(t, phone), "Phone.app"), "archive of one": archive(t, phone, "Payload/"), "folder": hosttest.Tree(t, map[string]string{"Contents/x": ""})} {
		if New().Recognise(scantest.Open(t, path)) {
			t.Errorf("%s is recognised", name)
		}
	}
}

func TestBroken(t *testing.T) {
	for name, change := range map[string]func(map[string]string){
		"no name":    func(f map[string]string) { f["Filter.app/Contents/Info.plist"] = mactest.List(t, mactest.Dict{}) },
		"no list":    func(f map[string]string) { f["Filter.app/Contents/Info.plist"] = "noise" },
		"no program": func(f map[string]string) { f["Filter.app/Contents/MacOS/Main"] = "#!/bin/sh" },
	} {
		f := files(t)
		change(f)
		src := scantest.Open(t, archive(t, f, ""))
		if _, err := New().Scan(t.Context(), src); !New().Recognise(src) || err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
