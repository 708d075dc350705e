package policy

import (
	"encoding/json"
	"maps"
	"slices"

	"quaestor/riskdb"
)

// Difference is what two packs do not have in common. A is the first, B the second.
type Difference struct {
	A           string    `json:"a"`
	B           string    `json:"b"`
	Day         string    `json:"-"` // of the comparison; stands in the document that holds it
	Authorities Sides     `json:"authorities"`
	Rules       []Changed `json:"rules"`
	Severity    []Changed `json:"severity"`
	Allow       []Changed `json:"allow"`
	Exceptions  []Changed `json:"exceptions"`
	Products    []Product `json:"products"`
}

// Sides is what only one of the packs has.
type Sides struct {
	OnlyA []string `json:"only_a"`
	OnlyB []string `json:"only_b"`
}

// Changed is something that only one pack has, or that both have in another form.
type Changed struct {
	ID     string   `json:"id"`               // of a rule PACK/RULE, as findings name it: of the second policy where both have it
	Where  string   `json:"where"`            // a, b or both
	Fields []string `json:"fields,omitempty"` // that differ
	Text   string   `json:"text"`
}

// Product is a product about which the authorities of the packs say different things.
type Product struct {
	ID   string   `json:"id"`
	Name string   `json:"name"`
	A    []string `json:"a"` // positions, such as "be-federal: banned since 2023-03-10"
	B    []string `json:"b"`
	// Named is false where every position is derived: no measure names the product or its vendor, and what is said
	// follows from the state of the owner.
	Named bool `json:"named"`
	// State is the code of that state, where nothing else stands behind the positions.
	State string `json:"state,omitempty"`
}

// Empty reports whether the packs say the same.
func (d *Difference) Empty() bool {
	return len(d.Authorities.OnlyA)+len(d.Authorities.OnlyB)+len(d.Rules)+len(d.Severity)+len(d.Allow)+len(d.Exceptions)+len(d.Products) == 0
}

// Diff compares two sets of policies, each as it was composed, as of a day.
func Diff(db *riskdb.DB, nameA, nameB string, a, b riskdb.Policies, asOf riskdb.Date) *Difference {
	d := &Difference{A: nameA, B: nameB, Day: string(asOf), Products: []Product{}}
	fa, fb := flatten(a), flatten(b)
	d.Authorities = sides(fa.authorities, fb.authorities)
	d.Rules, d.Severity, d.Allow, d.Exceptions = changes(fa.rules, fb.rules), changes(fa.severity, fb.severity), changes(fa.allow, fb.allow), changes(fa.exceptions, fb.exceptions)
	inA, inB := db.Positions(a, asOf), db.Positions(b, asOf)
	for i := range db.Products {
		p := &db.Products[i]
		listA, listB := inA(p), inB(p)
		x, y := spoken(listA), spoken(listB)
		if slices.Equal(x, y) {
			continue
		}
		row := Product{ID: p.ID, Name: p.Name, A: x, B: y, Named: named(listA) || named(listB)}
		if !row.Named {
			if v := db.Vendor(p.Vendor); v != nil {
				row.State = db.Chain(v.ID, asOf).State
			}
		}
		d.Products = append(d.Products, row)
	}
	slices.SortStableFunc(d.Products, func(x, y Product) int { return order(y.Named) - order(x.Named) })
	return d
}

func order(first bool) int {
	if first {
		return 1
	}
	return 0
}

// viaState is how a measure reaches a product for no other reason than the state of its owner.
const viaState = "jurisdiction"

// named reports a position that is about the product or its owner, not about a state.
func named(list []riskdb.Position) bool {
	return slices.ContainsFunc(list, func(p riskdb.Position) bool { return p.Measure != nil && p.Via != viaState })
}

// flat is the content of packs by what names each part.
type flat struct {
	authorities                        []string
	rules, severity, allow, exceptions map[string]any
}

func flatten(p riskdb.Policies) flat {
	f := flat{rules: map[string]any{}, severity: map[string]any{}, allow: map[string]any{}, exceptions: map[string]any{}}
	for _, pack := range p.List() {
		if pack.All {
			f.authorities = append(f.authorities, "every authority")
		}
		f.authorities = append(f.authorities, pack.Authorities...)
		for _, r := range pack.Rules {
			key := r.ID
			if len(p.List()) > 1 {
				key = pack.ID + "/" + r.ID
			}
			f.rules[key] = rule{pack.ID, r}
		}
		for _, o := range pack.Severity {
			name := o.Rule
			if o.Axis != "" {
				name += " on " + string(o.Axis)
			}
			f.severity[name] = o
		}
		for _, w := range pack.Allow {
			f.allow[w.Reason] = w
		}
		for _, e := range pack.Exceptions {
			f.exceptions[e.ID] = e
		}
	}
	return f
}

// rule is a rule with the pack that names it in findings.
type rule struct {
	pack string
	riskdb.PackRule
}

// name is what findings call a part: a rule PACK/RULE, everything else by its key.
func name(key string, v any) string {
	if r, ok := v.(rule); ok {
		return r.pack + "/" + r.ID
	}
	return key
}

func sides(a, b []string) Sides {
	s := Sides{OnlyA: []string{}, OnlyB: []string{}}
	for _, x := range a {
		if !slices.Contains(b, x) {
			s.OnlyA = append(s.OnlyA, x)
		}
	}
	for _, x := range b {
		if !slices.Contains(a, x) {
			s.OnlyB = append(s.OnlyB, x)
		}
	}
	return s
}

func changes(a, b map[string]any) []Changed {
	out := []Changed{}
	all := maps.Clone(a)
	maps.Copy(all, b)
	for _, id := range slices.Sorted(maps.Keys(all)) {
		x, inA := a[id]
		y, inB := b[id]
		switch {
		case !inB:
			out = append(out, Changed{ID: name(id, x), Where: "a", Text: describe(x)})
		case !inA:
			out = append(out, Changed{ID: name(id, y), Where: "b", Text: describe(y)})
		default:
			if f := differing(x, y); len(f) > 0 {
				out = append(out, Changed{ID: name(id, y), Where: "both", Fields: f, Text: describe(x) + " → " + describe(y)})
			}
		}
	}
	return out
}

func describe(v any) string {
	switch x := v.(type) {
	case rule:
		return string(x.Severity) + ", " + string(x.Action) + ": " + x.Title
	case riskdb.SeverityOverride:
		return string(x.Severity)
	case riskdb.Allowance:
		return x.Reason
	case riskdb.Exception:
		return "by " + x.ApprovedBy + " until " + string(x.Until)
	}
	return ""
}

// differing names the fields, as the file calls them, in which two values differ.
func differing(x, y any) []string {
	a, b := fieldsOf(x), fieldsOf(y)
	all := maps.Clone(a)
	maps.Copy(all, b)
	var out []string
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if string(a[name]) != string(b[name]) {
			out = append(out, name)
		}
	}
	return out
}

func fieldsOf(v any) map[string]json.RawMessage {
	text, err := json.Marshal(v)
	out := map[string]json.RawMessage{}
	if err != nil || json.Unmarshal(text, &out) != nil {
		return map[string]json.RawMessage{"": text} // plain data always marshals
	}
	return out
}

// spoken writes the positions of those who have one.
func spoken(list []riskdb.Position) []string {
	out := []string{}
	for _, p := range list {
		if p.Measure != nil {
			text := p.String()
			if p.Via == viaState {
				text += ", through the owner's state"
			}
			out = append(out, text)
		}
	}
	return out
}
