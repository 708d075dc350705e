package processes

import (
	"context"
	"os"
	"runtime"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"quaestor/scanners"
	"quaestor/scanners/internal/hostroot"
	"quaestor/scanners/internal/hostroot/hosttest"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

var _ scanners.Scanner = Scanner{}

func tree() map[string]string {
	return map[string]string{
		"proc/1/exe":                         hosttest.Link + "/usr/lib/systemd/systemd",
		"proc/2/stat":                        "2 (kthreadd) S 0 0 0 0 -1 2129984 0",
		"proc/70/exe":                        hosttest.Link + "/opt/av/bin/avd (deleted)",
		"proc/71/exe":                        hosttest.Link + "/opt/av/bin/avd",
		"proc/self":                          hosttest.Link + "70",
		"proc/modules":                       "av_hook 40960 1 - Live 0x0000000000000000 (OE)\next4 1 1 - Live 0x0\nnvidia 1 0 - Live 0x0 (POE)\nold 1 0 - Live 0x0 (E)\nshort\n",
		"sys/kernel/security/lsm":            "lockdown,apparmor,selinux\n",
		"sys/fs/selinux/enforce":             "0",
		"usr/lib/systemd/system/avd.service": "[Service]\nExecStart=\nExecStart=-!/opt/av/bin/avd --config \"/etc/av d\"\n",
		"etc/systemd/system/multi-user.target.wants/avd.service":  hosttest.Link + "/usr/lib/systemd/system/avd.service",
		"etc/systemd/system/multi-user.target.wants/gone.service": hosttest.Link + "/usr/lib/systemd/system/gone.service",
		"etc/systemd/system/timers.target.wants/avd.timer":        "[Timer]\n",
		"etc/systemd/system/x.wants/x.mount":                      "",
		"etc/systemd/system/avd.service":                          "not enabled by being here",
		"etc/systemd/user/default.target.requires/sync.service":   "[Service]\nExecStart=/usr/bin/sync\n",
	}
}

func products(t *testing.T, files map[string]string, live bool) ([]inventory.SecurityProduct, []inventory.Gap) {
	t.Helper()
	h, err := hostroot.Open(hosttest.Open(t, hosttest.Tree(t, files)))
	if err != nil {
		t.Fatal(err)
	}
	inv, err := scan(context.Background(), h, live)
	if err != nil {
		t.Fatal(err)
	}
	for i := range inv.SecurityProducts {
		p := &inv.SecurityProducts[i]
		if p.ID == "" || p.Device != inv.Devices[0].ID || len(p.Origins) != 1 {
			t.Errorf("identifier, device or origin of %+v", p)
		}
		p.ID, p.Device, p.Origins = "", "", nil
	}
	return inv.SecurityProducts, inv.Gaps
}

var services = []inventory.SecurityProduct{
	{Kind: KindService, Name: "avd", State: "enabled", Service: "avd.service", Path: "/opt/av/bin/avd", Privileges: []string{"root"}},
	{Kind: KindService, Name: "gone", State: "enabled", Service: "gone.service"},
	{Kind: KindService, Name: "avd", State: "enabled", Service: "avd.timer"},
	{Kind: KindService, Name: "sync", State: "enabled", Service: "sync.service", Path: "/usr/bin/sync"},
}

func TestLive(t *testing.T) {
	got, gaps := products(t, tree(), true)
	want := append(slices.Clone(services),
		inventory.SecurityProduct{Kind: KindProcess, Name: "systemd", State: "running", Process: "systemd", Path: "/usr/lib/systemd/systemd"},
		inventory.SecurityProduct{Kind: KindProcess, Name: "avd", State: "running", Process: "avd", Path: "/opt/av/bin/avd"},
		inventory.SecurityProduct{Kind: KindKernelModule, Name: "av_hook", State: "running", Privileges: []string{"kernel-module"}},
		inventory.SecurityProduct{Kind: KindKernelModule, Name: "nvidia", State: "running", Privileges: []string{"kernel-module"}},
		inventory.SecurityProduct{Kind: KindLSM, Name: "lockdown", State: "enabled"},
		inventory.SecurityProduct{Kind: KindLSM, Name: "apparmor", State: "enabled"},
		inventory.SecurityProduct{Kind: KindLSM, Name: "selinux", State: "permissive"},
	)
	if d := cmp.Diff(want, got); d != "" || len(gaps) > 0 {
		t.Error(d, gaps)
	}
}

func TestCopy(t *testing.T) {
	got, gaps := products(t, tree(), false)
	if d := cmp.Diff(services, got); d != "" {
		t.Error(d)
	}
	if len(gaps) != 1 || gaps[0].Kind != inventory.GapBlind {
		t.Errorf("gaps %+v", gaps)
	}
}

func TestNoProcesses(t *testing.T) {
	for name, files := range map[string]map[string]string{"empty": {"proc/": ""}, "absent": {"etc/": ""}} {
		if _, gaps := products(t, files, true); len(gaps) != 1 || !gaps[0].Kind.Incomplete() {
			t.Errorf("%s: gaps %+v", name, gaps)
		}
	}
}

func TestParseStat(t *testing.T) {
	for in, want := range map[string]string{
		"7 (a) b (c)) S 1 2 3 4 5 4194560 0":      "a) b (c)",
		"2 (kthreadd) S 0 0 0 0 -1 2129984 0":     "",
		"9 (kworker/0:1) I 2 0 0 0 -1 69238880 0": "",
		"7 (a) S 1 2":         "",
		"7 )a( S 1 2 3 4 5 6": "",
		"":                    "",
		"7 (a) S 1 2 3 4 5 x": "",
	} {
		if name, ok := parseStat(in); ok != (want != "") || ok && name != want {
			t.Errorf("%q: %q, %v", in, name, ok)
		}
	}
}

// TestThisComputer finds the test itself among what runs.
func TestThisComputer(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only Linux has /proc")
	}
	self, err := os.Readlink("/proc/self/exe")
	if err != nil {
		t.Skipf("/proc is not there: %v", err)
	}
	src, err := source.Open(source.Target{Kind: source.KindHost}, source.DefaultLimits)
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	inv, err := Scanner{}.Scan(context.Background(), src)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(inv.SecurityProducts, func(p inventory.SecurityProduct) bool { return p.Path == self }) {
		t.Errorf("%s is not among the %d products", self, len(inv.SecurityProducts))
	}
}

func FuzzUnit(f *testing.F) {
	f.Add("[Service]\nUser=av\nExecStart=-!/opt/av/bin/avd --x\n")
	f.Fuzz(func(t *testing.T, text string) {
		var u unit
		u.read([]byte(text))
		if len(u.program)+len(u.user) > len(text) {
			t.Errorf("%+v", u)
		}
	})
}

// TestRoot: a service runs as root unless its unit, or what was put over it, names another account.
func TestRoot(t *testing.T) {
	const etc, lib = "etc/systemd/system/", "usr/lib/systemd/system/"
	for name, tt := range map[string]struct {
		unit, over string // the unit, and a file that changes it
		folder     string // that says that it starts
		want       bool
	}{
		"no account":        {"ExecStart=/x\n", "", etc, true},
		"root":              {"User=root\nExecStart=/x\n", "", etc, true},
		"its number":        {"User = 0\nExecStart = /x\n", "", etc, true},
		"another":           {"ExecStart=/x\nUser=av\n", "", etc, false},
		"made up":           {"DynamicUser=yes\nExecStart=/x\n", "", etc, false},
		"not made up":       {"DynamicUser=no\nExecStart=/x\n", "", etc, true},
		"taken back":        {"User=av\nUser=\nExecStart=/x\n", "", etc, true},
		"full rights":       {"User=av\nExecStart=-+/x\n", "", etc, true},
		"kept rights":       {"User=av\nExecStart=!/x\n", "", etc, true},
		"kept if old":       {"User=av\nExecStart=!!/x\n", "", etc, false},
		"changed to root":   {"User=av\nExecStart=/x\n", "[Service]\nUser=root\n", etc, true},
		"changed from root": {"ExecStart=/x\n", "[Service]\nUser=av\n", etc, false},
		"nothing started":   {"[Unit]\n", "", etc, false},
		"of sessions":       {"ExecStart=/x\n", "", "etc/systemd/user/", false},
		"of a person":       {"ExecStart=/x\n", "", "home/ann/.config/systemd/user/", false},
	} {
		files := map[string]string{"etc/os-release": "ID=x\n", "etc/passwd": "ann:x:1000:1000::/home/ann:/bin/bash\n",
			tt.folder + "a.wants/av@1.service": hosttest.Link + "/" + lib + "av@.service", lib + "av@.service": tt.unit}
		if tt.over != "" {
			files[etc+"av@.service.d/10.conf"] = tt.over
		}
		inv := hosttest.Scan(t, Scanner{}, files)
		i := slices.IndexFunc(inv.SecurityProducts, func(p inventory.SecurityProduct) bool { return p.Service == "av@1.service" })
		if i < 0 || slices.Contains(inv.SecurityProducts[i].Privileges, "root") != tt.want {
			t.Errorf("%s: %+v", name, inv.SecurityProducts)
		}
	}
}

func TestPlainFolderIsNoComputer(t *testing.T) {
	src, err := source.Open(source.Target{Path: t.TempDir()}, source.DefaultLimits)
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	if (Scanner{}).Recognise(src) {
		t.Error("recognised")
	}
}
