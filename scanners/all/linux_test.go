package all

import (
	"context"
	"database/sql"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	_ "modernc.org/sqlite" // writes the database of rpm

	"quaestor/scanners"
	"quaestor/scanners/internal/hostroot/hosttest"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

// The size of a workstation with much on it: packages, and files of each.
const (
	manyPackages = 3000
	manyFiles    = 100
)

// filesOf are the paths of a package, among them a program and at times a menu entry.
func filesOf(i int) (dirs []string, files []string) {
	name := fmt.Sprintf("package-%04d", i)
	dirs = []string{"/usr/bin/", "/usr/share/doc/" + name + "/", "/usr/lib/x86_64-linux-gnu/" + name + "/", "/usr/share/applications/"}
	files = append(files, dirs[0]+name, dirs[1]+"copyright")
	if i%20 == 0 {
		files = append(files, dirs[3]+name+".desktop")
	}
	for n := len(files); n < manyFiles; n++ {
		files = append(files, fmt.Sprintf("%slibrary-part-%03d.so.1.%d", dirs[2], n, i))
	}
	return dirs, files
}

// workstation is what every large computer has besides its package database.
func workstation() map[string]string {
	files := map[string]string{
		"etc/os-release": "NAME=\"Test Linux\"\nID=test\nVERSION_ID=1\n", "etc/hostname": "desk\n", "etc/machine-id": strings.Repeat("ab", 16) + "\n",
		"etc/passwd": "root:x:0:0::/root:/bin/sh\nann:x:1000:1000::/home/ann:/bin/bash\n", "home/ann/": "",
	}
	for i := range manyPackages {
		name := fmt.Sprintf("package-%04d", i)
		if i%20 == 0 {
			files["usr/share/applications/"+name+".desktop"] = "[Desktop Entry]\nName=" + name + "\nExec=" + name + "\n"
			files["etc/systemd/system/multi-user.target.wants/"+name+".service"] = "[Service]\nExecStart=/usr/bin/" + name + "\n"
		}
	}
	return files
}

func debianWorkstation() map[string]string {
	files := workstation()
	var status strings.Builder
	for i := range manyPackages {
		name := fmt.Sprintf("package-%04d", i)
		fmt.Fprintf(&status, "Package: %s\nStatus: install ok installed\nPriority: optional\nSection: misc\nInstalled-Size: 100\nMaintainer: Maintainers <m@example.org>\nArchitecture: amd64\nVersion: 1.%d-1\n"+
			"Depends: libc6 (>= 2.36), libgcc-s1 (>= 3.0), libstdc++6 (>= 11)\nDescription: a package\n which has a longer description\n of several lines, as packages do\n .\n that is not read here.\nHomepage: https://example.org/%s\n\n", name, i, name)
		_, paths := filesOf(i)
		files["var/lib/dpkg/info/"+name+".list"] = "/.\n/usr\n" + strings.Join(paths, "\n") + "\n"
	}
	files["var/lib/dpkg/status"] = status.String()
	return files
}

// header is what rpm keeps of a package.
func header(i int) []byte {
	name := fmt.Sprintf("package-%04d", i)
	dirs, paths := filesOf(i)
	var index, data []byte
	put := func(tag, kind, count int, value []byte) {
		for kind == 4 && len(data)%4 != 0 {
			data = append(data, 0)
		}
		for _, n := range []int{tag, kind, len(data), count} {
			index = binary.BigEndian.AppendUint32(index, uint32(n))
		}
		data = append(data, value...)
	}
	text := func(s ...string) []byte { return []byte(strings.Join(s, "\x00") + "\x00") }
	put(1000, 6, 1, text(name))
	put(1001, 6, 1, text(fmt.Sprint("1.", i)))
	put(1002, 6, 1, text("1"))
	put(1011, 6, 1, text("Example"))
	put(1022, 6, 1, text("x86_64"))
	var bases []string
	var numbers []byte
	for _, p := range paths {
		dir, base := filepath.ToSlash(filepath.Dir(p))+"/", filepath.Base(p)
		bases = append(bases, base)
		for n, d := range dirs {
			if d == dir {
				numbers = binary.BigEndian.AppendUint32(numbers, uint32(n))
			}
		}
	}
	put(1116, 4, len(bases), numbers)
	put(1117, 8, len(bases), text(bases...))
	put(1118, 8, len(dirs), text(dirs...))
	put(1035, 8, len(bases), make([]byte, 64*len(bases))) // checksums, which a reader passes over
	head := binary.BigEndian.AppendUint32(nil, uint32(len(index)/16))
	head = binary.BigEndian.AppendUint32(head, uint32(len(data)))
	return append(append(head, index...), data...)
}

func rpmWorkstation(t testing.TB) map[string]string {
	t.Helper()
	p := filepath.Join(t.TempDir(), "rpmdb.sqlite")
	db, err := sql.Open("sqlite", p)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	tx, err := db.Begin()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tx.Exec("CREATE TABLE Packages (hnum INTEGER PRIMARY KEY AUTOINCREMENT, blob BLOB NOT NULL)"); err != nil {
		t.Fatal(err)
	}
	for i := range manyPackages {
		if _, err := tx.Exec("INSERT INTO Packages (blob) VALUES (?)", header(i)); err != nil {
			t.Fatal(err)
		}
	}
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(p)
	if err != nil {
		t.Fatal(err)
	}
	files := workstation()
	files["var/lib/rpm/rpmdb.sqlite"] = string(data)
	return files
}

func scanWorkstation(t testing.TB, root string) *inventory.Inventory {
	t.Helper()
	inv := scanners.Run(context.Background(), []source.Target{{Kind: source.KindHost, Path: root}}, scanners.Options{Scanners: Scanners(), Limits: source.DefaultLimits})
	if len(inv.Apps) != manyPackages {
		t.Fatalf("%d apps, want %d", len(inv.Apps), manyPackages)
	}
	return inv
}

// TestWorkstation: every package is an app, no menu entry of a package is another one, and every service has its package.
func TestWorkstation(t *testing.T) {
	for name, files := range map[string]map[string]string{"dpkg": debianWorkstation(), "rpm": rpmWorkstation(t)} {
		inv := scanWorkstation(t, hosttest.Tree(t, files))
		apps := map[string]bool{}
		for _, a := range inv.Apps {
			apps[a.ID] = true
		}
		services := 0
		for _, p := range inv.SecurityProducts {
			if p.Kind == "service" && !apps[p.App] {
				t.Errorf("%s: %s has the app %q", name, p.Name, p.App)
			}
			services++
		}
		if services != manyPackages/20 {
			t.Errorf("%s: %d services", name, services)
		}
	}
}

// BenchmarkLinuxHost scans a computer with 3,000 packages and lists of 300,000 files with every scanner.
func BenchmarkLinuxHost(b *testing.B) {
	for name, files := range map[string]func() map[string]string{"dpkg": debianWorkstation, "rpm": func() map[string]string { return rpmWorkstation(b) }} {
		b.Run(name, func(b *testing.B) {
			root := hosttest.Tree(b, files())
			for b.Loop() {
				scanWorkstation(b, root)
			}
		})
	}
}
