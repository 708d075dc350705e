package ospurl

import (
	"testing"

	"quaestor/scanners/inventory"
)

func device(id, version, build string) inventory.Device {
	return inventory.Device{ID: "d", Platform: inventory.Linux, OSVersion: version, Properties: map[string]string{"os-release.ID": id, "os-release.BUILD_ID": build}}
}

func TestURL(t *testing.T) {
	app := func(kind inventory.IdentifierKind, name, version, arch, source string) inventory.App {
		return inventory.App{IdentifierKind: kind, Identifier: name, Version: version, Arch: arch, SourcePackage: source}
	}
	key := app(inventory.RPMPackage, "gpg-pubkey", "1-2", "", "")
	key.Flags = []string{"public-key"}
	for _, tt := range []struct {
		on   inventory.Device
		app  inventory.App
		want string
	}{
		{device("debian", "12", ""), app(inventory.DebPackage, "adb", "1:29.0.6-28", "amd64", "android-platform-tools"),
			"pkg:deb/debian/adb@1:29.0.6-28?arch=amd64&distro=debian-12&upstream=android-platform-tools"},
		{device("debian", "12", ""), app(inventory.DebPackage, "libstdc++6", "12.2.0-14+deb12u1", "amd64", "gcc-12 (12.2.0-14)"),
			"pkg:deb/debian/libstdc%2B%2B6@12.2.0-14%2Bdeb12u1?arch=amd64&distro=debian-12&upstream=gcc-12%4012.2.0-14"},
		{device("ubuntu", "24.04", ""), app(inventory.DebPackage, "curl", "8.5.0-2ubuntu10", "amd64", ""), "pkg:deb/ubuntu/curl@8.5.0-2ubuntu10?arch=amd64&distro=ubuntu-24.04"},
		{device("debian", "", ""), app(inventory.DebPackage, "curl", "8", "all", ""), "pkg:deb/debian/curl@8?arch=all&distro=debian"},
		{device("", "", ""), app(inventory.DebPackage, "curl", "8", "", ""), "pkg:deb/curl@8"},
		{device("alpine", "3.20.3", ""), app(inventory.AlpinePackage, "ssl_client", "1.36.1-r29", "x86_64", "busybox"),
			"pkg:apk/alpine/ssl_client@1.36.1-r29?arch=x86_64&distro=alpine-3.20.3&upstream=busybox"},
		{device("alpine", "3.20.3", ""), app(inventory.AlpinePackage, "musl", "1.2.5-r1", "x86_64", "musl"), "pkg:apk/alpine/musl@1.2.5-r1?arch=x86_64&distro=alpine-3.20.3"},
		{device("rhel", "9.4", ""), app(inventory.RPMPackage, "openssl-libs", "1:3.0.7-27.el9", "x86_64", "openssl-3.0.7-27.el9.src.rpm"),
			"pkg:rpm/redhat/openssl-libs@3.0.7-27.el9?arch=x86_64&distro=rhel-9.4&epoch=1&upstream=openssl-3.0.7-27.el9.src.rpm"},
		{device("opensuse-leap", "15.6", ""), app(inventory.RPMPackage, "zypper", "1.14-1", "", ""), "pkg:rpm/opensuse/zypper@1.14-1?distro=opensuse-leap-15.6"},
		{device("rocky", "9.4", ""), key, ""},
		{device("arch", "", "rolling"), app(inventory.ArchPackage, "firefox", "145.0-2", "x86_64", "firefox"), "pkg:alpm/arch/firefox@145.0-2?arch=x86_64&distro=arch-rolling&upstream=firefox"},
		{device("debian", "12", ""), app(inventory.SnapPackage, "core22", "20240111", "amd64", ""), "pkg:snap/core22@20240111?arch=amd64"},
		{device("debian", "12", ""), app(inventory.FlatpakApp, "org.gimp.GIMP", "2.10", "x86_64", ""), "pkg:flatpak/org.gimp.GIMP@2.10?arch=x86_64"},
		{inventory.Device{Platform: inventory.MacOS, OSVersion: "15"}, app(inventory.Homebrew, "wget", "1.25.0", "arm64", ""), "pkg:brew/wget@1.25.0"},
		{device("debian", "12", ""), app(inventory.DebPackage, "", "1", "", ""), ""},
		{device("debian", "12", ""), app(inventory.DesktopEntry, "x", "1", "", ""), ""},
		{device("debian", "12", ""), app(inventory.DebPackage, "a/../b?c#d", "1@2", "", ""), "pkg:deb/debian/a%2F..%2Fb%3Fc%23d@1%402?distro=debian-12"},
	} {
		if got := Of(tt.on).URL(&tt.app); got != tt.want {
			t.Errorf("%+v\n got %q\nwant %q", tt.app, got, tt.want)
		}
	}
}

// TestOf: sources that do not read os-release tell the release in words.
func TestOf(t *testing.T) {
	for _, tt := range []struct {
		d    inventory.Device
		want Distro
	}{
		{device("debian", "12 (bookworm)", ""), Distro{"debian", "12"}},
		{device("ubuntu", "22.04.3 LTS (Jammy Jellyfish)", ""), Distro{"ubuntu", "22.04"}},
		{device("alpine", "3.20.3", ""), Distro{"alpine", "3.20.3"}},
		{inventory.Device{Platform: inventory.Linux, OSName: "Rocky Linux", OSVersion: "9.4"}, Distro{"rocky", "9.4"}},
		{inventory.Device{Platform: inventory.Linux, OSName: "Home made", OSVersion: "1"}, Distro{"", "1"}},
		{inventory.Device{Platform: inventory.MacOS, OSVersion: "15"}, Distro{}},
	} {
		if got := Of(tt.d); got != tt.want {
			t.Errorf("%+v: %+v", tt.d, got)
		}
	}
	if q := Of(inventory.Device{Platform: inventory.Linux, OSVersion: "1"}).Qualifier(); q != "" {
		t.Errorf("a system without a name is called %q", q)
	}
}

// TestListed: a list of packages alone tells its release by the package that is made for each.
func TestListed(t *testing.T) {
	for version, want := range map[string]Distro{"12.4+deb12u5": {"debian", "12"}, "13.8": {"debian", "13"}, "13ubuntu10": {ID: "ubuntu"}, "2024.3.1kali1": {}} {
		apps := []inventory.App{{IdentifierKind: inventory.DebPackage, Identifier: "adb", Version: "1"},
			{IdentifierKind: inventory.DebPackage, Identifier: "base-files", Version: version, Publisher: "Santiago Vila <sanvila@debian.org>"}}
		if got := Listed(apps); got != want {
			t.Errorf("%s: %+v", version, got)
		}
		apps[1].Publisher = "somebody@example.org"
		if got := Listed(apps); got.ID == "debian" {
			t.Errorf("%s of somebody else: %+v", version, got)
		}
	}
}

func TestAdd(t *testing.T) {
	inv := inventory.New()
	inv.Apps = []inventory.App{
		{ID: "a", Device: "d", IdentifierKind: inventory.DebPackage, Identifier: "adb", Version: "1", Origins: []inventory.Origin{{Path: "status", Line: 7}}},
		{ID: "b", Device: "d", IdentifierKind: inventory.DesktopEntry, Identifier: "x"},
	}
	Add(inv, Distro{"debian", "12"}, map[string][]string{"a": {"MIT"}})
	if len(inv.Components) != 1 {
		t.Fatalf("%+v", inv.Components)
	}
	c := inv.Components[0]
	if c.App != "a" || c.Device != "d" || !c.Exact || c.Basis != "record" || c.Version != "1" || c.Origins[0].Line != 7 || len(c.Licences) != 1 || c.ID == "" {
		t.Errorf("%+v", c)
	}
}
