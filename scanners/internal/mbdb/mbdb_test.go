package mbdb

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"strings"
	"testing"
)

func text(s string) []byte {
	if s == "" {
		return []byte{0xff, 0xff}
	}
	return append(binary.BigEndian.AppendUint16(nil, uint16(len(s))), s...)
}

// entry is a record as iTunes wrote it.
func entry(f File) []byte {
	key := ""
	if f.Key != nil {
		key = string(binary.LittleEndian.AppendUint32(nil, f.Class)) + string(f.Key)
	}
	out := bytes.Join([][]byte{text(f.Domain), text(f.Path), text(""), text("hash"), text(key)}, nil)
	out = binary.BigEndian.AppendUint16(out, f.Mode)
	out = append(out, make([]byte, 28)...) // inode, owner, group, three times
	out = binary.BigEndian.AppendUint64(out, uint64(f.Size))
	out = append(out, byte(f.Class), 1)
	return append(append(out, text("name")...), text("value")...)
}

var files = []File{
	{Domain: "HomeDomain", Path: "Library", Mode: 0x41ed},
	{Domain: "HomeDomain", Path: "Library/TCC/TCC.db", Mode: 0x81a4, Size: 57344, Class: 3},
	{Domain: "AppDomain-org.example", Path: "Documents/é", Mode: 0x81a4, Size: 5, Class: 4, Key: []byte(strings.Repeat("k", 40))},
}

func list() []byte {
	out := []byte("mbdb\x05\x00")
	for _, f := range files {
		out = append(out, entry(f)...)
	}
	return out
}

func TestRead(t *testing.T) {
	var got []File
	if err := Read(bytes.NewReader(list()), func(f *File) error { got = append(got, *f); return nil }); err != nil || len(got) != len(files) {
		t.Fatalf("%v: %+v", err, got)
	}
	for i, f := range files {
		g := got[i]
		if g.Domain != f.Domain || g.Path != f.Path || g.Mode != f.Mode || g.Size != f.Size || g.Class != f.Class || !bytes.Equal(g.Key, f.Key) || g.Regular() != (i > 0) {
			t.Errorf("%+v, want %+v", g, f)
		}
	}
}

// A list that breaks off anywhere tells what came before.
func TestCut(t *testing.T) {
	whole := list()
	first := 6 + len(entry(files[0]))
	for n := range whole {
		got := 0
		err := Read(bytes.NewReader(whole[:n]), func(*File) error { got++; return nil })
		switch {
		case n == 6 || n == first || n == first+len(entry(files[1])):
			if err != nil {
				t.Errorf("cut at %d: %v", n, err)
			}
		case err == nil:
			t.Errorf("cut at %d: no error", n)
		}
		if n > first && got == 0 {
			t.Errorf("cut at %d: the first entry is lost", n)
		}
	}
}

func TestNotAList(t *testing.T) {
	for _, s := range []string{"", "mbd", "mbdx\x05\x00", "SQLite format 3", "mbdb\x06\x00"} {
		if err := Read(strings.NewReader(s), func(*File) error { return nil }); err == nil {
			t.Errorf("%q is read", s)
		}
	}
	stop := errors.New("stop")
	if err := Read(bytes.NewReader(list()), func(*File) error { return stop }); !errors.Is(err, stop) {
		t.Error(err)
	}
}

func FuzzRead(f *testing.F) {
	f.Add(list())
	f.Add([]byte("mbdb\x05\x00\xff\xff"))
	f.Fuzz(func(t *testing.T, data []byte) {
		bytesOut := 0
		err := Read(bytes.NewReader(data), func(f *File) error {
			bytesOut += len(f.Domain) + len(f.Path) + len(f.Key)
			return nil
		})
		if bytesOut > len(data) {
			t.Fatalf("%d bytes of %d", bytesOut, len(data))
		}
		if errors.Is(err, io.EOF) {
			t.Fatal("a cut list ends like a whole one")
		}
	})
}
