package riskdb

import (
	"fmt"
	"testing"

	"quaestor/scanners/inventory"
)

// BenchmarkSecurity judges a Windows computer with 600 services, 500 drivers and 300 processes, signed or not, among them five
// products.
func BenchmarkSecurity(b *testing.B) {
	db, err := Load()
	if err != nil {
		b.Fatal(err)
	}
	policies, err := db.SelectPolicies("all")
	if err != nil {
		b.Fatal(err)
	}
	inv := computer(inventory.Windows)
	add := func(p inventory.SecurityProduct) {
		p.Device, p.ID = "pc", fmt.Sprint("fact-", len(inv.SecurityProducts))
		inv.SecurityProducts = append(inv.SecurityProducts, p)
	}
	signer := &inventory.Signer{Subject: "CN=Example Works, O=Example Works", Verified: true}
	for i := range 600 {
		add(inventory.SecurityProduct{Kind: "service", Service: fmt.Sprint("Service", i), Path: fmt.Sprintf(`C:\Program Files\P%d\s%d.exe`, i%40, i), Signer: signer})
	}
	for i := range 500 {
		add(inventory.SecurityProduct{Kind: "driver", Service: fmt.Sprint("drv", i), Path: fmt.Sprintf(`C:\Windows\System32\drivers\drv%d.sys`, i), Signer: signer})
	}
	for i := range 300 {
		add(inventory.SecurityProduct{Kind: "process", Process: fmt.Sprintf("p%d.exe", i), State: "running"})
	}
	for _, name := range []string{"klif", "csagent", "WdFilter", "360AntiSteal", "TFsFlt"} {
		add(inventory.SecurityProduct{Kind: "driver", Service: name, Start: "boot"})
	}
	if n := len(Assess(db, policies, inv, "2026-11-22").Security); n != 5 {
		b.Fatalf("%d products, not 5", n)
	}
	b.ResetTimer()
	for b.Loop() {
		Assess(db, policies, inv, "2026-11-22")
	}
}
