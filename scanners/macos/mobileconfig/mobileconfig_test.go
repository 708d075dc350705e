package mobileconfig

import (
	"os"
	"path/filepath"
	"testing"

	"quaestor/scanners"
	"quaestor/scanners/internal/backuptest"
	"quaestor/scanners/internal/codesigntest"
	"quaestor/scanners/internal/macprofile"
	"quaestor/scanners/internal/mactest"
	"quaestor/scanners/internal/scantest"
)

var _ scanners.Scanner = Scanner{}

func write(t *testing.T, content []byte) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "given.mobileconfig")
	if err := os.WriteFile(name, content, 0o644); err != nil {
		t.Fatal(err)
	}
	return name
}

func TestScan(t *testing.T) {
	plain := backuptest.Profile(t)
	for name, c := range map[string]struct {
		content                 []byte
		devices, profiles, gaps int
	}{
		"alone":  {plain, 1, 1, 1},
		"signed": {codesigntest.Signed(plain, true, codesigntest.Profiles()), 1, 1, 2},
		"listed": {[]byte(mactest.ProfileList(t)), 1, 2, 0},
	} {
		inv := scantest.Scan(t, Scanner{}, write(t, c.content))
		if len(inv.Devices) != c.devices || len(inv.Profiles) != c.profiles || len(inv.Gaps) != c.gaps || len(inv.Certificates) != 1 || len(inv.VPNs) != 1 {
			t.Errorf("%s: %+v", name, inv)
		}
		if inv.Devices[0].Properties["MDM.ServerURL"] != "mdm.example.org" || inv.Profiles[0].Device != inv.Devices[0].ID {
			t.Errorf("%s: %+v", name, inv.Devices)
		}
	}
}

func TestNotRecognised(t *testing.T) {
	for name, content := range map[string]string{"list": mactest.List(t, mactest.Dict{"PayloadType": "Other"}), "text": "Payload", "empty": "", "info": mactest.List(t, mactest.Dict{"CFBundleIdentifier": "Payload"}),
		"provisioning": string(codesigntest.Signed([]byte(mactest.List(t, mactest.Dict{"Name": "x"})), true, codesigntest.Profiles()))} {
		if (Scanner{}).Recognise(scantest.Open(t, write(t, []byte(content)))) {
			t.Errorf("%s is recognised", name)
		}
	}
}

func FuzzProfiles(f *testing.F) {
	f.Add(backuptest.Profile(f))
	f.Add([]byte(mactest.ProfileList(f)))
	f.Add(codesigntest.Signed(backuptest.Profile(f), true, codesigntest.Profiles()))
	f.Fuzz(func(t *testing.T, data []byte) {
		v, _, err := macprofile.Decode(data)
		if err != nil {
			return
		}
		if list, _ := macprofile.Parse(v); len(list) > macprofile.Max || len(list) > 0 && !macprofile.Is(v) {
			t.Fatalf("%d profiles", len(list))
		}
	})
}
