package backup_test

import (
	"archive/zip"
	"bytes"
	"flag"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"testing"

	"quaestor/scanners"
	"quaestor/scanners/internal/backuptest"
	"quaestor/scanners/internal/scantest"
	"quaestor/scanners/inventory"
	"quaestor/scanners/ios/backup"
)

// alone is a backup that lies where Apple's program keeps it, with the whole way to it.
const alone = "Users/m/AppData/Roaming/Apple Computer/MobileSync/Backup/00008110-000A1D0E3E38801E"

// pack puts backups into an archive, each below a folder; "" for its top.
func pack(t *testing.T, backups map[string]*backuptest.Backup) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	dir := t.TempDir()
	for _, prefix := range []string{"", "a", "b/c", "Backup/00008110-000A1D0E3E38801E", alone} {
		b := backups[prefix]
		if b == nil {
			continue
		}
		root := filepath.Join(dir, "of", filepath.FromSlash(prefix))
		b.Write(t, root)
		err := fs.WalkDir(os.DirFS(root), ".", func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			data, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(name)))
			if err != nil {
				return err
			}
			w, err := z.CreateHeader(&zip.FileHeader{Name: path.Join(prefix, name), Method: zip.Deflate})
			if err != nil {
				return err
			}
			_, err = w.Write(data)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := os.RemoveAll(root); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func writeFile(t *testing.T, name string, data []byte) string {
	t.Helper()
	if err := os.WriteFile(name, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// encrypted is the member's backup under a password, with few rounds so that tests do not wait.
func encrypted(t *testing.T, password string) *backuptest.Backup {
	b := backuptest.Member(t)
	b.Password, b.Before, b.Rounds = password, 1000, 100
	return b
}

// TestSamples reads the archives that scripts of whole commands read, too. With -update they are written anew.
func TestSamples(t *testing.T) {
	if flag.Lookup("update").Value.String() == "true" {
		writeFile(t, "testdata/plain.zip", pack(t, map[string]*backuptest.Backup{"Backup/00008110-000A1D0E3E38801E": backuptest.Member(t)}))
		writeFile(t, "testdata/encrypted.zip", pack(t, map[string]*backuptest.Backup{"": encrypted(t, "geheim")}))
	}
	checkMember(t, scantest.Scan(t, backup.New(), "testdata/plain.zip"))
	checkMember(t, scantest.Scan(t, with("geheim"), "testdata/encrypted.zip"))
}

// An archive of several backups holds several devices.
func TestSeveral(t *testing.T) {
	other := encrypted(t, "geheim")
	other.Info["Unique Identifier"], other.Info["Serial Number"] = "00008120-0000000000000001", "F17EXAMPLE02"
	name := writeFile(t, filepath.Join(t.TempDir(), "two.zip"), pack(t, map[string]*backuptest.Backup{"a": backuptest.Member(t), "b/c": other}))
	inv := scantest.Scan(t, with("geheim"), name)
	if len(inv.Devices) != 2 || len(inv.Profiles) != 2 {
		t.Fatalf("%+v", inv.Devices)
	}
	for _, d := range inv.Devices {
		n := 0
		for _, a := range inv.Apps {
			if a.Device == d.ID && a.Presence == inventory.PresenceInstalled {
				n++
			}
		}
		if n != 3 {
			t.Errorf("%d apps on %s", n, d.Name)
		}
	}
}

// An archive that repeats the whole way to a backup, as zip does when it is given one, is that of the backup.
func TestAlone(t *testing.T) {
	data := pack(t, map[string]*backuptest.Backup{alone: backuptest.Member(t)})
	checkMember(t, scantest.Scan(t, backup.New(), writeFile(t, filepath.Join(t.TempDir(), "alone.zip"), data)))
}

// What lies beside the backups of an archive is left to other scanners.
func TestBeside(t *testing.T) {
	data := pack(t, map[string]*backuptest.Backup{"a": backuptest.Member(t)})
	r, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, f := range r.File {
		if err := z.Copy(f); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := z.Create("packages.txt"); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	src := scantest.Open(t, writeFile(t, filepath.Join(t.TempDir(), "x.zip"), out.Bytes()))
	if got := backup.New().(scanners.Container).Inner(src); len(got) != 1 || got[0] != "packages.txt" {
		t.Errorf("%q", got)
	}
	if got := backup.New().(scanners.Container).Inner(scantest.Open(t, "testdata/plain.zip")); len(got) != 0 {
		t.Errorf("%q", got)
	}
}
