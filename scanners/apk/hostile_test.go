package apk

import (
	"bytes"
	"compress/flate"
	"context"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"quaestor/scanners/inventory"
)

// maxHeap is what a scan of any file may hold at once. The race detector delays the collection of garbage.
const maxHeap = (300 << 20) * raceFactor

// rawEntry is an entry whose header may lie.
type rawEntry struct {
	name    string
	method  uint16
	data    []byte // as stored
	claimed uint32 // unpacked size, as claimed
	crc     uint32
}

// rawZip writes a container with the headers as told.
func rawZip(entries ...rawEntry) []byte {
	var out, dir bytes.Buffer
	le := binary.LittleEndian
	for _, e := range entries {
		at := uint32(out.Len())
		fields := le.AppendUint16(nil, e.method)
		fields = le.AppendUint32(fields, 0) // time and date
		fields = le.AppendUint32(fields, e.crc)
		fields = le.AppendUint32(fields, uint32(len(e.data)))
		fields = le.AppendUint32(fields, e.claimed)
		fields = le.AppendUint16(fields, uint16(len(e.name)))
		fields = le.AppendUint16(fields, 0)
		out.WriteString("PK\x03\x04\x14\x00\x00\x00")
		out.Write(fields)
		out.WriteString(e.name)
		out.Write(e.data)
		dir.WriteString("PK\x01\x02\x14\x00\x14\x00\x00\x00")
		dir.Write(fields)
		dir.Write(make([]byte, 10))
		dir.Write(le.AppendUint32(nil, at))
		dir.WriteString(e.name)
	}
	start := uint32(out.Len())
	out.Write(dir.Bytes())
	end := []byte("PK\x05\x06\x00\x00\x00\x00")
	end = le.AppendUint16(end, uint16(len(entries)))
	end = le.AppendUint16(end, uint16(len(entries)))
	end = le.AppendUint32(end, uint32(dir.Len()))
	end = le.AppendUint32(end, start)
	out.Write(append(end, 0, 0))
	return out.Bytes()
}

func stored(name, data string) rawEntry {
	return rawEntry{name: name, data: []byte(data), claimed: uint32(len(data)), crc: crc32.ChecksumIEEE([]byte(data))}
}

// bomb is a deflate stream that unpacks to so many megabytes of zeros.
func bomb(tb testing.TB, megabytes int) []byte {
	tb.Helper()
	var buf bytes.Buffer
	w, err := flate.NewWriter(&buf, flate.BestCompression)
	if err != nil {
		tb.Fatal(err)
	}
	zeros := make([]byte, 1<<20)
	flush := func() []byte {
		buf.Reset()
		w.Write(zeros)
		w.Flush()
		return slices.Clone(buf.Bytes())
	}
	first := flush()
	again := flush() // refers to zeros only, so it may be repeated
	out := first
	for range megabytes - 1 {
		out = append(out, again...)
	}
	return append(out, 0x03, 0x00) // an empty last block
}

// watchHeap returns a function that tells by how much the heap has grown since, at its largest.
func watchHeap() func() uint64 {
	runtime.GC()
	var peak atomic.Uint64
	var before runtime.MemStats
	runtime.ReadMemStats(&before)
	stop, done := make(chan struct{}), make(chan struct{})
	sample := func() {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		peak.Store(max(peak.Load(), m.HeapInuse))
	}
	go func() {
		defer close(done)
		for {
			select {
			case <-stop:
				return
			case <-time.After(2 * time.Millisecond):
				sample()
			}
		}
	}()
	return func() uint64 {
		close(stop)
		<-done
		sample()
		return peak.Load() - min(before.HeapInuse, peak.Load())
	}
}

// u32s is little-endian numbers in a row.
func u32s(v ...uint32) string {
	var b []byte
	for _, n := range v {
		b = binary.LittleEndian.AppendUint32(b, n)
	}
	return string(b)
}

// chunk is a resource chunk with a true size.
func chunk(kind, header uint16, body string) string {
	return string(binary.LittleEndian.AppendUint16(binary.LittleEndian.AppendUint16(nil, kind), header)) + u32s(uint32(8+len(body))) + body
}

// strings8 is a UTF-8 string pool.
func strings8(list ...string) string {
	var offsets []uint32
	var data strings.Builder
	for _, s := range list {
		offsets = append(offsets, uint32(data.Len()))
		if len(s) > 127 {
			data.Write([]byte{0x80 | byte(len(s)>>8), byte(len(s)), 0x80 | byte(len(s)>>8), byte(len(s))})
		} else {
			data.Write([]byte{byte(len(s)), byte(len(s))})
		}
		data.WriteString(s + "\x00")
	}
	for data.Len()%4 != 0 {
		data.WriteByte(0)
	}
	return chunk(1, 28, u32s(uint32(len(list)), 0, 0x100, uint32(28+4*len(list)), 0)+u32s(offsets...)+data.String())
}

// tag is a start tag whose attributes all have the name and value with the given numbers.
func tag(name uint32, attributes int, attrName, value uint32) string {
	body := u32s(0, 0xffffffff, 0xffffffff, name) // line, comment, namespace, name
	body += string(binary.LittleEndian.AppendUint16(binary.LittleEndian.AppendUint16(binary.LittleEndian.AppendUint16(nil, 20), 20), uint16(attributes)))
	body += strings.Repeat("\x00", 6)
	body += strings.Repeat(u32s(0xffffffff, attrName, value, 0x03000008, value), attributes)
	return chunk(0x0102, 16, body)
}

func document(chunks ...string) string { return chunk(3, 8, strings.Join(chunks, "")) }

func TestHostile(t *testing.T) {
	manifest := content(t, "plain.apk", "AndroidManifest.xml")
	table := content(t, "plain.apk", "resources.arsc")
	good := stored("AndroidManifest.xml", manifest)
	packed := func(name string, megabytes int, claimed uint32) rawEntry {
		return rawEntry{name: name, method: 8, data: bomb(t, megabytes), claimed: claimed}
	}
	signed := []rawEntry{good, stored("META-INF/A.SF", "Signature-Version: 1.0\r\n\r\n"), stored("META-INF/A.RSA", "0")}
	pool := strings8("manifest", "a", "package", "b.c")
	root := tag(0, 1, 2, 3)
	long := strings.Repeat("x", 32_000)

	for _, tc := range []struct {
		name string
		data []byte
		err  string // part of the error, "" when facts are expected
		gap  string // kind of a gap and part of its detail, "" when none is expected
	}{
		{"manifest bomb of 10 GB", rawZip(packed("AndroidManifest.xml", 10_240, 1000)), "", "limit: which app it is"},
		{"manifest bomb that says so", rawZip(packed("AndroidManifest.xml", 1_000, 1_000<<20)), "", "limit: which app it is"},
		{"resource bomb", rawZip(good, packed("resources.arsc", 10_240, 1000)), "", "limit: resources.arsc cannot be read"},
		{"resource table of zeros", rawZip(good, packed("resources.arsc", 40, 40<<20)), "", "malformed: resources.arsc cannot be read"},
		{"v1 manifest bomb", rawZip(append(signed, packed("META-INF/MANIFEST.MF", 10_240, 1000))...), "", "limit: signature was not checked"},
		{"v1 entry bomb", rawZip(append(signed, stored("META-INF/MANIFEST.MF", "Manifest-Version: 1.0\r\n\r\n"), packed("assets/x", 4_000, 4_000<<20))...), "", ""},
		{"v1 nested signature", rawZip(good, stored("META-INF/A.SF", "x"), stored("META-INF/A.RSA", strings.Repeat("\x30\x80", 60_000))), "", "limit: signature was not checked"},
		{"v1 deep signature", rawZip(good, stored("META-INF/MANIFEST.MF", "Manifest-Version: 1.0\r\n\r\n"), stored("META-INF/A.SF", "Signature-Version: 1.0\r\n\r\n"), stored("META-INF/A.RSA", strings.Repeat("\x30\x80", 6_000))), "", ""},
		{"v1 many signatures", rawZip(manySignatures(good)...), "", ""},
		{"v1 endless line", rawZip(good, stored("META-INF/MANIFEST.MF", "A: b"+strings.Repeat("\n x", 1<<20)), signed[1], signed[2]), "", ""},
		{"signing block of 2 GB", withSigningBlock(readFile(t, "testdata/plain.apk"), 1<<31), "", ""},
		{"key as long as allowed", withBlock(rawZip(good), longKey(t, 11<<10)), "", ""},
		{"key longer than allowed", withBlock(rawZip(good), longKey(t, 1<<20)), "", "limit: the v2 signature is"},
		{"DSA key", withBlock(rawZip(good), "\x2a\x86\x48\xce\x38\x04\x01"+strings.Repeat("x", 7000)), "", ""},
		{"a million attributes", rawZip(stored("AndroidManifest.xml", document(append([]string{pool, root}, slices.Repeat([]string{tag(1, 10_000, 1, 1)}, 38)...)...))), "", "limit: elements and attributes"},
		{"long names used often", rawZip(stored("AndroidManifest.xml", document(strings8("manifest", long, "package", "b.c"), root, tag(1, 60_000, 1, 1)))), "", "limit: bytes of expanded strings"},
		{"deep nesting", rawZip(stored("AndroidManifest.xml", document(append([]string{pool, root}, slices.Repeat([]string{tag(1, 0, 0, 0)}, 100_000)...)...))), "", "limit: levels of elements"},
		{"string pool of 4 GB", rawZip(stored("AndroidManifest.xml", "\x03\x00\x08\x00\xff\xff\xff\xff\x01\x00\x1c\x00\xff\xff\xff\xff"+u32s(0x1fffff, 0, 0x100, 0xffffffff, 0)+pool)), "", "malformed: which app it is"},
		{"string pool that ends early", rawZip(stored("AndroidManifest.xml", "\x03\x00\x08\x00\xff\xff\xff\xff\x01\x00\x1c\x00\xf7\xff\xff\xff"+u32s(90_000, 0, 0x100, 28+4*90_000, 0)+strings.Repeat(u32s(4), 1000))), "", "malformed: which app it is"},
		{"plain-text manifest", rawZip(stored("AndroidManifest.xml", `<?xml version="1.0"?><manifest package="a.b"/>`)), "", "malformed: which app it is"},
		{"no package", rawZip(stored("AndroidManifest.xml", document(pool, tag(0, 0, 0, 0)))), "", "malformed: which app it is"},
		{"cut manifest", rawZip(stored("AndroidManifest.xml", manifest[:len(manifest)*3/4])), "", "malformed: only in part"},
		{"no manifest", rawZip(stored("assets/x", "x")), "not an APK", ""},
		{"cut resources", rawZip(good, stored("resources.arsc", table[:40])), "", "malformed: resources.arsc cannot be read"},
		{"local headers only", bytes.Repeat([]byte("PK\x03\x04"+strings.Repeat("\x00", 22)+"\x01\x00\x00\x00a"), 70_000), "not an APK", ""},
		{"magic only", bytes.Repeat([]byte("PK\x03\x04"), 8<<20), "", ""},
		{"more entries than 16 bits count", manyEntries(t, good), "", ""},
		{"directory of 4 GB", replaceEnd(rawZip(good), 12, 0xfffffff0), "", "malformed: the container's directory cannot be read"},
		{"not a zip", []byte(strings.Repeat("hello", 1000)), "not a zip container", ""},
		{"names that lead outside", rawZip(good, stored("../../outside.txt", "x"), stored("/etc/outside", "x"), stored("a\x1b[31m", "x")), "", ""},
		{"same name twice", rawZip(good, good), "", ""},
		{"unknown method", rawZip(rawEntry{name: "AndroidManifest.xml", method: 0x1234, data: good.data, claimed: good.claimed, crc: good.crc}), "", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			peak := watchHeap()
			start := time.Now()
			inv, err := scanBytes(context.Background(), tc.data)
			heap := peak()
			t.Logf("%v, heap %d MB, err %v", time.Since(start).Round(time.Millisecond), heap>>20, err)
			if heap > maxHeap {
				t.Errorf("held %d MB", heap>>20)
			}
			checkHostile(t, inv, err, tc.err, tc.gap)
		})
	}
}

func checkHostile(t *testing.T, inv *inventory.Inventory, err error, wantErr, wantGap string) {
	t.Helper()
	if wantErr != "" && (err == nil || !strings.Contains(err.Error(), wantErr)) {
		t.Errorf("error %v, want one with %q", err, wantErr)
	}
	if wantErr == "" && err != nil && wantGap != "" {
		t.Errorf("error %v, want facts", err)
	}
	kind, detail, _ := strings.Cut(wantGap, ": ")
	if wantGap != "" && !slices.ContainsFunc(inv.Gaps, func(g inventory.Gap) bool {
		return string(g.Kind) == kind && strings.Contains(g.Detail, detail)
	}) {
		t.Errorf("gaps %+v, want one with %q", inv.Gaps, wantGap)
	}
	if err == nil && len(inv.Apps) == 0 && (len(inv.Binaries) == 0 || len(inv.Gaps) == 0) {
		t.Error("neither an app, nor a binary with a gap, nor an error")
	}
}

// withSigningBlock makes the size of a signing block a lie.
func withSigningBlock(apk []byte, size uint64) []byte {
	apk = slices.Clone(apk)
	at := bytes.LastIndex(apk, []byte("APK Sig Block 42"))
	binary.LittleEndian.PutUint64(apk[at-8:], size)
	return apk
}

// replaceEnd changes a number in the end record.
func replaceEnd(zip []byte, at int, v uint32) []byte {
	binary.LittleEndian.PutUint32(zip[len(zip)-22+at:], v)
	return zip
}

// manySignatures is a file with more v1 signatures than are checked.
func manySignatures(manifest rawEntry) []rawEntry {
	entries := []rawEntry{manifest, stored("META-INF/MANIFEST.MF", "Manifest-Version: 1.0\r\n\r\n")}
	for i := range 9 {
		name := fmt.Sprintf("META-INF/S%d", i)
		entries = append(entries, stored(name+".SF", "Signature-Version: 1.0\r\n\r\n"), stored(name+".RSA", strings.Repeat("x", 8<<10)))
	}
	return entries
}

func manyEntries(t *testing.T, first rawEntry) []byte {
	t.Helper()
	entries := []rawEntry{first}
	for i := range 70_000 {
		entries = append(entries, stored(fmt.Sprint("f", i), ""))
	}
	return rawZip(entries...)
}

// TestNestedBomb checks sets whose members are bombs or nonsense.
func TestNestedBomb(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "set.apks")
	plain := string(readFile(t, "testdata/plain.apk"))
	data := rawZip(stored("toc.pb", ""), stored("../base.apk", plain), stored("splits/base-master.apk", plain),
		rawEntry{name: "bomb.apk", method: 8, data: bomb(t, 10_240), claimed: 500}, stored("text.apk", "text"),
		rawEntry{name: "large.apk", method: 8, data: bomb(t, 1_000), claimed: 1_000 << 20})
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
	peak := watchHeap()
	inv, err := scanPath(t, path)
	if heap := peak(); heap > maxHeap {
		t.Errorf("held %d MB", heap>>20)
	}
	kinds := make(map[string]inventory.GapKind)
	for _, g := range inv.Gaps {
		kinds[strings.TrimPrefix(g.Subject, path)] = g.Kind
	}
	want := map[string]inventory.GapKind{
		"":           inventory.GapUnknownLines, // the name that leads outside
		"!bomb.apk":  inventory.GapMalformed,
		"!large.apk": inventory.GapLimit,
		"APK set":    inventory.GapMalformed, // the text
	}
	if err != nil || len(inv.Apps) != 1 || !maps.Equal(kinds, want) {
		t.Errorf("%d apps, error %v, gaps %+v; want one app and gaps %v", len(inv.Apps), err, inv.Gaps, want)
	}
	left, err := os.ReadDir(dir)
	if err != nil || len(left) != 1 {
		t.Errorf("the folder holds %v, %v; want the archive only", left, err)
	}
}

// TestOddities checks the container facts of files that still install or nearly so.
func TestOddities(t *testing.T) {
	manifest := stored("AndroidManifest.xml", content(t, "plain.apk", "AndroidManifest.xml"))
	locked := rawZip(manifest, stored("x", "y"))
	locked[bytes.LastIndex(locked, []byte("PK\x01\x02"))+8] |= 1
	for want, data := range map[string][]byte{
		"duplicate entry names: 1":                                    rawZip(manifest, manifest),
		"entry names that lead outside or hold control characters: 1": rawZip(manifest, stored("../x", "")),
		"entries marked encrypted: 1":                                 locked,
		"entries with an unknown compression method: 1":               rawZip(manifest, rawEntry{name: "x", method: 99}),
		"data before the archive: 7 bytes":                            append([]byte("#!/bin\n"), rawZip(manifest)...),
		"bytes after the archive":                                     append(rawZip(manifest), "tail"...),
		"directory unreadable (no end-of-directory record): entries recovered from local headers": rawZip(manifest)[:len(rawZip(manifest))-30],
	} {
		inv, err := scanBytes(context.Background(), data)
		if err != nil || len(inv.Binaries) != 1 || !slices.Contains(inv.Binaries[0].Oddities, want) {
			t.Errorf("%v, oddities %q, want %q", err, inv.Binaries[0].Oddities, want)
		}
	}
}

// TestTruncated cuts an APK everywhere: facts or an error, never a panic.
func TestTruncated(t *testing.T) {
	for _, name := range []string{"plain.apk", "v1.apk", "votes.xapk"} {
		data := readFile(t, "testdata/"+name)
		for n := 0; n < len(data); n += 61 {
			inv, err := scanBytes(context.Background(), data[:n])
			if err == nil && len(inv.Gaps) == 0 {
				t.Errorf("%s cut to %d bytes: no error and no gap", name, n)
			}
		}
	}
}

// TestBrokenManifest checks that an app of which the manifest cannot be read keeps its hash, code and signature.
func TestBrokenManifest(t *testing.T) {
	dex := content(t, "plain.apk", "classes.dex")
	for name, manifest := range map[string]rawEntry{
		"garbage": stored("AndroidManifest.xml", "garbage!"),
		"bomb":    {name: "AndroidManifest.xml", method: 8, data: bomb(t, 100), claimed: 1000},
	} {
		path := filepath.Join(t.TempDir(), "x.apk")
		if err := os.WriteFile(path, rawZip(manifest, stored("classes.dex", dex)), 0o644); err != nil {
			t.Fatal(err)
		}
		inv, err := scanPath(t, path)
		if err != nil || len(inv.Binaries) != 1 || len(inv.Apps) != 0 || len(inv.Gaps) == 0 {
			t.Fatalf("%s: error %v, %d binaries, %d apps, %d gaps; want one binary and a gap", name, err, len(inv.Binaries), len(inv.Apps), len(inv.Gaps))
		}
		b := inv.Binaries[0]
		if len(b.SHA256) != 64 || b.Signed != inventory.SignatureUnsigned || b.Code == nil || len(b.Code.Files) != 1 {
			t.Errorf("%s: hash %q, signature %q, code %+v", name, b.SHA256, b.Signed, b.Code)
		}
	}
}
