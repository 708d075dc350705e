package chromium

import (
	"strings"
	"testing"

	"quaestor/scanners/internal/hostroot/hosttest"
)

// A copied computer often lacks the file that lists the profiles, which the browser keeps open: the profiles tell themselves,
// and where they lie tells the browser.
func TestWithoutLocalState(t *testing.T) {
	for _, c := range []struct {
		system map[string]string
		home   string
		dirs   map[string]string // below the home, to the program
	}{
		{map[string]string{"etc/os-release": "ID=x\n", "etc/passwd": "ann:x:1000:1000::/home/ann:/bin/bash\n"}, "home/ann/.config/", map[string]string{
			"google-chrome": "chrome", "microsoft-edge": "edge", "BraveSoftware/Brave-Browser": "brave", "vivaldi": "vivaldi", "chromium": "chromium", "opera": "opera",
		}},
		{map[string]string{"System/Library/CoreServices/SystemVersion.plist": `<plist><dict><key>ProductVersion</key><string>14.1</string></dict></plist>`}, "Users/ann/Library/Application Support/", map[string]string{
			"Google/Chrome": "chrome", "Microsoft Edge": "edge", "BraveSoftware/Brave-Browser": "brave", "Vivaldi": "vivaldi", "Chromium": "chromium", "com.operasoftware.Opera": "opera",
		}},
		{map[string]string{"Windows/System32/ntoskrnl.exe": "", "Windows/System32/config/SOFTWARE": ""}, "Users/ann/AppData/Local/", map[string]string{
			"Google/Chrome/User Data": "chrome", "Microsoft/Edge/User Data": "edge", "BraveSoftware/Brave-Browser/User Data": "brave", "Vivaldi/User Data": "vivaldi", "Chromium/User Data": "chromium",
		}},
	} {
		for dir, program := range c.dirs {
			for profile, kept := range map[string]map[string]string{
				"Default":   {"Preferences": prefs(`"` + idA + `":{"state":1,"location":1,"path":"` + idA + `/1_0"}`)},
				"Profile 2": {"Secure Preferences": prefs(`"` + idA + `":{"state":1,"location":1,"path":"` + idA + `/1_0"}`)},
				"Profile 3": files("", idA, "1"),
			} {
				tree := join()
				if !strings.HasPrefix(c.home, "home") {
					tree = map[string]string{}
				}
				for name, content := range c.system {
					tree[name] = content
				}
				for name, content := range kept {
					tree[c.home+dir+"/"+profile+"/"+strings.TrimPrefix(name, "/")] = content
				}
				inv := hosttest.Scan(t, Scanner{}, tree)
				if len(inv.Apps) != 1 || len(inv.Apps[0].Installs) != 1 {
					t.Errorf("%s%s/%s: %+v", c.home, dir, profile, inv.Apps)
					continue
				}
				if in := inv.Apps[0].Installs[0]; in.Program != program || in.Profile != profile || in.User != "ann" {
					t.Errorf("%s%s/%s: %+v", c.home, dir, profile, in)
				}
			}
		}
	}
}
