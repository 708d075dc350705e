package main

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// part is one table of the benchmark.
type part func(context.Context, io.Writer, settings) error

func parseParts(names string) ([]part, error) {
	all := map[string]part{"corpus": corpusPart, "set": setPart, "big": bigPart, "linear": linearPart, "fleet": fleetPart}
	var parts []part
	for name := range strings.SplitSeq(names, ",") {
		p, ok := all[name]
		if !ok {
			return nil, fmt.Errorf("there is no part %q; choose from corpus, set, big, linear, fleet", name)
		}
		parts = append(parts, p)
	}
	return parts, nil
}

// apks lists the APKs in a folder, the largest first.
func apks(folder string) ([]string, error) {
	sizes := map[string]int64{}
	err := filepath.WalkDir(folder, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(name, ".apk") {
			return err
		}
		info, err := d.Info()
		if err == nil {
			sizes[name] = info.Size()
		}
		return err
	})
	var names []string
	for name := range sizes {
		names = append(names, name)
	}
	slices.SortFunc(names, func(a, b string) int {
		if sizes[a] != sizes[b] {
			return int(sizes[b] - sizes[a])
		}
		return strings.Compare(a, b)
	})
	return names, err
}

// corpusPart measures each larger APK of the corpus alone, with all tools, and all of them together.
func corpusPart(ctx context.Context, out io.Writer, s settings) error {
	files, err := apks(s.corpus)
	if err != nil {
		fmt.Fprintf(out, "corpus: absent (%v); only generated APKs are measured\n\n", err)
		return nil
	}
	files = slices.DeleteFunc(files, func(name string) bool {
		info, err := os.Stat(name)
		return err != nil || info.Size() < s.least
	})
	tools := present(out, allTools(s))
	whole := newSheet(tools)
	for i, file := range files {
		sheet := newSheet(tools)
		if err := sheet.measure(ctx, s.runs, []string{file}); err != nil {
			return err
		}
		limit := 1.2
		if i < 2 { // the 18 MB and the 9.5 MB one
			limit = 1.0
		}
		sheet.print(out, file)
		sheet.bars(out, limit, 150)
		whole.add(sheet)
	}
	whole.print(out, fmt.Sprintf("the sum of these %d", len(files)))
	together := newSheet(slices.DeleteFunc(tools, func(t tool) bool { return !t.many }))
	if err := together.measure(ctx, s.runs, files); err != nil {
		return err
	}
	together.print(out, fmt.Sprintf("all %d in one process", len(files)))
	return nil
}

// setPart measures the many small APKs of one folder of the corpus in one run.
func setPart(ctx context.Context, out io.Writer, s settings) error {
	files, err := apks(filepath.Join(s.corpus, "androguard+androguard"))
	if err != nil || len(files) == 0 {
		fmt.Fprintf(out, "the set of small APKs: absent\n\n")
		return nil
	}
	sheet := newSheet(ours(s))
	if err := sheet.measure(ctx, s.runs, files); err != nil {
		return err
	}
	sheet.print(out, fmt.Sprintf("%d small APKs in one process", len(files)))
	took := sheet.of("quaestor").median(wall)
	fmt.Fprintf(out, "  bar: under 2 s: %s\n\n", kept(took < float64(2*time.Second)))
	return nil
}

// bigPart measures a generated APK of 180,000 classes.
func bigPart(ctx context.Context, out io.Writer, s settings) error {
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	file, err := generate(ctx, s, dir, 180_000, 40)
	if err != nil {
		return err
	}
	sheet := newSheet(ours(s))
	if err := sheet.measure(ctx, min(s.runs, 5), []string{file}); err != nil {
		return err
	}
	sheet.print(out, "generated: 180,000 classes in 40 DEX files")
	sheet.bars(out, 1.0, 300)
	return nil
}
