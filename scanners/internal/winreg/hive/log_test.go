package hive

import (
	"bytes"
	"encoding/binary"
	"errors"
	"slices"
	"testing"

	"quaestor/scanners/internal/winreg"
	"quaestor/scanners/internal/winreg/hivetest"
)

// TestMarvin compares with published test vectors of the hash.
func TestMarvin(t *testing.T) {
	for _, tt := range []struct {
		seed uint64
		data string
		want uint64
	}{
		{0x004fb61a001bdbcc, "", 0x30ed35c100cd3c7d},
		{0x004fb61a001bdbcc, "\xaf", 0x48e73fc77d75ddc1},
		{0x004fb61a001bdbcc, "\x37\xf4\x95", 0xf0b07c789b8cf7e8},
		{0x004fb61a001bdbcc, "\x86\x42\xdc\x59", 0x7008f2e87e9cf556},
		{0x804fb61a001bdbcc, "\xab\x42\x7e\xa8\xd1\x0f\xc7", 0xe203987dba252fb3},
	} {
		if got := marvin(tt.seed, []byte(tt.data)); got != tt.want {
			t.Errorf("%x: %x, want %x", tt.data, got, tt.want)
		}
	}
}

// version is a hive in which one value differs.
func version(t *testing.T, text string) []byte {
	t.Helper()
	reg := hivetest.Fill(t, "[HKLM\\SOFTWARE\\a]\nv="+text)
	return hivetest.Build(t, reg, `HKLM\SOFTWARE`, hivetest.Options{})
}

// logEntry is an entry that makes a hive what want is, page by page.
func logEntry(sequence uint32, want []byte) []byte {
	bins := want[headerSize:]
	b := make([]byte, entryHeader)
	copy(b, "HvLE")
	pages := len(bins) / 4096
	for i := range pages {
		b = binary.LittleEndian.AppendUint32(b, uint32(i*4096))
		b = binary.LittleEndian.AppendUint32(b, 4096)
	}
	b = append(b, bins...)
	b = append(b, make([]byte, (512-len(b)%512)%512)...)
	binary.LittleEndian.PutUint32(b[4:], uint32(len(b)))
	binary.LittleEndian.PutUint32(b[12:], sequence)
	binary.LittleEndian.PutUint32(b[16:], uint32(len(bins)))
	binary.LittleEndian.PutUint32(b[20:], uint32(pages))
	binary.LittleEndian.PutUint64(b[24:], marvin(hashSeed, b[entryHeader:]))
	binary.LittleEndian.PutUint64(b[32:], marvin(hashSeed, b[:32]))
	return b
}

func logFile(hive []byte, kind uint32, entries ...[]byte) Log {
	head := slices.Clone(hive[:logHeader])
	binary.LittleEndian.PutUint32(head[28:], kind)
	hivetest.Sum(head)
	all := bytes.Join(append([][]byte{head}, entries...), nil)
	return Log{R: bytes.NewReader(all), Size: int64(len(all))}
}

func TestRecover(t *testing.T) {
	dirty := version(t, "old")
	binary.LittleEndian.PutUint32(dirty[4:], 7)
	binary.LittleEndian.PutUint32(dirty[8:], 5)
	hivetest.Sum(dirty)
	five, six, seven := logEntry(5, version(t, "five")), logEntry(6, version(t, "six")), logEntry(7, version(t, "seven, and longer"))
	broken := slices.Clone(seven)
	broken[len(broken)-600] ^= 1
	for _, tt := range []struct {
		name    string
		logs    []Log
		want    string
		applied int
		err     error
	}{
		{"one log", []Log{logFile(dirty, newLog, five, six)}, "six", 2, nil},
		{"two logs, the second first", []Log{logFile(dirty, newLog, seven), logFile(dirty, newLog, five, six)}, "seven, and longer", 3, nil},
		{"a gap between the logs", []Log{logFile(dirty, newLog, seven), logFile(dirty, newLog, five)}, "five", 1, nil},
		{"older entries", []Log{logFile(dirty, newLog, logEntry(4, version(t, "four")), five)}, "five", 1, nil},
		{"left over from an earlier round", []Log{logFile(dirty, newLog, five, logEntry(3, version(t, "three")))}, "five", 1, nil},
		{"an entry that is not whole", []Log{logFile(dirty, newLog, five, six, broken)}, "six", 2, nil},
		{"of Windows 7", []Log{logFile(dirty, oldLog, five)}, "old", 0, ErrOldLog},
		{"empty", []Log{{R: bytes.NewReader(nil)}}, "old", 0, nil},
		{"no log", nil, "old", 0, nil},
	} {
		h := open(t, dirty)
		if !h.Dirty {
			t.Fatal("not dirty")
		}
		if _, err := h.Root(); err != nil { // what was read before must not be read again from memory
			t.Fatal(err)
		}
		applied, err := h.Recover(tt.logs...)
		if applied != tt.applied || !errors.Is(err, tt.err) || h.Dirty != (tt.applied == 0) {
			t.Errorf("%s: %d applied, %v, dirty %v", tt.name, applied, err, h.Dirty)
		}
		root, err := h.Root()
		if err != nil {
			t.Fatal(err)
		}
		k, err := root.Open("a")
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		if v, _ := winreg.Get(k, "v"); v.Text() != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, v.Text(), tt.want)
		}
	}
}

func TestClean(t *testing.T) {
	h := open(t, version(t, "clean"))
	if applied, err := h.Recover(logFile(version(t, "x"), newLog, logEntry(1, version(t, "x")))); applied != 0 || err != nil {
		t.Errorf("a log was applied to a hive that is not dirty: %d, %v", applied, err)
	}
}

func FuzzLog(f *testing.F) {
	reg := hivetest.Fill(f, "[HKLM\\SOFTWARE\\a]\nv=1")
	b := hivetest.Build(f, reg, `HKLM\SOFTWARE`, hivetest.Options{})
	dirty := slices.Clone(b)
	binary.LittleEndian.PutUint32(dirty[4:], 7)
	hivetest.Sum(dirty)
	log := logFile(dirty, newLog, logEntry(1, b), logEntry(2, b))
	all := make([]byte, log.Size)
	if _, err := log.R.ReadAt(all, 0); err != nil {
		f.Fatal(err)
	}
	f.Add(all)
	f.Fuzz(func(t *testing.T, data []byte) {
		h, err := Open(bytes.NewReader(dirty), int64(len(dirty)))
		if err != nil {
			t.Fatal(err)
		}
		if applied, _ := h.Recover(Log{R: bytes.NewReader(data), Size: int64(len(data))}); applied > len(data)/512 {
			t.Errorf("%d entries in %d bytes", applied, len(data))
		}
		_ = walk(h)
	})
}
