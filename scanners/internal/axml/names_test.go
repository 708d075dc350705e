package axml

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"
)

// TestAttributesAskedFor looks in the source of the reader of manifests which attributes it asks for: one whose
// resource id is missing here would never be found.
func TestAttributesAskedFor(t *testing.T) {
	known := map[string]bool{"package": true, "split": true, "configForSplit": true, "platformBuildVersionCode": true} // without a namespace
	for _, name := range attributeNames {
		known[name] = true
	}
	files, err := filepath.Glob("../apkmanifest/*.go")
	if err != nil {
		t.Fatal(err)
	}
	asked := 0
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`(?:b\.\w+|find)\(&?\w+, "(\w+)"[,)]`).FindAllSubmatch(source, -1) {
			if asked++; !known[string(m[1])] {
				t.Errorf("%s asks for %q, which has no resource id", file, m[1])
			}
		}
	}
	if asked < 30 {
		t.Errorf("only %d attributes found in the source", asked)
	}
}
