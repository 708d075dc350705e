package installproxy

import (
	"fmt"
	"strings"
	"testing"

	"quaestor/scanners/internal/plist"
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
	a.Distribution = "app-store"
	if err := DescribeStore(&a, map[string]any{"distributorInfo": map[string]any{"distributorID": "com.example.market"}}); err != nil || a.Distribution != "marketplace" {
		t.Errorf("%+v, %v", a, err)
	}
	if DescribeStore(&a, []byte("bplist00 broken")) == nil {
		t.Error("broken metadata passes")
	}
}

func TestDescribe(t *testing.T) {
	a := inventory.App{Identifier: "com.example.app"}
	Describe(&a, map[string]any{"CFBundleDisplayName": "App", "CFBundleVersion": "12", "Path": "/Applications/App.app", "ApplicationType": "Hidden",
		"NSCameraUsageDescription": strings.Repeat("x", 5000), "GroupContainers": map[string]any{"group.b": "/x", "group.a": "/y"}, "IsAppClip": true,
		"Entitlements": map[string]any{"application-identifier": "ABCDE12345.com.example.app", networkExtension: []any{"packet-tunnel-provider"}, "get-task-allow": true}})
	if a.Name != "App" || a.VersionCode != 12 || !a.System || !a.Debuggable || a.Team != "ABCDE12345" || fmt.Sprint(a.Groups) != "[group.a group.b]" ||
		fmt.Sprint(a.Flags) != "[networkextension:packet-tunnel-provider IsAppClip Hidden]" || fmt.Sprint(a.Paths) != "[/Applications/App.app]" {
		t.Errorf("%+v", a)
	}
	if len(a.Permissions) != 1 || len(a.Permissions[0].Purpose) > inventory.MaxText {
		t.Errorf("%+v", a.Permissions)
	}
	Describe(&inventory.App{}, map[string]any{"NSCameraUsageDescription": 7, "UIBackgroundModes": "audio", "Entitlements": "none", "GroupContainers": []any{1}})
}

// FuzzDescribe reads apps that are described by anything.
func FuzzDescribe(f *testing.F) {
	f.Add([]byte(`<plist><dict><key>CFBundleIdentifier</key><string>com.example.app</string><key>NSCameraUsageDescription</key><string>To see</string>` +
		`<key>Entitlements</key><dict><key>application-identifier</key><string>ABCDE12345.com.example.app</string></dict><key>UPPValidated</key><true/></dict></plist>`))
	f.Add([]byte(`<plist><dict><key>itemId</key><integer>835599320</integer><key>artistName</key><string>TikTok Ltd.</string></dict></plist>`))
	f.Fuzz(func(t *testing.T, data []byte) {
		v, err := plist.Decode(data)
		d, ok := v.(map[string]any)
		if err != nil || !ok {
			return
		}
		a := inventory.App{Identifier: "com.example.app"}
		Describe(&a, d)
		if err := DescribeStore(&a, d); err != nil {
			t.Error(err)
		}
		if len(a.Name) > inventory.MaxText || len(a.Permissions) > 1000 || len(a.Flags) > 1010 {
			t.Errorf("%+v", a)
		}
	})
}
