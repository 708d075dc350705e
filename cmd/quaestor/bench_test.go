package main

import (
	"archive/zip"
	"bytes"
	"errors"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

const hello = `package main

import "fmt"

func main() { fmt.Println("hello") }
`

// BenchmarkStart compares `quaestor --help` with a hello-world Go program, run in turn.
func BenchmarkStart(b *testing.B) {
	dir := b.TempDir()
	src := filepath.Join(dir, "hello.go")
	if err := os.WriteFile(src, []byte(hello), 0o644); err != nil {
		b.Fatal(err)
	}
	floor := build(b, dir, "hello", src)
	quaestor := build(b, dir, "quaestor", ".")
	compare(b, "help", []string{quaestor, "--help"}, "hello", []string{floor})
}

// BenchmarkSmallAPK compares scanning and judging an APK of 2 MB with `unzip -t` on the same file, run in turn.
func BenchmarkSmallAPK(b *testing.B) {
	unzip, err := exec.LookPath("unzip")
	if err != nil {
		b.Skip("unzip is missing: apt-get install unzip")
	}
	dir := b.TempDir()
	quaestor := build(b, dir, "quaestor", ".")
	apk := filepath.Join(dir, "app.apk")
	if err := os.WriteFile(apk, twoMegabytes(b), 0o644); err != nil {
		b.Fatal(err)
	}
	compare(b, "scan", []string{quaestor, "scan", "-o", "json", apk}, "unzip", []string{unzip, "-tq", apk})
}

func build(b *testing.B, dir, name, what string) string {
	b.Helper()
	out := filepath.Join(dir, name)
	if msg, err := exec.Command("go", "build", "-trimpath", "-o", out, what).CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, msg)
	}
	return out
}

func compare(b *testing.B, name string, cmd []string, peer string, peerCmd []string) {
	b.Helper()
	var ours, theirs time.Duration
	runs := 0
	timed(b, cmd) // once each to fill the file cache
	timed(b, peerCmd)
	for b.Loop() {
		theirs += timed(b, peerCmd)
		ours += timed(b, cmd)
		runs++
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(float64(ours.Microseconds())/float64(runs)/1000, name+"-ms")
	b.ReportMetric(float64(theirs.Microseconds())/float64(runs)/1000, peer+"-ms")
	b.ReportMetric(float64(ours)/float64(theirs), name+"/"+peer)
}

func timed(b *testing.B, cmd []string) time.Duration {
	b.Helper()
	start := time.Now()
	err := exec.Command(cmd[0], cmd[1:]...).Run()
	took := time.Since(start)
	var exit *exec.ExitError
	if err != nil && !(errors.As(err, &exit) && exit.ExitCode() == ExitFindings) {
		b.Fatalf("%v: %v", cmd, err)
	}
	return took
}

// twoMegabytes is an APK of our own with half of its weight in files that compress and half in files that do
// not. Its signature no longer holds, which costs the same to find out.
func twoMegabytes(b *testing.B) []byte {
	b.Helper()
	own, err := filepath.Glob(filepath.Join("..", "..", "scanners", "apk", "testdata", "*.apk"))
	if err != nil || len(own) == 0 {
		b.Fatalf("no APK in scanners/apk/testdata: %v", err)
	}
	r, err := zip.OpenReader(own[0])
	if err != nil {
		b.Fatal(err)
	}
	defer r.Close()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, f := range r.File {
		if err := w.Copy(f); err != nil {
			b.Fatal(err)
		}
	}
	rng := rand.New(rand.NewPCG(1, 2))
	for _, name := range []string{"assets/random.bin", "assets/text.txt"} {
		f, err := w.Create(name)
		if err != nil {
			b.Fatal(err)
		}
		data := make([]byte, 1<<20)
		if name == "assets/text.txt" {
			data = make([]byte, 3<<20)
		}
		for i := range data {
			if name == "assets/text.txt" {
				data[i] = "etaoinsh rdlu"[rng.IntN(13)]
			} else {
				data[i] = byte(rng.Uint32())
			}
		}
		f.Write(data)
	}
	if err := w.Close(); err != nil {
		b.Fatal(err)
	}
	return out.Bytes()
}
