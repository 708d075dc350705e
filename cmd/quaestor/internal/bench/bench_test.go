package main

import (
	"bytes"
	"context"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestRun runs the benchmark once with programs that end at once: what it prints has to name every tool and
// every tool that is not there.
func TestRun(t *testing.T) {
	program, err := exec.LookPath("true")
	if err != nil {
		t.Skip("the program true is missing: apt-get install coreutils")
	}
	t.Setenv("PATH", t.TempDir())
	corpus := t.TempDir()
	if err := os.Mkdir(filepath.Join(corpus, "androguard+androguard"), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"large.apk", "androguard+androguard/small.apk"} {
		if err := os.WriteFile(filepath.Join(corpus, name), make([]byte, 3_000), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var out bytes.Buffer
	s := settings{quaestor: program, floor: program, corpus: corpus, runs: 2, least: 1_000, parts: "corpus,set"}
	if err := run(context.Background(), &out, s); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"large.apk, 0.0 MB", "x floor", "quaestor", "syft: absent", "apksigner: absent", "the sum of these 2",
		"all 2 in one process", "1 small APKs in one process", "under 2 s: kept"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is missing in:\n%s", want, out.String())
		}
	}
}

func TestRunRefuses(t *testing.T) {
	for _, s := range []settings{{parts: "all"}, {parts: "corpus", quaestor: "/nowhere/quaestor"}} {
		if err := run(context.Background(), &bytes.Buffer{}, s); err == nil {
			t.Errorf("%+v: no error", s)
		}
	}
}

func TestMedian(t *testing.T) {
	s := series{samples: []sample{{5}, {1}, {9}, {2}}}
	if got := s.median(wall); got != 3.5 {
		t.Errorf("median %v, want 3.5", got)
	}
}

func TestPlot(t *testing.T) {
	svg := plot([]point{{1, 10, 12}, {2, 20, 24}})
	if strings.Count(svg, "<polyline") != 2 || !strings.HasSuffix(svg, "</svg>\n") {
		t.Error(svg)
	}
}

// TestFleet: each form is measured in each size and compressed, and plotted. The programs are ones that end at once.
func TestFleet(t *testing.T) {
	program, err := exec.LookPath("true")
	if err != nil {
		t.Skip("the program true is missing: apt-get install coreutils")
	}
	dir := t.TempDir()
	made := filepath.Join(dir, "exports")
	if err := os.WriteFile(made, []byte("#!/bin/sh\nif [ $1 = make ]; then echo export > $4; fi\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	s := settings{quaestor: program, exports: made, runs: 1, scale: 0.01, plot: filepath.Join(dir, "plots", "linear.svg"), parts: "fleet"}
	if err := run(context.Background(), &out, s); err != nil {
		t.Fatal(err)
	}
	for _, f := range fleets {
		if svg, err := os.ReadFile(filepath.Join(dir, "plots", "fleet-"+f.form+".svg")); err != nil || strings.Count(string(svg), "<polyline") != 4 {
			t.Errorf("%s: %v, %s", f.form, err, svg)
		}
	}
	for _, want := range []string{"x standard", " 200.gz", " 2000.gz", "quaestor scan: time grows with devices to the power of", "quaestor scan -o ndjson: time grows with rows", "own decoder, facts: time grows with rows"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is missing in:\n%s", want, out.String())
		}
	}
}

func TestExponent(t *testing.T) {
	for want, up := range map[float64]func(float64) float64{1: func(x float64) float64 { return 3 * x }, 2: func(x float64) float64 { return x * x }, 0: func(float64) float64 { return 5 }} {
		var points [][2]float64
		for _, x := range []float64{10, 20, 40, 80} {
			points = append(points, [2]float64{x, up(x)})
		}
		if got := exponent(points); math.Abs(got-want) > 1e-9 {
			t.Errorf("exponent %v, want %v", got, want)
		}
	}
}
