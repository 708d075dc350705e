package rpmdb

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func sample(t testing.TB, name string) []byte {
	t.Helper()
	f, err := os.Open(filepath.Join("testdata", name+".gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	zr, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(zr)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func read(data []byte) (pkgs []Package, problems []string, err error) {
	err = Read(bytes.NewReader(data), int64(len(data)), Handler{
		Package:  func(p *Package) error { pkgs = append(pkgs, *p); return nil },
		Problem:  func(err error) { problems = append(problems, err.Error()) },
		WantFile: func([]byte) bool { return true },
	})
	return pkgs, problems, err
}

var samples = []string{"rpmdb.sqlite", "Packages", "Packages.db"}

func TestRead(t *testing.T) {
	demo := Package{Name: "quaestor-demo", Version: "2.5", Release: "3", Epoch: 1, HasEpoch: true, Arch: "noarch", Vendor: "Example Vendor",
		Packager: "Pat Packager <pat@example.org>", URL: "https://demo.example.org/", Summary: "Demo", SourceRPM: "quaestor-demo-2.5-3.src.rpm", Licence: "Apache-2.0"}
	big := demo
	big.Name, big.SourceRPM, big.Epoch, big.HasEpoch, big.Vendor = "quaestor-big", "quaestor-big-2.5-3.src.rpm", 0, false, ""
	for _, name := range samples {
		t.Run(name, func(t *testing.T) {
			pkgs, problems, err := read(sample(t, name))
			if err != nil || problems != nil {
				t.Fatal(err, problems)
			}
			got := map[string]Package{}
			for _, p := range pkgs {
				if p.Installed.Year() < 2020 {
					t.Errorf("%s installed %v", p.Name, p.Installed)
				}
				p.Installed = time.Time{}
				got[p.Name] = p
			}
			if d := cmp.Diff(map[string]Package{demo.Name: demo, big.Name: big}, got); d != "" {
				t.Error(d)
			}
		})
	}
	if got := demo.EVR(); got != "1:2.5-3" {
		t.Error(got)
	}
	if got := big.EVR(); got != "2.5-3" {
		t.Error(got)
	}
}

func TestTwoLevels(t *testing.T) {
	pkgs, problems, err := read(sample(t, "small.sqlite"))
	if err != nil || problems != nil || len(pkgs) != 30 {
		t.Errorf("%d packages, %v, %v", len(pkgs), problems, err)
	}
}

// TestCut reads every sample cut short: never a panic, never as many packages as in the whole without a word.
func TestCut(t *testing.T) {
	for _, name := range append(samples, "small.sqlite") {
		data := sample(t, name)
		whole, _, _ := read(data)
		for n := 0; n < len(data); n += 97 {
			pkgs, problems, err := read(data[:n])
			if err == nil && len(problems) == 0 && len(pkgs) < len(whole) {
				t.Errorf("%s cut at %d of %d: %d packages of %d, and no complaint", name, n, len(data), len(pkgs), len(whole))
			}
		}
	}
}

// TestMutated changes a few bytes at a time, the same in every run.
func TestMutated(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	for _, name := range append(samples, "small.sqlite") {
		data := sample(t, name)
		for range 2000 {
			bad := bytes.Clone(data)
			for range 1 + rnd.IntN(8) {
				at := rnd.IntN(len(bad))
				if rnd.IntN(2) == 0 {
					at = rnd.IntN(min(len(bad), 4096))
				}
				bad[at] = byte(rnd.IntN(256))
			}
			read(bad) // must return
		}
	}
}

func TestLoops(t *testing.T) {
	bdb := sample(t, "Packages")
	for page := range len(bdb) / 4096 {
		if p := bdb[page*4096:]; p[25] == bdbOverflow {
			binary.LittleEndian.PutUint32(p[16:], uint32(page))
			binary.LittleEndian.PutUint16(p[22:], 0)
		}
	}
	small := sample(t, "small.sqlite")
	for page := 1; page < len(small)/512; page++ {
		if p := small[page*512:]; p[0] == 5 {
			binary.BigEndian.PutUint32(p[8:], uint32(page+1))
		}
	}
	wide := sample(t, "small.sqlite") // each child of a page is the page itself
	for page := 1; page < len(wide)/512; page++ {
		p := wide[page*512 : (page+1)*512]
		if p[0] != 5 {
			continue
		}
		for i := range int(binary.BigEndian.Uint16(p[3:])) {
			binary.BigEndian.PutUint32(p[binary.BigEndian.Uint16(p[12+2*i:]):], uint32(page+1))
		}
	}
	tower := sample(t, "small.sqlite") // all children of a page are the next page, 18 levels up
	for page := 1; page < len(tower)/512; page++ {
		if tower[page*512] != 5 {
			continue
		}
		root := bytes.Clone(tower[page*512 : (page+1)*512])
		for level := range 19 {
			p := tower[(page+level)*512 : (page+level+1)*512]
			copy(p, root)
			for i := range int(binary.BigEndian.Uint16(p[3:])) {
				binary.BigEndian.PutUint32(p[binary.BigEndian.Uint16(p[12+2*i:]):], uint32(page+level+2))
			}
			binary.BigEndian.PutUint32(p[8:], uint32(page+level+2))
			if level == 18 {
				copy(p, []byte{13, 0, 0, 0, 0})
			}
		}
		break
	}
	ndb := sample(t, "Packages.db") // every slot names the same block
	for slot := 3 * ndbSlot; slot < ndbPage; slot += ndbSlot {
		copy(ndb[slot:slot+ndbSlot], ndb[3*ndbSlot-ndbSlot:])
	}
	for name, data := range map[string][]byte{"berkeley": bdb, "sqlite": small, "wide sqlite": wide, "tower of sqlite": tower, "ndb": ndb} {
		if _, _, err := read(data); !errors.Is(err, errLoop) {
			t.Errorf("%s: err %v", name, err)
		}
	}
}

func TestRefused(t *testing.T) {
	bdb := func(off int, v uint32) []byte {
		b := sample(t, "Packages")
		binary.LittleEndian.PutUint32(b[off:], v)
		return b
	}
	noTable := bytes.ReplaceAll(sample(t, "small.sqlite"), []byte("Packages"), []byte("Nothing!"))
	for _, tt := range []struct {
		name string
		data []byte
		want string
	}{
		{"empty", nil, "neither SQLite"},
		{"text", []byte(strings.Repeat("text ", 100)), "neither SQLite"},
		{"no table", noTable, "no table of packages"},
		{"page size", bdb(20, 1000), "page size of 1000"},
		{"encrypted", bdb(24, 1), "encrypted"},
		{"cut", bdb(32, 99), "cut short"},
		{"NDB version", []byte("RpmP\x01\x00\x00\x00" + strings.Repeat("\x00", 40)), "version 1"},
		{"NDB pages", []byte("RpmP\x00\x00\x00\x00\x00\x00\x00\x00\xff\xff\xff\xff" + strings.Repeat("\x00", 40)), "claims 4294967295 pages"},
	} {
		if _, _, err := read(tt.data); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: err %v, want %q", tt.name, err, tt.want)
		}
	}
}

func TestHeader(t *testing.T) {
	for name, b := range map[string]string{
		"short":            "\x00\x00",
		"no tags":          "\x00\x00\x00\x00\x00\x00\x00\x00",
		"a million tags":   "\x00\x0f\xff\xff\x00\x00\x00\x00",
		"more than there":  "\x00\x00\x00\x01\x7f\xff\xff\xff" + strings.Repeat("\x00", 16),
		"value outside":    "\x00\x00\x00\x01\x00\x00\x00\x01\x00\x00\x03\xe8\x00\x00\x00\x06\x00\x00\x00\x09\x00\x00\x00\x01x",
		"text without end": "\x00\x00\x00\x01\x00\x00\x00\x01\x00\x00\x03\xe8\x00\x00\x00\x06\x00\x00\x00\x00\x00\x00\x00\x01x",
	} {
		if p, err := parseHeader([]byte(b), nil); err == nil {
			t.Errorf("%s: %+v", name, p)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add(sample(f, "Packages"))
	f.Add(sample(f, "Packages.db"))
	f.Add(sample(f, "small.sqlite"))
	f.Fuzz(func(t *testing.T, data []byte) {
		pkgs, _, _ := read(data)
		for _, p := range pkgs {
			if p.Name == "" || p.Version == "" || len(p.Summary) > maxString {
				t.Errorf("%+v", p)
			}
		}
	})
}
