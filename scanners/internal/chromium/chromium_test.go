package chromium

import (
	"encoding/json"
	"slices"
	"testing"

	"quaestor/scanners/internal/jsonpart"
)

func TestProgram(t *testing.T) {
	for below, want := range map[string]string{
		"google-chrome": "chrome", "Google/Chrome/User Data": "chrome", "Google/Chrome": "chrome", "BraveSoftware/Brave-Browser-Nightly/User Data": "brave-nightly",
		"Microsoft/Edge Dev/User Data": "edge-dev", "Opera Software/Opera GX Stable": "opera-gx", "Vivaldi/User Data": "vivaldi", "chromium": "chromium",
		"/home/ann/.config/microsoft-edge": "edge", "User Data": "User Data", "Nobody Knows/It/User Data": "It", "x": "x", "UCBrowser/User Data_i18n": "uc",
	} {
		if got := Program(below); got != want {
			t.Errorf("%q is %q, want %q", below, got, want)
		}
	}
}

func TestDisableReasons(t *testing.T) {
	for text, want := range map[string][]string{
		`{"disable_reasons":3}`:                    {"user-action", "permissions-increase"},
		`{"disable_reasons":[1,65536]}`:            {"user-action", "blocked-by-policy"},
		`{"disable_reasons":[1073741824]}`:         {"30"},
		`{"disable_reasons":[],"state":0}`:         nil,
		`{"omaha_blocklist_state":3,"state":1}`:    {"blocklist:malware", "blocklist:security-vulnerability"},
		`{"disable_reasons":[-1],"blacklist":"x"}`: nil,
	} {
		var s settings
		s.byID = map[string]setting{}
		s.addOne("x", jsonpart.Value(text))
		state, because := s.byID["x"].state()
		if text[len(text)-4:] == `"x"}` {
			if state != "disabled" || len(because) != 63 {
				t.Errorf("%s: %s %q", text, state, because)
			}
			continue
		}
		if state == "enabled" || !slices.Equal(because, want) {
			t.Errorf("%s: %s %q", text, state, because)
		}
	}
}

func TestStores(t *testing.T) {
	for url, want := range map[string]string{"https://clients2.google.com/service/update2/crx": "chrome", "https://edge.microsoft.com/x": "edge", "https://extension-updates.opera.com/x": "opera",
		"https://clients2.google.com.evil.example/": "", "://": "", "https://evilopera.com/": ""} {
		if got := storeOf(url); got != want {
			t.Errorf("%q is of %q", url, got)
		}
	}
}

func TestForced(t *testing.T) {
	const a, b = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
	v, _ := jsonpart.Parse([]byte(`{"ExtensionInstallForcelist":["` + a + `","short;x"],"ExtensionSettings":{"*":{"installation_mode":"force_installed"},"` + b + `":{"installation_mode":"allowed"}}}`))
	var got []string
	forced(v, func(id, url string) { got = append(got, id+url) })
	if !slices.Equal(got, []string{a}) {
		t.Errorf("%q", got)
	}
}

// FuzzSettings: whatever the settings are, they are read or refused, and what is told of an extension is bounded.
func FuzzSettings(f *testing.F) {
	f.Add([]byte(`{"extensions":{"settings":{"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa":{"state":1,"location":1,"path":"a/1_0","disable_reasons":[1],"first_install_time":"13439843095953255",
		"active_permissions":{"api":["tabs",{"x":1}],"explicit_host":["https://*/*"]},"manifest":{"name":"x"}}},"opsettings":{"x":{"state":0}}}}`))
	f.Add([]byte(`{"extensions":{"settings":{"a":{"install_time":"9223372036854775807","disable_reasons":-1,"creation_flags":9}}}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		s := settings{byID: map[string]setting{}}
		if s.add(t.Context(), data) == nil && json.Valid(data) && len(s.ids) != len(s.byID) {
			t.Errorf("%d identifiers of %d", len(s.ids), len(s.byID))
		}
		for _, id := range s.ids {
			set := s.byID[id]
			if state, _ := set.state(); state == "" {
				t.Error("no state")
			}
			if at := set.installedAt(); at != nil && at.Before(epoch) {
				t.Errorf("installed at %v", at)
			}
			api, hosts := set.granted()
			if len(api) > 2*maxGranted || len(hosts) > maxGranted {
				t.Errorf("%d and %d", len(api), len(hosts))
			}
			set.source("chrome", "x")
			set.installed()
		}
	})
}
