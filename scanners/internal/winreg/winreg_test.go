package winreg

import (
	"errors"
	"io/fs"
	"slices"
	"testing"
	"time"
)

func recorded(t *testing.T) *Recorded {
	t.Helper()
	r := NewRecorded()
	set := func(path string, values ...Value) {
		if err := r.Set(path, values...); err != nil {
			t.Fatal(err)
		}
	}
	set(`HKLM\SYSTEM\Select`, Number("Current", 2))
	set(`HKLM\SYSTEM\ControlSet002\Services\Zeta`, String("ImagePath", "z"))
	set(`HKLM\SYSTEM\ControlSet002\Services\alpha`)
	set(`HKEY_LOCAL_MACHINE\SOFTWARE\Случай`, String("", "по умолчанию"), String("Имя", "одно"))
	set(`HKLM\software\СЛУЧАЙ`, String("имя", "два"))
	set(`HKU\S-1-5-21-1-2-3-1001\Software`)
	if err := r.Refuse(`HKLM\SECURITY`, fs.ErrPermission); err != nil {
		t.Fatal(err)
	}
	return r
}

func TestRecorded(t *testing.T) {
	r := recorded(t)
	k, err := r.Open(`hklm\system\currentcontrolset\services`)
	if err != nil {
		t.Fatal(err)
	}
	if names, err := k.Subkeys(); !slices.Equal(names, []string{"alpha", "Zeta"}) || err != nil {
		t.Errorf("services %q, %v", names, err)
	}
	if z, err := k.Open(`\zeta\`); err != nil || z.Name() != "Zeta" {
		t.Errorf("zeta: %v, %v", z, err)
	}
	k, err = r.Open(`HKLM\Software\случай`)
	if err != nil {
		t.Fatal(err)
	}
	if v, ok := Get(k, "ИМЯ"); !ok || v.Text() != "два" {
		t.Errorf("value %q, %v", v.Text(), ok)
	}
	if v, ok := Get(k, ""); !ok || v.Text() != "по умолчанию" {
		t.Errorf("default value %q, %v", v.Text(), ok)
	}
	if users := r.Users(); !slices.Equal(users, []string{"S-1-5-21-1-2-3-1001"}) {
		t.Errorf("users %q", users)
	}
	for path, want := range map[string]error{`HKLM\SOFTWARE\none`: fs.ErrNotExist, `HKCU\Software`: fs.ErrNotExist, "": fs.ErrNotExist, `HKLM\SECURITY`: fs.ErrPermission} {
		if _, err := r.Open(path); !errors.Is(err, want) {
			t.Errorf("%q: %v, want %v", path, err, want)
		}
	}
	if err := r.Set(`HKCR\x`); err == nil {
		t.Error("a root that is not read was accepted")
	}
}

func TestModified(t *testing.T) {
	r, at := NewRecorded(), time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	if err := r.SetModified(`HKLM\SOFTWARE`, at); err != nil {
		t.Fatal(err)
	}
	if k, err := r.Open(`HKLM\SOFTWARE`); err != nil || !k.Modified().Equal(at) {
		t.Errorf("%v, %v", k, err)
	}
}

func TestValues(t *testing.T) {
	texts := []struct {
		name string
		v    Value
		want string
	}{
		{"text", String("", "安全卫士"), "安全卫士"},
		{"expand", Expand("", `%SystemRoot%\x`), `%SystemRoot%\x`},
		{"no NUL", Value{Type: TypeString, Data: EncodeUTF16("ab")}, "ab"},
		{"odd", Value{Type: TypeString, Data: append(EncodeUTF16("ab"), 'c')}, "ab"},
		{"rest after NUL", Value{Type: TypeString, Data: EncodeUTF16("ab\x00cd")}, "ab"},
		{"list", List("", "one", "two"), "one"},
		{"number", Number("", 65), ""},
		{"half a pair", Value{Type: TypeString, Data: []byte{0x3d, 0xd8}}, "\uFFFD"},
		{"empty", Value{Type: TypeString}, ""},
	}
	for _, tt := range texts {
		if got := tt.v.Text(); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
	if got := List("", "one", "два").List(); !slices.Equal(got, []string{"one", "два"}) {
		t.Errorf("list %q", got)
	}
	if got := String("", "one").List(); !slices.Equal(got, []string{"one"}) {
		t.Errorf("list of one text %q", got)
	}
	numbers := []struct {
		v    Value
		want uint64
		ok   bool
	}{
		{Number("", 7), 7, true}, {Number64("", 1<<40), 1 << 40, true},
		{Value{Type: TypeNumberBE, Data: []byte{0, 0, 0, 9}}, 9, true},
		{Value{Type: TypeNumber, Data: []byte{1}}, 0, false}, {String("", "7"), 0, false},
	}
	for _, tt := range numbers {
		if got, ok := tt.v.Number(); got != tt.want || ok != tt.ok {
			t.Errorf("%+v: %d, %v", tt.v, got, ok)
		}
	}
}

func TestControlSet(t *testing.T) {
	for n, want := range map[uint64]string{0: "ControlSet001", 3: "ControlSet003", 1000: "ControlSet001"} {
		if got := ControlSet(n); got != want {
			t.Errorf("%d: %s, want %s", n, got, want)
		}
	}
}
