// Package macprofile reads configuration profiles of a Mac in the forms in which macOS and its tools write them: a profile as it
// is handed out, with a signature around it or without, and the list that `profiles show -output stdout-xml` and the store
// of macOS hold. What a profile says is read by iosstate, as for a phone.
//
// What the package cannot see: whether a profile that was handed out is installed anywhere.
package macprofile

import (
	"maps"
	"slices"
	"strings"
	"time"

	"quaestor/scanners/internal/cms"
	"quaestor/scanners/internal/iosfacts"
	"quaestor/scanners/internal/iosstate"
	"quaestor/scanners/internal/plist"
	"quaestor/scanners/inventory"
)

// Max is the most profiles of one file that are told.
const Max = 2000

// maxAll is the most profiles of one inventory.
const maxAll = 20_000

// computer is the key of the profiles that hold for the whole Mac; others are names of accounts.
const computer = "_computerlevel"

// Profile is a profile and the account that it is for, empty for the whole Mac.
type Profile struct {
	User string
	iosstate.Installed
}

// Decode reads a file: a property list, or one in signed data. Signed says that there is a signature, which is not checked: a
// profile says who it is from by its text alone.
func Decode(data []byte) (v any, signed bool, err error) {
	if cms.Looks(data) {
		s, err := cms.Parse(data)
		if err != nil {
			return nil, true, err
		}
		v, err = plist.Decode(s.Content)
		return v, true, err
	}
	v, err = plist.Decode(data)
	return v, false, err
}

// Is reports whether a property list is one of these forms.
func Is(v any) bool {
	if plist.Text(v, "PayloadType") == "Configuration" {
		return true
	}
	for _, key := range accounts(v) {
		for _, p := range plist.List(v, key) {
			return plist.Text(p, "ProfileIdentifier") != "" && plist.Get(p, "ProfileItems") != nil
		}
	}
	return false
}

// accounts are the keys of a list of profiles.
func accounts(v any) (keys []string) {
	for key, list := range plist.Dict(v) {
		if l, ok := list.([]any); ok && len(l) > 0 {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return keys
}

// Parse reads the profiles in a property list. Cut is that there are more than are told.
func Parse(v any) (list []Profile, cut bool) {
	if !Is(v) {
		return nil, false
	}
	if p, ok := iosstate.ConfigurationProfile(v); ok && plist.Text(v, "PayloadType") == "Configuration" {
		return []Profile{{Installed: p}}, false
	}
	for _, account := range accounts(v) {
		user := account
		if account == computer {
			user = ""
		}
		for _, e := range plist.List(v, account) {
			if len(list) == Max {
				return list, true
			}
			if p, ok := iosstate.ConfigurationProfile(handedOut(e)); ok && plist.Text(e, "ProfileIdentifier") != "" {
				p.InstalledAt = date(plist.Get(e, "ProfileInstallDate"))
				list = append(list, Profile{User: user, Installed: p})
			}
		}
	}
	return list, false
}

// keys are those of a profile in a list, by what they are in a profile that is handed out.
var keys = map[string]string{"PayloadIdentifier": "ProfileIdentifier", "PayloadDisplayName": "ProfileDisplayName", "PayloadOrganization": "ProfileOrganization",
	"PayloadDescription": "ProfileDescription"}

// handedOut gives a profile in a list the form in which it was handed out: there each part holds its own settings.
func handedOut(e any) map[string]any {
	out := map[string]any{"PayloadType": "Configuration"}
	for to, from := range keys {
		out[to] = plist.Text(e, from)
	}
	out["PayloadRemovalDisallowed"] = plist.Bool(e, "ProfileRemovalDisallowed") || strings.EqualFold(plist.Text(e, "ProfileRemovalDisallowed"), "true")
	var parts []any
	for _, item := range plist.List(e, "ProfileItems") {
		part := map[string]any{}
		maps.Copy(part, plist.Dict(item))
		if settings := plist.Dict(item, "PayloadContent"); settings != nil {
			for key, value := range settings {
				if _, taken := part[key]; !taken || key == "PayloadContent" {
					part[key] = value
				}
			}
		}
		parts = append(parts, part)
	}
	out["PayloadContent"] = parts
	return out
}

// date is a date of a property list, or one in words.
func date(v any) *time.Time {
	switch d := v.(type) {
	case time.Time:
		return iosfacts.Valid(d)
	case string:
		if t, err := time.Parse("2006-01-02 15:04:05 -0700", d); err == nil {
			return iosfacts.Valid(t)
		}
	}
	return nil
}

// Add adds profiles to an inventory, with the authorities and networks that they bring. Server is that of the management that one of
// them enrols the Mac in; more is how many are left out because there are too many.
func Add(inv *inventory.Inventory, device string, list []Profile, origins []inventory.Origin) (server string, more int) {
	known := make(map[string]bool, len(inv.Profiles))
	for i := range inv.Profiles {
		known[inv.Profiles[i].ID] = true
	}
	for _, p := range list {
		f := p.Profile
		f.Device, f.User = device, inventory.Text(p.User)
		f.ID = inventory.FactID("profile", device, f.Kind, f.User, f.Identifier)
		f.Origins = origins
		switch {
		case known[f.ID]:
			continue
		case len(inv.Profiles) >= maxAll:
			more++
			continue
		}
		known[f.ID] = true
		inv.Profiles = append(inv.Profiles, f)
		for _, c := range p.Certificates {
			c.Device, c.User, c.Profile, c.Origins = device, f.User, f.ID, origins
			c.ID = inventory.FactID("certificate", device, c.User, f.ID, c.SHA256)
			inv.Certificates = append(inv.Certificates, c)
		}
		for _, v := range p.VPNs {
			v.Device, v.User, v.Profile, v.Origins = device, f.User, f.ID, origins
			v.ID = inventory.FactID("vpn", device, v.User, v.App, v.Kind, v.Name, f.ID)
			inv.VPNs = append(inv.VPNs, v)
		}
		if server == "" {
			server = p.Server
		}
	}
	return server, more
}
