package main

import (
	"slices"
	"strings"
	"testing"

	"quaestor/riskdb"
	"quaestor/scanners/inventory"
)

// TestFakes: programs that only bear the names of security software, in folders where nothing is installed, are told with low
// confidence and no higher than low, however many there are and whatever their folder is called. Where such a program belongs it is told as it was.
func TestFakes(t *testing.T) {
	db, policies := loaded(t)
	process := func(path, name string) inventory.SecurityProduct {
		return inventory.SecurityProduct{Kind: "process", Name: name, Process: name, Path: path, State: "running"}
	}
	for _, c := range []struct {
		name   string
		system inventory.Platform
		facts  []inventory.SecurityProduct
		sure   bool
	}{
		{"avp.exe in Temp", inventory.Windows, []inventory.SecurityProduct{process(`C:\Users\a\AppData\Local\Temp\avp.exe`, "avp.exe")}, false},
		{"avp.exe in a folder of Temp", inventory.Windows, []inventory.SecurityProduct{process(`C:\Users\a\AppData\Local\Temp\Kaspersky Lab\avp.exe`, "avp.exe")}, false},
		{"kesl in /tmp", inventory.Linux, []inventory.SecurityProduct{process("/tmp/x/kesl", "kesl")}, false},
		{"kesl in a folder of /tmp", inventory.Linux, []inventory.SecurityProduct{process("/tmp/kaspersky/kesl", "kesl")}, false},
		{"two in /dev/shm", inventory.Linux, []inventory.SecurityProduct{process("/dev/shm/kesl", "kesl"), process("/dev/shm/klnagent", "klnagent")}, false},
		{"kesl where it belongs", inventory.Linux, []inventory.SecurityProduct{process("/opt/kaspersky/kesl/bin/kesl", "kesl")}, true},
		{"avp.exe where it belongs", inventory.Windows, []inventory.SecurityProduct{process(`C:\Program Files (x86)\Kaspersky Lab\Kaspersky 21.17\avp.exe`, "avp.exe")}, true},
	} {
		inv := inventory.New()
		inv.Devices = []inventory.Device{{ID: "device", Platform: c.system}}
		for _, f := range c.facts {
			f.ID, f.Device = inventory.FactID("security", "device", f.Path, f.Kind), "device"
			inv.SecurityProducts = append(inv.SecurityProducts, f)
		}
		a := riskdb.Assess(db, policies, inv, db.Version().Date)
		if len(a.Security) == 0 && c.sure {
			t.Errorf("%s: nothing", c.name)
		}
		for _, s := range a.Security {
			doubted := slices.ContainsFunc(s.Marks, func(m riskdb.Evidence) bool { return strings.HasSuffix(m.Detail, "Nothing else confirms it.") })
			if doubted == c.sure || !c.sure && s.Confidence != riskdb.ConfidenceLow {
				t.Errorf("%s: %s with confidence %s, doubted: %v", c.name, s.Name, s.Confidence, doubted)
			}
		}
		for _, f := range a.Findings {
			if !c.sure && f.Severity > riskdb.Low {
				t.Errorf("%s: a finding of severity %v", c.name, f.Severity)
			}
		}
	}
}
