package hostroot

import (
	"testing"

	"quaestor/scanners/internal/mactest"
	"quaestor/scanners/inventory"
)

func TestMacDevice(t *testing.T) {
	files := mactest.Mac(t)
	d := open(t, files).Device("test")
	if d.ID != MacID(mactest.UUID) || d.Platform != inventory.MacOS || d.Name != "Anna's Mac" || d.Model != "Mac14,2" || d.OSName != "macOS" || d.OSVersion != "14.5" || d.OSBuild != "23F79" || len(d.Origins) != 1 {
		t.Errorf("%+v", d)
	}
	const own = "22222222-2222-3333-4444-555555555555"
	files[macComputer] = mactest.List(t, mactest.Dict{"hardwareuuid": []any{own}})
	if got := open(t, files).Device("test").ID; got != MacID(own) {
		t.Errorf("the Mac's own record of its hardware does not count: %s", got)
	}
	bare := map[string]string{"private/var/db/": "", "Users/anna/": ""}
	a, b := open(t, bare).Device("test"), open(t, bare).Device("test")
	if a.ID == b.ID || a.OSName != "macOS" || a.Platform != inventory.MacOS {
		t.Errorf("%+v %+v", a, b)
	}
}

func TestMacVolumes(t *testing.T) {
	h := open(t, map[string]string{"System/Volumes/Data/Applications/A.app/x": "", "Applications/": "", "Library/x": "", "System/Library/CoreServices/SystemVersion.plist": "", "System/Volumes/Data/Users/anna/": "", "Users/": ""})
	for name, want := range map[string]string{"Applications": "System/Volumes/Data/Applications", "Library/x": "Library/x", "nowhere": "nowhere"} {
		if got := h.Mac(name); got != want {
			t.Errorf("%s: %s", name, got)
		}
	}
	if got := MacPath("System/Volumes/Data/Applications/A.app"); got != "/Applications/A.app" {
		t.Error(got)
	}
	if users, err := h.Users(); err != nil || len(users) != 1 || users[0].Home != "System/Volumes/Data/Users/anna" {
		t.Errorf("%v %+v", err, users)
	}
}
