package riskdb

import (
	"slices"
	"strings"

	"quaestor/scanners/inventory"
)

// sighting is one thing on a device by which a product, or only its maker, is recognised.
type sighting struct {
	match Match
	fact  *inventory.SecurityProduct // nil for a mark of an installed app, a certificate or a profile
	kind  inventory.IdentifierKind   // registry in which the value stands
	value string                     // folded
	file  string                     // program that it is about, in small letters; empty where it is about none
	proof Evidence
}

// lookups are the registries in which what a system says of a program may be listed, and the values to look up.
type lookup struct {
	kind  inventory.IdentifierKind
	value string
}

// lookupsOf lists where a fact may be listed, in a fixed order.
func lookupsOf(sp *inventory.SecurityProduct, platform inventory.Platform) []lookup {
	var out []lookup
	add := func(value string, kinds ...inventory.IdentifierKind) {
		for _, k := range kinds {
			if l := (lookup{k, value}); value != "" && !slices.Contains(out, l) {
				out = append(out, l)
			}
		}
	}
	program := firstOf(sp.Process, baseName(sp.Path))
	add(program, inventory.Process)
	switch sp.Kind {
	case "driver":
		add(firstOf(sp.Service, sp.Name), KernelDriver, ServiceName)
		add(program, KernelDriver)
		add(sp.Identifier, KernelDriver)
	case "kernel-module":
		add(firstOf(sp.Name, sp.Service, sp.Identifier), KernelModule)
	case "kernel-extension":
		add(sp.Identifier, MacKernelExt, MacSystemExt)
	case "system-extension":
		add(sp.Identifier, MacSystemExt, inventory.MacBundle)
	case "launch-daemon", "launch-agent", "login-item", "privileged-helper":
		add(firstOf(sp.Identifier, sp.Service, sp.Name), MacLaunchDaemon, MacMachService, inventory.MacBundle)
	case "service", "autostart", "scheduled-task":
		add(sp.Service, ServiceName)
		if sp.Service == "" {
			add(sp.Name, ServiceName)
		}
	case "input-method":
		add(sp.Identifier, InputMethod, inventory.MacBundle, inventory.AndroidPackage, inventory.IOSBundle)
		add(sp.Name, InputMethod)
	default:
		add(sp.Service, ServiceName)
		add(sp.Identifier, inventory.MacBundle, MacSystemExt, ServiceName)
	}
	if platform == inventory.MacOS {
		for _, bundle := range bundlesIn(sp.Path) {
			add(bundle, MacApp)
		}
		for dir := sp.Path; strings.Count(dir, "/") > 1; dir = dir[:strings.LastIndexByte(dir, '/')] {
			add(dir, MacPath)
		}
	}
	return out
}

// bundlesIn lists the names of the applications on a path, the outermost first.
func bundlesIn(path string) []string {
	var out []string
	for part := range strings.SplitSeq(path, "/") {
		if strings.HasSuffix(part, ".app") {
			out = append(out, part)
		}
	}
	return out
}

// baseName is the last part of a path of any system.
func baseName(path string) string {
	return path[strings.LastIndexAny(path, `/\`)+1:]
}

// registered are the kinds by which a system says what a program is for, so that its name is worth resolving.
var registered = map[string]string{"antivirus": "antivirus", "antispyware": "antivirus", "firewall": "firewall", "vpn": "vpn", "remote-access": "remote-access",
	"mdm-agent": "mdm-agent", "password-manager": "password-manager", "input-method": "input-method", "credential-provider": "password-manager", "network-filter": "firewall"}

// marksOf finds the products and vendors that a fact is a mark of.
func (a *assessor) marksOf(sp *inventory.SecurityProduct) []sighting {
	platform := a.platformOf(sp.Device)
	file := strings.ToLower(firstOf(sp.Process, baseName(sp.Path)))
	var out []sighting
	for _, l := range lookupsOf(sp, platform) {
		for _, m := range a.db.LookupIdentifier(l.kind, l.value) {
			if on := platformOf(m.Identifier); on != "" && platform != "" && on != platform {
				continue
			}
			about := file
			if about == "" || l.kind == inventory.Process {
				about = strings.ToLower(l.value)
			}
			out = append(out, sighting{match: m, fact: sp, kind: l.kind, value: key(l.kind, l.value).value, file: about, proof: factEvidence(sp, l, m.Identifier)})
		}
	}
	if registered[sp.Kind] != "" && !slices.ContainsFunc(out, func(m sighting) bool { return m.match.Product != nil }) {
		out = append(out, a.namedMarks(sp, platform)...)
	}
	return append(out, a.makerMarks(sp)...)
}

// namedMarks resolves the name under which the system has registered a program. Several products are a tie, in which the
// name is no one's alone.
func (a *assessor) namedMarks(sp *inventory.SecurityProduct, platform inventory.Platform) []sighting {
	q := query(&facts{app: &inventory.App{Platform: platform, IdentifierKind: inventory.NameOnly, Identifier: sp.Name, Name: sp.Name, Publisher: sp.Vendor}})
	matches := a.db.matchQuery(q)
	var out []sighting
	for _, m := range matches {
		id := *m.Identifier
		id.Shared = len(matches) > 1
		m.Identifier = &id
		out = append(out, sighting{match: m, fact: sp, kind: inventory.NameOnly, value: searchFold(sp.Name), file: "registered as " + searchFold(sp.Name), proof: nameRegistered(sp)})
	}
	return out
}

// makerMarks names the vendors that the program's signature, its team or its stated vendor is listed for. The signer of a
// part of the system is that of the system.
func (a *assessor) makerMarks(sp *inventory.SecurityProduct) []sighting {
	var out []sighting
	add := func(kind inventory.IdentifierKind, value string, e func(*Identifier, *Vendor) Evidence) {
		if value == "" {
			return
		}
		for _, m := range a.db.LookupIdentifier(kind, value) {
			if m.Vendor != nil {
				out = append(out, sighting{match: m, fact: sp, kind: kind, value: key(kind, value).value, proof: e(m.Identifier, m.Vendor)})
			}
		}
	}
	if s := sp.Signer; s != nil {
		add(AuthenticodeThumbprint, s.SHA1, func(id *Identifier, v *Vendor) Evidence { return signerEvidence(sp, id, v) })
		add(AuthenticodeSubject, s.Subject, func(id *Identifier, v *Vendor) Evidence { return signerEvidence(sp, id, v) })
	}
	team := sp.Team
	if team == "" && sp.Signer != nil {
		team = teamOf(attribute(sp.Signer.Subject, "CN"))
	}
	add(MacTeamID, team, func(id *Identifier, v *Vendor) Evidence { return teamEvidence(sp, team, id, v) })
	add(PublisherName, sp.Vendor, func(_ *Identifier, v *Vendor) Evidence { return statedEvidence(sp, v) })
	return out
}

func (a *assessor) platformOf(device string) inventory.Platform {
	if d := a.device(device); d != nil {
		return d.Platform
	}
	return ""
}
