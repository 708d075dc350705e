package resolve

import (
	"testing"

	"quaestor/scanners/inventory"
)

// TestNamesOfPackages: what a management shows of an app of the Store is the name of its package, and who publishes it has to agree.
func TestNamesOfPackages(t *testing.T) {
	products := []Product{{ID: "clip", Vendor: "maker", Names: []string{"ClipShow", "蓝剪辑"}, Category: "video", Platforms: []inventory.Platform{inventory.Windows}},
		{ID: "music", Vendor: "maker", Names: []string{"Maker Music"}, Category: "music"}, {ID: "lite", Vendor: "maker", Names: []string{"Vidor: Cut & Share"}, Category: "video"}}
	lookup := func(kind inventory.IdentifierKind, value string) []Listed {
		if kind == inventory.MSIXFamily && value == "903DB504.MM" {
			return []Listed{{Product: "music", Vendor: "maker"}}
		}
		return nil
	}
	ix := New(products, []Vendor{{ID: "maker", Names: []string{"Makerly"}}}, lookup)
	for name, want := range map[string]string{
		"MakerlyLabsPte.Ltd.ClipShow":                            "clip",
		"MakerlyLabsPte.Ltd.ClipShow_8.2.0.0_x64__6yccndn6064se": "clip",
		"AnotherPte.Ltd.ClipShow":                                "",
		"5319275A.ClipShowDesktop":                               "clip",
		"5319275A.ClipShowDownloader":                            "",
		"903DB504.MM":                                            "music",
		"903DB504.MM_1.0.0.0_x64__a99ra4d2cbcxa":                 "music",
		"Contoso.ClipShow Player":                                "",
		"ClipShow (蓝剪辑)":                                         "clip",
		"ClipShow-蓝剪辑国际版":                                        "clip",
		"ClipShow-红剪辑":                                           "",
		"Maker Music. Play songs":                                "music",
		"Clip: Show":                                             "",
		"Vidor Cut & Share":                                      "lite",
	} {
		r := ix.Resolve(Query{Platform: inventory.Windows, Kind: inventory.NameOnly, Name: name})
		if got := r.Product(); got != want {
			t.Errorf("%q is %q, want %q: %+v", name, got, want, r)
		}
		for _, c := range r {
			if c.Confidence != Low {
				t.Errorf("%q: confidence %s of a name alone", name, c.Confidence)
			}
		}
	}
}
