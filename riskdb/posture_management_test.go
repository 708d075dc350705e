package riskdb

import (
	"slices"
	"strings"
	"testing"
	"time"

	"quaestor/scanners/inventory"
)

// TestPostureOfManagement: what a management says of a device is judged on every system, and nothing it does not say.
func TestPostureOfManagement(t *testing.T) {
	yes, no := true, false
	for name, tt := range map[string]struct {
		said inventory.Management
		want []string
	}{
		"nothing":       {inventory.Management{System: "intune"}, nil},
		"all is well":   {inventory.Management{Encrypted: &yes, Passcode: &yes, Tampered: &no}, nil},
		"tampered":      {inventory.Management{Tampered: &yes}, []string{"management-tampered high moderate"}},
		"not encrypted": {inventory.Management{Encrypted: &no, Passcode: &yes}, []string{"management-not-encrypted medium moderate"}},
		"no lock":       {inventory.Management{Passcode: &no}, []string{"management-no-passcode medium moderate"}},
	} {
		for _, platform := range []inventory.Platform{inventory.Android, inventory.IOS, inventory.Windows, inventory.MacOS} {
			if got := postures(t, inventory.Device{ID: "d", Platform: platform, Management: &tt.said}); !slices.Equal(got, tt.want) {
				t.Errorf("%s on %s: %q, not %q", name, platform, got, tt.want)
			}
		}
	}
}

// TestPostureOfLongAgo: a device that reported long ago may have been set right since, and the reader is told who says it.
func TestPostureOfLongAgo(t *testing.T) {
	yes, long := true, time.Date(2020, 1, 2, 0, 0, 0, 0, time.UTC)
	inv := inventory.New()
	inv.Devices = []inventory.Device{{ID: "d", Platform: inventory.IOS, LastSeen: &long, Management: &inventory.Management{Tampered: &yes}}}
	for _, f := range assessAll(t, inv).Findings {
		if f.Rule == RulePosture {
			if !strings.Contains(f.Caveat, "2020-01-02") || !strings.HasPrefix(f.Evidence[0].Detail, "The management says of the device") {
				t.Errorf("caveat %q, evidence %q", f.Caveat, f.Evidence[0].Detail)
			}
			return
		}
	}
	t.Error("no finding")
}
