package androidfacts

import (
	"testing"

	"quaestor/scanners/inventory"
)

func TestAcquiredUsers(t *testing.T) {
	p := New("test")
	err := p.AddPackagesJSON([]byte(`[{"name":"com.gone","user_id":0,"installed":false},{"name":"com.work","user_id":0,"installed":false},{"name":"com.work","user_id":10,"installed":true,"disabled":true,"uid":1010005},
		{"name":"com.asked","user_id":10,"files_error":"refused"}]`), "packages.json")
	p.AddPackageUsers([]byte(`{"users":[{"id":0,"inventory_status":"collected"},{"id":10,"name":"Work","inventory_status":"partial","error":"SecurityException"}]}`), "package_users.json")
	inv := p.Inventory("x", "x", "y")
	if err != nil || len(inv.Apps) != 3 {
		t.Fatalf("%v %+v", err, inv.Apps)
	}
	if gone, work := inv.Apps[0], inv.Apps[1]; !gone.NotInstalled || work.NotInstalled || len(work.Users) != 2 || !work.Users[1].Installed || !work.Disabled || work.UID != 10005 || len(inv.Apps[2].Users) != 0 {
		t.Errorf("%+v", inv.Apps)
	}
	unread := 0
	for _, g := range inv.Gaps {
		if g.Kind == inventory.GapUnreadable {
			unread++
		}
		if g.Kind == inventory.GapBlind && len(g.Samples) > 0 && g.Samples[0] == "com.gone" {
			t.Errorf("what is not installed needs no files: %+v", g)
		}
	}
	if unread != 2 { // the files of one package, the packages of one user
		t.Errorf("%+v", inv.Gaps)
	}
	p = New("test")
	if p.AddPackageUsers([]byte(`{"users":[{"id":0,"inventory_status":"collected"}]}`), "f"); len(p.gaps) != 0 {
		t.Errorf("%+v", p.gaps)
	}
	if p.AddPackageUsers([]byte("{"), "f"); len(p.gaps) != 1 || p.gaps[0].Kind != inventory.GapMalformed {
		t.Errorf("%+v", p.gaps)
	}
}

func TestAcquisitionTellsOfItself(t *testing.T) {
	for text, broken := range map[string]bool{`{"androidqf_version":"1","completed":"2024-01-01T00:00:00Z"}`: false, "{}": true, "null": true, "": true} {
		p := New("test")
		if p.AddAcquisition([]byte(text), "acquisition.json"); len(p.gaps) > 0 != broken {
			t.Errorf("%q: %+v", text, p.gaps)
		}
	}
}

func TestSettingsAreWhole(t *testing.T) {
	for text, broken := range map[string]bool{
		"a=1\nb=2\n": false, "a=1\nb=2": false, "a=1\r\n\r\n": false, "a=two\nlines\nb=2\n": false,
		"": true, "\n": true, "a=1\nverif": true, "\x00\x01=\x02\n": true, "Error\n": true,
	} {
		p := New("test")
		p.AddSettings([]byte(text), "global", "settings_global.txt")
		if got := len(p.gaps) > 0 && p.gaps[0].Kind == inventory.GapMalformed; got != broken {
			t.Errorf("%q: %+v", text, p.gaps)
		}
	}
}
