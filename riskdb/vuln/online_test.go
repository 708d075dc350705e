package vuln_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"quaestor/riskdb"
	"quaestor/riskdb/vuln"
	"quaestor/scanners/inventory"
)

// service answers as OSV's does, from the advisories of the tests, two to a page.
type service struct {
	mu       sync.Mutex
	requests []string
	busy     int // answers before it is ready
}

func (s *service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	s.mu.Lock()
	s.requests = append(s.requests, r.Method+" "+r.URL.Path+" "+string(body))
	s.busy--
	busy := s.busy >= 0
	s.mu.Unlock()
	switch id, one := strings.CutPrefix(r.URL.Path, "/v1/vulns/"); {
	case busy:
		w.WriteHeader(http.StatusServiceUnavailable)
	case one:
		b, err := os.ReadFile(filepath.Join("testdata/osv", filepath.Base(id)+".json"))
		if err != nil {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		w.Write(b)
	default:
		s.batch(w, body)
	}
}

func (s *service) batch(w io.Writer, body []byte) {
	var asked struct {
		Queries []struct {
			Package struct{ Name, Ecosystem string }
			Version string
			Page    string `json:"page_token"`
		}
	}
	json.Unmarshal(body, &asked)
	var results []any
	for _, q := range asked.Queries {
		known := map[string][]string{"npm @quince/pip 1.0.0": {"GHSA-aaaa-bbbb-cccc"}, "npm @quince/pip ": {"GHSA-aaaa-bbbb-cccc", "GHSA-kkkk-mmmm-pppp"},
			"PyPI medlar-tools 1.5": {"PYSEC-2026-9001", "GHSA-dddd-eeee-ffff"}, "Debian:12 bletted 1:2.30-5": {"DSA-9001-1", "DEBIAN-CVE-2026-90006"}}
		ids := known[q.Package.Ecosystem+" "+q.Package.Name+" "+q.Version]
		result := map[string]any{}
		if q.Page == "" && len(ids) > 1 { // page by page
			result["next_page_token"] = "more"
			ids = ids[:1]
		} else if len(ids) > 1 {
			ids = ids[1:]
		}
		var list []map[string]string
		for _, id := range ids {
			list = append(list, map[string]string{"id": id, "modified": "2026-11-01T12:00:00Z"})
		}
		result["vulns"] = list
		results = append(results, result)
	}
	json.NewEncoder(w).Encode(map[string]any{"results": results})
}

func TestOnline(t *testing.T) {
	s := &service{busy: 1}
	server := httptest.NewServer(s)
	defer server.Close()
	told, cache := "", t.TempDir()
	o := &vuln.Online{Context: t.Context(), Client: server.Client(), Address: server.URL, Cache: cache, Wait: func(context.Context, int) error { return nil },
		Before:  func(n int, to string) { told = fmt.Sprint(n, " ", to == server.URL) },
		Private: func(_, name string) bool { return strings.HasPrefix(name, "@ours/") }}
	inv := &inventory.Inventory{Components: []inventory.Component{
		exact("pkg:npm/%40quince/pip@1.0.0"), exact("pkg:pypi/medlar-tools@1.5"), exact("pkg:deb/debian/libblet@2.30-5?arch=amd64&distro=debian-12&upstream=bletted%401:2.30-5"),
		{PURL: "pkg:npm/%40quince/pip", From: "1.4.2", To: "2.0.0"}, exact("pkg:npm/%40ours/secret@1.0.0"), exact("pkg:npm/fine@1.0.0"), exact("pkg:generic/zlib@1.2.11"),
	}}
	v := o.Vulnerabilities(inv, today)
	var got []string
	for _, f := range v.Found {
		got = append(got, fmt.Sprintf("%s %v %v", f.Vulnerability.ID, f.Certain, f.Fixed))
	}
	if want := []string{"CVE-2026-90001 true [1.4.2]", "CVE-2026-90002 true [2.0]", "CVE-2026-90006 true [1:2.30-5+deb12u2]", "DSA-9001-1 true [1:2.30-5+deb12u2]", "CVE-2026-90001 false [2.3.1]"}; !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
	if told != "5 true" || v.Checked != 5 || len(v.Gaps) != 2 {
		t.Errorf("told %q, %d checked, %+v", told, v.Checked, v.Gaps)
	}
	all := strings.Join(s.requests, "\n")
	for _, secret := range []string{"@ours", "amd64", "libblet\"", "zlib"} {
		if strings.Contains(all, secret) {
			t.Errorf("%s was sent: %s", secret, all)
		}
	}
	// The second time, advisories come from the cache.
	s.requests = nil
	o.Vulnerabilities(inv, today)
	if n := len(s.requests); n != 2 {
		t.Errorf("%d requests: %q", n, s.requests)
	}
}

// TestOnlineFails: without an answer nothing is clean.
func TestOnlineFails(t *testing.T) {
	inv := &inventory.Inventory{Components: []inventory.Component{exact("pkg:npm/%40quince/pip@1.0.0")}}
	for name, answer := range map[string]http.HandlerFunc{
		"busy":    func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTooManyRequests) },
		"refused": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) },
		"rubbish": func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte("<html>")) },
		"short":   func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte(`{"results": []}`)) },
		"endless": func(w http.ResponseWriter, _ *http.Request) {
			w.Write([]byte(`{"results": [{"next_page_token": "x"}]}`))
		},
		"gone": func(w http.ResponseWriter, r *http.Request) {
			if strings.HasPrefix(r.URL.Path, "/v1/vulns/") {
				w.WriteHeader(http.StatusNotFound)
				return
			}
			w.Write([]byte(`{"results": [{"vulns": [{"id": "GHSA-x", "modified": "y"}]}]}`))
		},
	} {
		server := httptest.NewServer(answer)
		o := &vuln.Online{Context: t.Context(), Client: server.Client(), Address: server.URL, Wait: func(context.Context, int) error { return nil }}
		v := o.Vulnerabilities(inv, today)
		server.Close()
		if v.Checked != 0 || len(v.Gaps) != 1 || v.Gaps[0].Kind != inventory.GapFailed {
			t.Errorf("%s: %+v", name, v)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	o := &vuln.Online{Context: ctx, Client: http.DefaultClient, Address: "http://127.0.0.1:1", Wait: func(context.Context, int) error { return errors.New("waited") }}
	if v := o.Vulnerabilities(inv, today); len(v.Gaps) != 1 || strings.Contains(v.Gaps[0].Detail, "waited") {
		t.Errorf("%+v", v)
	}
}

var _ riskdb.Adviser = (*vuln.Online)(nil)
