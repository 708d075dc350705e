package processes

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"quaestor/scanners/internal/hostroot/hosttest"
	"quaestor/scanners/inventory"
)

func agentTree() map[string]string {
	const security = "usr/lib/x86_64-linux-gnu/security/"
	return map[string]string{
		"etc/passwd": "ann:x:1000:1000::/home/ann:/bin/bash\n",
		"lib":        hosttest.Link + "usr/lib",
		"usr/lib/systemd/system/multi-user.target.wants/core.service": "[Service]\nExecStart=/usr/bin/core\n",
		"home/ann/.config/systemd/user/default.target.wants/s.timer":  "[Timer]\n",
		"etc/rc3.d/S01agentd":                         hosttest.Link + "../init.d/agentd",
		"etc/rc3.d/S01core":                           hosttest.Link + "../init.d/core",
		"etc/rc3.d/K01off":                            hosttest.Link + "../init.d/off",
		"etc/rc3.d/README":                            "",
		"usr/lib/systemd/system/core.service":         "[Service]\n",
		"etc/runlevels/default/sshd":                  hosttest.Link + "/etc/init.d/sshd",
		"etc/xdg/autostart/a.desktop":                 "[Desktop Entry]\nName=Agent\nExec=env X=1 /opt/agent/tray --start\n",
		"etc/xdg/autostart/off.desktop":               "[Desktop Entry]\nName=Off\nExec=off\nHidden=true\n",
		"home/ann/.config/autostart/b.desktop":        "[Desktop Entry]\nExec=/snap/chat/17/bin/chat\n",
		"etc/ld.so.preload":                           "# why\n/opt/agent/libhook.so: /usr/lib/x.so\n",
		"usr/lib/modules/6.1/extra/av/av_hook.ko.xz":  "",
		"usr/lib/modules/6.1/updates/dkms/nvidia.ko":  "",
		"usr/lib/modules/6.1/kernel/fs/ext4/ext4.ko":  "",
		"usr/lib/modules/6.1/extra/README":            "",
		security + "pam_unix.so":                      "",
		security + "pam_deny.so":                      "",
		security + "pam_agent.so":                     "",
		"sys/fs/bpf/agent_maps":                       "",
		"proc/7/exe":                                  hosttest.Link + "/usr/bin/core",
		"var/lib/dpkg/info/agent.list":                "/opt/agent/tray\n/opt/agent/libhook.so\n/lib/x86_64-linux-gnu/security/pam_agent.so\n",
		"var/lib/dpkg/info/core.list":                 "/bin/core\n",
		"var/lib/dpkg/info/libpam-modules:amd64.list": "/lib/x86_64-linux-gnu/security/pam_unix.so\n/lib/x86_64-linux-gnu/security/pam_deny.so\n",
	}
}

func TestWhatStarts(t *testing.T) {
	got, gaps := products(t, agentTree(), true)
	device := "" // App identifiers are of the device, whose identifier products takes away
	for i := range got {
		if got[i].App != "" {
			device = "known"
			got[i].App = "package"
		}
	}
	if device == "" {
		t.Error("no product has a package")
	}
	service := func(name, unit, program, user, app string) inventory.SecurityProduct {
		return inventory.SecurityProduct{Kind: KindService, Name: name, State: "enabled", Service: unit, Path: program, User: user, App: app}
	}
	module := func(name, path string) inventory.SecurityProduct {
		return inventory.SecurityProduct{Kind: KindKernelModule, Name: name, State: "installed", Path: path, Privileges: []string{"kernel-module"}}
	}
	want := []inventory.SecurityProduct{
		{Kind: KindService, Name: "core", State: "enabled", Service: "core.service", Path: "/usr/bin/core", App: "package", Privileges: []string{"root"}},
		service("s", "s.timer", "", "1000", ""),
		service("agentd", "agentd", "/etc/init.d/agentd", "", ""),
		service("sshd", "sshd", "/etc/init.d/sshd", "", ""),
		{Kind: KindAutostart, Name: "Agent", Identifier: "a", State: "enabled", Start: "login", Path: "/opt/agent/tray", App: "package"},
		{Kind: KindAutostart, Name: "b", Identifier: "b", State: "enabled", Start: "login", Path: "/snap/chat/17/bin/chat", User: "1000", App: "package"},
		{Kind: KindPreload, Name: "libhook.so", State: "enabled", Path: "/opt/agent/libhook.so", App: "package"},
		{Kind: KindPreload, Name: "x.so", State: "enabled", Path: "/usr/lib/x.so"},
		module("av_hook", "/usr/lib/modules/6.1/extra/av/av_hook.ko.xz"),
		module("nvidia", "/usr/lib/modules/6.1/updates/dkms/nvidia.ko"),
		{Kind: KindLogin, Name: "pam_agent", State: "installed", Path: "/usr/lib/x86_64-linux-gnu/security/pam_agent.so", Privileges: []string{"login"}, App: "package"},
		{Kind: KindProcess, Name: "core", State: "running", Process: "core", Path: "/usr/bin/core", App: "package"},
		{Kind: KindPin, Name: "agent_maps", State: "running", Path: "/sys/fs/bpf/agent_maps", Privileges: []string{"kernel"}},
	}
	for i := range got { // a module lies in one of several folders that are one
		if got[i].Kind == KindLogin {
			got[i].Path = "/usr/lib/x86_64-linux-gnu/security/pam_agent.so"
		}
	}
	if d := cmp.Diff(want, got); d != "" || len(gaps) > 0 {
		t.Error(d, gaps)
	}
}

// TestOwnPackage: the package of an executable is the app that the scanner of packages makes of it.
func TestOwnPackage(t *testing.T) {
	inv := hosttest.Scan(t, Scanner{}, agentTree())
	want := inventory.AppID(inv.Devices[0].ID, inventory.DebPackage, "core")
	if !slices.ContainsFunc(inv.SecurityProducts, func(p inventory.SecurityProduct) bool { return p.Name == "core" && p.App == want }) {
		t.Errorf("no product of %s in %+v", want, inv.SecurityProducts)
	}
	want = inventory.AppID(inv.Devices[0].ID, inventory.SnapPackage, "chat")
	if !slices.ContainsFunc(inv.SecurityProducts, func(p inventory.SecurityProduct) bool { return p.Name == "b" && p.App == want }) {
		t.Errorf("no product of %s", want)
	}
}

func TestPreloaded(t *testing.T) {
	for in, want := range map[string][]string{"": nil, "# /a.so\n": nil, "/a.so /b.so:/c.so\n\t/d.so # e\n": {"/a.so", "/b.so", "/c.so", "/d.so"}} {
		if got := preloaded(in); !slices.Equal(got, want) {
			t.Errorf("%q: %q", in, got)
		}
	}
}

func TestSysvName(t *testing.T) {
	for in, want := range map[string]string{"S20cron": "cron", "K20cron": "", "S2x": "", "README": "", "S20": ""} {
		if got, _ := sysvName(in); got != want {
			t.Errorf("%q: %q", in, got)
		}
	}
}

func TestSnapOf(t *testing.T) {
	for in, want := range map[string]string{"/snap/chat/17/bin/chat": "chat", "/var/lib/snapd/snap/x/1/y": "x", "/snap/bin/chat": "", "/opt/x": "", "/snap/chat": ""} {
		if got := snapOf(in); got != want {
			t.Errorf("%q: %q", in, got)
		}
	}
}

func FuzzPreloaded(f *testing.F) {
	f.Add("/a.so /b.so:/c.so # d\n")
	f.Fuzz(func(t *testing.T, text string) {
		total := 0
		for _, lib := range preloaded(text) {
			if lib == "" {
				t.Error("an empty name")
			}
			total += len(lib)
		}
		if total > len(text) {
			t.Errorf("%d bytes of names in %d", total, len(text))
		}
	})
}
