package backup_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"quaestor/scanners/internal/backuptest"
	"quaestor/scanners/internal/scantest"
	"quaestor/scanners/inventory"
	"quaestor/scanners/ios/backup"
)

// survives scans a damaged backup: what its property lists tell is there, and gaps of some kind say what is missing.
func survives(t *testing.T, name, dir string, kinds ...inventory.GapKind) *inventory.Inventory {
	t.Helper()
	before := tree(t, dir)
	inv := scantest.Scan(t, with("geheim"), dir)
	if after := tree(t, dir); !slices.Equal(before, after) {
		t.Errorf("%s: something was written: %v", name, after)
	}
	if !slices.ContainsFunc(inv.Gaps, func(g inventory.Gap) bool { return slices.Contains(kinds, g.Kind) }) {
		t.Errorf("%s: no gap of %v: %+v", name, kinds, inv.Gaps)
	}
	if len(inv.Devices) != 1 || inv.Devices[0].Serial != "F17EXAMPLE01" || scantest.App(t, inv, "com.zhiliaoapp.musically").Name != "TikTok" {
		t.Errorf("%s: what Info.plist tells is lost", name)
	}
	return inv
}

// tree lists everything in the folder above.
func tree(t *testing.T, dir string) (out []string) {
	t.Helper()
	err := filepath.WalkDir(filepath.Dir(dir), func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		out = append(out, fmt.Sprint(name, info.Size(), info.ModTime()))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

var broken = []inventory.GapKind{inventory.GapMalformed, inventory.GapUnreadable}

// A list of files that is cut anywhere, or of which any page is damaged, is a gap and no more.
func TestDamagedList(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "phone")
	backuptest.Member(t).Write(t, dir)
	name := filepath.Join(dir, "Manifest.db")
	whole, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range []int{0, 1, 50, 99, 100, 500, 4096, 5000, len(whole) / 2, len(whole) - 1} {
		writeFile(t, name, whole[:n])
		survives(t, fmt.Sprintf("cut at %d of %d", n, len(whole)), dir, broken...)
	}
	for at := 0; at < len(whole); at += 1021 {
		damaged := bytes.Clone(whole)
		for i := range damaged[at:min(at+64, len(damaged))] {
			damaged[at+i] ^= 0xa5
		}
		writeFile(t, name, damaged)
		scantest.Scan(t, backup.New(), dir) // some damage lies where nobody reads
	}
}

// So is every file that is opened.
func TestDamagedFiles(t *testing.T) {
	for i, f := range backuptest.Member(t).Files {
		if f.Flags != 0 || strings.HasPrefix(string(f.Content), "not to be") {
			continue
		}
		for name, content := range map[string][]byte{"empty": {}, "noise": []byte(strings.Repeat("\x01\xfe\x00\x93k", 900)), "cut": f.Content[:len(f.Content)/2], "one byte": {0}} {
			m := backuptest.Member(t)
			m.Files[i].Content = content
			dir := filepath.Join(t.TempDir(), "phone")
			m.Write(t, dir)
			survives(t, f.Path+" "+name, dir, broken...)
		}
	}
}

// Files of an encrypted backup that were cut, or bear another key, are gaps.
func TestDamagedEncryption(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "phone")
	m := encrypted(t, "geheim")
	m.Write(t, dir)
	tcc := filepath.Join(dir, "64", "64d0019cb3d46bfc8cce545a8ba54b93e7ea9347")
	whole, err := os.ReadFile(tcc)
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range []int{0, 1, 15, 16, len(whole) - 16, len(whole) - 1} {
		writeFile(t, tcc, whole[:n])
		inv := survives(t, fmt.Sprintf("cut at %d", n), dir, broken...)
		if len(inv.Profiles) != 1 {
			t.Errorf("cut at %d: the other files are lost", n)
		}
	}
	for name, manifest := range map[string]map[string]any{
		"no keybag": {"BackupKeyBag": []byte{}}, "a keybag of text": {"BackupKeyBag": "text"}, "noise": {"BackupKeyBag": bytes.Repeat([]byte{1}, 100)},
		"short key of the list": {"ManifestKey": []byte{1, 0, 0, 0, 9}}, "key of no class": {"ManifestKey": append([]byte{99, 0, 0, 0}, make([]byte, 40)...)},
		"wrong key": {"ManifestKey": append([]byte{4, 0, 0, 0}, make([]byte, 40)...)},
	} {
		m := encrypted(t, "geheim")
		m.Manifest = manifest
		dir := filepath.Join(t.TempDir(), "phone")
		m.Write(t, dir)
		survives(t, name, dir, broken...)
	}
}

// TestAbsurdRounds: a keybag that would take hours is a limit, and no password is asked for.
func TestAbsurdRounds(t *testing.T) {
	m := encrypted(t, "geheim")
	dir := filepath.Join(t.TempDir(), "phone")
	m.Write(t, dir)
	name := filepath.Join(dir, "Manifest.plist")
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	rounds := func(n uint32) []byte { return binary.BigEndian.AppendUint32([]byte("DPIC\x00\x00\x00\x04"), n) }
	if !bytes.Contains(data, rounds(1000)) {
		t.Fatal("the keybag is not found in Manifest.plist")
	}
	writeFile(t, name, bytes.Replace(data, rounds(1000), rounds(4_000_000_000), 1))
	inv := survives(t, "4 billion rounds", dir, inventory.GapLimit)
	if g := scantest.Gaps(inv, inventory.GapLimit); len(g) != 1 || !strings.Contains(g[0].Detail, "4000000100 times") {
		t.Errorf("%+v", inv.Gaps)
	}
}

// Names in the list that lead elsewhere name no file.
func TestTraversal(t *testing.T) {
	outside := filepath.Join(t.TempDir(), "outside")
	writeFile(t, outside, backuptest.TCC(t))
	dir := filepath.Join(t.TempDir(), "phone")
	writeNothing := strings.Repeat("../", 12) + strings.TrimPrefix(outside, "/")
	for _, id := range []string{writeNothing, outside, "../" + strings.Repeat("a", 37), strings.Repeat("A", 40), strings.Repeat("a", 39) + "/", "", "64", "con", "64d0019cb3d46bfc8cce545a8ba54b93e7ea934\x00"} {
		m := backuptest.Member(t)
		m.Files = slices.DeleteFunc(m.Files, func(f backuptest.File) bool { return f.Path == "Library/TCC/TCC.db" })
		m.Files = append(m.Files, backuptest.File{Domain: "HomeDomain", Path: "Library/TCC/TCC.db", ID: id, Lost: true})
		if id == "" {
			continue // the writer gives the right one
		}
		os.RemoveAll(dir)
		m.Write(t, dir)
		if inv := survives(t, fmt.Sprintf("%q", id), dir, inventory.GapMalformed); slices.ContainsFunc(inv.Apps, func(a inventory.App) bool { return a.Identifier == "org.example.removed" && len(a.Permissions) > 0 }) {
			t.Errorf("%q was read", id)
		}
	}
	m := backuptest.Member(t)
	for _, p := range []string{"../../../etc/passwd", "/etc/passwd", "Library/ConfigurationProfiles/../../../../x/profile-1.stub", strings.Repeat("a/", 5000), "\x00", ""} {
		m.Files = append(m.Files, backuptest.File{Domain: "HomeDomain", Path: p, Lost: true}, backuptest.File{Domain: "AppDomain-../../" + p, Path: p, Lost: true})
	}
	os.RemoveAll(dir)
	m.Write(t, dir)
	survives(t, "paths", dir, broken...)
}

// Links are not followed, wherever they lead.
func TestLinks(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("links need a right there")
	}
	outside := t.TempDir()
	const id = "64d0019cb3d46bfc8cce545a8ba54b93e7ea9347"
	writeFile(t, filepath.Join(outside, id), backuptest.TCC(t))
	for name, link := range map[string]func(dir string) error{
		"file outside": func(dir string) error { return os.Symlink(filepath.Join(outside, id), filepath.Join(dir, "64", id)) },
		"file inside": func(dir string) error {
			return os.Symlink("../0d/0d609c54856a9bb2d56729df1d68f2958a88426b", filepath.Join(dir, "64", id))
		},
		"folder": func(dir string) error {
			os.Remove(filepath.Join(dir, "64"))
			return os.Symlink(outside, filepath.Join(dir, "64"))
		},
		"a folder": func(dir string) error { return os.Mkdir(filepath.Join(dir, "64", id), 0o700) },
	} {
		dir := filepath.Join(t.TempDir(), "phone")
		backuptest.Member(t).Write(t, dir)
		if err := os.Remove(filepath.Join(dir, "64", id)); err != nil {
			t.Fatal(err)
		}
		if err := link(dir); err != nil {
			t.Fatal(err)
		}
		inv := survives(t, name, dir, inventory.GapUnreadable)
		if a := scantest.App(t, inv, "com.zhiliaoapp.musically"); slices.ContainsFunc(a.Permissions, func(p inventory.Permission) bool { return p.Name == "kTCCServiceMicrophone" }) {
			t.Errorf("%s was followed", name)
		}
	}
}

// Files of sizes that no phone writes are limits.
func TestGiants(t *testing.T) {
	for id, size := range map[string]int64{"64/64d0019cb3d46bfc8cce545a8ba54b93e7ea9347": 300 << 20, "99/99d3387146335be6c7a02931fea9c405e7802c10": 9 << 20} {
		dir := filepath.Join(t.TempDir(), "phone")
		backuptest.Member(t).Write(t, dir)
		if err := os.Truncate(filepath.Join(dir, id), size); err != nil {
			t.Fatal(err)
		}
		survives(t, id, dir, inventory.GapLimit)
	}
}

// bomb is a property list of 1 kB whose lists refer to each other, so that it holds 10^12 values.
func bomb() []byte {
	const levels, width = 12, 10
	out := []byte("bplist00")
	var offsets []byte
	for level := range levels {
		offsets = append(offsets, byte(len(out)>>8), byte(len(out)))
		out = append(out, 0xa0+width)
		for range width {
			out = append(out, byte(level+1))
		}
	}
	offsets = append(offsets, byte(len(out)>>8), byte(len(out)))
	out = append(out, 0x51, 'x')
	table := len(out)
	out = append(out, offsets...)
	out = append(out, 0, 0, 0, 0, 0, 0, 2, 1)
	for _, n := range []int{levels + 1, 0, table} {
		out = binary.BigEndian.AppendUint64(out, uint64(n))
	}
	return out
}

// Property lists that grow when they are read are gaps.
func TestBombs(t *testing.T) {
	for i, f := range backuptest.Member(t).Files {
		if !bytes.HasPrefix(f.Content, []byte("bplist")) {
			continue
		}
		m := backuptest.Member(t)
		m.Files[i].Content = bomb()
		dir := filepath.Join(t.TempDir(), "phone")
		m.Write(t, dir)
		survives(t, f.Path, dir, inventory.GapLimit, inventory.GapMalformed)
	}
	m := backuptest.Member(t)
	m.Info["Applications"] = map[string]any{"org.example.vpn": map[string]any{"iTunesMetadata": bomb()}}
	dir := filepath.Join(t.TempDir(), "phone")
	m.Write(t, dir)
	if inv := scantest.Scan(t, backup.New(), dir); len(scantest.Gaps(inv, inventory.GapMalformed)) != 1 {
		t.Errorf("%+v", inv.Gaps)
	}
	for _, name := range []string{"Manifest.plist", "Status.plist", "Info.plist"} {
		dir := filepath.Join(t.TempDir(), "phone")
		backuptest.Member(t).Write(t, dir)
		writeFile(t, filepath.Join(dir, name), bomb())
		inv := scantest.Scan(t, backup.New(), dir)
		if len(scantest.Gaps(inv, inventory.GapLimit))+len(scantest.Gaps(inv, inventory.GapMalformed)) == 0 || len(inv.Apps) == 0 {
			t.Errorf("%s: %+v", name, inv.Gaps)
		}
	}
}

// What is left of a backup is read, and what is missing is said.
func TestLost(t *testing.T) {
	for _, lost := range []string{"Info.plist", "Manifest.plist", "Status.plist", "Manifest.db", "64/64d0019cb3d46bfc8cce545a8ba54b93e7ea9347"} {
		dir := filepath.Join(t.TempDir(), "phone")
		backuptest.Member(t).Write(t, dir)
		if err := os.Remove(filepath.Join(dir, lost)); err != nil {
			t.Fatal(err)
		}
		inv := scantest.Scan(t, backup.New(), dir)
		if !slices.ContainsFunc(inv.Gaps, func(g inventory.Gap) bool { return g.Kind.Incomplete() && g.Next != "" }) || len(inv.Apps) < 3 {
			t.Errorf("without %s: %d apps, %+v", lost, len(inv.Apps), inv.Gaps)
		}
		if a := scantest.App(t, inv, "com.zhiliaoapp.musically"); (a.Presence == inventory.PresenceInstalled) == (lost == "Info.plist") {
			t.Errorf("without %s: %q", lost, a.Presence)
		}
	}
	folder := filepath.Join(t.TempDir(), "phone")
	backuptest.Member(t).Write(t, folder)
	if err := os.Remove(filepath.Join(folder, "Manifest.db")); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(folder, "Manifest.db"), 0o700); err != nil {
		t.Fatal(err)
	}
	survives(t, "Manifest.db is a folder", folder, broken...)
	dir := filepath.Join(t.TempDir(), "phone")
	m := backuptest.Member(t)
	m.Status = map[string]any{"SnapshotState": "uploading"}
	m.Write(t, dir)
	survives(t, "not finished", dir, inventory.GapMalformed)
}
