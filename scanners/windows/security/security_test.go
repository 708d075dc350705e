package security

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"quaestor/scanners"
	"quaestor/scanners/internal/codesigntest"
	"quaestor/scanners/internal/hostroot"
	"quaestor/scanners/internal/hostroot/hosttest"
	"quaestor/scanners/internal/petest"
	"quaestor/scanners/internal/winlive"
	"quaestor/scanners/inventory"
)

var _ scanners.Scanner = scanner{}

// answers are those of a computer with Windows Defender, which stepped back, and a product of another maker, written after
// published answers of WMI.
func answers() winlive.Recorded {
	defender := winlive.Product{Name: "Windows Defender", GUID: "{D68DDC3A-831F-4fae-9E44-DA132C1ACF46}", Program: "windowsdefender://", Reporting: `%ProgramFiles%\Windows Defender\MsMpeng.exe`, State: 393472}
	guard := winlive.Product{Name: "Страж", GUID: "{11111111-2222-3333-4444-555555555555}", Program: `C:\Program Files\Guard\ui.exe`, Reporting: `"C:\Program Files\Guard\guard.exe" /report`, State: 266256}
	wall := winlive.Product{Name: "Страж", GUID: "{11111111-2222-3333-4444-555555555556}", Program: `C:\Program Files\Guard\ui.exe`, State: 331776}
	return winlive.Recorded{
		Center: map[string][]winlive.Product{"AntiVirusProduct": {defender, guard}, "FirewallProduct": {wall}},
		Programs: []winlive.Process{{ID: 0, Name: "[System Process]"}, {ID: 4, Name: "System"}, {ID: 9, Name: "MsMpEng.exe", Denied: true}, {ID: 10, Name: "guard.exe", Path: `C:\Program Files\Guard\guard.exe`},
			{ID: 11, Name: "guard.exe", Path: `C:\Program Files\Guard\guard.exe`}, {ID: 12, Name: "guard.exe", Path: `C:\Temp\guard.exe`}},
	}
}

func ask(t *testing.T, r winlive.Recorded) *inventory.Inventory {
	t.Helper()
	signed := petest.Sign(petest.Program{Strings: [][2]string{{"CompanyName", "АО Пример"}, {"FileVersion", "4.0"}}}.Bytes(), codesigntest.Developer("T"))
	h, err := hostroot.Open(hosttest.Open(t, hosttest.Tree(t, map[string]string{"Windows/System32/": "", "Program Files/Guard/guard.exe": string(signed)})))
	if err != nil {
		t.Fatal(err)
	}
	c := &collector{h: h, inv: inventory.New(), device: "d", seen: map[string]bool{}}
	if err := (scanner{open: func() (winlive.System, error) { return r, nil }}).ask(context.Background(), c); err != nil {
		t.Fatal(err)
	}
	return c.inv
}

func TestAsk(t *testing.T) {
	inv := ask(t, answers())
	signer := codesigntest.Developer("T").Fingerprint()
	var got []inventory.SecurityProduct
	for _, p := range inv.SecurityProducts {
		if p.ID == "" || p.Device != "d" || len(p.Origins) != 1 {
			t.Errorf("%+v", p)
		}
		if signed := p.Path == `C:\Program Files\Guard\guard.exe`; signed != (p.Signer != nil) || signed && (p.Signer.SHA256 != signer || !p.Signer.Verified) {
			t.Errorf("%s %q is signed by %+v", p.Kind, p.Path, p.Signer)
		}
		p.ID, p.Device, p.Origins, p.Signer = "", "", nil, nil
		got = append(got, p)
	}
	guard := inventory.SecurityProduct{Vendor: "АО Пример", Version: "4.0", Path: `C:\Program Files\Guard\guard.exe`}
	registered, process := guard, guard
	registered.Kind, registered.Name, registered.Identifier, registered.State, registered.StateCode, registered.Definitions = "antivirus", "Страж", "{11111111-2222-3333-4444-555555555555}", "on", "0x041010", "outdated"
	process.Kind, process.Name, process.Process, process.State = "process", "guard.exe", "guard.exe", "running"
	want := []inventory.SecurityProduct{
		{Kind: "antivirus", Name: "Windows Defender", Identifier: "{D68DDC3A-831F-4fae-9E44-DA132C1ACF46}", Path: `C:\Program Files\Windows Defender\MsMpeng.exe`, State: "off", StateCode: "0x060100", Definitions: "current"},
		registered,
		{Kind: "firewall", Name: "Страж", Identifier: "{11111111-2222-3333-4444-555555555556}", Path: `C:\Program Files\Guard\ui.exe`, State: "on", StateCode: "0x051000"},
		{Kind: "process", Name: "MsMpEng.exe", Process: "MsMpEng.exe", State: "running"},
		process,
		{Kind: "process", Name: "guard.exe", Process: "guard.exe", Path: `C:\Temp\guard.exe`, State: "running"},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	kinds := map[inventory.GapKind]int{}
	for _, g := range inv.Gaps {
		kinds[g.Kind] += g.Count
	}
	if kinds[inventory.GapNotPermitted] != 1 || kinds[inventory.GapSkipped] != 3 || len(inv.Gaps) != 2 {
		t.Errorf("gaps %+v", inv.Gaps)
	}
}

func TestNoAnswer(t *testing.T) {
	for _, test := range []struct {
		err  error
		kind inventory.GapKind
		want int
	}{{winlive.ErrNoCenter, inventory.GapBlind, 3}, {errors.New("RPC server unavailable"), inventory.GapUnreadable, 4}} {
		r := winlive.Recorded{Err: test.err, Programs: answers().Programs}
		n := 0
		for _, g := range ask(t, r).Gaps {
			if g.Kind == test.kind {
				n++
			}
		}
		if n != test.want {
			t.Errorf("%v: %d gaps %s, want %d", test.err, n, test.kind, test.want)
		}
	}
	if inv := ask(t, winlive.Recorded{}); len(inv.Gaps) != 1 || inv.Gaps[0].Kind != inventory.GapEmpty {
		t.Errorf("nothing: %+v", inv.Gaps)
	}
}

func TestCopy(t *testing.T) {
	inv := hosttest.Scan(t, New(), map[string]string{"Windows/System32/": ""})
	if len(inv.SecurityProducts) != 0 || len(inv.Gaps) != 1 || inv.Gaps[0].Kind != inventory.GapBlind || !strings.Contains(inv.Gaps[0].Detail, "copy") {
		t.Errorf("%+v", inv)
	}
	if New().Recognise(hosttest.Open(t, hosttest.Tree(t, map[string]string{"etc/os-release": "ID=debian\n"}))) {
		t.Error("a computer with Linux is recognised")
	}
}
