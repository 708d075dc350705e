package winhives

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io/fs"
	"path"
	"strings"
	"testing"

	"quaestor/scanners/internal/winreg/hive"
	"quaestor/scanners/internal/winreg/hivetest"
	"quaestor/scanners/inventory"
)

func opened(t *testing.T, b []byte) *hive.Hive {
	t.Helper()
	h, err := hive.Open(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func TestKindOf(t *testing.T) {
	reg := hivetest.Computer(t)
	if err := reg.Set(`HKLM\SAM\Domains`); err != nil {
		t.Fatal(err)
	}
	for p, want := range map[string]Kind{`HKLM\SOFTWARE`: Software, `HKLM\SYSTEM`: System, `HKU\anna`: User, `HKU\classes`: Classes, `HKLM\SAM`: ""} {
		h := opened(t, hivetest.Build(t, reg, p, hivetest.Options{}))
		if got := KindOf(h); got != want {
			t.Errorf("%s is %q, want %q", p, got, want)
		}
		account := AccountOf(h)
		if (p == `HKU\anna`) != (account == "anna") {
			t.Errorf("%s is of %q", p, account)
		}
	}
	named := hivetest.Build(t, reg, `HKLM\SAM`, hivetest.Options{})
	for i, c := range `\Users\Bo\ntuser.dat` {
		binary.LittleEndian.PutUint16(named[48+2*i:], uint16(c))
	}
	if h := opened(t, named); KindOf(h) != User || AccountOf(h) != "Bo" {
		t.Errorf("a hive that only its header names is %q of %q", KindOf(h), AccountOf(h))
	}
}

func TestAccountByPath(t *testing.T) {
	for p, want := range map[string]string{"x/Users/anna/NTUSER.DAT": "anna", `C:\users\Ömer\AppData\UsrClass.dat`: "Ömer", "Users/NTUSER.DAT": "", "NTUSER.DAT": "", "": ""} {
		if got := AccountByPath(p); got != want {
			t.Errorf("%q is of %q, want %q", p, got, want)
		}
	}
}

// folder opens files of a map.
func folder(files map[string][]byte) Opener {
	return func(name string) (Content, error) {
		b, ok := files[name]
		switch {
		case !ok:
			return Content{}, fs.ErrNotExist
		case b == nil:
			return Content{}, fs.ErrPermission
		}
		return Content{At: bytes.NewReader(b), Size: int64(len(b)), Close: func() error { return nil }}, nil
	}
}

func TestLoad(t *testing.T) {
	volume := hivetest.Volume(t)
	files := func(change func(map[string][]byte)) map[string][]byte {
		out := map[string][]byte{}
		for name, content := range volume {
			out[name] = []byte(content)
		}
		change(out)
		return out
	}
	const software = Config + "/SOFTWARE"
	dirty := func(m map[string][]byte) {
		binary.LittleEndian.PutUint32(m[software][4:], 9)
		hivetest.Sum(m[software])
	}
	oldLog := append([]byte(nil), volume[software][:512]...)
	oldLog[28] = 1
	hivetest.Sum(oldLog)
	for name, tt := range map[string]struct {
		change func(map[string][]byte)
		hives  int
		kind   inventory.GapKind
		says   string
	}{
		"whole":              {func(map[string][]byte) {}, 4, "", ""},
		"absent":             {func(m map[string][]byte) { delete(m, software) }, 3, "", ""},
		"refused":            {func(m map[string][]byte) { m[software] = nil }, 3, inventory.GapUnreadable, "could not be read"},
		"no hive":            {func(m map[string][]byte) { m[software] = make([]byte, 5000) }, 3, inventory.GapMalformed, "could not be read"},
		"dirty without log":  {dirty, 4, inventory.GapSkipped, "no log lies beside it"},
		"dirty with old log": {func(m map[string][]byte) { dirty(m); m[software+".LOG1"] = oldLog }, 4, inventory.GapSkipped, "Windows 8 and earlier"},
		"dirty, empty logs":  {func(m map[string][]byte) { dirty(m); m[software+".log2"] = []byte{} }, 4, inventory.GapSkipped, "do not continue it"},
		"cut off":            {func(m map[string][]byte) { m[software] = m[software][:len(m[software])-4096] }, 4, inventory.GapMalformed, "4096 bytes are missing"},
	} {
		list := append(Machine(path.Clean), Account("Users/anna", path.Clean)...)
		r := Load(list, folder(files(tt.change)), func(err error) bool { return errors.Is(err, fs.ErrNotExist) })
		if r.Files() != tt.hives || tt.kind == "" && len(r.Gaps) > 0 || tt.kind != "" && (len(r.Gaps) != 1 || r.Gaps[0].Kind != tt.kind || !strings.Contains(r.Gaps[0].Detail, tt.says)) {
			t.Errorf("%s: %d hives, gaps %+v", name, r.Files(), r.Gaps)
		}
		if file, inside := r.Where(`HKU\anna\Software\Classes\Local Settings`); file != "Users/anna/AppData/Local/Microsoft/Windows/UsrClass.dat" || inside != "Local Settings" {
			t.Errorf("%s: %q, %q", name, file, inside)
		}
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	}
}
