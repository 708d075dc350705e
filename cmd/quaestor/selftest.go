package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"quaestor/reports/all"
	"quaestor/reports/documents"
	"quaestor/reports/safetext"
	"quaestor/reports/selftest"
	"quaestor/riskdb"
)

const selftestLong = `Selftest plants findings and gaps in a report, writes it in every format of scan -o,
and looks for each of them in what was written. It reads nothing of this computer, and
keeps nothing. Run it after an update, before reports in one form replace another.

Lists of software hold findings about vulnerable components alone, and say how many
others there are.`

func newSelftest(env Env) *cobra.Command {
	var format string
	c := &cobra.Command{
		Use:   "selftest",
		Short: "Check that no format of a report loses a finding or a gap",
		Long:  selftestLong,
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			doc := documents.Selftest{Envelope: document("selftest", riskdb.DateOf(env.Now()), nil), Passed: true}
			for _, w := range all.Writers() {
				r := selftest.Check(w)
				f := documents.SelftestFormat{Name: r.Format, Findings: r.Findings, Gaps: r.Gaps, Counted: r.Left, Lost: append([]string{}, r.Lost...)}
				doc.Formats, doc.Passed = append(doc.Formats, f), doc.Passed && len(f.Lost) == 0
			}
			if err := writeSelftest(env, doc, format); err != nil {
				return err
			}
			if !doc.Passed {
				return &exitError{code: ExitFindings}
			}
			return nil
		},
	}
	textOrJSON(c, &format)
	return c
}

func writeSelftest(env Env, doc documents.Selftest, format string) error {
	if format == "json" {
		return writeJSON(env.Stdout, doc)
	}
	fmt.Fprintf(env.Stdout, "%12s  findings  gaps\n", "format")
	for _, f := range doc.Formats {
		result := "all there"
		if f.Counted > 0 {
			result += fmt.Sprintf("; %d findings are counted, not listed", f.Counted)
		}
		if n := len(f.Lost); n > 0 {
			result = fmt.Sprintf("LOST %d, the first: %s", n, safetext.Escape(f.Lost[0]))
		}
		fmt.Fprintf(env.Stdout, "%12s  %8d  %4d  %s\n", f.Name, f.Findings, f.Gaps, result)
	}
	last := "No format loses anything."
	if !doc.Passed {
		last = "Do not rely on the formats that lost something; report it with what is above."
	}
	_, err := fmt.Fprintln(env.Stdout, last)
	return err
}
