// Package table writes a report for a person: on a terminal, or in a plain text file.
//
// The short form answers, in this order: what has to be done, on which devices, with which apps and why, what
// was not looked at, and what the answer rests on. With Details it also holds every piece of evidence, source,
// gap, run and app. Findings on many devices are one row that says how many; whatever the short form leaves
// out is counted where it would stand. Of more than a hundred devices it is a page about the fleet: what is on how many, and
// which do not report; it is gathered while the devices come, and keeps none of them.
//
// All text goes through one sanitiser (safetext), so that a label cannot paint the screen. Colours repeat what
// the words say. Nothing is wider than Options.Width, from 40 columns up.
//
// What the package cannot see: the terminal. Whether it is one, its width, and whether colours are wanted is
// told in Options; and a terminal that gives East Asian text other widths than Unicode does will show columns
// out of line.
package table

import (
	"io"

	"quaestor/reports"
)

// Writer writes text for people.
type Writer struct{}

// Name is "table".
func (Writer) Name() string { return "table" }

// Title describes the format.
func (Writer) Title() string { return "text for people; short, or everything with --details" }

// Write writes the report.
func (Writer) Write(w io.Writer, r *reports.Report, o reports.Options) error {
	if len(r.Devices) > manyDevices && !o.Details { // the details are of all of them
		return reports.WriteParts(Writer{}.Begin(w, o), r)
	}
	r = toldApart(r)
	counted, excepted := byException(r.Findings)
	v := &view{page: newPage(w, o), r: r, details: o.Details, choice: choiceOf(o)}
	counted = withoutComponents(counted, &v.components)
	v.apps, v.excepted = groupApps(counted), groupApps(excepted)
	v.verdict()
	v.choose()
	v.devices()
	v.findings()
	if v.choice.shows("update") {
		v.vulnerable()
	}
	v.underException()
	v.whatIf()
	v.why()
	v.chosen()
	v.silentDevices()
	if v.choice.all() {
		v.beside()
	}
	if v.details {
		v.everyFinding()
		if v.choice.shows("update") {
			v.everyVulnerability()
		}
		if v.choice.all() {
			v.everySecurity()
		}
	}
	v.tooOld()
	v.withoutAdvice()
	v.gaps()
	if v.details && v.choice.all() {
		v.everyRun()
		v.everyApp()
	}
	v.about()
	return v.page.flush()
}

// beside is what stands beside the findings.
func (v *view) beside() {
	v.security()
	v.plugged()
	v.phones()
	v.codeReach()
	v.inside()
}

// view is one writing of one report.
type view struct {
	*page
	r       *reports.Report
	details bool
	choice  choice
	graded  bool              // a grade of evidence was shown
	chains  map[string]string // chains and laws that were told, by the title of the finding
	deeper  string            // indent of the facts of a file inside a file
	apps    []*appGroup       // apps with findings, those to act on first

	excepted []*appGroup // with findings under an exception, which do not count

	components components // that are vulnerable

	fleet *fleet // of many devices; nil where all of them are in the report
}
