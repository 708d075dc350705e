package riskdb_test

import (
	"fmt"
	"testing"

	"quaestor/riskdb"
	"quaestor/scanners/inventory"
)

// BenchmarkVulnerable judges a computer with 10,000 components, of which 3,000 are vulnerable.
func BenchmarkVulnerable(b *testing.B) {
	db, err := riskdb.Load()
	if err != nil {
		b.Fatal(err)
	}
	inv, known := inventory.New(), told{}
	inv.Devices = []inventory.Device{{ID: "host", Platform: inventory.Linux, OSName: "Debian GNU/Linux", OSVersion: "12"}}
	for i := range 10_000 {
		name := fmt.Sprint("package-", i)
		inv.Components = append(inv.Components, inventory.Component{ID: name, Device: "host", Name: name, PURL: "pkg:deb/debian/" + name + "@1?distro=debian-12", Version: "1", Exact: true, Basis: "record"})
		if i < 3_000 {
			known[name] = &riskdb.Vulnerability{ID: fmt.Sprint("CVE-2026-", i), Ratings: []riskdb.Rating{{System: "CVSS:3.1", Score: float64(i % 10)}}}
		}
	}
	j := riskdb.NewJudge(db, riskdb.Policies{}, "2026-11-01")
	j.Advise(known)
	for b.Loop() {
		if n := len(j.Assess(inv).Findings); n < 3_000 {
			b.Fatalf("%d findings", n)
		}
	}
}
