package policy

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"quaestor/riskdb"
	"quaestor/scanners/inventory"
)

// Outcome is how one test of a pack went.
type Outcome struct {
	Policy string   `json:"policy"`
	Test   string   `json:"test"`
	Passed bool     `json:"passed"`
	Diff   []string `json:"diff"` // "- wanted" and "+ got", with what they have in common left out
}

// Run runs the tests of a pack against a database. What the pack extends is looked for in the documents and then
// in the database; exceptions and groups of the documents hold too.
func Run(db *riskdb.DB, pack *riskdb.Policy, docs ...*Document) ([]Outcome, error) {
	l := loader{db: db, docs: docs}
	s, err := l.selection()
	if err != nil {
		return nil, err
	}
	s.Packs = []*riskdb.Policy{pack}
	policies, err := db.Compose(s)
	if err != nil {
		return nil, err
	}
	out := []Outcome{}
	for i := range pack.Tests {
		t := &pack.Tests[i]
		asOf := cmp.Or(t.AsOf, db.Version().Date)
		a := riskdb.Assess(db, policies, inventoryOf(t), asOf)
		diff := compare(t, a)
		out = append(out, Outcome{Policy: pack.ID, Test: t.Name, Passed: len(diff) == 0, Diff: diff})
	}
	return out, nil
}

// stores are what installs an app of a test that names no installer.
var stores = map[inventory.Platform]string{inventory.Android: "com.android.vending"}

// inventoryOf makes the inventory that a test describes.
func inventoryOf(t *riskdb.PolicyTest) *inventory.Inventory {
	inv := inventory.New()
	ids := map[string]*inventory.Device{}
	for _, d := range t.Devices {
		platform := cmp.Or(inventory.Platform(d.Platform), inventory.Android)
		inv.Devices = append(inv.Devices, inventory.Device{ID: inventory.DeviceID(platform, cmp.Or(d.Serial, d.Name)), Platform: platform, Name: d.Name, Serial: d.Serial, OSVersion: d.OSVersion})
	}
	if len(inv.Devices) == 0 {
		inv.Devices = []inventory.Device{{ID: "device", Platform: inventory.Android}}
	}
	for i := range inv.Devices {
		ids[inv.Devices[i].Name] = &inv.Devices[i]
	}
	for _, a := range t.Apps {
		d := &inv.Devices[0]
		if a.Device != "" {
			d = ids[a.Device]
		}
		inv.Apps = append(inv.Apps, appOf(a, d))
	}
	return inv
}

func appOf(a riskdb.TestApp, d *inventory.Device) inventory.App {
	kind := cmp.Or(inventory.IdentifierKind(a.Kind), inventory.AndroidPackage)
	out := inventory.App{ID: inventory.AppID(d.ID, kind, a.ID), Device: d.ID, Platform: d.Platform, IdentifierKind: kind, Identifier: a.ID, Name: a.Name,
		Installer: cmp.Or(a.Installer, stores[d.Platform]), InstallerKnown: true, System: a.System}
	if a.Installer == "none" {
		out.Installer = ""
	}
	for _, p := range a.Permissions {
		out.Permissions = append(out.Permissions, inventory.Permission{Name: p, Requested: true, Granted: true, GrantKnown: true})
	}
	return out
}

// compare says which findings are missing and which nobody wanted.
func compare(t *riskdb.PolicyTest, a *riskdb.Assessment) []string {
	diff := []string{}
	var left []*riskdb.Finding
	for i := range a.Findings {
		if f := &a.Findings[i]; len(t.Only) == 0 || slices.Contains(t.Only, f.Rule) || slices.Contains(t.Only, f.PolicyRule) {
			left = append(left, f)
		}
	}
	var missing []riskdb.TestResult
	for _, w := range t.Want {
		if i := slices.IndexFunc(left, func(f *riskdb.Finding) bool { return f != nil && fits(w, f) }); i >= 0 {
			left[i] = nil
		} else {
			missing = append(missing, w)
		}
	}
	for _, w := range missing {
		diff = append(diff, "- "+wanted(w))
		if i := slices.IndexFunc(left, func(f *riskdb.Finding) bool { return f != nil && same(w, f) }); i >= 0 {
			diff = append(diff, "+ "+got(left[i]))
			left[i] = nil
		}
	}
	for _, f := range left {
		if f != nil && f.Severity != riskdb.Info {
			diff = append(diff, "+ "+got(f))
		}
	}
	for _, g := range a.Gaps {
		if g.Kind.Incomplete() {
			diff = append(diff, fmt.Sprintf("+ not judged: %s: %s", g.Subject, g.Detail))
		}
	}
	return diff
}

// same reports whether a finding is about the app and of the rule that a test names.
func same(w riskdb.TestResult, f *riskdb.Finding) bool {
	return f.Subject.Identifier() == w.App && (w.Rule == f.Rule || w.Rule == f.PolicyRule) || w.App == "" && f.Subject.App == nil && w.Rule == f.Rule
}

func fits(w riskdb.TestResult, f *riskdb.Finding) bool {
	return same(w, f) && (w.Severity == "" || w.Severity == f.Severity) && (w.Action == "" || w.Action == f.Action) &&
		(w.Confidence == "" || w.Confidence == f.Confidence) && w.Exception == exceptionOf(f)
}

func exceptionOf(f *riskdb.Finding) string {
	if f.Exception == nil {
		return ""
	}
	return f.Exception.ID
}

func wanted(w riskdb.TestResult) string {
	return line(cmp.Or(w.App, "no app"), w.Rule, w.Severity, w.Action, w.Confidence, w.Exception)
}

func got(f *riskdb.Finding) string {
	return line(cmp.Or(f.Subject.Identifier(), "no app"), cmp.Or(f.PolicyRule, f.Rule), f.Severity, f.Action, f.Confidence, exceptionOf(f))
}

func line(app, rule string, s riskdb.Severity, act riskdb.Action, c riskdb.Confidence, exception string) string {
	parts := []string{app, rule}
	for _, p := range []string{string(s), string(act), string(c)} {
		if p != "" {
			parts = append(parts, p)
		}
	}
	if exception != "" {
		parts = append(parts, "under exception "+exception)
	}
	return strings.Join(parts, "  ")
}
