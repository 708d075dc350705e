package riskdb

import (
	"slices"
	"strings"
	"testing"

	"quaestor/scanners/inventory"
)

// TestNamesOfOthers holds that names which real programs of other makers bear accuse nobody: with an identifier of their
// own nothing is said, and beside a publisher who is not the maker it is a question at most.
func TestNamesOfOthers(t *testing.T) {
	app := func(kind inventory.IdentifierKind, id, name, publisher string) inventory.App {
		on := inventory.Windows
		if kind == inventory.AndroidPackage {
			on = inventory.Android
		}
		return inventory.App{ID: "app", Platform: on, IdentifierKind: kind, Identifier: id, Name: name, Publisher: publisher,
			InstallerKnown: true, Installer: "com.android.vending"}
	}
	named := func(name, publisher string) inventory.App { return app(inventory.NameOnly, name, name, publisher) }
	phone := func(id, name string) inventory.App { return app(inventory.AndroidPackage, id, name, "") }
	question := []string{"name-only low low review"}
	sameMaker := []string{"name-only info low inform"}
	policies, err := loaded.SelectPolicies("all")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		app  inventory.App
		want []string
	}{
		{named("Quark", "Quark Software Inc."), nil},
		{named("QuarkXPress", "Quark Software Inc."), nil},
		{named("Trae", "Trae GmbH"), question},
		{named("Cici", "Cici Software GmbH"), nil},
		{named("Cici", ""), nil},
		{named("DeepSeek", "OpenWeb Community"), question},
		{named("DeepSeek", "DeepSeek Community"), question},
		{named("TikTok", "Acme GmbH"), question},
		{named("360 Total Security", "Acme"), question},
		{named("Kaspersky", "Acme GmbH"), question},
		{named("DeepSeek Desktop", ""), question},
		{named("DeepSeek Web", ""), question},
		{named("DeepSeek for Windows", "DeepSeek Client Team"), question},
		{named("MoMo", ""), nil},
		{named("Soul", ""), nil},
		{named("Phone Manager", ""), nil},
		{named("CLCL", ""), nil},
		{named("realme Store", ""), nil},
		{named("telegram-owl", ""), nil},
		{phone("com.mservice.momotransfer", "MoMo"), nil},
		{phone("com.lightfire.soul", "Soul"), nil},
		{phone("ru.reso.app", "РЕСО"), nil},
		{phone("br.com.vivo.cloud", "vivo Cloud"), nil},
		{phone("com.coloros.phonemanager", "Phone Manager"), nil},
		{phone("com.realme.store", "realme Store"), nil},
		{phone("com.oppo.store", "OPPO Store"), nil},
		{app(inventory.WingetID, "Nakka.CLCL", "CLCL", ""), nil},
		{app(inventory.WingetID, "Wondershare.PDFelement.5", "Wondershare PDFelement 5", ""), sameMaker},
		{phone("com.miHoYo.Yuanshen", "Genshin Impact"), sameMaker},
		{phone("com.bilibili.comic", "BiliBili"), sameMaker},
		{phone("com.example.bilibili", "BiliBili"), question},
		{phone("com.bilibili.comic", "Bіlibіlі"), question}, // Cyrillic letters
		{phone("com.example.temu", "Temu"), nil},            // four letters beside an identifier of its own
		{named("T е m u", ""), question},
	} {
		inv := inventory.New()
		inv.Apps = []inventory.App{c.app}
		a := Assess(loaded, policies, inv, "2026-11-22")
		if got := summary(a); !slices.Equal(got, c.want) {
			t.Errorf("%q %q by %q: %q, want %q", c.app.Identifier, c.app.Name, c.app.Publisher, got, c.want)
		}
		for _, f := range a.Findings {
			if strings.Contains(f.Title, "itself one of") || strings.Contains(f.Title, " / ") {
				t.Errorf("%q: %q", c.app.Name, f.Title)
			}
		}
	}
}

// TestNamesOfTheMaker: where the stated publisher is the vendor's, a ban is shown as one, at low confidence.
func TestNamesOfTheMaker(t *testing.T) {
	policies, err := loaded.SelectPolicies("be")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, publisher string
		severity        Severity
	}{
		{"TikTok", "TikTok Pte. Ltd.", High}, {"TikTok", "TikTok Ltd.", High}, {"TikTok", "ByteDance", High}, {"TikTok", "", Medium}, {"TikTok: Videos, Shop & LIVE", "", Medium},
	} {
		inv := inventory.New()
		inv.Apps = []inventory.App{{ID: "app", IdentifierKind: inventory.NameOnly, Identifier: c.name, Name: c.name, Publisher: c.publisher}}
		a := Assess(loaded, policies, inv, "2026-11-22")
		i := slices.IndexFunc(a.Findings, func(f Finding) bool { return f.Rule == RuleBan })
		if i < 0 || a.Findings[i].Severity != c.severity || a.Findings[i].Confidence != ConfidenceLow || a.Findings[i].Action != Review {
			t.Errorf("%q by %q: %q, want a ban of severity %s at low confidence", c.name, c.publisher, summary(a), c.severity)
		}
	}
}

// TestRenamedCompany: what a company was called when the program was made is its name too.
func TestRenamedCompany(t *testing.T) {
	inv := inventory.New()
	inv.Apps = []inventory.App{named(inventory.NameOnly, "Norton Internet Security", "Symantec Corporation")}
	policies, err := loaded.SelectPolicies("be")
	if err != nil {
		t.Fatal(err)
	}
	a := Assess(loaded, policies, inv, "2026-11-22")
	if len(a.Findings) != 1 || a.Findings[0].Rule != RuleSecurityPresent || a.Findings[0].Subject.Product.ID != "norton" {
		t.Errorf("%q", summary(a))
	}
}

func TestNamespace(t *testing.T) {
	for _, c := range []struct {
		kind        inventory.IdentifierKind
		value, want string
	}{
		{inventory.AndroidPackage, "com.miHoYo.GenshinImpact", "com.mihoyo"}, {inventory.AndroidPackage, "br.com.vivo.cloud", "br.com.vivo"},
		{inventory.AndroidPackage, "com.maker", ""}, {inventory.AndroidPackage, "br.com.vivo", ""}, {inventory.AndroidPackage, "com.android.mediacenter", ""},
		{inventory.AndroidPackage, "io.github.someone.app", ""}, {inventory.WingetID, "Wondershare.PDFelement.6", "winget:wondershare"},
		{inventory.WingetID, "Wondershare", ""}, {inventory.DebPackage, "com.maker.app", ""}, {inventory.AndroidPackage, "", ""},
	} {
		if got := namespace(c.kind, c.value); got != c.want {
			t.Errorf("%s %q: %q, want %q", c.kind, c.value, got, c.want)
		}
	}
	if got := loaded.namespaceOwner(inventory.AndroidPackage, "com.miHoYo.other"); got != "mihoyo" {
		t.Errorf("com.miHoYo is of %q", got)
	}
	if got := loaded.namespaceOwner(inventory.AndroidPackage, "org.nobody.app"); got != "" {
		t.Errorf("org.nobody is of %q", got)
	}
}
