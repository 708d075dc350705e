package hive

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"quaestor/scanners/internal/winreg"
	"quaestor/scanners/internal/winreg/hivetest"
)

// sample is a registry with every form of name and value.
func sample(t testing.TB) *winreg.Recorded {
	t.Helper()
	r := winreg.NewRecorded()
	set := func(path string, values ...winreg.Value) {
		if err := r.Set(path, values...); err != nil {
			t.Fatal(err)
		}
	}
	big := bytes.Repeat([]byte("0123456789abcdef"), 3000) // three cells
	set(`HKLM\SOFTWARE`, winreg.String("", "default"))
	set(`HKLM\SOFTWARE\Касперский`, winreg.String("Название", "Антивирус"), winreg.Number("N", 7), winreg.Binary("empty", nil))
	set(`HKLM\SOFTWARE\360安全卫士`, winreg.List("列表", "一", "二"))
	set(`HKLM\SOFTWARE\Café\Straße`, winreg.Binary("big", big), winreg.Number64("q", 1<<40), winreg.Expand("Ü", "%ProgramFiles%"))
	for i := range 1200 {
		set(fmt.Sprintf(`HKLM\SOFTWARE\Many\key %04d`, i), winreg.Number("i", uint32(i)))
	}
	if err := r.SetModified(`HKLM\SOFTWARE\Café`, time.Date(2026, 5, 6, 7, 8, 9, 0, time.UTC)); err != nil {
		t.Fatal(err)
	}
	return r
}

func open(t testing.TB, b []byte) *Hive {
	t.Helper()
	h, err := Open(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// dump lists a tree, a line for each key and value.
func dump(t testing.TB, k winreg.Key, at string) (lines []string) {
	t.Helper()
	values, err := k.Values()
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range values {
		lines = append(lines, fmt.Sprintf("%s:%s=%d:%x", at, v.Name, v.Type, v.Data))
	}
	names, err := k.Subkeys()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		sub, err := k.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, at+`\`+sub.Name())
		lines = append(lines, dump(t, sub, at+`\`+name)...)
	}
	return lines
}

func TestRoundTrip(t *testing.T) {
	reg := sample(t)
	want, err := reg.Open(`HKLM\SOFTWARE`)
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range []hivetest.Options{{}, {List: "lf"}, {List: "li", PerList: 100}, {PerList: 5000}} {
		b := hivetest.Build(t, reg, `HKLM\SOFTWARE`, o)
		if !Is(b) || IsLog(b) {
			t.Errorf("%+v: not recognised", o)
		}
		root, err := open(t, b).Root()
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(dump(t, want, ""), dump(t, root, "")); diff != "" {
			t.Errorf("%+v: %s", o, diff)
		}
	}
}

func TestKey(t *testing.T) {
	h := open(t, hivetest.Build(t, sample(t), `HKLM\SOFTWARE`, hivetest.Options{Class: "Класс"}))
	root, err := h.Root()
	if err != nil {
		t.Fatal(err)
	}
	if class, err := root.ClassName(); class != "Класс" || err != nil {
		t.Errorf("class %q, %v", class, err)
	}
	k, err := root.Open(`cAFÉ\STRASSE`)
	if !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("ß is not SS to the registry: %v, %v", k, err)
	}
	k, err = root.Open(`cAFÉ`)
	if err != nil {
		t.Fatal(err)
	}
	if want := time.Date(2026, 5, 6, 7, 8, 9, 0, time.UTC); !k.Modified().Equal(want) || h.Dirty || h.Missing != 0 {
		t.Errorf("modified %v, dirty %v, missing %d", k.Modified(), h.Dirty, h.Missing)
	}
	if _, err := root.Open(`Many\key 0700`); err != nil {
		t.Error(err)
	}
}

func TestSet(t *testing.T) {
	reg := hivetest.Fill(t, `
		[HKLM\SYSTEM\Select]
		Current=#3
		[HKLM\SYSTEM\ControlSet003\Services\x]
		[HKU\anna\Software\App]
		[HKU\classes\Local Settings]`)
	var s Set
	for _, m := range [][2]string{{`HKLM\SYSTEM`, `HKLM\SYSTEM`}, {`HKU\anna`, `HKU\anna`}, {`HKU\anna\Software\Classes`, `HKU\classes`}} {
		if err := s.Mount(m[0], open(t, hivetest.Build(t, reg, m[1], hivetest.Options{}))); err != nil {
			t.Fatal(err)
		}
	}
	for path, want := range map[string]string{
		`HKLM\System\CurrentControlSet\Services\X`: `x`,
		`HKEY_USERS\ANNA\software\app`:             `App`,
		`HKU\anna\Software\Classes\Local Settings`: `Local Settings`,
		`HKEY_LOCAL_MACHINE\SYSTEM\Select`:         `Select`,
	} {
		if k, err := s.Open(path); err != nil || k.Name() != want {
			t.Errorf("%s: %v, %v", path, k, err)
		}
	}
	for _, path := range []string{`HKLM\SOFTWARE`, `HKU\boris`, `HKLM`, `HKU\anna\Software\Local Settings`} {
		if _, err := s.Open(path); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: %v", path, err)
		}
	}
	if mounted, inside, ok := s.Locate(`hklm\system\currentcontrolset\services`); mounted != `HKLM\SYSTEM` || inside != `ControlSet003\services` || !ok {
		t.Errorf("%q, %q, %v", mounted, inside, ok)
	}
	if users := s.Users(); !slices.Equal(users, []string{"anna"}) {
		t.Errorf("users %q", users)
	}
}

// place finds a cell by what it begins with.
func place(t *testing.T, b []byte, sig string, nth int) int {
	t.Helper()
	for at := headerSize + 32; at < len(b); {
		size := int(int32(binary.LittleEndian.Uint32(b[at:])))
		if size < 0 && string(b[at+4:at+4+len(sig)]) == sig {
			if nth--; nth < 0 {
				return at
			}
		}
		at += max(size, -size)
	}
	t.Fatalf("no cell %q", sig)
	return 0
}

func TestHostile(t *testing.T) {
	reg := hivetest.Fill(t, `
		[HKLM\SOFTWARE\a\b]
		text=0123456789
		[HKLM\SOFTWARE\c]
		n=#1`)
	good := hivetest.Build(t, reg, `HKLM\SOFTWARE`, hivetest.Options{})
	put := func(b []byte, at int, v uint32) { binary.LittleEndian.PutUint32(b[at:], v) }
	for name, spoil := range map[string]func(b []byte) []byte{
		"list is its own list": func(b []byte) []byte {
			at := place(t, b, "lh", 1) // of a
			copy(b[at+4:], "ri")
			put(b, at+8, uint32(at-headerSize))
			return b
		},
		"key is its own child": func(b []byte) []byte {
			root := place(t, b, "nk", 0)
			put(b, place(t, b, "lh", 0)+8, uint32(root-headerSize))
			return b
		},
		"subkeys outside":     func(b []byte) []byte { put(b, place(t, b, "nk", 0)+4+28, 0x7ffffff8); return b },
		"values outside":      func(b []byte) []byte { put(b, place(t, b, "nk", 2)+4+40, 0x7ffffff8); return b },
		"four billion values": func(b []byte) []byte { put(b, place(t, b, "nk", 2)+4+36, 0xfffffff0); return b },
		"data of two billion": func(b []byte) []byte { put(b, place(t, b, "vk", 0)+4+4, 0x7fffffff); return b },
		"cell not in use":     func(b []byte) []byte { put(b, place(t, b, "nk", 1), 88); return b },
		"cell beyond the end": func(b []byte) []byte { put(b, place(t, b, "nk", 1), 0x80000001); return b },
		"truncated":           func(b []byte) []byte { return b[:headerSize+32+100] },
	} {
		h := open(t, spoil(slices.Clone(good)))
		err := walk(h)
		if err == nil || !errors.Is(err, ErrMalformed) && !errors.Is(err, ErrTooMuch) {
			t.Errorf("%s: %v", name, err)
		}
		if name == "truncated" && h.Missing == 0 {
			t.Error("nothing is missing of a truncated hive")
		}
	}
	for name, b := range map[string][]byte{"empty": nil, "other": []byte("regex"), "header only": good[:512], "version": func() []byte { b := slices.Clone(good); b[20] = 9; return b }()} {
		if h, err := Open(bytes.NewReader(b), int64(len(b))); err == nil {
			if _, err := h.Root(); err == nil {
				t.Errorf("%s: opened", name)
			}
		}
	}
}

// walk reads everything there is, to the depth of the registry, and returns the first error.
func walk(h *Hive) error {
	root, err := h.Root()
	if err != nil {
		return err
	}
	keys := 0
	var visit func(k winreg.Key) error
	visit = func(k winreg.Key) error {
		if keys++; keys > 100_000 {
			return errors.New("endless")
		}
		values, first := k.Values()
		for _, v := range values {
			v.Text()
			v.List()
		}
		names, err := k.Subkeys()
		first = errors.Join(first, err)
		for _, name := range names {
			sub, err := k.Open(name)
			if err == nil {
				err = visit(sub)
			}
			if first = errors.Join(first, err); errors.Is(err, ErrTooMuch) {
				return first
			}
		}
		return first
	}
	return visit(root)
}

// TestAmplified reads hives that name what they have again and again.
func TestAmplified(t *testing.T) {
	reg := winreg.NewRecorded()
	for i := range 2000 {
		if err := reg.Set(fmt.Sprintf(`HKLM\SOFTWARE\k%04d`, i), winreg.Binary("v", make([]byte, 500))); err != nil {
			t.Fatal(err)
		}
	}
	put := func(b []byte, at int, v uint32) { binary.LittleEndian.PutUint32(b[at:], v) }
	lists := hivetest.Build(t, reg, `HKLM\SOFTWARE`, hivetest.Options{PerList: 1})
	ri := place(t, lists, "ri", 0)
	for i := range 2000 {
		put(lists, ri+8+4*i, uint32(ri-headerSize))
	}
	if err := walk(open(t, lists)); !errors.Is(err, ErrMalformed) {
		t.Errorf("a list of itself: %v", err)
	}
	h := open(t, lists)
	h.left = 1000
	if err := walk(h); !errors.Is(err, ErrTooMuch) {
		t.Errorf("a hive that costs too much: %v", err)
	}

	var many []winreg.Value
	for i := range 5000 {
		many = append(many, winreg.Number(fmt.Sprint(i), 1))
	}
	reg = winreg.NewRecorded()
	if err := reg.Set(`HKLM\SOFTWARE`, append(many, winreg.Binary("big", make([]byte, 16000)))...); err != nil {
		t.Fatal(err)
	}
	one := hivetest.Build(t, reg, `HKLM\SOFTWARE`, hivetest.Options{})
	list := int(binary.LittleEndian.Uint32(one[place(t, one, "nk", 0)+4+40:])) + headerSize
	for i := range 5000 {
		copy(one[list+4+4*i:], one[list+4+4*5000:][:4]) // every value is the big one
	}
	root, err := open(t, one).Root()
	if err != nil {
		t.Fatal(err)
	}
	values, err := root.Values()
	held := 0
	for _, v := range values {
		held += len(v.Data)
	}
	if !errors.Is(err, ErrTooMuch) || held > len(one) {
		t.Errorf("%d bytes of values from a hive of %d: %v", held, len(one), err)
	}
}

func FuzzHive(f *testing.F) {
	reg := hivetest.Fill(f, "[HKLM\\SOFTWARE\\Имя\\b]\ntext=0123456789\nn=#1\n[HKLM\\SOFTWARE\\c\\d]\n")
	f.Add(hivetest.Build(f, reg, `HKLM\SOFTWARE`, hivetest.Options{}))
	f.Add(hivetest.Build(f, reg, `HKLM\SOFTWARE`, hivetest.Options{PerList: 1, List: "li"}))
	f.Fuzz(func(t *testing.T, b []byte) {
		h, err := Open(bytes.NewReader(b), int64(len(b)))
		if err != nil {
			return
		}
		h.left = min(h.left, 4<<20)
		if err := walk(h); err != nil && strings.Contains(err.Error(), "endless") {
			t.Error(err)
		}
	})
}
