package resolve

import (
	"reflect"
	"strings"
	"sync"
	"testing"

	"quaestor/scanners/inventory"
)

// sample is an index with one of each: a vendor with an antivirus for two platforms and a tool beside it, an
// ordinary word, a short name, and two makers whose products bear one name.
func sample() *Index {
	lookup := func(kind inventory.IdentifierKind, value string) []Listed {
		switch string(kind) + " " + value {
		case "android-package org.clip":
			return []Listed{{Product: "clip", Vendor: "maker"}}
		case "winget Shared":
			return []Listed{{Product: "clip", Vendor: "maker", Shared: true}, {Product: "guard", Vendor: "keeper", Shared: true}}
		case "macos-team-id TEAM":
			return []Listed{{Vendor: "keeper"}}
		}
		return nil
	}
	return New([]Product{
		{ID: "clip", Vendor: "maker", Names: []string{"ClipShow"}, Category: "video", Platforms: []inventory.Platform{inventory.Android}},
		{ID: "clip-lite", Vendor: "maker", Names: []string{"ClipShow Lite"}, Category: "video"},
		{ID: "guard", Vendor: "keeper", Names: []string{"Guardia / Guardia Safe"}, Open: []string{"Guardia "}, Category: "security", Platforms: []inventory.Platform{inventory.Windows}},
		{ID: "guard-app", Vendor: "keeper", Names: []string{"Guardia Security"}, Category: "security", Platforms: []inventory.Platform{inventory.Android}},
		{ID: "guard-pm", Vendor: "keeper", Names: []string{"Guardia Password Manager"}, Category: "password-manager"},
		{ID: "signal", Vendor: "sigco", Names: []string{"Signal"}, Category: "messaging"},
		{ID: "max", Vendor: "maxco", Names: []string{"MAX"}, Category: "messaging"},
		{ID: "twin-a", Vendor: "maker", Names: []string{"Twinapp"}},
		{ID: "twin-b", Vendor: "keeper", Names: []string{"Twinapp"}},
		{ID: "mail", Vendor: "keeper", Names: []string{"Keeper Mailbox"}, Category: "email"},
		{ID: "han", Vendor: "maker", Names: []string{"抖音"}},
		{ID: "nobody", Vendor: "gone", Names: []string{"Orphaned"}},
	}, []Vendor{
		{ID: "maker", Names: []string{"Maker Holdings (ClipCo)"}}, {ID: "keeper", Names: []string{"Keeper"}},
		{ID: "sigco", Names: []string{"Signal Messenger LLC"}}, {ID: "maxco", Names: []string{"Maxco"}}, {ID: "opera", Names: []string{"Opera Ltd"}},
	}, lookup)
}

func TestResolve(t *testing.T) {
	ix := sample()
	for _, c := range []struct {
		q    Query
		want string // products that are best, or "ask" and a product, or "vendor" and one
	}{
		{Query{Name: "ClipShow"}, "clip"},
		{Query{Name: "clip show 3.1 (x64)"}, "clip"},
		{Query{Name: "ClipShow Lite"}, "clip-lite"},
		{Query{Name: "ClipShow - watch and share"}, "clip"},
		{Query{Name: "ClipShow for Android"}, "clip"},
		{Query{Name: "ClipShow for Kids"}, ""},
		{Query{Name: "ClipShow Viewer"}, ""},
		{Query{Name: "ClipShow: Video Downloader"}, ""},
		{Query{Name: "My ClipShow"}, ""},
		{Query{Name: "Maker ClipShow"}, "clip"},
		{Query{Name: "Keeper ClipShow"}, ""},
		{Query{Name: "Clip: Show"}, ""},
		{Query{Name: "CliρShοw"}, "ask clip"},
		{Query{Name: "Clip\u200bShow"}, "ask clip"},
		{Query{Name: "ClipShow", Publisher: "Keeper GmbH"}, "ask clip"},
		{Query{Name: "ClipShow", Publisher: "ClipCo Ltd"}, "clip"},
		{Query{Name: "ClipShow", Publisher: "Somebody"}, "ask clip"},
		{Query{Name: "ClipShow", Publisher: "ClipShow GmbH"}, "ask clip"},
		{Query{Name: "ClipShow", Publisher: "Maker Fan Club"}, "ask clip"},
		{Query{Name: "Guardia Security"}, "guard or guard-app"},
		{Query{Name: "Guardia Security", Platform: inventory.Windows}, "guard"},
		{Query{Name: "Guardia Security", Platform: inventory.Android}, "guard-app"},
		{Query{Name: "Guardia Endpoint Security 11 for Windows"}, "guard"},
		{Query{Name: "Guardia Password Manager"}, "guard-pm"},
		{Query{Name: "Guardia Removal Tool"}, ""},
		{Query{Name: "Guardia Bank"}, ""},
		{Query{Name: "Signal"}, "ask signal"},
		{Query{Name: "Signal", Publisher: "Signal Messenger, LLC"}, "signal"},
		{Query{Name: "Signal", Publisher: "Signal Weather Ltd"}, ""},
		{Query{Name: "Signal - Private Messenger"}, "signal"},
		{Query{Name: "Signal - Storm Radar"}, ""},
		{Query{Name: "MAX"}, ""},
		{Query{Name: "MAX", Publisher: "Maxco"}, "max"},
		{Query{Name: "MAX Messenger"}, "max"},
		{Query{Name: "Twinapp"}, "twin-a or twin-b"},
		{Query{Name: "Twinapp", Publisher: "Keeper"}, "twin-b"},
		{Query{Name: "Mailbox"}, ""},
		{Query{Name: "Mailbox", Publisher: "Keeper"}, "mail"},
		{Query{Name: "抖音"}, "han"},
		{Query{Name: "抖音下载器"}, ""},
		{Query{Name: "Orphaned"}, "nobody"},
		{Query{Name: "Whatever", Publisher: "Keeper Ltd."}, "vendor keeper"},
		{Query{Name: "Whatever", Publisher: "Keeper Ltd.", Kind: inventory.DebPackage}, ""},
		{Query{Name: "Whatever", TeamID: "TEAM"}, "vendor keeper"},
		{Query{Name: "Whatever", Publisher: "Opera Norway AS"}, "vendor opera"},
		{Query{Name: "Whatever", Publisher: "Opera Theatre Ltd"}, ""},
		{Query{Name: "Whatever", Publisher: "Keeper Theatre Ltd"}, "vendor keeper"},
		{Query{Kind: inventory.AndroidPackage, Identifier: "org.clip", Name: "Signal"}, "clip"},
		{Query{Kind: inventory.WingetID, Identifier: "Shared"}, "clip or guard"},
		{Query{}, ""},
	} {
		r := ix.Resolve(c.q)
		if got := summary(r); got != c.want {
			t.Errorf("%+v: %q, want %q: %+v", c.q, got, c.want, r)
		}
		s := ix.Session()
		for range 2 { // the second time from memory
			if !reflect.DeepEqual(s.Resolve(c.q), r) {
				t.Errorf("%+v: a session answers otherwise", c.q)
			}
		}
	}
}

func summary(r Result) string {
	var ids []string
	for _, c := range r.Best() {
		ids = append(ids, c.Product)
	}
	if len(ids) > 0 {
		return strings.Join(ids, " or ")
	}
	if q := r.Questions(); len(q) > 0 {
		return "ask " + q[0].Product
	}
	if m, ok := r.Maker(); ok {
		return "vendor " + m.Vendor
	}
	return ""
}

// TestConfidence: a name is low whatever else is a text; a signer tells the vendor, and with the name the product.
func TestConfidence(t *testing.T) {
	ix := sample()
	for _, c := range []struct {
		q    Query
		want Confidence
		via  Via
	}{
		{Query{Name: "ClipShow"}, Low, ByName},
		{Query{Name: "ClipShow", Publisher: "Maker"}, Low, ByName},
		{Query{Name: "Guardia", TeamID: "TEAM"}, Moderate, ByNameAndSigner},
		{Query{Name: "Gυardia", TeamID: "TEAM"}, Low, ByName},
		{Query{Name: "x", TeamID: "TEAM"}, Moderate, BySigner},
		{Query{Name: "x", Publisher: "Keeper"}, Low, ByPublisher},
		{Query{Kind: inventory.AndroidPackage, Identifier: "org.clip"}, Moderate, ByIdentifier},
		{Query{Kind: inventory.WingetID, Identifier: "Shared"}, Low, ByIdentifier},
	} {
		r := ix.Resolve(c.q)
		if len(r) == 0 || r[0].Confidence != c.want || r[0].Via != c.via {
			t.Errorf("%+v: %+v, want %s by %s", c.q, r, c.want, c.via)
		}
	}
}

// TestConcurrentLookups: the rarer ways are made when the first of several askers needs them.
func TestConcurrentLookups(t *testing.T) {
	ix := sample()
	var done sync.WaitGroup
	for range 8 {
		done.Go(func() {
			for _, q := range []Query{{Name: "CliρShοw"}, {Name: "Клипшоу", Publisher: "Кипер"}, {Name: "ClipSh0w"}} {
				ix.Resolve(q)
			}
		})
	}
	done.Wait()
	if got := summary(ix.Resolve(Query{Name: "CliρShοw"})); got != "ask clip" {
		t.Errorf("%q", got)
	}
}

func TestLongNames(t *testing.T) {
	ix := sample()
	for _, c := range []struct{ name, want string }{
		{"ClipShow " + strings.Repeat("1.", 5000), "ask clip"},
		{strings.Repeat("\u200b", 300) + "ClipShow", "ask clip"},
		{strings.Repeat("ClipShow", 2000), ""},
		{strings.Repeat("a ", 5000) + "ClipShow", ""},
		{strings.Repeat("ﷺ", 3000), ""},
		{"ClipShow" + strings.Repeat("\u0301", 4000), "ask clip"},
	} {
		if got := summary(ix.Resolve(Query{Name: c.name, Publisher: c.name})); got != c.want {
			t.Errorf("%.30q…: %q, want %q", c.name, got, c.want)
		}
	}
}

func FuzzResolve(f *testing.F) {
	for _, s := range [][2]string{{"TikTok - Make Your Day", "TikTok Ltd."}, {"Guardia Security 21.3 (x64)", "CN=Keeper, O=\"Keeper, Inc.\""}, {"CliρShοw", "ООО «ЯНДЕКС»"},
		{"抖音下载器", "有限公司"}, {"\u200eClip\u200bShow\u0301", "\xff"}, {strings.Repeat("ﷺ((", 500), strings.Repeat("a,=\\\"", 400)}, {"𝐓𝐢𝐤 ＴＯＫ", "İnc"}} {
		f.Add(s[0], s[1])
	}
	ix := sample()
	f.Fuzz(func(t *testing.T, name, publisher string) {
		if n := len(words(name)); n > maxWords+1 {
			t.Errorf("%d words", n)
		}
		r := ix.Resolve(Query{Name: name, Publisher: publisher, Subject: publisher})
		if !reflect.DeepEqual(r, ix.Resolve(Query{Name: name, Publisher: publisher, Subject: publisher})) {
			t.Error("two answers to one question")
		}
		for _, c := range r {
			if c.Reason == "" || c.Product == "" && c.Vendor == "" {
				t.Errorf("a candidate without a reason or a name: %+v", c)
			}
			if c.Via == ByName && c.Confidence != Low {
				t.Errorf("%s by its name alone: %+v", c.Confidence, c)
			}
		}
	})
}
