package riskdb

import (
	"slices"
	"testing"

	"quaestor/scanners/inventory"
)

func TestLookupIdentifier(t *testing.T) {
	for _, c := range []struct {
		kind  inventory.IdentifierKind
		value string
		want  string // product or vendor:id, "" for none
	}{
		{inventory.AndroidPackage, "com.zhiliaoapp.musically", "tiktok"},
		{inventory.AndroidPackage, "COM.ZHILIAOAPP.MUSICALLY", ""}, // packages know case
		{inventory.AndroidPackage, "com.tencent.mm", "wechat"},
		{inventory.AndroidPackage, "be.bmid.itsme", "itsme"},
		{inventory.AndroidPackage, "be.sncbnmbs.b2cmobapp", "sncb"},
		{inventory.IOSBundle, "com.deepseek.chat", "deepseek"},
		{inventory.IOSBundle, "com.kaspersky.securityadvisor", "kaspersky-android"},
		{inventory.WingetID, "iobit.malwarefighter", "iobit-mf"},
		{inventory.Process, "AVP.EXE", "kaspersky"},
		{inventory.Process, "unins000.exe", ""}, // an uninstaller of thousands of products
		{inventory.Process, "sfc.exe", ""},      // a part of Windows
		{inventory.Process, "avl.exe", "antiy"},
		{inventory.DebPackage, "clamav", "clamav"},
		{inventory.DebPackage, "kesl", "kaspersky"},
		{inventory.RPMPackage, "kesl", "kaspersky"},
		{inventory.ArchPackage, "kesl", "kaspersky"},
		{inventory.AlpinePackage, "kesl", "kaspersky"},
		{inventory.FlatpakApp, "kesl", ""},
		{ServiceName, "klif", "kaspersky"},
		{MacTeamID, "2Y8XE5CQ94", "vendor:kaspersky"},
		{DisplayName, "Kaspersky Total Security", "kaspersky"},
		{DisplayName, "Rising Storm 2: Vietnam", ""}, // a game
		{DisplayName, "瑞星杀毒软件", "rising"},
		{inventory.NameOnly, "tiktok", "tiktok"},
		{inventory.NameOnly, "", ""},
		{inventory.AndroidPackage, "", ""},
	} {
		got := ""
		if ms := loaded.LookupIdentifier(c.kind, c.value); len(ms) > 0 {
			switch m := ms[0]; {
			case m.Product != nil:
				got = m.Product.ID
			case m.Vendor != nil:
				got = "vendor:" + m.Vendor.ID
			}
			if ms[0].Identifier == nil {
				t.Errorf("%s %q: a match without its identifier", c.kind, c.value)
			}
		}
		if got != c.want {
			t.Errorf("%s %q: %q, want %q", c.kind, c.value, got, c.want)
		}
	}
}

func TestEveryIdentifierFindsItsOwner(t *testing.T) {
	for i := range loaded.Products {
		p := &loaded.Products[i]
		for j := range p.Identifiers {
			id := &p.Identifiers[j]
			if id.Kind == DisplayName {
				continue
			}
			if !slices.ContainsFunc(loaded.LookupIdentifier(id.Kind, id.Value), func(m Match) bool { return m.Product == p && m.Identifier == id }) {
				t.Errorf("%s: %s %q is not found", p.ID, id.Kind, id.Value)
			}
		}
	}
}

func TestSigners(t *testing.T) {
	samsung := loaded.SignersOf("com.sec.android.app.sbrowser")
	if samsung == nil {
		t.Fatal("no signer of Samsung Internet")
	}
	for _, s := range loaded.Signers {
		for _, c := range s.Certs {
			if loaded.IsTestKey(c.SHA256) {
				t.Errorf("%s: a public test key among the genuine certificates", s.Package)
			}
		}
	}
	debug := 0
	for _, c := range loaded.SignersOf("com.android.chrome").Certs {
		if !c.Genuine() {
			debug++
		}
	}
	if debug != 1 {
		t.Errorf("%d certificates of debug builds of Chrome, want 1 that is not genuine", debug)
	}
	for _, sha := range []string{"a40da80a59d170caa950cf15c18c454d47a39b26989d8b640ecd745ba71bf5dc", "e1dbadce60dc080d15b58a014b0dcf9400e24de23fa00b287a5a982bfebda2ee"} {
		if !loaded.IsTestKey(sha) || loaded.TestKey(sha) == nil {
			t.Errorf("test key %s… is not known", sha[:8])
		}
	}
	if loaded.IsTestKey("") || loaded.SignersOf("org.example.nobody") != nil {
		t.Error("found what is not there")
	}
}

func TestSearch(t *testing.T) {
	for _, c := range []struct {
		text, table, id, by string
		exact               bool
	}{
		{"TikTok", "product", "tiktok", "id", true},
		{"com.zhiliaoapp.musically", "product", "tiktok", "identifier", true},
		{"ByteDance", "vendor", "bytedance", "id", true},
		{"be-fed-tiktok-2024-indefinite", "ban", "be-fed-tiktok-2024-indefinite", "id", true},
		{"china", "jurisdiction", "CN", "name", false},
		{"circular no. 716", "ban", "be-fed-tiktok-2023", "name", false},
		{"android.permission.camera", "permission", "android.permission.CAMERA", "id", true},
		{"百度网盘", "product", "baidu-netdisk", "alias", true},
		{"national  intelligence", "law", "cn-national-intelligence-law-art-7", "name", false},
	} {
		i := slices.IndexFunc(loaded.Search(c.text), func(h Hit) bool {
			return h.Table == c.table && h.ID == c.id && h.By == c.by && h.Exact == c.exact
		})
		if i < 0 {
			t.Errorf("%q does not find %s %s by %s: %v", c.text, c.table, c.id, c.by, loaded.Search(c.text)[:min(3, len(loaded.Search(c.text)))])
		}
	}
	if hits := loaded.Search("TikTok"); !hits[0].Exact {
		t.Errorf("the exact match is not first: %+v", hits[0])
	}
	if loaded.Search(" ") != nil || loaded.Search("no such thing anywhere") != nil {
		t.Error("found what is not there")
	}
}
