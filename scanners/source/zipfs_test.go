package source

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

func openZipped(t testing.TB, data []byte, limits Limits) *Source {
	t.Helper()
	return open(t, write(t, t.TempDir(), "a.zip", string(data)), limits)
}

func TestZip(t *testing.T) {
	long := strings.Repeat("long ", 1000)
	s := openZipped(t, zipOf(t, "dir/short.txt", "short", "long.txt", long), DefaultLimits)
	fsys, err := s.FS()
	if err != nil || !s.IsZip() {
		t.Fatal(err)
	}
	if err := fstest.TestFS(fsys, "dir/short.txt", "long.txt"); err != nil {
		t.Error(err)
	}
	for name, want := range map[string]string{"dir/short.txt": "short", "long.txt": long} {
		if b, err := s.ReadFile(name); string(b) != want || err != nil {
			t.Errorf("%s: %d bytes, %v", name, len(b), err)
		}
		sub, err := s.Sub(name)
		if err != nil {
			t.Fatal(err)
		}
		if b, err := sub.Bytes(); string(b) != want || err != nil || sub.Name() != s.Name()+"!"+name {
			t.Errorf("%s as a source %q: %d bytes, %v", name, sub.Name(), len(b), err)
		}
	}
	for _, bad := range []string{"dir", "gone", "../a.zip", "/long.txt"} {
		if _, err := s.Sub(bad); err == nil {
			t.Errorf("Sub(%q) opened something", bad)
		}
		if _, err := s.ReadFile(bad); err == nil {
			t.Errorf("ReadFile(%q) read something", bad)
		}
	}
}

func TestZipBadNames(t *testing.T) {
	bad := []string{"../up", "/../up", "/a//b", `back\slash`, "nul\x00", "a/../b", "a//b", "./c", strings.Repeat("n", maxEntryName+1)}
	var entries []string
	for _, name := range append(bad, "good") {
		entries = append(entries, name, "content")
	}
	s := openZipped(t, zipOf(t, entries...), DefaultLimits)
	fsys, err := s.FS()
	if err != nil {
		t.Fatal(err)
	}
	if got := s.BadNames(); !slices.Equal(got, bad) {
		t.Errorf("bad names %q", got)
	}
	var names []string
	if err := fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		names = append(names, name)
		return err
	}); err != nil || !slices.Equal(names, []string{".", "good"}) {
		t.Errorf("%q, %v", names, err)
	}
}

// Tools that unpack take absolute names as those below where they unpack to. No such entry stands in for one that really
// has the name, whichever comes first.
func TestZipAbsoluteNames(t *testing.T) {
	s := openZipped(t, zipOf(t, "/", "", "/folder/", "", "/folder/a", "absolute a", "/twice", "absolute", "twice", "relative", "//many", "m"), DefaultLimits)
	fsys, err := s.FS()
	if err != nil {
		t.Fatal(err)
	}
	if err := fstest.TestFS(fsys, "folder/a", "twice", "many"); err != nil {
		t.Error(err)
	}
	for name, want := range map[string]string{"folder/a": "absolute a", "twice": "relative", "many": "m"} {
		sub, err := s.Sub(name)
		if err != nil {
			t.Fatal(err)
		}
		b, err := sub.Bytes()
		whole, err2 := s.ReadFile(name)
		if err != nil || err2 != nil || string(b) != want || string(whole) != want {
			t.Errorf("%s: %q %q %v %v", name, b, whole, err, err2)
		}
	}
	if got := s.BadNames(); !slices.Equal(got, []string{"/twice"}) {
		t.Errorf("bad names %q", got)
	}
}

func TestZipBombs(t *testing.T) {
	limits := DefaultLimits
	limits.WholeBytes, limits.MemberBytes, limits.FileBytes, limits.TotalBytes = 1<<20, 2<<20, 8<<20, 5<<20
	zeros := strings.Repeat("\x00", 4<<20)
	s := openZipped(t, zipOf(t, "a", zeros, "b", zeros), limits)
	if _, err := s.ReadFile("a"); !isLimit(err, "size") {
		t.Errorf("read whole: %v", err)
	}
	sub, err := s.Sub("a")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := sub.ReaderAt().ReadAt(make([]byte, 1), 0); !isLimit(err, "size") {
		t.Errorf("in memory: %v", err)
	}
	// More than one mebibyte of the five is used up by now.
	f, err := s.OpenFile("b")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if n, err := io.Copy(io.Discard, f); n != 4<<20 && !isLimit(err, "unpacked size") {
		t.Errorf("streamed %d bytes: %v", n, err)
	}
	if _, err := s.ReadFile("b"); !isLimit(err, "unpacked size") {
		t.Errorf("after the limit: %v", err)
	}
	if b, err := s.Again().ReadFile("b"); !isLimit(err, "size") {
		t.Errorf("once more from the beginning: %d bytes, %v", len(b), err)
	}
	if head := sub.Head(); len(head) > 0 || !isLimit(sub.Err(), "unpacked size") {
		t.Errorf("a head of %d bytes after the limit, %v", len(head), sub.Err())
	}
}

// TestReserve: what was paid for can be read whatever else was read meanwhile.
func TestReserve(t *testing.T) {
	limits := DefaultLimits
	limits.TotalBytes = 5 << 20
	zeros := strings.Repeat("\x00", 4<<20)
	s := openZipped(t, zipOf(t, "a", zeros, "b", zeros, "c", "stored"), limits)
	if _, err := s.FS(); err != nil {
		t.Fatal(err)
	}
	if err := s.Reserve("a"); err != nil {
		t.Fatal(err)
	}
	if err := s.Reserve("c"); err != nil {
		t.Fatal(err)
	}
	if err := s.Reserve("b"); !isLimit(err, "unpacked size") {
		t.Errorf("more than may be unpacked: %v", err)
	}
	for name, want := range map[string]int{"a": 4 << 20, "c": 6} {
		sub, err := s.Sub(name)
		if err != nil {
			t.Fatal(err)
		}
		if b, err := sub.Bytes(); len(b) != want || err != nil {
			t.Errorf("%s: %d bytes, %v", name, len(b), err)
		}
	}
	sub, err := s.Sub("b")
	if err != nil {
		t.Fatal(err)
	}
	if b, err := sub.Bytes(); !isLimit(err, "unpacked size") {
		t.Errorf("what was not paid for was read: %d bytes, %v", len(b), err)
	}
}

// TestMemberIsStreamed: neither its beginning nor all of it in order takes memory; random access does, and
// gives it back.
func TestMemberIsStreamed(t *testing.T) {
	text := strings.Repeat("package:org.example\n", 10_000)
	sub, err := openZipped(t, zipOf(t, "list", text), DefaultLimits).Sub("list")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(text, string(sub.Head())) || len(sub.Head()) != HeadBytes || sub.IsZip() {
		t.Errorf("a head of %d bytes", len(sub.Head()))
	}
	if b, err := sub.Bytes(); string(b) != text || err != nil {
		t.Errorf("%d bytes, %v", len(b), err)
	}
	if sub.holdsMemory() {
		t.Error("it was unpacked to be streamed")
	}
	part := make([]byte, 8)
	if n, err := sub.ReaderAt().ReadAt(part, int64(len(text)-4)); n != 4 || err != io.EOF || string(part[:4]) != "ple\n" {
		t.Errorf("%q, %v", part[:n], err)
	}
	if !sub.holdsMemory() || unpacked.left != memberMemory-int64(len(text)) {
		t.Errorf("unpacked, and %d bytes left", unpacked.left)
	}
	if size, err := sub.Keep(); size != int64(len(text)) || err != nil || sub.holdsMemory() {
		t.Errorf("kept %d bytes, %v", size, err)
	}
	sub.Close()
	if _, err := sub.ReaderAt().ReadAt(part, 0); err == nil || unpacked.left != memberMemory {
		t.Errorf("after closing: %v, %d bytes left", err, unpacked.left)
	}
}

// TestMemory: who asks for more than there is waits for others, and no longer than its context lives.
func TestMemory(t *testing.T) {
	m := &memory{left: 10, given: make(chan struct{})}
	ctx, cancel := context.WithCancel(context.Background())
	if err := m.take(ctx, 8, false); err != nil {
		t.Fatal(err)
	}
	if err := m.take(ctx, 3, true); !isLimit(err, "memory") {
		t.Errorf("while holding some: %v", err)
	}
	got := make(chan error)
	go func() { got <- m.take(ctx, 3, false) }()
	m.give(8)
	if err := <-got; err != nil || m.left != 7 {
		t.Errorf("%v, %d left", err, m.left)
	}
	go func() { got <- m.take(ctx, 8, false) }()
	cancel()
	if err := <-got; !errors.Is(err, context.Canceled) {
		t.Errorf("after the end: %v", err)
	}
}

// TestInterrupted: an archive is not read further once the context is done.
func TestInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	p := write(t, t.TempDir(), "a.zip", string(zipOf(t, "long", strings.Repeat("long ", 1000))))
	s, err := OpenContext(ctx, Target{Path: p}, DefaultLimits)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	sub, err := s.Sub("long")
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	if _, err := sub.Bytes(); !errors.Is(err, context.Canceled) {
		t.Errorf("streamed: %v", err)
	}
	if _, err := sub.ReaderAt().ReadAt(make([]byte, 1), 0); !errors.Is(err, context.Canceled) {
		t.Errorf("unpacked: %v", err)
	}
	if _, err := s.ReadFile("long"); !errors.Is(err, context.Canceled) {
		t.Errorf("read: %v", err)
	}
}

// TestHeadOfArchive: what lies in an archive as it is does not look like the content of the file.
func TestHeadOfArchive(t *testing.T) {
	s := openZipped(t, zipOf(t, "list", "package:org.example"), DefaultLimits)
	if string(s.Head()) != "PK\x03\x04" || !s.IsZip() || !s.StartsLikeZip() {
		t.Errorf("head %q", s.Head())
	}
}

func TestZipEntryLimits(t *testing.T) {
	var many []string
	for i := range 50 {
		many = append(many, fmt.Sprintf("file-%03d", i), "")
	}
	archive := zipOf(t, many...)
	limits := DefaultLimits
	for entries, tooMany := range map[int]bool{50: false, 49: true, 5: true} {
		limits.Entries = entries
		if _, err := openZipped(t, archive, limits).FS(); isLimit(err, "entries") != tooMany {
			t.Errorf("limit %d: %v", entries, err)
		}
	}
	limits.Entries = 10
	if _, err := openZipped(t, commented(t, 5), limits).FS(); !isLimit(err, "entries") {
		t.Errorf("five entries with long comments: %v", err)
	}
	deep := strings.Repeat("d/", maxEntryName/2-1)
	var folders []string
	for i := range 70 {
		folders = append(folders, fmt.Sprintf("%s%02d", deep, i), "")
	}
	if _, err := openZipped(t, zipOf(t, folders...), DefaultLimits).FS(); !isLimit(err, "names of folders") {
		t.Errorf("folders in folders: %v", err)
	}
}

// commented makes an archive of a few entries whose list is long nevertheless.
func commented(t *testing.T, entries int) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for i := range entries {
		if _, err := w.CreateHeader(&zip.FileHeader{Name: fmt.Sprint(i), Comment: strings.Repeat("c", 60_000)}); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestZipOverlap: entries that lie on top of each other hold more together than the archive has bytes.
func TestZipOverlap(t *testing.T) {
	whole := zipOf(t, "a", strings.Repeat("a", 90))
	at, end := bytes.Index(whole, []byte("PK\x01\x02")), bytes.Index(whole, []byte("PK\x05\x06"))
	entry := whole[at:end]
	archive := bytes.Clone(whole[:at])
	for i := range 200 {
		archive = append(archive, entry...)
		archive[len(archive)-1] = byte('A' + i%26) // the last byte of an entry is that of its name
	}
	archive = append(archive, whole[end:]...)
	binary.LittleEndian.PutUint16(archive[len(archive)-12:], 200)
	binary.LittleEndian.PutUint32(archive[len(archive)-10:], uint32(200*len(entry)))
	limits := DefaultLimits
	limits.TotalBytes = 0
	s := openZipped(t, archive, limits)
	reads := 0
	for reads = range 100_000 {
		sub, err := s.Sub(string(byte('A' + reads%26)))
		if err != nil {
			t.Fatal(err)
		}
		if _, err = sub.ReaderAt().ReadAt(make([]byte, 90), 0); isLimit(err, "unpacked size") {
			break
		} else if err != nil {
			t.Fatal(err)
		}
	}
	if want := int(limits.Total(int64(len(archive)))) / 90; reads != want {
		t.Errorf("%d reads of stored entries, want %d", reads, want)
	}
}

// TestZipLies has sizes that are not those of the entries.
func TestZipLies(t *testing.T) {
	whole := zipOf(t, "stored", "short")
	at := bytes.Index(whole, []byte("PK\x01\x02"))
	lie := bytes.Clone(whole)
	binary.LittleEndian.PutUint32(lie[at+20:], 1<<30)
	binary.LittleEndian.PutUint32(lie[at+24:], 1<<30)
	s := openZipped(t, lie, DefaultLimits)
	if sub, err := s.Sub("stored"); err != nil {
		t.Error(err)
	} else if b, err := sub.Bytes(); err == nil {
		t.Errorf("read %d bytes of an archive of %d", len(b), len(lie))
	} else if _, err := sub.ReaderAt().ReadAt(make([]byte, 1), 0); err == nil || unpacked.left != memberMemory {
		t.Errorf("unpacked: %v; %d bytes left", err, unpacked.left)
	}
	packed := zipOf(t, "packed", strings.Repeat("long ", 1000))
	binary.LittleEndian.PutUint32(packed[bytes.Index(packed, []byte("PK\x01\x02"))+24:], 100<<20)
	if sub, err := openZipped(t, packed, DefaultLimits).Sub("packed"); err != nil {
		t.Error(err)
	} else if _, err := sub.ReaderAt().ReadAt(make([]byte, 1), 0); err == nil || !strings.Contains(err.Error(), "cannot") || !strings.Contains(err.Error(), "claims") {
		t.Errorf("memory was taken for what cannot be: %v", err)
	}
	sum := bytes.Clone(whole)
	sum[at+16]++ // the checksum
	if _, err := openZipped(t, sum, DefaultLimits).ReadFile("stored"); err == nil {
		t.Error("a wrong checksum is not noticed")
	}
	for n := range len(whole) {
		s := openZipped(t, whole[:n], DefaultLimits)
		if _, err := s.FS(); err == nil {
			t.Errorf("an archive cut to %d of %d bytes opens", n, len(whole))
		}
	}
}

func TestZipDuplicates(t *testing.T) {
	s := openZipped(t, zipOf(t, "twice", "one", "twice", "two", "twice/", "", "once", "x", "folder/", "", "folder/", ""), DefaultLimits)
	for name, want := range map[string]string{"twice": "one", "once": "x"} {
		if b, err := s.ReadFile(name); string(b) != want || err != nil {
			t.Errorf("%s: %q, %v", name, b, err)
		}
	}
	if got := s.BadNames(); !slices.Equal(got, []string{"twice", "twice/"}) {
		t.Errorf("bad names %q", got)
	}
}

func FuzzZip(f *testing.F) {
	f.Add(zipOf(f, "dir/short.txt", "short", "long.txt", strings.Repeat("long ", 100)))
	f.Add(zipOf(f, "../up", "x", "twice", "1", "twice", "2", "twice/x", "3"))
	f.Add(zipOf(f))
	limits := Limits{WholeBytes: 1 << 16, MemberBytes: 1 << 16, FileBytes: 1 << 16, TotalBytes: 1 << 17, Entries: 100, Depth: 4}
	f.Fuzz(func(t *testing.T, data []byte) {
		fsys, err := openZip(context.Background(), bytes.NewReader(data), int64(len(data)), limits)
		if err != nil {
			return
		}
		total := int64(0)
		_ = fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
			if !fs.ValidPath(name) || strings.ContainsAny(name, "\\\x00") {
				t.Errorf("the name %q is in the archive", name)
			}
			if err != nil || d.IsDir() {
				return nil // an entry that cannot be listed does not end the walk
			}
			file, err := fsys.Open(name)
			if err != nil {
				return nil
			}
			defer file.Close()
			n, err := io.Copy(io.Discard, file)
			total += n
			var limit *LimitError
			if errors.As(err, &limit) && limit.What != "unpacked size" {
				t.Errorf("%s: %v", name, err)
			}
			return nil
		})
		if limit := limits.Total(int64(len(data))); total > limit {
			t.Errorf("%d bytes unpacked, limit %d", total, limit)
		}
	})
}
