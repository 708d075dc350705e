package regfile

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"quaestor/scanners/internal/winreg"
)

// TestWanted: what nobody asks for is counted and takes no memory.
func TestWanted(t *testing.T) {
	reg := winreg.NewRecorded()
	stats, err := Read(t.Context(), strings.NewReader(header5+"\n[HKEY_LOCAL_MACHINE\\no]\n\"x\"=\"1\"\n[HKEY_LOCAL_MACHINE\\yes]\n\"x\"=\"1\"\n[HKEY_LOCAL_MACHINE\\no\\yes]\n\"x\"=\"1\"\n"), reg,
		func(path string) bool { return path == `HKLM\yes` })
	if err != nil || stats.Keys != 3 || stats.Values != 1 || stats.First != `HKLM\no` || reg.Has(`HKLM\no`) || !reg.Has(`HKLM\yes`) || reg.Subkeys("HKLM") != 1 {
		t.Errorf("%+v, %v", stats, err)
	}
}

// TestCrowded: of a key with more subkeys or values than any has, the first are kept, and the rest is counted.
func TestCrowded(t *testing.T) {
	var s strings.Builder
	s.WriteString(header5 + "\n[HKEY_LOCAL_MACHINE\\A]\n")
	for i := range maxBelow + 3 {
		fmt.Fprintf(&s, "\"%d\"=dword:1\n", i)
	}
	for i := range maxBelow + 4 {
		fmt.Fprintf(&s, "[HKEY_LOCAL_MACHINE\\A\\%d]\n", i)
	}
	s.WriteString("[HKEY_LOCAL_MACHINE\\A\\1]\n\"x\"=dword:1\n[HKEY_LOCAL_MACHINE\\B]\n")
	reg := winreg.NewRecorded()
	stats, err := Read(t.Context(), strings.NewReader(s.String()), reg, nil)
	if err != nil || stats.Crowded != 7 || reg.Subkeys(`HKLM\A`) != maxBelow || !reg.Has(`HKLM\B`) {
		t.Errorf("%+v, %v", stats, err)
	}
	value(t, reg, `HKLM\A\1`, "x")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Read(ctx, strings.NewReader(s.String()), winreg.NewRecorded(), nil); !errors.Is(err, context.Canceled) {
		t.Errorf("interrupted: %v", err)
	}
}
