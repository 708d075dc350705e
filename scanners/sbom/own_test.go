package sbom

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"quaestor/scanners/internal/scantest"
	"quaestor/scanners/inventory"
)

// fleetList is a list as this program writes it of two phones that have the same app, whose component has no certain version.
const fleetList = `{"bomFormat": "CycloneDX", "specVersion": "1.6", "metadata": {"component": {"bom-ref": "all", "type": "platform", "name": "2 devices and files"}}, "components": [
 {"bom-ref": "d1", "type": "device", "name": "Phone 1", "properties": [{"name": "quaestor:device", "value": "android-1"}, {"name": "quaestor:platform", "value": "android"}, {"name": "quaestor:serial", "value": "S1"}]},
 {"bom-ref": "os", "type": "operating-system", "name": "Android", "version": "15"},
 {"bom-ref": "d2", "type": "device", "name": "Phone 2", "properties": [{"name": "quaestor:device", "value": "android-2"}, {"name": "quaestor:platform", "value": "android"}]},
 {"bom-ref": "app", "type": "application", "name": "Ballot", "version": "3", "properties": [{"name": "quaestor:identifier", "value": "org.example.ballot"}, {"name": "quaestor:identifier_kind", "value": "android-package"}]},
 {"bom-ref": "c", "type": "library", "name": "zlib", "purl": "pkg:generic/zlib", "properties": [{"name": "quaestor:version_probable", "value": "1.2.9"}, {"name": "quaestor:version_from", "value": "1.2.8"},
  {"name": "quaestor:version_to", "value": "1.2.11"}, {"name": "quaestor:text", "value": "deflate 1.2"}]}],
 "dependencies": [{"ref": "d1", "dependsOn": ["os", "app", "nowhere"]}, {"ref": "app", "dependsOn": ["c", "app"]}, {"ref": "c", "dependsOn": ["app"]}, {"ref": "d2", "dependsOn": ["app"]}, {"ref": "all", "dependsOn": ["d1", "d2"]}]}`

// TestOwnFleet: each device has its system and its apps, and the component is in the app, with what is known of its version.
func TestOwnFleet(t *testing.T) {
	inv := scantest.Scan(t, New(), write(t, fleetList))
	var got []string
	for _, d := range inv.Devices {
		got = append(got, fmt.Sprintf("%s %s %s %s%s", d.ID, d.Name, d.Platform, d.OSName, d.OSVersion))
	}
	app := map[string]string{}
	for _, a := range inv.Apps {
		app[a.ID] = a.Device
		got = append(got, fmt.Sprintf("%s %s %s", a.Device, a.IdentifierKind, a.Identifier))
	}
	for _, c := range inv.Components {
		got = append(got, fmt.Sprintf("%s in %s: %s %s exact %t %s-%s %q", c.Device, app[c.App], c.PURL, c.Version, c.Exact, c.From, c.To, c.Text))
	}
	slices.Sort(got)
	want := []string{
		`android-1 Phone 1 android Android15`,
		`android-1 android-package org.example.ballot`,
		`android-1 in android-1: pkg:generic/zlib@1.2.9 1.2.9 exact false 1.2.8-1.2.11 "deflate 1.2"`,
		`android-2 Phone 2 android `,
		`android-2 android-package org.example.ballot`,
		`android-2 in android-2: pkg:generic/zlib@1.2.9 1.2.9 exact false 1.2.8-1.2.11 "deflate 1.2"`,
	}
	if !slices.Equal(got, want) || len(inv.Gaps) > 0 {
		t.Errorf("there are\n%s\nwant\n%s\ngaps %+v", strings.Join(got, "\n"), strings.Join(want, "\n"), inv.Gaps)
	}
}

// TestForeignDevices: devices of another tool's list are no components, and it is told that they were not read.
func TestForeignDevices(t *testing.T) {
	text := strings.ReplaceAll(fleetList, "quaestor:", "other:")
	inv := scantest.Scan(t, New(), write(t, text))
	if got := purls(inv); !slices.Equal(got, []string{"pkg:generic/zlib"}) {
		t.Errorf("components are %v", got)
	}
	if !slices.ContainsFunc(inv.Gaps, func(g inventory.Gap) bool { return g.Kind == inventory.GapBlind && g.Count == 2 }) {
		t.Errorf("gaps are %+v", inv.Gaps)
	}
}
