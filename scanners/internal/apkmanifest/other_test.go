package apkmanifest

import (
	"context"
	"encoding/binary"
	"errors"
	"slices"
	"strings"
	"testing"

	"quaestor/scanners/internal/axml"
	"quaestor/scanners/inventory"
)

// chunks goes over the chunks of a document after its header.
func chunks(data []byte, visit func(kind uint16, at, size int)) {
	for at := 8; at+8 <= len(data); {
		size := int(binary.LittleEndian.Uint32(data[at+4:]))
		visit(binary.LittleEndian.Uint16(data[at:]), at, size)
		at += size
	}
}

// insert puts a chunk without strings at a place in the document.
func insert(data []byte, at int, kind uint16) []byte {
	chunk := make([]byte, 24)
	binary.LittleEndian.PutUint16(chunk, kind)
	binary.LittleEndian.PutUint16(chunk[2:], 16)
	binary.LittleEndian.PutUint32(chunk[4:], 24)
	data = slices.Insert(slices.Clone(data), at, chunk...)
	binary.LittleEndian.PutUint32(data[4:], uint32(len(data)))
	return data
}

// renamed shows tools another text in every attribute that is a name and a string.
func renamed(data []byte) []byte {
	data = slices.Clone(data)
	chunks(data, func(kind uint16, at, size int) {
		if kind != 0x102 {
			return
		}
		for i := range int(binary.LittleEndian.Uint16(data[at+28:])) {
			a := data[at+36+20*i:]
			if raw := binary.LittleEndian.Uint32(a[8:]); a[15] == 3 && raw > 20 && binary.LittleEndian.Uint32(a) != 0xffffffff {
				binary.LittleEndian.PutUint32(a[8:], 1)
			}
		}
	})
	return data
}

// first is where the first chunk of the XML begins.
func first(data []byte) (found int) {
	chunks(data, func(kind uint16, at, size int) {
		if found == 0 && kind == 0x100 {
			found = at
		}
	})
	return found
}

func compared(t *testing.T, data []byte) (*Manifest, *inventory.Mark) {
	t.Helper()
	m, err := Parse(context.Background(), data, nil)
	if m.Package == "" {
		t.Fatal(err)
	}
	m.Compare(context.Background(), data, nil, err)
	if len(m.Marks) == 0 {
		return m, nil
	}
	return m, &m.Marks[0]
}

// TestCompare: what a tool shows of an odd document stands in the mark.
func TestCompare(t *testing.T) {
	plain := unpack(t, "plain.apk", "AndroidManifest.xml")
	if _, mark := compared(t, plain); mark != nil {
		t.Errorf("an ordinary document is marked: %+v", mark)
	}

	m, mark := compared(t, renamed(plain))
	if mark == nil || mark.Code != inventory.MarkManifest || !strings.Contains(mark.Detail, "things otherwise") || len(mark.Places) < 3 || len(mark.Places) > 1+maxDiffer {
		t.Fatalf("mark %+v", mark)
	}
	want := `tools do not show the permission "` + m.Permissions[0].Name + `"`
	if !slices.ContainsFunc(mark.Places, func(p inventory.Place) bool { return p.Item == want }) {
		t.Errorf("places %+v, want %s", mark.Places, want)
	}

	if _, mark = compared(t, insert(plain, first(plain), 0x177)); mark == nil || mark.Code != inventory.MarkResources || !strings.Contains(mark.Detail, "cannot read it") {
		t.Errorf("a tool fails: %+v", mark)
	}
	if _, mark = compared(t, insert(plain, first(plain), 0x277)); mark == nil || !strings.Contains(mark.Detail, "shows the same") {
		t.Errorf("a tool reads the same: %+v", mark)
	}
}

// TestParseOther: where Android finds no strings, because nodes stand before them, apkparser finds some.
func TestParseOther(t *testing.T) {
	data := insert(unpack(t, "plain.apk", "AndroidManifest.xml"), 8, 0x101)
	if m, err := Parse(context.Background(), data, nil); err == nil || m.Package != "" {
		t.Errorf("Android's way: %q, %v", m.Package, err)
	}
	m, err := ParseOther(context.Background(), data, nil)
	if err != nil || m.Package != "eu.example.agenda" || len(m.Permissions) != 6 || len(m.Components) == 0 {
		t.Errorf("apkparser's way: %+v, %v", m, err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := ParseOther(ctx, data, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("after cancel: %v", err)
	}
}

// TestAffordable: apkparser, which copies every string as often as it is used, is not let at a document that would
// make it copy gigabytes.
func TestAffordable(t *testing.T) {
	data := unpack(t, "plain.apk", "AndroidManifest.xml")
	if err := axml.Affordable(data); err != nil {
		t.Errorf("an ordinary document: %v", err)
	}
	at := first(data)
	bomb := slices.Clone(data[:at])
	for range 199_000 {
		bomb = insertEnd(bomb)
	}
	binary.LittleEndian.PutUint32(bomb[4:], uint32(len(bomb)))
	var limit *axml.LimitError
	if _, err := ParseOther(context.Background(), append(bomb, make([]byte, 5<<20)...), nil); !errors.As(err, &limit) {
		t.Errorf("a large document: %v", err)
	}
	for range 2_000 {
		bomb = insertEnd(bomb)
	}
	if err := axml.Affordable(bomb); !errors.As(err, &limit) {
		t.Errorf("many nodes: %v", err)
	}
}

func insertEnd(data []byte) []byte {
	return append(data, 0x01, 1, 16, 0, 24, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
}

// FuzzCompare checks that the second reading never panics and stays within its limits.
func FuzzCompare(f *testing.F) {
	plain := unpack(f, "plain.apk", "AndroidManifest.xml")
	for _, data := range [][]byte{plain, renamed(plain), insert(plain, 8, 0x101), insert(plain, first(plain), 0x177)} {
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := Parse(context.Background(), data, nil)
		m.Compare(context.Background(), data, nil, err)
		for _, mark := range m.Marks {
			if len(mark.Places) > 1+maxDiffer {
				t.Errorf("%d places", len(mark.Places))
			}
		}
	})
}
