package winhives

import (
	"testing"

	"quaestor/scanners/internal/winreg/hivetest"
)

// TestKindOfBareAccount: the hive of an account may hold nothing but what programs wrote into it.
func TestKindOfBareAccount(t *testing.T) {
	reg := hivetest.Computer(t)
	for _, key := range []string{`HKU\bare\Software\Microsoft\Windows\CurrentVersion\Run`, `HKU\other\Software\Vendor`} {
		if err := reg.Set(key); err != nil {
			t.Fatal(err)
		}
	}
	for p, want := range map[string]Kind{`HKU\bare`: User, `HKU\other`: ""} {
		if got := KindOf(opened(t, hivetest.Build(t, reg, p, hivetest.Options{}))); got != want {
			t.Errorf("%s is %q, want %q", p, got, want)
		}
	}
}
