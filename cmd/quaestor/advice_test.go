package main

import (
	"bytes"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// oracle answers for OSV's service, and keeps what it was asked.
type oracle struct{ asked []string }

func (o *oracle) RoundTrip(r *http.Request) (*http.Response, error) {
	body := []byte{}
	if r.Body != nil {
		body, _ = io.ReadAll(r.Body)
	}
	o.asked = append(o.asked, r.Method+" "+r.URL.String()+" "+string(body))
	text := `{"results": [{"vulns": [{"id": "GHSA-aaaa-bbbb-cccc", "modified": "2026-11-01T12:00:00Z"}]}]}`
	if strings.Contains(r.URL.Path, "/v1/vulns/") {
		text = `{"id": "GHSA-aaaa-bbbb-cccc", "modified": "2026-11-01T12:00:00Z", "aliases": ["CVE-2026-90001"], "summary": "Seeds of quince are taken as commands",
 "affected": [{"package": {"ecosystem": "npm", "name": "quince-pip"}, "ranges": [{"type": "SEMVER", "events": [{"introduced": "0"}, {"fixed": "1.4.2"}]}]}]}`
	}
	return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(strings.NewReader(text)), Header: http.Header{}}, nil
}

// TestScanOnline: what is sent is said before, and is no more than ecosystem, name and version.
func TestScanOnline(t *testing.T) {
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	t.Setenv("HOME", t.TempDir())
	sbom := filepath.Join(t.TempDir(), "secret-name.cdx.json")
	os.WriteFile(sbom, []byte(`{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [
 {"type": "library", "name": "quince-pip", "version": "1.0.0", "purl": "pkg:npm/quince-pip@1.0.0?vcs_url=https://secret.example"},
 {"type": "library", "name": "x", "version": "1.0.0", "purl": "pkg:npm/%40ours/x@1.0.0"}]}`), 0o644)
	var o oracle
	var stdout, stderr bytes.Buffer
	env := Env{Stdin: strings.NewReader(""), Stdout: &stdout, Stderr: &stderr, LookupEnv: os.LookupEnv, Environ: func() []string { return nil }, Now: func() time.Time { return today }, Transport: &o}
	code := Run(t.Context(), env, []string{"scan", "--vulns", "online", "--vulns-skip", "@ours/*", "--fail-on", "never", sbom})
	all := strings.Join(o.asked, "\n")
	if code != ExitClean || !strings.Contains(stdout.String(), "CVE-2026-90001") || !strings.Contains(stderr.String(), "asking https://api.osv.dev about 1 components") ||
		!strings.Contains(stdout.String(), "--vulns-skip") {
		t.Errorf("exit code %d: %s%s", code, stderr.String(), stdout.String())
	}
	if len(o.asked) != 2 || strings.Contains(all, "secret") || strings.Contains(all, "ours") {
		t.Errorf("asked %s", all)
	}
	o.asked = nil
	if code := Run(t.Context(), env, []string{"scan", "--vulns", "auto", "--fail-on", "never", sbom}); code != ExitClean || len(o.asked) > 0 {
		t.Errorf("exit code %d, asked %q", code, o.asked)
	}
}
