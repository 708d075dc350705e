package tasks

import (
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"

	"quaestor/scanners"
	"quaestor/scanners/internal/codesigntest"
	"quaestor/scanners/internal/hostroot/hosttest"
	"quaestor/scanners/internal/petest"
	"quaestor/scanners/inventory"
)

var _ scanners.Scanner = Scanner{}

func task(body string) string {
	text := `<?xml version="1.0" encoding="UTF-16"?><Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">` + body + `</Task>`
	var b strings.Builder
	for _, u := range utf16.Encode([]rune("\ufeff" + text)) {
		b.Write([]byte{byte(u), byte(u >> 8)})
	}
	return b.String()
}

func exec(command string) string {
	return "<Actions><Exec><Command>" + command + "</Command><Arguments>SECRET</Arguments></Exec></Actions>"
}

func tree() map[string]string {
	const dir = "WINDOWS/system32/Tasks/"
	return map[string]string{
		dir + "Обновление": task(`<RegistrationInfo><Author>DESK\anna</Author></RegistrationInfo><Triggers><LogonTrigger/></Triggers><Principals><Principal><UserId>S-1-5-21-1-2-3-1001</UserId></Principal></Principals>` +
			exec(`"C:\Program Files\Guard\guard.exe" SECRET`)),
		dir + "Example/Check": task(`<RegistrationInfo><Author>Example Corp</Author><URI>\Other</URI></RegistrationInfo><Triggers><BootTrigger/></Triggers><Principals><Principal><UserId>S-1-5-18</UserId></Principal></Principals>` +
			"<Actions><Exec><Command>a.exe</Command></Exec><Exec><Command>a.exe</Command><Arguments>2</Arguments></Exec><Exec><Command>b.exe</Command></Exec></Actions>"),
		dir + "Microsoft/Windows/Off":       task("<Settings><Enabled>false</Enabled></Settings><Actions><ComHandler><ClassId>{1}</ClassId></ComHandler></Actions>"),
		dir + "broken":                      task("<Actions><Exec>")[:200],
		"WINDOWS/system32/Tasks_Migrated/x": "not read",
		"program files/guard/guard.exe":     string(petest.Sign(petest.Program{Strings: [][2]string{{"CompanyName", "АО Пример"}, {"FileVersion", "4.0"}}}.Bytes(), codesigntest.Developer("T"))),
	}
}

func TestScan(t *testing.T) {
	inv := hosttest.Scan(t, Scanner{}, tree())
	signer := codesigntest.Developer("T").Fingerprint()
	got := map[string]inventory.SecurityProduct{}
	for _, p := range inv.SecurityProducts {
		if p.ID == "" || p.Device != inv.Devices[0].ID || p.Kind != Kind || len(p.Origins) != 1 || strings.Contains(p.Path, "SECRET") {
			t.Errorf("%+v", p)
		}
		if s := p.Signer; (s != nil) != (p.Name == "Обновление") || s != nil && (s.SHA256 != signer || !s.Verified) {
			t.Errorf("%s is signed by %+v", p.Name, s)
		}
		p.ID, p.Device, p.Kind, p.Origins, p.Signer = "", "", "", nil, nil
		got[p.Identifier+" "+p.Path] = p
	}
	want := map[string]inventory.SecurityProduct{
		`\Обновление C:\Program Files\Guard\guard.exe`: {User: "S-1-5-21-1-2-3-1001", Name: "Обновление", Identifier: `\Обновление`, State: "enabled", Start: "login", Vendor: "АО Пример", Version: "4.0", Process: "guard.exe", Path: `C:\Program Files\Guard\guard.exe`},
		`\Example\Check a.exe`:    {Name: "Check", Identifier: `\Example\Check`, State: "enabled", Start: "boot", Vendor: "Example Corp", Process: "a.exe", Path: "a.exe", Privileges: []string{"root"}},
		`\Example\Check b.exe`:    {Name: "Check", Identifier: `\Example\Check`, State: "enabled", Start: "boot", Vendor: "Example Corp", Process: "b.exe", Path: "b.exe", Privileges: []string{"root"}},
		`\Microsoft\Windows\Off `: {Name: "Off", Identifier: `\Microsoft\Windows\Off`, State: "disabled", Start: "disabled"},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	kinds := map[inventory.GapKind]int{}
	for _, g := range inv.Gaps {
		kinds[g.Kind]++
	}
	if kinds[inventory.GapMalformed] != 1 || kinds[inventory.GapSkipped] != 1 || len(inv.Gaps) != 2 {
		t.Errorf("gaps %+v", inv.Gaps)
	}
}

func TestPerson(t *testing.T) {
	for account, want := range map[string]string{"": "", "S-1-5-18": "", "S-1-5-21-1": "S-1-5-21-1", `NT AUTHORITY\SYSTEM`: "", "SYSTEM": "", `DESK\anna`: "anna", "anna": "anna", "S-1-12-1-9": "S-1-12-1-9", "s-1-5-21-1": "s-1-5-21-1", "S-1-5-21-2": "Анна"} {
		c := &collector{accounts: map[string]string{"S-1-5-21-2": "Анна"}}
		if got := c.person(account); got != want {
			t.Errorf("%q: %q", account, got)
		}
	}
}

func TestDeep(t *testing.T) {
	files := map[string]string{"Windows/System32/Tasks/a": task(exec("a.exe")), "Windows/System32/Tasks/" + strings.Repeat("d/", maxDepth+1) + "b": task(exec("b.exe"))}
	inv := hosttest.Scan(t, Scanner{}, files)
	if len(inv.SecurityProducts) != 1 || len(inv.Gaps) == 0 || inv.Gaps[0].Kind != inventory.GapLimit || inv.Gaps[0].Count != 1 {
		t.Errorf("%d tasks, gaps %+v", len(inv.SecurityProducts), inv.Gaps)
	}
}
