package osquery

import (
	"path/filepath"
	"strings"
	"testing"

	"quaestor/scanners"
	"quaestor/scanners/internal/hostroot/hosttest"
	"quaestor/scanners/source"
)

var _ scanners.Diagnoser = scanner{}

// What was meant to be results is named, whatever became of it.
func TestDamaged(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"a long field": {`name|version|identifying_number|uninstall_string` + "\n\"" + strings.Repeat("A", 1<<20), "results of osquery"},
		"json cut":     {`[ "x", {"identifying_number": "A", "name": "1", "version": `, "results of osquery"},
		"other json":   {`[ "x", {"identifying_number": "A", "name": "1"}]`, ""},
		"a text":       {"Dear Sir, I write to you\n", ""},
	} {
		src, err := source.Open(source.Target{Path: filepath.Join(hosttest.Tree(t, map[string]string{"f": c.text}), "f")}, source.DefaultLimits)
		if err != nil {
			t.Fatal(err)
		}
		defer src.Close()
		if New().Recognise(src) {
			t.Errorf("%s: recognised", name)
		}
		if got := (scanner{}).Damaged(src); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}
