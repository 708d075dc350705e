package yamldb

import (
	"strings"
	"testing"
)

// support is a table of systems in which nothing is wrong.
const support = `os_products:
- id: an-os
  name: An OS
  platform: android
  scope: system
  names: [An OS]
  as_of: "2026-01-01"
  verified: true
  confidence: high
  sources: [src]
  releases:
  - {cycle: "2", level: 7, released: "2024", security: supported}
  - {cycle: "1", level: 5, released: "2020", security_ends: "2022-03", extended_ends: "2023"}
`

func TestLifecycleRules(t *testing.T) {
	if ps := validate(t, map[string]string{"a.yaml": base, "b.yaml": support}); len(ps) > 0 {
		t.Fatal(ps)
	}
	for _, c := range []struct{ name, old, new, want, at string }{
		{"unknown platform", "platform: android", "platform: beos", `platform "beos"`, ""},
		{"unknown scope", "scope: system", "scope: all", `scope "all"`, ""},
		{"no name", "  name: An OS\n", "", "no name", "id: an-os"},
		{"no day", "  as_of: \"2026-01-01\"\n", "", "no as_of", "id: an-os"},
		{"names nothing", "names: [An OS]", "names: []", "needs names", "id: an-os"},
		{"twice", `cycle: "2"`, `cycle: "1"`, "listed twice", `security_ends: "2022-03"`},
		{"neither day nor word", "security: supported", "long_term: true", "write security_ends", ""},
		{"day and word", `security_ends: "2022-03"`, `security_ends: "2022-03", security: ended`, "write security_ends", ""},
		{"unknown word", "security: supported", "security: perhaps", `security "perhaps"`, ""},
		{"ends before it begins", `security_ends: "2022-03"`, `security_ends: "2019"`, "ends before the release", ""},
		{"extended before security", `extended_ends: "2023"`, `extended_ends: "2021"`, "before security support", ""},
		{"no date of release", `released: "2024", `, "", "no released", `cycle: "2"`},
		{"malformed date", `security_ends: "2022-03"`, `security_ends: "March"`, "write YYYY", ""},
		{"level of another system", "platform: android", "platform: linux", "API level of Android", "level: 7"},
		{"unknown source", "sources: [src]", "sources: [gone]", `unknown source "gone"`, ""},
		{"unknown field", "scope: system", "scope: system\n  colour: red", "no field \"colour\"", "colour: red"},
	} {
		broken(t, c.name, support, c.old, c.new, c.want, c.at)
	}
}

// broken checks that a replacement in text, beside the small set, is one problem in the line that holds at, or the replacement.
func broken(t *testing.T, name, text, old, with, want, at string) {
	t.Helper()
	changed := strings.Replace(text, old, with, 1)
	if changed == text {
		t.Errorf("%s: %q is not in the text", name, old)
		return
	}
	if at == "" {
		at = with
	}
	for _, p := range validate(t, map[string]string{"a.yaml": base, "b.yaml": changed}) {
		line := strings.Split(changed, "\n")[p.Line-1]
		if p.File == "b.yaml" && strings.Contains(p.Text, want) && strings.Contains(line, at) {
			return
		}
	}
	t.Errorf("%s: no problem that says %q in the line of %q: %v", name, want, at, validate(t, map[string]string{"a.yaml": base, "b.yaml": changed}))
}
