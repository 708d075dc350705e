package resolve

import (
	"testing"

	"quaestor/scanners/inventory"
)

// TestCutNames: a list as wide as a screen cuts names. The cut word is completed where that changes nothing.
func TestCutNames(t *testing.T) {
	ix := New([]Product{{ID: "k", Vendor: "kaspersky", Names: []string{"Kaspersky security software"}, Open: []string{"Kaspersky"}, Category: "security", Platforms: []inventory.Platform{inventory.Windows}},
		{ID: "temu", Vendor: "temu", Names: []string{"Temu"}, Category: "shopping", Platforms: []inventory.Platform{inventory.Windows}}},
		[]Vendor{{ID: "kaspersky", Names: []string{"Kaspersky"}}, {ID: "temu", Names: []string{"Temu Inc"}}}, nil)
	for name, want := range map[string]string{
		"Kaspersky Endpoint Security for Wind…": "k",
		"Kaspersky Endpoint Security for W…":    "k",
		"Kaspersky Endpoint Security for …":     "k",
		"Kaspersky Total Secu…":                 "k",
		"Kaspersky Endpoint Secur...":           "k",
		"Kaspersky Endpoint Security fo…":       "",
		"Kaspersky Remo…":                       "", // "removal" makes another name
		"Kaspersky Zzz…":                        "",
		"Temu Coup…":                            "",
		"Temu Insta…":                           "temu",
		"Kaspersky Endpoint Security for Wind":  "", // not said to be cut
		"…":                                     "",
	} {
		if got := ix.Resolve(Query{Platform: inventory.Windows, Kind: inventory.NameOnly, Name: name}).Product(); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
}
