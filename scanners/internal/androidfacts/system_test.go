package androidfacts

import (
	"strings"
	"testing"

	"quaestor/scanners/internal/getprop"
	"quaestor/scanners/inventory"
)

const oneApp = "Packages:\n  Package [com.a] (1):\n    appId=10101\n" + end

// TestSystem: the head of a dump of the package service tells the system, in each form that a version prints.
func TestSystem(t *testing.T) {
	const fingerprint = "Android/box/box:7.1.2/NHG47K/akrd:userdebug/test-keys"
	for _, c := range []struct {
		name, text string
		sdk        int
		version    string
		tags       string
	}{
		{"Android 7", "Database versions:\n  Internal:\n    sdkVersion=25 databaseVersion=3 \n    fingerprint=" + fingerprint + " \n  External:\n    sdkVersion=19 databaseVersion=19\n    fingerprint=x/y/z:4.4/A/b:user/release-keys\n\n" + oneApp, 25, "7.1.2", "test-keys"},
		{"Android 14", "Database versions:\n  Internal:\n    sdkVersion=34 databaseVersion=3\n    buildFingerprint=google/shiba/shiba:14/U/2:user/release-keys\n    fingerprint=google/shiba/shiba:14/U/2:user/release-keys\n\n" + oneApp, 34, "14", "release-keys"},
		{"Android 5", "Database versions:\n  SDK Version:\n    Internal: 22 External: 19\n  DB Version:\n    Internal: 4 External: 4\n\n" + oneApp, 22, "", ""},
		{"marked", "DUMP OF SERVICE package:\nDatabase versions:\n  Internal:\n    sdkVersion=33 databaseVersion=3\n    fingerprint=" + fingerprint + "\n\n" + oneApp, 33, "7.1.2", "test-keys"},
		{"a card alone", "Database versions:\n  External:\n    sdkVersion=19 databaseVersion=19\n    fingerprint=" + fingerprint + "\n\n" + oneApp, 0, "", ""},
		{"no fingerprint", "Database versions:\n  Internal:\n    sdkVersion=-1 databaseVersion=3\n    fingerprint=unknown\n\n" + oneApp, 0, "", ""},
		{"after the packages", oneApp + "Database versions:\n  Internal:\n    sdkVersion=25 databaseVersion=3\n    fingerprint=" + fingerprint + "\n", 0, "", ""},
	} {
		d := dumped(t, c.text, "package").Devices[0]
		if d.SDK != c.sdk || d.OSVersion != c.version || d.Properties["ro.build.tags"] != c.tags {
			t.Errorf("%s: %d %q %v", c.name, d.SDK, d.OSVersion, d.Properties)
		}
	}
}

// TestSystemOfProperties: what the properties say stands, and the tags of another build are not mixed in.
func TestSystemOfProperties(t *testing.T) {
	p := New("test")
	text := "Database versions:\n  Internal:\n    sdkVersion=25 databaseVersion=3\n    fingerprint=a/b/c:7.1/I/1:userdebug/test-keys\n\n" + oneApp
	if _, err := p.AddDumpsys(strings.NewReader(text), "dump.txt", "package", nil); err != nil {
		t.Fatal(err)
	}
	p.AddProperties(&getprop.Properties{Values: map[string]string{"ro.build.version.sdk": "34", "ro.build.version.release": "14", "ro.build.fingerprint": "a/b/c:14/I/2:user/release-keys"}}, "getprop.txt")
	d := p.Inventory("dump", "dump", "hash").Devices[0]
	if d.SDK != 34 || d.OSVersion != "14" || d.Properties["ro.build.tags"] != "" || !strings.Contains(d.OSBuild, ":14/") {
		t.Errorf("%+v", d)
	}
}

// TestOpsLeftOpen: "granted=false" of an access that the user gives in the settings says nothing without the app ops.
func TestOpsLeftOpen(t *testing.T) {
	const text = "Packages:\n  Package [com.a] (1):\n    appId=10101\n    pkgFlags=[ ]\n    install permissions:\n      android.permission.MANAGE_EXTERNAL_STORAGE: granted=false\n      android.permission.CAMERA: granted=false\n    User 0: installed=true\n"
	known := func(inv *inventory.Inventory, name string) bool {
		for _, p := range inv.Apps[0].Permissions {
			if p.Name == "android.permission."+name {
				return p.GrantKnown
			}
		}
		t.Fatalf("%s is missing", name)
		return false
	}
	alone := dumped(t, text, "package")
	if known(alone, "MANAGE_EXTERNAL_STORAGE") || !known(alone, "CAMERA") {
		t.Errorf("%+v", alone.Apps[0].Permissions)
	}
	with := dumped(t, "DUMP OF SERVICE appops:\nCurrent AppOps Service state:\n  Uid u0a101:\n    Package com.a:\n      GET_USAGE_STATS (default):\nDUMP OF SERVICE package:\n"+text, "")
	if !known(with, "MANAGE_EXTERNAL_STORAGE") {
		t.Errorf("%+v", with.Apps[0].Permissions)
	}
}
