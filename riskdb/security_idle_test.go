package riskdb

import (
	"slices"
	"strings"
	"testing"

	"quaestor/scanners/inventory"
)

// TestDisabledProtection: protection whose services are disabled is told to be, unless another one is at work.
func TestDisabledProtection(t *testing.T) {
	off := inventory.SecurityProduct{Kind: "service", Name: "Sentry", Service: "SentrySvc21", Path: `C:\Program Files\Sentry\sentry.exe`, Start: "disabled", State: "disabled"}
	manual := off
	manual.Start, manual.State = "manual", "installed"
	other := inventory.SecurityProduct{Kind: "process", Process: "fortress.exe", Path: `C:\Program Files\Fortress\fortress.exe`, State: "running"}
	for _, test := range []struct {
		name  string
		facts []inventory.SecurityProduct
		off   bool // a finding says so
		idle  bool // nothing says that it protects the device
	}{
		{"disabled", []inventory.SecurityProduct{off}, true, true},
		{"started on demand", []inventory.SecurityProduct{manual}, false, false},
		{"one of two", []inventory.SecurityProduct{off, manual}, false, false},
		{"another at work", []inventory.SecurityProduct{off, other}, false, true},
		{"registered as on", []inventory.SecurityProduct{off, {Kind: "antivirus", Name: "Sentry", State: "on"}}, false, false},
	} {
		a := assessGuards(t, computer(inventory.Windows, test.facts...))
		told := slices.ContainsFunc(a.Findings, func(f Finding) bool { return f.Rule == RuleProtectionOff })
		protects := slices.ContainsFunc(a.Findings, func(f Finding) bool {
			return f.Rule == RuleSecurityPresent && f.Subject.Product.ID == "sentry" && strings.Contains(f.Reason, "It protects")
		})
		if told != test.off || protects == test.idle {
			t.Errorf("%s: told to be off: %v, to protect: %v", test.name, told, protects)
		}
	}
}
