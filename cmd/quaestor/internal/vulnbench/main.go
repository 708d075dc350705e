// Command vulnbench looks up the same packages in the same advisories with Quaestor and with the osv-scanner command, and
// compares what both find and how long they take, in one interleaved run. It exits with 1 where one finds what the other
// does not and the reason is none of those that it knows.
//
// What the command cannot see: how good real advisories are. Those of Go and PyPI are real ones where the corpus is there;
// those of Debian and npm are invented around the versions of the packages that are asked for, among as many others as
// OSV has.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"quaestor/riskdb"
	"quaestor/riskdb/vuln"
)

var (
	quaestor = flag.String("quaestor", "bin/quaestor", "the program")
	other    = flag.String("osv-scanner", "osv-scanner", "osv-scanner 2.5.1: go install github.com/google/osv-scanner/v2/cmd/osv-scanner@v2.5.1")
	corpus   = flag.String("corpus", "../shared/corpus", "folder with dumps/linux-debian12-dpkg-status.txt and osv/")
	goBinary = flag.String("go-binary", "", "program whose modules are looked up (default the one under -quaestor)")
	runs     = flag.Int("runs", 3, "runs of each; the median counts")
	small    = flag.Bool("small", false, "few invented advisories, to try it out")
	keep     = flag.String("dir", "", "folder for everything (default a temporary one)")
)

func main() {
	flag.Parse()
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "vulnbench:", err)
		os.Exit(1)
	}
}

func run() error {
	dir := *keep
	if dir == "" {
		var err error
		if dir, err = os.MkdirTemp("", "vulnbench-"); err != nil {
			return err
		}
		defer os.RemoveAll(dir)
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	inputs, err := makeInputs(dir)
	if err != nil {
		return err
	}
	if err := makeAdvisories(filepath.Join(dir, "advisories"), inputs); err != nil {
		return err
	}
	db := filepath.Join(dir, "db")
	began := time.Now()
	r, err := vuln.Import(context.Background(), db, []string{filepath.Join(dir, "advisories"), filepath.Join(*corpus, "osv")}, vuln.Options{Today: riskdb.DateOf(began)})
	if err != nil {
		return err
	}
	fmt.Printf("imported %d advisories of %d ecosystems in %.1f s\n\n", r.Read, len(r.Copies), time.Since(began).Seconds())
	fmt.Printf("%-10s %9s  %-19s %-19s %s\n", "input", "packages", "Quaestor", "osv-scanner", "the same answers")
	differ := false
	for _, in := range inputs {
		same, err := in.compare(dir, db)
		if err != nil {
			return fmt.Errorf("%s: %w", in.name, err)
		}
		differ = differ || !same
	}
	if differ {
		return errors.New("the answers differ")
	}
	return nil
}

// found is what was found: package and version, and advisory.
type found map[[2]string]bool

// compare runs both programs by turns, and prints a line.
func (in *input) compare(dir, db string) (bool, error) {
	var ours, theirs found
	var mine, yours []time.Duration
	for range *runs {
		began := time.Now()
		inv := filepath.Join(dir, in.name+".inventory.json")
		_, err := output(nil, *quaestor, "scan", "--vulns", "local", "--osv-dir", db, "--max-osv-age", "never", "--fail-on", "never", "-o", "json="+os.DevNull, "-o", "inventory="+inv, in.path)
		if err != nil {
			return false, err
		}
		mine = append(mine, time.Since(began))
		if ours, err = in.ours(inv, db); err != nil {
			return false, err
		}
		began = time.Now()
		text, err := output([]string{"OSV_SCALIBR_LOCAL_DB_CACHE_DIRECTORY=" + db}, *other, "scan", "source", "--offline", "--format", "json", "--all-packages", "-L", in.lockfile)
		if err != nil {
			return false, err
		}
		yours = append(yours, time.Since(began))
		if theirs, err = parse(text); err != nil {
			return false, err
		}
	}
	onlyOurs, onlyTheirs := ours.without(theirs), theirs.without(ours)
	verdict := fmt.Sprintf("yes: %d", len(ours))
	left := in.unexplained(onlyOurs, onlyTheirs)
	if len(onlyOurs)+len(onlyTheirs) > 0 {
		verdict = fmt.Sprintf("no: %d in common, %d of Quaestor's and %d of osv-scanner's alone, %d of these for no known reason", len(ours)-len(onlyOurs), len(onlyOurs), len(onlyTheirs), len(left))
	}
	fmt.Printf("%-10s %9d  %8.0f ms         %8.0f ms         %s\n", in.name, in.packages, median(mine), median(yours), verdict)
	for i, f := range left {
		if i < 10 {
			fmt.Printf("  %s\n", f)
		}
	}
	return len(left) == 0, nil
}

// ours is what Quaestor's adviser says of the facts that the scan wrote; each advisory that is in the database counts.
func (in *input) ours(inv, db string) (found, error) {
	facts, err := inventoryOf(inv)
	if err != nil {
		return nil, err
	}
	opened, err := vuln.Open(db)
	if err != nil {
		return nil, err
	}
	defer opened.Close()
	out := found{}
	for _, v := range opened.Vulnerabilities(facts, riskdb.DateOf(time.Now())).Found {
		for _, id := range v.Advisories {
			out[[2]string{nameOf(v.Component.PURL), id}] = true
		}
	}
	return out, nil
}

// parse reads what osv-scanner writes.
func parse(text []byte) (found, error) {
	var doc struct {
		Results []struct {
			Packages []struct {
				Package         struct{ Name, Version, Ecosystem string }
				Vulnerabilities []struct{ ID string }
			}
		}
	}
	if err := json.Unmarshal(text, &doc); err != nil {
		return nil, err
	}
	out := found{}
	for _, r := range doc.Results {
		for _, p := range r.Packages {
			for _, v := range p.Vulnerabilities {
				out[[2]string{p.Package.Name + " " + strings.TrimPrefix(p.Package.Version, "v"), v.ID}] = true
			}
		}
	}
	return out, nil
}

func (f found) without(g found) [][2]string {
	var out [][2]string
	for _, k := range slices.SortedFunc(maps.Keys(f), func(a, b [2]string) int { return strings.Compare(a[0]+a[1], b[0]+b[1]) }) {
		if !g[k] {
			out = append(out, k)
		}
	}
	return out
}

func median(list []time.Duration) float64 {
	slices.Sort(list)
	return float64(list[len(list)/2].Microseconds()) / 1000
}

// output runs a program. Both tell by an exit code that they found something.
func output(env []string, name string, args ...string) ([]byte, error) {
	c := exec.Command(name, args...)
	c.Env = append(os.Environ(), env...)
	var stderr strings.Builder
	c.Stderr = &stderr
	text, err := c.Output()
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.ExitCode() == 1 {
		err = nil
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w: %s", filepath.Base(name), err, stderr.String())
	}
	return text, nil
}
