package appstore

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"quaestor/scanners/internal/scantest"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

func TestGolden(t *testing.T) {
	for _, name := range []string{"storeSystem", "storeUser"} {
		scantest.Golden(t, scantest.Scan(t, New(), filepath.Join("testdata", name+".db")), filepath.Join("testdata", name+".golden.json"))
	}
}

// TestFacts states what of the golden files matters.
func TestFacts(t *testing.T) {
	system := scantest.Scan(t, New(), "testdata/storeSystem.db")
	if len(system.Apps) != 4 || slices.ContainsFunc(system.Apps, func(a inventory.App) bool {
		return a.Presence != inventory.PresenceTrace || a.Identifier == "org.example.gone"
	}) {
		t.Errorf("an update is no proof of an installation, and what the log deleted is gone: %+v", system.Apps)
	}
	tiktok, votes := scantest.App(t, system, "com.zhiliaoapp.musically"), scantest.App(t, system, "org.example.votes")
	if tiktok.Version != "35.7.0" || tiktok.Updated == nil || tiktok.StoreID != "835599320" || tiktok.Publisher != "TikTok Ltd." {
		t.Errorf("%+v", tiktok)
	}
	if votes.Version != "1.9" || votes.Genre != "Utilities" || votes.FirstInstalled == nil || len(votes.Traces) != 2 { // and not 2.0, which was offered
		t.Errorf("%+v", votes)
	}
	user := scantest.Scan(t, New(), "testdata/storeUser.db")
	var got []string
	for _, a := range user.Apps {
		got = append(got, fmt.Sprintf("%s %q %s %v", a.Identifier, a.Presence, a.Version, a.System))
	}
	want := []string{`com.apple.Maps "" 1.0 true`, `com.zhiliaoapp.musically "trace"  false`, `org.example.test "" 0.3 false`, `org.example.votes "" 1.9 false`, `ph.telegra.Telegraph "trace"  false`}
	if slices.Sort(got); !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
	if test := scantest.App(t, user, "org.example.test"); test.Distribution != "testflight" || !slices.Contains(test.Flags, "app-clip") {
		t.Errorf("%+v", test)
	}
	if len(scantest.Gaps(system, inventory.GapBlind)) != 1 || len(scantest.Gaps(user, inventory.GapBlind)) != 1 {
		t.Errorf("what the tables prove, and rows without an app: %+v %+v", system.Gaps, user.Gaps)
	}
}

// TestPrivacy: accounts and addresses that the databases hold are nowhere in what is told.
func TestPrivacy(t *testing.T) {
	for _, name := range []string{"storeSystem", "storeUser"} {
		data, err := os.ReadFile(filepath.Join("testdata", name+".db"))
		if err != nil {
			t.Fatal(err)
		}
		wal, _ := os.ReadFile(filepath.Join("testdata", name+".db-wal"))
		if !bytes.Contains(append(data, wal...), []byte("member@parliament.example")) {
			t.Fatalf("%s holds no address that could be told", name)
		}
		text, err := json.Marshal(scantest.Scan(t, New(), filepath.Join("testdata", name+".db")))
		if err != nil || bytes.Contains(text, []byte("@parliament")) {
			t.Errorf("%s: %v %s", name, err, text)
		}
	}
}

// lay copies the store's database into a folder, with some of the files beside it.
func lay(t *testing.T, name string, endings ...string) string {
	t.Helper()
	dir := t.TempDir()
	for _, e := range endings {
		data, err := os.ReadFile("testdata/storeSystem.db" + e)
		if err != nil && e == "-shm" {
			data = make([]byte, 32768)
		} else if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name+e), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func identifiers(inv *inventory.Inventory) (list []string) {
	for _, a := range inv.Apps {
		list = append(list, a.Identifier)
	}
	slices.Sort(list)
	return list
}

// TestLog: the log is part of the database wherever it lies, and without it there is what was written before.
func TestLog(t *testing.T) {
	whole := []string{"com.zhiliaoapp.musically", "org.example.beta", "org.example.mapi", "org.example.votes"}
	if got := identifiers(scantest.Scan(t, New(), filepath.Join(lay(t, "other name", "", "-wal"), "other name"))); !slices.Equal(got, whole) {
		t.Errorf("with the log: %q", got)
	}
	if got := identifiers(scantest.Scan(t, New(), filepath.Join(lay(t, "x.db", ""), "x.db"))); !slices.Equal(got, []string{"com.zhiliaoapp.musically", "org.example.gone"}) {
		t.Errorf("without: %q", got)
	}
	file := zipped(t, lay(t, "storeSystem.db", "", "-wal", "-shm"))
	archive := scantest.Open(t, file)
	db, err := archive.Sub("private/var/storeSystem.db")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	inv, err := New().Scan(context.Background(), db)
	if err != nil || !New().Recognise(db) || !slices.Equal(identifiers(inv), whole) {
		t.Errorf("in an archive: %v %q", err, identifiers(inv))
	}
	for name, want := range map[string]bool{"storeSystem.db-wal": true, "storeSystem.db-shm": true, "letter-wal": false, "storeSystem.db": false} {
		src, err := archive.Sub("private/var/" + name)
		if err != nil {
			t.Fatal(err)
		}
		if got := (scanner{}).Companion(src); got != want {
			t.Errorf("%s is read with another: %v", name, got)
		}
		src.Close()
	}
}

func zipped(t *testing.T, dir string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "phone.zip")
	out, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	z := zip.NewWriter(out)
	for _, name := range []string{"storeSystem.db", "storeSystem.db-wal", "storeSystem.db-shm", "letter-wal"} {
		w, err := z.Create("private/var/" + name)
		if err != nil {
			t.Fatal(err)
		}
		data, _ := os.ReadFile(filepath.Join(dir, name))
		if _, err := w.Write(data); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return file
}

// TestDamage: a database that is cut, whose log is torn, or that a journal lies beside says so.
func TestDamage(t *testing.T) {
	change := func(name string, f func([]byte) []byte) string {
		dir := lay(t, "x.db", "", "-wal")
		data, err := os.ReadFile(filepath.Join(dir, "x.db"+name))
		if err != nil {
			data = nil
		}
		if err := os.WriteFile(filepath.Join(dir, "x.db"+name), f(data), 0o600); err != nil {
			t.Fatal(err)
		}
		return filepath.Join(dir, "x.db")
	}
	cut, err := os.ReadFile("testdata/storeUser.db")
	if err != nil {
		t.Fatal(err)
	}
	cut = cut[:len(cut)-512]
	for name, path := range map[string]string{
		"journal": change("-journal", func([]byte) []byte { return []byte("\xd9\xd5\x05\xf9\x20\xa1\x63\xd7 journal") }),
		"torn":    change("-wal", func(b []byte) []byte { b[len(b)-3] ^= 1; return b }),
		"cut":     only(t, cut),
	} {
		if inv := scantest.Scan(t, New(), path); len(scantest.Gaps(inv, inventory.GapMalformed)) != 1 || len(inv.Apps) == 0 {
			t.Errorf("%s: %d apps, %+v", name, len(inv.Apps), inv.Gaps)
		}
	}
}

// only is a file with nothing beside it.
func only(t *testing.T, data []byte) string {
	path := filepath.Join(t.TempDir(), "x.db")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestNotRecognised(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{"storeSystem.db": "SQLite format 3\x00 and no more", "words.txt": "CREATE TABLE app_updates (bundle_id TEXT)", "empty.db": ""} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if New().Recognise(scantest.Open(t, path)) {
			t.Errorf("%s is recognised", name)
		}
	}
	for text, want := range map[string]bool{
		"CREATE TABLE app_updates (pid, bundle_id TEXT)": true, `create table "app_updates"(bundle_id)`: true, "CREATE TABLE IF NOT EXISTS [app_updates] (bundle_id)": true,
		"CREATE TABLE app_updates (pid)": false, "CREATE TABLE app_updates_old (bundle_id)": false, "CREATE TABLE my_app_updates (bundle_id)": false, "app_updates (bundle_id)": false,
	} {
		if got := hasTable([]byte(text), "app_updates"); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}

const corpus = "../../../../shared/corpus/dumps/"

// TestCorpus: a real iPhone's database in an archive gives the apps that are listed beside it.
func TestCorpus(t *testing.T) {
	list, err := os.ReadFile(corpus + "storeSystem-josh_ios17-app_updates.bundle_ids.txt")
	if err != nil {
		t.Skip("the corpus of foreign files is missing: ", err)
	}
	archive := scantest.Open(t, corpus+"abrignoni+iLEAPP/admin/test/cases/data/storeSystem/testdata.storeSystem.storeSystemAppInstalls.josh_ios17_ffs.zip")
	db, err := archive.Sub("filesystem1/private/var/containers/Data/System/42B6823B-3B96-4828-9E37-7C81DF73C9E8/Documents/Persistence/storeSystem.db")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	inv, err := New().Scan(context.Background(), db)
	if err != nil || !New().Recognise(db) {
		t.Fatal(err)
	}
	want := strings.Fields(string(list))
	slices.Sort(want)
	if got := identifiers(inv); !slices.Equal(got, want) || len(got) != 52 {
		t.Errorf("%d apps: %q", len(got), got)
	}
	if a := scantest.App(t, inv, "com.zhiliaoapp.musically"); a.Name == "" || a.Version == "" || a.Presence != inventory.PresenceTrace || a.Updated == nil {
		t.Errorf("%+v", a)
	}
	if len(scantest.Gaps(inv, inventory.GapMalformed)) > 0 {
		t.Errorf("%+v", inv.Gaps)
	}
}

// FuzzScan: no panic, and no fact without an app that has a valid identifier.
func FuzzScan(f *testing.F) {
	for _, name := range []string{"storeSystem.db", "storeUser.db"} {
		data, err := os.ReadFile("testdata/" + name)
		if err != nil {
			f.Fatal(err)
		}
		wal, _ := os.ReadFile("testdata/" + name + "-wal")
		f.Add(data, wal)
	}
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, data, wal []byte) {
		path := filepath.Join(dir, "x.db")
		if err := errors.Join(os.WriteFile(path, data, 0o600), os.WriteFile(path+"-wal", wal, 0o600)); err != nil {
			t.Fatal(err)
		}
		src, err := source.Open(source.Target{Path: path}, source.DefaultLimits)
		if err != nil {
			t.Fatal(err)
		}
		defer src.Close()
		New().Recognise(src)
		inv, err := New().Scan(context.Background(), src)
		if err != nil {
			return
		}
		for _, a := range inv.Apps {
			if a.Identifier == "" || a.Device == "" || len(a.Origins) == 0 {
				t.Errorf("%+v", a)
			}
		}
	})
}

func BenchmarkScan(b *testing.B) {
	for b.Loop() {
		scantest.Scan(b, New(), "testdata/storeSystem.db")
	}
}

// TestLogAlone: a log that does not belong to the database takes no row away; a database of which no row can be read is
// damaged and not empty.
func TestLogAlone(t *testing.T) {
	damage := func(ending string, f func(b []byte), files ...string) *inventory.Inventory {
		dir := lay(t, "x.db", files...)
		b, err := os.ReadFile(filepath.Join(dir, "x.db"+ending))
		if err != nil {
			t.Fatal(err)
		}
		f(b)
		if err := os.WriteFile(filepath.Join(dir, "x.db"+ending), b, 0o600); err != nil {
			t.Fatal(err)
		}
		return scantest.Scan(t, New(), filepath.Join(dir, "x.db"))
	}
	log := scantest.Gaps(damage("-wal", func(b []byte) { b[16] ^= 1 }, "", "-wal"), inventory.GapMalformed)
	if len(log) != 1 || !strings.Contains(log[0].Detail, "log beside the database was not used") {
		t.Errorf("%+v", log)
	}
	inv := damage("", func(b []byte) { clear(b[4096:]) }, "")
	if bad := scantest.Gaps(inv, inventory.GapMalformed); len(bad) != 1 || !strings.Contains(bad[0].Detail, "is damaged") || len(scantest.Gaps(inv, inventory.GapEmpty)) != 0 {
		t.Errorf("%+v", inv.Gaps)
	}
}
