// Package lockdowntest is an iPhone for tests: usbmuxd, lockdownd with TLS, and the services that are asked, over any
// listener. The tools of libimobiledevice read it through USBMUXD_SOCKET_ADDRESS as they read a phone.
package lockdowntest

import (
	"fmt"
	"slices"
	"strings"
)

// Phone is what a simulated phone is and has.
type Phone struct {
	UDID    string
	Network bool // known over Wi-Fi, not plugged in

	Unpaired  bool // this computer has no record of it
	Untrusted bool // the phone has forgotten this computer
	Locked    bool // it starts no service before it is unlocked
	Plain     bool // no TLS, as on the oldest systems
	Stranger  bool // it shows another key than that of the pairing

	Values       map[string]any // by key, or "domain/key"
	Apps         []map[string]any
	Batch        int // apps in one answer, 20 when 0
	Profiles     map[string]any
	Cloud        map[string]any
	Provisioning [][]byte
	Without      []string // services that it does not have
	Binary       bool     // its services answer in the binary form

	// Change, if any, changes an answer before it is sent, by what was asked: "StartSession", "Browse", …
	Change func(asked string, answer map[string]any) map[string]any
}

// told are the values that a phone tells computers that it does not trust.
var told = []string{"DeviceName", "DeviceClass", "ProductType", "ProductVersion", "UniqueDeviceID", "ProductName"}

// value answers a request for one value, or for all of a domain.
func (p *Phone) value(r map[string]any, trusted bool) map[string]any {
	domain, _ := r["Domain"].(string)
	key, one := r["Key"].(string)
	answer := map[string]any{"Request": "GetValue"}
	if domain != "" {
		answer["Domain"] = domain
		key = domain + "/" + key
	}
	if !one {
		answer["Value"] = p.all(domain, trusted)
		return answer
	}
	v, ok := p.Values[key]
	switch {
	case ok && (trusted || slices.Contains(told, key)):
		answer["Key"], answer["Value"] = r["Key"], v
	case ok:
		answer["Error"] = "GetProhibited"
	default:
		answer["Error"] = "MissingValue"
	}
	return answer
}

func (p *Phone) all(domain string, trusted bool) map[string]any {
	out := map[string]any{}
	for key, v := range p.Values {
		in, name, ok := strings.Cut(key, "/")
		if !ok {
			in, name = "", key
		}
		if in == domain && (trusted || slices.Contains(told, key)) {
			out[name] = v
		}
	}
	return out
}

// browse answers a request for the list of apps, in pieces.
func (p *Phone) browse(r map[string]any) []map[string]any {
	options, _ := r["ClientOptions"].(map[string]any)
	apps := p.chosen(options)
	size := p.Batch
	if size == 0 {
		size = 20
	}
	var out []map[string]any
	for at := 0; at < len(apps); at += size {
		piece := apps[at:min(at+size, len(apps))]
		out = append(out, map[string]any{"Status": "BrowsingApplications", "CurrentIndex": at, "CurrentAmount": len(piece), "CurrentList": piece})
	}
	return append(out, map[string]any{"Status": "Complete"})
}

// chosen are the apps of the type and with the attributes asked for.
func (p *Phone) chosen(options map[string]any) []any {
	kind, _ := options["ApplicationType"].(string)
	attributes, _ := options["ReturnAttributes"].([]any)
	var out []any
	for _, app := range p.Apps {
		if kind != "" && kind != "Any" && app["ApplicationType"] != kind {
			continue
		}
		out = append(out, cut(app, attributes))
	}
	return out
}

// cut keeps the attributes asked for. The metadata of the store has to be asked for by name.
func cut(app map[string]any, attributes []any) map[string]any {
	out := map[string]any{}
	for key, v := range app {
		if attributes == nil && key != "iTunesMetadata" || slices.Contains(attributes, any(key)) {
			out[key] = v
		}
	}
	return out
}

// Apps makes n apps as installation_proxy describes them: each third is part of the system.
func Apps(n int) []map[string]any {
	var out []map[string]any
	for i := range n {
		id := fmt.Sprintf("com.example.app%03d", i)
		app := map[string]any{
			"CFBundleIdentifier": id, "CFBundleDisplayName": fmt.Sprintf("App %d", i), "CFBundleShortVersionString": "1." + fmt.Sprint(i),
			"CFBundleVersion": fmt.Sprint(1000 + i), "ApplicationType": "User", "SignerIdentity": "Apple iPhone OS Application Signing",
			"Path":      "/private/var/containers/Bundle/Application/00000000-0000-0000-0000-" + fmt.Sprintf("%012d", i) + "/App.app",
			"Container": "/private/var/mobile/Containers/Data/Application/11111111-0000-0000-0000-" + fmt.Sprintf("%012d", i), "MinimumOSVersion": "15.0",
			"NSCameraUsageDescription": "To take pictures", "UIBackgroundModes": []any{"audio", "location"}, "SequenceNumber": 100 + i,
			"Entitlements":    map[string]any{"application-identifier": "ABCDE12345." + id, "com.apple.developer.team-identifier": "ABCDE12345"},
			"GroupContainers": map[string]any{"group." + id: "/private/var/mobile/Containers/Shared/AppGroup/2"},
		}
		if i%3 == 2 {
			app["ApplicationType"], app["Path"] = "System", "/Applications/App.app"
		}
		out = append(out, app)
	}
	return out
}
