// Package sentence puts parts of a report into one line of plain text, for formats that have a field for a text and none for what is in
// it. Foreign text within stays as it is: the writer makes it fit for its format.
//
// What the package cannot see: the reader's language; the texts are English, as those of findings.
package sentence

import (
	"cmp"
	"strconv"
	"strings"

	"quaestor/reports"
)

// Name is what the app of a finding is called: by the device, else by the risk database, else its identifier.
func Name(f *reports.Finding) string {
	return cmp.Or(f.Subject.Name, f.Params["product"], f.Subject.Identifier)
}

// Finding is what was found, why, and what is uncertain about it.
func Finding(f *reports.Finding) string {
	s := f.Title
	if !strings.HasSuffix(s, ".") {
		s += "."
	}
	return joined(s, f.Reason, f.Caveat)
}

// Exception is who approved what, until when, why, and where that is filed.
func Exception(e *reports.Exception) string {
	s := e.ID + ", approved by " + e.ApprovedBy + " until " + e.Until
	if e.Ticket != "" {
		s += " (" + e.Ticket + ")"
	}
	s += ": " + e.Reason
	if e.Justification != "" {
		s = joined(s, "Not affected: "+strings.ReplaceAll(e.Justification, "_", " ")+".")
	}
	return s
}

// Gap is what was not looked at, and what to do about it.
func Gap(g *reports.Gap) string {
	s := g.Subject + ": " + g.Detail
	if g.Count > 1 {
		s += " (" + strconv.Itoa(g.Count) + ")"
	}
	return joined(s, g.Next)
}

// Change is what becomes of a finding under other policies.
func Change(c *reports.Change) string {
	s := c.Kind + ": " + c.Title + " (" + joined(c.Rule, c.PolicyRule) + ", " + joined(c.Subject.Identifier, c.Subject.DeviceName) + ", " + c.Finding + ")"
	if c.Before != nil {
		s += ", before " + grade(c.Before)
	}
	if c.After != nil {
		s += ", now " + grade(c.After)
	}
	return s
}

func grade(g *reports.Graded) string {
	s := g.Severity + ", " + g.Action + ", confidence " + g.Confidence
	if g.Exception != "" {
		s += ", under exception " + g.Exception
	}
	return s
}

// joined puts blanks between what is not empty.
func joined(parts ...string) string {
	var kept []string
	for _, p := range parts {
		if p != "" {
			kept = append(kept, p)
		}
	}
	return strings.Join(kept, " ")
}
