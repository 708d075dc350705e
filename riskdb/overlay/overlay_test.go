package overlay_test

import (
	"bytes"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"quaestor/riskdb"
	"quaestor/riskdb/overlay"
)

func builtIn(t *testing.T) *riskdb.DB {
	t.Helper()
	db, err := riskdb.Load()
	if err != nil {
		t.Fatal(err)
	}
	return db
}

// TestExample: the overlay that the documentation shows can be read, laid and explained.
func TestExample(t *testing.T) {
	base := builtIn(t)
	over, err := overlay.Read(os.DirFS("testdata/example"), base)
	if err != nil {
		t.Fatal(err)
	}
	db, err := riskdb.Stack(base, over)
	if err != nil {
		t.Fatal(err)
	}
	if b := db.Ban("example-house-tiktok-2026"); b == nil || db.Origin("bans", b.ID).ID != "example-house" {
		t.Errorf("the added measure is %+v", b)
	}
	var said []string
	for _, e := range db.Explain("be-ccb-tiktok-warning-2023", "2026-11-22") {
		for _, f := range e.Facts {
			said = append(said, f.Label+": "+f.Text)
		}
	}
	if text := strings.Join(said, "\n"); !strings.Contains(text, "no guidance for the House") || !strings.Contains(text, "Example House, information security office") {
		t.Errorf("the withdrawn measure is explained as\n%s", text)
	}
	if _, err := db.SelectPolicies("example-house"); err != nil {
		t.Error(err)
	}
}

func TestCompiledIsTheSame(t *testing.T) {
	over, err := overlay.Read(os.DirFS("testdata/example"), builtIn(t))
	if err != nil {
		t.Fatal(err)
	}
	raw, err := overlay.Compile(&over)
	if err != nil {
		t.Fatal(err)
	}
	again, err := overlay.Decode(string(raw))
	if err != nil {
		t.Fatal(err)
	}
	if twice, err := overlay.Compile(&again); err != nil || !bytes.Equal(twice, raw) || again.Layer != over.Layer || len(again.Withdrawals) != 1 {
		t.Errorf("%v\n%+v\n%+v", err, again, over)
	}
	if _, err := overlay.Decode(string(raw[:len(raw)/2])); err == nil {
		t.Error("half an overlay is read without a word")
	}
}

func TestFaultsNameTheLine(t *testing.T) {
	_, err := overlay.Read(fstest.MapFS{"o.yaml": {Data: []byte("layer: {id: x, title: X, authority: X, date: \"2026-11-20\"}\nwithdraw:\n- {table: bans, id: gone, reason: x}\n")}}, builtIn(t))
	if err == nil || !strings.Contains(err.Error(), "o.yaml:3") {
		t.Errorf("%v", err)
	}
}

// TestCheckUponAnotherBase: an overlay that was good on the base it was built on is refused on one that lacks
// what it names, or that has given its identifier to another product.
func TestCheckUponAnotherBase(t *testing.T) {
	base := builtIn(t)
	over, err := overlay.Read(os.DirFS("testdata/example"), base)
	if err != nil {
		t.Fatal(err)
	}
	if err := overlay.Check(&over, base); err != nil {
		t.Fatal(err)
	}
	thief := riskdb.Tables{Layer: riskdb.Layer{ID: "thief", Title: "Thief", Authority: "Thief", Date: "2026-11-20"},
		Products: []riskdb.Product{{ID: "aaa", Name: "Good app", Vendor: "bytedance", Category: "social", Kind: riskdb.AppProduct,
			Identifiers: slices.Clone(base.Product("tiktok").Identifiers)}}}
	for name, c := range map[string]riskdb.Tables{
		"a second product": thief,
		"a missing source": {Layer: thief.Layer, Bans: []riskdb.Ban{over.Bans[0]}},
		"a missing vendor": {Layer: thief.Layer, Products: []riskdb.Product{{ID: "aaa", Name: "A", Vendor: "nobody", Category: "social", Kind: riskdb.AppProduct}}},
	} {
		if err := overlay.Check(&c, base); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}
