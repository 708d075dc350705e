package live

import (
	"errors"
	"io/fs"
	"runtime"
	"testing"

	"quaestor/scanners/internal/winreg"
)

// TestOpen: elsewhere the registry says that it is not there; on Windows every computer has these keys.
func TestOpen(t *testing.T) {
	reg, err := Open()
	if runtime.GOOS != "windows" {
		if !errors.Is(err, ErrElsewhere) {
			t.Errorf("error %v", err)
		}
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	k, err := reg.Open(`HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion`)
	if err != nil {
		t.Fatal(err)
	}
	defer k.Close()
	if v, ok := winreg.Get(k, "currentversion"); !ok || v.Text() == "" || k.Name() != "CurrentVersion" {
		t.Errorf("%s has version %q, %v", k.Name(), v.Text(), ok)
	}
	if names, err := k.Subkeys(); len(names) == 0 || err != nil {
		t.Errorf("subkeys %q, %v", names, err)
	}
	if k.Modified().IsZero() {
		t.Error("it was never written")
	}
	if _, err := reg.Open(`HKLM\SOFTWARE\Quaestor\none`); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a key that is not there: %v", err)
	}
	if len(reg.Users()) == 0 {
		t.Error("no account is logged in")
	}
}

func TestIsAccount(t *testing.T) {
	for name, want := range map[string]bool{"S-1-5-18": true, "S-1-5-21-1-2-3-1001": true, "S-1-12-1-1-2-3-4": true, "S-1-5-21-1-2-3-1001_Classes": false, ".DEFAULT": false} {
		if isAccount(name) != want {
			t.Errorf("%s: %v", name, !want)
		}
	}
}
