package bill

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"quaestor/reports"
)

// Weakness is a vulnerability of things.
type Weakness struct {
	Ref        string
	ID         string
	Summary    string
	Severity   string // as judged
	Certain    bool
	Affects    []Affected
	Aliases    []string
	References []string
	Ratings    []Rating
	Word       string
	Published  string // RFC 3339, or empty
	Modified   string
	Fixed      []string
	Properties []Property
	Exception  *reports.Exception
}

// Affected is a thing that has it.
type Affected struct{ Ref, Version string }

// Rating is a rating by CVSS.
type Rating struct {
	System, Vector, From string
	Score                float64
}

// except notes which components have findings that somebody has approved: these are things of their own, because the approval
// is not one for the same component elsewhere.
func (p *part) except() {
	for i := range p.r.Findings {
		if f := &p.r.Findings[i]; f.Weak != nil && f.Exception != nil {
			p.excepted[f.Weak.Component.ID] += f.Weak.Vulnerability.ID + " " + f.Exception.ID + "\n"
		}
	}
}

// weaknesses gathers the findings about vulnerable components: those of the same vulnerability with the same answer are one. What
// an earlier device told already of the same thing is not told again.
func (p *part) weaknesses() {
	at := map[string]int{}
	for i := range p.r.Findings {
		f := &p.r.Findings[i]
		if f.Weak == nil {
			p.other++
			continue
		}
		to := p.refs[f.Weak.Component.ID]
		if to == "" && len(p.Things) > 0 {
			to = p.Things[0].Ref
		}
		key := answer(f)
		if to != "" && !p.once(ref("affected", key, to)) {
			continue
		}
		n, known := at[key]
		if !known {
			n = len(p.Weak)
			at[key] = n
			p.Weak = append(p.Weak, weakness(f))
		}
		if to != "" {
			p.Weak[n].Affects = append(p.Weak[n].Affects, Affected{to, exact(f)})
		}
	}
	for i := range p.Weak {
		w := &p.Weak[i]
		parts := []string{w.ID, strconv.FormatBool(w.Certain), w.Severity}
		if w.Exception != nil {
			parts = append(parts, w.Exception.ID)
		}
		for _, a := range w.Affects {
			parts = append(parts, a.Ref)
		}
		w.Ref = ref("vulnerability", parts...)
	}
}

// answer is what tells apart what is said of a vulnerability.
func answer(f *reports.Finding) string {
	key := fmt.Sprintf("%s %t %s", f.Weak.Vulnerability.ID, f.Weak.Certain, f.Severity)
	if f.Exception != nil {
		key += " " + f.Exception.ID
	}
	return key
}

func exact(f *reports.Finding) string {
	if c := f.Weak.Component; c.Exact {
		return c.Version
	}
	return ""
}

func weakness(f *reports.Finding) Weakness {
	x := f.Weak.Vulnerability
	w := Weakness{ID: x.ID, Summary: x.Summary, Severity: f.Severity, Certain: f.Weak.Certain, Aliases: x.Aliases, References: x.References, Word: strings.ToLower(x.Word),
		Published: day(string(x.Published)), Modified: day(string(x.Modified)), Fixed: f.Weak.Fixed, Exception: f.Exception}
	for _, r := range x.Ratings {
		w.Ratings = append(w.Ratings, Rating{r.System, r.Vector, r.From, r.Score})
	}
	add := func(name, value string) { w.Properties = append(w.Properties, Property{"quaestor:" + name, value}) }
	add("severity", f.Severity)
	add("affected", f.Weak.Affected)
	if !f.Weak.Certain {
		add("certain", "false")
	}
	if k := x.Exploited; k != nil {
		add("exploited_since", string(k.Added))
	}
	if l := x.Likelihood; l != nil {
		add("epss", fmt.Sprintf("%.5f", l.Probability))
	}
	return w
}

// day is a whole date as a time.
func day(date string) string {
	if len(date) != len("2006-01-02") {
		return ""
	}
	return date + "T00:00:00Z"
}

// Page is the page of a vulnerability, and who keeps it.
func Page(id string) (name, url string) {
	switch {
	case strings.HasPrefix(id, "CVE-"):
		return "NVD", "https://nvd.nist.gov/vuln/detail/" + id
	case strings.HasPrefix(id, "GHSA-"):
		return "GitHub", "https://github.com/advisories/" + id
	}
	return "OSV", "https://osv.dev/vulnerability/" + id
}

// IsAddress reports whether a text can stand as a web address.
func IsAddress(s string) bool {
	if !strings.HasPrefix(s, "https://") && !strings.HasPrefix(s, "http://") {
		return false
	}
	u, err := url.Parse(s)
	return err == nil && u.Host != "" && !strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r >= 0x7f || strings.ContainsRune("\"<>\\^`{|}", r) })
}
