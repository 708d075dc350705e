package inventory

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"strconv"
	"strings"
	"testing"
)

// TestEveryMarkHasAMeaning compares the table with the codes in the source.
func TestEveryMarkHasAMeaning(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "inside.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	missing := map[string]bool{}
	ast.Inspect(file, func(n ast.Node) bool {
		if v, ok := n.(*ast.ValueSpec); ok && strings.HasPrefix(v.Names[0].Name, "Mark") && len(v.Values) == 1 {
			code, err := strconv.Unquote(v.Values[0].(*ast.BasicLit).Value)
			if err != nil {
				t.Fatal(err)
			}
			missing[code] = true
		}
		return true
	})
	if len(missing) < 40 {
		t.Fatalf("only %d codes were found in the source", len(missing))
	}
	for _, m := range Marks() {
		if !missing[m.Code] {
			t.Errorf("%s stands twice, or is no code", m.Code)
		}
		delete(missing, m.Code)
		if m.Seen == "" || m.Bearer == "" {
			t.Errorf("%s is not explained", m.Code)
		}
	}
	for code := range missing {
		t.Errorf("%s is not explained", code)
	}
}

// TestReadmeExplainsMarksAlike: the table for readers is the table of the program.
func TestReadmeExplainsMarksAlike(t *testing.T) {
	text, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, ok := strings.Cut(string(text), "| code | what was seen | in how many apps |\n|---|---|---|\n")
	table, _, end := strings.Cut(rest, "\n\n")
	if !ok || !end {
		t.Fatal("scanners/README.md has no table of marks")
	}
	words := map[Frequency]string{BearersMost: "most", BearersMany: "many", BearersFew: "few", BearersNone: "hardly any"}
	var want []string
	for _, m := range Marks() {
		want = append(want, "| `"+m.Code+"` | "+m.Seen+" | "+words[m.Bearer]+" |")
	}
	got := strings.Split(table, "\n")
	for i := range max(len(got), len(want)) {
		if i >= len(got) || i >= len(want) || got[i] != want[i] {
			t.Fatalf("row %d: README %q, program %q", i+1, at(got, i), at(want, i))
		}
	}
}

func at(list []string, i int) string {
	if i < len(list) {
		return list[i]
	}
	return ""
}
