package inventory

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"time"
)

// Merge adds everything in from to inv. Facts with the same ID become one: what inv does not know is
// filled in from the other, lists are united, true wins over false; where both know and disagree, inv's
// value stays and the disagreement is recorded as a [Gap]. Two apps that differ in what they are (kind of
// identifier, identifier or device) stay two, whatever their ID says. Nothing in from is changed.
func (inv *Inventory) Merge(from *Inventory) {
	m := newMerger(inv)
	m.merge(from)
	m.finish()
}

// merger merges one inventory after another into one. It remembers where each fact stands.
type merger struct {
	inv        *Inventory
	fact       string                    // what is being filled
	device     string                    // that it is of
	later      []string                  // devices of which what is being merged tells how they were later
	newer      bool                      // what fills tells of the device as it was later than what is filled
	at         map[string]map[string]int // by what it is and its ID
	gaps, runs map[[16]byte]bool
	conflicts  []Gap
}

func newMerger(inv *Inventory) *merger { return &merger{inv: inv, at: map[string]map[string]int{}} }

func (m *merger) merge(from *Inventory) {
	inv := m.inv
	if inv.Schema == "" {
		inv.Schema = from.Schema
	}
	m.later = nil
	inv.Devices = mergeByID(m, "device", inv.Devices, from.Devices, func(d *Device) string { return d.ID })
	m.apps(from.Apps)
	inv.Binaries = mergeByID(m, "binary", inv.Binaries, from.Binaries, func(b *Binary) string { return b.SHA256 })
	inv.Components = mergeByID(m, "component", inv.Components, from.Components, func(c *Component) string { return c.ID })
	inv.SecurityProducts = mergeByID(m, "security product", inv.SecurityProducts, from.SecurityProducts, func(p *SecurityProduct) string { return p.ID })
	inv.Profiles = mergeByID(m, "profile", inv.Profiles, from.Profiles, func(p *Profile) string { return p.ID })
	inv.Certificates = mergeByID(m, "certificate", inv.Certificates, from.Certificates, func(c *Certificate) string { return c.ID })
	inv.VPNs = mergeByID(m, "vpn", inv.VPNs, from.VPNs, func(v *VPN) string { return v.ID })
	inv.Gaps = unite(&m.gaps, inv.Gaps, from.Gaps)
	inv.Runs = unite(&m.runs, inv.Runs, from.Runs)
}

// finish tells what the inventories disagreed on.
func (m *merger) finish() { m.inv.Gaps = unite(&m.gaps, m.inv.Gaps, m.conflicts) }

// places returns where the facts of a kind stand, by ID.
func places[T any](m *merger, what string, into []T, id func(*T) string) map[string]int {
	at := m.at[what]
	if at == nil {
		at = make(map[string]int, len(into))
		for i := range into {
			at[id(&into[i])] = i
		}
		m.at[what] = at
	}
	return at
}

func mergeByID[T any](m *merger, what string, into, from []T, id func(*T) string) []T {
	if len(from) == 0 {
		return into
	}
	at := places(m, what, into, id)
	into = slices.Grow(into, len(from))
	for i := range from {
		key := id(&from[i])
		if j, ok := at[key]; ok {
			m.of(what, &into[j], &from[i])
			m.fill(what+" "+key, reflect.ValueOf(&into[j]).Elem(), reflect.ValueOf(&from[i]).Elem())
			continue
		}
		at[key] = len(into)
		into = append(into, from[i])
	}
	return into
}

// apps merges apps. One that bears the ID of another gets a new one.
func (m *merger) apps(from []App) {
	if len(from) == 0 {
		return
	}
	const what = "app"
	at := places(m, what, m.inv.Apps, func(a *App) string { return a.ID })
	m.inv.Apps = slices.Grow(m.inv.Apps, len(from))
	for i := range from {
		a := &from[i]
		if j, taken := at[a.ID]; taken && !sameApp(&m.inv.Apps[j], a) {
			a = m.renamed(&m.inv.Apps[j], a, at)
		}
		if j, ok := at[a.ID]; ok {
			m.of(what, &m.inv.Apps[j], a)
			m.fill(what+" "+a.ID, reflect.ValueOf(&m.inv.Apps[j]).Elem(), reflect.ValueOf(a).Elem())
			continue
		}
		at[a.ID] = len(m.inv.Apps)
		m.inv.Apps = append(m.inv.Apps, *a)
	}
}

// renamed is an app that bears the ID of another one, under an ID made from what it is.
func (m *merger) renamed(first, a *App, at map[string]int) *App {
	renamed := *a
	renamed.ID = AppID(a.Device, a.IdentifierKind, a.Identifier)
	if j, ok := at[renamed.ID]; ok && !sameApp(&m.inv.Apps[j], a) {
		renamed.ID = AppID(a.Device, a.IdentifierKind, a.Identifier, "instead of", a.ID)
	}
	m.conflicts = append(m.conflicts, Gap{
		Scanner: "inventory/merge", Device: a.Device, Subject: Text("app " + a.ID), Kind: GapMalformed,
		Detail: "Two different apps bear one ID; both are kept, the second under an ID made from what it is.",
		Next:   "Find out which program wrote the ID, or scan the devices again.", Samples: []string{identityText(first), identityText(a)},
	})
	return &renamed
}

// sameApp compares what an app is. What one of the two does not tell is no difference.
func sameApp(a, b *App) bool {
	agree := func(x, y string) bool { return x == "" || y == "" || x == y }
	return agree(string(a.IdentifierKind), string(b.IdentifierKind)) && agree(a.Identifier, b.Identifier) && agree(a.Device, b.Device)
}

func identityText(a *App) string {
	return Text(fmt.Sprintf("%s %q on %q", a.IdentifierKind, a.Identifier, a.Device))
}

// fill copies into dst what it lacks. It walks the fields by reflection so that a field added to a fact
// later cannot be forgotten here.
func (m *merger) fill(subject string, dst, src reflect.Value) {
	for i := range dst.NumField() {
		d, s := dst.Field(i), src.Field(i)
		name := subject + " " + dst.Type().Field(i).Name
		switch {
		case d.Type() == reflect.TypeFor[Presence]():
			if s.IsZero() { // who lists it as installed knows more than who found a trace
				d.SetZero()
			}
		case dst.Type() == reflect.TypeFor[SecurityProduct]() && dst.Type().Field(i).Name == "State" && (d.String() == "installed" || s.String() == "installed"):
			if d.IsZero() || !s.IsZero() && s.String() != "installed" { // that it is there says less than whether it runs
				d.Set(s)
			}
		case s.IsZero() || same(d, s):
		case d.IsZero():
			d.Set(s)
		case d.Kind() == reflect.Slice:
			m.fillSlice(name, d, s)
		case d.Kind() == reflect.Map:
			m.fillMap(name, d, s)
		case dst.Type() == reflect.TypeFor[Device]() && dst.Type().Field(i).Name == "LastSeen": // two accounts of one device: the later holds
			if s.Interface().(*time.Time).After(*d.Interface().(*time.Time)) {
				d.Set(s)
			}
		case d.Kind() == reflect.Pointer && d.Type() != reflect.TypeFor[*time.Time]() && d.Type().Elem().Kind() == reflect.Struct:
			own := reflect.New(d.Type().Elem()) // what a pointer leads to may be shared
			own.Elem().Set(d.Elem())
			m.fill(name, own.Elem(), s.Elem())
			d.Set(own)
		default:
			other, how := m.decided(dst.Type().Field(i).Name, d, s)
			if m.conflict(name, how, d, s); other {
				d.Set(s)
			}
		}
	}
}

// same compares two values. Points in time are the same in any zone.
func same(d, s reflect.Value) bool {
	x, ok := d.Interface().(*time.Time)
	y, _ := s.Interface().(*time.Time)
	if ok && x != nil && y != nil {
		return x.Equal(*y)
	}
	return reflect.DeepEqual(d.Interface(), s.Interface())
}

func (m *merger) fillMap(name string, d, s reflect.Value) {
	united := reflect.MakeMapWithSize(d.Type(), d.Len()+s.Len())
	for _, from := range []reflect.Value{s, d} { // d last: what inv knows stays
		for it := from.MapRange(); it.Next(); {
			united.SetMapIndex(it.Key(), it.Value())
		}
	}
	for it := s.MapRange(); it.Next(); {
		if got := united.MapIndex(it.Key()); !reflect.DeepEqual(got.Interface(), it.Value().Interface()) {
			m.conflict(name+" "+it.Key().String(), conflictFirst, got, it.Value())
		}
	}
	d.Set(united)
}

// fillSlice unites two lists. Elements that are keyed inside their parent (a permission by its name, a
// user by its number) are filled in, all others are compared whole. A binary has tens of thousands of code
// packages, so that elements are looked up and not searched for.
func (m *merger) fillSlice(name string, d, s reflect.Value) {
	united := reflect.MakeSlice(d.Type(), 0, d.Len())
	at := make(map[string]int, d.Len())
	for i := range d.Len() {
		if key := lookupKey(d.Index(i)); !has(at, key) {
			at[key] = i
		}
		united = reflect.Append(united, d.Index(i))
	}
	for i := range s.Len() {
		e := s.Index(i)
		key := lookupKey(e)
		j, ok := at[key]
		if !ok {
			at[key] = united.Len()
			united = reflect.Append(united, e)
			continue
		}
		if e.Kind() == reflect.Struct {
			m.fill(name+" "+elementKey(e), united.Index(j), e)
		}
	}
	d.Set(united)
}

func has(at map[string]int, key string) bool {
	_, ok := at[key]
	return ok
}

// lookupKey is equal for elements that become one.
func lookupKey(v reflect.Value) string {
	if k := elementKey(v); k != "" {
		return "key " + k
	}
	return whole(v.Interface())
}

// whole is equal for equal values, and only for these.
func whole(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprintf("%#v", v) // plain data always has a JSON form
	}
	return string(b)
}

// elementKey is what names an element inside its parent, or "" when only the whole element does.
func elementKey(v reflect.Value) string {
	switch e := v.Interface().(type) {
	case AppUser:
		return e.User
	case DeviceUser:
		return e.ID
	case Permission:
		return e.Name
	case Signer:
		if e.SHA256 != "" {
			return e.SHA256 + e.Scheme
		}
		return ""
	case CodePackage:
		return e.Name
	case PermissionDefinition:
		return e.Name
	case SchemeCheck: // one that holds only from some API level on is there twice
		return fmt.Sprint(e.Scheme, " ", e.MinSDK)
	case NativeCode:
		return e.File
	case CodeFile:
		return e.File
	case Mark:
		return e.Code + " " + e.Detail
	case Endpoint:
		return string(e.Kind) + " " + e.Value
	case AppExtension:
		return e.Identifier
	case Framework:
		return e.File
	case Entitlement:
		return e.Name
	case PrivacyManifest:
		return e.File
	case Install:
		return e.Program + " " + e.User + " " + e.Profile
	}
	return ""
}

func (m *merger) conflict(name, how string, d, s reflect.Value) {
	if d.Kind() == reflect.Bool {
		return // equal values never get here, and true is already in place or was zero
	}
	m.conflicts = append(m.conflicts, Gap{
		Scanner: "inventory/merge", Device: m.device, Subject: name, Kind: GapSkipped, Detail: how,
		Samples: []string{conflictText(d), conflictText(s)},
	})
}

// conflictFirst is how it ends where nothing decides.
const conflictFirst = "Two sources say different things of this; what the first says is used."

func conflictText(v reflect.Value) string {
	if b, ok := v.Interface().(*bool); ok && b != nil {
		return fmt.Sprint(*b)
	}
	if t, ok := v.Interface().(*time.Time); ok && t != nil {
		return t.UTC().Format(time.RFC3339)
	}
	return Text(fmt.Sprint(v.Interface()))
}

// unite appends what of from is not there yet. Which are there is remembered in seen.
func unite[T any](seen *map[[16]byte]bool, into, from []T) []T {
	if len(from) == 0 {
		return into
	}
	if *seen == nil {
		*seen = make(map[[16]byte]bool, len(into)+len(from))
		for i := range into {
			(*seen)[digest(into[i])] = true
		}
	}
	for i := range from {
		if key := digest(from[i]); !(*seen)[key] {
			(*seen)[key] = true
			into = append(into, from[i])
		}
	}
	return into
}

// digest is equal for equal values. It takes less room than the value.
func digest(v any) [16]byte {
	sum := sha256.Sum256([]byte(whole(v)))
	return [16]byte(sum[:16])
}
