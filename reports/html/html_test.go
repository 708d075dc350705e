package html_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	nethtml "golang.org/x/net/html"

	"quaestor/reports"
	"quaestor/reports/html"
	"quaestor/reports/internal/reporttest"
	"quaestor/reports/text"
)

func write(t testing.TB, r *reports.Report, lang string) string {
	t.Helper()
	var b bytes.Buffer
	if err := (html.Writer{}).Write(&b, r, reports.Options{Lang: lang}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// elements are all elements of a page, and its text.
func elements(t testing.TB, page string) (list []*nethtml.Node, words string) {
	t.Helper()
	root, err := nethtml.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for n := range root.Descendants() {
		switch n.Type {
		case nethtml.ElementNode:
			list = append(list, n)
		case nethtml.TextNode:
			b.WriteString(n.Data)
		}
	}
	return list, b.String()
}

func attr(n *nethtml.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// wicked are names that try to become something else.
var wicked = []string{`<script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, `</title></style></script><svg onload=alert(1)>`, "\u202Egnp.exe\u2066", "a\x00b\x1b[2J", "{what}{n}", "=cmd|' /C calc'!A0",
	"javascript:alert(1)", strings.Repeat("W", 10_000), strings.Repeat("\u0301", 500), "\xff\xfe<b>", "--><!--", "&lt;b&gt;&#60;", "\ue000\ue001 is banned by X. Y", "]]>", "' onclick='x"}

// wickedReport puts a name wherever a report has foreign text.
func wickedReport(name string) *reports.Report {
	r := everything()
	desk := reporttest.Desk()
	r.SecuritySoftware = append(r.SecuritySoftware, desk.SecuritySoftware...)
	r.Devices = append(r.Devices, desk.Devices...)
	for i := range r.Devices {
		d := &r.Devices[i]
		d.Name, d.Model, d.OS, d.SecurityPatch, d.LastSeen = name, name, name, name, name
	}
	for i := range r.Apps {
		a := &r.Apps[i]
		a.Name, a.Version, a.Identifier = name, name, name
		if a.Inside != nil {
			for j := range a.Inside.SDKs {
				a.Inside.SDKs[j].Name = name
			}
		}
	}
	for i := range r.Findings {
		f := &r.Findings[i]
		f.ID, f.Title, f.Reason, f.Caveat, f.Rule = f.ID+name, name+" is banned by "+name, name+". "+name, name, name
		f.Subject.Name, f.Subject.DeviceName, f.Subject.Version, f.Subject.Identifier, f.Subject.Device = name, name, name, name, "d"+name
		f.Params = map[string]string{"product": name, "authority": name}
		for j := range f.Chain {
			f.Chain[j].Note, f.Chain[j].Share, f.Chain[j].Since = name, name, name
		}
		for j := range f.Evidence {
			f.Evidence[j].Detail, f.Evidence[j].Path, f.Evidence[j].Scanner = name, name, name
		}
		for j := range f.Sources {
			f.Sources[j] = reports.Source{ID: name, Title: name, URL: name, Date: name}
		}
		for j := range f.Measures {
			m := &f.Measures[j]
			m.Authority, m.Instrument, m.Kind, m.BindsNot = name, name, name, []string{name}
			m.Sources = []reports.Source{{ID: name, Title: name, URL: "https://example.org/" + name}}
		}
		f.Reach = append(f.Reach, reports.Reach{Category: name, Granted: name})
		f.Removal = []reports.RemovalStep{{Method: name, User: name, Name: name, Note: name, Command: []string{name}, Policy: &reports.Setting{Name: name, Value: name, Where: name}}}
		f.Severity, f.Action, f.Axis = "high", "remove", "security"
	}
	for i := range r.Gaps {
		g := &r.Gaps[i]
		g.Detail, g.Next, g.Subject, g.Scanner, g.DeviceName, g.Kind, g.Samples = name, name, name, name, name, name, []string{name}
	}
	for i := range r.SecuritySoftware {
		s := &r.SecuritySoftware[i]
		s.Name, s.VendorName, s.StatedVendor, s.ID, s.Device, s.Kind, s.State = name, "", name, name, name, name, name
	}
	for i := range r.Runs {
		r.Runs[i].Target, r.Runs[i].Detail, r.Runs[i].Scanner = name, name, name
	}
	r.Verdict.Sentence, r.Disclaimer, r.AsOf, r.Tool.Version, r.Database.Version = name, name, name, name, name
	return r
}

// maxShown is how many characters of a text a page shows.
const maxShown = 6000

// TestHostileNamesAreHarmless: a name is text, whatever is in it, and cannot be seen to be something else.
func TestHostileNamesAreHarmless(t *testing.T) {
	plain := map[string]int{}
	list, _ := elements(t, write(t, wickedReport("plain"), "en"))
	for _, n := range list {
		plain[n.Data]++
	}
	for _, name := range wicked {
		for _, lang := range []string{"en", "fr"} {
			page := write(t, wickedReport(name), lang)
			list, words := elements(t, page)
			for _, n := range list {
				if plain[n.Data] == 0 {
					t.Errorf("%.40q: an element <%s> came from somewhere", name, n.Data)
				}
				for _, a := range n.Attr {
					if strings.HasPrefix(a.Key, "on") || a.Key == "style" || a.Key == "src" || a.Key == "srcset" {
						t.Errorf("%.40q: <%s %s=%q>", name, n.Data, a.Key, a.Val)
					}
					if a.Key == "href" && !strings.HasPrefix(a.Val, "#") && !strings.HasPrefix(a.Val, "https://") && !strings.HasPrefix(a.Val, "http://") {
						t.Errorf("%.40q: a link leads to %.60q", name, a.Val)
					}
				}
			}
			scripts := 0
			for _, n := range list {
				if n.Data == "script" || n.Data == "style" || n.Data == "title" {
					scripts++
				}
			}
			if scripts != 3 {
				t.Errorf("%.40q: %d elements that are script, style or title", name, scripts)
			}
			for _, r := range words {
				if r == '\u202e' || r == '\u2066' || r == 0x1b || r == 0 {
					t.Fatalf("%.40q: %U stands in the page", name, r)
				}
			}
			if len(name) >= 10_000 && strings.Contains(page, strings.Repeat("W", maxShown+1)) {
				t.Error("a very long name is there in full")
			}
		}
	}
}

// TestPageIsSelfContained: nothing is loaded, and the policy allows the style and the script of the page by their hashes alone.
func TestPageIsSelfContained(t *testing.T) {
	for name, r := range all() {
		page := write(t, r, "en")
		list, _ := elements(t, page)
		policy, ids := "", map[string]bool{}
		for _, n := range list {
			if id := attr(n, "id"); id != "" {
				if ids[id] {
					t.Errorf("%s: two elements have the id %q", name, id)
				}
				ids[id] = true
			}
			if n.Data == "meta" && attr(n, "http-equiv") == "Content-Security-Policy" {
				policy = attr(n, "content")
			}
			if slices.Contains([]string{"link", "iframe", "object", "embed", "img", "base", "video", "audio"}, n.Data) {
				t.Errorf("%s: <%s>", name, n.Data)
			}
		}
		if strings.Contains(policy, "unsafe") || strings.Contains(policy, "http") || !strings.HasPrefix(policy, "default-src 'none'") {
			t.Errorf("%s: policy %q", name, policy)
		}
		for _, n := range list {
			if n.Data == "style" || n.Data == "script" {
				sum := sha256.Sum256([]byte(n.FirstChild.Data))
				if want := n.Data + "-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"; !strings.Contains(policy, want) {
					t.Errorf("%s: the policy %q does not allow the page's own %s", name, policy, n.Data)
				}
			}
			if href := attr(n, "href"); strings.HasPrefix(href, "#") && href != "#" && !ids[href[1:]] {
				t.Errorf("%s: the link %s leads nowhere", name, href)
			}
		}
		if strings.Contains(page, "@import") || strings.Contains(page, "url(") {
			t.Errorf("%s: the style loads something", name)
		}
	}
}

// TestEveryWordIsInTheCatalogue looks through the source for messages and lists that are asked for.
func TestEveryWordIsInTheCatalogue(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	asked := regexp.MustCompile(`(?:\.say|\.Say|\.pair)\("([a-z0-9.-]+)"|\.el\("[a-z0-9]+", "[^"]*", "([a-z0-9.-]+)"|\.section\("[a-z]+", "([a-z.]+)", "([a-z.]*)"|"((?:weak|security|seen|devices|changes|apps|runs|removal|removable|headline)\.[a-z]+)"`)
	en, err := os.ReadFile("../text/catalogue/en.yaml")
	if err != nil {
		t.Fatal(err)
	}
	catalogue, _, _ := strings.Cut(string(en), "\nwords:")
	seen := 0
	for _, f := range files {
		if strings.HasSuffix(f, "_test.go") {
			continue
		}
		src, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range asked.FindAllStringSubmatch(string(src), -1) {
			for _, id := range m[1:] {
				if id == "" || strings.HasSuffix(id, ".") {
					continue
				}
				seen++
				if !strings.Contains(catalogue, "\n  "+id+": ") {
					t.Errorf("%s asks for the message %q, which there is not", f, id)
				}
			}
		}
	}
	if seen < 80 {
		t.Fatalf("only %d messages are asked for: the pattern does not fit the source any more", seen)
	}
	for list, words := range map[string][]string{"severity": reports.Severities(), "action": reports.Actions(), "axis": reports.Axes(), "axis-means": reports.Axes(), "confidence": reports.Confidences(),
		"status": reports.Verdicts(), "device-verdict": reports.DeviceVerdicts(), "run": reports.RunStates(), "granted": reports.GrantStates(), "seen": reports.SecuritySeen()} {
		for _, w := range words {
			if _, ok := text.In("en").Known(list, w); !ok {
				t.Errorf("the list %q lacks %q", list, w)
			}
		}
	}
}

// TestEnglishIsMarkedInOtherLanguages: a screen reader is told what is not in the language of the page.
func TestEnglishIsMarkedInOtherLanguages(t *testing.T) {
	r := reporttest.Clean()
	r.Gaps[0].Detail = "Nobody has translated this yet."
	if page := write(t, r, "de"); !strings.Contains(page, `<html lang="de">`) || !strings.Contains(page, `<span lang="en">Nobody has translated this yet.</span>`) {
		t.Error("the English sentence is not marked")
	}
	if page := write(t, r, "en"); strings.Contains(page, `<span lang=`) {
		t.Error("English is marked in an English page")
	}
}

// many is a report of so many apps, each with two findings.
func many(apps int) *reports.Report {
	r := everything()
	base := r.Findings
	r.Findings, r.Apps = nil, nil
	for i := range apps {
		id := fmt.Sprintf("org.example.app%03d", i)
		a := reporttest.Full().Apps[5]
		a.ID, a.Identifier, a.Name = fmt.Sprintf("app-%03d", i), id, fmt.Sprintf("App %03d", i)
		for k := range 2 {
			f := base[(i+k)%5]
			f.ID = fmt.Sprintf("finding-%03d-%d", i, k)
			f.Subject.App, f.Subject.Identifier, f.Subject.Name, f.Subject.Product = a.ID, id, a.Name, ""
			f.Params = map[string]string{"product": a.Name}
			f.Title = strings.Replace(f.Title, "TikTok", a.Name, 1)
			f.Chain = slices.Clone(f.Chain)
			for j := range f.Chain {
				if f.Chain[j].From == "TikTok" {
					f.Chain[j].From = a.Name
				}
			}
			a.Findings = append(a.Findings, f.ID)
			r.Findings = append(r.Findings, f)
		}
		r.Apps = append(r.Apps, a)
	}
	return r
}

// TestThreeHundredAppsAreSmall: a page of 300 apps, each with two findings, has at most 1.5 MB.
func TestThreeHundredAppsAreSmall(t *testing.T) {
	for _, lang := range text.Languages() {
		if n := len(write(t, many(300), lang)); n > 1_500_000 || n < 300_000 {
			t.Errorf("%s: %d bytes", lang, n)
		}
	}
}

// TestFleetHasLimits: of 20,000 devices the page says how much it leaves out.
func TestFleetHasLimits(t *testing.T) {
	page := write(t, reporttest.Fleet(3000), "en")
	if len(page) > 6_000_000 {
		t.Errorf("%d bytes", len(page))
	}
	if !strings.Contains(page, "2,500 more are left out here") {
		t.Error("the page does not say what it leaves out")
	}
}

func BenchmarkThreeHundredApps(b *testing.B) {
	for _, lang := range text.Languages() {
		b.Run(lang, func(b *testing.B) {
			r := many(300)
			b.ReportAllocs()
			for b.Loop() {
				b.SetBytes(int64(len(write(b, r, lang))))
			}
		})
	}
}
