package regfile

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"quaestor/scanners/internal/winreg"
)

const export = "Windows Registry Editor Version 5.00\r\n\r\n" +
	"[HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Uninstall\\{A [b] c}]\r\n" +
	"@=\"по умолчанию\"\r\n" +
	"\"DisplayName\"=\"360安全卫士 \\\"x\\\" C:\\\\Program Files\\\\\"\r\n" +
	"\"Two\"=\"first\r\nsecond\"\r\n" +
	"\"a\\\\b\\\"=c\"=dword:0000001f\r\n" +
	"\"Binary\"=hex:01,02,\\\r\n  03,ff\r\n" +
	"\"Expand\"=hex(2):25,00,41,00,25,00,\\ ; remark\r\n  00,00\r\n" +
	"\"List\"=hex(7):61,00,00,00,62,00,00,00,00,00\r\n" +
	"\"Big\"=hex(b):08,07,06,05,04,03,02,01\r\n" +
	"\"None\"=hex(0):\r\n" +
	"\"Empty\"=\"\"\r\n" +
	"; a remark\r\n" +
	"[HKEY_CURRENT_USER\\Software\\X]\r\n\"v\"=\"1\"\r\n" +
	"[HKEY_USERS\\S-1-5-18\\Software\\Y]\r\n\"v\"=\"2\"\r\n" +
	"[HKEY_CLASSES_ROOT\\.txt]\r\n@=\"txtfile\"\r\n" +
	"[HKEY_CURRENT_CONFIG\\Software]\r\n\"v\"=\"not read\"\r\n"

func wide(s string, order binary.AppendByteOrder, mark bool) []byte {
	var out []byte
	if mark {
		out = order.AppendUint16(nil, 0xfeff)
	}
	for _, u := range utf16.Encode([]rune(s)) {
		out = order.AppendUint16(out, u)
	}
	return out
}

func encodings() map[string][]byte {
	return map[string][]byte{
		"UTF-16LE": wide(export, binary.LittleEndian, true), "UTF-16BE": wide(export, binary.BigEndian, true), "UTF-16LE without a mark": wide(export, binary.LittleEndian, false),
		"UTF-8": []byte(export), "UTF-8 with a mark": []byte("\ufeff" + export), "LF": []byte(strings.ReplaceAll(export, "\r\n", "\n")),
	}
}

func read(t *testing.T, data []byte) (*winreg.Recorded, Stats) {
	t.Helper()
	reg := winreg.NewRecorded()
	if !Looks(data) {
		t.Error("it does not look like an export")
	}
	stats, err := Read(t.Context(), bytes.NewReader(data), reg, nil)
	if err != nil {
		t.Fatal(err)
	}
	return reg, stats
}

func value(t *testing.T, reg winreg.Registry, path, name string) winreg.Value {
	t.Helper()
	k, err := reg.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	v, ok := winreg.Get(k, name)
	if !ok {
		t.Errorf("%s has no value %q", path, name)
	}
	return v
}

func TestRead(t *testing.T) {
	const key = `HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall\{A [b] c}`
	for name, data := range encodings() {
		reg, stats := read(t, data)
		if stats.Keys != 4 || stats.Values != 13 || stats.Elsewhere != 1 || stats.Malformed+stats.Guessed+stats.Cut+stats.Deleted != 0 || stats.Broken || stats.Old {
			t.Errorf("%s: %+v", name, stats)
		}
		for in, want := range map[string]string{"": "по умолчанию", "displayname": `360安全卫士 "x" C:\Program Files\`, "Two": "first\r\nsecond", "Expand": "%A%", "Empty": ""} {
			if got := value(t, reg, key, in).Text(); got != want {
				t.Errorf("%s: %q is %q, want %q", name, in, got, want)
			}
		}
		if n, ok := value(t, reg, key, `a\b"=c`).Number(); n != 0x1f || !ok {
			t.Errorf("%s: dword %x", name, n)
		}
		if n, _ := value(t, reg, key, "Big").Number(); n != 0x0102030405060708 {
			t.Errorf("%s: qword %x", name, n)
		}
		if got := value(t, reg, key, "List").List(); !slices.Equal(got, []string{"a", "b"}) {
			t.Errorf("%s: list %q", name, got)
		}
		if got := value(t, reg, key, "Binary"); got.Type != winreg.TypeBinary || !bytes.Equal(got.Data, []byte{1, 2, 3, 255}) {
			t.Errorf("%s: binary %v", name, got)
		}
		for path, want := range map[string]string{`HKU\unnamed account\Software\X`: "1", `HKU\S-1-5-18\Software\Y`: "2"} {
			if got := value(t, reg, path, "v").Text(); got != want {
				t.Errorf("%s: %s is %q", name, path, got)
			}
		}
		if got := value(t, reg, `HKLM\SOFTWARE\Classes\.txt`, "").Text(); got != "txtfile" {
			t.Errorf("%s: class %q", name, got)
		}
	}
}

func TestOld(t *testing.T) {
	reg, stats := read(t, []byte("REGEDIT4\r\n\r\n[HKEY_LOCAL_MACHINE\\Software\\A]\r\n\"Name\"=\"M\xfcller\"\r\n\"Path\"=hex(2):25,4d,fc,25,00\r\n\"L\"=hex(7):61,00,62,00,00\r\n"))
	if !stats.Old || stats.Guessed != 2 {
		t.Errorf("%+v", stats)
	}
	if a, b := value(t, reg, `HKLM\SOFTWARE\A`, "Name").Text(), value(t, reg, `HKLM\SOFTWARE\A`, "Path").Text(); a != "Müller" || b != "%Mü%" {
		t.Errorf("%q, %q", a, b)
	}
	if got := value(t, reg, `HKLM\SOFTWARE\A`, "L").List(); !slices.Equal(got, []string{"a", "b"}) {
		t.Errorf("list %q", got)
	}
}

func TestChanges(t *testing.T) {
	reg, stats := read(t, []byte(header5+"\n[HKEY_LOCAL_MACHINE\\SOFTWARE\\A]\n\"x\"=\"1\"\n\"y\"=\"2\"\n\"x\"=-\n[HKEY_LOCAL_MACHINE\\SOFTWARE\\B\\C]\n\"x\"=\"1\"\n[-HKEY_LOCAL_MACHINE\\SOFTWARE\\B]\n\"z\"=\"lost\"\n"))
	if stats.Deleted != 2 || stats.Malformed != 0 {
		t.Errorf("%+v", stats)
	}
	if _, err := reg.Open(`HKLM\SOFTWARE\B`); err == nil {
		t.Error("a deleted key is still there")
	}
	k, _ := reg.Open(`HKLM\SOFTWARE\A`)
	if values, _ := k.Values(); len(values) != 1 || values[0].Name != "y" {
		t.Errorf("%v", values)
	}
}

func TestMalformed(t *testing.T) {
	const head = header5 + "\n[HKEY_LOCAL_MACHINE\\SOFTWARE\\A]\n"
	const tail = "\n\"after\"=\"1\"\n"
	for _, line := range []string{"garbage", `"x"`, `"x":1`, `"x"=dword:xyz`, `"x"=dword:123456789`, `"x"=hex:0g`, `"x"=hex:100`, `"x"=hex(zz):00`, `"x"="a"b`, `"x"=-1`, "\"x\"=hex:0g,\\\n 01,\\\n 02",
		"[HKEY_LOCAL_MACHINE", "[HKEY_LOCAL_MACHINE" + strings.Repeat(`\a`, maxDepth+1) + "]\n[HKEY_LOCAL_MACHINE\\SOFTWARE\\A]"} {
		reg, stats := read(t, []byte(head+line+tail))
		if stats.Malformed != 1 || !slices.Equal(stats.Lines, []int{3}) && !strings.Contains(line, "\n") {
			t.Errorf("%q: %+v", cut(line), stats)
		}
		if line != "[HKEY_LOCAL_MACHINE" {
			value(t, reg, `HKLM\SOFTWARE\A`, "after")
		}
	}
	for _, line := range []string{`"x"="open`, `"x"=hex:00,\`} {
		if _, stats := read(t, []byte(head+line)); !stats.Broken || stats.Malformed != 1 {
			t.Errorf("%q: %+v", line, stats)
		}
	}
	for _, data := range []string{"", "hello", "REGEDIT", "REGEDIT5", header5 + "x"} {
		if Looks([]byte(data)) {
			t.Errorf("%q looks like an export", data)
		}
		if _, err := Read(t.Context(), strings.NewReader(data), winreg.NewRecorded(), nil); err == nil {
			t.Errorf("%q: no error", data)
		}
	}
}

// TestLimit: a file that goes on without end is left at the limit, and what was read stays.
func TestLimit(t *testing.T) {
	reg := winreg.NewRecorded()
	p := &parser{reg: reg, wanted: func(string) bool { return true }, used: MaxBytes - keyCost - 50}
	p.line(`[HKEY_LOCAL_MACHINE\A]`)
	p.line(`[HKEY_LOCAL_MACHINE\` + strings.Repeat("b", 100) + `]`)
	if !errors.Is(p.err, ErrLimit) || p.kept != 1 {
		t.Errorf("%v, %+v", p.err, p.stats)
	}
	long := io.MultiReader(strings.NewReader(header5+"\n[HKEY_LOCAL_MACHINE\\A]\n\"x\"=hex:00,\\\n"), strings.NewReader(strings.Repeat("00,00,00,00,00,00,00,00,00,00,00,00,00,00,00,00,\\\n", maxValue/16+2)), strings.NewReader("00\n\"y\"=\"1\"\n"))
	stats, err := Read(t.Context(), long, reg, nil)
	if err != nil || stats.Malformed != 1 || stats.Values != 1 {
		t.Errorf("%v, %+v", err, stats)
	}
}

func FuzzRead(f *testing.F) {
	for _, data := range encodings() {
		f.Add(data)
	}
	f.Add([]byte("REGEDIT4\n[-HKEY_USERS\\x]\n\"a\\"))
	f.Fuzz(func(t *testing.T, data []byte) {
		reg := winreg.NewRecorded()
		stats, err := Read(t.Context(), bytes.NewReader(data), reg, nil)
		if err == nil && !Looks(data) && len(data) < 200 && !bytes.Contains(data[:min(len(data), 20)], []byte("\n")) {
			t.Errorf("%q was read and does not look like it", data)
		}
		if len(stats.Lines) > maxLines || stats.Malformed > len(data) {
			t.Errorf("%+v", stats)
		}
	})
}

// What accounts have of HKEY_CLASSES_ROOT is the account's, all else the machine's.
func TestClasses(t *testing.T) {
	reg, stats := read(t, []byte("\xff\xfe"+wideText("Windows Registry Editor Version 5.00\r\n\r\n[HKEY_CLASSES_ROOT\\Local Settings\\Software\\X]\r\n\"a\"=\"1\"\r\n[HKCR\\.txt]\r\n\"a\"=\"2\"\r\n")))
	if stats.Elsewhere+stats.Malformed != 0 {
		t.Errorf("%+v", stats)
	}
	for path, want := range map[string]string{`HKU\` + CurrentUser + `\Software\Classes\Local Settings\Software\X`: "1", `HKLM\SOFTWARE\Classes\.txt`: "2"} {
		if got := value(t, reg, path, "a").Text(); got != want {
			t.Errorf("%s: %q, want %q", path, got, want)
		}
	}
}

func wideText(s string) string {
	out := ""
	for i := range len(s) {
		out += s[i:i+1] + "\x00"
	}
	return out
}
