package yamldb

import (
	"bytes"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"quaestor/riskdb/data"
	"quaestor/riskdb/internal/tablecodec"
)

const dataDir = "../../data"

// base is a small set of data in which nothing is wrong.
const base = `version: {date: "2026-11-22"}
sources:
- {id: src, title: A paper, url: "https://example.org/a", date: "2024"}
authorities:
- {id: be-federal, name: Federal government, jurisdiction: BE}
policies:
- {id: be, title: Belgium, authorities: [be-federal], jurisdictions: [BE]}
jurisdictions:
- {code: BE, name: Belgium, group: eu-eea, group_basis: member, adequacy: {status: member, verified: true, confidence: high, sources: [src]}}
vendors:
- {id: maker, name: Maker, hq: BE, jurisdiction: BE, verified: true, confidence: high, sources: [src]}
entities:
- {id: holding, name: Holding, kind: company, verified: true, confidence: high, sources: [src]}
edges:
- {id: own-1, child: maker, parent: holding, kind: owns, from: "2020", verified: true, confidence: high, sources: [src]}
products:
- id: app
  name: App
  vendor: maker
  category: social
  kind: app
  identifiers:
  - {kind: android-package, value: org.example.app, verified: true, confidence: high, sources: [src]}
bans:
- {id: ban, kind: ban, state: in-force, authority: Government, authority_id: be-federal, jurisdiction: BE, issued: "2024-01-02", review: "2027-01-02", scope: all devices, targets: [{name: App, products: [app]}], verified: true, confidence: high, sources: [src]}
permissions:
- {name: android.permission.CAMERA, platform: android, kind: permission, category: camera, weight: 5, verified: true, confidence: high, sources: [src]}
combinations:
- {id: watching, all_of: [android.permission.CAMERA], severity: high, note: "Sees", verified: false, unverified_reason: own assessment, confidence: medium}
signers:
- {package: org.example.app, certs: [{sha256: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, build: release, verified: true, confidence: high, sources: [src]}]}
test_keys:
- {sha256: bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb, name: Test key, verified: true, confidence: high, sources: [src]}
roots:
- {id: shipped, title: Shipped, sha1: [cccccccccccccccccccccccccccccccccccccccc], verified: true, confidence: high, sources: [src]}
installers:
- {package: org.example.store, name: Store, kind: store, verified: true, confidence: high, sources: [src]}
licences:
- {spdx: Apache-2.0, name: Apache License 2.0, url: "https://www.apache.org/licenses/LICENSE-2.0", default: true}
`

func validate(t *testing.T, files map[string]string) Problems {
	t.Helper()
	fsys := fstest.MapFS{}
	for name, text := range files {
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	s, err := Read(fsys)
	if err != nil {
		t.Fatal(err)
	}
	return s.Validate()
}

func TestTheSmallSetIsSound(t *testing.T) {
	if ps := validate(t, map[string]string{"a.yaml": base}); len(ps) > 0 {
		t.Fatal(ps)
	}
}

// rules breaks the small set in one way each, and says what has to be reported and where: the line is that of
// the text in the changed file.
var rules = []struct {
	name     string
	old, new string // replacement in base
	want     string // in the problem
	at       string // text of the line reported; the replacement when empty
}{
	{"unknown vendor of a product", "  vendor: maker", "  vendor: nobody", `unknown vendor "nobody"`, ""},
	{"entity as vendor", "  vendor: maker", "  vendor: holding", `unknown vendor "holding"`, ""},
	{"unknown source", "from: \"2020\", verified: true, confidence: high, sources: [src]", "from: \"2020\", verified: true, confidence: high, sources: [gone]", `unknown source "gone"`, "id: own-1"},
	{"source named twice", "from: \"2020\", verified: true, confidence: high, sources: [src]", "from: \"2020\", verified: true, confidence: high, sources: [src, src]", "named twice", "id: own-1"},
	{"source written twice", "sources:\n", "sources:\n- {id: again, title: Again, url: \"http://www.example.org/a/\", date: \"2024\"}\n", "write a source once", "-"},
	{"source of nothing", "sources:\n", "sources:\n- {id: idle, title: Idle, url: \"https://example.org\", date: \"2024\"}\n", "named by no fact", "id: idle"},
	{"source without date", ", date: \"2024\"}", "}", "has no date", "id: src"},
	{"source without address or note", "url: \"https://example.org/a\"", "url: \"\"", "neither a url nor a note", "id: src"},
	{"source with text for address", "https://example.org/a", "public code search", "no web address", "id: src"},
	{"unknown parent", "parent: holding", "parent: nobody", `unknown vendor or entity "nobody"`, "id: own-1"},
	{"unknown child", "child: maker", "child: nobody", `unknown vendor or entity "nobody"`, "id: own-1"},
	{"unknown edge kind", "kind: owns", "kind: rules", `kind "rules"`, "id: own-1"},
	{"share above all", "kind: owns,", "kind: owns, share: 150,", "share 150", "id: own-1"},
	{"ends before it begins", "from: \"2020\",", "from: \"2020\", until: \"2019-12\",", "before it begins", "id: own-1"},
	{"control in a circle", "edges:\n", "edges:\n- {id: own-2, child: holding, parent: maker, kind: controls, verified: true, confidence: high, sources: [src]}\n", "goes round in a circle", "id: own-1"},
	{"control of itself", "parent: holding", "parent: maker", "goes round in a circle", "id: own-1"},
	{"unknown authority of a ban", "authority_id: be-federal", "authority_id: be-nobody", `unknown authority "be-nobody"`, "id: ban"},
	{"unknown authority of a policy", "authorities: [be-federal]", "authorities: [gone]", `unknown authority "gone"`, "id: be, title"},
	{"policy of nobody", "authorities: [be-federal], ", "", "names authorities, or has all", "id: be, title"},
	{"unknown jurisdiction of a ban", "jurisdiction: BE, issued", "jurisdiction: QQ, issued", `unknown jurisdiction "QQ"`, "id: ban"},
	{"malformed part of a state", "jurisdiction: BE, issued", "jurisdiction: BE-flanders, issued", `unknown jurisdiction "BE-flanders"`, "id: ban"},
	{"unknown jurisdiction of a vendor", "hq: BE, jurisdiction: BE", "hq: BE, jurisdiction: KY", `unknown jurisdiction "KY"`, "id: maker"},
	{"unknown link of a vendor", "hq: BE, jurisdiction: BE", "hq: BE, jurisdiction: BE, links: [QQ]", `unknown jurisdiction "QQ"`, "id: maker"},
	{"unknown product of a target", "products: [app]", "products: [gone]", `unknown product "gone"`, "id: ban"},
	{"unknown vendor of a target", "products: [app]", "owner: true, vendor: gone", `unknown vendor "gone"`, "id: ban"},
	{"named_only without owner", "products: [app]", "products: [app], named_only: true", "named_only is for", "id: ban"},
	{"owner target without vendor", "products: [app]", "owner: true", "need a vendor", "id: ban"},
	{"target of two kinds", "products: [app]", "products: [app], jurisdictions: [BE]", "one of them", "id: ban"},
	{"target that names nothing", ", products: [app]", "", "names nothing to recognise", "id: ban"},
	{"unknown category", "products: [app]", "category: games", `no product has the category "games"`, "id: ban"},
	{"unknown state of a ban", "state: in-force", "state: current", `state "current"`, "id: ban"},
	{"unknown kind of ban", "kind: ban,", "kind: interdict,", `kind "interdict"`, "id: ban"},
	{"superseded by nothing", "state: in-force", "state: superseded", "go together", "id: ban"},
	{"superseded by the unknown", "state: in-force", "state: superseded, superseded_by: gone", `unknown ban "gone"`, "id: ban"},
	{"review before the check", "issued: \"2024-01-02\"", "issued: \"2024-01-02\", last_checked: \"2027-01-03\"", "comes before the last check", "id: ban"},
	{"in force without a review", "review: \"2027-01-02\", ", "", "needs review", "id: ban"},
	{"step without a day", "issued: \"2024-01-02\"", "issued: \"2024-01-02\", steps: [{what: report}]", "a step needs by", "id: ban"},
	{"clause without successors", "products: [app]", "products: [app], clause: any successor", "without successors", "id: ban"},
	{"ban without targets", ", targets: [{name: App, products: [app]}]", "", "no targets", "id: ban"},
	{"ban without scope", "scope: all devices, ", "", "no scope", "id: ban"},
	{"verified without a source", "category: camera, weight: 5, verified: true, confidence: high, sources: [src]", "category: camera, weight: 5, verified: true, confidence: high", "verified without a source", "CAMERA, platform"},
	{"verified by a list for cross-checking alone", "date: \"2024\"}", "date: \"2024\", cross_check: true}", "nothing but a source for cross-checking (src)", "CAMERA, platform"},
	{"verified by what nobody can open", "url: \"https://example.org/a\"", "url: \"\", note: not recorded", "source without a public address (src)", "CAMERA, platform"},
	{"cross-check in a title", "title: A paper", "title: 'Cross-check only: a list'", "write cross_check: true", "id: src"},
	{"not verified without a reason", "verified: false, unverified_reason: own assessment", "verified: false", "no unverified_reason", "id: watching"},
	{"not verified and sure", "own assessment, confidence: medium", "own assessment, confidence: high", "cannot be high", "id: watching"},
	{"verified with a reason why not", "weight: 5, verified: true", "weight: 5, verified: true, unverified_reason: hearsay", "reason why not", "CAMERA, platform"},
	{"no confidence", "weight: 5, verified: true, confidence: high", "weight: 5, verified: true", "no confidence", "CAMERA, platform"},
	{"unknown confidence", "own assessment, confidence: medium", "own assessment, confidence: certain", `confidence "certain"`, "id: watching"},
	{"duplicate id", "entities:\n", "entities:\n- {id: holding, name: Twice, kind: company, verified: true, confidence: high, sources: [src]}\n", `duplicate id "holding"`, "name: Holding"},
	{"vendor and entity of one id", "{id: holding, name: Holding", "{id: maker, name: Holding", `duplicate id "maker"`, "name: Holding"},
	{"malformed id", "id: be, title", "id: Be_1, title", `id "Be_1"`, "title: Belgium"},
	{"row without id", "{id: be-federal, ", "{", "a row without id", "name: Federal"},
	{"malformed package", "value: org.example.app", "value: org example", `malformed android-package "org example"`, ""},
	{"identifier listed twice", "  identifiers:\n", "  identifiers:\n  - {kind: android-package, value: org.example.app, verified: true, confidence: high, sources: [src]}\n", "is listed twice", "value: org.example.app"},
	{"team id of a product", "kind: android-package, value: org.example.app", "kind: macos-team-id, value: ABCDE12345", "put it there", "ABCDE12345"},
	{"other identifier of a vendor", "hq: BE,", "hq: BE, identifiers: [{kind: winget, value: A.B, verified: true, confidence: high, sources: [src]}],", "only identifiers of the kind", "id: maker"},
	{"unknown kind of identifier", "kind: android-package, value", "kind: nickname, value", "unknown kind of identifier", "kind: nickname"},
	{"malformed digest", "sha256: aaaa", "sha256: AAAA", "no SHA-256", "package: org.example.app"},
	{"malformed digest of a root", "sha1: [cccc", "sha1: [cc", "no SHA-1", "id: shipped"},
	{"malformed test key", "sha256: bbbb", "sha256: bb", "no SHA-256", "name: Test key"},
	{"test key as signer", "sha256: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "sha256: bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb", "public test key", "package: org.example.app"},
	{"unknown build", "build: release", "build: nightly", `build "nightly"`, "package: org.example.app"},
	{"malformed date", "issued: \"2024-01-02\"", "issued: 2 January 2024", `date "2 January 2024"`, "id: ban"},
	{"date outside the calendar", "issued: \"2024-01-02\"", "issued: \"2024-02-30\"", `date "2024-02-30"`, "id: ban"},
	{"unknown field", "  category: social", "  category: social\n  colour: red", `there is no field "colour"`, "  colour: red"},
	{"unknown table", "installers:\n", "gadgets: []\ninstallers:\n", `there is no field "gadgets"`, "gadgets"},
	{"unknown permission", "all_of: [android.permission.CAMERA]", "all_of: [android.permission.GONE]", `unknown permission "android.permission.GONE"`, "id: watching"},
	{"weight too great", "weight: 5", "weight: 9", "weight 9", "CAMERA, platform"},
	{"security product without kind", "  kind: app", "  kind: security", "has a security_kind", ""},
	{"unknown installer kind", "name: Store, kind: store", "name: Store, kind: shop", `kind "shop"`, "name: Store"},
	{"group without basis", "group_basis: member, ", "", "no group_basis", "code: BE"},
	{"unknown adequacy", "status: member", "status: fine", `adequacy "fine"`, "code: BE"},
	{"version without a day", "date: \"2026-11-22\"", "date: \"2026\"", "year, month and day", "version:"},
	{"broken YAML", "  kind: app", "  kind: [app", "did not find expected", "-"},
	{"empty table", "installers:\n", "installers: []\nx:\n", `there is no field "x"`, "x:"},
}

func TestEachRule(t *testing.T) {
	for _, r := range rules {
		t.Run(r.name, func(t *testing.T) {
			if !strings.Contains(base, r.old) {
				t.Fatalf("the small set has no %q", r.old)
			}
			text := strings.Replace(base, r.old, r.new, 1)
			ps := validate(t, map[string]string{"dir/a.yaml": text})
			at := r.at
			if at == "" {
				at = strings.TrimSpace(r.new)
			}
			for _, p := range ps {
				line := lineAt(text, p.Line)
				if p.File == "dir/a.yaml" && strings.Contains(p.Text, r.want) && (at == "-" || strings.Contains(line, at)) {
					return
				}
			}
			t.Errorf("want %q at a line with %q, got:\n%v", r.want, at, ps)
		})
	}
}

func lineAt(text string, line int) string {
	lines := strings.Split(text, "\n")
	if line < 1 || line > len(lines) {
		return ""
	}
	return lines[line-1]
}

func TestIdentifierOfTwoProducts(t *testing.T) {
	second := func(shared string) string {
		return "products:\n- {id: other, name: Other, vendor: maker, category: social, kind: app, identifiers: [{kind: android-package, value: org.example.app" +
			shared + ", verified: true, confidence: high, sources: [src]}]}\n"
	}
	ps := validate(t, map[string]string{"a.yaml": base, "b.yaml": second("")})
	if len(ps) != 1 || ps[0].File != "b.yaml" || ps[0].Line != 2 || !strings.Contains(ps[0].Text, "product app (a.yaml:17)") {
		t.Errorf("got %v", ps)
	}
	first := strings.Replace(base, "value: org.example.app, verified", "value: org.example.app, shared: true, verified", 1)
	if ps := validate(t, map[string]string{"a.yaml": first, "b.yaml": second(", shared: true")}); len(ps) > 0 {
		t.Errorf("shared by both: %v", ps)
	}
}

func TestControlMayReturnAtAnotherTime(t *testing.T) {
	text := strings.Replace(base, `from: "2020",`, `from: "2020", until: "2021",`, 1)
	back := "edges:\n- {id: own-2, child: holding, parent: maker, kind: owns, from: \"2022\", verified: true, confidence: high, sources: [src]}\n"
	if ps := validate(t, map[string]string{"a.yaml": text, "b.yaml": back}); len(ps) > 0 {
		t.Errorf("a circle in two different years is none: %v", ps)
	}
}

func TestNothingToCheckFails(t *testing.T) {
	if _, err := Read(fstest.MapFS{"readme.txt": &fstest.MapFile{Data: []byte("x")}}); err == nil {
		t.Error("a folder without data is no error")
	}
}

func TestFilesDoNotMatter(t *testing.T) {
	compiled := func(files fstest.MapFS) []byte {
		s, err := Read(files)
		if err != nil {
			t.Fatal(err)
		}
		if ps := s.Validate(); len(ps) > 0 {
			t.Fatal(ps)
		}
		s.Holdings = nil // they say which file, and are all that may
		out, err := tablecodec.Marshal(&s.Tables)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	one := compiled(fstest.MapFS{"a.yaml": &fstest.MapFile{Data: []byte(base)}})
	cut := strings.Index(base, "vendors:\n")
	two := compiled(fstest.MapFS{"z.yaml": &fstest.MapFile{Data: []byte(base[:cut])}, "b/a.yaml": &fstest.MapFile{Data: []byte(base[cut:])}})
	if !bytes.Equal(one, two) {
		t.Error("moving rows to another file changes the compiled form")
	}
}

// TestTheDataIsSound is the check of the real data, and of its compiled form.
func TestTheDataIsSound(t *testing.T) {
	compiled, err := Compile(os.DirFS(dataDir))
	if err != nil {
		t.Fatal(err)
	}
	if string(compiled) != data.Compiled {
		t.Error("riskdb/data/riskdb.bin is not what the YAML compiles to: run `go run ./riskdb/compile`")
	}
}

func FuzzRead(f *testing.F) {
	f.Add(base)
	for _, r := range rules {
		f.Add(strings.Replace(base, r.old, r.new, 1))
	}
	f.Fuzz(func(t *testing.T, text string) {
		s, err := Read(fstest.MapFS{"a.yaml": &fstest.MapFile{Data: []byte(text)}})
		if err == nil {
			s.Validate()
		}
	})
}
