package macprofile

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"quaestor/scanners/internal/backuptest"
	"quaestor/scanners/internal/codesigntest"
	"quaestor/scanners/internal/mactest"
	"quaestor/scanners/internal/plist"
	"quaestor/scanners/inventory"
)

type dict = mactest.Dict

func TestDecode(t *testing.T) {
	plain := backuptest.Profile(t)
	whole := codesigntest.Signed(plain, true, codesigntest.Profiles())
	for name, c := range map[string]struct {
		data           []byte
		signed, failed bool
	}{
		"plain": {plain, false, false}, "signed": {whole, true, false}, "signed and cut": {whole[:len(whole)/2], true, true},
		"signed noise": {codesigntest.Signed([]byte("noise"), true, codesigntest.Profiles()), true, true}, "noise": {[]byte("noise"), false, true}, "empty": {nil, false, true},
	} {
		v, signed, err := Decode(c.data)
		if signed != c.signed || (err != nil) != c.failed || !c.failed && plist.Text(v, "PayloadType") != "Configuration" {
			t.Errorf("%s: %v, signed %v, %v", name, v, signed, err)
		}
	}
}

func TestIs(t *testing.T) {
	entry := dict{"ProfileIdentifier": "a", "ProfileItems": []any{}}
	for name, c := range map[string]struct {
		v  any
		is bool
	}{
		"profile": {dict{"PayloadType": "Configuration"}, true}, "a part alone": {dict{"PayloadType": "com.apple.mdm"}, false}, "list": {dict{"anna": []any{entry}}, true},
		"empty account": {dict{"_computerlevel": []any{}, "anna": []any{entry}}, true}, "no accounts": {dict{"_computerlevel": []any{}}, false}, "no items": {dict{"anna": []any{dict{"ProfileIdentifier": "a"}}}, false},
		"no identifier": {dict{"anna": []any{dict{"ProfileItems": []any{}}}}, false}, "text": {"x", false}, "nothing": {nil, false}, "list of lists": {[]any{entry}, false},
	} {
		if Is(c.v) != c.is {
			t.Errorf("%s: %v", name, !c.is)
		}
	}
}

func TestParse(t *testing.T) {
	at := time.Date(2023, 3, 31, 1, 14, 38, 0, time.UTC)
	v := dict{"_computerlevel": []any{
		dict{"ProfileIdentifier": "org.a", "ProfileDisplayName": "A", "ProfileOrganization": "Org", "ProfileDescription": "Why", "ProfileRemovalDisallowed": "TRUE", "ProfileInstallDate": "2023-03-31 03:14:38 +0200", "ProfileItems": []any{
			dict{"PayloadType": "com.apple.mdm", "PayloadContent": dict{"ServerURL": "https://mdm.example.org/x?serial=1"}}, dict{"PayloadType": "com.apple.dock"}, dict{"PayloadType": "com.apple.dock"}}},
		dict{"ProfileDisplayName": "has no identifier", "ProfileItems": []any{dict{"PayloadType": "x"}}}},
		"anna": []any{dict{"ProfileIdentifier": "org.b", "ProfileRemovalDisallowed": true, "ProfileInstallDate": at, "ProfileItems": []any{}}, dict{"ProfileIdentifier": "org.c", "ProfileRemovalDisallowed": "false", "ProfileInstallDate": "soon", "ProfileItems": []any{}}}}
	list, cut := Parse(v)
	var got []string
	for _, p := range list {
		got = append(got, fmt.Sprint(p.User, "|", p.Profile.Identifier, "|", p.Profile.Name, "|", p.Profile.Organization, "|", p.Profile.Description, "|", p.Profile.Fixed, "|", p.Profile.InstalledAt, "|", p.Profile.Payloads, "|", p.Server))
	}
	want := []string{"|org.a|A|Org|Why|true|2023-03-31 01:14:38 +0000 UTC|[com.apple.mdm com.apple.dock]|mdm.example.org", "anna|org.b||||true|2023-03-31 01:14:38 +0000 UTC|[]|", "anna|org.c||||false|<nil>|[]|"}
	if cut || !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
	if list, cut := Parse(dict{"x": []any{dict{"y": 1}}}); list != nil || cut {
		t.Errorf("%+v", list)
	}
}

func TestLimit(t *testing.T) {
	var many []any
	for i := range Max + 1 {
		many = append(many, dict{"ProfileIdentifier": fmt.Sprint("org.", i), "ProfileItems": []any{}})
	}
	if list, cut := Parse(dict{"anna": many[:Max]}); len(list) != Max || cut {
		t.Errorf("%d, cut %v", len(list), cut)
	}
	if list, cut := Parse(dict{"anna": many}); len(list) != Max || !cut {
		t.Errorf("%d, cut %v", len(list), cut)
	}
}

// A part holds its settings in a dictionary of its own; what it says beside them, and a certificate, goes before.
func TestHandedOut(t *testing.T) {
	out := handedOut(dict{"ProfileItems": []any{
		dict{"PayloadType": "com.apple.vpn.managed", "PayloadContent": dict{"PayloadType": "other", "VPNType": "IKEv2"}},
		dict{"PayloadType": "com.apple.security.root", "PayloadContent": dict{"PayloadContent": []byte("der")}}, dict{"PayloadType": "flat"}}})
	parts := plist.List(out, "PayloadContent")
	if len(parts) != 3 || plist.Text(parts[0], "PayloadType") != "com.apple.vpn.managed" || plist.Text(parts[0], "VPNType") != "IKEv2" || string(plist.Bytes(parts[1], "PayloadContent")) != "der" ||
		plist.Text(parts[2], "PayloadType") != "flat" || plist.Text(out, "PayloadType") != "Configuration" {
		t.Errorf("%+v", out)
	}
}

func TestAdd(t *testing.T) {
	v, err := plist.Decode([]byte(mactest.ProfileList(t)))
	if err != nil {
		t.Fatal(err)
	}
	list, _ := Parse(v)
	inv, origins := inventory.New(), []inventory.Origin{{Path: "x"}}
	if server, more := Add(inv, "mac", list, origins); server != "mdm.example.org" || more != 0 {
		t.Errorf("%q, %d more", server, more)
	}
	if server, _ := Add(inv, "mac", list, origins); server != "" || len(inv.Profiles) != 2 || len(inv.Certificates) != 1 || len(inv.VPNs) != 1 {
		t.Errorf("twice: %q %+v", server, inv)
	}
	p, c, n := inv.Profiles[0], inv.Certificates[0], inv.VPNs[0]
	if p.Device != "mac" || p.User != "" || inv.Profiles[1].User != "anna" || p.ID == inv.Profiles[1].ID || len(p.Origins) != 1 || p.ID != inventory.FactID("profile", "mac", "configuration-profile", "", "org.example.mdm") {
		t.Errorf("%+v", inv.Profiles)
	}
	if c.Profile != p.ID || c.Device != "mac" || c.ID == "" || len(c.Origins) != 1 || n.Profile != p.ID || n.Device != "mac" || n.ID == "" || n.Server != "vpn.example.org" || len(n.Origins) != 1 {
		t.Errorf("%+v %+v", c, n)
	}
	if Add(inv, "other", list, origins); len(inv.Profiles) != 4 {
		t.Errorf("%d profiles of two Macs", len(inv.Profiles))
	}
}

func TestAddLimit(t *testing.T) {
	inv := inventory.New()
	inv.Profiles = make([]inventory.Profile, maxAll-1)
	var list []Profile
	for i := range 3 {
		var p Profile
		p.Profile.Identifier = fmt.Sprint(i)
		list = append(list, p)
	}
	if _, more := Add(inv, "mac", list, nil); more != 2 || len(inv.Profiles) != maxAll {
		t.Errorf("%d more, %d profiles", more, len(inv.Profiles))
	}
}
