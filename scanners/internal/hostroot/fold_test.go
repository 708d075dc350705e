package hostroot

import (
	"testing"

	"quaestor/scanners/inventory"
)

func TestFold(t *testing.T) {
	h := open(t, map[string]string{
		"WINDOWS/system32/config/software": "regf", "Users/Жанна/NTUSER.DAT": "regf", "both/x": "", "BOTH/x": "",
	})
	for name, want := range map[string]string{
		"Windows/System32/config/SOFTWARE":       "WINDOWS/system32/config/software",
		"users/жАННА/ntuser.dat":                 "Users/Жанна/NTUSER.DAT",
		"WINDOWS/system32":                       "WINDOWS/system32",
		"/windows":                               "WINDOWS",
		"both/x":                                 "both/x",
		"Both/x":                                 "BOTH/x",
		"Windows/absent/file":                    "Windows/absent/file",
		"windows/system32/config/software/below": "windows/system32/config/software/below",
		"../WINDOWS":                             "../WINDOWS",
	} {
		if got := h.Fold(name); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
	if p := h.Platform(); p != inventory.Windows {
		t.Errorf("a copy with other spellings is of platform %s", p)
	}
}
