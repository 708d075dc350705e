package main

import (
	"cmp"
	"context"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"quaestor/riskdb"
	"quaestor/scanners"
	"quaestor/scanners/all"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

// enoughPairs is how many pairs of product and system have to be recognised by way of the scanners.
const enoughPairs = 60

// enoughProducts is how many distinct products.
const enoughProducts = 50

// TestEndToEnd: each labelled computer is written as its files are, read by the scanners and judged. What a case wants to be
// recognised is, with state, definitions, confidence and privileges, and nothing else besides; look-alikes stay unsaid.
func TestEndToEnd(t *testing.T) {
	db, err := riskdb.Load()
	if err != nil {
		t.Fatal(err)
	}
	policies, err := db.SelectPolicies("none")
	if err != nil {
		t.Fatal(err)
	}
	cases, err := readGuards("guards.yaml", db)
	if err != nil {
		t.Fatal(err)
	}
	pairs, products, systems, quiet, unwritten := map[string]bool{}, map[string]bool{}, map[inventory.Platform]int{}, 0, 0
	for i := range cases {
		c := &cases[i]
		files := computerOf(c)
		if files == nil {
			unwritten++
			continue
		}
		inv := readComputer(t, files)
		a := riskdb.Assess(db, policies, inv, db.Version().Date)
		switch fault := seen(c, a); {
		case len(inv.Devices) == 0:
			t.Errorf("%s, %s: no computer was recognised", c.System, c.Name)
		case fault != "":
			t.Errorf("%s, %s: %s", c.System, c.Name, fault)
		case c.Want != nil:
			if key := c.Want.Product + " on " + string(c.System); !pairs[key] {
				pairs[key], products[c.Want.Product] = true, true
				systems[c.System]++
			}
		case c.Quiet:
			quiet++
		}
	}
	t.Logf("%d products recognised, %d with the system %v, %d look-alikes left alone, %d cases not written as files", len(products), len(pairs), systems, quiet, unwritten)
	if len(products) < enoughProducts || len(pairs) < enoughPairs || systems[inventory.Windows] < 40 || systems[inventory.MacOS] < 15 || systems[inventory.Linux] < 10 || quiet < 10 {
		t.Errorf("%d pairs of product and system recognised %v, %d look-alikes left alone", len(pairs), systems, quiet)
	}
}

// seen says what is not as a case wants it of its files: product, kind, state, age of the definitions, version, confidence and
// privileges.
func seen(c *GuardCase, a *riskdb.Assessment) string {
	of := *c
	for _, want := range []**GuardWant{&of.Want, &of.Unrecognised} {
		if *want == nil || (*want).Files == nil {
			continue
		}
		files := **want
		files.Privileges, files.Confidence = files.Files.Privileges, cmp.Or(files.Files.Confidence, files.Confidence)
		*want = &files
	}
	return of.fault(a)
}

// TestEndToEndFaults: a computer on which something else stands is told from what a case wants.
func TestEndToEndFaults(t *testing.T) {
	db, err := riskdb.Load()
	if err != nil {
		t.Fatal(err)
	}
	policies, err := db.SelectPolicies("none")
	if err != nil {
		t.Fatal(err)
	}
	avast := GuardCase{System: inventory.Windows, Name: "a computer", Facts: []GuardFact{{Kind: "antivirus", Name: "Avast Antivirus", State: "on", StateCode: "266240", Definitions: "current"}}}
	a := riskdb.Assess(db, policies, readComputer(t, computerOf(&avast)), db.Version().Date)
	for _, test := range []struct {
		c    GuardCase
		want string
	}{
		{GuardCase{Want: &GuardWant{Product: "avast", Kind: "antivirus"}}, ""},
		{GuardCase{Want: &GuardWant{Product: "avast", Kind: "antivirus", State: "off"}}, `state "on", not "off"`},
		{GuardCase{Want: &GuardWant{Product: "avast", Kind: "antivirus", Definitions: "outdated"}}, `definitions "current", not "outdated"`},
		{GuardCase{Want: &GuardWant{Product: "avast", Kind: "antivirus", Privileges: []string{"root"}}}, `privileges [], not ["root"]`},
		{GuardCase{Want: &GuardWant{Product: "avast", Kind: "antivirus", Privileges: []string{"root"}, Files: &GuardFiles{}}}, ""},
		{GuardCase{Want: &GuardWant{Product: "avg", Kind: "antivirus"}}, `product "avast", not "avg"`},
		{GuardCase{Want: &GuardWant{Product: "avast", Kind: "edr"}}, `kind "antivirus", not "edr"`},
		{GuardCase{Unrecognised: &GuardWant{Kind: "antivirus"}}, "recognised: true"},
		{GuardCase{Quiet: true}, `"Avast" was listed`},
	} {
		if got := seen(&test.c, a); got != test.want {
			t.Errorf("%q, want %q", got, test.want)
		}
	}
}

// readComputer writes the files into a folder and scans it with every scanner.
func readComputer(t *testing.T, files map[string]string) *inventory.Inventory {
	t.Helper()
	root := filepath.Join(t.TempDir(), "computer")
	for name, content := range files {
		file := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	target := source.Target{Path: root}
	if _, isRoot := files["etc/passwd"]; isRoot {
		target.Kind = source.KindHost
	}
	return scanners.Run(context.Background(), []source.Target{target}, scanners.Options{Scanners: all.Scanners(), Limits: source.DefaultLimits})
}

// computerOf is a computer with what a case names, as files: nil where a fact is one that no file holds.
func computerOf(c *GuardCase) map[string]string {
	switch c.System {
	case inventory.Windows:
		return windowsOf(c)
	case inventory.MacOS:
		return macOf(c)
	case inventory.Linux:
		return linuxOf(c)
	}
	return nil
}

// only reports whether every fact and app of a case is of a kind that can be written.
func (c *GuardCase) only(facts []string, apps ...inventory.IdentifierKind) bool {
	return !slices.ContainsFunc(c.Facts, func(f GuardFact) bool { return !slices.Contains(facts, f.Kind) }) &&
		!slices.ContainsFunc(c.Apps, func(a GuardApp) bool { return !slices.Contains(apps, a.Kind) })
}
