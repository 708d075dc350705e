package inventory

import (
	"encoding/json"
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// inOrder are the lists whose order means something, by their owner's type and name.
var inOrder = map[string]bool{"App.Binaries": true, "App.Signers": true, "Binary.Signers": true, "Gap.Samples": true}

// shuffle puts every list that Sort sorts into an order that t draws.
func shuffle(t *rapid.T, v reflect.Value) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() && !inOrder[v.Type().Name()+"."+f.Name] {
				shuffle(t, v.Field(i))
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			shuffle(t, v.Index(i))
		}
		for i := v.Len() - 1; i > 0; i-- {
			j := rapid.IntRange(0, i).Draw(t, "place")
			a, b := v.Index(i).Interface(), v.Index(j).Interface()
			v.Index(i).Set(reflect.ValueOf(b))
			v.Index(j).Set(reflect.ValueOf(a))
		}
	}
}

func bytesOf(t interface{ Fatal(...any) }, inv *Inventory) string {
	b, err := json.MarshalIndent(inv, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// crowded has facts that differ only in what no list is sorted by first: equal identifiers, equal names.
func crowded() *Inventory {
	inv := full(0)
	inv.Merge(full(50_000))
	more := disagreeing()
	v, m := reflect.ValueOf(inv).Elem(), reflect.ValueOf(more).Elem()
	for i := range v.NumField() {
		if v.Field(i).Kind() == reflect.Slice {
			v.Field(i).Set(reflect.AppendSlice(v.Field(i), m.Field(i)))
		}
	}
	for i := range inv.Apps {
		for j := range inv.Apps[i].Permissions {
			inv.Apps[i].Permissions[j].Name = "same"
		}
	}
	for i := range inv.Gaps {
		inv.Gaps[i].Scanner, inv.Gaps[i].Device, inv.Gaps[i].Subject, inv.Gaps[i].Kind, inv.Gaps[i].Detail = "s", "d", "x", GapFailed, "same"
	}
	for i := range inv.Runs {
		inv.Runs[i].Scanner, inv.Runs[i].Target, inv.Runs[i].Device = "s", "t", "d"
	}
	for i := range inv.Binaries {
		for j := range inv.Binaries[i].Origins {
			inv.Binaries[i].Origins[j].Scanner, inv.Binaries[i].Origins[j].Path, inv.Binaries[i].Origins[j].Line = "s", "p", 1
		}
	}
	return inv
}

func TestSortGivesOneOrder(t *testing.T) {
	sorted := crowded()
	sorted.Sort()
	want := bytesOf(t, sorted)
	rapid.Check(t, func(t *rapid.T) {
		inv := crowded()
		shuffle(t, reflect.ValueOf(inv).Elem())
		inv.Sort()
		if got := bytesOf(t, inv); got != want {
			t.Fatal(cmp.Diff(want, got))
		}
	})
}

func TestSortKeepsMeaningfulOrder(t *testing.T) {
	inv := &Inventory{
		Apps:     []App{{ID: "a", Binaries: []string{"z", "a"}, Signers: []Signer{{SHA256: "z"}, {SHA256: "a"}}}},
		Binaries: []Binary{{SHA256: "b", Signers: []Signer{{SHA256: "z"}, {SHA256: "a"}}}},
		Gaps:     []Gap{{Samples: []string{"z", "a"}}},
	}
	want := bytesOf(t, inv)
	inv.Sort()
	if d := cmp.Diff(want, bytesOf(t, inv)); d != "" {
		t.Error(d)
	}
}

func TestUsersSortAsNumbers(t *testing.T) {
	inv := &Inventory{Apps: []App{{ID: "a", Users: []AppUser{{User: "150"}, {User: "10"}, {User: "0"}, {User: "9"}}}}}
	inv.Sort()
	var got []string
	for _, u := range inv.Apps[0].Users {
		got = append(got, u.User)
	}
	if d := cmp.Diff([]string{"0", "9", "10", "150"}, got); d != "" {
		t.Error(d)
	}
}
