package amapi

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"quaestor/scanners/internal/exporttest"
	"quaestor/scanners/internal/jsonstream"
)

// BenchmarkWhole runs the program on exports of growing size, and only decodes the same file in turn: with encoding/json, and with
// the scanner's own decoder. It tells how many times as long a scan takes, time a device, and the memory of the process at its peak.
func BenchmarkWhole(b *testing.B) {
	program := filepath.Join(b.TempDir(), "quaestor")
	if msg, err := exec.Command("go", "build", "-trimpath", "-o", program, "quaestor/cmd/quaestor").CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, msg)
	}
	for _, devices := range []int{1250, 5000, 20_000} {
		file := filepath.Join(b.TempDir(), "devices.json")
		f, err := os.Create(file)
		if err != nil {
			b.Fatal(err)
		}
		if err := errors.Join(exporttest.AMAPI(f, devices, benchApps), f.Close()); err != nil {
			b.Fatal(err)
		}
		for _, format := range []string{"table", "ndjson", "json", "inventory", "cyclonedx", "spdx"} {
			b.Run(fmt.Sprintf("%d/%s", devices, format), func(b *testing.B) { whole(b, program, file, format, devices) })
		}
		os.Remove(file)
	}
}

func whole(b *testing.B, program, file, format string, devices int) {
	var ours, standard, own time.Duration
	var peak int64
	runs := 0
	for b.Loop() {
		standard += decoded(b, file, decodeStandard)
		own += decoded(b, file, decodeOwn)
		c := exec.Command(program, "scan", "-o", format+"=/dev/null", file)
		start := time.Now()
		err := c.Run()
		ours += time.Since(start)
		var exit *exec.ExitError
		if err != nil && (!errors.As(err, &exit) || exit.ExitCode() != 1 && exit.ExitCode() != 3) { // findings, and devices that report no apps
			b.Fatal(err)
		}
		peak = max(peak, c.ProcessState.SysUsage().(*syscall.Rusage).Maxrss)
		runs++
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(float64(ours.Microseconds())/float64(runs*devices), "us/device")
	b.ReportMetric(float64(ours)/float64(standard), "x/encoding-json")
	b.ReportMetric(float64(ours)/float64(own), "x/own-decoder")
	b.ReportMetric(float64(peak)/1024, "MB-peak")
}

func decoded(b *testing.B, file string, decode func(io.Reader) error) time.Duration {
	b.Helper()
	f, err := os.Open(file)
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	start := time.Now()
	if err := decode(f); err != nil {
		b.Fatal(err)
	}
	return time.Since(start)
}

func decodeStandard(r io.Reader) error {
	for d := json.NewDecoder(r); ; {
		var page standardPage
		if err := d.Decode(&page); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
	}
}

func decodeOwn(r io.Reader) error {
	return jsonstream.Elements(r, options, func(e jsonstream.Element) error {
		_, err := decode(e.Raw)
		return err
	})
}
