package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/jsonschema-go/jsonschema"
	"github.com/spf13/cobra"

	"quaestor/reports/documents"
	"quaestor/reports/schema"
	"quaestor/scanners/pluggedtest"
)

const samplePack = `policies:
- id: ours
  title: Ours
  extends: [be]
  rules: [{id: feeds, title: a feed, axis: compliance, severity: low, action: review, reason: r, categories: [social]}]
  tests:
  - name: one
    only: [ours/feeds]
    apps: [{id: com.zhiliaoapp.musically}]
`

// jsonCalls are commands with arguments under which they write JSON, by the name of their schema.
func jsonCalls(t *testing.T) map[string][][]string {
	t.Helper()
	dir := t.TempDir()
	file := func(name, text string) string {
		name = filepath.Join(dir, name)
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return name
	}
	pack, faulty := file("ours.yaml", samplePack), file("bad.yaml", "policies: [{id: bad}]\n")
	keys, old, late := filepath.Join(dir, "keys"), filepath.Join(dir, "1.qdb"), filepath.Join(dir, "2.qdb")
	root := filepath.Join(keys, "1.root.json")
	installed := filepath.Join(dir, "db")
	for _, args := range [][]string{{"db", "keygen", keys},
		{"db", "build", "--authority", "example", "--keys", keys, "--sequence", "1", "--expires", "2026-12-31", "--out", old},
		{"db", "build", "--authority", "example", "--keys", keys, "--sequence", "2", "--as-of", "2026-11-01", "--expires", "2026-11-20", "--out", late},
		{"db", "update", old, "--root", root, "--db-dir", installed}} {
		if code, _, errs := run(t, nil, args...); code != 0 {
			t.Fatal(errs)
		}
	}
	overlay := filepath.Join("..", "..", "riskdb", "overlay", "testdata", "example")
	return map[string][][]string{
		"explain": {{"explain", "tiktok"}, {"explain", "kaspersky"}, {"explain", "CN"}, {"explain", "be-fed-tiktok-2023"}, {"explain", "rules"}, {"explain", "policies"},
			{"explain", "confidence"}, {"explain", "tiktok", "--overlay", overlay}},
		"db-status":     {{"db", "status"}, {"db", "status", "--db-dir", installed}},
		"db-search":     {{"db", "search", "tiktok"}, {"db", "search", "nothing of the kind"}},
		"db-diff":       {{"db", "diff", "embedded", overlay}, {"db", "diff", old, late, "--db-root", root}},
		"db-lint":       {{"db", "lint", overlay}, {"db", "lint", filepath.Join("..", "..", "riskdb", "data")}},
		"db-licences":   {{"db", "licences"}},
		"db-verify":     {{"db", "verify", old, "--root", root}, {"db", "verify", late, "--root", root}, {"db", "verify", pack, "--root", root}},
		"policy-list":   {{"policy", "list"}},
		"policy-show":   {{"policy", "show", "be"}, {"policy", "show", pack}, {"policy", "show", "none"}, {"policy", "show", "strict", "--id", "ours"}},
		"policy-check":  {{"policy", "check", pack}, {"policy", "check", faulty}},
		"policy-test":   {{"policy", "test", pack, "be"}},
		"policy-diff":   {{"policy", "diff", "be", "nl"}, {"policy", "diff", "be", pack}, {"policy", "diff", "be", "be"}},
		"policy-fields": {{"policy", "fields"}},
		"devices":       {{"devices"}},
		"scanners":      {{"scanners"}},
		"selftest":      {{"selftest"}},
		"version":       {{"version"}, {"version", "--db-dir", installed}},
	}
}

// TestEveryJSONFitsItsSchema runs every command that writes JSON.
func TestEveryJSONFitsItsSchema(t *testing.T) {
	withoutDatabase := []string{"db-diff", "db-verify", "policy-fields", "scanners", "devices", "selftest"}
	t.Setenv("ANDROID_ADB_SERVER_PORT", pluggedtest.Plug(t, "pixel-15", 0).Port)
	calls := jsonCalls(t)
	for _, k := range documents.Kinds() {
		if len(calls[k.Name]) == 0 {
			t.Errorf("nothing writes %s", k.Name)
		}
		var s jsonschema.Schema
		if err := json.Unmarshal(schema.ByName(k.Name), &s); err != nil {
			t.Fatalf("%s: %v", k.Name, err)
		}
		resolved, err := s.Resolve(nil)
		if err != nil {
			t.Fatalf("%s: %v", k.Name, err)
		}
		for _, args := range calls[k.Name] {
			_, out, errs := run(t, nil, append(args, "-o", "json")...)
			var doc map[string]any
			if err := json.Unmarshal([]byte(out), &doc); err != nil {
				t.Errorf("%v: %v in %q (%s)", args, err, out, errs)
				continue
			}
			if err := resolved.Validate(doc); err != nil {
				t.Errorf("%v: %v", args, err)
			}
			db, _ := doc["database"].(map[string]any)
			bare := slices.Contains(withoutDatabase, k.Name) || k.Name == "db-lint" && !strings.Contains(args[2], "overlay")
			if doc["schema"] != k.Schema() || doc["as_of"] != "2026-11-22" || bare != (db == nil) || !bare && len(db["sha256"].(string)) != 64 {
				t.Errorf("%v: schema %v, as of %v, database %v", args, doc["schema"], doc["as_of"], db)
			}
			doc["schema"] = "quaestor.other/1.0.0"
			if resolved.Validate(doc) == nil {
				t.Errorf("%v: the schema takes another document", args)
			}
		}
	}
}

// TestEveryJSONHasASchema: no command writes JSON that nothing describes.
func TestEveryJSONHasASchema(t *testing.T) {
	calls := jsonCalls(t)
	others := []string{"quaestor scan", "quaestor db export"} // report and riskdb
	var visit func(*cobra.Command)
	visit = func(c *cobra.Command) {
		name := strings.ReplaceAll(strings.TrimPrefix(c.CommandPath(), "quaestor "), " ", "-")
		if c.Flags().Lookup("output") != nil && !slices.Contains(others, c.CommandPath()) && calls[name] == nil {
			t.Errorf("%s writes JSON, and there is no schema %q", c.CommandPath(), name)
		}
		for _, below := range c.Commands() {
			visit(below)
		}
	}
	visit(newRoot(Env{}))
}
