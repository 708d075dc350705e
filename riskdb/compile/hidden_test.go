package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestEncodeAndDecode(t *testing.T) {
	var out, errs bytes.Buffer
	if code := run([]string{"-encode", "org.example.watcher"}, &out, &errs); code != 0 {
		t.Fatalf("status %d: %s", code, errs.String())
	}
	hidden := strings.TrimSpace(out.String())
	file := filepath.Join(t.TempDir(), "a.yaml")
	text := "indicator_families:\n- {id: ioc-x, name: X, class: stalkerware, collections: [c], indicators: [{kind: android-package, hidden: " + hidden + "}]}\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	out.Reset()
	if code := run([]string{"-decode", file}, &out, &errs); code != 0 || out.String() != "ioc-x\tandroid-package\torg.example.watcher\n" {
		t.Errorf("status %d, %q, %s", code, out.String(), errs.String())
	}
}

func TestDecodeRefuses(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{"none.yaml": "vendors:\n- {id: x, name: X}\n", "bad.yaml": "indicator_families:\n- {id: x, indicators: [{hidden: '!'}]}\n", "broken.yaml": "a: [\n"} {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		var out, errs bytes.Buffer
		if code := run([]string{"-decode", file}, &out, &errs); code != 1 || errs.Len() == 0 {
			t.Errorf("%s: status %d, %q", name, code, errs.String())
		}
	}
	var out, errs bytes.Buffer
	if code := run([]string{"-decode", filepath.Join(dir, "gone.yaml")}, &out, &errs); code != 1 {
		t.Errorf("a file that is not there: status %d", code)
	}
}
