// Command exports makes exports of management systems, and reads them in the least ways there are: the measures of the benchmark of
// fleets. `make bench-fleet` builds and runs it.
//
//	exports make FORM COUNT FILE      an export of so many devices or rows; compressed where FILE ends in .gz
//	exports standard FORM FILE        decodes it with the standard library into what the scanner wants of it, and nothing else
//	exports own FORM FILE             reads it with the scanner's own decoder, and makes the facts of each device
//
// What it cannot see: how real exports differ from those that are made, see package exporttest.
package main

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"quaestor/scanners"
	"quaestor/scanners/internal/exporttest"
	"quaestor/scanners/mdm/amapi"
	"quaestor/scanners/mdm/intune"
	"quaestor/scanners/source"
)

// amapiApps is how many apps a device has in the exports of the Android Management API.
const amapiApps = 90

// form is a form of export.
type form struct {
	write    func(w io.Writer, count int) error
	standard func(r io.Reader) error
	own      scanners.Scanner
}

var forms = map[string]form{
	"amapi":       {func(w io.Writer, n int) error { return exporttest.AMAPI(w, n, amapiApps) }, amapiStandard, amapi.New()},
	"intune-json": {exporttest.IntuneManagedDevices, intuneStandard, intune.New()},
	"intune-csv":  {func(w io.Writer, n int) error { return exporttest.IntuneRawData(w, n, nil) }, tableStandard, intune.New()},
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "exports:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	usage := errors.New("usage: exports make FORM COUNT FILE, exports standard|own FORM FILE; FORM is amapi, intune-json or intune-csv")
	if len(args) < 3 {
		return usage
	}
	f, ok := forms[args[1]]
	file := args[len(args)-1]
	switch {
	case !ok:
		return usage
	case args[0] == "make" && len(args) == 4:
		count, err := strconv.Atoi(args[2])
		if err != nil || count < 0 {
			return usage
		}
		return write(f, count, file)
	case args[0] == "standard" && len(args) == 3:
		return standard(f, file)
	case args[0] == "own" && len(args) == 3:
		return own(f, file)
	}
	return usage
}

func write(f form, count int, name string) error {
	file, err := os.Create(name)
	if err != nil {
		return err
	}
	if !strings.HasSuffix(name, ".gz") {
		return errors.Join(f.write(file, count), file.Close())
	}
	z := gzip.NewWriter(file)
	return errors.Join(f.write(z, count), z.Close(), file.Close())
}

func standard(f form, name string) error {
	file, err := os.Open(name)
	if err != nil {
		return err
	}
	defer file.Close()
	if !strings.HasSuffix(name, ".gz") {
		return f.standard(file)
	}
	z, err := gzip.NewReader(file)
	if err != nil {
		return err
	}
	return f.standard(z)
}

// own reads one device after the other, as a run does without what comes behind: judging and writing.
func own(f form, name string) error {
	src, err := source.Open(source.Target{Path: name}, source.DefaultLimits)
	if err != nil {
		return err
	}
	defer src.Close()
	fleet, ok := f.own.(scanners.Fleet)
	if !ok {
		return fmt.Errorf("%s does not read device by device", f.own.Info().ID)
	}
	devices := 0
	_, err = fleet.Split(context.Background(), []*source.Source{src}, func(p scanners.Part) error {
		devices += len(p().Devices)
		return nil
	})
	if err == nil && devices == 0 {
		err = fmt.Errorf("%q has no devices; name an export of the form", name)
	}
	return err
}
