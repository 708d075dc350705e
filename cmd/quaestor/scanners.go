package main

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"quaestor/reports/documents"
	"quaestor/reports/safetext"
	"quaestor/riskdb"
	"quaestor/scanners"
	"quaestor/scanners/all"
	"quaestor/scanners/inventory"
)

const scannersLong = `Scanners lists everything that can be scanned, grouped by the system it is about: what
each scanner reads, what stands before the colon to force it (the prefix), where it
works, and what it can never see there. With the ID of one, or a part of it, all is
shown that it says of itself.`

const scannersExample = `  quaestor scanners                 all, as a table
  quaestor scanners host/dpkg       one of them in full
  quaestor scanners windows         those with windows in their ID, in full
  quaestor scanners -o json         for programs`

func newScanners(env Env) *cobra.Command {
	var format string
	c := &cobra.Command{
		Use:     "scanners [ID]",
		Short:   "List what can be scanned, and what each scanner cannot see",
		Long:    scannersLong,
		Example: scannersExample,
		Args:    cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			list, err := chosenScanners(args)
			switch {
			case err != nil:
				return err
			case format == "json":
				return writeJSON(env.Stdout, scannersDocument(env, list))
			case len(args) == 0:
				writeScanners(env, list)
			default:
				writeScannersInFull(env, list)
			}
			return nil
		},
	}
	textOrJSON(c, &format)
	return c
}

// chosenScanners are all of them, the one with an ID, or those whose IDs hold it.
func chosenScanners(args []string) ([]scanners.Scanner, error) {
	list := all.Scanners()
	if len(args) == 0 {
		return list, nil
	}
	var exact, partly []scanners.Scanner
	for _, s := range list {
		switch i := s.Info(); {
		case i.ID == args[0]:
			exact = append(exact, s)
		case strings.Contains(i.ID, args[0]) || i.Kind == strings.TrimSuffix(args[0], ":"):
			partly = append(partly, s)
		}
	}
	if len(exact) > 0 {
		return exact, nil
	}
	if len(partly) > 0 && args[0] != "" {
		return partly, nil
	}
	return nil, usageError("there is no scanner %q; quaestor scanners lists them", args[0])
}

// writeScanners is the overview: a table for each system, as wide as the screen allows.
func writeScanners(env Env, list []scanners.Scanner) {
	page := min(max(width(env), pageWidth), maxTable)
	id := 0
	for _, s := range list {
		id = max(id, len(s.Info().ID))
	}
	columns := []int{id, (page - id - 6) * 2 / 5, 0}
	columns[2] = page - id - 6 - columns[1]
	for i, g := range scanners.Grouped(list) {
		if i > 0 {
			fmt.Fprintln(env.Stdout)
		}
		fmt.Fprintln(env.Stdout, strings.ToUpper(g.Title))
		writeRow(env, columns, []string{"SCANNER"}, []string{"READS"}, []string{"CANNOT SEE"})
		fmt.Fprintln(env.Stdout, "  "+strings.Repeat("─", page-2))
		for _, info := range g.Scanners {
			writeRow(env, columns, []string{info.ID, info.Kind + ": " + inShort(info)}, readsIn(info), listed(info.CannotSee))
		}
	}
	fmt.Fprintf(env.Stdout, "\n%s\n", wrap("Below the name stands the prefix that forces a kind, as in apk:FILE; without it the kind is found by content. Live: the running computer "+
		"of that system, or a phone on the cable of any. Files, and copies of a computer's volume, are read on every system. All of a scanner: quaestor scanners ID.", 0, pageWidth))
}

// maxTable is how wide the overview gets: longer lines are hard to follow.
const maxTable = 160

func readsIn(i scanners.Info) []string {
	out := []string{capital(i.Title)}
	if n := len(i.Platforms); n > 1 && n < len(scanners.Platforms()) {
		out = append(out, "("+i.Of()+")")
	}
	return out
}

// inShort says in two words whether a scanner reads what runs, or files, or both.
func inShort(i scanners.Info) string {
	switch {
	case len(i.Live) == 0:
		return "files"
	case i.OnlyLive:
		return "live"
	}
	return "live, files"
}

func capital(text string) string {
	r, n := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(r)) + text[n:]
}

// listed are sentences as points of a list.
func listed(points []string) []string {
	var out []string
	for _, p := range points {
		out = append(out, "- "+capital(strings.TrimSuffix(p, ".")))
	}
	return out
}

// marked are formats and names as points of a list, as they are.
func marked(points []string) []string {
	var out []string
	for _, p := range points {
		out = append(out, "- "+p)
	}
	return out
}

// writeRow writes cells of paragraphs beside each other.
func writeRow(env Env, widths []int, cells ...[]string) {
	columns, height := make([][]string, len(cells)), 0
	for i, cell := range cells {
		for _, para := range cell {
			columns[i] = append(columns[i], paragraph(para, widths[i])...)
		}
		height = max(height, len(columns[i]))
	}
	for line := range height {
		var b strings.Builder
		for i, column := range columns {
			text := ""
			if line < len(column) {
				text = column[line]
			}
			b.WriteString("  " + text + strings.Repeat(" ", max(widths[i]-safetext.Width(text), 0)))
		}
		fmt.Fprintln(env.Stdout, strings.TrimRight(b.String(), " "))
	}
}

// paragraph wraps a paragraph; that of a list hangs behind its mark.
func paragraph(para string, width int) []string {
	text, point := strings.CutPrefix(para, "- ")
	if !point {
		return safetext.Wrap(para, width)
	}
	lines := safetext.Wrap(text, width-2)
	for i := range lines {
		lines[i] = map[bool]string{true: "- ", false: "  "}[i == 0] + lines[i]
	}
	return lines
}

// writeScannersInFull shows everything that scanners say of themselves.
func writeScannersInFull(env Env, list []scanners.Scanner) {
	for n, s := range list {
		i := s.Info()
		if n > 0 {
			fmt.Fprintln(env.Stdout)
		}
		fmt.Fprintf(env.Stdout, "%s: %s\n", i.ID, i.Title)
		field(env, "About", []string{i.Of()})
		field(env, "Prefix", []string{i.Kind + ":"})
		field(env, "Works on", []string{i.Works()})
		field(env, "Reads", marked(i.Reads))
		field(env, "Names", nonEmpty(strings.Join(i.Extensions, ", ")))
		field(env, "Cannot see", listed(i.CannotSee))
	}
}

func nonEmpty(s string) []string {
	if s == "" {
		return nil
	}
	return []string{s}
}

// field writes a name and beside it paragraphs.
func field(env Env, name string, paras []string) {
	page := min(max(width(env), pageWidth), maxTable)
	const names = 12
	if len(paras) > 0 {
		writeRow(env, []int{names, page - names - 4}, []string{name}, paras)
	}
}

func scannersDocument(env Env, list []scanners.Scanner) documents.Scanners {
	out := documents.Scanners{Envelope: document("scanners", riskdb.DateOf(env.Now()), nil), Scanners: []documents.Scanner{}}
	for _, s := range list {
		i := s.Info()
		out.Scanners = append(out.Scanners, documents.Scanner{ID: i.ID, Kind: i.Kind, Title: i.Title, Reads: slices.Clone(i.Reads), CannotSee: append([]string{}, i.CannotSee...),
			Platforms: platformIDs(i.Platforms), Live: platformIDs(i.Live), OnlyLive: i.OnlyLive, Extensions: append([]string{}, i.Extensions...)})
	}
	return out
}

func platformIDs(list []inventory.Platform) []string {
	out := []string{}
	for _, p := range list {
		out = append(out, string(p))
	}
	return out
}
