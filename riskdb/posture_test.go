package riskdb

import (
	"slices"
	"strings"
	"testing"

	"quaestor/scanners/inventory"
)

// ordinaryPhone is what a phone as it is sold says of itself while somebody looks at it over a cable.
func ordinaryPhone() map[string]string {
	return map[string]string{"ro.boot.verifiedbootstate": "green", "ro.boot.flash.locked": "1", "ro.boot.vbmeta.device_state": "locked", "ro.boot.veritymode": "enforcing",
		"ro.build.tags": "release-keys", "ro.build.type": "user", "ro.debuggable": "0", "ro.secure": "1", "ro.adb.secure": "1", "ro.crypto.state": "encrypted",
		"settings.global.adb_enabled": "1", "settings.global.development_settings_enabled": "1", "settings.global.adb_wifi_enabled": "0",
		"settings.global.package_verifier_enable": "1", "settings.global.package_verifier_user_consent": "1", "settings.secure.install_non_market_apps": "1",
		"service.adb.tcp.port": "-1", "persist.adb.tcp.port": "", "settings.global.http_proxy": ":0", "settings.secure.lockscreen.disabled": "0", "sys.oem_unlock_allowed": "0"}
}

func postures(t *testing.T, d inventory.Device) []string {
	t.Helper()
	inv := inventory.New()
	inv.Devices = []inventory.Device{d}
	var out []string
	for _, f := range assessAll(t, inv).Findings {
		if f.Rule == RulePosture {
			out = append(out, f.Params["check"]+" "+string(f.Severity)+" "+string(f.Confidence))
		}
	}
	slices.Sort(out)
	return out
}

func TestPosture(t *testing.T) {
	tests := []struct {
		property, value string
		want            string
	}{
		{"ro.boot.verifiedbootstate", "orange", "boot-unlocked high high"},
		{"ro.boot.flash.locked", "0", "boot-unlocked high high"},
		{"ro.boot.verifiedbootstate", "yellow", "boot-other-system low high"},
		{"ro.boot.verifiedbootstate", "RED", "boot-failed high high"},
		{"ro.boot.veritymode", "eio", "boot-failed high high"},
		{"ro.boot.veritymode", "disabled", "boot-check-off high high"},
		{"ro.boot.veritymode", "logging", "boot-check-off high high"},
		{"ro.build.tags", "dev-keys,test-keys", "system-for-development medium high"},
		{"ro.build.type", "userdebug", "system-for-development medium high"},
		{"ro.debuggable", "1", "system-for-development medium high"},
		{"ro.crypto.state", "unencrypted", "not-encrypted high high"},
		{"service.adb.tcp.port", "5555", "adb-over-network medium high"},
		{"settings.global.adb_wifi_enabled", "1", "adb-over-network medium high"},
		{"users.10.settings.global.package_verifier_user_consent", "-1", "verifier-off low high"},
		{"ro.adb.secure", "0", "adb-open medium low"},
		{"settings.secure.lockscreen.disabled", "1", "no-screen-lock high low"},
		{"settings.global.http_proxy", "192.0.2.1:8080", "global-proxy low low"},
		{"androidqf.root_binaries", "/system/xbin/su", "root-programs high low"},
		{"users.10.something.else", "orange", ""},
	}
	for _, tt := range tests {
		t.Run(tt.property+"="+tt.value, func(t *testing.T) {
			props := ordinaryPhone()
			props[tt.property] = tt.value
			got := strings.Join(postures(t, inventory.Device{ID: "d", Platform: inventory.Android, SDK: 34, Properties: props}), ", ")
			if got != tt.want {
				t.Errorf("got %q want %q", got, tt.want)
			}
		})
	}
}

func TestOrdinaryDevicesAreNoNews(t *testing.T) {
	for _, d := range []inventory.Device{
		{ID: "d", Platform: inventory.Android, SDK: 34, Properties: ordinaryPhone()},
		{ID: "d", Platform: inventory.Android},
		{ID: "d", Platform: inventory.IOS, Properties: map[string]string{"PasswordProtected": "false", "IsSupervised": "false", "DeveloperModeStatus": "false", "WasPasscodeSet": "true"}},
		{ID: "d", Platform: inventory.Linux, Properties: map[string]string{"ro.debuggable": "1"}},
	} {
		if got := postures(t, d); len(got) > 0 {
			t.Errorf("%s: %v", d.Platform, got)
		}
	}
}

// TestPostureOfOldAndAppleDevices: one switch for all sources is a state of old versions alone.
func TestPostureOfOldAndAppleDevices(t *testing.T) {
	if got := postures(t, inventory.Device{ID: "d", Platform: inventory.Android, SDK: 23, Properties: map[string]string{"settings.secure.install_non_market_apps": "1"}}); !slices.Equal(got, []string{"unknown-sources low high"}) {
		t.Errorf("got %v", got)
	}
	got := postures(t, inventory.Device{ID: "d", Platform: inventory.IOS, Properties: map[string]string{"WasPasscodeSet": "false", "DeveloperModeStatus": "true"}})
	if !slices.Equal(got, []string{"developer-mode low high", "no-passcode high low"}) {
		t.Errorf("got %v", got)
	}
}
