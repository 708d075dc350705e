package reports

import (
	"testing"

	"quaestor/riskdb"
	"quaestor/scanners/inventory"
)

// TestMaker: reports of one maker have what is theirs of what was told last, also when it is of other policies than before.
func TestMaker(t *testing.T) {
	db := new(riskdb.DB)
	one, two := &riskdb.Policy{ID: "one", Authorities: []string{"nobody"}}, &riskdb.Policy{ID: "two", All: true}
	m := NewMaker(Tool{Name: "x"}, db)
	for _, packs := range [][]*riskdb.Policy{{one}, {one, two}, nil, {two}, {two}, {one}} {
		a := &riskdb.Assessment{Policies: packs}
		got := m.Report(inventory.New(), a)
		if got.Tool.Name != "x" || got.Policies == nil || len(got.Policies) != len(packs) {
			t.Fatalf("%d policies: %+v", len(packs), got.Policies)
		}
		for i, p := range packs {
			if got.Policies[i].ID != p.ID || len(got.Policies[i].Authorities) != 1 {
				t.Errorf("%+v of %s", got.Policies[i], p.ID)
			}
		}
	}
}
