package inventory

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// filler gives every field a value of its own.
type filler struct{ n int }

func (f *filler) next() int { f.n++; return f.n }

// fill sets v and all that is in it. Lists get two elements.
func (f *filler) fill(v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(fmt.Sprintf("v%05d", f.next()))
	case reflect.Int, reflect.Int64:
		v.SetInt(int64(100_000 + f.next()))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		f.fill(v.Index(0))
		f.fill(v.Index(1))
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		for range 2 {
			key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
			f.fill(key)
			f.fill(value)
			v.SetMapIndex(key, value)
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		f.fill(v.Elem())
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			v.Set(reflect.ValueOf(time.Unix(int64(1_700_000_000+f.next()), 0).UTC()))
			return
		}
		for i := range v.NumField() {
			f.fill(v.Field(i))
		}
	default:
		panic("the filler does not know the kind " + v.Kind().String())
	}
}

// full is an inventory in which every field of every fact is set.
func full(first int) *Inventory {
	inv := new(Inventory)
	(&filler{n: first}).fill(reflect.ValueOf(inv).Elem())
	inv.Schema = Schema
	inv.More, inv.Parts = false, 0 // how a file of several is written, and no fact
	return inv
}

// leaves are all values of an inventory by their place: "Apps v00012 Users v00100 Hidden = true". Elements go
// by what they are merged by, so that their order does not matter.
func leaves(inv *Inventory) map[string]bool {
	out := make(map[string]bool)
	var walk func(place string, v reflect.Value)
	walk = func(place string, v reflect.Value) {
		switch v.Kind() {
		case reflect.Struct:
			if t, ok := v.Interface().(time.Time); ok {
				out[place+" = "+t.String()] = true
				return
			}
			for i := range v.NumField() {
				walk(place+" "+v.Type().Field(i).Name, v.Field(i))
			}
		case reflect.Slice:
			for i := range v.Len() {
				walk(place+" "+nameOf(v.Index(i)), v.Index(i))
			}
		case reflect.Map:
			for it := v.MapRange(); it.Next(); {
				walk(fmt.Sprint(place, " ", it.Key()), it.Value())
			}
		case reflect.Pointer:
			if !v.IsNil() {
				walk(place, v.Elem())
			}
		default:
			if _, settled := v.Interface().(Presence); settled { // see TestPresence
				return
			}
			if !v.IsZero() {
				out[fmt.Sprint(place, " = ", v.Interface())] = true
			}
		}
	}
	walk("", reflect.ValueOf(inv).Elem())
	return out
}

// nameOf names an element by its own identifier, found here without the help of the code under test.
func nameOf(v reflect.Value) string {
	if v.Kind() != reflect.Struct {
		return fmt.Sprint(v.Interface())
	}
	switch e := v.Interface().(type) {
	case Origin, Gap, Run, ManifestComponent, Place, DeepLink, NetworkRule, APILevels, Trace, Access, Connection, CollectedData, ReasonedAPI:
		b, _ := json.Marshal(e)
		return string(b)
	case SchemeCheck:
		return fmt.Sprint(e.Scheme, e.MinSDK)
	case Mark:
		return e.Code + e.Detail
	case Endpoint:
		return string(e.Kind) + e.Value
	case AppExtension:
		return e.Identifier
	case Framework:
		return e.File
	}
	for _, name := range []string{"ID", "SHA256", "User", "Name", "Scheme", "File"} {
		if f := v.FieldByName(name); f.IsValid() {
			return f.String()
		}
	}
	panic("no name for a " + v.Type().String())
}

// identity is inv with nothing but what its facts go by.
func identity(inv *Inventory) *Inventory {
	out := &Inventory{Schema: inv.Schema}
	v, o := reflect.ValueOf(inv).Elem(), reflect.ValueOf(out).Elem()
	for i := range v.NumField() {
		if v.Field(i).Kind() != reflect.Slice || v.Type().Field(i).Name == "Gaps" || v.Type().Field(i).Name == "Runs" {
			continue
		}
		list := reflect.MakeSlice(v.Field(i).Type(), v.Field(i).Len(), v.Field(i).Len())
		for j := range list.Len() {
			for _, key := range []string{"ID", "SHA256"} {
				if f := list.Index(j).FieldByName(key); f.IsValid() {
					f.Set(v.Field(i).Index(j).FieldByName(key))
					break
				}
			}
		}
		o.Field(i).Set(list)
	}
	return out
}

func missing(want, got map[string]bool) []string {
	var out []string
	for leaf := range want {
		if !got[leaf] {
			out = append(out, leaf)
		}
	}
	slices.Sort(out)
	return out
}

func TestMergeDropsNothing(t *testing.T) {
	want := leaves(full(0))
	if len(want) < 300 {
		t.Fatalf("only %d values to look for", len(want))
	}
	for name, tt := range map[string]struct{ into, from *Inventory }{
		"into nothing":             {new(Inventory), full(0)},
		"nothing into it":          {full(0), new(Inventory)},
		"into bare facts":          {identity(full(0)), full(0)},
		"bare facts into it":       {full(0), identity(full(0))},
		"into itself":              {full(0), full(0)},
		"into others":              {full(50_000), full(0)},
		"others into it":           {full(0), full(50_000)},
		"twice in one, into none":  {new(Inventory), twice(full(0))},
		"in halves":                {half(full(0), 0), half(full(0), 1)},
		"in halves, the other way": {half(full(0), 1), half(full(0), 0)},
	} {
		t.Run(name, func(t *testing.T) {
			before := leaves(tt.from)
			tt.into.Merge(tt.from)
			if lost := missing(want, leaves(tt.into)); len(lost) > 0 {
				t.Errorf("%d of %d values are lost, such as %q", len(lost), len(want), lost[:min(5, len(lost))])
			}
			if d := cmp.Diff(before, leaves(tt.from)); d != "" {
				t.Errorf("what was merged from changed: %s", d)
			}
		})
	}
}

func twice(inv *Inventory) *Inventory {
	v := reflect.ValueOf(inv).Elem()
	for i := range v.NumField() {
		if f := v.Field(i); f.Kind() == reflect.Slice {
			f.Set(reflect.AppendSlice(f, f))
		}
	}
	return inv
}

// half keeps every second field of each fact, and its identifier.
func half(inv *Inventory, which int) *Inventory {
	v := reflect.ValueOf(inv).Elem()
	for i := range v.NumField() {
		if v.Field(i).Kind() != reflect.Slice || v.Type().Field(i).Name == "Gaps" || v.Type().Field(i).Name == "Runs" {
			continue
		}
		for j := range v.Field(i).Len() {
			fact := v.Field(i).Index(j)
			for k := range fact.NumField() {
				name := fact.Type().Field(k).Name
				isKey := name == "ID" || name == "SHA256" && !fact.FieldByName("ID").IsValid()
				if k%2 == which && !isKey {
					fact.Field(k).SetZero()
				}
			}
		}
	}
	return inv
}

func TestMergeTwiceIsMergeOnce(t *testing.T) {
	for name, from := range map[string]*Inventory{"the same": full(0), "other facts": full(50_000), "bare": identity(full(0)), "disagreeing": disagreeing()} {
		once, again := full(0), full(0)
		once.Merge(from)
		again.Merge(from)
		again.Merge(from)
		if d := cmp.Diff(once, again); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
}

// disagreeing has the facts of full(0) with another value in every field that is not a list.
func disagreeing() *Inventory {
	inv, other := full(0), full(50_000)
	v, o := reflect.ValueOf(inv).Elem(), reflect.ValueOf(other).Elem()
	for i := range v.NumField() {
		if f := v.Field(i); f.Kind() == reflect.Slice && f.Index(0).Kind() == reflect.Struct {
			for j := range f.Len() {
				key := f.Index(j).FieldByName("ID")
				if !key.IsValid() {
					key = f.Index(j).FieldByName("SHA256")
				}
				if !key.IsValid() {
					continue
				}
				id := key.String()
				f.Index(j).Set(o.Field(i).Index(j))
				key.SetString(id)
			}
		}
	}
	return inv
}

func TestConflicts(t *testing.T) {
	early, late := time.Unix(1, 0).UTC(), time.Unix(2, 0).UTC()
	elsewhere := late.In(time.FixedZone("", 3600))
	into := &Inventory{
		Apps: []App{{ID: "a", Version: "1", UID: 7, System: false, Updated: &early, FirstInstalled: &late,
			Permissions: []Permission{{Name: "p", MaxSDK: 1}, {Name: "q"}}, Flags: []string{"x"}}},
		Devices: []Device{{ID: "d", Properties: map[string]string{"k": "one", "same": "s"}}},
	}
	from := &Inventory{
		Apps: []App{{ID: "a", Version: "2", UID: 8, System: true, Updated: &late, FirstInstalled: &elsewhere,
			Permissions: []Permission{{Name: "p", MaxSDK: 2, Granted: true}, {Name: "r"}}, Flags: []string{"y", "x"}}},
		Devices: []Device{{ID: "d", Properties: map[string]string{"k": "two", "same": "s", "more": "m"}}},
	}
	into.Merge(from)
	conflict := func(subject, first, second string) Gap {
		return Gap{Scanner: "inventory/merge", Subject: subject, Kind: GapSkipped, Detail: "Two sources say different things of this; what the first says is used.", Samples: []string{first, second}}
	}
	of := func(device, subject, first, second string) Gap {
		g := conflict(subject, first, second)
		g.Device = device
		return g
	}
	want := &Inventory{
		Apps: []App{{ID: "a", Version: "1", UID: 7, System: true, Updated: &early, FirstInstalled: &late,
			Permissions: []Permission{{Name: "p", MaxSDK: 1, Granted: true}, {Name: "q"}, {Name: "r"}}, Flags: []string{"x", "y"}}},
		Devices: []Device{{ID: "d", Properties: map[string]string{"k": "one", "same": "s", "more": "m"}}},
		Gaps: []Gap{
			of("d", "device d Properties k", "one", "two"),
			conflict("app a Version", "1", "2"),
			conflict("app a UID", "7", "8"),
			conflict("app a Updated", "1970-01-01T00:00:01Z", "1970-01-01T00:00:02Z"),
			conflict("app a Permissions p MaxSDK", "1", "2"),
		},
	}
	if d := cmp.Diff(want, into); d != "" {
		t.Error(d)
	}
}

// TestDifferentAppsOfOneID: a forged or mistaken ID must not make an app vanish in another.
func TestDifferentAppsOfOneID(t *testing.T) {
	const id = "app-1"
	settings := App{ID: id, Device: "d", IdentifierKind: AndroidPackage, Identifier: "com.android.settings", Version: "1"}
	for name, other := range map[string]App{
		"identifier": {ID: id, Device: "d", IdentifierKind: AndroidPackage, Identifier: "com.zhiliaoapp.musically"},
		"kind":       {ID: id, Device: "d", IdentifierKind: IOSBundle, Identifier: "com.android.settings"},
		"device":     {ID: id, Device: "e", IdentifierKind: AndroidPackage, Identifier: "com.android.settings"},
	} {
		t.Run(name, func(t *testing.T) {
			want := other
			want.ID = AppID(other.Device, other.IdentifierKind, other.Identifier)
			for how, parts := range map[string][][]App{
				"apart":    {{settings}, {other}},
				"together": {nil, {settings, other}},
				"twice":    {{settings}, {other, other}, {other}},
			} {
				inv := New()
				for _, apps := range parts {
					before := slices.Clone(apps)
					inv.Merge(&Inventory{Apps: apps})
					if d := cmp.Diff(before, apps); d != "" {
						t.Errorf("%s: what was merged from changed: %s", how, d)
					}
				}
				if d := cmp.Diff([]App{settings, want}, inv.Apps); d != "" {
					t.Errorf("%s: %s", how, d)
				}
				if len(inv.Gaps) != 1 || !inv.Gaps[0].Kind.Incomplete() || len(inv.Gaps[0].Samples) != 2 {
					t.Errorf("%s: gaps %+v", how, inv.Gaps)
				}
			}
		})
	}
}

// TestBareAppFirst: an app that tells nothing but its ID does not hide that two others differ.
func TestBareAppFirst(t *testing.T) {
	inv := New()
	inv.Merge(&Inventory{Apps: []App{{ID: "x"}, {ID: "x", Identifier: "a"}, {ID: "x", Identifier: "b"}}})
	if len(inv.Apps) != 2 || inv.Apps[0].Identifier != "a" || inv.Apps[1].Identifier != "b" || len(inv.Gaps) != 1 {
		t.Errorf("apps %+v, gaps %+v", inv.Apps, inv.Gaps)
	}
}

// TestTakenID: the ID that an app should have is borne by another one already.
func TestTakenID(t *testing.T) {
	a := App{Identifier: "a", IdentifierKind: DebPackage}
	a.ID = AppID("", DebPackage, "a")
	liar := App{ID: a.ID, Identifier: "b", IdentifierKind: DebPackage}
	inv := New()
	inv.Merge(&Inventory{Apps: []App{liar, a}})
	inv.Merge(&Inventory{Apps: []App{a}})
	if len(inv.Apps) != 2 || inv.Apps[0].Identifier != "b" || inv.Apps[1].Identifier != "a" || inv.Apps[0].ID == inv.Apps[1].ID || len(inv.Gaps) != 1 {
		t.Errorf("apps %+v, gaps %+v", inv.Apps, inv.Gaps)
	}
}

// TestMergeLargeBinary has a size at which comparing every element with every other would take minutes.
func TestMergeLargeBinary(t *testing.T) {
	large := func(offset int) *Inventory {
		b := Binary{SHA256: "aa"}
		for i := range 40_000 {
			b.CodePackages = append(b.CodePackages, CodePackage{Name: fmt.Sprint(i + offset), Classes: 1})
		}
		return &Inventory{Binaries: []Binary{b}}
	}
	inv := large(0)
	inv.Merge(large(20_000))
	if n := len(inv.Binaries[0].CodePackages); n != 60_000 {
		t.Errorf("%d code packages", n)
	}
}

// TestMergeSchemesOfTwoParts joins two accounts of a file whose v2 signature holds only from Android 9 on: what
// fails below it stays failed.
func TestMergeSchemesOfTwoParts(t *testing.T) {
	account := func(signer string) *Inventory {
		return &Inventory{Binaries: []Binary{{SHA256: "a", SchemeChecks: []SchemeCheck{
			{Scheme: "v2", MinSDK: 24, MaxSDK: 27, Error: "not known yet"}, {Scheme: "v2", MinSDK: 28, Verified: true, Signers: []string{signer}}}}}}
	}
	inv := account("x")
	inv.Merge(account("y"))
	inv.Sort()
	got := inv.Binaries[0].SchemeChecks
	if len(got) != 2 || got[0].Verified || got[0].MaxSDK != 27 || !got[1].Verified || len(got[1].Signers) != 2 {
		t.Errorf("%+v", got)
	}
}

// What one source lists as installed is installed, whatever traces another found, and in either order.
func TestPresence(t *testing.T) {
	of := func(p Presence) *Inventory { return &Inventory{Apps: []App{{ID: "a", Presence: p}}} }
	for _, tt := range []struct{ a, b, want Presence }{
		{PresenceInstalled, PresenceTrace, PresenceInstalled},
		{PresenceTrace, PresenceInstalled, PresenceInstalled},
		{PresenceTrace, PresenceTrace, PresenceTrace},
	} {
		inv := of(tt.a)
		if inv.Merge(of(tt.b)); inv.Apps[0].Presence != tt.want || len(inv.Gaps) > 0 {
			t.Errorf("%q and %q: %q, %v", tt.a, tt.b, inv.Apps[0].Presence, inv.Gaps)
		}
	}
}
