package installproxy

import (
	"fmt"
	"strings"
	"testing"

	"quaestor/scanners/inventory"
)

func TestDistribution(t *testing.T) {
	entitled := func(key string) map[string]any { return map[string]any{key: true} }
	for _, tt := range []struct {
		want string
		d    map[string]any
	}{
		{"system", map[string]any{"ApplicationType": "System"}},
		{"system", map[string]any{"ApplicationType": "Hidden", "SignerIdentity": "Apple iPhone OS Application Signing"}},
		{"app-store", map[string]any{"ApplicationType": "User", "SignerIdentity": "Apple iPhone OS Application Signing"}},
		{"testflight", map[string]any{"SignerIdentity": "TestFlight Beta Distribution"}},
		{"testflight", map[string]any{"SignerIdentity": "Apple iPhone OS Application Signing", "Entitlements": entitled("beta-reports-active")}},
		{"enterprise", map[string]any{"SignerIdentity": "iPhone Distribution: X", "ProfileValidated": true, "UPPValidated": true}},
		{"ad-hoc", map[string]any{"SignerIdentity": "iPhone Distribution: X", "ProfileValidated": true}},
		{"development", map[string]any{"SignerIdentity": "Apple Development: X", "ProfileValidated": true}},
		{"development", map[string]any{"ProfileValidated": true, "Entitlements": entitled("get-task-allow")}},
		{"development", map[string]any{"ProfileValidated": true, "FreeProfileValidated": true}},
		{"", map[string]any{"SignerIdentity": "Somebody"}},
		{"", map[string]any{}},
	} {
		if got := Distribution(tt.d); got != tt.want {
			t.Errorf("%v: %q, want %q", tt.d, got, tt.want)
		}
	}
}

func TestIdentifier(t *testing.T) {
	for id, want := range map[string]bool{"com.example.App-2": true, "": false, "com.example app": false, "../x": false, "a\x00b": false, strings.Repeat("a", 256): false} {
		if got := Identifier(map[string]any{"CFBundleIdentifier": id}); (got == id && id != "") != want {
			t.Errorf("%q: %q", id, got)
		}
	}
}

func TestTeam(t *testing.T) {
	for name, want := range map[string]string{"ABCDE12345.com.example": "ABCDE12345", "com.example.app": "", "": "", "abcde12345.x": ""} {
		if got := Team(map[string]any{"application-identifier": name}); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
}

// TestNobody keeps the names of people's accounts out.
func TestNobody(t *testing.T) {
	var a inventory.App
	Describe(&a, map[string]any{"CFBundleIdentifier": "x", "SignerIdentity": "iPhone Developer: ada@parliament.example (ABCDE12345)", "ApplicationDSID": 12345678})
	metadata := []byte(`<plist><dict><key>itemId</key><integer>7</integer><key>apple-id</key><string>ada@parliament.example</string><key>userName</key><string>Ada</string></dict></plist>`)
	if err := DescribeStore(&a, metadata); err != nil || a.StoreID != "7" {
		t.Errorf("%+v, %v", a, err)
	}
	if all := fmt.Sprintf("%+v", a); strings.Contains(all, "ada@") || strings.Contains(all, "12345678") || strings.Contains(all, "Ada") {
		t.Error(all)
	}
	if DescribeStore(&a, []byte("bplist00 broken")) == nil {
		t.Error("broken metadata passes")
	}
}

func TestLimits(t *testing.T) {
	d := map[string]any{"GroupContainers": map[string]any{}}
	for i := range 300 {
		d[fmt.Sprintf("NS%dUsageDescription", i)] = strings.Repeat("x", 5000)
	}
	var a inventory.App
	if !Describe(&a, d) || len(a.Permissions) != maxPermissions || len(a.Permissions[0].Purpose) > inventory.MaxText {
		t.Errorf("%d permissions", len(a.Permissions))
	}
	if Describe(&inventory.App{}, map[string]any{"NSCameraUsageDescription": 7, "UIBackgroundModes": "audio"}) {
		t.Error("cut short without need")
	}
}
