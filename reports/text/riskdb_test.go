package text

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

const blank = "\x00"

var verbs = regexp.MustCompile(`%(\.[0-9]+)?[sqdfv]`)

// skeletonOf is a Go format with its arguments blanked: "\x00 is banned by \x00".
func skeletonOf(format string) string {
	return strings.ReplaceAll(verbs.ReplaceAllStringFunc(format, func(v string) string {
		if v == "%q" {
			return `"` + blank + `"`
		}
		return blank
	}), "%%", "%")
}

// said is the skeleton of an expression that makes a text: literals, fmt.Sprintf, and what is joined to them.
func said(e ast.Expr) (string, bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		s, err := strconv.Unquote(e.Value)
		return skeletonOf(strings.ReplaceAll(s, "%", "%%")), err == nil
	case *ast.CallExpr:
		if f, ok := e.Fun.(*ast.SelectorExpr); ok && f.Sel.Name == "Sprintf" {
			l, ok := e.Args[0].(*ast.BasicLit)
			if !ok {
				return "", false
			}
			s, err := strconv.Unquote(l.Value)
			return skeletonOf(s), err == nil
		}
		return blank, true
	case *ast.BinaryExpr:
		a, ok := said(e.X)
		b, too := said(e.Y)
		return a + b, ok && too
	case *ast.SelectorExpr, *ast.Ident, *ast.IndexExpr:
		return blank, true
	}
	return "", false
}

// textsOf are the skeletons of what the rules put into a field of findings, with the places.
func textsOf(t *testing.T, field string) map[string]string {
	t.Helper()
	files, err := filepath.Glob("../../riskdb/*.go")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	set := token.NewFileSet()
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(set, name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		keep := func(e ast.Expr) {
			if s, ok := said(e); ok && strings.Trim(s, blank+" :") != "" {
				out[s] = set.Position(e.Pos()).String()
			}
		}
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CompositeLit:
				if id, ok := n.Type.(*ast.Ident); !ok || id.Name != "Finding" {
					return true
				}
				for _, x := range n.Elts {
					kv, ok := x.(*ast.KeyValueExpr)
					if key, named := kv.Key.(*ast.Ident); ok && named && key.Name == field {
						keep(kv.Value)
					}
				}
			case *ast.AssignStmt:
				for i, to := range n.Lhs {
					if s, ok := to.(*ast.SelectorExpr); ok && s.Sel.Name == field && i < len(n.Rhs) {
						keep(n.Rhs[i])
					}
				}
			}
			return true
		})
	}
	return out
}

// composed are texts of which the source shows a part alone: the rest is in a variable, and its messages are tested by what
// the rules say of the files in testdata.
var composed = []string{
	blank + ": its file " + blank, // sign.none, sign.broken
	" (a trace: " + blank + ")",
	blank + " is " + blank + ", for which " + blank + ".", // os.reason and its like
	blank + " is " + blank + ", for which " + blank + "; extended updates end on " + blank + ".",
	blank + " within the reach of " + blank + " through the owner of the app.",
	"The " + blank + " hosts of companies within the reach of a state that the texts behind the database name.",
	blank + " approved it until " + blank + blank + ".",
	blank + " approved it" + blank + ", for this reason: " + blank + " " + blank,
	"By its name it is that of " + blank + blank + ".",
}

// described reports whether a message says what the skeleton of a text says. What a variable puts before or behind a whole sentence
// is a text of its own.
func described(known map[string]bool, s string) bool {
	for {
		if known[s] || slices.Contains(composed, s) {
			return true
		}
		if shorter := strings.TrimSuffix(s, blank); shorter != s && known[shorter] {
			return true
		}
		rest, found := strings.CutPrefix(s, blank+" ")
		if !found {
			return false
		}
		s = rest
	}
}

// TestTitlesOfRulesAreTranslated reads the source of the rules: a title that no message describes would stay English in every
// language.
func TestTitlesOfRulesAreTranslated(t *testing.T) {
	known := map[string]bool{}
	for _, text := range In(English).texts {
		known[holes.ReplaceAllString(text, blank)] = true
	}
	titles := textsOf(t, "Title")
	if len(titles) < 40 {
		t.Fatalf("only %d titles are found in the source of riskdb", len(titles))
	}
	for s, at := range titles {
		if !described(known, s) {
			t.Errorf("%s: no message in catalogue/en.yaml describes the title %q", at, strings.ReplaceAll(s, blank, "{}"))
		}
	}
}

// untranslated counts sentences of the rules that stay English. The number may fall; who adds a sentence adds its message.
const untranslated = 0

// TestSentencesOfRulesAreTranslated does the same for the reasons and caveats, sentence by sentence.
func TestSentencesOfRulesAreTranslated(t *testing.T) {
	known := map[string]bool{}
	for _, text := range In(English).texts {
		known[holes.ReplaceAllString(text, blank)] = true
	}
	missing := []string{}
	for _, field := range []string{"Reason", "Caveat"} {
		for s, at := range textsOf(t, field) {
			for _, one := range Sentences(strings.ReplaceAll(s, blank, "X")) {
				one = strings.TrimSpace(one)
				if strings.Trim(one, "X .:;") == "" {
					continue
				}
				if !described(known, strings.ReplaceAll(one, "X", blank)) {
					missing = append(missing, at+": "+one)
				}
			}
		}
	}
	if len(missing) > untranslated {
		t.Errorf("%d sentences of rules have no message, %d are allowed:\n%s", len(missing), untranslated, strings.Join(missing, "\n"))
	}
}

// TestWordsOfTheDatabaseAreTranslated: states, kinds of permission and postures stand in the data of the risk database.
func TestWordsOfTheDatabaseAreTranslated(t *testing.T) {
	en := In(English)
	read := func(pattern string, into func() any, each func(x any)) {
		t.Helper()
		files, err := filepath.Glob("../../riskdb/data/" + pattern)
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %v", pattern, err)
		}
		for _, name := range files {
			raw, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			x := into()
			if err := yaml.Unmarshal(raw, x); err != nil {
				t.Fatal(err)
			}
			each(x)
		}
	}
	need := func(list, word string) {
		t.Helper()
		if _, ok := en.Known(list, word); !ok {
			t.Errorf("the list %q of catalogue/en.yaml lacks %q", list, word)
		}
	}
	type states struct{ Jurisdictions []struct{ Code, Name string } }
	seen := 0
	read("jurisdictions/*.yaml", func() any { return new(states) }, func(x any) {
		for _, j := range x.(*states).Jurisdictions {
			need("country", j.Code)
			need("state", j.Name)
			seen++
		}
	})
	type permissions struct{ Permissions []struct{ Category string } }
	read("permissions/*.yaml", func() any { return new(permissions) }, func(x any) {
		for _, p := range x.(*permissions).Permissions {
			need("category", p.Category)
			seen++
		}
	})
	type postures struct {
		Postures []struct{ Title, Why, Ordinary string }
	}
	read("postures.yaml", func() any { return new(postures) }, func(x any) {
		for _, p := range x.(*postures).Postures {
			for _, s := range append(Sentences(p.Why), p.Title, p.Ordinary) {
				if _, ok := Parse(s); !ok && s != "" {
					t.Errorf("no message in catalogue/en.yaml describes %q", s)
				}
			}
			seen++
		}
	})
	if seen < 150 {
		t.Errorf("only %d records were read", seen)
	}
}
