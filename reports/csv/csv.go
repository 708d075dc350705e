// Package csv writes a report as a table for spreadsheets: one row a finding, then one a gap, one for each security software, and the limits
// of the report.
//
// It is CSV as RFC 4180 has it, UTF-8 with a byte order mark, because a spreadsheet takes names like 微信 for another code page without
// one; programs read it as "utf-8-sig". A spreadsheet runs a cell as a formula that begins with =, +, -, @ or a character that it takes for
// one of these: such a cell has an apostrophe before it, which is all that is added. What cannot be seen is written out, as ⟨U+202E⟩, and a cell
// is never longer than spreadsheets take: [MaxCell] characters, the cut is marked.
//
// What the package cannot see: what a spreadsheet makes of dates and long numbers when the file is opened without being imported as text.
package csv

import (
	"encoding/csv"
	"io"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"quaestor/reports"
	"quaestor/reports/safetext"
)

// MaxCell is how many characters a cell has at most; spreadsheets take 32,767.
const MaxCell = 32_000

// Writer writes CSV.
type Writer struct{}

// Name is "csv".
func (Writer) Name() string { return "csv" }

// Title describes the format.
func (Writer) Title() string { return "a row for each finding and gap, for spreadsheets" }

// Write writes a whole report.
func (x Writer) Write(w io.Writer, r *reports.Report, o reports.Options) error {
	return reports.WriteParts(x.Begin(w, o), r)
}

// Begin begins a table whose devices come one after the other.
func (Writer) Begin(w io.Writer, _ reports.Options) reports.Parts {
	t := &table{w: w, rows: csv.NewWriter(w)}
	t.rows.UseCRLF = true
	return t
}

type table struct {
	w     io.Writer
	rows  *csv.Writer
	begun bool
	err   error
}

// row is what one row tells, by column.
type row map[string]string

// Columns are the names of the columns, in their order. A new one comes last.
var Columns = []string{"row", "action", "severity", "confidence", "axis", "title", "app", "identifier", "identifier_kind", "version", "product", "vendor", "device_name", "device", "users",
	"reason", "caveat", "rule", "measures", "deadline", "state", "laws", "vulnerability", "fixed_in", "exception", "exception_until", "evidence", "sources", "subject", "kind", "incomplete", "count", "next", "path", "id", "as_of"}

func (t *table) add(r row) {
	if t.err != nil {
		return
	}
	if !t.begun {
		t.begun = true
		if _, t.err = io.WriteString(t.w, "\uFEFF"); t.err != nil {
			return
		}
		t.err = t.rows.Write(Columns)
	}
	cells := make([]string, len(Columns))
	for i, name := range Columns {
		cells[i] = Cell(r[name])
	}
	if t.err == nil {
		t.err = t.rows.Write(cells)
	}
}

// Part takes the report of one device.
func (t *table) Part(r *reports.Report) error {
	t.of(r)
	return t.err
}

func (t *table) of(r *reports.Report) {
	for i := range r.Findings {
		t.add(finding(&r.Findings[i], r.AsOf))
	}
	for i := range r.Gaps {
		t.add(gap(&r.Gaps[i], r.AsOf))
	}
	for i := range r.SecuritySoftware {
		t.add(software(&r.SecuritySoftware[i], r.AsOf))
	}
	if r.WhatIf != nil {
		for i := range r.WhatIf.Changes {
			t.add(change(&r.WhatIf.Changes[i], r.AsOf))
		}
	}
}

// Close writes what belongs to no device, and the limits.
func (t *table) Close(rest *reports.Report) error {
	t.of(rest)
	t.add(row{"row": "verdict", "title": rest.Verdict.Sentence, "kind": rest.Verdict.Status, "incomplete": strconv.FormatBool(!rest.Verdict.Complete), "count": strconv.Itoa(rest.Verdict.Findings), "as_of": rest.AsOf})
	t.add(row{"row": "basis", "title": "risk database " + rest.Database.Version, "id": rest.Database.SHA256, "as_of": rest.AsOf})
	t.add(row{"row": "limits", "title": rest.Disclaimer, "as_of": rest.AsOf})
	if t.err == nil {
		t.rows.Flush()
		t.err = t.rows.Error()
	}
	return t.err
}

// Cell is a text as a cell may show it.
func Cell(s string) string {
	lines := strings.Split(s, "\n")
	for i := range lines {
		lines[i] = safetext.Escape(strings.TrimSuffix(lines[i], "\r"))
	}
	s = strings.Join(lines, "\n")
	if utf8.RuneCountInString(s) > MaxCell {
		s = string([]rune(s)[:MaxCell]) + "…"
	}
	if begins(s) {
		return "'" + s
	}
	return s
}

// begins reports whether a spreadsheet could take a text for a formula: some step over blanks, and take wide forms of the characters for
// them.
func begins(s string) bool {
	s = strings.TrimLeftFunc(s, func(r rune) bool { return unicode.IsSpace(r) || r == '"' })
	r, _ := utf8.DecodeRuneInString(s)
	return strings.ContainsRune("=+-@|%＝＋－＠−", r) && s != ""
}
