package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// The house plan as rules: what a package may import of ours. Imports are parsed here, in the test process, so
// that the test cache notices every change of a file.
var layers = []struct {
	pkg    string // a package, or a tree when it ends in /...
	may    []string
	reason string
}{
	{"scanners/inventory", nil, "facts are plain data at the bottom; whatever they imported, everything would import"},
	{"scanners/source", []string{"scanners/inventory"}, "a source knows limits and bytes, never what reads them"},
	{"scanners", []string{"scanners/inventory", "scanners/source", "scanners/internal/answer", "scanners/internal/people", "scanners/internal/shelf", "scanners/internal/textstream"}, "the runner knows the contract, not its scanners"},
	{"scanners/all/generate", []string{"scanners", "scanners/all"}, "the table is made from what the scanners say of themselves"},
	{"scanners/all", []string{"scanners", "scanners/..."}, "the list names the scanners and nothing else"},
	{"scanners/internal/exporttest/exports", []string{"scanners", "scanners/...", "scanners/internal/..."}, "a benchmark reads with the scanners that it measures"},
	{"scanners/internal/...", []string{"scanners/internal/...", "scanners/inventory", "scanners/source", "scanners"}, "a format is parsed without knowing which scanner asks"},
	{"scanners/...", []string{"scanners", "scanners/inventory", "scanners/source", "scanners/internal/..."}, "a scanner records facts: no judgement, and no other scanner"},
	{"riskdb/data", nil, "the knowledge is data"},
	{"riskdb/resolve/labelled", []string{"riskdb/resolve", "scanners/inventory"}, "truth is compared with answers, whatever the index was made of"},
	{"riskdb/resolve", []string{"scanners/inventory"}, "names are compared without knowing what is said of their products"},
	{"riskdb", []string{"riskdb/data", "riskdb/resolve", "riskdb/internal/...", "scanners/inventory"}, "judgement is a function of facts and knowledge"},
	{"riskdb/...", []string{"riskdb", "riskdb/...", "scanners/inventory"}, "the knowledge does not know who reads it"},
	{"reports", []string{"riskdb", "scanners/inventory"}, "a report is made from facts and judgement"},
	{"reports/documents", []string{"reports", "riskdb", "riskdb/..."}, "the documents of the other commands show what the knowledge, its bundles and the policies say"},
	{"reports/schema/...", []string{"reports", "reports/...", "scanners/inventory", "riskdb", "riskdb/policy", "riskdb/export", "scanners/mdm/mapped"}, "the schemas are those of the report, of the inventory, of policy and mapping files and of the exported database"},
	{"reports/selftest", []string{"reports", "reports/internal/pdftext", "riskdb", "scanners/inventory"}, "what is planted has to look like what is found"},
	{"reports/...", []string{"reports", "reports/..."}, "writers decide nothing, so they see the Report and nothing behind it"},
	{"cmd/...", []string{"..."}, "the command ties everything together"},
}

// Standard packages that a layer may not use, because its promise would no longer hold.
var forbidden = []struct {
	tree    string
	imports []string
	reason  string
}{
	{"scanners/...", []string{"net", "net/http", "os/exec"}, "a scan opens no connection and starts no program"},
	{"riskdb", []string{"os", "net", "net/http", "os/exec"}, "judgement has no input or output"},
	{"reports/...", []string{"net", "net/http", "os", "os/exec"}, "a writer writes to what it is handed"},
}

// Packages that may, because they talk to what is plugged into this computer, by the daemon that the platform's own
// tools use, on this computer; or because they lay aside what memory cannot hold until it is written.
var permitted = map[string][]string{
	"scanners/internal/adb":        {"net", "os/exec"}, // it starts the server, by the platform's own program
	"scanners/internal/adb/adbsim": {"net", "os/exec"}, // imported by tests alone
	"scanners/internal/lockdown":   {"net"},
	"reports/internal/spool":       {"os"}, // temporary files that it alone reads
}

func TestArrows(t *testing.T) {
	checked := map[string]bool{}
	forEachPackage(t, func(pkg string, files []*ast.File) {
		for i, l := range layers {
			if !within(pkg, l.pkg) {
				continue
			}
			checked[layers[i].pkg] = true
			for _, imp := range imports(files) {
				ours, ok := strings.CutPrefix(imp, "quaestor/")
				if ok && !slices.ContainsFunc(l.may, func(tree string) bool { return within(ours, tree) }) {
					t.Errorf("%s imports %s: %s", pkg, ours, l.reason)
				}
				if !ok && l.pkg == "scanners/inventory" && strings.Contains(strings.Split(imp, "/")[0], ".") {
					t.Errorf("%s imports %s: %s", pkg, imp, l.reason)
				}
			}
			return // the first rule that names a package holds for it
		}
		t.Errorf("no rule covers %s; add it to the house plan", pkg)
	})
	for _, l := range layers {
		if !checked[l.pkg] {
			t.Errorf("rule %q matches no package: renamed?", l.pkg)
		}
	}
}

func TestForbiddenImports(t *testing.T) {
	seen := map[string]bool{}
	forEachPackage(t, func(pkg string, files []*ast.File) {
		seen[pkg] = true
		for _, f := range forbidden {
			if !within(pkg, f.tree) || strings.HasSuffix(pkg, "/generate") || strings.HasSuffix(pkg, "test") {
				continue
			}
			for _, imp := range imports(files) {
				if slices.Contains(f.imports, imp) && !slices.Contains(permitted[pkg], imp) {
					t.Errorf("%s imports %s: %s", pkg, imp, f.reason)
				}
			}
		}
	})
	for pkg := range permitted {
		if !seen[pkg] {
			t.Errorf("%s is permitted more than others and does not exist: renamed?", pkg)
		}
	}
}

// TestNoClock keeps time and chance out of everything below the command: the same input must give the same bytes.
func TestNoClock(t *testing.T) {
	forEachPackage(t, func(pkg string, files []*ast.File) {
		if within(pkg, "cmd/...") {
			return
		}
		for _, imp := range imports(files) {
			if imp == "math/rand" || imp == "math/rand/v2" || imp == "crypto/rand" {
				t.Errorf("%s imports %s: chance is handed in", pkg, imp)
			}
		}
		for _, f := range files {
			if slices.Contains(permitted[pkg], "net") { // deadlines of connections are times of day
				continue
			}
			ast.Inspect(f, func(n ast.Node) bool {
				if sel, ok := n.(*ast.SelectorExpr); ok {
					if x, ok := sel.X.(*ast.Ident); ok && x.Name == "time" && (sel.Sel.Name == "Now" || sel.Sel.Name == "Since") {
						t.Errorf("%s uses time.%s: the clock is handed in", pkg, sel.Sel.Name)
					}
				}
				return true
			})
		}
	})
}

func TestPackageDocs(t *testing.T) {
	forEachPackage(t, func(pkg string, files []*ast.File) {
		doc := ""
		for _, f := range files {
			if f.Doc != nil {
				doc += f.Doc.Text()
			}
		}
		if doc == "" {
			t.Errorf("%s has no package comment", pkg)
			return
		}
		scanner := within(pkg, "scanners/...") && !within(pkg, "scanners/internal/...") && !within(pkg, "scanners/all")
		if scanner && !strings.Contains(doc, "cannot see") {
			t.Errorf("%s: the package comment does not say what the package cannot see", pkg)
		}
	})
}

func within(pkg, tree string) bool {
	prefix, whole := strings.CutSuffix(tree, "...")
	if whole {
		return strings.HasPrefix(pkg, prefix)
	}
	return pkg == tree
}

func imports(files []*ast.File) []string {
	var out []string
	for _, f := range files {
		for _, i := range f.Imports {
			if p, err := strconv.Unquote(i.Path.Value); err == nil && !slices.Contains(out, p) {
				out = append(out, p)
			}
		}
	}
	return out
}

// forEachPackage parses every package of the module, tests left out. Finding few is a failure of the test.
func forEachPackage(t *testing.T, visit func(pkg string, files []*ast.File)) {
	t.Helper()
	root := filepath.Join("..", "..")
	packages := map[string][]*ast.File{}
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "testdata" || (strings.HasPrefix(d.Name(), ".") && len(d.Name()) > 2)) {
			return fs.SkipDir
		}
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, filepath.Dir(name))
		pkg := path.Clean(filepath.ToSlash(rel))
		packages[pkg] = append(packages[pkg], f)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(packages) < 15 {
		t.Fatalf("only %d packages found below %s: is the test looking at the right place?", len(packages), root)
	}
	for pkg, files := range packages {
		visit(pkg, files)
	}
}
