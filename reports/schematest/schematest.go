// Package schematest holds documents against the published schemas of their formats, as modules that are used here have them.
// Nothing is copied.
//
// What the package cannot see: what a schema does not say, such as that a reference names something.
package schematest

import (
	"bytes"
	"net/url"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// CycloneDX is the schema of version 1.6.
func CycloneDX(t testing.TB) *jsonschema.Schema {
	return load(t, "github.com/CycloneDX/cyclonedx-go", "schema/bom-1.6.schema.json", "schema")
}

// SPDX is the schema of version 2.3.
func SPDX(t testing.TB) *jsonschema.Schema {
	return load(t, "github.com/anchore/syft", "schema/spdx-json/spdx-schema-2.3.json", "")
}

func load(t testing.TB, module, file, others string) *jsonschema.Schema {
	t.Helper()
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", module).Output()
	dir := strings.TrimSpace(string(out))
	if err != nil || dir == "" {
		t.Skipf("the schema is in module %s, which is not on this computer: go mod download %s", module, module)
	}
	c := jsonschema.NewCompiler()
	c.UseLoader(beside{filepath.Join(dir, others)})
	c.AssertFormat()
	text, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(file)))
	if err != nil {
		t.Fatal(err)
	}
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	const at = "http://cyclonedx.org/schema/main.json"
	if err := c.AddResource(at, v); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile(at)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// beside finds the schemas that a schema names beside it.
type beside struct{ dir string }

func (b beside) Load(address string) (any, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, err
	}
	name := path.Base(u.Path)
	f, err := os.Open(filepath.Join(b.dir, name))
	if err != nil { // the module has this one under another ending
		if f, err = os.Open(filepath.Join(b.dir, strings.Replace(name, ".schema.json", ".schemax.json", 1))); err != nil {
			return nil, err
		}
	}
	defer f.Close()
	return jsonschema.UnmarshalJSON(f)
}

// Check holds a document against a schema.
func Check(t testing.TB, s *jsonschema.Schema, document []byte) {
	t.Helper()
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(document))
	if err != nil {
		t.Fatalf("no JSON: %v", err)
	}
	if err := s.Validate(v); err != nil {
		t.Errorf("%v", err)
	}
}
