package chromium

import (
	"fmt"
	"testing"

	"quaestor/scanners/internal/jsonpart"
)

func settingOf(text string) setting {
	s := settings{byID: map[string]setting{}}
	s.addOne("x", jsonpart.Value(text))
	return s.byID["x"]
}

// TestInstalled: of an extension that its user removed the browser keeps that it may not come back, with all that it noted.
func TestInstalled(t *testing.T) {
	for text, want := range map[string]bool{
		`{"state":1,"path":"x/1"}`: true, `{"state":0,"path":"x/1"}`: true, `{"path":"x/1"}`: true, `{"manifest":{}}`: true,
		`{"state":2,"path":"x/1"}`: false, `{"state":2,"path":"x/1","manifest":{}}`: false, `{"state":2}`: false, `{"state":1}`: false, `{}`: false,
	} {
		if settingOf(text).installed() != want {
			t.Errorf("%s: %v", text, !want)
		}
	}
}

// TestSource: how an extension came, by each number, with and without the marks of a store and of the maker of the browser.
func TestSource(t *testing.T) {
	const store = "https://clients2.google.com/service/update2/crx"
	for text, want := range map[string]string{
		`{}`: "", `{"location":0}`: "", `{"location":11}`: "",
		`{"location":1}`: "sideloaded", `{"location":1,"was_installed_by_default":true}`: "sideloaded", `{"location":1,"creation_flags":128}`: "sideloaded",
		`{"location":1,"from_webstore":true}`: "store", `{"location":1,"creation_flags":8}`: "store", `{"location":1,"creation_flags":136}`: "store",
		`{"location":2}`: "sideloaded", `{"location":3}`: "sideloaded", `{"location":6}`: "sideloaded",
		`{"location":2,"was_installed_by_default":true}`: "built-in", `{"location":6,"creation_flags":128}`: "built-in", `{"location":3,"creation_flags":129}`: "built-in", `{"location":6,"creation_flags":8}`: "sideloaded",
		`{"location":4}`: "developer", `{"location":8}`: "developer", `{"location":4,"was_installed_by_default":true}`: "developer",
		`{"location":5}`: "built-in", `{"location":10}`: "built-in", `{"location":7}`: "policy", `{"location":9}`: "policy", `{"location":7,"was_installed_by_default":true}`: "policy",
	} {
		if got := settingOf(text).source("chrome", ""); got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
	if got := settingOf(`{"location":1}`).source("chrome", store); got != "store" {
		t.Errorf("updated by the store: %q", got)
	}
}

// TestInstalledAt: times count microseconds since 1601, the first installation before the last.
func TestInstalledAt(t *testing.T) {
	for text, want := range map[string]string{
		`{"first_install_time":"13439843095953255","install_time":"13449843095953255"}`: "2026-11-22 17:44:55.953255 +0000 UTC",
		`{"install_time":"11644473600000000"}`:                                          "1970-01-01 00:00:00 +0000 UTC",
		`{"first_install_time":"0","install_time":"11644473600000001"}`:                 "1970-01-01 00:00:00.000001 +0000 UTC",
		`{"first_install_time":"-1"}`:                                                   "<nil>", `{"install_time":"9223372036854775807"}`: "<nil>", `{}`: "<nil>",
	} {
		if got := fmt.Sprint(settingOf(text).installedAt()); got != want {
			t.Errorf("%s: %s", text, got)
		}
	}
}
