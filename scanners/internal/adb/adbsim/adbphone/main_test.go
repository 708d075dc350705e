package main

import (
	"strings"
	"testing"

	"quaestor/scanners/internal/adb/adbsim"
)

func TestRefusals(t *testing.T) {
	for _, tt := range []struct{ record, auth, want string }{
		{"nokia-3310", "trusting", "nokia-3310"},
		{"pixel-15", "friendly", "-auth"},
	} {
		if err := run(tt.record, 0, tt.auth, adbsim.Faults{}, false); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s, %s: %v", tt.record, tt.auth, err)
		}
	}
}
