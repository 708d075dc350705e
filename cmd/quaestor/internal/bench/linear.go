package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"
)

// point is what an APK of some size costs.
type point struct {
	megabytes, floor, quaestor float64 // the times in milliseconds
}

// linearPart measures generated APKs of one to sixteen times a size. Cost per megabyte that stays the same, or
// falls, is cost linear in bytes.
func linearPart(ctx context.Context, out io.Writer, s settings) error {
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	fmt.Fprintln(out, "cost against size, generated")
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "classes\tMB\tfloor ms\tquaestor ms\tper MB\tpeak MB\t")
	var points []point
	for _, times := range []int{1, 2, 4, 8, 16} {
		file, err := generate(ctx, s, dir, 5_000*times, max(1, times))
		if err != nil {
			return err
		}
		info, err := os.Stat(file)
		if err != nil {
			return err
		}
		sheet := newSheet(ours(s))
		if err := sheet.measure(ctx, min(s.runs, 5), []string{file}); err != nil {
			return err
		}
		q := sheet.of("quaestor")
		p := point{float64(info.Size()) / 1e6, sheet.of("floor").median(wall) / 1e6, q.median(wall) / 1e6}
		points = append(points, p)
		fmt.Fprintf(w, "%d\t%.1f\t%.1f\t%.1f\t%.1f\t%.0f\t\n", 5_000*times, p.megabytes, p.floor, p.quaestor, p.quaestor/p.megabytes, q.median(memory)/1e6)
	}
	w.Flush()
	if err := os.MkdirAll(filepath.Dir(s.plot), 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(s.plot, []byte(plot(points)), 0o644); err != nil {
		return err
	}
	fmt.Fprintf(out, "plotted in %s\n", s.plot)
	return nil
}

// plot draws the points as two lines.
func plot(points []point) string {
	const width, height, left, bottom = 640.0, 400.0, 70.0, 50.0
	last := points[len(points)-1]
	across, up := last.megabytes*1.05, max(last.floor, last.quaestor)*1.1
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="%g" height="%g" font-family="sans-serif" font-size="12">`+"\n", width, height)
	fmt.Fprintf(&b, `<rect width="100%%" height="100%%" fill="white"/>`+"\n")
	fmt.Fprintf(&b, `<path d="M%g 20V%gH%g" fill="none" stroke="black"/>`+"\n", left, height-bottom, width-20)
	at := func(mb, ms float64) (float64, float64) {
		return left + mb/across*(width-20-left), height - bottom - ms/up*(height-bottom-20)
	}
	line := func(name, colour string, of func(point) float64) {
		x, y := at(0, 0)
		fmt.Fprintf(&b, `<polyline fill="none" stroke="%s" stroke-width="2" points="`, colour)
		for _, p := range points {
			x, y = at(p.megabytes, of(p))
			fmt.Fprintf(&b, "%.1f,%.1f ", x, y)
		}
		fmt.Fprintf(&b, `"/>`+"\n"+`<text x="%.1f" y="%.1f" fill="%s" text-anchor="end">%s</text>`+"\n", x, y-6, colour, name)
	}
	line("floor", "#888", func(p point) float64 { return p.floor })
	line("quaestor scan", "#c30", func(p point) float64 { return p.quaestor })
	for _, p := range points {
		x, y := at(p.megabytes, 0)
		fmt.Fprintf(&b, `<text x="%.1f" y="%.1f" text-anchor="middle">%.1f</text>`+"\n", x, y+16, p.megabytes)
		x, y = at(0, p.quaestor)
		fmt.Fprintf(&b, `<text x="%.1f" y="%.1f" text-anchor="end">%.0f</text>`+"\n", x-6, y+4, p.quaestor)
	}
	fmt.Fprintf(&b, `<text x="%g" y="%g" text-anchor="middle">size of the APK in MB; upwards: ms</text>`+"\n</svg>\n", width/2, height-12)
	return b.String()
}
