package table_test

import (
	"strings"
	"testing"

	"quaestor/reports"
)

// TestEveryMeaning: what each word in the column MAY means is said once, however many there are.
func TestEveryMeaning(t *testing.T) {
	r := &reports.Report{Devices: []reports.Device{{ID: "pc", Platform: "windows", SecuritySeen: []string{reports.SeenApps}}}}
	for _, name := range []string{"One", "Two"} {
		x := reports.SecuritySoftware{Device: "pc", Name: name, Product: name, Kind: "antivirus", Recognised: true, Confidence: "high"}
		for _, p := range []string{"kernel", "root", "endpoint-security", "tls-interception", "network-filter"} {
			x.Privileges = append(x.Privileges, reports.Privilege{Name: p, Title: "Title of " + p, Means: "It means " + p + "."})
		}
		r.SecuritySoftware = append(r.SecuritySoftware, x)
	}
	text := flat(write(t, r, reports.Options{Width: 100}))
	for _, p := range []string{"kernel", "root", "endpoint-security", "tls-interception", "network-filter"} {
		if n := strings.Count(text, "It means "+p+"."); n != 1 {
			t.Errorf("%s is explained %d times in:\n%s", p, n, text)
		}
	}
}
