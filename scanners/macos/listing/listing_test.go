package listing

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"quaestor/scanners"
	"quaestor/scanners/internal/lines"
	"quaestor/scanners/internal/scantest"
	"quaestor/scanners/inventory"
)

var _ scanners.Scanner = Scanner{}

// TestGolden: each list alone in its folder.
func TestGolden(t *testing.T) {
	for _, name := range []string{"extensions", "extensions-blanks", "kextstat", "pkgutil"} {
		scantest.GoldenFiles(t, Scanner{}, "testdata/"+name+".txt", 1)
	}
}

func read(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name+".txt"))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// scan scans one text in a folder of its own.
func scan(t *testing.T, text string) *inventory.Inventory {
	t.Helper()
	name := filepath.Join(t.TempDir(), "list.txt")
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return scantest.Scan(t, Scanner{}, name)
}

// told is what matters of a list, one fact a line.
func told(inv *inventory.Inventory) (out []string) {
	for _, p := range inv.SecurityProducts {
		out = append(out, strings.Join([]string{p.Kind, p.Identifier, p.Name, p.Version, p.State, p.StateCode, p.Team, strings.Join(p.Privileges, "+")}, "|"))
	}
	for _, a := range inv.Apps {
		out = append(out, strings.Join([]string{string(a.IdentifierKind), a.Identifier, string(a.Presence), a.Traces[0].Kind}, "|"))
	}
	slices.Sort(out)
	return out
}

func TestRows(t *testing.T) {
	for name, want := range map[string][]string{
		"extensions": {"system-extension|org.example.driver|org.example.driver|1||activated_new_state||driver+system-extension",
			"system-extension|org.example.edr|EDR|7.10|waiting|activated_waiting_for_user|TEAM654321|endpoint-security+system-extension",
			"system-extension|org.example.filter.network|Example Filter (Network)|4.5.1|enabled|activated_enabled|TEAM123456|system-extension"},
		"extensions-blanks": {"system-extension|org.example.wall.extension2|My Extension|2.4.2|disabled|activated_disabled|VBG97UB4TA|system-extension",
			"system-extension|org.example.wall.extension|Extension|2.4.0|disabled|terminating_for_uninstall|VBG97UB4TA|system-extension"},
		"kextstat": {"kernel-extension|org.example.driver.Composite|org.example.driver.Composite|1.4.25|running|||kernel", "kernel-extension|org.example.tun|org.example.tun|1.0|running|||kernel"},
		"pkgutil":  {"macos-receipt|com.example.My Driver 2.pkg|trace|install", "macos-receipt|org.example.tool.pkg|trace|install"},
	} {
		inv := scan(t, read(t, name))
		if got := told(inv); !slices.Equal(got, want) {
			t.Errorf("%s: %q", name, got)
		}
		if d := inv.Devices; len(d) != 1 || d[0].OSName != "macOS" || d[0].Name == "" || len(d[0].Origins[0].SHA256) != 64 {
			t.Errorf("%s: %+v", name, d)
		}
	}
}

func TestGaps(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		kind inventory.GapKind
		n    int
	}{
		"apple's kernel extensions": {read(t, "kextstat"), inventory.GapSkipped, 1},
		"apple's packages":          {read(t, "pkgutil"), inventory.GapSkipped, 3},
		"a line":                    {read(t, "kextstat"), inventory.GapMalformed, 1},
		"cut short":                 {strings.SplitAfter(read(t, "extensions"), "[activated enabled]\n")[0], inventory.GapMalformed, 3},
		"none at all":               {"0 extension(s)\n", inventory.GapMalformed, 0},
		"whole":                     {read(t, "extensions"), inventory.GapMalformed, 0},
	} {
		gaps := scantest.Gaps(scan(t, c.text), c.kind)
		if c.n == 0 && len(gaps) != 0 || c.n > 0 && (len(gaps) != 1 || gaps[0].Count != c.n) {
			t.Errorf("%s: %+v", name, gaps)
		}
	}
}

// Other forms of the same: Windows' line ends, UTF-16, several lists in one file.
func TestForms(t *testing.T) {
	plain := read(t, "extensions")
	wide := "\xff\xfe"
	for _, u := range utf16.Encode([]rune(plain)) {
		wide += string([]byte{byte(u), byte(u >> 8)})
	}
	want := told(scan(t, plain))
	for name, text := range map[string]string{"crlf": strings.ReplaceAll(plain, "\n", "\r\n"), "utf-16": wide} {
		if got := told(scan(t, text)); !slices.Equal(got, want) {
			t.Errorf("%s: %q", name, got)
		}
	}
	both := told(scan(t, read(t, "kextstat")+plain))
	if len(both) != len(want)+2 || !strings.HasPrefix(both[0], "kernel-extension|") {
		t.Errorf("%q", both)
	}
}

// Lists in one folder are of one Mac, unless two are of a kind.
func TestOneMac(t *testing.T) {
	dir := t.TempDir()
	put := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	ids := func(names ...string) int {
		seen := map[string]bool{}
		folder := scantest.Open(t, dir)
		for _, n := range names {
			src, err := folder.Sub(n)
			if err != nil {
				t.Fatal(err)
			}
			inv, err := Scanner{}.Scan(t.Context(), src)
			if src.Close(); err != nil {
				t.Fatal(err)
			}
			seen[inv.Devices[0].ID] = true
			if g := scantest.Gaps(inv, inventory.GapBlind); len(g) != 1 || strings.Contains(g[0].Next, "PSComputerName") {
				t.Errorf("%+v", g)
			}
		}
		return len(seen)
	}
	put("a", read(t, "extensions"))
	put("b", read(t, "kextstat"))
	put("c", read(t, "pkgutil"))
	if n := ids("a", "b", "c"); n != 1 {
		t.Errorf("%d Macs", n)
	}
	put("d", read(t, "kextstat"))
	if n := ids("b", "d"); n != 2 {
		t.Errorf("%d Macs of two lists of a kind", n)
	}
}

func TestNotRecognised(t *testing.T) {
	long := "com.apple.pkg.a\n" + strings.Repeat("org.example.some.package\n", 4000)
	for name, text := range map[string]string{
		"empty": "", "other identifiers": "org.example.a\norg.example.b\n", "pm list": "package:com.apple.pkg.x\n", "prose": "com.apple.pkg.x is a package.\nWhat it brings: much.\n",
		"no dot": "com.apple.pkg.x\nword\n", "kextstat late": strings.Repeat("x\n", maxLook) + "Index Refs Address Size Wired Name (Version)\n", "count in prose": "see 3 extension(s)\n",
		"paths": "/Library/com.apple.pkg.x\n", "late prose": long[:4000] + "a / b\n",
	} {
		name2 := filepath.Join(t.TempDir(), "x.txt")
		if err := os.WriteFile(name2, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		if (Scanner{}).Recognise(scantest.Open(t, name2)) {
			t.Errorf("%s is recognised", name)
		}
	}
	if got := len(scan(t, long).Apps); got != 1 {
		t.Errorf("%d apps of a list that is longer than its head", got)
	}
}

func TestLimits(t *testing.T) {
	var b strings.Builder
	b.WriteString("Index Refs Address Size Wired Name (Version)\n")
	for i := range maxExtensions + 7 {
		fmt.Fprintf(&b, "%d 0 0 0 0 org.example.k%d (1)\n", i, i)
	}
	inv := scan(t, b.String())
	if gaps := scantest.Gaps(inv, inventory.GapLimit); len(inv.SecurityProducts) != maxExtensions || len(gaps) != 1 || gaps[0].Count != 7 {
		t.Errorf("%d %+v", len(inv.SecurityProducts), gaps)
	}
}

func FuzzLines(f *testing.F) {
	for _, name := range []string{"extensions", "extensions-blanks", "kextstat", "pkgutil"} {
		data, err := os.ReadFile("testdata/" + name + ".txt")
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		seen, ok := look(data)
		if !ok {
			return
		}
		l := &list{inv: inventory.New(), known: map[string]bool{}, only: seen.Whole[0] == receipts}
		if err := l.read(t.Context(), lines.New(strings.NewReader(string(data)))); err != nil {
			t.Fatal(err)
		}
		for _, p := range l.inv.SecurityProducts {
			if p.Name == "" || p.Identifier == "" {
				t.Fatalf("%+v", p)
			}
		}
		if len(l.odd.Samples) > 5 {
			t.Fatal("too many samples")
		}
	})
}

// A version that only waits to be taken away is not told, also where it stands first or alone.
func TestLeaving(t *testing.T) {
	const row = "\t\tTEAM123456\torg.example.old (1.0/1)\tOld\t[terminated waiting to uninstall on reboot]\n"
	if inv := scan(t, "1 extension(s)\n"+row); len(inv.SecurityProducts) != 0 || len(scantest.Gaps(inv, inventory.GapMalformed)) != 0 {
		t.Errorf("%+v %+v", inv.SecurityProducts, inv.Gaps)
	}
	both := scan(t, "2 extension(s)\n"+row+"*\t*\tTEAM123456\torg.example.old (2.0/2)\tOld\t[activated enabled]\n")
	if p := both.SecurityProducts; len(p) != 1 || p[0].Version != "2.0" || p[0].State != "enabled" {
		t.Errorf("%+v", p)
	}
}
