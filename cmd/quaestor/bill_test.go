package main

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"quaestor/scanners/inventory"
)

// TestListsComeBack writes lists of software and reads them again: devices, apps and components are the same, no more and no fewer.
func TestListsComeBack(t *testing.T) {
	for target, least := range map[string]int{"testdata/computers/linux": 20, "testdata/computers/pc17": 9, "testdata/phones/member": 5, "scanners/host/osquery/testdata/fleet-hosts.json": 9, "scanners/sbom/testdata/app.cdx.xml": 3,
		"scanners/sbom/testdata/device.cdx.json": 10, "scanners/mdm/intune/testdata/managedDevices.json": 3, "scanners/ios/app/testdata/votes.ipa": 2} {
		dir := t.TempDir()
		facts := filepath.Join(dir, "facts.json")
		for _, format := range []string{"cyclonedx", "spdx"} {
			list, again := filepath.Join(dir, format+".json"), filepath.Join(dir, format+"-again.json")
			if _, _, errs := run(t, nil, "scan", "../../"+target, "-o", format+"="+list, "-o", "inventory="+facts); errs == "" {
				t.Fatal("nothing is said")
			}
			if code, _, errs := run(t, nil, "scan", list, "-o", "inventory="+again); code == ExitUsage || code == ExitDatabase {
				t.Fatalf("%s: exit code %d: %s", format, code, errs)
			}
			want, got := thingsIn(t, facts), thingsIn(t, again)
			if !slices.Equal(want, got) || len(want) < least {
				t.Errorf("%s as %s: there are\n%s\nwant %d or more\n%s", target, format, strings.Join(got, "\n"), least, strings.Join(want, "\n"))
			}
		}
	}
}

// thingsIn are the devices, apps and components of an inventory, in what a list of software has of them.
func thingsIn(t *testing.T, file string) (out []string) {
	t.Helper()
	var inv inventory.Inventory
	if err := json.Unmarshal(readFile(t, file), &inv); err != nil {
		t.Fatal(err)
	}
	inside := map[string]string{}
	for _, d := range inv.Devices {
		inside[d.ID] = d.Name
		out = append(out, fmt.Sprintf("device %s %s %s %s %s %s", d.ID, d.Platform, d.Name, d.OSName, d.OSVersion, d.Serial))
	}
	for _, a := range inv.Apps {
		inside[a.ID] = inside[a.Device] + "/" + a.Identifier
		out = append(out, fmt.Sprintf("app %s %s %s %s", a.IdentifierKind, inside[a.ID], a.Version, a.Presence))
	}
	for _, c := range inv.Components {
		out = append(out, fmt.Sprintf("component %s %s %s %t %s-%s on %s", c.Name, c.PURL, c.Version, c.Exact, c.From, c.To, inside[c.Device]))
	}
	slices.Sort(out)
	return out
}
