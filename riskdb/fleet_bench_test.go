package riskdb

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"quaestor/scanners/inventory"
)

// fleetApps are apps that devices of a made-up fleet have beside those that nobody makes, with the share that have them.
var fleetApps = []struct {
	id, name string
	share    float64
}{
	{"com.android.chrome", "Chrome", 1},
	{"com.google.android.gms", "Google Play services", 1},
	{"com.android.vending", "Google Play Store", 1},
	{"com.microsoft.office.outlook", "Outlook", 0.8},
	{"com.microsoft.teams", "Teams", 0.7},
	{"org.thoughtcrime.securesms", "Signal", 0.5},
	{"com.whatsapp", "WhatsApp", 0.3},
	{"us.zoom.videomeetings", "Zoom", 0.25},
	{"org.telegram.messenger", "Telegram", 0.05},
	{"com.zhiliaoapp.musically", "TikTok", 0.01},
	{"com.tencent.mm", "WeChat", 0.005},
}

// fleetDevice is one phone of the fleet, as a management system tells of it: about apps apps, no permissions.
func fleetDevice(i, apps int) *inventory.Inventory {
	r := rand.New(rand.NewPCG(7, uint64(i)))
	id := fmt.Sprintf("dev-%06d", i)
	inv := inventory.New()
	inv.Devices = []inventory.Device{{ID: id, Platform: inventory.Android, Name: fmt.Sprintf("Phone %d", i), Manufacturer: "Google", Model: "Pixel 8",
		OSName: "Android", OSVersion: "15", SecurityPatch: "2026-09-05", Origins: []inventory.Origin{{Scanner: "bench", Path: "devices.json"}}}}
	add := func(pkg, name string, system bool) {
		app := inventory.App{ID: inventory.AppID(id, inventory.AndroidPackage, pkg), Device: id, Platform: inventory.Android, IdentifierKind: inventory.AndroidPackage,
			Identifier: pkg, Name: name, Version: fmt.Sprint(1 + r.IntN(400)), System: system, InstallerKnown: true,
			Signers: []inventory.Signer{{SHA256: fmt.Sprintf("%064x", len(pkg))}}, Origins: inv.Devices[0].Origins}
		if !system {
			app.Installer = "com.android.vending"
		}
		inv.Apps = append(inv.Apps, app)
	}
	for _, a := range fleetApps {
		if r.Float64() < a.share {
			add(a.id, a.name, false)
		}
	}
	for n, start := 0, r.IntN(4*apps); len(inv.Apps) < apps; n++ {
		k := (start + n) % (4 * apps)
		add(fmt.Sprintf("org.example.office%d.app%d", k%37, k), fmt.Sprintf("Example Office %d", k), k%3 == 0)
	}
	return inv
}

// BenchmarkAssessFleet judges 20,000 phones with 80 apps each, one by one.
func BenchmarkAssessFleet(b *testing.B) {
	db := loadShipped(b)
	policies, err := db.SelectPolicies(DefaultPolicy)
	if err != nil {
		b.Fatal(err)
	}
	const devices, made, apps = 20_000, 500, 80
	var fleet []*inventory.Inventory
	for i := range made {
		fleet = append(fleet, fleetDevice(i, apps))
	}
	NewJudge(db, policies, "2026-11-22").Assess(fleet[0])
	for b.Loop() {
		judge, found := NewJudge(db, policies, "2026-11-22"), 0
		for i := range devices {
			found += len(judge.Assess(fleet[i%made]).Findings)
		}
		b.ReportMetric(float64(found)/devices, "findings/device")
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(devices*b.N), "µs/device")
}
