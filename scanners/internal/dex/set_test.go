package dex

import (
	"bytes"
	"encoding/binary"
	"fmt"
	std "hash/adler32"
	"reflect"
	"slices"
	"sync"
	"testing"

	"quaestor/scanners/internal/dextest"
	"quaestor/scanners/inventory"
)

// equalFacts compares what two readings found.
func equalFacts(a, b *Facts) bool {
	return a.Classes == b.Classes && a.Renamed == b.Renamed && reflect.DeepEqual(a.Files, b.Files) && reflect.DeepEqual(a.Packages, b.Packages) &&
		reflect.DeepEqual(a.Marks, b.Marks) && slices.Equal(a.Gaps, b.Gaps)
}

// TestSet: the result is the same whatever the order and the number of goroutines.
func TestSet(t *testing.T) {
	var all []*Facts
	for i, data := range dextest.Many(12, 3000) {
		name := "classes.dex"
		if i > 0 {
			name = fmt.Sprintf("classes%d.dex", i+1)
		}
		f, err := Read(t.Context(), data, name)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, f)
	}
	var want Result
	for round := range 4 {
		var set Set
		var wg sync.WaitGroup
		for i := range all {
			f := all[(i*7+round*5)%len(all)]
			wg.Go(func() { set.Add(f) })
		}
		wg.Wait()
		got := set.Result()
		if round == 0 {
			want = got
			continue
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("round %d gave another result", round)
		}
	}
	if want.Code.Classes != 3000 || len(want.Code.Files) != 12 || want.Code.Files[9].File != "classes10.dex" || want.Code.Files[1].File != "classes2.dex" {
		t.Errorf("%d classes in %+v", want.Code.Classes, want.Code.Files)
	}
	n := 0
	for _, p := range want.Packages {
		n += p.Classes
	}
	if n != 3000 {
		t.Errorf("packages hold %d classes", n)
	}
}

func TestDefines(t *testing.T) {
	var set Set
	if set.Defines("org.example.Main") {
		t.Error("an empty set defines nothing")
	}
	if r := set.Result(); r.Code != nil {
		t.Errorf("an empty set has code: %+v", r)
	}
	set.Add(read(t, sample().Bytes()))
	for class, want := range map[string]bool{"org.example.Main": true, "org.example.Main$Inner": true, "NoPackage": true, "java.lang.System": false, "org.example": false, "": false} {
		if set.Defines(class) != want {
			t.Errorf("Defines(%q) is %v", class, !want)
		}
	}
}

// TestLimit: packages beyond the limit are counted, not named.
func TestLimit(t *testing.T) {
	var f dextest.File
	for i := range MaxPackages + 10 {
		f.Classes = append(f.Classes, dextest.Class{Name: fmt.Sprintf("p%05d.C", i)})
	}
	var set Set
	one := read(t, f.Bytes())
	if len(one.packages) > MaxPackages+1 {
		t.Errorf("%d packages are held", len(one.packages))
	}
	set.Add(one)
	r := set.Result()
	if len(r.Packages) != MaxPackages || r.Code.Classes != MaxPackages+10 || len(r.Gaps) != 1 {
		t.Errorf("%d packages, %d classes, gaps %q", len(r.Packages), r.Code.Classes, r.Gaps)
	}
}

// TestLimitOfMany: the packages of many files together are bounded while they are added, whatever the order.
func TestLimitOfMany(t *testing.T) {
	const files, each = 6, MaxPackages - 1000
	var all []*Facts
	for i := range files {
		f := &Facts{Files: []inventory.CodeFile{{File: fmt.Sprintf("classes%d.dex", i+2)}}}
		for j := range each { // every file has a tenth that all have, and its own
			name := fmt.Sprintf("p/f%d/x%05d", i, j)
			if j%10 == 0 {
				name = fmt.Sprintf("p/f0/x%05d", j)
			}
			f.packages = append(f.packages, packageCount{name: name, file: f.Files[0].File, classes: 2, renamed: j % 2})
		}
		all = append(all, f)
	}
	var want Result
	for _, order := range [][]int{{0, 1, 2, 3, 4, 5}, {5, 4, 3, 2, 1, 0}, {3, 0, 5, 1, 4, 2}} {
		var set Set
		for _, i := range order {
			set.Add(all[i])
			if set.packages > 4*MaxPackages+2*files {
				t.Fatalf("%d packages are held", set.packages)
			}
		}
		got := set.Result()
		if order[0] == 0 {
			want = got
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("order %v gives another result", order)
		}
	}
	if len(want.Packages) != MaxPackages || want.Code.Classes != 2*files*each || len(want.Gaps) != 1 {
		t.Errorf("%d packages, %d classes, gaps %q", len(want.Packages), want.Code.Classes, want.Gaps)
	}
	if p := want.Packages[0]; p.Name != "p.f0.x00000" || p.Classes != 2*files || p.File != "classes2.dex" {
		t.Errorf("%+v", p)
	}
}

// TestTooManyClasses: where the names of classes are not known, none is said to be missing.
func TestTooManyClasses(t *testing.T) {
	var set Set
	half := make([]uint64, maxClasses/2)
	for i := range 3 {
		if set.Defines("org.example.Main") {
			t.Errorf("defined after %d files", i)
		}
		set.Add(&Facts{names: half})
	}
	if !set.Defines("org.example.Main") || len(set.Result().Gaps) != 1 {
		t.Errorf("gaps %q", set.Result().Gaps)
	}
}

func TestAdler32(t *testing.T) {
	data := bytes.Repeat([]byte{0xff}, 5000)
	for i := range data[:2500] {
		data[i] = byte(i * 37)
	}
	for n := range len(data) {
		if got, want := adler32(data[:n]), std.Checksum(data[:n]); got != want {
			t.Fatalf("%d bytes: %x, want %x", n, got, want)
		}
	}
}

// compact turns a file into the form of compact DEX: another magic, and offsets of data that count from the data.
func compact(data []byte) []byte {
	b := bytes.Clone(data)
	copy(b, "cdex001\x00")
	off := u32(b, 0x6c)
	binary.LittleEndian.PutUint32(b[0x68:], uint32(len(b))-off)
	move := func(at, n, size int, field ...int) {
		for i := range n {
			for _, f := range field {
				p := at + i*size + f
				if v := u32(b, p); v != 0 {
					binary.LittleEndian.PutUint32(b[p:], v-off)
				}
			}
		}
	}
	move(int(u32(b, 0x3c)), int(u32(b, 0x38)), stringSize, 0)
	move(int(u32(b, 0x64)), int(u32(b, 0x60)), classSize, 24)
	return b
}

func TestCompact(t *testing.T) {
	f := read(t, compact(sample().Bytes()))
	plain := read(t, sample().Bytes())
	if f.Files[0].Version != "cdex001" || f.Classes != 4 || !reflect.DeepEqual(f.Packages, plain.Packages) || !slices.Equal(constants(f), constants(plain)) {
		t.Errorf("%+v with %q", f.Packages, constants(f))
	}
	if len(f.Gaps) != 1 || len(f.Marks) != 1 || f.Marks[0].Places[0].Item != "→ java.lang.System.loadLibrary" {
		t.Errorf("gaps %q, marks %+v", f.Gaps, f.Marks)
	}
}
