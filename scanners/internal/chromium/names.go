package chromium

import (
	"path"
	"strings"
)

// programs are the browsers whose folder of user data has a name of which the last part alone does not say who it is, or says
// it in another word than is used here. Keys are in lower case, without "User Data" at the end.
var programs = map[string]string{
	"google-chrome": "chrome", "google-chrome-beta": "chrome-beta", "google-chrome-unstable": "chrome-dev", "google-chrome-canary": "chrome-canary",
	"google-chrome-for-testing": "chrome-for-testing",
	"google/chrome":             "chrome", "google/chrome beta": "chrome-beta", "google/chrome dev": "chrome-dev", "google/chrome sxs": "chrome-canary",
	"google/chrome canary": "chrome-canary", "google/chrome for testing": "chrome-for-testing",
	"microsoft-edge": "edge", "microsoft-edge-beta": "edge-beta", "microsoft-edge-dev": "edge-dev", "microsoft edge": "edge", "microsoft edge beta": "edge-beta",
	"microsoft edge dev": "edge-dev", "microsoft edge canary": "edge-canary",
	"microsoft/edge": "edge", "microsoft/edge beta": "edge-beta", "microsoft/edge dev": "edge-dev", "microsoft/edge sxs": "edge-canary",
	"bravesoftware/brave-browser": "brave", "bravesoftware/brave-browser-beta": "brave-beta", "bravesoftware/brave-browser-dev": "brave-dev",
	"bravesoftware/brave-browser-nightly": "brave-nightly",
	"vivaldi":                             "vivaldi", "vivaldi-snapshot": "vivaldi-snapshot",
	"opera": "opera", "opera-beta": "opera-beta", "opera-developer": "opera-developer", "opera-gx": "opera-gx",
	"opera stable": "opera", "opera next": "opera-beta", "opera developer": "opera-developer", "opera gx stable": "opera-gx", "opera air stable": "opera-air",
	"opera crypto stable":     "opera-crypto",
	"com.operasoftware.opera": "opera", "com.operasoftware.operanext": "opera-beta", "com.operasoftware.operadeveloper": "opera-developer",
	"com.operasoftware.operagx": "opera-gx", "com.operasoftware.operaair": "opera-air",
	"chromium": "chromium", "yandex-browser": "yandex", "yandex-browser-beta": "yandex-beta", "yandex/yandexbrowser": "yandex", "yandex/yandexbrowserbeta": "yandex-beta",
	"naver-whale": "whale", "naver/naver whale": "whale", "naver/whale": "whale", "arc": "arc",
	"360chrome/chrome": "360chrome", "360chromex/chrome": "360chromex", "360browser/browser": "360browser", "360se6": "360se", "ucbrowser": "uc",
	"tencent/qqbrowser": "qqbrowser", "sogouexplorer": "sogou", "cococ/browser": "coccoc", "coccoc/browser": "coccoc", "comodo/dragon": "comodo-dragon",
	"epic privacy browser": "epic", "iridium": "iridium", "thorium": "thorium", "centbrowser": "cent", "slimjet": "slimjet", "maxthon": "maxthon",
	"perplexity/comet": "comet", "sidekick": "sidekick", "torch": "torch", "avast software/browser": "avast-browser", "avg/browser": "avg-browser",
	"ccleaner browser": "ccleaner-browser",
}

// keepsProfiles knows the folders of common browsers and those around them, by their names alone.
func keepsProfiles(name string) bool {
	name = strings.ToLower(name)
	return folderNames[name] || strings.ToLower(userData) == name
}

// folderNames are the parts of the names of programs.
var folderNames = func() map[string]bool {
	set := map[string]bool{}
	for dir := range programs {
		for part := range strings.SplitSeq(dir, "/") {
			set[part] = true
		}
	}
	return set
}()

// Program names the browser of a folder of user data by where it lies below the folder of all programs; of a browser that is
// not known, by the name of its folder.
func Program(below string) string {
	name := strings.Trim(below, "/")
	if last := path.Base(name); strings.HasPrefix(last, userData) && last != name {
		name = path.Dir(name)
	}
	lower := strings.ToLower(name)
	for _, key := range []string{lower, path.Base(lower), path.Base(path.Dir(lower)) + "/" + path.Base(lower)} {
		if p := programs[key]; p != "" {
			return p
		}
	}
	return path.Base(name)
}

const userData = "User Data"
