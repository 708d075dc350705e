package chromium

import (
	"errors"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"quaestor/scanners/internal/appdata"
	"quaestor/scanners/internal/plist"
)

// managedDir holds what the management of a Mac lays down: for everybody, and in a folder for each account.
const managedDir = "Library/Managed Preferences"

// bundles are the browsers whose settings may be managed there.
var bundles = map[string]string{
	"com.google.Chrome.plist": "chrome", "com.google.Chrome.beta.plist": "chrome-beta", "com.google.Chrome.canary.plist": "chrome-canary", "org.chromium.Chromium.plist": "chromium",
	"com.microsoft.Edge.plist": "edge", "com.brave.Browser.plist": "brave", "com.vivaldi.Vivaldi.plist": "vivaldi", "com.operasoftware.Opera.plist": "opera",
	"company.thebrowser.Browser.plist": "arc", "ru.yandex.desktop.yandex-browser.plist": "yandex",
}

func (s *scan) managedPreferences() {
	s.managedIn(managedDir, "")
	for _, dir := range appdata.Folders(s.Host, managedDir, s.Problem) {
		s.managedIn(dir, path.Base(dir))
	}
}

func (s *scan) managedIn(dir, user string) {
	entries, err := s.Host.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		s.Problem(dir, err)
	}
	for _, e := range entries {
		if program := bundles[e.Name()]; program != "" {
			s.managedFile(path.Join(dir, e.Name()), program, user)
		}
	}
}

func (s *scan) managedFile(name, program, user string) {
	data, err := appdata.Read(s.Host, name, maxPolicy)
	if err != nil {
		s.Problem(name, err)
		return
	}
	v, err := plist.Decode(data)
	values, ok := v.(map[string]any)
	if err != nil || !ok {
		s.Malformed(name, "It does not parse, so what it tells the browser to install is not listed.")
		return
	}
	s.policyFact(name, program, user)
	list, _ := values["ExtensionInstallForcelist"].([]any)
	for _, item := range list {
		text, _ := item.(string)
		if id, updateURL, _ := strings.Cut(text, ";"); isID(id) {
			s.forcedByPolicy(name, program, user, id, updateURL)
		}
	}
	settings, _ := values["ExtensionSettings"].(map[string]any)
	for _, id := range slices.Sorted(maps.Keys(settings)) {
		one, _ := settings[id].(map[string]any)
		mode, _ := one["installation_mode"].(string)
		if updateURL, _ := one["update_url"].(string); isID(id) && slices.Contains(installing, mode) {
			s.forcedByPolicy(name, program, user, id, updateURL)
		}
	}
}
