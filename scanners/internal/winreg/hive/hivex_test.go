package hive

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"

	"quaestor/scanners/internal/winreg"
	"quaestor/scanners/internal/winreg/hivetest"
)

// hivex skips where the tools of Debian's libhivex are missing (packages libhivex-bin and libwin-hivex-perl).
func hivex(t *testing.T, tool string) string {
	t.Helper()
	path, err := exec.LookPath(tool)
	if err != nil {
		t.Skipf("%s is not installed (libhivex-bin, libwin-hivex-perl)", tool)
	}
	return path
}

// seed is an empty hive in a file.
func seed(t *testing.T) string {
	t.Helper()
	reg := winreg.NewRecorded()
	if err := reg.Set(`HKLM\SOFTWARE`); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "SOFTWARE")
	if err := os.WriteFile(file, hivetest.Build(t, reg, `HKLM\SOFTWARE`, hivetest.Options{}), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// hexText writes a text as a .reg file has it in numbers, which takes any script.
func hexText(s string) string {
	var b strings.Builder
	b.WriteString("hex(1):")
	for _, u := range append(utf16.Encode([]rune(s)), 0) {
		fmt.Fprintf(&b, "%02x,%02x,", u&0xff, u>>8)
	}
	return strings.TrimSuffix(b.String(), ",")
}

// TestWrittenByHivex reads hives that libhivex wrote.
func TestWrittenByHivex(t *testing.T) {
	tool, file := hivex(t, "hivexregedit"), seed(t)
	var reg strings.Builder
	reg.WriteString("Windows Registry Editor Version 5.00\n\n[HKEY_LOCAL_MACHINE\\SOFTWARE\\Vendor]\n")
	fmt.Fprintf(&reg, "\"Name\"=%s\n\"Chinese\"=%s\n\"n\"=dword:0000002a\n\"list\"=hex(7):61,00,00,00,62,00,00,00,00,00\n", hexText("Антивирус Касперского"), hexText("360安全卫士"))
	reg.WriteString("\n[HKEY_LOCAL_MACHINE\\SOFTWARE\\Many]\n")
	for i := range 1500 {
		fmt.Fprintf(&reg, "\n[HKEY_LOCAL_MACHINE\\SOFTWARE\\Many\\key %04d]\n\"i\"=dword:%08x\n", i, i)
	}
	regFile := filepath.Join(t.TempDir(), "a.reg")
	if err := os.WriteFile(regFile, []byte(reg.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command(tool, "--merge", "--prefix", `HKEY_LOCAL_MACHINE\SOFTWARE`, file, regFile).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !Is(b) {
		t.Fatal("not recognised")
	}
	root, err := open(t, b).Root()
	if err != nil {
		t.Fatal(err)
	}
	vendor, err := root.Open("VENDOR")
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"Name": "Антивирус Касперского", "Chinese": "360安全卫士", "list": "a"} {
		if v, ok := winreg.Get(vendor, name); !ok || v.Text() != want {
			t.Errorf("%s is %q, want %q", name, v.Text(), want)
		}
	}
	many, err := root.Open("Many")
	if err != nil {
		t.Fatal(err)
	}
	names, err := many.Subkeys()
	if len(names) != 1500 || err != nil {
		t.Fatalf("%d keys, %v", len(names), err)
	}
	last, err := many.Open("key 1499")
	if err != nil {
		t.Fatal(err)
	}
	if v, _ := winreg.Get(last, "i"); fmt.Sprint(v.Number()) != "1499 true" {
		t.Errorf("value %+v", v)
	}
}

// TestReadByHivex lets libhivex read what hivetest writes, so that the hives of the other tests are not only what
// this reader takes for one.
func TestReadByHivex(t *testing.T) {
	tool := hivex(t, "hivexregedit")
	file := filepath.Join(t.TempDir(), "SOFTWARE")
	if err := os.WriteFile(file, hivetest.Build(t, sample(t), `HKLM\SOFTWARE`, hivetest.Options{}), 0o600); err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string][]string{
		`\Many\key 1199`: {`"i"=dword:000004af`},
		`\Касперский`:    {`"N"=dword:00000007`, strings.TrimPrefix(hexText("Антивирус"), "hex(1):")},
	} {
		out, err := exec.Command(tool, "--export", file, key).Output()
		if err != nil {
			t.Errorf("%s: %v", key, err)
		}
		for _, part := range want {
			if !bytes.Contains(out, []byte(part)) {
				t.Errorf("%s: %q is not in %s", key, part, out)
			}
		}
	}
}

// TestNameForms makes sure that the sample has names in both forms.
func TestNameForms(t *testing.T) {
	b := hivetest.Build(t, sample(t), `HKLM\SOFTWARE`, hivetest.Options{})
	forms := map[bool]int{}
	for n := range 6 {
		at := place(t, b, "nk", n)
		forms[binary.LittleEndian.Uint16(b[at+6:])&0x20 != 0]++
	}
	if forms[true] == 0 || forms[false] == 0 {
		t.Errorf("forms of names %v: the sample does not have both", forms)
	}
}
