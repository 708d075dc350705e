package vuln_test

import (
	"archive/zip"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"quaestor/riskdb/vuln"
)

// TestHostileVersions: an advisory that would make the comparing of versions take hours is left out, and counted.
func TestHostileVersions(t *testing.T) {
	one := func(versions, events string) string {
		return fmt.Sprintf(`"affected": [{"package": {"ecosystem": "npm", "name": "quince"}, "versions": [%s], "ranges": [{"type": "SEMVER", "events": [%s]}]}]`, versions, events)
	}
	huge := `"1.` + strings.Repeat("9", 1<<20) + `"`
	for name, body := range map[string]string{
		"fixed": one("", `{"introduced": "0"}, {"fixed": `+huge+`}`), "introduced": one("", `{"introduced": `+huge+`}`), "last": one("", `{"last_affected": `+huge+`}`),
		"listed": one(huge, ""), "events": one("", strings.Repeat(`{"introduced": "1.0.0"}, {"fixed": "1.0.1"}, `, 30_000)+`{"introduced": "2.0.0"}`)} {
		folder := t.TempDir()
		text := fmt.Sprintf(`{"schema_version": "1.6.0", "id": "Q-1", "modified": "2026-11-20T00:00:00Z", %s}`, body)
		if err := os.WriteFile(filepath.Join(folder, "q.json"), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		r, err := vuln.Import(t.Context(), t.TempDir(), []string{folder}, vuln.Options{Today: today})
		if !errors.Is(err, vuln.ErrNothing) || r == nil || r.Broken != 1 {
			t.Errorf("%s: %+v, %v", name, r, err)
		}
	}
}

// TestChainOfAliases: advisories that name each other in a long chain are one vulnerability, in the time that their number takes.
func TestChainOfAliases(t *testing.T) {
	const n = 20_000
	path := filepath.Join(t.TempDir(), "npm.zip")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	z := zip.NewWriter(f)
	for i := n; i > 0; i-- {
		w, err := z.Create(fmt.Sprintf("%d.json", i))
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(w, `{"id": "Q-%06d", "modified": "2026-11-20T00:00:00Z", "aliases": ["Q-%06d"], %s}`, i, i-1, about("npm", "quince", "SEMVER"))
	}
	if err := errors.Join(z.Close(), f.Close()); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if _, err := vuln.Import(t.Context(), dir, []string{path}, vuln.Options{Today: today}); err != nil {
		t.Fatal(err)
	}
	v := ask(open(t, dir), exact("pkg:npm/quince@1.0.0"))
	if len(v.Found) != 1 || len(v.Found[0].Advisories) != n {
		t.Errorf("%d found", len(v.Found))
	}
}
