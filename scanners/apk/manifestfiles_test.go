package apk

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"quaestor/scanners/inventory"
)

// TestManifestFiles: the files that a manifest names are found in the APK, and what they say stands in the Binary.
// Without one of them there is a gap, and the platform's default.
func TestManifestFiles(t *testing.T) {
	const dir = "../internal/protoxml/testdata/binary"
	var entries []entry
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		name, _ := filepath.Rel(dir, path)
		entries = append(entries, entry{filepath.ToSlash(name), string(data)})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	inv, err := scanBytes(context.Background(), zipOf(t, entries...))
	if err != nil {
		t.Fatal(err)
	}
	b := inv.Binaries[0]
	if b.NetworkSecurity == nil || b.NetworkSecurity.File != "res/xml/network.xml" || len(b.NetworkSecurity.Rules) != 4 {
		t.Errorf("network security %+v", b.NetworkSecurity)
	}
	if !slices.ContainsFunc(b.Manifest, func(c inventory.ManifestComponent) bool { return slices.Contains(c.Abilities, "read-screen") }) {
		t.Errorf("no component has an ability: %+v", b.Manifest)
	}
	if b.ComponentFactory != "eu.example.Factory" || len(b.PermissionDefinitions) != 2 {
		t.Errorf("%q %+v", b.ComponentFactory, b.PermissionDefinitions)
	}

	entries = slices.DeleteFunc(entries, func(e entry) bool { return e.name == "res/xml/network.xml" })
	inv, err = scanBytes(context.Background(), zipOf(t, entries...))
	if err != nil {
		t.Fatal(err)
	}
	if n := inv.Binaries[0].NetworkSecurity; n == nil || n.File != "" || len(n.Rules) != 1 || !n.Rules[0].Cleartext {
		t.Errorf("without the file: %+v", n)
	}
	if !slices.ContainsFunc(inv.Gaps, func(g inventory.Gap) bool { return strings.Contains(g.Detail, "res/xml/network.xml") }) {
		t.Errorf("no gap for the missing file: %+v", inv.Gaps)
	}
}
