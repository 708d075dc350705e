package homebrew

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"quaestor/scanners"
	"quaestor/scanners/internal/hostroot/hosttest"
	"quaestor/scanners/internal/scantest"
	"quaestor/scanners/inventory"
)

var _ scanners.Scanner = Scanner{}

func brew(prefix string) map[string]string {
	return map[string]string{
		prefix + "/Cellar/wget/1.21.4/INSTALL_RECEIPT.json":        `{"homebrew_version":"4.2.0","installed_on_request":true,"time":1710000000,"arch":"arm64","source":{"tap":"homebrew/core"}}`,
		prefix + "/Cellar/wget/1.9.0/bin/wget":                     "old",
		prefix + "/opt/wget":                                       hosttest.Link + "../Cellar/wget/1.21.4",
		prefix + "/Cellar/libidn2/2.3/INSTALL_RECEIPT.json":        `{"installed_on_request":false,"source":{"tap":"homebrew/core"}}`,
		prefix + "/Cellar/broken/1/INSTALL_RECEIPT.json":           `{"time":`,
		prefix + "/Cellar/gone/":                                   "",
		prefix + "/Caskroom/filter/3.1,310/.keep":                  "",
		prefix + "/Caskroom/filter/.metadata/INSTALL_RECEIPT.json": `{"source":{"tap":"example/tap","version":"3.1,310"}}`,
	}
}

func TestScan(t *testing.T) {
	mac := map[string]string{"System/Library/CoreServices/SystemVersion.plist": "", "Users/anna/": ""}
	linux := map[string]string{"etc/os-release": "NAME=Debian\n"}
	apart := map[string]string{"System/Library/CoreServices/SystemVersion.plist": "", "Users/": "", "System/Volumes/Data/Users/anna/": ""}
	for prefix, files := range map[string]map[string]string{"opt/homebrew": mac, "usr/local": maps.Clone(mac), "home/linuxbrew/.linuxbrew": linux, "System/Volumes/Data/opt/homebrew": apart} {
		maps.Copy(files, brew(prefix))
		inv := hosttest.Scan(t, Scanner{}, files)
		wget, filter := scantest.App(t, inv, "wget"), scantest.App(t, inv, "filter")
		shown := "/" + strings.TrimPrefix(prefix, "System/Volumes/Data/")
		if wget.Version != "1.21.4" || wget.Installer != "homebrew/core" || wget.Updated == nil || wget.Arch != "arm64" || !slices.Equal(wget.Flags, []string{"formula"}) || wget.Paths[0] != shown+"/Cellar/wget/1.21.4" {
			t.Errorf("%s: %+v", prefix, wget)
		}
		if filter.Version != "3.1" || filter.Installer != "example/tap" || !slices.Equal(filter.Flags, []string{"cask"}) {
			t.Errorf("%s: %+v", prefix, filter)
		}
		if lib := scantest.App(t, inv, "libidn2"); !slices.Contains(lib.Flags, "dependency") || lib.Platform != inv.Devices[0].Platform {
			t.Errorf("%s: %+v", prefix, lib)
		}
		if len(inv.Apps) != 4 || len(inv.Gaps) != 1 || inv.Gaps[0].Kind != inventory.GapMalformed {
			t.Errorf("%s: %d apps, %+v", prefix, len(inv.Apps), inv.Gaps)
		}
	}
}

func TestNotRecognised(t *testing.T) {
	for _, files := range []map[string]string{{"etc/os-release": "", "usr/local/bin/": ""}, {"Windows/System32/": "", "usr/local/Cellar/x/1/": ""}} {
		if (Scanner{}).Recognise(hosttest.Open(t, hosttest.Tree(t, files))) {
			t.Errorf("%v", files)
		}
	}
}
