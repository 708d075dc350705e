package mapped

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"quaestor/scanners"
	"quaestor/scanners/internal/scantest"
	"quaestor/scanners/inventory"
)

// TestOddFields: a member that is there twice or of another kind than it should be is named with its line, and the rest of the device is kept.
func TestOddFields(t *testing.T) {
	own, err := Parse("m.yaml", []byte(`mapping: quaestor.mapping/1
name: m
format: json
list: items
apps: {column: apps, optional: true}
device:
  serial: hw.serial
  name: {column: title, optional: true}
  platform: {value: windows}
app:
  identifier: id
  kind: {value: uninstall-key}
  version: {column: v, optional: true}
`))
	if err != nil {
		t.Fatal(err)
	}
	s := own.With([]scanners.Scanner{New()})[0]
	for name, tt := range map[string]struct {
		device, sample string
		apps           int
		model          string
	}{
		"whole":          {`{"hw":{"serial":"S1"},"title":null,"apps":[{"id":"a","v":7},{"id":"b"}]}`, "", 2, ""},
		"twice":          {"{\"hw\":{\"serial\":\"S1\"},\"title\":\"x\",\n\"title\":\"y\",\"apps\":[{\"id\":\"a\"},{\"id\":\"b\"}]}", `line 3: "title" is there twice`, 2, "y"},
		"twice in app":   {"{\"hw\":{\"serial\":\"S1\"},\"apps\":[{\"id\":\"a\"},\n{\"id\":\"b\",\"v\":\"1\",\"v\":\"2\"}]}", `line 3: "v" is there twice`, 2, ""},
		"object":         {`{"hw":{"serial":"S1"},"title":{"x":1},"apps":[{"id":"a"},{"id":"b"}]}`, `line 2: "title" is no single value`, 2, ""},
		"list in an app": {`{"hw":{"serial":"S1"},"apps":[{"id":"a","v":["1"]},{"id":"b"}]}`, `line 2: "v" is no single value`, 2, ""},
		"no list":        {`{"hw":{"serial":"S1"},"apps":{"id":"a"}}`, `line 2: "apps" is no list`, 0, ""},
		"no object":      {`{"hw":{"serial":"S1"},"hw":5,"apps":[{"id":"a"}]}`, `line 2: "hw" is no object`, 1, ""},
	} {
		path := filepath.Join(t.TempDir(), "export.json")
		if err := os.WriteFile(path, []byte("{\"items\":[\n"+tt.device+"]}"), 0o600); err != nil {
			t.Fatal(err)
		}
		inv := scantest.Scan(t, s, path)
		if len(inv.Devices) != 1 || len(inv.Apps) != tt.apps || tt.model != "" && inv.Devices[0].Name != tt.model {
			t.Errorf("%s: %+v %+v", name, inv.Devices, inv.Apps)
		}
		told := slices.ContainsFunc(inv.Gaps, func(g inventory.Gap) bool {
			return g.Kind == inventory.GapMalformed && g.Subject == inventory.Text(path) && slices.ContainsFunc(g.Samples, func(s string) bool { return tt.sample != "" && strings.HasPrefix(s, tt.sample) })
		})
		malformed := slices.ContainsFunc(inv.Gaps, func(g inventory.Gap) bool { return g.Kind == inventory.GapMalformed })
		if told != (tt.sample != "") || malformed != told {
			t.Errorf("%s: %+v", name, inv.Gaps)
		}
	}
}
