package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"quaestor/riskdb"
	"quaestor/scanners/inventory"
)

// permissionCounts is how many ordinary apps a permission, or a combination, would touch if it were a rule by
// itself. It is context of a finding about origin, and this is why.
type permissionCounts struct {
	seen, all    int // Android controls whose list was seen, and all of them
	permissions  []touched
	combinations []touched
}

// touched is one permission or combination with the controls that have it.
type touched struct {
	id       string
	weight   string // of a permission 1 to 5, of a combination its severity
	seen     int    // among the controls whose list was seen
	all      int
	examples []string
}

func countPermissions(db *riskdb.DB, cs *Controls, controls []Control) permissionCounts {
	var out permissionCounts
	perms := map[string]*touched{}
	combos := make([]touched, len(db.Combinations))
	for i := range controls {
		c := &controls[i]
		if c.Platform != inventory.Android {
			continue
		}
		out.all++
		if c.Seen != "" {
			out.seen++
		}
		has := held(cs, c)
		for _, name := range has {
			if p := db.Permission(name); p != nil {
				if perms[name] == nil {
					perms[name] = &touched{id: name, weight: fmt.Sprint(p.Weight)}
				}
				perms[name].add(c)
			}
		}
		for j := range db.Combinations {
			combos[j].id, combos[j].weight = db.Combinations[j].ID, db.Combinations[j].Severity
			if !slices.ContainsFunc(db.Combinations[j].AllOf, func(n string) bool { return !slices.Contains(has, n) }) {
				combos[j].add(c)
			}
		}
	}
	for _, t := range perms {
		out.permissions = append(out.permissions, *t)
	}
	out.combinations = combos
	for _, list := range [][]touched{out.permissions, out.combinations} {
		slices.SortFunc(list, func(a, b touched) int {
			return cmp.Or(cmp.Compare(b.seen, a.seen), cmp.Compare(b.all, a.all), cmp.Compare(a.id, b.id))
		})
	}
	return out
}

// held is what a control asks for and what guards its services, each once.
func held(cs *Controls, c *Control) []string {
	asked, guards := cs.permissionsOf(c)
	list := slices.Concat(asked, guards)
	slices.Sort(list)
	return slices.Compact(list)
}

// maxExamples is how many controls are named for each.
const maxExamples = 3

func (t *touched) add(c *Control) {
	t.all++
	if c.Seen == "" {
		return
	}
	t.seen++
	if len(t.examples) < maxExamples {
		t.examples = append(t.examples, c.Name)
	}
}

func (p permissionCounts) write(w io.Writer) {
	fmt.Fprintf(w, "\nPERMISSION COMBINATIONS, and the ordinary Android apps each would touch as a rule\n")
	fmt.Fprintf(w, "  %-35s %-8s %13s %13s  %s\n", "combination", "severity", fmt.Sprintf("of %d seen", p.seen), fmt.Sprintf("of all %d", p.all), "seen in")
	for _, t := range p.combinations {
		p.line(w, t)
	}
	fmt.Fprintf(w, "\nPERMISSIONS OF WEIGHT 3 OR MORE, likewise\n")
	for _, t := range p.permissions {
		if t.weight >= "3" {
			p.line(w, t)
		}
	}
}

func (p permissionCounts) line(w io.Writer, t touched) {
	fmt.Fprintf(w, "  %-35s %-8s %4d (%4.1f %%) %4d (%4.1f %%)  %s\n", shorten(t.id), t.weight,
		t.seen, percent(t.seen, p.seen), t.all, percent(t.all, p.all), strings.Join(t.examples, ", "))
}

// shorten leaves out what all platform permissions begin with.
func shorten(id string) string { return strings.TrimPrefix(id, "android.permission.") }

func percent(n, of int) float64 {
	if of == 0 {
		return 0
	}
	return 100 * float64(n) / float64(of)
}
