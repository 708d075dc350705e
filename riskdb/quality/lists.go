package main

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"quaestor/riskdb"
	"quaestor/scanners/inventory"
)

// listPolicies are those under which the lists are judged: the default, and the one that asks every authority.
var listPolicies = []string{riskdb.DefaultPolicy, "all"}

// List is a plain file of products that nobody should be accused for, one a line: a name, or an identifier where
// the kind is one of a registry.
type List struct {
	File     string
	Platform inventory.Platform
	Kind     inventory.IdentifierKind
	Source   string
	Licence  string
	Entries  []Entry
}

// Entry is one line of a list.
type Entry struct {
	Name      string // or the identifier
	Publisher string
	// Product is a product of the risk database that the line means after all, so that it may be found as that.
	Product string
	// Asks is set where the name may be that product's or another's, so that the question may be raised, and no more.
	Asks bool
	line int
}

// readLists reads every list of the folders.
func readLists(folders ...string) ([]List, error) {
	var out []List
	for _, folder := range folders {
		files, err := filepath.Glob(filepath.Join(folder, "*.txt"))
		if err != nil {
			return nil, err
		}
		if len(files) == 0 {
			return nil, fmt.Errorf("no list of ordinary names in %s", folder)
		}
		for _, file := range files {
			raw, err := os.ReadFile(file)
			if err != nil {
				return nil, err
			}
			l, err := parseList(file, string(raw))
			if err != nil {
				return nil, fmt.Errorf("%s: %w", file, err)
			}
			out = append(out, l)
		}
	}
	return out, nil
}

// parseList reads a head of "# key: value" lines and then one product a line: its name or identifier and, after a tab
// each, its publisher and the product it means after all; "?" before the product says that it may mean it.
func parseList(file, text string) (List, error) {
	l := List{File: filepath.Base(file)}
	seen := map[Entry]bool{}
	scan := bufio.NewScanner(strings.NewReader(text))
	for n := 1; scan.Scan(); n++ {
		row := scan.Text()
		switch {
		case strings.TrimSpace(row) == "":
		case strings.HasPrefix(row, "# "):
			key, value, _ := strings.Cut(row[2:], ": ")
			l.head(key, strings.TrimSpace(value))
		default:
			cells := append(strings.Split(row, "\t"), "", "")
			e := Entry{Name: strings.TrimSpace(cells[0]), Publisher: strings.TrimSpace(cells[1]), Product: strings.TrimSpace(cells[2])}
			e.Product, e.Asks = strings.CutPrefix(e.Product, "?")
			if e.Name == "" || len(cells) > 5 {
				return l, fmt.Errorf("line %d: %q is not a name, a publisher and a product, with tabs between", n, row)
			}
			if seen[e] {
				return l, fmt.Errorf("line %d: %q is listed twice", n, e.Name)
			}
			seen[e] = true // before the line is known, which is never the same
			e.line = n
			l.Entries = append(l.Entries, e)
		}
	}
	if l.Platform == "" || !l.Kind.Known() || l.Source == "" || l.Licence == "" || len(l.Entries) == 0 {
		return l, fmt.Errorf("a list needs the lines %q, %q, %q, %q, and entries", "# platform: …", "# kind: …", "# source: …", "# licence: …")
	}
	return l, scan.Err()
}

func (l *List) head(key, value string) {
	switch key {
	case "platform":
		l.Platform = inventory.Platform(value)
	case "kind":
		l.Kind = inventory.IdentifierKind(value)
	case "source":
		l.Source = value
	case "licence":
		l.Licence = value
	}
}

// inventory installs every entry on one device. Entries that share a name are told apart by their line.
func (l *List) inventory() (*inventory.Inventory, map[string]*Entry) {
	inv := inventory.New()
	device := "list-" + l.File
	inv.Devices = []inventory.Device{{ID: device, Platform: l.Platform, Name: l.File}}
	byApp := map[string]*Entry{}
	for i := range l.Entries {
		e := &l.Entries[i]
		app := inventory.App{ID: inventory.AppID(device, l.Kind, e.Name, fmt.Sprint(e.line)), Device: device, Platform: l.Platform, IdentifierKind: l.Kind,
			Identifier: e.Name, Name: e.Name, Publisher: e.Publisher, Origins: []inventory.Origin{{Scanner: "controls", Path: "testdata/neutral/lists/" + l.File}}}
		if l.Kind != inventory.NameOnly {
			app.Name = ""
		}
		byApp[app.ID] = e
		inv.Apps = append(inv.Apps, app)
	}
	inv.Sort()
	return inv, byApp
}

// listScore is what came of one list.
type listScore struct {
	list     *List
	labelled int // entries that mean a product of the database
	accused  []accusation
	idle     []string // labelled entries that nothing was found about
}

// judgeLists judges every list. Nothing above information may be found, but about an entry that says which product it
// means, and then about that product.
func judgeLists(db *riskdb.DB, lists []List, expected Expectations, asOf riskdb.Date) ([]listScore, error) {
	if err := checkLists(db, lists); err != nil {
		return nil, err
	}
	var out []listScore
	for i := range lists {
		s := listScore{list: &lists[i]}
		inv, byApp := lists[i].inventory()
		found := map[*Entry]bool{}
		for _, id := range listPolicies {
			p, err := db.SelectPolicies(id)
			if err != nil {
				return nil, err
			}
			j := judged{policy: id, findings: riskdb.Assess(db, p, inv, asOf).Findings}
			for _, a := range j.above() {
				e := byApp[a.appID]
				switch {
				case e == nil:
				case e.allows(a):
					found[e] = true
					continue
				case a.product != "" && expected.covers(a):
					continue
				}
				s.accused = append(s.accused, a)
			}
		}
		for k := range lists[i].Entries {
			e := &lists[i].Entries[k]
			if e.Product == "" {
				continue
			}
			s.labelled++
			if !found[e] {
				s.idle = append(s.idle, fmt.Sprintf("testdata/neutral/lists/%s:%d: %q says that it means %q, and no such finding comes; leave the product out", lists[i].File, e.line, e.Name, e.Product))
			}
		}
		out = append(out, s)
	}
	return out, nil
}

// allows reports whether a finding is about what the entry means.
func (e *Entry) allows(a accusation) bool {
	if e.Asks {
		return a.rule == riskdb.RuleNameOnly && a.severity.Rank() <= riskdb.Low.Rank()
	}
	return e.Product != "" && e.Product == a.product
}

// listed is how many entries the lists have that are labelled as ordinary.
func listed(scores []listScore, kind func(inventory.IdentifierKind) bool) int {
	n := 0
	for _, s := range scores {
		if kind(s.list.Kind) {
			n += len(s.list.Entries) - s.labelled
		}
	}
	return n
}

func isName(k inventory.IdentifierKind) bool { return k == inventory.NameOnly }
func isID(k inventory.IdentifierKind) bool   { return k != inventory.NameOnly }

// checkLists reports the first entry that means a product which is not there.
func checkLists(db *riskdb.DB, lists []List) error {
	for _, l := range lists {
		for _, e := range l.Entries {
			if e.Product != "" && db.Product(e.Product) == nil {
				return fmt.Errorf("testdata/neutral/lists/%s:%d: there is no product %q", l.File, e.line, e.Product)
			}
		}
	}
	return nil
}
