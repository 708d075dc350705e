package main

import (
	"context"
	"fmt"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"text/tabwriter"
)

// fleets are the forms of exports that are measured, by the names that the program exports has for them.
var fleets = []struct {
	form, of string // what is counted
	counts   []int
}{
	{"amapi", "devices", []int{2_500, 5_000, 10_000, 20_000}},
	{"intune-json", "rows", []int{25_000, 50_000, 100_000, 200_000}},
	{"intune-csv", "rows", []int{25_000, 50_000, 100_000, 200_000}},
}

// fleetPart measures scans of generated exports against reading them alone: the time must grow no faster than the export, and the
// memory not at all.
func fleetPart(ctx context.Context, out io.Writer, s settings) error {
	if _, err := os.Stat(s.exports); err != nil {
		return fmt.Errorf("%w; `make bench-fleet` builds it", err)
	}
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	for _, f := range fleets {
		if err := fleet(ctx, out, s, dir, f.form, f.of, f.counts); err != nil {
			return err
		}
	}
	return nil
}

// fleet measures exports of one form and growing size, and the largest once more compressed.
func fleet(ctx context.Context, out io.Writer, s settings, dir, form, of string, counts []int) error {
	fmt.Fprintf(out, `exports, generated: %s
  standard: encoding/json or encoding/csv decodes every row into what the scanner wants of it, on one processor, and throws it away
  own: the decoder of the scanner, and the facts of each device, on one processor
  quaestor: a whole scan, with start, judging and a table; ndjson: the same with every line of -o ndjson; both on all processors
  x standard, x own: times what those take. cpu is the time of all processors, and does not depend on how many there are.
`, form)
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, of+"\tMB\tstandard ms\town ms\tquaestor ms\tx standard\tx own\tndjson ms\tx own\tcpu: standard ms\town ms\tquaestor ms\tx standard\tx own\tndjson ms\tx own\tpeak MB\t")
	lines := []line{{name: "standard library, decoding", colour: "#888"}, {name: "own decoder, facts", colour: "#06c"}, {name: "quaestor scan", colour: "#c30"}, {name: "quaestor scan -o ndjson", colour: "#090"}}
	sums := make([]line, len(lines))
	for i, n := range append(counts, counts[len(counts)-1]) {
		count, end := max(1, int(float64(n)*s.scale)), ""
		if i == len(counts) {
			end = ".gz"
		}
		sheet, size, err := export(ctx, s, dir, form, count, end)
		if err != nil {
			return err
		}
		fleetRow(w, strconv.Itoa(count)+end, size, sheet)
		for k := range sheet.rows {
			if end == "" {
				lines[k].at = append(lines[k].at, [2]float64{float64(count), sheet.rows[k].median(wall) / 1e6})
				sums[k].at = append(sums[k].at, [2]float64{float64(count), sheet.rows[k].median(cpu) / 1e6})
			}
		}
	}
	w.Flush()
	for k, l := range lines {
		fmt.Fprintf(out, "  %s: time grows with %s to the power of %.2f, processor time %.2f\n", l.name, of, exponent(l.at), exponent(sums[k].at))
	}
	if err := os.MkdirAll(filepath.Dir(s.plot), 0o755); err != nil {
		return err
	}
	plot := filepath.Join(filepath.Dir(s.plot), "fleet-"+form+".svg")
	if err := os.WriteFile(plot, []byte(chart(of+" of the export; upwards: ms", "%.0f", lines)), 0o644); err != nil {
		return err
	}
	fmt.Fprintf(out, "  plotted in %s\n\n", plot)
	return nil
}

// export makes an export, measures who reads it in turn, and deletes it.
func export(ctx context.Context, s settings, dir, form string, count int, end string) (*sheet, int64, error) {
	file := filepath.Join(dir, form+end)
	defer os.Remove(file)
	making := exec.CommandContext(ctx, s.exports, "make", form, strconv.Itoa(count), file)
	making.Stderr = os.Stderr
	if err := making.Run(); err != nil {
		return nil, 0, err
	}
	info, err := os.Stat(file)
	if err != nil {
		return nil, 0, err
	}
	sheet := newSheet([]tool{
		{name: "standard", argv: []string{s.exports, "standard", form}},
		{name: "own", argv: []string{s.exports, "own", form}},
		// 1: findings; 3: devices that tell no apps, which the report says.
		{name: "quaestor", argv: []string{s.quaestor, "scan", "-o", "table=" + os.DevNull}, ends: []int{1, 3}},
		{name: "ndjson", argv: []string{s.quaestor, "scan", "-o", "ndjson=" + os.DevNull}, ends: []int{1, 3}},
	})
	return sheet, info.Size(), sheet.measure(ctx, min(s.runs, slowRuns), []string{file})
}

func fleetRow(w io.Writer, count string, size int64, sheet *sheet) {
	fmt.Fprintf(w, "%s\t%.1f\t", count, float64(size)/1e6)
	standard, own, q, lines := sheet.of("standard"), sheet.of("own"), sheet.of("quaestor"), sheet.of("ndjson")
	for _, what := range []int{wall, cpu} {
		a, b, c, d := standard.median(what), own.median(what), q.median(what), lines.median(what)
		fmt.Fprintf(w, "%.0f\t%.0f\t%.0f\t%.2f\t%.2f\t%.0f\t%.2f\t", a/1e6, b/1e6, c/1e6, c/a, c/b, d/1e6, d/b)
	}
	fmt.Fprintf(w, "%.0f\t\n", max(q.median(memory), lines.median(memory))/1e6)
}

// exponent is the power of what is across with which points grow upwards, fitted to their logarithms: 1 where they are proportional,
// 2 where twice as much takes four times as long.
func exponent(points [][2]float64) float64 {
	var x, y, xx, xy float64
	for _, p := range points {
		a, b := math.Log(p[0]), math.Log(p[1])
		x, y, xx, xy = x+a, y+b, xx+a*a, xy+a*b
	}
	n := float64(len(points))
	return (n*xy - x*y) / (n*xx - x*x)
}
