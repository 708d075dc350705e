package appimage

import (
	"bytes"
	"encoding/binary"
	"strings"
	"testing"
)

// made is the program at the head of an AppImage of 64 bits that says where its updates come from.
func made(kind byte, updates string) []byte {
	const names, info, table = 64, 128, 1280
	b := make([]byte, table+3*64)
	copy(b, "\x7fELF\x02\x01\x01\x00AI")
	b[10] = kind
	le := binary.LittleEndian
	le.PutUint16(b[18:], 62)
	le.PutUint64(b[40:], table)
	le.PutUint16(b[58:], 64)
	le.PutUint16(b[60:], 3)
	le.PutUint16(b[62:], 1)
	copy(b[names:], "\x00.upd_info\x00")
	copy(b[info:], updates)
	section := func(i int, name uint32, at, size uint64) {
		s := b[table+i*64:]
		le.PutUint32(s, name)
		le.PutUint64(s[24:], at)
		le.PutUint64(s[32:], size)
	}
	section(1, 0, names, 32)
	section(2, 1, info, 1024)
	return b
}

func TestHeadAndUpdates(t *testing.T) {
	const from = "gh-releases-zsync|quince|plum|latest|*.zsync"
	b := made(2, from)
	h, ok := ReadHead(bytes.NewReader(b))
	if !ok || h.Kind != 2 || h.Arch != "x86_64" || h.End != int64(len(b)) {
		t.Fatalf("%+v, %v", h, ok)
	}
	if got := Updates(bytes.NewReader(b), int64(len(b)), h); got != from {
		t.Errorf("updates %q", got)
	}
	if got := Updates(bytes.NewReader(b), int64(len(b)), Head{}); got != "" {
		t.Errorf("updates of nothing: %q", got)
	}
	for _, end := range []int64{h.End, h.End + 1, 1 << 62} {
		if d, err := Entry(bytes.NewReader(b), end, int64(len(b))); err == nil {
			t.Errorf("a file system at %d: %+v", end, d)
		}
	}
	for name, other := range map[string][]byte{"another mark": append([]byte("\x7fELF\x02\x01\x01\x00XX"), b[10:]...), "a third kind": made(3, ""), "cut": b[:40], "empty": nil, "no program": []byte(strings.Repeat("AI", 60))} {
		if h, ok := ReadHead(bytes.NewReader(other)); ok {
			t.Errorf("%s: %+v", name, h)
		}
	}
}

// FuzzUpdates: nothing that a file says of itself makes the reader fail.
func FuzzUpdates(f *testing.F) {
	f.Add(made(2, "zsync|https://quince.example/x"))
	f.Add(made(1, ""))
	f.Fuzz(func(t *testing.T, b []byte) {
		r := bytes.NewReader(b)
		if h, ok := ReadHead(r); ok {
			if s := Updates(r, int64(len(b)), h); len(s) > MaxUpdates {
				t.Errorf("%d bytes", len(s))
			}
			_, _ = Entry(r, h.End, int64(len(b))) // must not fail, whatever it finds
		}
	})
}
