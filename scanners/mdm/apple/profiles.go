package apple

import (
	"crypto/x509"
	"encoding/base64"
	"maps"

	"quaestor/scanners/internal/iosstate"
	"quaestor/scanners/internal/plist"
	"quaestor/scanners/inventory"
)

// fresh notes a fact by its identifier, and reports whether it is new and there is room for it.
func (x *device) fresh(id string, have int) bool {
	if x.seen[id] {
		return false
	}
	if x.seen[id] = true; have >= maxFacts {
		x.dropped.Add(id)
		return false
	}
	return true
}

// account stands for whose an answer of a Mac's user channel is; it is not told who that is.
func account(s *said) string {
	if plist.Text(s.v, "UserID") != "" {
		return inventory.UnnamedUser
	}
	return ""
}

// profiles reads a list of configuration profiles. Of their parts it has the kinds, not the settings.
func (x *device) profiles(s *said, list any, older bool) {
	if older {
		return
	}
	for _, e := range plist.List(list) {
		v := map[string]any{"PayloadContent": []any{}}
		maps.Copy(v, plist.Dict(e))
		p, ok := iosstate.ConfigurationProfile(v)
		if !ok {
			x.broken.Add("an entry of ProfileList that is no profile")
			continue
		}
		f := p.Profile
		f.Device, f.User, f.Origins = x.d.ID, account(s), []inventory.Origin{s.origin}
		f.ID = inventory.FactID("profile", x.d.ID, f.Kind, f.User, f.Identifier)
		if x.fresh(f.ID, len(x.inv.Profiles)) {
			x.inv.Profiles = append(x.inv.Profiles, f)
			x.networks(p.VPNs, &f)
		}
	}
}

// networks are those that a profile sets up.
func (x *device) networks(list []inventory.VPN, f *inventory.Profile) {
	for _, n := range list {
		n.Device, n.User, n.Profile, n.Origins = x.d.ID, f.User, f.ID, f.Origins
		n.ID = inventory.FactID("vpn", x.d.ID, n.User, n.App, n.Kind, n.Name, f.ID)
		if x.fresh(n.ID, len(x.inv.VPNs)) {
			x.inv.VPNs = append(x.inv.VPNs, n)
		}
	}
}

// provisioning reads a list of profiles by which apps run that did not come from the store.
func (x *device) provisioning(s *said, list any, older bool) {
	if older {
		return
	}
	for _, e := range plist.List(list) {
		f := inventory.Profile{Device: x.d.ID, Kind: "provisioning-profile", Name: inventory.Text(plist.Text(e, "Name")), Identifier: inventory.Text(plist.Text(e, "UUID")), Origins: []inventory.Origin{s.origin}}
		f.ID = inventory.FactID("profile", x.d.ID, f.Kind, f.User, f.Identifier)
		if (f.Name != "" || f.Identifier != "") && x.fresh(f.ID, len(x.inv.Profiles)) {
			x.inv.Profiles = append(x.inv.Profiles, f)
		}
	}
}

// certificates reads a list of certificates: those that may vouch for others. The device's own, and those of single servers, are left
// out. Whether web sites may rely on one is not told.
func (x *device) certificates(s *said, list any, older bool) {
	if older {
		return
	}
	for _, e := range plist.List(list) {
		der := plist.Bytes(e, "Data")
		if t := plist.Text(e, "Data"); der == nil && t != "" { // in JSON
			der, _ = base64.StdEncoding.DecodeString(t)
		}
		if plist.Bool(e, "IsIdentity") {
			continue
		}
		parsed, err := x509.ParseCertificate(der)
		if err != nil {
			x.broken.Add("certificate " + plist.Text(e, "CommonName") + ": " + err.Error())
			continue
		}
		if parsed.IsCA || parsed.Version < 3 && parsed.Issuer.String() == parsed.Subject.String() {
			x.authority(s, der)
		}
	}
}

func (x *device) authority(s *said, der []byte) {
	c := iosstate.Certificate(der)
	c.Device, c.User, c.Origins = x.d.ID, account(s), []inventory.Origin{s.origin}
	c.ID = inventory.FactID("certificate", x.d.ID, c.User, c.SHA256)
	if x.fresh(c.ID, len(x.inv.Certificates)) {
		x.inv.Certificates = append(x.inv.Certificates, c)
	}
}
