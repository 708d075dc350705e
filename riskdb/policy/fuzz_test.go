package policy_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"quaestor/riskdb/policy"
)

// FuzzParse: any bytes are read or refused with places, and what is read can be checked.
func FuzzParse(f *testing.F) {
	for _, pattern := range []string{filepath.Join("..", "data", "policies", "*.yaml"), filepath.Join("testdata", "*.yaml")} {
		names, _ := filepath.Glob(pattern)
		if len(names) == 0 {
			f.Fatalf("no seeds in %s", pattern)
		}
		for _, name := range names {
			raw, err := os.ReadFile(name)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(raw)
		}
	}
	f.Add([]byte(minimal))
	f.Add([]byte("policies: &a [*a]"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		d, err := policy.Parse("f.yaml", raw)
		if err != nil {
			var ps policy.Problems
			if !errors.As(err, &ps) || len(ps) == 0 {
				t.Fatalf("%v has no place", err)
			}
			return
		}
		for _, p := range policy.Check(d, policy.Scope{DB: db, AsOf: today}) {
			if p.Line < 1 || p.Column < 1 || p.Text == "" {
				t.Errorf("%+v", p)
			}
		}
	})
}

// FuzzCompile: any text is a condition, or refused with a place.
func FuzzCompile(f *testing.F) {
	for _, s := range []string{"app.system", `"board" in device.groups && !app.system`, `app.name.matches("^(Recorder|Dictation)( |$)")`, `owners.exists(o, o == "bytedance")`,
		`permissions.filter(p, p.startsWith("android")).size() > 3`, `app.version_code / 0 == 1`, "app{name: 'x'}", `has(app.name)`, "((((", `b"\xff" == b""`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		c, err := policy.Compile(text)
		var p *policy.ExpressionProblem
		if err != nil && (!errors.As(err, &p) || p.Line < 1 || p.Column < 1) {
			t.Fatalf("%q: %v has no place", text, err)
		}
		if err == nil {
			c.Needs()
		}
	})
}
