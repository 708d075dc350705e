package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
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
	floor, quaestor := line{name: "floor", colour: "#888"}, line{name: "quaestor scan", colour: "#c30"}
	for _, p := range points {
		floor.at = append(floor.at, [2]float64{p.megabytes, p.floor})
		quaestor.at = append(quaestor.at, [2]float64{p.megabytes, p.quaestor})
	}
	return chart("size of the APK in MB; upwards: ms", "%.1f", []line{floor, quaestor})
}
