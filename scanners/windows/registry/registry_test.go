package registry

import (
	"context"
	"maps"
	"slices"
	"strings"
	"testing"

	"quaestor/scanners/internal/hostroot/hosttest"
	"quaestor/scanners/internal/winfacts"
	"quaestor/scanners/internal/winreg/hivetest"
	"quaestor/scanners/inventory"
)

func names(inv *inventory.Inventory) (out []string) {
	for _, a := range inv.Apps {
		out = append(out, a.Name)
	}
	slices.Sort(out)
	return out
}

var products = []string{"7-Zip 24.08 (x64)", "Пример Антивирус", "Чат", "示例安全卫士", "聊天"}

func TestVolume(t *testing.T) { checkVolume(t, hivetest.Volume(t)) }

// TestVolumeByHivex reads hives that another program wrote.
func TestVolumeByHivex(t *testing.T) { checkVolume(t, hivetest.VolumeByHivex(t)) }

func checkVolume(t *testing.T, volume map[string]string) {
	t.Helper()
	for name, change := range map[string]func(map[string]string){
		"as it is": func(map[string]string) {},
		"in other letters": func(m map[string]string) {
			for _, path := range slices.Collect(maps.Keys(m)) {
				content := m[path]
				delete(m, path)
				m[strings.ReplaceAll(strings.ReplaceAll(path, "Windows/System32", "WINDOWS/system32"), "NTUSER.DAT", "ntuser.dat")] = content
			}
		},
	} {
		files := maps.Clone(volume)
		change(files)
		inv := hosttest.Scan(t, Scanner{}, files)
		if got := names(inv); !slices.Equal(got, products) {
			t.Errorf("%s: apps %q", name, got)
		}
		if len(inv.Devices) != 1 || inv.Devices[0].Name != "DESK-7" || inv.Devices[0].ID != winfacts.MachineID("0fedcba9-8765-4321-8000-1234567890ab") {
			t.Errorf("%s: devices %+v", name, inv.Devices)
		}
		for _, a := range inv.Apps {
			if a.Name == "示例安全卫士" && (a.Identifier != "示例卫士" || a.Arch != "x86") {
				t.Errorf("%s: %+v", name, a)
			}
			if o := a.Origins[0]; o.Scanner != ID || !strings.Contains(o.Path, "/") || !strings.Contains(o.Path, "!") {
				t.Errorf("%s: origin of %s: %+v", name, a.Name, o)
			}
			if perUser := a.Name == "Чат" || a.Name == "聊天"; perUser != (len(a.Users) == 1 && a.Users[0].User == "anna") {
				t.Errorf("%s: users of %s: %+v", name, a.Name, a.Users)
			}
		}
		for _, p := range inv.SecurityProducts {
			if p.Kind == "antivirus" && (p.State != "on" || p.Definitions != "outdated") {
				t.Errorf("%s: protection %+v", name, p)
			}
		}
		if len(inv.SecurityProducts) != 3 {
			t.Errorf("%s: %d marks", name, len(inv.SecurityProducts))
		}
	}
}

func TestMissing(t *testing.T) {
	files := hivetest.Volume(t)
	delete(files, "Windows/System32/config/SYSTEM")
	files["Windows/System32/config/SOFTWARE"] = files["Windows/System32/config/SOFTWARE"][:4096+64]
	inv := hosttest.Scan(t, Scanner{}, files)
	var subjects []string
	for _, g := range inv.Gaps {
		if g.Kind.Incomplete() {
			subjects = append(subjects, g.Subject[strings.LastIndex(g.Subject, "/")+1:])
		}
	}
	slices.Sort(subjects)
	if want := []string{"SOFTWARE", "SOFTWARE", "SOFTWARE", "SYSTEM"}; !slices.Equal(subjects, want) {
		t.Errorf("gaps %+v", inv.Gaps)
	}
	if got := names(inv); !slices.Equal(got, []string{"Чат", "聊天"}) {
		t.Errorf("apps %q", got)
	}
}

func TestNothing(t *testing.T) {
	src := hosttest.Open(t, hosttest.Tree(t, map[string]string{"Windows/System32/config/SOFTWARE": "no hive"}))
	if _, err := (Scanner{}).Scan(context.Background(), src); err == nil {
		t.Error("a computer without a readable hive is no error")
	}
	if (Scanner{}).Recognise(hosttest.Open(t, hosttest.Tree(t, map[string]string{"etc/os-release": ""}))) {
		t.Error("a computer of Linux is recognised")
	}
	without := hosttest.Open(t, hosttest.Tree(t, map[string]string{"Windows/System32/x.dll": ""}))
	if inv, err := (Scanner{}).Scan(context.Background(), without); err == nil || len(inv.Devices) != 1 {
		t.Errorf("a volume without its registry: %v", err)
	}
}
