package applecode_test

import (
	"strings"
	"testing"

	. "quaestor/scanners/internal/applecode"
	"quaestor/scanners/internal/codesigntest"
	"quaestor/scanners/internal/mactest"
	"quaestor/scanners/inventory"
)

func read(t *testing.T, program string, limit int64) *Code {
	t.Helper()
	c, err := Read(strings.NewReader(program), int64(len(program)), Options{Roots: mactest.Roots(), MaxBytes: limit})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestRead(t *testing.T) {
	const all = 1 << 30
	rights := mactest.Dict{"com.apple.security.app-sandbox": true}
	store, stranger := codesigntest.MacStore(), codesigntest.Stranger(mactest.Team)
	plain := mactest.Program{Identifier: "org.example", Entitlements: rights, Flags: 0x10000}
	changed := plain.Bytes(t)
	at := len(changed) / 8
	changed = changed[:at] + "x" + changed[at+1:]
	for name, c := range map[string]struct {
		program string
		limit   int64
		state   inventory.SignatureState
		team    string
		signer  bool
	}{
		"signed":    {plain.Bytes(t), all, inventory.SignatureValid, mactest.Team, true},
		"fat":       {mactest.Program{Identifier: "org.example", Fat: true}.Bytes(t), all, inventory.SignatureValid, mactest.Team, true},
		"store":     {mactest.Program{Identifier: "org.example", Key: &store}.Bytes(t), all, inventory.SignatureValid, mactest.Team, true},
		"stranger":  {mactest.Program{Identifier: "org.example", Key: &stranger}.Bytes(t), all, inventory.SignatureInvalid, mactest.Team, false},
		"ad hoc":    {mactest.Program{Identifier: "org.example", AdHoc: true}.Bytes(t), all, inventory.SignatureUnsigned, "", false},
		"changed":   {changed, all, inventory.SignatureInvalid, mactest.Team, false},
		"too large": {plain.Bytes(t), 100, inventory.SignatureUnknown, mactest.Team, false},
	} {
		got := read(t, c.program, c.limit)
		if got.State != c.state || got.Team != c.team || (got.Signer != nil && got.Signer.Verified) != c.signer || (got.State == inventory.SignatureValid) != (got.Problem == nil) {
			t.Errorf("%s: %+v", name, got)
		}
		if (got.SHA256 == "") != (name == "too large") || got.Identifier != "org.example" {
			t.Errorf("%s: %+v", name, got)
		}
	}
	c := read(t, plain.Bytes(t), all)
	if !c.Hardened || len(c.Entitlements) != 1 || len(c.Libraries) != 1 || len(Entitlements(c.Entitlements)) != 1 || c.CommonName != "Developer ID Application: Example Corp ("+mactest.Team+")" {
		t.Errorf("%+v", c)
	}
}

func TestBeside(t *testing.T) {
	const info, list = "an Info.plist", "a list of files"
	program := mactest.Program{Identifier: "org.example", Info: info, Resources: list}.Bytes(t)
	for _, c := range []struct {
		info, list string
		valid      bool
	}{{info, list, true}, {"another", list, false}, {"", list, false}, {info, "another", false}, {info, "", false}} {
		code := read(t, program, 1<<30)
		code.Beside(content(c.info), content(c.list))
		if (code.State == inventory.SignatureValid) != c.valid || code.Signer.Verified != c.valid {
			t.Errorf("%+v: %v", c, code.Problem)
		}
	}
	code := read(t, mactest.Program{Identifier: "org.example"}.Bytes(t), 1<<30)
	if code.Beside([]byte(info), nil); code.State != inventory.SignatureInvalid {
		t.Error("an Info.plist that the signature is not over goes through")
	}
}

func content(s string) []byte {
	if s == "" {
		return nil
	}
	return []byte(s)
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(mactest.Program{Identifier: "org.example", Fat: true}.Bytes(f)))
	f.Add([]byte(mactest.Program{Identifier: "org.example"}.Bytes(f)[:4096]))
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := Read(strings.NewReader(string(data)), int64(len(data)), Options{Roots: mactest.Roots(), MaxBytes: 1 << 20})
		if err == nil && c.State == inventory.SignatureValid && (c.Signer == nil || !c.Signer.Verified) {
			t.Fatalf("%+v", c)
		}
	})
}
