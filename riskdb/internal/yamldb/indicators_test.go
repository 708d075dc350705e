package yamldb

import (
	"strings"
	"testing"

	"quaestor/riskdb/internal/veil"
)

// watchers is a set of indicators in which nothing is wrong.
var watchers = `licence: CC-BY-4.0
licences:
- {spdx: CC-BY-4.0, name: CC BY, url: "https://example.org/by"}
indicator_collections:
- {id: coll, title: Collection, url: "https://example.org/c", format: text, licence: CC-BY-4.0, attribution: Somebody, references: ["https://example.org/r"], verified: true, confidence: high, sources: [src]}
indicator_families:
- id: ioc-a
  name: A
  class: stalkerware
  collections: [coll]
  verified: true
  confidence: high
  sources: [src]
  indicators:
  - {kind: android-package, hidden: ` + veil.Hide("org.example.watcher") + `}
  - {kind: cert-sha1, hidden: ` + veil.Hide(strings.Repeat("ab", 20)) + `, shared: true, note: with B}
- id: ioc-b
  name: B
  class: watchware
  dual_use: true
  collections: [coll]
  verified: true
  confidence: high
  sources: [src]
  indicators:
  - {kind: cert-sha1, hidden: ` + veil.Hide(strings.Repeat("ab", 20)) + `, shared: true, note: with A}
`

func TestIndicatorRules(t *testing.T) {
	if ps := validate(t, map[string]string{"a.yaml": base, "b.yaml": watchers}); len(ps) > 0 {
		t.Fatal(ps)
	}
	first := "hidden: " + veil.Hide("org.example.watcher")
	for _, c := range []struct{ name, old, new, want, at string }{
		{"unknown class", "class: stalkerware", "class: evil", `class "evil"`, ""},
		{"watchware that is no dual use", "  dual_use: true\n", "", "dual_use: true", "class: watchware"},
		{"unknown collection", "collections: [coll]", "collections: [gone]", `unknown collection "gone"`, ""},
		{"nobody to name", "collections: [coll]", "collections: []", "needs collections", "id: ioc-a"},
		{"no attribution", "attribution: Somebody", "attribution: ''", "no attribution", ""},
		{"unknown licence", "licence: CC-BY-4.0, attribution", "licence: WTFPL, attribution", `unknown licence "WTFPL"`, ""},
		{"file under another licence", "licence: CC-BY-4.0\nlicences:\n", "licence: MIT\nlicences:\n- {spdx: MIT, name: MIT, url: \"https://example.org/mit\"}\n", "move the family", "collections: [coll]"},
		{"reference that is no address", "https://example.org/r", "ask me", "no web address", "ask me"},
		{"unknown kind", "kind: android-package", "kind: smell", `unknown kind of indicator "smell"`, ""},
		{"in clear", first, "hidden: org.example.watcher", "is no hidden text", ""},
		{"hidden, but no package", first, "hidden: " + veil.Hide("not a package"), "what is hidden is no android-package", ""},
		{"hidden, but no digest", "cert-sha1, hidden: " + veil.Hide(strings.Repeat("ab", 20)), "cert-sha1, hidden: " + veil.Hide("ab"), "no cert-sha1", ""},
		{"shared with nobody", ", note: with B", "", "no note says", "kind: cert-sha1"},
		{"listed twice", "  - {kind: android-package, " + first + "}\n", strings.Repeat("  - {kind: android-package, "+first+"}\n", 2), "listed twice", first},
		{"of two families", ", shared: true, note: with A", "", "mark both as shared", "kind: cert-sha1"},
		{"of an ordinary app", first, "hidden: " + veil.Hide("org.example.app"), `product "app" bears`, ""},
		{"no name", "  name: A\n", "", "no name", "id: ioc-a"},
	} {
		broken(t, c.name, watchers, c.old, c.new, c.want, c.at)
	}
}
