package main

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestSavedCut: a saved inventory of many devices that was cut at the end of a line, or lacks one, does not look whole.
func TestSavedCut(t *testing.T) {
	dir := t.TempDir()
	saved := filepath.Join(dir, "saved.jsonl")
	var out bytes.Buffer
	scanned(t, t.Context(), 7, &out, fleetFileWhole(t, 40), "ndjson", "inventory="+saved)
	text, err := os.ReadFile(saved)
	if err != nil {
		t.Fatal(err)
	}
	all := strings.SplitAfter(strings.TrimSuffix(string(text), "\n"), "\n")
	if len(all) != 41 || !strings.Contains(all[40], `"parts":40`) || strings.Count(string(text), `"more":true`) != 40 {
		t.Fatalf("%d lines, the last is %.200s", len(all), all[len(all)-1])
	}
	old := strings.NewReplacer(`,"more":true`, "", `,"parts":40`, "").Replace(string(text))
	for name, tt := range map[string]struct {
		text string
		code int
		says string
	}{
		"whole":          {string(text), 0, ""},
		"two files":      {string(text) + "\n" + string(text), 0, ""},
		"without an end": {strings.Join(all[:40], ""), ExitIncomplete, "The file was cut off"},
		"half":           {strings.Join(all[:20], ""), ExitIncomplete, "The file was cut off"},
		"one line":       {all[0], ExitIncomplete, "The file was cut off"},
		"without a line": {strings.Join(slices.Delete(slices.Clone(all), 3, 4), ""), ExitIncomplete, "39 documents of 40"},
		"of before":      {old, 0, ""},
		"cut, of before": {strings.SplitAfter(old, "\n")[0] + strings.SplitAfter(old, "\n")[1], 0, "Whether the file is whole cannot be told"},
	} {
		file := filepath.Join(dir, "again.jsonl")
		writeTest(t, file, []byte(tt.text))
		out.Reset()
		code, said := scanned(t, t.Context(), 7, &out, file, "ndjson")
		if code == ExitFindings {
			code = 0
		}
		if code != tt.code || !strings.Contains(out.String(), tt.says) || tt.says == "" && (strings.Contains(out.String(), "The file was cut") || strings.Contains(out.String(), "Whether the file is whole")) {
			t.Errorf("%s: exit code %d, %s\n%.3000s", name, code, said, out.String()[max(0, out.Len()-3000):])
		}
	}
}

// fleetFileWhole is fleetFile without the phone that was not read to its end.
func fleetFileWhole(t *testing.T, n int) string {
	t.Helper()
	name := fleetFile(t, n, 3)
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	writeTest(t, name, []byte(strings.ReplaceAll(string(text), `"kind":"malformed"`, `"kind":"blind"`)))
	return name
}
