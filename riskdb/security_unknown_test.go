package riskdb

import (
	"fmt"
	"strings"
	"testing"

	"quaestor/scanners/inventory"
)

// unknownOf tells the marks of the only device, in short.
func unknownOf(t *testing.T, inv *inventory.Inventory) string {
	t.Helper()
	a := assessGuards(t, inv)
	if len(a.Unknown) == 0 {
		return ""
	}
	u := a.Unknown[0]
	var out []string
	for _, m := range u.Marks {
		out = append(out, fmt.Sprintf("%s %s", m.Class, m.Name))
	}
	return fmt.Sprintf("%d+%d %s; %d assumed", u.Kernel, u.System, strings.Join(out, ", "), u.Assumed)
}

// TestUnknownOnWindows: of hundreds of services and drivers those remain that are not Microsoft's and no product's, what filters
// files for antivirus and what sees the keys first; a place is no proof for those two.
func TestUnknownOnWindows(t *testing.T) {
	kernel, root := []string{"kernel"}, []string{"root"}
	signed := func(cn, o string) *inventory.Signer {
		return &inventory.Signer{Subject: "CN=" + cn + ", O=" + o + ", C=US", Verified: true}
	}
	inv := computer(inventory.Windows,
		inventory.SecurityProduct{Kind: "service", Name: "Sensor", Service: "sensor", Path: `C:\Program Files\Vigil\sensor.exe`, Privileges: root},
		inventory.SecurityProduct{Kind: "driver", Name: "Any", Service: "anydrv", Path: `C:\Windows\System32\drivers\any.sys`, Privileges: kernel},
		inventory.SecurityProduct{Kind: "driver", Name: "Signed", Service: "oem", Path: `C:\Windows\System32\drivers\oem.sys`, Privileges: kernel, Signer: signed("Oem Works", "Oem Works")},
		inventory.SecurityProduct{Kind: "driver", Name: "Attested", Service: "whcp", Path: `C:\Windows\System32\drivers\whcp.sys`, Privileges: kernel,
			Signer: signed("Microsoft Windows Hardware Compatibility Publisher", "Microsoft Corporation")},
		inventory.SecurityProduct{Kind: "driver", Name: "Inbox", Service: "inbox", Path: `D:\odd\inbox.sys`, Privileges: kernel, Signer: signed("Microsoft Windows", "Microsoft Corporation")},
		inventory.SecurityProduct{Kind: "driver", Name: "Keys", Service: "keys", Path: `C:\Windows\System32\drivers\keys.sys`, Privileges: []string{"input-monitoring", "kernel"}},
		inventory.SecurityProduct{Kind: "driver", Name: "Files", Service: "files", Identifier: "altitude:328765", Path: `C:\Windows\System32\drivers\files.sys`, Privileges: []string{"endpoint-security", "kernel"}},
		inventory.SecurityProduct{Kind: "driver", Name: "Defender", Service: "WdFilter", Identifier: "altitude:328010", Path: `C:\Windows\System32\drivers\wd\WdFilter.sys`, Privileges: []string{"endpoint-security", "kernel"}},
		inventory.SecurityProduct{Kind: "driver", Name: "Packets", Service: "packets", Path: `C:\Odd\p.sys`, Privileges: kernel},
		inventory.SecurityProduct{Kind: "driver", Name: "Packets Filter", Service: "Packets", Privileges: []string{"kernel", "network-filter"}, Path: `C:\Odd\p.sys`},
		inventory.SecurityProduct{Kind: "driver", Name: "Off", Service: "off", Path: `C:\Odd\o.sys`, Privileges: kernel, Start: "disabled"},
		inventory.SecurityProduct{Kind: "driver", Service: "sentrydrv", Path: `C:\Windows\System32\drivers\sentrydrv.sys`, Privileges: kernel},
		inventory.SecurityProduct{Kind: "service", Name: "Ours", Service: "ours", Path: `C:\Program Files\Sentry\helper\h.exe`, Privileges: root},
		inventory.SecurityProduct{Kind: "service", Name: "Click", Service: "click", Path: `C:\Program Files\Common Files\Microsoft Shared\click.exe`, Privileges: root},
		inventory.SecurityProduct{Kind: "service", Name: "Temp", Service: "temp", Path: `C:\Windows\Temp\x.exe`, Privileges: root},
		inventory.SecurityProduct{Kind: "service", Name: "Limited", Service: "limited", Path: `C:\Odd\l.exe`})
	for i := range 300 {
		inv.SecurityProducts = append(inv.SecurityProducts, inventory.SecurityProduct{ID: fmt.Sprint("own", i), Device: "pc", Kind: "service", Service: fmt.Sprint("svc", i), Path: `C:\WINDOWS\system32\svchost.exe`, Privileges: root})
	}
	inv.Apps = []inventory.App{{ID: "sentry", Device: "pc", Platform: inventory.Windows, IdentifierKind: inventory.UninstallKey, Identifier: "SentryAV", Name: "Sentry", Paths: []string{`C:\Program Files\Sentry\`}}}
	want := "5+2 file-filter Files, keyboard-filter Keys, network-filter Packets, driver Attested, driver Signed, service Sensor, service Temp; 302 assumed"
	if got := unknownOf(t, inv); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// TestUnknownOnMac: an extension of the kernel and a daemon with the rights of root that nobody knows, and nothing of Apple's.
func TestUnknownOnMac(t *testing.T) {
	root := []string{"root"}
	inv := computer(inventory.MacOS,
		inventory.SecurityProduct{Kind: "launch-daemon", Name: "com.watch.rootd", Identifier: "com.watch.rootd", Path: "/usr/local/bin/watchd", Privileges: root},
		inventory.SecurityProduct{Kind: "launch-daemon", Name: "com.apple.fake", Identifier: "com.apple.fake", Path: "/Library/Evil/fake", Privileges: root},
		inventory.SecurityProduct{Kind: "launch-daemon", Name: "com.apple.x", Identifier: "com.apple.x", Path: "/System/Library/x", Privileges: root},
		inventory.SecurityProduct{Kind: "launch-daemon", Name: "com.apple.y", Identifier: "com.apple.y", Path: "/usr/libexec/y", Privileges: root},
		inventory.SecurityProduct{Kind: "launch-daemon", Name: "mine", Identifier: "mine", Path: "/Users/jan/x", Privileges: nil, User: "jan"},
		inventory.SecurityProduct{Kind: "launch-daemon", Name: "com.parent.sentry", Identifier: "com.parent.sentry", Path: "/Library/Sentry/s", Privileges: root},
		inventory.SecurityProduct{Kind: "kernel-extension", Name: "ghost", Identifier: "com.ghost.kext", Team: "GHOST12345", Path: "/Library/Extensions/ghost.kext", Privileges: []string{"kernel"}},
		inventory.SecurityProduct{Kind: "kernel-extension", Name: "hfs", Identifier: "com.apple.filesystems.hfs", Privileges: []string{"kernel"}},
		inventory.SecurityProduct{Kind: "system-extension", Name: "Eyes", Identifier: "com.eyes.es", Privileges: []string{"root", "endpoint-security"}})
	if got, want := unknownOf(t, inv), "1+2 kernel-extension ghost, service com.apple.fake, service com.watch.rootd; 0 assumed"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// TestUnknownOnLinux: what lies where a distribution puts programs is its own, a package's or not; what was built elsewhere is not.
func TestUnknownOnLinux(t *testing.T) {
	root := []string{"root"}
	inv := computer(inventory.Linux,
		inventory.SecurityProduct{Kind: "service", Name: "mystery", Service: "mystery.service", Path: "/opt/mystery/mysteryd", Privileges: root, App: "opt"},
		inventory.SecurityProduct{Kind: "service", Name: "cron", Service: "cron.service", Path: "/usr/sbin/cron", Privileges: root, App: "deb"},
		inventory.SecurityProduct{Kind: "service", Name: "loose", Service: "loose.service", Path: "/usr/sbin/loose", Privileges: root},
		inventory.SecurityProduct{Kind: "kernel-module", Name: "rootkit", Privileges: []string{"kernel-module"}},
		inventory.SecurityProduct{Kind: "kernel-module", Name: "ext4", Privileges: []string{"kernel"}},
		inventory.SecurityProduct{Kind: "kernel-program", Name: "spy", Path: "/sys/fs/bpf/spy", Privileges: []string{"kernel"}},
		inventory.SecurityProduct{Kind: "kernel-program", Name: "systemd", Path: "/sys/fs/bpf/systemd", Privileges: []string{"kernel"}},
		inventory.SecurityProduct{Kind: "process", Name: "x", Process: "x", Path: "/opt/x/x", Privileges: root})
	for _, id := range []string{"opt", "deb"} {
		inv.Apps = append(inv.Apps, inventory.App{ID: id, Device: "pc", Platform: inventory.Linux, IdentifierKind: inventory.DebPackage, Identifier: id})
	}
	if got, want := unknownOf(t, inv), "2+1 kernel-module rootkit, kernel-program spy, service mystery; 2 assumed"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
