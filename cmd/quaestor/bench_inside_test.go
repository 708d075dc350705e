package main

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"quaestor/cmd/quaestor/internal/bigapk"
	"quaestor/reports"
	"quaestor/riskdb"
	"quaestor/scanners"
	"quaestor/scanners/all"
	"quaestor/scanners/source"
)

// BenchmarkInside measures scan, assessment and report in one process with the risk database loaded: what is
// left of `quaestor scan` without its start. `make bench-apk` measures whole processes.
func BenchmarkInside(b *testing.B) {
	db, err := riskdb.Load()
	if err != nil {
		b.Fatal(err)
	}
	for _, file := range largeAPKs(b) {
		info, err := os.Stat(file)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(filepath.Base(file), func(b *testing.B) {
			b.SetBytes(info.Size())
			b.ReportAllocs()
			for b.Loop() {
				inside(b, db, file)
			}
		})
	}
}

func inside(b *testing.B, db *riskdb.DB, file string) {
	b.Helper()
	day := time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC)
	policies, err := loadPolicies(Env{}, db, []string{riskdb.DefaultPolicy}, nil, riskdb.DateOf(day))
	if err != nil {
		b.Fatal(err)
	}
	inv := scanners.Run(context.Background(), []source.Target{{Path: file}}, scanners.Options{
		Scanners: all.Scanners(), Limits: source.DefaultLimits, Timeout: time.Minute, Now: day})
	if len(inv.Apps) == 0 {
		b.Fatalf("%s: no app found", file)
	}
	reports.New(reports.Tool{Name: "quaestor"}, db, inv, riskdb.Assess(db, policies, inv, riskdb.DateOf(day)))
}

// largeAPKs are those of the corpus above a megabyte, and a generated one where there is no corpus.
func largeAPKs(b *testing.B) []string {
	b.Helper()
	var files []string
	_ = filepath.WalkDir("../../../shared/corpus/apks", func(file string, d fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(file, ".apk") {
			return nil
		}
		if info, err := d.Info(); err == nil && info.Size() > 1<<20 {
			files = append(files, file)
		}
		return nil
	})
	if len(files) > 0 {
		return files
	}
	b.Log("no APKs of a corpus here: measured on a generated one")
	return []string{generatedAPK(b, 10_000, 4)}
}

func generatedAPK(tb testing.TB, classes, dexFiles int) string {
	tb.Helper()
	lender, err := os.ReadFile("../../scanners/apk/testdata/plain.apk")
	if err != nil {
		tb.Fatal(err)
	}
	manifest, err := bigapk.Manifest(lender)
	if err != nil {
		tb.Fatal(err)
	}
	apk, err := bigapk.Make(bigapk.Options{Manifest: manifest, Classes: classes, DexFiles: dexFiles})
	if err != nil {
		tb.Fatal(err)
	}
	file := filepath.Join(tb.TempDir(), "generated.apk")
	if err := os.WriteFile(file, apk, 0o600); err != nil {
		tb.Fatal(err)
	}
	return file
}
