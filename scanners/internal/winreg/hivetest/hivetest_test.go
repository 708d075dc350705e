package hivetest

import (
	"bytes"
	"encoding/binary"
	"testing"

	"quaestor/scanners/internal/winreg"
)

func TestBuild(t *testing.T) {
	reg := Fill(t, `
		[HKLM\SOFTWARE\Vendor]
		@=default
		Имя=Антивирус
		Path=%ProgramFiles%\x
		Number=#0x10`)
	k, err := reg.Open(`HKLM\SOFTWARE\Vendor`)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]winreg.Value{
		"": winreg.String("", "default"), "Имя": winreg.String("Имя", "Антивирус"),
		"Path": winreg.Expand("Path", `%ProgramFiles%\x`), "Number": winreg.Number("Number", 16),
	} {
		if v, ok := winreg.Get(k, name); !ok || v.Type != want.Type || !bytes.Equal(v.Data, want.Data) {
			t.Errorf("%q is %+v, want %+v", name, v, want)
		}
	}
	b := Build(t, reg, `HKLM\SOFTWARE`, Options{})
	if len(b)%4096 != 0 || string(b[:4]) != "regf" || string(b[4096:4100]) != "hbin" || int(binary.LittleEndian.Uint32(b[40:])) != len(b)-4096 {
		t.Errorf("%d bytes that begin with %q", len(b), b[:4])
	}
	if !bytes.Contains(b, winreg.EncodeUTF16("Имя")) || !bytes.Contains(b, []byte("Vendor")) {
		t.Error("names are missing")
	}
	for at, sum := 4096+32, 0; at < len(b); at += sum { // cells fill the bin to its end
		if sum = int(int32(binary.LittleEndian.Uint32(b[at:]))); sum < 0 {
			sum = -sum
		}
		if sum < 8 || sum%8 != 0 || at+sum > len(b) {
			t.Fatalf("a cell of %d bytes at %#x", sum, at)
		}
	}
}
