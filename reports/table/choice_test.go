package table_test

import (
	"bytes"
	"strings"
	"testing"

	"quaestor/reports"
	"quaestor/reports/internal/reporttest"
	"quaestor/reports/table"
)

func shown(t *testing.T, r *reports.Report, o reports.Options) string {
	t.Helper()
	var b bytes.Buffer
	if err := (table.Writer{}).Write(&b, r, o); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestOnly: what is not asked for is left out, and counted; the verdict is on everything. So it is of a fleet.
func TestOnly(t *testing.T) {
	for name, r := range map[string]*reports.Report{"one": reporttest.Full(), "fleet": reporttest.Fleet(300)} {
		whole := shown(t, r, reports.Options{})
		actions := 0
		for _, action := range reports.Actions() {
			heading := "\n" + strings.ToUpper(action) + " ("
			if !strings.Contains(whole, heading) {
				continue
			}
			actions++
			text := shown(t, r, reports.Options{Only: []string{action}})
			for _, other := range reports.Actions() {
				if strings.Contains(text, "\n"+strings.ToUpper(other)+" (") != (other == action) {
					t.Errorf("%s: --only %s: the section %s", name, action, other)
				}
			}
			if before, _, _ := strings.Cut(whole, "\n\n"); !strings.HasPrefix(text, before) {
				t.Errorf("%s: --only %s: another verdict", name, action)
			}
			if !strings.Contains(text, "Shown is what asks for: "+action) {
				t.Errorf("%s: --only %s does not say what is left out", name, action)
			}
		}
		if actions < 2 {
			t.Errorf("%s: %d actions are too few for a test", name, actions)
		}
	}
}

// TestSort: apps of an action stand in the order that was asked for.
func TestSort(t *testing.T) {
	r := reporttest.Full()
	r.Findings = nil
	for _, x := range []struct {
		name, severity string
		devices        int
	}{{"Beta", "high", 1}, {"alpha", "low", 3}, {"Gamma", "critical", 2}} {
		for n := range x.devices {
			f := reporttest.Full().Findings[0]
			f.ID, f.Severity, f.Action, f.Title, f.Params = "finding-"+x.name+string(rune('a'+n)), x.severity, "remove", x.name+" is banned", map[string]string{"product": x.name}
			f.Subject = reports.Subject{Device: "d" + string(rune('a'+n)), DeviceName: "Device", App: "app", Kind: "name", Identifier: x.name, Name: x.name}
			r.Findings = append(r.Findings, f)
		}
	}
	for order, want := range map[string]string{"name": "alpha Beta Gamma", "severity": "Gamma Beta alpha", "devices": "alpha Gamma Beta", "": "Gamma Beta alpha"} {
		text := shown(t, r, reports.Options{Sort: order, Width: 200})
		_, text, _ = strings.Cut(text, "\nREMOVE (")
		names, at := strings.Fields(want), -1
		for _, name := range names {
			i := strings.Index(text, " "+name)
			if i < at {
				t.Errorf("--sort %q: want %s in\n%.1500s", order, want, text)
			}
			at = i
		}
	}
}
