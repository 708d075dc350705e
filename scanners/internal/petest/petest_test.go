package petest

import (
	"bytes"
	"debug/pe"
	"testing"

	"quaestor/scanners/internal/codesigntest"
)

// TestStandardLibrary: what is built is a program to another reader too.
func TestStandardLibrary(t *testing.T) {
	for _, p := range []Program{{}, {Small: true, Machine: 0x14c, DLL: true}, {Native: true, Machine: 0xaa64, Strings: [][2]string{{"CompanyName", "Example"}}, Code: make([]byte, 5000)}} {
		data := Sign(p.Bytes(), codesigntest.Stranger("T"), codesigntest.Developer("U"))
		f, err := pe.NewFile(bytes.NewReader(data))
		if err != nil {
			t.Fatalf("%+v: %v", p, err)
		}
		want := 1
		if p.Strings != nil {
			want = 2
		}
		if len(f.Sections) != want {
			t.Errorf("%d sections, want %d", len(f.Sections), want)
		}
	}
}
