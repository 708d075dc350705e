package policy_test

import (
	"fmt"
	"strings"
	"testing"

	"quaestor/riskdb"
	"quaestor/scanners/inventory"
)

// twenty is a pack of twenty rules with conditions of the kind that organisations write.
func twenty() string {
	conditions := []string{
		`"CN" in jurisdictions && product.category == "social"`, `app.name.matches("(?i)vpn|proxy")`, `permissions.exists(p, p.endsWith(".RECORD_AUDIO")) && app.origin == "none"`,
		`owners.exists(o, o in ["bytedance", "tencent", "alibaba"])`, `app.target_sdk > 0 && app.target_sdk < 26 && !app.system`}
	var s strings.Builder
	s.WriteString("policies:\n- id: bench\n  title: Twenty rules\n  extends: [be]\n  rules:\n")
	for i := range 20 {
		fmt.Fprintf(&s, "  - {id: r-%d, title: t, axis: security, severity: low, action: review, reason: r, when: '%s && app.identifier != \"x%d\"'}\n", i, conditions[i%len(conditions)], i)
	}
	return s.String()
}

// crowd is 10,000 apps, one in fifty of which is known.
func crowd() *inventory.Inventory {
	inv := inventory.New()
	inv.Devices = []inventory.Device{{ID: "phone", Platform: inventory.Android, Name: "phone"}}
	for i := range 10_000 {
		pkg := fmt.Sprintf("org.example.app%d", i)
		if i%50 == 0 {
			pkg = "com.zhiliaoapp.musically"
		}
		inv.Apps = append(inv.Apps, inventory.App{ID: fmt.Sprint("app-", i), Device: "phone", Platform: inventory.Android, IdentifierKind: inventory.AndroidPackage, Identifier: pkg,
			Name: "App", InstallerKnown: true, Installer: "com.android.vending",
			Permissions: []inventory.Permission{{Name: "android.permission.RECORD_AUDIO"}, {Name: "android.permission.CAMERA"}, {Name: "android.permission.INTERNET"}}})
	}
	return inv
}

// BenchmarkAssess10000 judges 10,000 apps by the default pack, and by it with twenty conditions.
func BenchmarkAssess10000(b *testing.B) {
	inv := crowd()
	for name, packs := range map[string][]string{"be": {"be"}, "be+20 conditions": {"twenty.yaml"}, "be+strict": {"be", "strict"}} {
		p, _, err := load(map[string]string{"twenty.yaml": twenty()}, packs, nil)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				riskdb.Assess(db, p, inv, today)
			}
		})
	}
}

// BenchmarkLoadConditions reads, checks and compiles a pack of twenty conditions; the environment of CEL is there.
func BenchmarkLoadConditions(b *testing.B) {
	files := map[string]string{"twenty.yaml": twenty()}
	for b.Loop() {
		if _, _, err := load(files, []string{"twenty.yaml"}, nil); err != nil {
			b.Fatal(err)
		}
	}
}
