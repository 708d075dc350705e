package msi

import (
	"bytes"
	"encoding/binary"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"unicode/utf16"

	"golang.org/x/text/encoding/charmap"
)

// compoundFile writes streams of less than 64 bytes' multiples as large ones: the head says that none is small.
func compoundFile(streams map[string][]byte, names ...string) []byte {
	const sector = 512
	head := make([]byte, sector)
	copy(head, magic)
	le.PutUint16(head[26:], 3)
	le.PutUint16(head[28:], 0xFFFE)
	le.PutUint16(head[30:], 9)
	le.PutUint16(head[32:], 6)
	le.PutUint32(head[44:], 1)
	le.PutUint32(head[48:], 1)
	le.PutUint32(head[60:], 0xFFFFFFFE)
	le.PutUint32(head[68:], 0xFFFFFFFE)
	for i := range 109 {
		le.PutUint32(head[76+4*i:], 0xFFFFFFFF)
	}
	le.PutUint32(head[76:], 0)
	table := make([]uint32, sector/4)
	for i := range table {
		table[i] = 0xFFFFFFFF
	}
	table[0] = 0xFFFFFFFD
	entryOf := func(name string, kind byte, start uint32, size int) []byte {
		e := make([]byte, 128)
		units := utf16.Encode([]rune(name))
		for i, u := range units {
			le.PutUint16(e[2*i:], u)
		}
		le.PutUint16(e[64:], uint16(2*len(units)+2))
		e[66] = kind
		le.PutUint32(e[116:], start)
		le.PutUint32(e[120:], uint32(size))
		return e
	}
	root := entryOf("Root Entry", 5, 0xFFFFFFFE, 0)
	copy(root[80:], class[:])
	directory, next := root, uint32(1+(1+len(names)+3)/4)
	var body []byte
	for _, name := range names {
		data := streams[name]
		directory = append(directory, entryOf(name, 2, next, len(data))...)
		n := uint32((len(data) + sector - 1) / sector)
		for i := range n {
			table[next+i] = next + i + 1
		}
		table[next+n-1] = 0xFFFFFFFE
		next += n
		body = append(body, append(data, make([]byte, int(n)*sector-len(data))...)...)
	}
	for i := uint32(1); int(i) <= (len(directory)+sector-1)/sector; i++ {
		table[i] = i + 1
	}
	table[(len(directory)+sector-1)/sector] = 0xFFFFFFFE
	directory = append(directory, make([]byte, (sector-len(directory)%sector)%sector)...)
	out := bytes.NewBuffer(head)
	_ = binary.Write(out, le, table)
	out.Write(directory)
	out.Write(body)
	return out.Bytes()
}

// sample is a package of a few properties, in the code page of Cyrillic.
func sample() []byte {
	texts := []string{"ProductName", "Антивирус", "Manufacturer", "АО Пример", "ProductCode", "{6E08453F-9BA7-4311-999C-D22FBA2FB1B8}"}
	pool := []byte{0xE3, 0x04, 0, 0} // 1251
	var data, first, second []byte
	for i, text := range texts {
		b, _ := charmap.Windows1251.NewEncoder().Bytes([]byte(text))
		pool = le.AppendUint16(le.AppendUint16(pool, uint16(len(b))), 1)
		data = append(data, b...)
		if i%2 == 0 {
			first, second = le.AppendUint16(first, uint16(i+1)), le.AppendUint16(second, uint16(i+2))
		}
	}
	names := []string{tableName("_StringPool"), tableName("_StringData"), tableName("Property"), "\x05DigitalSignature"}
	return compoundFile(map[string][]byte{names[0]: pool, names[1]: data, names[2]: append(first, second...), names[3]: []byte("signed")}, names...)
}

func TestRead(t *testing.T) {
	data := sample()
	p, err := Read(bytes.NewReader(data), int64(len(data)))
	if err != nil || !Is(bytes.NewReader(data), int64(len(data))) {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"ProductName": "Антивирус", "Manufacturer": "АО Пример", "ProductCode": "{6E08453F-9BA7-4311-999C-D22FBA2FB1B8}"} {
		if p.Properties[name] != want {
			t.Errorf("%s is %q", name, p.Properties[name])
		}
	}
	if string(p.Signature) != "signed" || len(p.Properties) != 3 {
		t.Errorf("%+v", p)
	}
}

// TestDamaged: tables that lead in circles, or out of the file, end, and what is no table is an error.
func TestDamaged(t *testing.T) {
	for name, c := range map[string]struct {
		change func([]byte)
		fails  bool
	}{
		"a chain in a circle":   {func(b []byte) { le.PutUint32(b[512+4:], 1) }, false},
		"a table in a circle":   {func(b []byte) { le.PutUint32(b[68:], 2) }, false},
		"a table out of it":     {func(b []byte) { le.PutUint32(b[76:], 1<<20) }, true},
		"no table":              {func(b []byte) { le.PutUint32(b[76:], 0xFFFFFFFF) }, true},
		"an unknown sector":     {func(b []byte) { le.PutUint16(b[30:], 40) }, true},
		"a name that is absent": {func(b []byte) { b[1024+128] = 0 }, true},
	} {
		data := sample()
		c.change(data)
		if p, err := Read(bytes.NewReader(data), int64(len(data))); c.fails && err == nil {
			t.Errorf("%s: %+v", name, p)
		}
	}
}

// TestTool reads what a tool of another maker wrote.
func TestTool(t *testing.T) {
	if _, err := exec.LookPath("msibuild"); err != nil {
		t.Skip("msibuild (package msitools) is not installed")
	}
	dir := t.TempDir()
	file, idt := filepath.Join(dir, "a.msi"), filepath.Join(dir, "Property.idt")
	table := "Property\tValue\r\ns72\tl0\r\nProperty\tProperty\r\nProductName\tGuard\r\nManufacturer\tExample Ltd\r\nProductVersion\t1.2.3\r\nProductCode\t{6E08453F-9BA7-4311-999C-D22FBA2FB1B8}\r\n"
	if err := os.WriteFile(idt, []byte(table), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("msibuild", file, "-i", idt).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	p, err := Read(bytes.NewReader(data), int64(len(data)))
	if err != nil || p.Properties["ProductName"] != "Guard" || p.Properties["ProductVersion"] != "1.2.3" || p.Properties["Manufacturer"] != "Example Ltd" || !Is(bytes.NewReader(data), int64(len(data))) {
		t.Errorf("%v %+v", err, p)
	}
}

func FuzzRead(f *testing.F) {
	f.Add(sample())
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := Read(bytes.NewReader(data), int64(len(data)))
		if err != nil && p.Properties != nil {
			t.Error("properties beside an error")
		}
	})
}
