package export

import (
	"reflect"
	"slices"
	"testing"

	"quaestor/riskdb"
)

func TestDiff(t *testing.T) {
	old := embedded(t)
	if changes, err := Diff(old, old); err != nil || len(changes) > 0 {
		t.Fatalf("with itself: %v (%v)", changes, err)
	}
	new := *old
	new.Entities = append(slices.Clone(old.Entities[1:]), riskdb.Entity{ID: "zz-new", Name: "New"})
	new.Bans = slices.Clone(old.Bans)
	new.Bans[3].State, new.Bans[3].Until = riskdb.Revoked, "2026-11-22"
	new.Version.Date = "2026-12-24"
	got, err := Diff(old, &new)
	if err != nil {
		t.Fatal(err)
	}
	want := []Change{
		{"version", "version", "changed", []FieldChange{{"date", `"` + string(old.Version.Date) + `"`, `"2026-12-24"`}}},
		{Table: "entities", ID: old.Entities[0].ID, What: "removed"},
		{Table: "entities", ID: "zz-new", What: "added"},
		{"bans", old.Bans[3].ID, "changed", []FieldChange{{"state", `"` + string(old.Bans[3].State) + `"`, `"revoked"`}, {"until", "", `"2026-11-22"`}}},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}
