// Command bench measures `quaestor scan` as a whole process against floor and against other tools, in turn on
// the same files: wall time, processor time and memory. `make bench-apk` builds what it needs and runs it; `make bench-fleet`
// does so for exports of fleets, against decoding alone.
//
// It prints figures and whether they keep the bars that the project has set itself; it does not fail on them, since
// they depend on the machine and on what else runs there. What it cannot see: time that the system spends after
// a process ended, and memory that processes share.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
)

// settings say what is measured.
type settings struct {
	quaestor, floor string // the programs
	exports         string // the program that makes and reads exports
	corpus          string // folder of APKs
	base            string // an APK of which generated ones take the manifest
	runs            int
	least           int64  // size of the smallest APK that is measured alone
	plot            string // file for the plot; those of fleets are beside it
	scale           float64
	parts           string
}

func main() {
	if len(os.Args) == 5 && os.Args[1] == "generate" { // in a process of its own, see generate
		exit(writeGenerated(os.Args[2], os.Args[3], os.Args[4]))
	}
	var s settings
	flag.StringVar(&s.quaestor, "quaestor", "bin/quaestor", "the `PROGRAM` that is measured")
	flag.StringVar(&s.floor, "floor", "bin/floor", "the `PROGRAM` that it is held against")
	flag.StringVar(&s.exports, "exports", "bin/exports", "the `PROGRAM` that makes exports of fleets, and that their scans are held against")
	flag.StringVar(&s.corpus, "corpus", "../shared/corpus/apks", "`FOLDER` of APKs")
	flag.StringVar(&s.base, "base", "scanners/apk/testdata/plain.apk", "`APK` that lends its manifest to generated ones")
	flag.IntVar(&s.runs, "runs", 7, "`COUNT` of rounds; slow tools take part in three at most")
	flag.Int64Var(&s.least, "least", 1<<20, "smallest `SIZE` of an APK that is measured alone, in bytes")
	flag.StringVar(&s.plot, "plot", "bin/linear.svg", "`FILE` for the plot of cost against size")
	flag.Float64Var(&s.scale, "scale", 1, "`TIMES` the usual sizes of exports of fleets")
	flag.StringVar(&s.parts, "parts", "corpus,set,big,linear", "which `PARTS` to run, comma-separated; there is fleet too")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	exit(run(ctx, os.Stdout, s))
}

func exit(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
	os.Exit(0)
}

// run measures every part that is asked for.
func run(ctx context.Context, out io.Writer, s settings) error {
	parts, err := parseParts(s.parts)
	if err != nil {
		return err
	}
	programs := []string{s.quaestor}
	if s.parts != "fleet" {
		programs = append(programs, s.floor)
	}
	for _, program := range programs {
		if _, err := os.Stat(program); err != nil {
			return fmt.Errorf("%w; `make bench-apk` builds it", err)
		}
	}
	for _, p := range parts {
		if err := p(ctx, out, s); err != nil {
			return err
		}
	}
	return nil
}
