package html_test

import (
	"archive/tar"
	"compress/gzip"
	"encoding/base64"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"quaestor/reports"
	"quaestor/reports/html"
	"quaestor/reports/internal/reporttest"
	"quaestor/reports/text"
)

// axeCore is the release of https://www.npmjs.com/package/axe-core that pages are examined with.
const axeCore = "axe-core@4.14.1"

// axe fetches the examiner by npm, which keeps it for the next time, or skips the test.
func axe(t *testing.T) string {
	t.Helper()
	npm, err := exec.LookPath("npm")
	if err != nil {
		t.Skip("axe-core could not be had: npm is not installed")
	}
	dir := t.TempDir()
	cmd := exec.Command(npm, "pack", "--silent", "--prefer-offline", axeCore)
	cmd.Dir = dir
	if text, err := cmd.CombinedOutput(); err != nil {
		t.Skipf("axe-core could not be had: %v: %s", err, text)
	}
	packed, err := filepath.Glob(filepath.Join(dir, "*.tgz"))
	if err != nil || len(packed) != 1 {
		t.Fatalf("npm pack left %v, %v", packed, err)
	}
	f, err := os.Open(packed[0])
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	for r := tar.NewReader(z); ; {
		h, err := r.Next()
		if err != nil {
			t.Fatalf("axe.min.js is not in the package: %v", err)
		}
		if h.Name == "package/axe.min.js" {
			script, err := io.ReadAll(io.LimitReader(r, 8<<20))
			if err != nil {
				t.Fatal(err)
			}
			return string(script)
		}
	}
}

// all are reports with something of everything in them.
func all() map[string]*reports.Report {
	return map[string]*reports.Report{"full": everything(), "desk": reporttest.Desk(), "clean": reporttest.Clean(), "fleet": reporttest.Fleet(12), "incomplete": reporttest.Incomplete(), "file": reporttest.File()}
}

// everything is a report with hostile names, an exception, another policy and a vulnerable component.
func everything() *reports.Report {
	r := reporttest.Full()
	weak := r.Findings[1]
	weak.ID, weak.Rule, weak.Title = "finding-weak", "vulnerable-component", "TikTok has CVE-2023-4863"
	weak.Component = &reports.Component{Name: "libwebp", Version: "1.2.0"}
	weak.Vulnerability = &reports.Vulnerability{ID: "CVE-2023-4863", Fixed: []string{"1.3.2"}, KEV: &reports.Exploited{}, References: []string{"https://osv.dev/vulnerability/CVE-2023-4863"}}
	allowed := r.Findings[3]
	allowed.ID, allowed.Title = "finding-allowed", "WeChat: allowed for a delegation"
	allowed.Subject.Product, allowed.Subject.Identifier = "", "com.example.allowed"
	allowed.Exception = &reports.Exception{ID: "e-1", ApprovedBy: "Quaestors <b>", Reason: "A journey.", Until: "2027-01-01", Ticket: "T-1"}
	r.Findings = append(r.Findings, weak, allowed)
	r.WhatIf = &reports.WhatIf{Against: r.Policies, Changes: []reports.Change{{Kind: "gained", Finding: "finding-tiktok-ban", Title: "TikTok is banned by X", Subject: r.Findings[0].Subject,
		After: &reports.Graded{Severity: "high", Action: "remove"}}}}
	return r
}

func save(t *testing.T, r *reports.Report, lang string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "report.html")
	f, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := (html.Writer{}).Write(f, r, reports.Options{Lang: lang}); err != nil {
		t.Fatal(err)
	}
	return file
}

// TestBrowserHasNothingToComplainOf opens pages from a file with the network cut: no error, no violation of the policy, no
// request, and the script works.
func TestBrowserHasNothingToComplainOf(t *testing.T) {
	c := startChromium(t)
	for name, r := range all() {
		file := save(t, r, "nl")
		c.open(file)
		var got struct {
			Title  string
			Shown  bool
			Cards  int
			Hidden int
			Wide   bool
		}
		for _, width := range []int{1280, 320} {
			c.width(width)
			c.eval(`(() => { const f = document.getElementById("filter");
				if (f) { f.elements.text.value = "no card has these words"; f.dispatchEvent(new Event("input")); }
				const hidden = document.querySelectorAll(".card[hidden]").length;
				if (f) { f.elements.text.value = ""; f.elements.sort.value = "name"; f.elements.sort.dispatchEvent(new Event("input", {bubbles: true})); }
				return {title: document.title, shown: !f || !f.hidden, cards: document.querySelectorAll(".card").length, hidden,
					wide: document.documentElement.scrollWidth > document.documentElement.clientWidth}; })()`, &got)
			if got.Title == "" || !got.Shown || got.Hidden != got.Cards {
				t.Errorf("%s: the script did not do its work: %+v", name, got)
			}
			if got.Wide {
				t.Errorf("%s: at %d pixels the page has to be moved sideways", name, width)
			}
		}
		for _, s := range c.complaints(file) {
			t.Errorf("%s: %s", name, s)
		}
	}
}

// TestPolicyIsStrict: what the page does not hold itself, the browser refuses.
func TestPolicyIsStrict(t *testing.T) {
	c := startChromium(t)
	file := save(t, reporttest.Clean(), "en")
	c.open(file)
	c.eval(`(() => { const s = document.createElement("script"); s.textContent = "window.owned = 1"; document.body.append(s);
		const i = document.createElement("img"); i.src = "https://example.org/x.png"; document.body.append(i); })()`, nil)
	var owned bool
	c.eval(`"owned" in window`, &owned)
	if owned {
		t.Error("a script that was put into the page ran")
	}
	if got := strings.Join(c.complaints(file), "\n"); !strings.Contains(got, "Content Security Policy") {
		t.Errorf("the browser refused nothing: %s", got)
	}
}

// TestReadableWithoutScript: every card is there, and nothing is shown that does nothing.
func TestReadableWithoutScript(t *testing.T) {
	c := startChromium(t)
	c.call("Emulation.setScriptExecutionDisabled", map[string]any{"value": true}, nil)
	c.open(save(t, everything(), "en"))
	var got struct{ Filter, Cards, Hidden int }
	c.call("Emulation.setScriptExecutionDisabled", map[string]any{"value": false}, nil)
	c.eval(`({filter: document.getElementById("filter").offsetHeight, cards: document.querySelectorAll(".card").length,
		hidden: [...document.querySelectorAll(".card")].filter(c => !c.offsetHeight).length})`, &got)
	if got.Filter != 0 || got.Cards == 0 || got.Hidden != 0 {
		t.Errorf("%+v", got)
	}
}

// TestAccessible examines pages by axe-core, in both colour schemes, four languages, and on a telephone.
func TestAccessible(t *testing.T) {
	script := axe(t)
	c := startChromium(t)
	for name, r := range all() {
		langs := text.Languages()
		if name != "full" && name != "desk" {
			langs = langs[:1]
		}
		for _, lang := range langs {
			for _, scheme := range []string{"light", "dark"} {
				c.scheme(scheme, "screen")
				c.open(save(t, r, lang))
				c.width(1280)
				if lang == "fr" {
					c.width(360)
				}
				c.eval(`document.querySelectorAll("details").forEach(d => d.open = true)`, nil)
				c.eval(script+";0", nil)
				var found []struct {
					ID, Help string
					Nodes    []struct {
						HTML           string
						FailureSummary string
					}
				}
				c.eval(`axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"], resultTypes: ["violations"]}).then(r => r.violations)`, &found)
				for _, v := range found {
					t.Errorf("%s, %s, %s: %s: %s\n%s\n%s", name, lang, scheme, v.ID, v.Help, v.Nodes[0].HTML, v.Nodes[0].FailureSummary)
				}
			}
		}
	}
}

// TestPrints makes a PDF by the browser's own print and looks for its pages: A4, more than one, and each finding of the page on them.
func TestPrints(t *testing.T) {
	c := startChromium(t)
	c.open(save(t, everything(), "de"))
	var got struct{ Data string }
	c.call("Page.printToPDF", map[string]any{"preferCSSPageSize": true, "printBackground": true}, &got)
	pdf, err := base64.StdEncoding.DecodeString(got.Data)
	if err != nil {
		t.Fatal(err)
	}
	pages := len(regexp.MustCompile(`/Type\s*/Page\b`).FindAll(pdf, -1))
	if pages < 2 || pages > 40 {
		t.Errorf("%d pages", pages)
	}
	// A4 is 595.28 x 841.89 points.
	if size := regexp.MustCompile(`/MediaBox\s*\[0 0 (59[45][.0-9]*) (84[12][.0-9]*)\]`).Find(pdf); size == nil {
		t.Errorf("no page is A4: %s", regexp.MustCompile(`/MediaBox[^\]]*\]`).Find(pdf))
	}
	c.scheme("dark", "print")
	var paper string
	c.eval(`getComputedStyle(document.body).backgroundColor`, &paper)
	if paper != "rgb(255, 255, 255)" {
		t.Errorf("a reader who wants it dark prints on %s", paper)
	}
	var cut []string
	c.eval(`[".finding", ".chain", ".axis", ".gap", ".today"].filter(s => document.querySelector(s) && getComputedStyle(document.querySelector(s)).breakInside !== "avoid")`, &cut)
	if len(cut) > 0 {
		t.Errorf("may be cut by the end of a page: %s", fmt.Sprint(cut))
	}
}
