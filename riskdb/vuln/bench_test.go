package vuln_test

import (
	"archive/zip"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"quaestor/riskdb/vuln"
	"quaestor/scanners/inventory"
)

// many is a database of so many advisories of npm.
func many(b *testing.B, n int) string {
	b.Helper()
	path := filepath.Join(b.TempDir(), "npm", "all.zip")
	os.MkdirAll(filepath.Dir(path), 0o755)
	f, err := os.Create(path)
	if err != nil {
		b.Fatal(err)
	}
	z := zip.NewWriter(f)
	for i := range n {
		w, err := z.Create(fmt.Sprintf("X-%d.json", i))
		if err != nil {
			b.Fatal(err)
		}
		fmt.Fprint(w, advisory(fmt.Sprintf("X-%d", i), "npm", fmt.Sprintf("pkg-%d", i)))
	}
	z.Close()
	f.Close()
	dir := b.TempDir()
	if _, err := vuln.Import(b.Context(), dir, []string{path}, vuln.Options{Today: today}); err != nil {
		b.Fatal(err)
	}
	return dir
}

// BenchmarkOpen is what every scan pays where advisories are installed.
func BenchmarkOpen(b *testing.B) {
	dir := many(b, 20_000)
	for b.Loop() {
		db, err := vuln.Open(dir)
		if err != nil {
			b.Fatal(err)
		}
		db.Close()
	}
}

// BenchmarkLookUp looks up a thousand components, of which half are affected.
func BenchmarkLookUp(b *testing.B) {
	dir := many(b, 20_000)
	inv := &inventory.Inventory{}
	for i := range 1000 {
		inv.Components = append(inv.Components, exact(fmt.Sprintf("pkg:npm/pkg-%d@1.%d", i*7, i%2)))
	}
	for b.Loop() {
		db, err := vuln.Open(dir)
		if err != nil {
			b.Fatal(err)
		}
		if v := db.Vulnerabilities(inv, today); len(v.Found) != 500 {
			b.Fatal(len(v.Found))
		}
		db.Close()
	}
}
