package markdown

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"

	"quaestor/reports"
	"quaestor/reports/internal/sentence"
	"quaestor/reports/safetext"
)

// subject is what a finding is about. Code shows a text as code.
func subject(f *reports.Finding, code func(string) string) string {
	s, name := &f.Subject, sentence.Name(f)
	switch {
	case s.Kind == reports.DeviceKind:
		return "the device"
	case name == s.Identifier:
		return strings.TrimSpace(code(s.Identifier) + " " + Escape(s.Version))
	}
	return strings.TrimSpace(Escape(name) + " " + code(s.Identifier) + " " + Escape(s.Version))
}

// on is where it is.
func on(s *reports.Subject, code func(string) string) string {
	where := Escape(s.DeviceName)
	if where == "" && s.Path != "" {
		where = code(s.Path)
	}
	if s.DeviceCount > 0 {
		where += fmt.Sprintf(" (%d devices)", s.DeviceCount)
	}
	if len(s.Users) > 0 {
		where += ", users " + Escape(strings.Join(s.Users, ", "))
	}
	return where
}

// explain tells all of a finding.
func (t *text) explain(f *reports.Finding) {
	t.say(why, "### %s\n\n", Escape(f.Title))
	t.say(why, "%s%s. Severity %s, confidence %s, %s; proposal: %s. Rule %s, finding %s.\n\n", subject(f, Code), prefixed(" on ", on(&f.Subject, Code)), Escape(f.Severity), Escape(f.Confidence), Escape(f.Axis), Escape(f.Action), Code(strings.TrimSpace(f.Rule+" "+f.PolicyRule)), Code(f.ID))
	for _, s := range []string{f.Reason, f.Caveat} {
		if s != "" {
			t.say(why, "%s\n\n", Escape(s))
		}
	}
	if e := f.Exception; e != nil {
		t.say(why, "- Exception %s\n", Escape(sentence.Exception(e)))
	}
	for _, m := range f.Measures {
		t.say(why, "- %s: %s, since %s%s (%s)\n", Escape(m.Authority), Escape(m.Instrument), Escape(m.Since), prefixed(", deadline ", Escape(m.Deadline)), Code(m.ID))
	}
	for _, l := range f.Chain {
		t.say(why, "- %s %s %s (%s)\n", Escape(l.From), Escape(l.Relation), Escape(l.To), Escape(l.Confidence))
	}
	for _, x := range f.Reach {
		t.say(why, "- Opens %s, granted: %s\n", Escape(x.Category), Escape(x.Granted))
	}
	if v := f.Vulnerability; v != nil {
		t.say(why, "- %s in %s, fixed in %s\n", Escape(strings.Join(append([]string{v.ID}, v.Aliases...), ", ")), Code(f.Component.PURL), Escape(strings.Join(v.Fixed, ", ")))
	}
	for _, e := range f.Evidence {
		word := "Evidence"
		if !e.Supports {
			word = "Evidence against"
		}
		t.say(why, "- %s (%s%d): %s%s\n", word, Escape(e.Reliability), e.Credibility, Escape(e.Detail), prefixed(", ", path(e.Path, e.Line)))
	}
	for _, s := range f.Sources {
		t.say(why, "- Source: %s\n", link(s))
	}
	t.say(why, "\n")
}

func (t *text) security(s *reports.SecuritySoftware) {
	law := ""
	if s.Reach != nil {
		law = s.Reach.Name
	}
	vendor := s.VendorName
	if vendor == "" {
		vendor = s.StatedVendor
	}
	t.say(software, "| %s | %s | %s | %s | %s | %s | %s |\n", Escape(s.Name), Escape(s.Kind), Escape(vendor), Escape(s.State), Escape(law), Escape(s.Confidence), cell(s.ID))
}

func prefixed(before, s string) string {
	if s == "" {
		return ""
	}
	return before + s
}

func path(p string, line int) string {
	switch {
	case p == "":
		return ""
	case line > 0:
		return fmt.Sprintf("%s line %d", Code(p), line)
	}
	return Code(p)
}

// link is a source, as a link where its address is one of the web.
func link(s reports.Source) string {
	u, err := url.Parse(s.URL)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
		return Escape(s.Title)
	}
	return "[" + Escape(s.Title) + "](<" + strings.NewReplacer("<", "%3C", ">", "%3E", "\\", "%5C", "\n", "%0A", "|", "%7C").Replace(u.String()) + ">)"
}

// markup are the characters that mean something within a line.
var markup = strings.NewReplacer("\\", "\\\\", "`", "\\`", "*", "\\*", "_", "\\_", "[", "\\[", "]", "\\]", "<", "&lt;", ">", "&gt;", "|", "\\|", "~", "\\~", "&", "&amp;",
	"@", "&#64;", "://", "&#58;//", "www.", "www&#46;", "WWW.", "WWW&#46;", "$", "\\$")

// numbered is what begins an item of a numbered list.
var numbered = regexp.MustCompile(`^[0-9]+[.)]`)

// Escape is a text on one line in which nothing is markup.
func Escape(s string) string {
	s = markup.Replace(safetext.Escape(strings.Join(strings.Fields(s), " ")))
	if s != "" && strings.IndexByte("#+-=.:!", s[0]) >= 0 {
		s = "\\" + s
	}
	if m := numbered.FindStringIndex(s); m != nil && (m[1] == len(s) || s[m[1]] == ' ') {
		s = s[:m[1]-1] + "\\" + s[m[1]-1:]
	}
	return s
}

// cell is [Code] in a table. A bar ends a cell even within code, and whether a backslash before it helps depends on the reader.
func cell(s string) string {
	if strings.ContainsAny(s, "|\\") {
		return Escape(s)
	}
	return Code(s)
}

// Code is a text as code, in which there is no markup.
func Code(s string) string {
	s = safetext.Escape(s)
	if strings.TrimSpace(s) == "" {
		return ""
	}
	fence := "`"
	for strings.Contains(s, fence) {
		fence += "`"
	}
	pad := ""
	if strings.HasPrefix(s, "`") || strings.HasSuffix(s, "`") {
		pad = " "
	}
	return fence + pad + s + pad + fence
}
