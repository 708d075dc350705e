package riskdb

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

const today = Date("2026-11-22")

func TestChainOfTheBuiltInKnowledge(t *testing.T) {
	for _, c := range []struct {
		vendor   string
		asOf     Date
		state    string
		verified bool
	}{
		{"bytedance", today, "CN", true},
		{"bytedance", "2026-01-23", "CN", true}, // the joint venture is of the United States only
		{"kaspersky", today, "RU", true},
		{"grindr", "2015-12-31", "US", true},
		{"grindr", "2018-06-01", "CN", true}, // Kunlun's years
		{"grindr", "2020-07-01", "US", true},
		{"grindr", today, "US", true},
		{"riot", "2016-01-01", "CN", true}, // a US company owned by Tencent
		{"riot", "2010-12-31", "", false},
		{"supercell", today, "CN", true},        // by the consortium that Tencent controls since 2019
		{"opera", today, "CN", true},            // by Kunlun, whatever its present share
		{"shein", today, "SG", true},            // links with China are no jurisdiction
		{"igor-pavlov", today, "", false},       // an individual author
		{"aimp", today, "", false},              //
		{"telegram", today, "AE", true},         //
		{"google", today, "US", true},           // unverified owner above a verified state
		{"moonton", today, "CN", true},          // the announced sale decides nothing
		{"butterfly-effect", today, "SG", true}, // nor does a disputed one
		{"nobody", today, "", false},
	} {
		got := loaded.Chain(c.vendor, c.asOf)
		if got.State != c.state || got.Verified != c.verified {
			t.Errorf("%s on %s: state %q verified %v, want %q %v\n%+v", c.vendor, c.asOf, got.State, got.Verified, c.state, c.verified, got.Links)
		}
	}
}

func TestChainEndsInTheLaw(t *testing.T) {
	c := loaded.Chain("bytedance", today)
	var kinds []string
	for _, l := range c.Links {
		kinds = append(kinds, l.Kind+"/"+l.Relation)
	}
	if !strings.HasPrefix(strings.Join(kinds, " "), "state/under the law of law/subject to") {
		t.Fatalf("links %v", kinds)
	}
	law := c.Links[1]
	if law.To != "National Intelligence Law, article 7" || law.Since != "2017-06-27" || !law.Verified || len(law.Sources) == 0 || !strings.Contains(law.Note, "art. 14") {
		t.Errorf("first law %+v", law)
	}
	venture := slices.IndexFunc(c.Links, func(l Link) bool { return l.ID == "tiktok-usds-jv" })
	if venture < 0 || c.Links[venture].Relation != "note" || c.Links[venture].Share != 19.9 || !strings.Contains(c.Links[venture].Note, "US only") {
		t.Errorf("the joint venture is not noted: %+v", c.Links)
	}
	if !slices.ContainsFunc(c.Links, func(l Link) bool {
		return l.ID == "cac-fund" && l.Relation == "note" && strings.HasPrefix(l.Note, "golden share")
	}) {
		t.Errorf("the golden share in a subsidiary is not noted: %+v", c.Links)
	}
	before := loaded.Chain("bytedance", "2026-01-21")
	if slices.ContainsFunc(before.Links, func(l Link) bool { return l.ID == "tiktok-usds-jv" }) {
		t.Error("the joint venture is noted before it began")
	}
}

func TestLawsAreCited(t *testing.T) {
	for _, c := range []struct{ articles, want string }{
		{"7", "Law, article 7"}, {"10.1", "Law, article 10.1"}, {"35-36", "Law, articles 35-36"}, {"7, 9", "Law, articles 7, 9"},
		{"section 69", "Law, section 69"}, {"whole", "Law"}, {"whole; broader since", "Law"}, {"", "Law"},
	} {
		l := Law{Name: "Law", Articles: c.articles}
		if got := l.Cite(); got != c.want {
			t.Errorf("%q: %q, want %q", c.articles, got, c.want)
		}
	}
}

func TestMinorityAndFormerOwnersAreNotesOnly(t *testing.T) {
	for vendor, parent := range map[string]string{"reddit": "tencent", "spotify": "tencent-music-and-tencent", "honor": "huawei", "avito": "prosus"} {
		c := loaded.Chain(vendor, today)
		i := slices.IndexFunc(c.Links, func(l Link) bool { return l.ID == parent })
		if i < 0 || c.Links[i].Relation != "note" {
			t.Errorf("%s: %s is no note: %+v", vendor, parent, c.Links)
		}
		if slices.Contains(loaded.Ancestors(vendor, today), parent) {
			t.Errorf("%s counts %s among its owners", vendor, parent)
		}
	}
}

// invented builds a database of vendors a to e, all verified, with the edges given.
func invented(edges ...Edge) *DB {
	t := Tables{Version: Version{Date: today}, Jurisdictions: []Jurisdiction{{Code: "XA", Name: "Aland"}, {Code: "XB", Name: "Bland"}}}
	for _, id := range []string{"a", "b", "c", "d", "e"} {
		t.Vendors = append(t.Vendors, Vendor{ID: id, Name: strings.ToUpper(id), Basis: Basis{Verified: true, Confidence: GradeHigh}})
	}
	t.Vendors[3].Jurisdiction, t.Vendors[4].Jurisdiction = "XA", "XB"
	for i := range edges {
		edges[i].ID = string(rune('1' + i))
		if edges[i].Confidence == "" {
			edges[i].Basis = Basis{Verified: true, Confidence: GradeHigh}
		}
	}
	t.Edges = edges
	return New(t)
}

func TestChainCarriesDoubt(t *testing.T) {
	weak := Basis{UnverifiedReason: "hearsay", Confidence: GradeMedium}
	db := invented(Edge{Child: "a", Parent: "b", Kind: Owns}, Edge{Child: "b", Parent: "d", Kind: Controls, Basis: weak})
	if c := db.Chain("a", today); c.State != "XA" || c.Verified || c.Confidence != GradeMedium || c.UnverifiedReason != "hearsay" {
		t.Errorf("%+v", c)
	}
	if c := db.Chain("d", today); c.State != "XA" || !c.Verified || c.Confidence != GradeHigh {
		t.Errorf("the doubt went down: %+v", c)
	}
}

func TestChainTakesTheNearestAndTheSurest(t *testing.T) {
	weak := Basis{UnverifiedReason: "hearsay", Confidence: GradeLow}
	db := invented(Edge{Child: "a", Parent: "e", Kind: Owns, Basis: weak}, Edge{Child: "a", Parent: "d", Kind: Owns})
	if c := db.Chain("a", today); c.State != "XA" || !c.Verified || !slices.Equal(c.States, []string{"XA", "XB"}) {
		t.Errorf("joint control: %+v", c)
	}
	db = invented(Edge{Child: "a", Parent: "e", Kind: Owns}, Edge{Child: "a", Parent: "b", Kind: Owns}, Edge{Child: "b", Parent: "d", Kind: Owns})
	if c := db.Chain("a", today); c.State != "XB" || len(c.States) != 1 || len(c.Links) != 4 {
		t.Errorf("nearest: %+v", c)
	}
}

func TestChainIsDated(t *testing.T) {
	db := invented(Edge{Child: "e", Parent: "d", Kind: Owns, From: "2018", Until: "2020-06"}, Edge{Child: "a", Parent: "d", Kind: Minority, From: "2019"},
		Edge{Child: "b", Parent: "d", Kind: AnnouncedDeal, From: "2020"}, Edge{Child: "c", Parent: "e", Kind: Controls})
	for _, c := range []struct {
		vendor string
		asOf   Date
		state  string
	}{
		{"e", "2017-12-31", "XB"}, {"e", "2018-01-01", "XA"}, {"e", "2020-06-30", "XA"}, {"e", "2020-07-01", "XB"},
		{"a", today, ""}, {"b", today, ""}, {"c", today, "XB"}, {"c", "2019-01-01", "XB"},
	} {
		if got := db.Chain(c.vendor, c.asOf).State; got != c.state {
			t.Errorf("%s on %s: %q, want %q", c.vendor, c.asOf, got, c.state)
		}
	}
	if got := db.Descendants("d", "2019-01-01"); !slices.Equal(got, []string{"e", "c"}) {
		t.Errorf("descendants %v", got)
	}
	if got := db.Ancestors("c", today); !slices.Equal(got, []string{"e"}) {
		t.Errorf("ancestors %v", got)
	}
}

// TestAnyGraph asks random graphs, cycles among them, and wants an end, an order and agreement.
func TestAnyGraph(t *testing.T) {
	ids := []string{"a", "b", "c", "d", "e"}
	kinds := []EdgeKind{Owns, Controls, Minority, GoldenShare, JointVenture, Former, AnnouncedDeal}
	rapid.Check(t, func(t *rapid.T) {
		edges := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Edge {
			return Edge{Child: rapid.SampledFrom(ids).Draw(t, "child"), Parent: rapid.SampledFrom(ids).Draw(t, "parent"), Kind: rapid.SampledFrom(kinds).Draw(t, "kind"),
				From: rapid.SampledFrom([]Date{"", "2018", "2020-05"}).Draw(t, "from"), Until: rapid.SampledFrom([]Date{"", "2021"}).Draw(t, "until")}
		}), 0, 9).Draw(t, "edges")
		db := invented(edges...)
		for _, id := range ids {
			c := db.Chain(id, "2020-06-01")
			above := db.Ancestors(id, "2020-06-01")
			for _, l := range c.Links {
				if (l.Relation == "owned by" || l.Relation == "controlled by") && !slices.Contains(above, l.ID) {
					t.Fatalf("%s: link to %s, which is no ancestor %v", id, l.ID, above)
				}
			}
			for _, up := range above {
				if up != id && !slices.Contains(db.Descendants(up, "2020-06-01"), id) {
					t.Fatalf("%s is above %s, but not the reverse", up, id)
				}
			}
			if c.State == "" && (id == "d" || id == "e") {
				t.Fatalf("%s lost its state", id)
			}
		}
	})
}
