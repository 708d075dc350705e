package riskdb

import (
	"slices"
	"strings"
	"testing"

	"quaestor/scanners/inventory"
)

// TestDeclaredNotThere: a component that no class stands behind is no code, where all code could be read.
func TestDeclaredNotThere(t *testing.T) {
	const left = "com.bytedance.sdk.openadsdk.activity.TTLandingPageActivity"
	split := func(b inventory.Binary) func(*inventory.Inventory) {
		return func(inv *inventory.Inventory) {
			b.SHA256, b.Split = "sha-split", "feature"
			inv.Apps[0].Binaries = append(inv.Apps[0].Binaries, b.SHA256)
			inv.Binaries = append(inv.Binaries, b)
		}
	}
	code := &inventory.Code{Classes: 40, Files: []inventory.CodeFile{{File: "classes.dex", Classes: 40}}}
	there := inventory.CodePackage{Name: "com.bytedance.sdk.openadsdk.activity", Classes: 12}
	for _, c := range []struct {
		name   string
		change func(*inventory.Inventory)
		found  bool
	}{
		{"read whole", func(*inventory.Inventory) {}, false},
		{"with a split without code", split(inventory.Binary{Entries: 3}), false},
		{"the class is in a split", split(inventory.Binary{Code: code, CodePackages: []inventory.CodePackage{there}}), true},
		{"the class is in a file inside", func(inv *inventory.Inventory) {
			inv.Binaries = append(inv.Binaries, inventory.Binary{SHA256: "sha-in", Format: "dex", CodePackages: []inventory.CodePackage{there}, Inside: []inventory.Place{{Binary: "sha-outer", File: "assets/x.dex"}}})
		}, true},
		{"a class of the package is there", func(inv *inventory.Inventory) { inv.Binaries[0].CodePackages[0] = there }, true},
		{"the code was not read", func(inv *inventory.Inventory) { inv.Binaries[0].Code = nil }, true},
		{"a DEX file breaks off", func(inv *inventory.Inventory) {
			inv.Binaries[0].Code = &inventory.Code{Classes: 40, Files: []inventory.CodeFile{{File: "classes.dex", Error: "cut off"}}}
		}, true},
		{"packed", func(inv *inventory.Inventory) { inv.Binaries[0].Marks = []inventory.Mark{{Code: inventory.MarkPacker}} }, true},
		{"splits are missing", func(inv *inventory.Inventory) { inv.Binaries[0].SplitRequired = true }, true},
		{"a split was not read", split(inventory.Binary{}), true},
		{"a split is not there", func(inv *inventory.Inventory) { inv.Apps[0].Binaries = append(inv.Apps[0].Binaries, "sha-elsewhere") }, true},
	} {
		inv := outerApp()
		inv.Binaries[0].Manifest = []inventory.ManifestComponent{{Kind: "activity", Name: left}}
		inv.Binaries[0].Code, inv.Binaries[0].CodePackages = code, []inventory.CodePackage{{Name: "org.example.outer", Classes: 40}}
		c.change(inv)
		if found := judgedBy(t, "none", inv, RuleSDK); (len(found) > 0) != c.found {
			t.Errorf("%s: %+v", c.name, found)
		}
	}
}

// TestLeftoverIsSaid: beside another mark, what is declared and not there is told as such.
func TestLeftoverIsSaid(t *testing.T) {
	inv := outerApp()
	b := &inv.Binaries[0]
	b.Manifest = []inventory.ManifestComponent{{Kind: "activity", Name: "com.tencent.bugly.beta.ui.BetaActivity"}}
	b.Code, b.NativeLibs = &inventory.Code{Classes: 1}, []string{"libBugly.so", "libBugly-ext.so"}
	b.Native = []inventory.NativeCode{{File: "lib/x86/libBugly.so", ABI: "x86"}}
	found := judgedBy(t, "none", inv, RuleSDK)
	if len(found) != 1 || !strings.Contains(found[0].Evidence[0].Detail, "is a weak mark: declared, not there") || strings.Contains(found[0].Evidence[0].Detail, "ext") {
		t.Fatalf("%+v", found)
	}
	if !slices.ContainsFunc(found[0].Evidence[0].Places, func(p Place) bool { return p.File == "lib/x86/libBugly.so" }) {
		t.Errorf("the library's entry is not told: %+v", found[0].Evidence[0].Places)
	}
}

// TestLibraryThatIsNone: something else under the name of a library is no mark, in a split neither.
func TestLibraryThatIsNone(t *testing.T) {
	inv := outerApp()
	inv.Binaries[0].Code, inv.Binaries[0].NativeLibs = &inventory.Code{Classes: 1}, []string{"libpangleflipped.so"}
	inv.Apps[0].Binaries = append(inv.Apps[0].Binaries, "sha-split")
	inv.Binaries = append(inv.Binaries, inventory.Binary{SHA256: "sha-split", Split: "config.x86", Entries: 2, NativeLibs: []string{"libpangleflipped.so", "libBugly.so"}})
	if found := judgedBy(t, "none", inv, RuleSDK); len(found) > 0 {
		t.Errorf("%+v", found)
	}
	inv.Binaries[1].Native = []inventory.NativeCode{{File: "lib/x86/libpangleflipped.so", ABI: "x86"}}
	if found := judgedBy(t, "none", inv, RuleSDK); len(found) != 1 || found[0].Severity != Info || found[0].Params["vendor"] != "ByteDance" {
		t.Errorf("%+v", found)
	}
}
