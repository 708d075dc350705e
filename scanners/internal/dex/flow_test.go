package dex

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"
)

var wanted = regexp.MustCompile(`(?m)^# want: (?:nothing|(.*))$`)

// TestFlow compares the argument shown of the one call in each class of testdata/flow with what its source says.
func TestFlow(t *testing.T) {
	data, err := os.ReadFile(filepath.Join("testdata", "flow.dex"))
	if err != nil {
		t.Fatal(err)
	}
	for _, item := range eachClass(t, data) {
		m := regexp.MustCompile(`^flow\.(\w+)\.go → [\w.]+(\(.*\))?$`).FindStringSubmatch(item)
		if m == nil {
			t.Errorf("a place is %q", item)
			continue
		}
		source, err := os.ReadFile(filepath.Join("testdata", "flow", m[1]+".smali"))
		if err != nil {
			t.Fatal(err)
		}
		if want := wanted.FindStringSubmatch(string(source)); want == nil || want[1] != m[2] {
			t.Errorf("%s: argument %q, want %q", m[1], m[2], want)
		}
	}
}

// eachClass reads every class as if it were the only one, and returns its first place; no class of flow has none.
func eachClass(t *testing.T, data []byte) []string {
	t.Helper()
	c := newCollector("classes.dex", len(data))
	files, err := open(data, c)
	if err != nil {
		t.Fatal(err)
	}
	var items []string
	all := files[0].classes
	for p := 0; p < len(all); p += classSize {
		files[0].classes, c.notes = all[p:p+classSize], nil
		if err := c.code(t.Context(), files[0]); err != nil {
			t.Fatal(err)
		}
		for _, n := range c.notes {
			if n.class != "" {
				items = append(items, n.item)
			}
		}
	}
	if sources, _ := filepath.Glob(filepath.Join("testdata", "flow", "*.smali")); len(items) != len(sources) {
		t.Errorf("%d places of %d classes: %q", len(items), len(sources), items)
	}
	return items
}
