package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"text/tabwriter"
)

// sheet holds the series of several tools on the same files.
type sheet struct{ rows []series }

func newSheet(tools []tool) *sheet {
	s := new(sheet)
	for _, t := range tools {
		s.rows = append(s.rows, series{tool: t})
	}
	return s
}

// of is the series of one tool.
func (s *sheet) of(name string) *series {
	for i := range s.rows {
		if s.rows[i].name == name {
			return &s.rows[i]
		}
	}
	return new(series)
}

// add adds the medians of other files; of memory the largest.
func (s *sheet) add(other *sheet) {
	for i := range s.rows {
		row := &s.rows[i]
		if len(row.samples) == 0 {
			row.samples = []sample{{}}
		}
		sum, more := &row.samples[0], &other.rows[i]
		sum[wall] += more.median(wall)
		sum[cpu] += more.median(cpu)
		sum[memory] = max(sum[memory], more.median(memory))
	}
}

// print shows the medians and their ratios to floor.
func (s *sheet) print(out io.Writer, title string) {
	if info, err := os.Stat(title); err == nil {
		title = fmt.Sprintf("%s, %.1f MB", filepath.Base(title), float64(info.Size())/1e6)
	}
	fmt.Fprintln(out, title)
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "tool\twall ms\tx floor\tcpu ms\tpeak MB\t\t")
	floor := s.of("floor").median(wall)
	for i := range s.rows {
		r := &s.rows[i]
		fmt.Fprintf(w, "%s\t%.1f\t%.2f\t%.1f\t%.0f\t%s\t\n", r.name, r.median(wall)/1e6, r.median(wall)/floor, r.median(cpu)/1e6, r.median(memory)/1e6, r.note)
	}
	w.Flush()
	fmt.Fprintln(out)
}

// bars says whether the limits of time, as a multiple of floor, and of memory in megabytes are kept.
func (s *sheet) bars(out io.Writer, times, megabytes float64) {
	q := s.of("quaestor")
	fmt.Fprintf(out, "  bars: %.1f x floor: %s; %.0f MB: %s\n\n", times, kept(q.median(wall) <= times*s.of("floor").median(wall)),
		megabytes, kept(q.median(memory) <= megabytes*1e6))
}

func kept(ok bool) string {
	if ok {
		return "kept"
	}
	return "MISSED"
}
