package yamldb

import (
	"strings"
	"testing"
	"testing/fstest"
)

const header = "layer: {id: chamber, title: Notes, authority: Chamber, date: \"2026-11-20\"}\n"

func baseSet(t *testing.T) *Set {
	t.Helper()
	s, err := Read(fstest.MapFS{"a.yaml": {Data: []byte(base)}})
	if err != nil {
		t.Fatal(err)
	}
	if ps := s.Validate(); len(ps) > 0 {
		t.Fatal(ps)
	}
	return s
}

func readOver(t *testing.T, text string) (int, error) {
	t.Helper()
	own, err := ReadOverlay(fstest.MapFS{"o.yaml": {Data: []byte(text)}}, &baseSet(t).Tables)
	if err != nil {
		return 0, err
	}
	return len(own.Vendors) + len(own.Bans) + len(own.Withdrawals) + len(own.Sources), nil
}

func TestOverlayRefersToTheBase(t *testing.T) {
	n, err := readOver(t, header+`vendors:
- {id: maker, name: Maker, hq: BE, jurisdiction: BE, verified: true, confidence: medium, sources: [src, own]}
sources:
- {id: own, title: Own, url: "https://example.org/own", date: "2026"}
withdraw:
- {table: bans, id: ban, reason: annulled}
`)
	if err != nil || n != 3 {
		t.Errorf("%d rows, want the 3 of its own: %v", n, err)
	}
}

func TestOverlayFaults(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"no layer":        {"vendors:\n- {id: new, name: New, verified: false, unverified_reason: hearsay, confidence: low}\n", "no layer"},
		"no authority":    {"layer: {id: x, title: X, date: \"2026-11-20\"}\n", "the authority that answers"},
		"bad id":          {"layer: {id: X Y, title: X, authority: X, date: \"2026-11-20\"}\n", "small letters"},
		"version":         {header + "version: {date: \"2026-11-22\"}\n", "has no version"},
		"no reason":       {header + "withdraw:\n- {table: bans, id: ban}\n", "needs a reason"},
		"nothing there":   {header + "withdraw:\n- {table: bans, id: gone, reason: x}\n", "which the base does not have"},
		"unknown table":   {header + "withdraw:\n- {table: gadgets, id: ban, reason: x}\n", "which the base does not have"},
		"unknown vendor":  {header + "products:\n- {id: new, name: New, vendor: gone, category: social, kind: app}\n", `unknown vendor "gone"`},
		"base left alone": {header + "withdraw:\n- {table: vendors, id: maker, reason: x}\n", "takes away or changes what this row of the base needs"},
		"unknown source":  {header + "vendors:\n- {id: new, name: New, verified: true, confidence: high, sources: [gone]}\n", `unknown source "gone"`},
	} {
		if _, err := readOver(t, c.text); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
	if ps := validate(t, map[string]string{"a.yaml": base, "b.yaml": "withdraw:\n- {table: bans, id: ban, reason: x}\n"}); !strings.Contains(ps.Error(), "only an overlay withdraws") {
		t.Errorf("the base withdraws its own rows: %v", ps)
	}
}

// TestAnOverlayKeepsItsPapers: what an authority saw and does not publish is its own to answer for; what it was only
// compared with proves nothing there either.
func TestAnOverlayKeepsItsPapers(t *testing.T) {
	text := header + `sources:
- {id: memo, title: A memo, url: "", note: not published, date: "2026"}
vendors:
- {id: other, name: Other, jurisdiction: BE, verified: true, confidence: high, sources: [memo]}
`
	if _, err := readOver(t, text); err != nil {
		t.Error(err)
	}
	_, err := readOver(t, strings.Replace(text, `date: "2026"`, `date: "2026", cross_check: true`, 1))
	if err == nil || !strings.Contains(err.Error(), "cross-checking (memo)") {
		t.Errorf("got %v", err)
	}
}
