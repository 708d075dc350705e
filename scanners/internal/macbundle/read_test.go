package macbundle_test

import (
	"fmt"
	"slices"
	"testing"

	"quaestor/scanners/internal/hostroot/hosttest"
	. "quaestor/scanners/internal/macbundle"
	"quaestor/scanners/internal/machost"
	"quaestor/scanners/internal/mactest"
)

func read(t *testing.T, info mactest.Dict, more map[string]string) *Bundle {
	t.Helper()
	files := map[string]string{}
	mactest.Bundle(t, files, "A.app", "org.a", info, mactest.Program{})
	for name, content := range more {
		files["A.app/"+name] = content
	}
	m, err := machost.Open(t.Context(), hosttest.Open(t, hosttest.Tree(t, files)), "test", mactest.Roots())
	if err != nil {
		t.Fatal(err)
	}
	return Read(m, "A.app", false)
}

func TestFlags(t *testing.T) {
	for flag, info := range map[string]mactest.Dict{"background-only": {"LSBackgroundOnly": true, "LSUIElement": true}, "menu-bar": {"LSUIElement": true}, "minimum-os:13": {"LSMinimumSystemVersion": "13"},
		"input-method": {"InputMethodConnectionName": "x"}} {
		if a := read(t, info, nil).App; !slices.Equal(a.Flags, []string{flag}) {
			t.Errorf("%s: %q", flag, a.Flags)
		}
	}
}

// A receipt of the App Store goes before who signed the app.
func TestDistribution(t *testing.T) {
	for want, more := range map[string]map[string]string{"developer-id": nil, "app-store": {"Contents/_MASReceipt/receipt": "x"}} {
		if a := read(t, nil, more).App; a.Distribution != want {
			t.Errorf("%s: %q", want, a.Distribution)
		}
	}
}

func TestManyParts(t *testing.T) {
	parts := map[string]string{}
	for i := range 201 {
		parts[fmt.Sprintf("Contents/Library/LaunchServices/h%d", i)] = "x"
	}
	if b := read(t, nil, parts); len(b.App.Extensions) != 200 || !b.Cut {
		t.Errorf("%d parts, cut %v", len(b.App.Extensions), b.Cut)
	}
}
