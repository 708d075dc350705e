package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// The bars of a whole run on a desk, from its start to its report.
const (
	barHost    = 500 * time.Millisecond // a computer with 3,000 packages
	barProfile = 50 * time.Millisecond  // a profile with 80 extensions
)

// BenchmarkHost scans and judges a copy of a computer with 3,000 packages.
func BenchmarkHost(b *testing.B) {
	var status strings.Builder
	for i := range 3000 {
		fmt.Fprintf(&status, "Package: package-%04d\nStatus: install ok installed\nMaintainer: M <m@example.org>\nArchitecture: amd64\nVersion: 1.%d-1\nDescription: a package\n of some lines\n\n", i, i)
	}
	dir := b.TempDir()
	write(b, dir, "etc/os-release", "NAME=Debian\nID=debian\nVERSION_ID=12\n")
	write(b, dir, "etc/passwd", "ann:x:1000:1000::/home/ann:/bin/bash\n")
	write(b, dir, "var/lib/dpkg/status", status.String())
	for i := range 3000 {
		write(b, dir, fmt.Sprintf("var/lib/dpkg/info/package-%04d.list", i), fmt.Sprintf("/.\n/usr\n/usr/bin/package-%04d\n", i))
	}
	againstBar(b, "host:"+dir, 3000, barHost)
}

// BenchmarkExtensions scans and judges a browser's profile with 80 extensions.
func BenchmarkExtensions(b *testing.B) {
	dir := filepath.Join(b.TempDir(), "chromium", "Default")
	var list []string
	for i := range 80 {
		id := strings.Repeat("a", 30) + string([]byte{'a' + byte(i/16), 'a' + byte(i%16)})
		manifest := fmt.Sprintf(`{"manifest_version":3,"name":"Extension %d","version":"1.0","permissions":["tabs","storage"],"host_permissions":["<all_urls>"]}`, i)
		write(b, dir, "Extensions/"+id+"/1.0_0/manifest.json", manifest)
		list = append(list, fmt.Sprintf(`"%s":{"path":"%s/1.0_0","location":1,"from_webstore":true,"state":1,"manifest":%s}`, id, id, manifest))
	}
	write(b, dir, "Preferences", `{"extensions":{"settings":{`+strings.Join(list, ",")+`}}}`)
	againstBar(b, dir, 80, barProfile)
}

func write(b *testing.B, dir, name, text string) {
	b.Helper()
	path := filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		b.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		b.Fatal(err)
	}
}

// againstBar runs whole scans of a target, in which want apps are found, and prints how long one takes, which part of the bar
// that is, and how much of it the processors worked: on a busy machine only that tells.
func againstBar(b *testing.B, target string, want int, bar time.Duration) {
	b.Helper()
	quaestor := build(b, b.TempDir(), "quaestor", ".")
	found, _ := exec.Command(quaestor, "scan", "-o", "inventory", target).Output() // tells of findings by its exit code
	if n := strings.Count(string(found), `"identifier_kind"`); n < want {
		b.Fatalf("%d apps were found, want %d", n, want)
	}
	var took, worked time.Duration
	runs := 0
	for b.Loop() {
		start := time.Now()
		cmd := exec.Command(quaestor, "scan", target)
		err := cmd.Run()
		took += time.Since(start)
		runs++
		var exit *exec.ExitError
		if err != nil && !(errors.As(err, &exit) && exit.ExitCode() <= ExitIncomplete) {
			b.Fatal(err)
		}
		worked += cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(float64(took.Microseconds())/float64(runs)/1000, "scan-ms")
	b.ReportMetric(float64(worked.Microseconds())/float64(runs)/1000, "processor-ms")
	b.ReportMetric(float64(took)/float64(runs)/float64(bar), "scan/bar")
}
