package apk

import (
	"context"
	"encoding/binary"
	"slices"
	"strings"
	"testing"

	"quaestor/scanners/inventory"
)

// across is text of that size with addresses where the first window ends and where text ends.
func across(size int, address string, between string) string {
	b := []byte(strings.Repeat(between, size/len(between)+1)[:size])
	copy(b[windowBytes-len(address)/2:], address)
	copy(b[size-len(address):], address)
	return string(b)
}

// largeLibrary is an ELF file with one segment of constants and one of code.
func largeLibrary(size int) string {
	b := []byte(across(size, "\x00https://window.huawei.com/x\x00", "\x00"))
	copy(b, "\x7fELF\x02\x01\x01")
	le := binary.LittleEndian
	le.PutUint16(b[16:], 3)
	le.PutUint16(b[18:], 183)
	le.PutUint64(b[32:], 64)
	le.PutUint16(b[54:], 56)
	le.PutUint16(b[56:], 2)
	segment := func(at int, flags uint32, from, to int) {
		le.PutUint32(b[at:], 1)
		le.PutUint32(b[at+4:], flags)
		le.PutUint64(b[at+8:], uint64(from))
		le.PutUint64(b[at+32:], uint64(to-from))
	}
	code := size - 4096
	segment(64, 4, 0, code)
	segment(120, 5, code, size)
	copy(b[code:], "\x00https://instructions.huawei.com/x\x00")
	copy(b[code-1000:], "\x00OpenSSL 3.0.13 30 Jan 2024\x00OPENSSLDIR: \"/usr/lib/ssl\"\x00")
	return string(b)
}

// TestLarge: what is too large to be unpacked whole is searched window by window, also across the edges of windows.
func TestLarge(t *testing.T) {
	const text = "\"https://window.huawei.com/y\""
	data := apkOf(t, entry{"assets/words.json", across(maxText+1, text, "lorem \n")}, entry{"assets/words.txt", strings.Repeat("a", maxText+1)},
		entry{"lib/arm64-v8a/libchrome.so", largeLibrary(maxNative + 1<<20)},
		entry{"assets/data.hbc", "\xc6\x1f\xbc\x03\xc1\x03\x19\x1f" + strings.Repeat("a\x00", maxText)}, entry{"pad.png", strings.Repeat("x", 4<<20)})
	peak := watchHeap()
	inv, err := scanBytes(context.Background(), data)
	if heap := peak(); heap > maxHeap+uint64(2*len(data)) {
		t.Errorf("held %d MB", heap>>20)
	}
	if err != nil {
		t.Fatal(err)
	}
	b := inv.Binaries[0]
	for value, file := range map[string]string{"https://window.huawei.com/x": "lib/arm64-v8a/libchrome.so", "https://window.huawei.com/y": "assets/words.json"} {
		at := slices.IndexFunc(b.Endpoints, func(e inventory.Endpoint) bool { return e.Value == value })
		if at < 0 {
			t.Errorf("%s is not among %+v", value, b.Endpoints)
		} else if e := b.Endpoints[at]; len(e.Places) != 1 || e.Places[0].File != file || e.Count != map[string]int{"assets/words.json": 2, "lib/arm64-v8a/libchrome.so": 1}[file] {
			t.Errorf("%+v, want in %s", e, file)
		}
	}
	if slices.Contains(b.Hosts, "instructions.huawei.com") {
		t.Error("instructions were searched for addresses")
	}
	if !slices.ContainsFunc(inv.Components, func(c inventory.Component) bool { return c.Name == "openssl" && c.Version == "3.0.13" }) {
		t.Errorf("components %+v", inv.Components)
	}
	if len(b.Native) != 1 || b.Native[0].ABI != "arm64-v8a" || b.Native[0].Error == "" || b.Native[0].Size != maxNative+1<<20 {
		t.Errorf("native %+v", b.Native)
	}
	limits := slices.DeleteFunc(slices.Clone(inv.Gaps), func(g inventory.Gap) bool { return g.Kind != inventory.GapLimit })
	if len(limits) != 2 || !strings.HasSuffix(limits[0].Subject+limits[1].Subject, "assets/data.hbctest.apk!lib/arm64-v8a/libchrome.so") &&
		!strings.HasSuffix(limits[0].Subject+limits[1].Subject, "libchrome.sotest.apk!assets/data.hbc") {
		t.Errorf("gaps %+v", limits)
	}
}

// TestLargeBomb: texts that unpack to more than the file may are not searched.
func TestLargeBomb(t *testing.T) {
	var list []rawEntry
	for _, name := range []string{"a", "b", "c", "d"} {
		list = append(list, rawEntry{name: "assets/" + name + ".json", method: 8, data: bomb(t, 100), claimed: 100 << 20})
	}
	data := rawZip(append([]rawEntry{stored("AndroidManifest.xml", content(t, "plain.apk", "AndroidManifest.xml"))}, list...)...)
	inv, err := scanBytes(context.Background(), data)
	if err != nil {
		t.Fatal(err)
	}
	limits := slices.DeleteFunc(slices.Clone(inv.Gaps), func(g inventory.Gap) bool { return g.Kind != inventory.GapLimit })
	if len(limits) == 0 || len(limits) == len(list) {
		t.Errorf("%d of %d were not read: %+v", len(limits), len(list), limits)
	}
}

// TestRefusedVersions: files that should state a version and do not are one gap.
func TestRefusedVersions(t *testing.T) {
	inv, err := scanBytes(context.Background(), apkOf(t, entry{"META-INF/androidx.core_core.version", "1.9.0\n"},
		entry{"META-INF/androidx.a_a.version", "task ':a:writeVersionFile' property 'version'"}, entry{"META-INF/androidx.b_b.version", ""},
		entry{"META-INF/app_release.kotlin_module", "x"}))
	if err != nil {
		t.Fatal(err)
	}
	var found []inventory.Gap
	for _, g := range inv.Gaps {
		if strings.Contains(g.Detail, "state a library") {
			found = append(found, g)
		}
	}
	if len(found) != 1 || found[0].Count != 2 || len(found[0].Samples) != 2 || found[0].Kind != inventory.GapUnknownLines || !strings.Contains(found[0].Samples[0], "writeVersionFile") {
		t.Errorf("gaps %+v", found)
	}
}

// TestSecondReading: a manifest that Android cannot read is told as a tool reads it, and a gap says so.
func TestSecondReading(t *testing.T) {
	manifest := content(t, "plain.apk", "AndroidManifest.xml")
	node := "\x01\x01\x10\x00\x18\x00\x00\x00" + strings.Repeat("\x00", 16) // before the strings, so that Android has none
	changed := []byte(manifest[:8] + node + manifest[8:])
	binary.LittleEndian.PutUint32(changed[4:], uint32(len(changed)))
	inv, err := scanBytes(context.Background(), zipOf(t, entry{"AndroidManifest.xml", string(changed)}))
	if err != nil || len(inv.Apps) != 1 || inv.Apps[0].Identifier != "eu.example.agenda" {
		t.Fatalf("%v, apps %+v", err, inv.Apps)
	}
	if !slices.ContainsFunc(inv.Gaps, func(g inventory.Gap) bool {
		return g.Kind == inventory.GapMalformed && strings.Contains(g.Detail, "apkparser")
	}) {
		t.Errorf("gaps %+v", inv.Gaps)
	}
}
