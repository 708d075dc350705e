package scanners

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"quaestor/scanners/internal/people"
	"quaestor/scanners/inventory"
)

// Exports of management systems carry addresses, account names and numbers of people in texts that are about devices, apps and profiles: they
// are not needed, and are taken out of what goes into an inventory. IDs are made before, and stay; so do the identifiers of apps, which may look like
// addresses, and digests.

// peopleIn tells of which kinds of scanners the texts may name people that nobody asked for.
func peopleIn(kind string) bool { return kind == "mdm" || kind == "osquery" || kind == "map" }

// impersonal takes people out of what an export says.
func impersonal(inv *inventory.Inventory) {
	for i := range inv.Devices {
		impersonalDevice(&inv.Devices[i])
	}
	for i := range inv.Apps {
		impersonalApp(&inv.Apps[i])
	}
	for i := range inv.Components {
		c := &inv.Components[i]
		hide(&c.Version, &c.From, &c.To, &c.Text)
		hideAll(&c.Licences)
		c.Name = people.Homes(c.Name)
	}
	for i := range inv.SecurityProducts {
		p := &inv.SecurityProducts[i]
		hide(&p.Name, &p.Vendor, &p.Version, &p.State, &p.StateCode, &p.Definitions, &p.Start, &p.Process, &p.Path, &p.Service, &p.Team)
		p.Identifier = people.Homes(p.Identifier)
		p.User = account(p.Device, p.User)
		hideAll(&p.Privileges)
		if p.Signer != nil && people.Hide(p.Signer.Subject) != p.Signer.Subject {
			signer := *p.Signer // apps may share it
			hide(&signer.Subject)
			p.Signer = &signer
		}
	}
	for i := range inv.Profiles {
		p := &inv.Profiles[i]
		hide(&p.Kind, &p.Name, &p.Identifier, &p.Organization, &p.Description)
		hideAll(&p.Payloads)
		p.User = account(p.Device, p.User)
	}
	for i := range inv.Certificates {
		c := &inv.Certificates[i]
		hide(&c.Subject, &c.Issuer, &c.Store)
		c.User = account(c.Device, c.User)
	}
	for i := range inv.VPNs {
		v := &inv.VPNs[i]
		hide(&v.Name, &v.Kind, &v.Server)
		v.User = account(v.Device, v.User)
	}
	for i := range inv.Gaps {
		g := &inv.Gaps[i]
		hide(&g.Detail, &g.Next)
		hideAll(&g.Samples)
	}
	for i := range inv.Runs {
		hide(&inv.Runs[i].Detail)
	}
}

// impersonalDevice keeps what the device is called, and whose it is not.
func impersonalDevice(d *inventory.Device) {
	if people.Hide(d.Serial) != d.Serial {
		d.Serial = "" // the number of a phone, or an address: no serial number
	}
	hide(&d.Name, &d.Manufacturer, &d.Model, &d.OSName, &d.OSVersion, &d.OSBuild, &d.SecurityPatch, &d.Arch, &d.Locale)
	for name, value := range d.Properties {
		if hidden := people.Hide(value); hidden != value {
			d.Properties[name] = hidden
		}
	}
	if m := d.Management; m != nil {
		hide(&m.System, &m.Mode, &m.Ownership, &m.State)
	}
	for i := range d.Users {
		u := &d.Users[i]
		if id := account(d.ID, u.ID); id != u.ID {
			u.ID, u.Name = id, ""
		}
		hide(&u.Kind, &u.State)
	}
}

func impersonalApp(a *inventory.App) {
	hide(&a.Name, &a.Version, &a.Publisher, &a.Homepage, &a.Arch, &a.SourcePackage, &a.Installer, &a.Initiator, &a.Originator, &a.PackageSource, &a.UninstallCommand, &a.Team, &a.StoreID, &a.Genre, &a.Distribution, &a.Concluded)
	if a.IdentifierKind == inventory.NameOnly {
		hide(&a.Identifier)
	} else {
		a.Identifier = people.Homes(a.Identifier)
	}
	hideAll(&a.Paths)
	hideAll(&a.Flags)
	for i, s := range a.Signers {
		if hide(&s.Subject); s.Subject != a.Signers[i].Subject {
			a.Signers = slices.Clone(a.Signers) // devices may share what an app has
			a.Signers[i] = s
		}
	}
	for i, in := range a.Installs {
		in.User = account(a.Device, in.User)
		hide(&in.Program, &in.Profile, &in.Version, &in.State, &in.Source, &in.UpdateURL, &in.Path)
		if was := &a.Installs[i]; in.User != was.User || in.Program != was.Program || in.Profile != was.Profile || in.Version != was.Version || in.State != was.State || in.Source != was.Source || in.UpdateURL != was.UpdateURL || in.Path != was.Path {
			a.Installs = slices.Clone(a.Installs)
			a.Installs[i] = in
		}
	}
	impersonalUsers(a)
}

func impersonalUsers(a *inventory.App) {
	for i, u := range a.Users {
		if u.User = account(a.Device, u.User); u.User != a.Users[i].User {
			a.Users = slices.Clone(a.Users)
			a.Users[i] = u
		}
	}
	for i, p := range a.Permissions {
		granted := slices.Clone(p.GrantedTo)
		for j := range granted {
			granted[j] = account(a.Device, granted[j])
		}
		name := people.Hide(p.Name)
		if name != p.Name || !slices.Equal(granted, p.GrantedTo) {
			a.Permissions = slices.Clone(a.Permissions)
			a.Permissions[i].Name, a.Permissions[i].GrantedTo = name, granted
		}
	}
}

// hide takes people out of texts.
func hide(texts ...*string) {
	for _, s := range texts {
		*s = people.Hide(*s)
	}
}

// hideAll takes people out of a list, which others may share.
func hideAll(list *[]string) {
	for i, s := range *list {
		if hidden := people.Hide(s); hidden != s {
			*list = slices.Clone(*list)
			(*list)[i] = hidden
		}
	}
}

// impersonalSubject takes people out of what a gap is about, behind the name of the source, which its user chose.
func impersonalSubject(g *inventory.Gap, sources []string) {
	for _, name := range sources {
		if rest, ok := strings.CutPrefix(g.Subject, inventory.Text(name)); ok {
			g.Subject = inventory.Text(name) + people.Hide(rest)
			return
		}
	}
	hide(&g.Subject)
}

// ofSystems are accounts that systems make for themselves, in small letters.
var ofSystems = []string{"root", "system", "localsystem", "local service", "localservice", "network service", "networkservice", "administrator", "administrators", "guest", "default",
	"defaultaccount", "wdagutilityaccount", "public", "shared", "nobody", "daemon", "all users", "everyone"}

// account stands for the name of an account of a device: the same for the same account, so that what two accounts have is told apart. Numbers of
// accounts, those of systems, and those that no source names stay.
func account(device, name string) string {
	low := strings.ToLower(name)
	switch {
	case name == "", inventory.Unnamed(name), strings.HasPrefix(name, accountPrefix), len(name) < 8 && strings.Trim(name, "0123456789") == "", strings.HasPrefix(low, "s-1-"),
		strings.HasPrefix(low, "_"), strings.HasPrefix(low, `nt authority\`), strings.HasPrefix(low, `nt service\`), slices.Contains(ofSystems, low):
		return name
	}
	sum := sha256.Sum256([]byte(device + "\x00" + low))
	return accountPrefix + hex.EncodeToString(sum[:4])
}

// accountPrefix begins what stands for the name of an account.
const accountPrefix = "account-"
