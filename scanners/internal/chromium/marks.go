package chromium

import (
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"

	"quaestor/scanners/internal/appdata"
	"quaestor/scanners/internal/hostroot"
	"quaestor/scanners/internal/jsonpart"
)

// IsFolder reports whether a folder that was handed in alone is one of user data or a profile with extensions.
func IsFolder(h *hostroot.Host) bool {
	if isProfile(h, ".") && hasExtensions(h, ".") {
		return true
	}
	whole := h.Exists("Local State")
	none := func(string, error) {}
	return slices.ContainsFunc(appdata.Folders(h, ".", none), func(dir string) bool {
		return isProfile(h, dir) && (whole || isProfileName(path.Base(dir)) && hasExtensions(h, dir))
	})
}

// isProfileName knows the names that browsers give to profiles.
func isProfileName(name string) bool {
	return name == "Default" || strings.HasPrefix(name, "Profile ") || name == "Guest Profile"
}

// holdsProfiles tells a folder of user data by the profiles in it. Copies often lack the file that lists them, which the browser
// keeps open.
func holdsProfiles(h *hostroot.Host, dir string, names map[string]bool) bool {
	for _, name := range slices.Sorted(maps.Keys(names)) {
		if isProfileName(name) && isProfile(h, path.Join(dir, name)) {
			return true
		}
	}
	return false
}

// isProfile tells a profile by its settings or, in a copy without them, by the files of its extensions.
func isProfile(h *hostroot.Host, dir string) bool {
	return h.Exists(path.Join(dir, "Preferences")) || h.Exists(path.Join(dir, "Secure Preferences")) || extensionFiles(h, dir)
}

// extensionFiles reports whether a folder has the files of an extension where a profile keeps them.
func extensionFiles(h *hostroot.Host, profile string) bool {
	dir := path.Join(profile, extensionsDir)
	entries, _ := h.ReadDir(dir) // whoever reads the profile tells of it
	none := func(string, error) {}
	for _, e := range entries {
		if !isID(e.Name()) {
			continue
		}
		for _, version := range appdata.Folders(h, path.Join(dir, e.Name()), none) {
			if h.Exists(path.Join(version, "manifest.json")) {
				return true
			}
		}
	}
	return false
}

// hasExtensions tells a profile from another program's folder of settings.
func hasExtensions(h *hostroot.Host, dir string) bool {
	for _, name := range []string{extensionsDir, "Extension State", "Extension Rules", "Local Extension Settings", "Secure Preferences"} {
		if h.Exists(path.Join(dir, name)) {
			return true
		}
	}
	data, err := appdata.Read(h, path.Join(dir, "Preferences"), maxPrefs)
	return err == nil && namesExtension(data)
}

// namesExtension reports whether settings, be they whole or cut off, name an extension.
func namesExtension(data []byte) bool {
	found := false
	_ = jsonpart.Begin(data).Fields(func(key string, v jsonpart.Value) bool {
		if key != "extensions" {
			return true
		}
		_ = v.Fields(func(key string, v jsonpart.Value) bool {
			if key == "settings" || key == "opsettings" {
				_ = v.Fields(func(id string, _ jsonpart.Value) bool { found = isID(id); return !found })
			}
			return !found
		})
		return !found
	})
	return found
}

// lacksSettings says what a copy of a profile without its settings cannot tell.
func (s *scan) lacksSettings(profile string) {
	if !slices.ContainsFunc(prefsFiles, func(name string) bool { return s.Host.Exists(path.Join(profile, name)) }) {
		s.Unknown(profile, "The profile lacks its settings: which of its extensions are enabled, and what each was allowed, is not told.", "Copy the files Preferences and Secure Preferences of the profile too.")
	}
}

// Damaged reports whether a file was meant to be the settings of a profile and is not whole.
func Damaged(base string, data []byte) bool {
	if !slices.Contains(prefsFiles, base) || len(data) == 0 || data[0] != '{' {
		return false
	}
	_, err := jsonpart.Parse(data)
	return err != nil
}

// isKnown reports whether a name is that of a browser, and not of a folder that nobody has heard of.
func isKnown(program string) bool {
	return slices.Contains(slices.Collect(maps.Values(programs)), program)
}

// unnamed is what a browser goes by that the folder does not name, which is said.
func (s *scan) unnamed(folder string) string {
	if isProfileName(folder) || folder == userData || folder == "." || folder == "/" {
		folder = "unnamed browser"
	}
	s.Unknown(".", "Nothing tells which browser the folder is from: it goes by the name "+strconv.Quote(folder)+".",
		`Hand in the folder around it, as the browser calls it: "Google/Chrome/User Data", "google-chrome".`)
	return folder
}
