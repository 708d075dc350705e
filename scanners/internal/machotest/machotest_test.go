package machotest_test

import (
	"bytes"
	"debug/macho"
	"slices"
	"testing"

	"quaestor/scanners/internal/machotest"
)

// What is written is read alike by the standard library.
func TestOtherReader(t *testing.T) {
	image := machotest.Image{UUID: 7, Strings: []string{"https://a.example/x"}, Libraries: []string{"/usr/lib/libz.dylib"}, Classes: []string{"AAAMain"}}.Bytes()
	f, err := macho.NewFile(bytes.NewReader(image))
	if err != nil {
		t.Fatal(err)
	}
	libraries, err := f.ImportedLibraries()
	if err != nil || !slices.Equal(libraries, []string{"/usr/lib/libz.dylib"}) || f.Cpu != macho.CpuArm64 {
		t.Errorf("%v, %v, %v", f.Cpu, libraries, err)
	}
	text, err := f.Section("__cstring").Data()
	if err != nil || !bytes.Contains(text, []byte("https://a.example/x\x00")) {
		t.Errorf("%q, %v", text, err)
	}
	fat, err := macho.NewFatFile(bytes.NewReader(machotest.Fat(false, image, machotest.Image{CPU: uint32(macho.CpuAmd64), Sub: 3}.Bytes())))
	if err != nil || len(fat.Arches) != 2 || fat.Arches[1].Cpu != macho.CpuAmd64 {
		t.Errorf("%v, %v", fat, err)
	}
}
