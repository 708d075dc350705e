package winfacts

import (
	"testing"

	"quaestor/scanners/internal/winreg"
	"quaestor/scanners/internal/winreg/hivetest"
	"quaestor/scanners/inventory"
)

// watched says which keys are asked for.
type watched struct {
	winreg.Registry
	asked map[string]bool
}

type watchedKey struct {
	winreg.Key
	path string
	of   *watched
}

func (w *watched) Open(path string) (winreg.Key, error) {
	w.asked[path] = true
	k, err := w.Registry.Open(path)
	if err != nil {
		return nil, err
	}
	return watchedKey{k, path, w}, nil
}

func (k watchedKey) Open(name string) (winreg.Key, error) {
	path := winreg.Join(k.path, name)
	k.of.asked[path] = true
	sub, err := k.Key.Open(name)
	if err != nil {
		return nil, err
	}
	return watchedKey{sub, path, k.of}, nil
}

// TestReads: whatever is asked for is said to be, or a registry that leaves out the rest would lack it.
func TestReads(t *testing.T) {
	reg := hivetest.Computer(t)
	for _, path := range []string{ // keys that lead on to others
		`HKLM\SYSTEM\CurrentControlSet\Control\Network\{4D36E974-E325-11CE-BFC1-08002BE10318}\{1}\Ndi`, `HKLM\SOFTWARE\Microsoft\CTF\TIP\{1}\LanguageProfile\0x0\{2}`,
		`HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Appx\AppxAllUserStore\S-1-5-21-1\x`, `HKLM\SOFTWARE\Google\Chrome\Extensions\x`,
		`HKLM\SYSTEM\ControlSet001\Services\s\Instances\i`,
	} {
		if err := reg.Set(path); err != nil {
			t.Fatal(err)
		}
	}
	w := &watched{reg, map[string]bool{}}
	Device(w)
	Collect(t.Context(), w, &Collector{Scanner: "test", Inv: inventory.New()})
	if len(w.asked) < 150 {
		t.Errorf("only %d keys are asked for", len(w.asked))
	}
	for path := range w.asked {
		if !Reads(path) {
			t.Errorf("%s is asked for", path)
		}
	}
	for path, want := range map[string]bool{
		`HKLM`: true, `HKU\S-1-5-21-1`: true, `HKLM\software\wow6432node`: true, `HKLM\SYSTEM\ControlSet002\Services\x`: true, `HKU\x\Software\Policies\Google`: true,
		`HKLM\SYSTEM\ControlSet001\Enum\PCI`: false, `HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Installer\UserData`: false, `HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Runs`: false,
		`HKU\x\Software\Microsoft\Office`: false, `HKLM\SAM\SAM`: false, `HKLM\SYSTEM\CurrentControlSet\Services` + deep(deepest): false,
	} {
		if Reads(path) != want {
			t.Errorf("%s: %v", path, !want)
		}
	}
}

func deep(n int) (path string) {
	for range n {
		path += `\x`
	}
	return path
}
