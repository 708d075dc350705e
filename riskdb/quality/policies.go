package main

import (
	"fmt"
	"io"
	"slices"
)

// writePolicies prints one table: what every policy says about the controls, what it must find, and what it must not say.
func (m *measurement) writePolicies(w io.Writer) {
	fmt.Fprintf(w, "\nBY POLICY: findings about the controls, what must be found, what must not be said\n  %-16s %8s %9s %5s %14s %14s\n",
		"policy", "accused", "expected", "info", "found", "not said")
	alike := map[string][]string{}
	var order []string
	for _, j := range m.judged {
		found, guards := m.positives.byPolicy[j.policy], m.positives.guarded[j.policy]
		row := fmt.Sprintf("%8d %9d %5d %14s %14s", len(j.accused), j.expected, j.info, found, guards)
		if len(j.accused)+j.expected+found.total+guards.total > 0 || slices.Contains(shownPolicies, j.policy) {
			fmt.Fprintf(w, "  %-16s %s\n", j.policy, row)
			continue
		}
		if alike[row] == nil {
			order = append(order, row)
		}
		alike[row] = append(alike[row], j.policy)
	}
	for _, row := range order {
		fmt.Fprintf(w, "  %-16s %s\n", fmt.Sprintf("%d further", len(alike[row])), row)
	}
	for _, a := range m.accused() {
		fmt.Fprintf(w, "  accused under %s: %s, %s: %s\n", a.policy, a.app, a.severity, a.title)
	}
}

// writeLists prints how the lists came out.
func (m *measurement) writeLists(w io.Writer) {
	fmt.Fprintf(w, "\nLISTS of ordinary names and identifiers, one a line\n  %-26s %-16s %7s %9s %8s\n", "list", "kind", "entries", "labelled", "accused")
	for _, s := range m.lists {
		fmt.Fprintf(w, "  %-26s %-16s %7d %9d %8d\n", s.list.File, s.list.Kind, len(s.list.Entries), s.labelled, len(s.accused))
	}
}
