package scanners

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"quaestor/scanners/inventory"
)

// TestImpersonal: addresses and account names go, all else stays.
func TestImpersonal(t *testing.T) {
	for in, want := range map[string]string{
		"Wi-Fi of eve.adams@parl.example": "Wi-Fi of …@parl.example",
		`C:\Users\eve\App\x.exe`:          `C:\Users\…\App\x.exe`,
		"App@Work 2.0":                    "App@Work 2.0",
	} {
		inv := &inventory.Inventory{Apps: []inventory.App{{Name: in, UninstallCommand: in, Paths: []string{in}, Identifier: in, IdentifierKind: inventory.NameOnly}}, Profiles: []inventory.Profile{{Name: in, Description: in}}}
		impersonal(inv)
		a, p := inv.Apps[0], inv.Profiles[0]
		for _, got := range []string{a.Name, a.UninstallCommand, a.Paths[0], a.Identifier, p.Name, p.Description} {
			if got != want {
				t.Errorf("%q: %q, want %q", in, got, want)
			}
		}
	}
}

// stay are the fields that nothing is taken out of: identifiers, made-up numbers, digests, words of ours, and what no export has.
var stay = []string{
	"Schema", ".ID", ".Device", ".Scanner", ".SHA256", ".SHA1", ".PURL", ".IdentifierKind", ".Platform", ".Binary", ".App", ".Binaries[0]", ".Kinds[0]", ".Removed[0].Exact",
	"Apps[0].Identifier", "Components[0].Name", "Components[0].Basis", "SecurityProducts[0].Identifier", "VPNs[0].Profile", "Certificates[0].Profile", "SecurityProducts[0].Kind", "Certificates[0].Trusted", ".Presence", ".SharedUser", ".Enabled",
	".Origins[0].Path", "Runs[0].Target", "Runs[0].Status", "Gaps[0].Kind", "Signer.Scheme", "Signers[0].Scheme", "Signer.Key", "Signers[0].Key", ".Rights[0]",
	".Hosts[0]", ".OptionalHosts[0]", ".DisabledBecause[0]", ".Permissions[0].Purpose", ".Permissions[0].Flags[0]", ".Traces[0].", ".Groups[0]", ".Extensions[0].", ".Accesses[0].", ".Connections[0].",
	"Binaries[0].",
}

// fillText puts a text into every field.
func fillText(v reflect.Value, at, text string) {
	switch v.Kind() {
	case reflect.Pointer:
		if v.Type().Elem().Name() != "Time" {
			v.Set(reflect.New(v.Type().Elem()))
			fillText(v.Elem(), at, text)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Name() != "Time" {
				fillText(v.Field(i), strings.TrimPrefix(at+"."+v.Type().Field(i).Name, "."), text)
			}
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fillText(v.Index(0), at+"[0]", text)
	case reflect.Map:
		if v.Type().Elem().Kind() == reflect.String {
			v.Set(reflect.ValueOf(map[string]string{"x": text}))
		}
	case reflect.String:
		v.SetString(text)
	}
}

// fieldsWith lists the fields that hold a text.
func fieldsWith(v reflect.Value, at, text string) (out []string) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			out = fieldsWith(v.Elem(), at, text)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Name() != "Time" {
				out = append(out, fieldsWith(v.Field(i), strings.TrimPrefix(at+"."+v.Type().Field(i).Name, "."), text)...)
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			out = append(out, fieldsWith(v.Index(i), fmt.Sprintf("%s[%d]", at, i), text)...)
		}
	case reflect.Map:
		for _, value := range slices.Collect(maps.Values(v.Interface().(map[string]string))) {
			if strings.Contains(value, text) {
				out = append(out, at)
			}
		}
	case reflect.String:
		if strings.Contains(v.String(), text) {
			out = append(out, at)
		}
	}
	return out
}

// TestImpersonalFields: no field of an inventory tells of people, but for those that are listed.
func TestImpersonalFields(t *testing.T) {
	for _, text := range []string{"eve@parl.example", `C:\Users\eve\x`, "+31612345678", "352099001761481", "00:1a:2b:3c:4d:5e"} {
		inv := &inventory.Inventory{}
		fillText(reflect.ValueOf(inv).Elem(), "", text)
		impersonal(inv)
		impersonalSubject(&inv.Gaps[0], []string{"export.json"})
		for _, at := range fieldsWith(reflect.ValueOf(*inv), "", text) {
			if !slices.ContainsFunc(stay, func(s string) bool {
				return strings.HasSuffix(at, s) || strings.HasSuffix(s, ".") && strings.Contains(at, s)
			}) {
				t.Errorf("%q is in %s", text, at)
			}
		}
	}
}

// TestImpersonalShared: what devices share is not changed beneath the others.
func TestImpersonalShared(t *testing.T) {
	shared := inventory.App{Paths: []string{"/home/eve/x"}, Users: []inventory.AppUser{{User: "eve"}}, Installs: []inventory.Install{{User: "eve", Path: "/home/eve/x"}},
		Permissions: []inventory.Permission{{GrantedTo: []string{"eve"}}}, Signers: []inventory.Signer{{Subject: "eve@parl.example"}}}
	a, b := shared, shared
	a.Device, b.Device = "d1", "d2"
	inv := &inventory.Inventory{Apps: []inventory.App{a, b}}
	impersonal(inv)
	if got := shared; got.Paths[0] != "/home/eve/x" || got.Users[0].User != "eve" || got.Installs[0].User != "eve" || got.Permissions[0].GrantedTo[0] != "eve" || got.Signers[0].Subject != "eve@parl.example" {
		t.Errorf("changed: %+v", got)
	}
	x, y := inv.Apps[0], inv.Apps[1]
	if x.Users[0].User == y.Users[0].User || x.Users[0].User != x.Installs[0].User || x.Users[0].User != x.Permissions[0].GrantedTo[0] || !strings.HasPrefix(x.Users[0].User, accountPrefix) {
		t.Errorf("accounts %+v %+v", x, y)
	}
}

// TestAccount: names of people are replaced, and numbers and accounts of systems stay.
func TestAccount(t *testing.T) {
	for _, name := range []string{"", "0", "1000", "root", "SYSTEM", `NT AUTHORITY\SYSTEM`, "S-1-5-21-1", "_mbsetupuser", inventory.UnnamedUser + " 2"} {
		if got := account("d", name); got != name {
			t.Errorf("%q became %q", name, got)
		}
	}
	one := account("d", "Eve")
	if one != account("d", "eve") || one == account("e", "eve") || one == account("d", "bob") || strings.Contains(one, "eve") || account("d", one) != one {
		t.Errorf("%q", one)
	}
}
