package yamldb

import (
	"strings"
	"testing"
)

// kits is a small set of code, beside the small set of everything else, in which nothing is wrong.
const kits = `sdks:
- id: kit
  name: Kit
  vendor: maker
  category: ads
  signatures:
  - {kind: code-prefix, value: com.kit, strength: strong, verified: true, confidence: high, sources: [src]}
  - {kind: component, value: com.kit.Main, strength: strong, verified: true, confidence: high, sources: [src]}
  - {kind: native-library, value: libkit.so, strength: weak, verified: true, confidence: low, sources: [src]}
- id: other
  name: Other
  vendor_name: Nobody
  country: {code: BE, verified: false, unverified_reason: hearsay, confidence: low}
  category: push
  with: [kit]
  signatures:
  - {kind: native-library, value: libkit.so, strength: weak, verified: true, confidence: low, sources: [src]}
lookalikes:
- {prefix: com.kit.free, name: Free, vendor_name: Maker, kind: open-source-no-service, reason: open, verified: true, confidence: high, sources: [src]}
- {prefix: com.kit.inside, name: Inside, vendor_name: Maker, kind: misleading-name, reason: sounds, sdk: kit, verified: true, confidence: high, sources: [src]}
vendor_domains:
- {id: maker, vendor: maker, domains: [maker.example, kit.example], verified: true, confidence: high, sources: [src]}
`

var kitRules = []struct{ name, old, new, want, at string }{
	{"unknown vendor", "vendor: maker\n", "vendor: gone\n", `unknown vendor "gone"`, "vendor: gone"},
	{"no vendor", "  vendor: maker\n", "", "write vendor, or vendor_name and country", "id: kit"},
	{"name without country", "  country: {code: BE, verified: false, unverified_reason: hearsay, confidence: low}\n", "", "vendor_name and country", "id: other"},
	{"country of a record", "  vendor: maker\n", "  vendor: maker\n  country: {code: BE, verified: false, unverified_reason: hearsay, confidence: low}\n", "take it out", "country:"},
	{"unknown country", "{code: BE,", "{code: QQ,", `unknown jurisdiction "QQ"`, "country:"},
	{"country without code", "{code: BE,", "{", "without a code", "country:"},
	{"two countries of one vendor", "lookalikes:", "- id: third\n  name: Third\n  vendor_name: Nobody\n  country: {code: CN, verified: false, unverified_reason: hearsay, confidence: low}\n  category: push\n  signatures: [{kind: code-prefix, value: org.third, strength: strong, verified: true, confidence: high, sources: [src]}]\nlookalikes:", "is of BE in another row", "code: CN"},
	{"unknown category", "category: ads", "category: spying", `category "spying"`, "category: spying"},
	{"comes with the unknown", "with: [kit]", "with: [gone]", `unknown SDK "gone"`, "with:"},
	{"unknown kind", "kind: component", "kind: icon", `unknown kind of signature "icon"`, "kind: icon"},
	{"no strength", "value: com.kit.Main, strength: strong", "value: com.kit.Main, strength: sure", `strength "sure"`, "com.kit.Main"},
	{"malformed prefix", "value: com.kit,", "value: com.kit.,", `malformed code-prefix "com.kit."`, "com.kit."},
	{"malformed component", "value: com.kit.Main", "value: Main", `malformed component "Main"`, "value: Main"},
	{"malformed library", "value: libkit.so, strength: weak, verified: true, confidence: low, sources: [src]}\n- id", "value: lib/libkit.so, strength: weak, verified: true, confidence: low, sources: [src]}\n- id", "malformed native-library", "lib/libkit.so"},
	{"library of two, not weak", "value: libkit.so, strength: weak, verified: true, confidence: low, sources: [src]}\nlook", "value: libkit.so, strength: medium, verified: true, confidence: low, sources: [src]}\nlook", "is a mark of SDK kit (b.yaml:2) too", "strength: medium"},
	{"mark listed twice", "kind: component, value: com.kit.Main", "kind: code-prefix, value: com.kit", "is listed twice", "com.kit"},
	{"nothing to recognise", "  with: [kit]\n  signatures:\n  - {kind: native-library, value: libkit.so, strength: weak, verified: true, confidence: low, sources: [src]}\n", "", "without signatures", "id: other"},
	{"unknown kind of lookalike", "kind: misleading-name", "kind: odd", `kind "odd"`, "kind: odd"},
	{"lookalike of the unknown", "sdk: kit", "sdk: gone", `unknown SDK "gone"`, "sdk: gone"},
	{"lookalike that its SDK does not cover", "prefix: com.kit.inside", "prefix: com.kitchen", "no code prefix that covers", "com.kitchen"},
	{"lookalike that is a mark", "prefix: com.kit.free", "prefix: com.kit", "is a mark of SDK kit", "prefix: com.kit"},
	{"malformed lookalike", "prefix: com.kit.free", "prefix: com.kit.free.", "malformed prefix", "com.kit.free."},
	{"lookalike without reason", "reason: open, ", "", "no reason", "com.kit.free"},
	{"malformed domain", "maker.example", "Maker.example", "malformed domain", "Maker.example"},
	{"domain of one label", "maker.example", "maker", "malformed domain", "domains:"},
	{"domain twice", "kit.example", "maker.example", "is in the list of maker too", "domains:"},
}

func TestEachRuleOfCode(t *testing.T) {
	if ps := validate(t, map[string]string{"a.yaml": base, "b.yaml": kits}); len(ps) > 0 {
		t.Fatal(ps)
	}
	for _, r := range kitRules {
		t.Run(r.name, func(t *testing.T) {
			if !strings.Contains(kits, r.old) {
				t.Fatalf("the small set has no %q", r.old)
			}
			text := strings.Replace(kits, r.old, r.new, 1)
			ps := validate(t, map[string]string{"a.yaml": base, "b.yaml": text})
			for _, p := range ps {
				if p.File == "b.yaml" && strings.Contains(p.Text, r.want) && strings.Contains(lineAt(text, p.Line), r.at) {
					return
				}
			}
			t.Errorf("want %q at a line with %q, got:\n%v", r.want, r.at, ps)
		})
	}
}

// TestShareAlike: what was taken under such a licence may not stand in a file of another.
func TestShareAlike(t *testing.T) {
	const list = `sources:
- {id: list, title: A list, url: "https://example.org/list", date: "2024", licence: ODbL-1.0}
`
	const odbl = `licences:
- {spdx: ODbL-1.0, name: Open Database License, url: "https://opendatacommons.org/licenses/odbl/1-0/", share_alike: true}
`
	const rows = `trackers:
- {id: exodus-1, name: One, code: [com.one.], licence: ODbL-1.0, country: {code: PA, verified: false, unverified_reason: hearsay, confidence: low}, verified: true, confidence: medium, sources: [list]}
`
	if ps := validate(t, map[string]string{"a.yaml": base, "b.yaml": list + odbl, "c.yaml": "licence: ODbL-1.0\n" + rows}); len(ps) > 0 {
		t.Errorf("in a file of its own: %v", ps)
	}
	if ps := validate(t, map[string]string{"a.yaml": base, "b.yaml": list + odbl, "c.yaml": rows}); len(ps) > 0 {
		t.Errorf("a row that says so: %v", ps)
	}
	ps := validate(t, map[string]string{"a.yaml": base, "b.yaml": list + odbl, "c.yaml": strings.Replace(rows, "licence: ODbL-1.0", "licence: Apache-2.0", 1)})
	if len(ps) != 1 || ps[0].File != "c.yaml" || ps[0].Line != 2 || !strings.Contains(ps[0].Text, "is under ODbL-1.0") {
		t.Errorf("under another licence: %v", ps)
	}
	ps = validate(t, map[string]string{"a.yaml": base, "b.yaml": list + odbl, "c.yaml": strings.Replace(rows, "licence: ODbL-1.0, ", "", 1)})
	if !strings.Contains(ps.Error(), "no licence") {
		t.Errorf("without a licence: %v", ps)
	}
	bad := strings.Replace(rows, "code: PA", "code: Panama", 1)
	if ps := validate(t, map[string]string{"a.yaml": base, "b.yaml": list + odbl, "c.yaml": "licence: ODbL-1.0\n" + bad}); !strings.Contains(ps.Error(), `country "Panama"`) {
		t.Errorf("a country that is no code: %v", ps)
	}
}
