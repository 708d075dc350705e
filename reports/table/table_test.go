package table_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/olekukonko/tablewriter/pkg/twwidth"

	"quaestor/reports"
	"quaestor/reports/internal/reporttest"
	"quaestor/reports/safetext"
	"quaestor/reports/table"
)

func write(t testing.TB, r *reports.Report, o reports.Options) string {
	t.Helper()
	var b bytes.Buffer
	if err := (table.Writer{}).Write(&b, r, o); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestGolden(t *testing.T) {
	tests := []struct {
		name string
		r    *reports.Report
		o    reports.Options
	}{
		{"full-80", reporttest.Full(), reports.Options{Width: 80}},
		{"full-120", reporttest.Full(), reports.Options{Width: 120}},
		{"full-200", reporttest.Full(), reports.Options{Width: 200}},
		{"full-80-color", reporttest.Full(), reports.Options{Width: 80, Color: true}},
		{"full-80-details", reporttest.Full(), reports.Options{Width: 80, Details: true}},
		{"full-200-details", reporttest.Full(), reports.Options{Width: 200, Details: true, Color: true, Hyperlinks: true}},
		{"file-80", reporttest.File(), reports.Options{Width: 80}},
		{"file-120-details", reporttest.File(), reports.Options{Width: 120, Details: true}},
		{"clean-80", reporttest.Clean(), reports.Options{Width: 80}},
		{"incomplete-80", reporttest.Incomplete(), reports.Options{Width: 80}},
		{"fleet-80", reporttest.Fleet(1000), reports.Options{Width: 80}},
		{"fleet-120-details", reporttest.Fleet(5), reports.Options{Width: 120, Details: true}},
		{"desk-80", reporttest.Desk(), reports.Options{Width: 80}},
		{"desk-200", reporttest.Desk(), reports.Options{Width: 200}},
		{"desk-120-details", reporttest.Desk(), reports.Options{Width: 120, Details: true}},
		{"empty", &reports.Report{}, reports.Options{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			reporttest.Golden(t, filepath.Join("testdata", tt.name+".txt"), []byte(write(t, tt.r, tt.o)))
		})
	}
}

var (
	sgr  = regexp.MustCompile("\x1b\\[[0-9;]*m")
	osc8 = regexp.MustCompile("\x1b\\]8;;[!-~]*\x1b\\\\")
)

// TestNothingIsWiderThanThePage writes every report at every width.
func TestNothingIsWiderThanThePage(t *testing.T) {
	many := map[string]*reports.Report{"full": reporttest.Full(), "file": reporttest.File(), "clean": reporttest.Clean(), "incomplete": reporttest.Incomplete(), "fleet": reporttest.Fleet(6), "desk": reporttest.Desk(), "empty": {}}
	for name, r := range many {
		for width := 40; width <= 220; width += 9 {
			for _, details := range []bool{false, true} {
				text := write(t, r, reports.Options{Width: width, Details: details, Color: width%2 == 0})
				for line := range strings.Lines(text) {
					line = strings.TrimSuffix(line, "\n")
					if w := safetext.Width(sgr.ReplaceAllString(line, "")); w > width {
						t.Fatalf("%s at %d: %d columns: %q", name, width, w, line)
					}
					if strings.HasSuffix(line, " ") {
						t.Fatalf("%s at %d: blanks at the end of %q", name, width, line)
					}
				}
			}
		}
	}
}

func TestUnknownWidthIs80(t *testing.T) {
	if write(t, reporttest.Full(), reports.Options{}) != write(t, reporttest.Full(), reports.Options{Width: 80}) {
		t.Error("width 0 is not 80")
	}
	if write(t, reporttest.Full(), reports.Options{Width: 3}) != write(t, reporttest.Full(), reports.Options{Width: 40}) {
		t.Error("a width below 40 is not taken as 40")
	}
}

// TestForeignTextCannotPaintTheScreen looks for anything that is not visible text, whatever the options. The
// only exceptions are the colours and links of our own.
func TestForeignTextCannotPaintTheScreen(t *testing.T) {
	for _, o := range []reports.Options{{}, {Details: true}, {Color: true}, {Details: true, Color: true, Hyperlinks: true, Width: 200}} {
		text := write(t, hostile(reporttest.Full()), o)
		if o.Color {
			text = sgr.ReplaceAllString(text, "")
		}
		if o.Hyperlinks {
			text = osc8.ReplaceAllString(text, "")
		}
		if !utf8.ValidString(text) {
			t.Errorf("%+v: not UTF-8", o)
		}
		for _, r := range text {
			if r != '\n' && (r < ' ' || !unicode.IsGraphic(r)) {
				t.Fatalf("%+v: U+%04X reached the output", o, r)
			}
		}
	}
}

// hostile puts the hostile label into every text of a report that can come from a device or from data.
func hostile(r *reports.Report) *reports.Report {
	bad := func(texts ...*string) {
		for _, s := range texts {
			*s += reporttest.HostileName
		}
	}
	bad(&r.Verdict.Sentence, &r.Disclaimer, &r.AsOf, &r.Tool.Name, &r.Database.Version, &r.Policies[0].Title, &r.Policies[0].Note, &r.Verdict.Axes[0].Severity)
	for i := range r.Devices {
		d := &r.Devices[i]
		bad(&d.Name, &d.Model, &d.OS, &d.SecurityPatch, &d.Serial, &d.CollectedAt, &d.Users[0], &d.ID)
	}
	for i := range r.Findings {
		f := &r.Findings[i]
		bad(&f.ID, &f.Rule, &f.Title, &f.Reason, &f.Caveat, &f.Axis, &f.Confidence, &f.Subject.Name, &f.Subject.Identifier, &f.Subject.Kind, &f.Subject.Version,
			&f.Subject.Product, &f.Subject.Vendor, &f.Subject.App, &f.Subject.DeviceName)
		f.Subject.Users = []string{reporttest.HostileName}
		for j := range f.Measures {
			m := &f.Measures[j]
			bad(&m.ID, &m.Kind, &m.State, &m.Authority, &m.Jurisdiction, &m.Instrument, &m.Since, &m.Until, &m.Deadline, &m.Scope, &m.Via)
			m.BindsNot = []string{reporttest.HostileName}
			if j == 1 {
				m.Kind = "b\x1b[2J" // short enough to stand beside its text
			}
		}
		for j := range f.Chain {
			l := &f.Chain[j]
			bad(&l.ID, &l.Relation, &l.Kind, &l.Since, &l.Until, &l.Share, &l.Confidence, &l.Note, &l.To)
		}
		for j := range f.Evidence {
			e := &f.Evidence[j]
			bad(&e.Kind, &e.Detail, &e.Reliability, &e.Scanner, &e.Path, &e.SHA256)
		}
		f.Sources = append([]reports.Source{{ID: reporttest.HostileName, Title: reporttest.HostileName, URL: "https://" + reporttest.HostileName, Date: reporttest.HostileName}}, f.Sources...)
		f.Reach = []reports.Reach{{Category: reporttest.HostileName, Permissions: []string{reporttest.HostileName}, Granted: reporttest.HostileName}}
	}
	for i := range r.Gaps {
		g := &r.Gaps[i]
		bad(&g.Scanner, &g.Subject, &g.Kind, &g.Detail, &g.Next, &g.DeviceName)
		g.Samples = []string{reporttest.HostileName}
	}
	for i := range r.Runs {
		bad(&r.Runs[i].Scanner, &r.Runs[i].Target, &r.Runs[i].Detail, &r.Runs[i].Device)
	}
	for i := range r.Apps {
		a := &r.Apps[i]
		bad(&a.Kind, &a.Identifier, &a.Name, &a.Version, &a.Installer, &a.Product)
		a.SHA256 = []string{reporttest.HostileName}
	}
	return r
}

// TestColorsSayNothing checks that without its colours the text is the one that is written without colours.
func TestColorsSayNothing(t *testing.T) {
	for _, details := range []bool{false, true} {
		plain := write(t, reporttest.Full(), reports.Options{Details: details})
		colored := write(t, reporttest.Full(), reports.Options{Details: details, Color: true})
		if !strings.Contains(colored, "\x1b[1;31m") || strings.Contains(plain, "\x1b") {
			t.Error("colours are not where they should be")
		}
		if sgr.ReplaceAllString(colored, "") != plain {
			t.Error("colours change the text")
		}
		for line := range strings.Lines(colored) {
			if strings.Count(line, "\x1b[")%2 != 0 {
				t.Errorf("a colour runs over the end of %q", line)
			}
		}
	}
}

func TestLinks(t *testing.T) {
	r := reporttest.Clean()
	r.Findings[0].Sources = []reports.Source{{ID: "a", URL: "https://example.org/a"}, {ID: "b", URL: "javascript:alert(1)"}, {ID: "c", URL: "https://example.org/\x1b\\x"}}
	text := write(t, r, reports.Options{Details: true, Hyperlinks: true})
	if got := osc8.FindAllString(text, -1); len(got) != 2 || got[0] != "\x1b]8;;https://example.org/a\x1b\\" {
		t.Errorf("links: %q", got)
	}
	if strings.Contains(write(t, r, reports.Options{Details: true}), "\x1b") {
		t.Error("links without being asked for")
	}
}

// TestColumnsLineUp checks that wide and combining characters do not push the next column.
func TestColumnsLineUp(t *testing.T) {
	r := reporttest.Clean()
	r.Apps = nil
	for _, name := range []string{"plain", "微信抖音", "Zu\u0308rich", "🦊 emoji ❤\uFE0F", "한국어", "⟨x⟩…→"} {
		r.Apps = append(r.Apps, reports.App{ID: name, Kind: "deb", Identifier: "i", Name: name, Version: "VERSION"})
	}
	text := write(t, r, reports.Options{Details: true})
	column := -1
	for line := range strings.Lines(text) {
		before, _, ok := strings.Cut(line, "VERSION")
		if !ok {
			continue
		}
		if column >= 0 && safetext.Width(before) != column {
			t.Errorf("column %d, want %d: %s", safetext.Width(before), column, line)
		}
		column = safetext.Width(before)
	}
	if column < 0 {
		t.Fatal("no such column")
	}
}

// TestLocaleChangesNothing: the same report gives the same bytes in a Chinese terminal, for which the table
// library would take … and → as wide.
func TestLocaleChangesNothing(t *testing.T) {
	want := write(t, reporttest.Full(), reports.Options{Details: true})
	twwidth.SetEastAsian(true) // what the library does at start with LANG=zh_CN
	t.Cleanup(func() { twwidth.SetEastAsian(false) })
	if write(t, reporttest.Full(), reports.Options{Details: true}) != want {
		t.Error("the locale changes the bytes")
	}
}

// TestVerdictComesFirst: whoever reads ten lines knows what to do.
func TestVerdictComesFirst(t *testing.T) {
	top := func(r *reports.Report) string {
		return strings.Join(strings.SplitN(write(t, r, reports.Options{}), "\n", 11)[:10], "\n")
	}
	for r, want := range map[*reports.Report][]string{
		reporttest.Full():       {"Proposed for removal: TikTok", "REMOVE      TikTok", "INCOMPLETE"},
		reporttest.Clean():      {"No finding", "NOTHING"},
		reporttest.Incomplete(): {"Nothing was collected", "INCOMPLETE", "what to do"},
		reporttest.Fleet(1000):  {"REMOVE      TikTok on 1,000 devices"},
	} {
		for _, w := range want {
			if !strings.Contains(top(r), w) {
				t.Errorf("%q is not in the first lines:\n%s", w, top(r))
			}
		}
	}
}

// TestEverySourceStandsOnce: details name the sources of findings, measures and chains, each once, and every
// finding names its own.
func TestEverySourceStandsOnce(t *testing.T) {
	r := reporttest.Fleet(3)
	r.Findings[0].Measures[0].Sources = append(r.Findings[0].Measures[0].Sources, reports.Source{ID: "only-measure", URL: "https://example.org/m"})
	r.Findings[1].Chain[0].Sources = []reports.Source{{ID: "only-chain", URL: "https://example.org/c"}}
	text := write(t, r, reports.Options{Details: true, Width: 200})
	for _, f := range r.Findings {
		for _, s := range f.Sources {
			if strings.Count(text, s.URL+"\n") != 1 || strings.Count(text, s.ID) < 2 {
				t.Errorf("%s stands %d times, its address %d times", s.ID, strings.Count(text, s.ID), strings.Count(text, s.URL+"\n"))
			}
		}
	}
	for _, url := range []string{"https://example.org/m", "https://example.org/c"} {
		if !strings.Contains(text, url) {
			t.Errorf("%s is lost", url)
		}
	}
	full := write(t, reporttest.Full(), reports.Options{Details: true, Width: 200})
	if strings.Count(full, "as for the finding \"TikTok is banned") != 1 {
		t.Error("the chain of one app is drawn again for its second finding")
	}
}

// TestNothingCollectedIsNotClean: a report that is not complete says so first, even without a gap or a run.
func TestNothingCollectedIsNotClean(t *testing.T) {
	r := reporttest.Incomplete()
	r.Gaps, r.Runs = nil, nil
	r.Verdict.Complete = false
	if text := write(t, r, reports.Options{}); !strings.Contains(text, "INCOMPLETE  nothing was collected") || strings.Contains(text, "NOTHING  ") {
		t.Error(text)
	}
}

// TestShortFormStaysShort: a thousand devices do not make a thousand blocks.
func TestShortFormStaysShort(t *testing.T) {
	small := strings.Count(write(t, reporttest.Fleet(10), reports.Options{}), "\n")
	large := strings.Count(write(t, reporttest.Fleet(1000), reports.Options{}), "\n")
	if large > small+10 {
		t.Errorf("10 devices take %d lines, 1,000 take %d", small, large)
	}
}

// TestLeftOutIsCounted: where the short form stops, it says how much is missing.
func TestLeftOutIsCounted(t *testing.T) {
	text := write(t, reporttest.Fleet(1000), reports.Options{})
	for _, want := range []string{"1,000 1,000 0 0 1,000", "on 1,000 devices: phone-0000, phone-0001, phone-0002 and 997 more", "1,000 apps", "and 994 more, with --details", "For information only: 1,000 findings"} {
		if !strings.Contains(strings.Join(strings.Fields(text), " "), want) {
			t.Errorf("%q is missing", want)
		}
	}
}

// TestManyKindsOfGapAreCounted: the short form lists the first kinds of each part and counts the others.
func TestManyKindsOfGapAreCounted(t *testing.T) {
	for kind, want := range map[string]string{"blind": "and 18 more, with --details", "skipped": "and 18 more kinds of gap, with --details", "failed": "and 18 more kinds of gap, with --details"} {
		r := reporttest.Clean()
		r.Gaps = nil
		for n := range 30 {
			r.Gaps = append(r.Gaps, reports.Gap{Scanner: "apk", Subject: "x.apk", Kind: kind, Incomplete: kind == "failed", Detail: fmt.Sprintf("Detail %02d.", n)})
		}
		if text := write(t, r, reports.Options{}); !strings.Contains(text, want) || strings.Count(text, "Detail ") != 12 {
			t.Errorf("%s: %q is not in %s", kind, want, text)
		}
		if text := write(t, r, reports.Options{Details: true}); strings.Count(text, "Detail ") != 30 {
			t.Errorf("%s: details hold %d of 30", kind, strings.Count(text, "Detail "))
		}
	}
}

// TestFailedRunsAreExplained: what the first lines announce can be read below.
func TestFailedRunsAreExplained(t *testing.T) {
	for _, details := range []bool{false, true} {
		text := strings.Join(strings.Fields(write(t, reporttest.Full(), reports.Options{Details: details})), " ")
		if !strings.Contains(text, "1 of 2 sources could not be read") || !strings.Contains(text, "the file is cut off: 1,024 of 8,388,608 bytes") {
			t.Errorf("details %t: the failed run is not explained", details)
		}
	}
}

func TestManyProductsMustGo(t *testing.T) {
	r := reporttest.Fleet(1)
	for n := range 30 {
		f := r.Findings[0]
		f.ID = fmt.Sprintf("finding-%d", n)
		f.Subject.Identifier, f.Subject.Product = fmt.Sprintf("com.example.p%02d", n), fmt.Sprintf("p%02d", n)
		r.Findings = append(r.Findings, f)
	}
	text := write(t, r, reports.Options{})
	for n := range 30 {
		if !strings.Contains(text, fmt.Sprintf("com.example.p%02d", n)) {
			t.Errorf("app %d is to be removed and is not named", n)
		}
	}
	if !strings.Contains(text, "Why 21 more apps are listed") {
		t.Error("the reasons that were left out are not counted")
	}
}

// TestFilesAreCounted: several files of one app, on no device, are not one.
func TestFilesAreCounted(t *testing.T) {
	r := reporttest.Incomplete()
	for n := range 14 {
		f := reporttest.Full().Findings[3]
		f.ID = fmt.Sprintf("finding-%d", n)
		f.Subject.Device, f.Subject.DeviceName, f.Subject.App = "", "", fmt.Sprintf("app-%d", n)
		f.Evidence = []reports.Evidence{{Path: fmt.Sprintf("/folder/wechat-%02d.apk", n), Supports: true, Reliability: "A", Credibility: 1}}
		r.Findings = append(r.Findings, f)
	}
	extra := r.Findings[2]
	extra.ID, extra.Title = "finding-extra", "WeChat has no signature"
	r.Findings = append(r.Findings, extra)
	text := strings.Join(strings.Fields(write(t, r, reports.Options{Width: 200})), " ")
	for _, want := range []string{"in 14 files: wechat-00.apk, wechat-01.apk and 12 more", "only in wechat-02.apk"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing in %s", want, text)
		}
	}
}

func TestErrorsOfTheOutputAreReturned(t *testing.T) {
	for _, o := range []reports.Options{{}, {Details: true}} {
		if err := (table.Writer{}).Write(reporttest.FullDisk{}, reporttest.Full(), o); !errors.Is(err, os.ErrClosed) {
			t.Errorf("got %v", err)
		}
	}
	if err := (table.Writer{}).Write(reporttest.FullDisk{}, reporttest.Incomplete(), reports.Options{}); !errors.Is(err, os.ErrClosed) {
		t.Errorf("a report that fits the buffer: got %v", err)
	}
}

func BenchmarkWrite20000Findings(b *testing.B) {
	r := reporttest.Fleet(5000)
	for _, details := range []bool{false, true} {
		b.Run(fmt.Sprintf("details=%t", details), func(b *testing.B) {
			for b.Loop() {
				if err := (table.Writer{}).Write(io.Discard, r, reports.Options{Width: 120, Details: details}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
