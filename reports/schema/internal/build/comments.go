package build

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
)

// comments holds the doc comments of types, under "Type", and of fields, under "Type.Field". They become the
// descriptions of the schema, so that code and schema cannot say different things.
type comments map[string]string

// readComments parses the Go files of one folder.
func readComments(dir string) (comments, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return nil, err
	}
	c := comments{}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments)
		if err != nil {
			return nil, err
		}
		ast.Inspect(file, c.visit)
	}
	if len(c) == 0 {
		return nil, fmt.Errorf("no documented types in %q: run this from the top of the source tree", dir)
	}
	return c, nil
}

func (c comments) visit(n ast.Node) bool {
	decl, ok := n.(*ast.GenDecl)
	if !ok {
		return true
	}
	for _, spec := range decl.Specs {
		t, ok := spec.(*ast.TypeSpec)
		if !ok {
			continue
		}
		c[t.Name.Name] = sentence(t.Doc, decl.Doc)
		if s, ok := t.Type.(*ast.StructType); ok {
			for _, f := range s.Fields.List {
				for _, name := range f.Names {
					c[t.Name.Name+"."+name.Name] = sentence(f.Doc, f.Comment)
				}
			}
		}
	}
	return true
}

// sentence is the first comment that says something, on one line and without Go's link brackets.
func sentence(groups ...*ast.CommentGroup) string {
	for _, g := range groups {
		if text := strings.Join(strings.Fields(g.Text()), " "); text != "" {
			return strings.NewReplacer("[", "", "]", "").Replace(text)
		}
	}
	return ""
}
