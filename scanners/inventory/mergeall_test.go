package inventory

import (
	"encoding/json"
	"fmt"
	"testing"
)

// parts are inventories of a few devices with facts of their own and in common, which contradict each other here and there.
func parts() []*Inventory {
	var list []*Inventory
	for i := range 7 {
		device := fmt.Sprint("d", i%3)
		list = append(list, &Inventory{
			Schema: Schema, Devices: []Device{{ID: device, Name: fmt.Sprint("name", i%2)}},
			Apps:         []App{{ID: fmt.Sprint("a", i), Device: device, Identifier: "x"}, {ID: "shared", Device: "d0", Identifier: "y", Version: fmt.Sprint(i / 4)}, {ID: "taken", Device: device, Identifier: "z"}},
			Certificates: []Certificate{{ID: fmt.Sprint("c", i/2)}}, Gaps: []Gap{{Subject: fmt.Sprint(i / 3)}}, Runs: []Run{{Scanner: "s", Target: fmt.Sprint(i / 2)}},
		})
	}
	return append(list, nil, New())
}

// TestMergeAll: all at once gives what one after another gives.
func TestMergeAll(t *testing.T) {
	text := func(inv *Inventory) string {
		inv.Sort()
		b, err := json.MarshalIndent(inv, "", " ")
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	want := parts()[0]
	for _, from := range parts()[1:] {
		if from != nil {
			want.Merge(from)
		}
	}
	if got := MergeAll(parts()); text(got) != text(want) {
		t.Errorf("at once:\n%s\none after another:\n%s", text(got), text(want))
	}
	if len(want.Apps) != 7+1+3 || len(want.Gaps) < 3 {
		t.Errorf("%d apps and %d gaps: the parts have too little in common to show anything", len(want.Apps), len(want.Gaps))
	}
	for name, list := range map[string][]*Inventory{"nothing": nil, "nil": {nil, nil}} {
		if got := MergeAll(list); got == nil || got.Schema != Schema {
			t.Errorf("%s: %+v", name, got)
		}
	}
}
