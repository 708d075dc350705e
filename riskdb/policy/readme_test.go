package policy_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"quaestor/riskdb/policy"
)

// TestExample: the example of the README is the file in testdata, has no fault, and passes its tests.
func TestExample(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	example, err := os.ReadFile(filepath.Join("testdata", "example.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(readme), "```yaml\n"+string(example)+"```") {
		t.Error("README.md shows another example than testdata/example.yaml")
	}
	d, err := policy.Parse("example.yaml", example)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range policy.Check(d, policy.Scope{DB: db, AsOf: today}) {
		t.Error(p)
	}
	if n := run(t, &d.Policies[0]); n < 2 {
		t.Errorf("%d tests in the example", n)
	}
	for _, f := range policy.Fields() {
		if f.Doc == "" {
			t.Errorf("%s is not described", f.Name)
		}
	}
}
