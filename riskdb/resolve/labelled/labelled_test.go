package labelled

import (
	"testing"

	"quaestor/riskdb/resolve"
)

func sets(t *testing.T) map[string]Set {
	t.Helper()
	made, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	after, err := HeldOut()
	if err != nil {
		t.Fatal(err)
	}
	lot, err := Drawn()
	if err != nil {
		t.Fatal(err)
	}
	shown, err := Exports()
	if err != nil {
		t.Fatal(err)
	}
	later, err := ExportsHeldOut()
	if err != nil {
		t.Fatal(err)
	}
	lotLater, err := ExportsDrawn()
	if err != nil {
		t.Fatal(err)
	}
	return map[string]Set{"exports-drawn.yaml": lotLater, "exports-heldout.yaml": later, "labelled.yaml": made, "heldout.yaml": after, "drawn.yaml": lot, "exports.yaml": shown}
}

func TestSets(t *testing.T) {
	seen := map[resolve.Query]string{}
	for file, least := range map[string]int{"labelled.yaml": 700, "heldout.yaml": 80, "drawn.yaml": 100, "exports.yaml": 150, "exports-heldout.yaml": 100, "exports-drawn.yaml": 160} {
		s := sets(t)[file]
		if s.Len() < least {
			t.Errorf("%s: %d pairs, want at least %d", file, s.Len(), least)
		}
		for _, k := range s.Kinds {
			if k.Name == "" || k.Note == "" || len(k.Pairs) == 0 {
				t.Errorf("%s: kind %q without a note or without pairs", file, k.Name)
			}
			for _, p := range k.Pairs {
				answers := 0
				for _, has := range []bool{len(p.Want) > 0, p.Ask != "", p.Vendor != ""} {
					if has {
						answers++
					}
				}
				if answers > 1 {
					t.Errorf("%s: %q wants several answers", file, p.Name)
				}
				if before, ok := seen[p.Query()]; ok {
					t.Errorf("%s: %q is in %s already: one that is in both is not held out", file, p.Name, before)
				}
				seen[p.Query()] = file
			}
		}
	}
}

func TestJudge(t *testing.T) {
	for _, c := range []struct {
		want, got string
		count     Count
	}{
		{"a", "a", Count{Pairs: 1, Right: 1}}, {"a", "", Count{Pairs: 1, Missed: 1}}, {"a", "b", Count{Pairs: 1, Missed: 1, False: 1}},
		{"", "b", Count{Pairs: 1, False: 1}}, {"", "", Count{Pairs: 1, Rejected: 1}}, {"a or b", "a", Count{Pairs: 1, Missed: 1, False: 1}},
		{"ask a", "a", Count{Pairs: 1, Missed: 1, False: 1}}, {"", "ask a", Count{Pairs: 1, False: 1}},
	} {
		if got := judge(c.want, c.got); got != c.count {
			t.Errorf("%q for %q: %+v, want %+v", c.got, c.want, got, c.count)
		}
	}
	if c := (Count{}); c.Precision() != 1 || c.Recall() != 1 {
		t.Error("nothing asked is not nothing right")
	}
	if c := (Count{Right: 3, Missed: 1, False: 2}); c.Precision() != 0.6 || c.Recall() != 0.75 {
		t.Errorf("precision %v, recall %v", c.Precision(), c.Recall())
	}
}

func TestEvaluate(t *testing.T) {
	ix := resolve.New([]resolve.Product{{ID: "clip", Names: []string{"ClipShow"}, Vendor: "maker"}}, []resolve.Vendor{{ID: "maker", Names: []string{"Maker"}}}, nil)
	s := Set{Kinds: []Kind{{Name: "a", Pairs: []Pair{{Name: "ClipShow", Want: []string{"clip"}}, {Name: "ClipShow Viewer"}, {Name: "ClipShow", Want: []string{"other"}}}},
		{Name: "b", Pairs: []Pair{{Name: "CliρShοw", Ask: "clip"}, {Name: "x", Publisher: "Maker", Vendor: "maker"}}}}}
	got := Evaluate(ix, s)
	if want := (Count{Pairs: 5, Right: 3, Missed: 1, False: 1, Rejected: 1}); got.All != want {
		t.Errorf("%+v, want %+v", got.All, want)
	}
	if len(got.Kinds) != 2 || len(got.Mistakes) != 1 || got.Mistakes[0].Want != "other" || got.Mistakes[0].Got != "clip" {
		t.Errorf("%+v", got)
	}
}

func TestReadRefusesUnknownFields(t *testing.T) {
	if _, err := Read([]byte("kinds:\n- kind: a\n  pairs:\n  - {name: x, wants: [y]}\n")); err == nil {
		t.Error("a misspelt field is read as nothing wanted")
	}
}
