// Command quality measures the risk database on products that are known to be ordinary, on products that must be found,
// and on labelled names: go run ./riskdb/quality, in the root of the repository.
//
// It ends with status 1 when an ordinary product is accused under any policy and expected.yaml does not say why, when
// a product that must be found is missed or something is said of it that must not be, or when a figure fell below the
// floor in floor.yaml.
//
// What the command cannot see: products that nobody wrote down as a control, permissions that the libraries of
// an app add when it is built, and whether a record of the database is true.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"io"
	"os"

	"quaestor/riskdb"
)

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

func run(args []string, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("quality", flag.ContinueOnError)
	flags.SetOutput(stderr)
	root := flags.String("root", ".", "folder of the repository")
	date := flags.String("as-of", "", "judge as of this day (default: the day of the risk database)")
	also := flags.String("also", "", "folder with further lists of ordinary names (*.txt) to judge")
	if err := flags.Parse(args); err != nil {
		return 2
	}
	m, err := measure(*root, riskdb.Date(*date), *also)
	if err != nil {
		fmt.Fprintln(stderr, err)
		return 2
	}
	var page bytes.Buffer
	m.write(&page)
	if _, err := stdout.Write(page.Bytes()); err != nil {
		fmt.Fprintln(stderr, err)
		return 2
	}
	if faults := m.faults(); len(faults) > 0 {
		fmt.Fprintln(stderr)
		for _, f := range faults {
			fmt.Fprintln(stderr, f)
		}
		return 1
	}
	return 0
}

// measurement is everything that one run found out.
type measurement struct {
	db          *riskdb.DB
	asOf        riskdb.Date
	controls    []Control
	expected    Expectations
	built       int // controls with the facts of an ordinary build
	judged      []judged
	lists       []listScore
	permissions permissionCounts
	positives   positiveScore
	guards      guardScore
	resolution  resolution
	floor       Floor
}

func measure(root string, asOf riskdb.Date, also string) (*measurement, error) {
	db, err := riskdb.Load()
	if err != nil {
		return nil, err
	}
	if asOf == "" {
		asOf = db.Version().Date
	}
	if _, err := riskdb.ParseDate(string(asOf)); err != nil {
		return nil, fmt.Errorf("-as-of: %w", err)
	}
	m := &measurement{db: db, asOf: asOf}
	cs, err := readControls(os.DirFS(root + "/testdata/neutral"))
	if err != nil {
		return nil, err
	}
	m.controls = append(cs.Controls, neutralProducts(db, cs)...)
	m.built = cs.built(m.controls)
	if m.expected, err = readExpected(root+"/riskdb/quality/expected.yaml", db); err != nil {
		return nil, err
	}
	if m.judged, err = judgeAll(db, cs, m.controls, m.expected, asOf); err != nil {
		return nil, err
	}
	folders := []string{root + "/testdata/neutral/lists"}
	if also != "" {
		folders = append(folders, also)
	}
	lists, err := readLists(folders...)
	if err != nil {
		return nil, err
	}
	if m.lists, err = judgeLists(db, lists, m.expected, asOf); err != nil {
		return nil, err
	}
	m.permissions = countPermissions(db, cs, m.controls)
	if m.positives, err = findPositives(db, root+"/riskdb/quality/positives.yaml", asOf); err != nil {
		return nil, err
	}
	if m.guards, err = measureGuards(db, root+"/riskdb/quality/guards.yaml", asOf); err != nil {
		return nil, err
	}
	if m.resolution, err = resolveLabelled(db); err != nil {
		return nil, err
	}
	m.floor, err = readFloor(root + "/riskdb/quality/floor.yaml")
	return m, err
}

// write prints the measurement, the same bytes for the same data.
func (m *measurement) write(w io.Writer) {
	fmt.Fprintf(w, "Risk database of %s, judged as of %s.\n", m.db.Version(), m.asOf)
	m.writeControls(w)
	m.writeLists(w)
	m.writePolicies(w)
	m.permissions.write(w)
	m.positives.write(w)
	m.writeGuards(w)
	m.resolution.write(w)
}

// faults lists what makes the run fail, each with what to do.
func (m *measurement) faults() []string {
	var out []string
	for _, a := range m.accused() {
		out = append(out, fmt.Sprintf("the control %s is accused: %s, %s, by rule %q under the policy %q; correct the rule or the record",
			a.app, a.severity, a.title, a.rule, a.policy))
	}
	out = append(out, m.expected.stale()...)
	for _, s := range m.lists {
		out = append(out, s.idle...)
	}
	for _, miss := range m.positives.missed {
		out = append(out, "a product that must be found is not: "+miss)
	}
	for _, miss := range m.guards.missed {
		out = append(out, "security software is not recognised as it must be: "+miss)
	}
	out = append(out, m.resolution.faults()...)
	return append(out, m.floor.faults(m)...)
}
