package riskdb

import (
	"testing"

	"quaestor/scanners/inventory"
)

// TestNamesUnderUnknownBundles holds that an identifier which is not listed silences no name that is known: it is a question of low
// severity and low confidence, also on a system on which no identifier of the product is known. Ordinary names, short ones and those of packages of
// a distribution stay unsaid.
func TestNamesUnderUnknownBundles(t *testing.T) {
	policies, err := loaded.SelectPolicies("none")
	if err != nil {
		t.Fatal(err)
	}
	question := map[string]bool{"name-only low low": true}
	for _, c := range []struct {
		on   inventory.Platform
		kind inventory.IdentifierKind
		name string
		asks string // the product
	}{
		{inventory.MacOS, inventory.MacBundle, "TikTok", "tiktok"},
		{inventory.MacOS, inventory.MacBundle, "DeepSeek", "deepseek"},
		{inventory.MacOS, inventory.MacBundle, "WeChat", "wechat"},
		{inventory.Windows, inventory.MSIXFamily, "DeepSeek", "deepseek"},
		{inventory.IOS, inventory.IOSBundle, "Yandex.Disk", "yandex-disk"},
		{inventory.MacOS, inventory.MacBundle, "Signal", ""},
		{inventory.MacOS, inventory.MacBundle, "Soul", ""},
		{inventory.MacOS, inventory.MacBundle, "QQ", ""},
		{inventory.MacOS, inventory.MacBundle, "Temu", ""},
		{inventory.MacOS, inventory.MacBundle, "Temu Coupons", ""},
		{inventory.Linux, inventory.DebPackage, "Temu", ""},
	} {
		inv := inventory.New()
		inv.Devices = []inventory.Device{{ID: "d", Platform: c.on}}
		inv.Apps = []inventory.App{{ID: "a", Device: "d", Platform: c.on, IdentifierKind: c.kind, Identifier: "com.example.another", Name: c.name}}
		var asked string
		for _, f := range Assess(loaded, policies, inv, loaded.Version().Date).Findings {
			if got := f.Rule + " " + string(f.Severity) + " " + string(f.Confidence); !question[got] {
				t.Errorf("%s %q: %s", c.kind, c.name, got)
			}
			asked += f.Params["product"]
		}
		if asked != c.asks {
			t.Errorf("%s %q: asked about %q, want %q", c.kind, c.name, asked, c.asks)
		}
	}
}
