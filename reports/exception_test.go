package reports_test

import (
	"bytes"
	"strings"
	"testing"

	"quaestor/reports"
	"quaestor/riskdb"
	"quaestor/scanners/inventory"
)

// reported judges one phone with TikTok and Signal by the packs, and reports it.
func reported(t *testing.T, packs ...*riskdb.Policy) *reports.Report {
	t.Helper()
	db, err := riskdb.Load()
	if err != nil {
		t.Fatal(err)
	}
	p, err := db.Compose(riskdb.Selection{Packs: packs})
	if err != nil {
		t.Fatal(err)
	}
	inv := inventory.New()
	inv.Devices = []inventory.Device{{ID: "d1", Platform: inventory.Android, Name: "phone-1"}}
	for _, pkg := range []string{"com.zhiliaoapp.musically", "org.thoughtcrime.securesms"} {
		inv.Apps = append(inv.Apps, inventory.App{ID: "app-" + pkg, Device: "d1", Platform: inventory.Android, IdentifierKind: inventory.AndroidPackage,
			Identifier: pkg, Installer: "com.android.vending", InstallerKnown: true})
	}
	return reports.New(reports.Tool{Name: "quaestor"}, db, inv, riskdb.Assess(db, p, inv, "2026-11-22"))
}

func excepting(rules ...string) *riskdb.Policy {
	return &riskdb.Policy{ID: "ours", Title: "Ours", Extends: []string{"be"},
		Exceptions: []riskdb.Exception{{ID: "press", ApprovedBy: "College of Quaestors", Reason: "Press work.", Ticket: "IT-1", Until: "2027-05-31", Products: []string{"tiktok"}, Rules: rules}}}
}

// TestExceptedIsShownAndNotCounted: in every format the finding is there, with who approved it; it leaves the verdict.
func TestExceptedIsShownAndNotCounted(t *testing.T) {
	r := reported(t, excepting())
	v := r.Verdict
	if v.Status != reports.StatusClean || v.Excepted != len(r.Findings) || v.Excepted < 3 || len(v.BySeverity)+len(v.ByAction) != 0 || strings.Contains(v.Sentence, "TikTok") {
		t.Errorf("verdict %+v with %d findings", v, len(r.Findings))
	}
	for _, a := range v.Axes {
		if a.Severity != "none" {
			t.Errorf("axis %+v", a)
		}
	}
	for _, w := range tellers() {
		for _, details := range []bool{false, true} {
			var b bytes.Buffer
			if err := w.Write(&b, r, reports.Options{Width: 200, Details: details}); err != nil {
				t.Fatal(err)
			}
			for _, want := range []string{"TikTok", "College of Quaestors", "2027-05-31", "IT-1", "Press work."} {
				if !strings.Contains(b.String(), want) {
					t.Errorf("%s, details %v: no %q", w.Name(), details, want)
				}
			}
		}
	}
}

// TestAnExceptionOfOneRule leaves the other findings where they were.
func TestAnExceptionOfOneRule(t *testing.T) {
	r := reported(t, excepting("ban"))
	if v := r.Verdict; v.Status != reports.StatusFindings || v.Excepted != 1 || v.ByAction["remove"] != 0 || v.BySeverity["medium"] == 0 || strings.Contains(v.Sentence, "removal") {
		t.Errorf("verdict %+v", v)
	}
}

// TestFindingsAboutAnException are about no app, and in every format.
func TestFindingsAboutAnException(t *testing.T) {
	p := excepting()
	p.Exceptions[0].Until = "2026-05-31"
	r := reported(t, p)
	n := 0
	for _, f := range r.Findings {
		if f.Subject.Kind == reports.ExceptionKind {
			n++
			if f.Rule != riskdb.RuleExceptionExpired || f.Subject.Identifier != "press" || f.Subject.App != "" || f.Subject.Device != "" {
				t.Errorf("%+v", f)
			}
		}
	}
	if n != 1 || r.Verdict.Excepted != 0 || r.Verdict.ByAction["remove"] == 0 {
		t.Errorf("%d findings about the exception, verdict %+v", n, r.Verdict)
	}
	for _, w := range tellers() {
		var b bytes.Buffer
		if err := w.Write(&b, r, reports.Options{Width: 200}); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(b.String(), "Exception press") {
			t.Errorf("%s does not show it", w.Name())
		}
	}
}

func TestCompare(t *testing.T) {
	nobody, home := &riskdb.Policy{ID: "nobody", Title: "Nobody"}, &riskdb.Policy{ID: "home", Title: "Home", Extends: []string{"be"}}
	graded := &riskdb.Policy{ID: "graded", Title: "Graded", Extends: []string{"be"}, Severity: []riskdb.SeverityOverride{{Rule: "ban", Severity: riskdb.Low}}}
	for name, c := range map[string]struct {
		with, against *riskdb.Policy
		want          string
	}{
		"gained":            {home, nobody, "gained:ban"},
		"lost":              {nobody, home, "lost:ban"},
		"graded otherwise":  {graded, home, "changed:ban"},
		"an exception more": {excepting("ban"), home, "changed:ban"},
		"the same":          {home, home, ""},
	} {
		t.Run(name, func(t *testing.T) {
			r := reported(t, c.with)
			r.Compare(reported(t, c.against))
			got := map[string]bool{}
			for _, x := range r.WhatIf.Changes {
				got[x.Kind+":"+x.Rule] = true
				if (x.Before == nil) != (x.Kind == reports.Gained) || (x.After == nil) != (x.Kind == reports.Lost) {
					t.Errorf("%+v", x)
				}
			}
			if c.want == "" && len(got) > 0 || c.want != "" && !got[c.want] {
				t.Errorf("got %v, want %q", got, c.want)
			}
			for _, w := range tellers() {
				var b bytes.Buffer
				if err := w.Write(&b, r, reports.Options{Width: 200}); err != nil {
					t.Fatal(err)
				}
				for _, x := range r.WhatIf.Changes {
					if !strings.Contains(strings.ToLower(b.String()), x.Kind) {
						t.Errorf("%s does not show %s", w.Name(), x.Kind)
					}
				}
			}
		})
	}
}

func TestPositionsInTheReport(t *testing.T) {
	r := reported(t, &riskdb.Policy{ID: "a", Title: "A", Authorities: []string{"be-federal", "be-chamber"}}, &riskdb.Policy{ID: "b", Title: "B", Authorities: []string{"nl-government"}}, &riskdb.Policy{ID: "c", Title: "C", Authorities: []string{"fr-government"}})
	for _, f := range r.Findings {
		if f.Rule != "ban" {
			continue
		}
		var texts []string
		for _, p := range f.Positions {
			texts = append(texts, p.Text)
		}
		all := strings.Join(texts, "; ")
		for _, want := range []string{"be-federal: banned since 2023-03-10", "be-chamber: urged to leave since 2023-05-11", "nl-government: discouraged since 2023-03-21"} {
			if !strings.Contains(all, want) {
				t.Errorf("%q has no %q", all, want)
			}
		}
		return
	}
	t.Error("no ban")
}
