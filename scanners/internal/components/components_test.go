package components

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"quaestor/scanners/inventory"
)

func TestVersion(t *testing.T) {
	for s, want := range map[string]bool{
		"1.0.0": true, "27.0.2": true, "1.0.0-alpha01": true, "33.1.0-jre": true, "2": true, "1.2.3+build.5": true, "r5": false, "1.0.0-SNAPSHOT": true,
		"": false, "unspecified": false, "task ':core:core:writeVersionFile' property 'version'": false, "1..2": false, "1.0.": false, "1.0 beta": false,
		"${version}": false, "1.0\n": false, "1~2": false, "v1.0": false,
	} {
		if Version(s) != want {
			t.Errorf("%q: %v", s, !want)
		}
	}
}

func TestResult(t *testing.T) {
	var s Set
	s.Add(Maven("androidx.core", "core", "1.9.0", "b"), Maven("androidx.core", "core", "1.9.0", "a"), Maven("g", "named", "", "c"),
		Maven("g", "named", "2", "d"), NPM("@scope/x", "1.0.0+1", "e"), Of("generic", "openssl", "", "f"))
	got, cut := s.Result("abc", inventory.Origin{Scanner: "apk", Path: "x.apk"})
	at := func(f string) inventory.Origin { return inventory.Origin{Scanner: "apk", Path: "x.apk!" + f} }
	want := []inventory.Component{
		{PURL: "pkg:generic/openssl", Name: "openssl", Origins: []inventory.Origin{at("f")}},
		{PURL: "pkg:maven/androidx.core/core@1.9.0", Name: "androidx.core:core", Version: "1.9.0", Exact: true, Origins: []inventory.Origin{at("a"), at("b")}},
		{PURL: "pkg:maven/g/named@2", Name: "g:named", Version: "2", Exact: true, Origins: []inventory.Origin{at("d")}},
		{PURL: "pkg:npm/%40scope/x@1.0.0%2B1", Name: "@scope/x", Version: "1.0.0+1", Exact: true, Origins: []inventory.Origin{at("e")}},
	}
	for i := range want {
		want[i].Binary, want[i].ID = "abc", inventory.FactID("component", "abc", want[i].PURL)
	}
	if d := cmp.Diff(want, got); d != "" || cut {
		t.Error(d, cut)
	}
}

func TestCut(t *testing.T) {
	const n = 3 * MaxComponents
	var up, down Set
	for i := range n {
		up.Add(Maven("g", fmt.Sprint("a", i), "1", "f"))
		down.Add(Maven("g", fmt.Sprint("a", n-1-i), "1", "f"))
	}
	a, cutA := up.Result("", inventory.Origin{})
	b, cutB := down.Result("", inventory.Origin{})
	if !cutA || !cutB || len(a) != MaxComponents {
		t.Errorf("%d, cut %v and %v", len(a), cutA, cutB)
	}
	if d := cmp.Diff(a, b); d != "" {
		t.Error(d)
	}
}
