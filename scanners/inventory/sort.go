package inventory

import (
	"cmp"
	"slices"
)

// Sort puts every list in its one order, so that equal facts are equal bytes. Scanners need not sort.
//
// Lists whose order means something stay as they are: the binaries of an app (base first), its signers, and
// the samples of a gap.
func (inv *Inventory) Sort() {
	inv.sortInside()
	sortBy(inv.Devices, func(a, b *Device) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID)) })
	sortBy(inv.Apps, func(a, b *App) int {
		return cmp.Or(cmp.Compare(a.Device, b.Device), cmp.Compare(a.IdentifierKind, b.IdentifierKind),
			cmp.Compare(a.Identifier, b.Identifier), cmp.Compare(a.ID, b.ID))
	})
	sortBy(inv.Binaries, func(a, b *Binary) int { return cmp.Compare(a.SHA256, b.SHA256) })
	sortBy(inv.Components, func(a, b *Component) int { return cmp.Or(cmp.Compare(a.PURL, b.PURL), cmp.Compare(a.ID, b.ID)) })
	sortBy(inv.SecurityProducts, func(a, b *SecurityProduct) int { return cmp.Compare(a.ID, b.ID) })
	sortBy(inv.Profiles, func(a, b *Profile) int { return cmp.Compare(a.ID, b.ID) })
	sortBy(inv.Certificates, func(a, b *Certificate) int { return cmp.Compare(a.ID, b.ID) })
	sortBy(inv.VPNs, func(a, b *VPN) int { return cmp.Compare(a.ID, b.ID) })
	sortBy(inv.Gaps, func(a, b *Gap) int {
		return cmp.Or(cmp.Compare(a.Scanner, b.Scanner), cmp.Compare(a.Device, b.Device), cmp.Compare(a.Subject, b.Subject),
			cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Detail, b.Detail))
	})
	sortBy(inv.Runs, func(a, b *Run) int {
		return cmp.Or(cmp.Compare(a.Target, b.Target), cmp.Compare(a.Scanner, b.Scanner), cmp.Compare(a.Device, b.Device))
	})
}

// sortInside sorts the lists inside facts. It comes first, because facts that are equal in what they are
// sorted by are told apart by all they hold.
func (inv *Inventory) sortInside() {
	for i := range inv.Devices {
		d := &inv.Devices[i]
		sortBy(d.Users, func(a, b *DeviceUser) int { return compareNumeric(a.ID, b.ID) })
		sortOrigins(d.Origins)
		if d.Changes != nil {
			slices.Sort(d.Changes.Kinds)
			sortBy(d.Changes.Removed, func(a, b *Removed) int { return cmp.Or(cmp.Compare(a.ID, b.ID), cmp.Compare(a.Exact, b.Exact)) })
		}
	}
	for i := range inv.Apps {
		inv.Apps[i].sort()
	}
	for i := range inv.Binaries {
		inv.Binaries[i].sort()
	}
	for i := range inv.Components {
		sortOrigins(inv.Components[i].Origins)
		slices.Sort(inv.Components[i].Licences)
	}
	for i := range inv.SecurityProducts {
		slices.Sort(inv.SecurityProducts[i].Privileges)
		if s := inv.SecurityProducts[i].Signer; s != nil {
			slices.Sort(s.Rights)
		}
		sortOrigins(inv.SecurityProducts[i].Origins)
	}
	for i := range inv.Profiles {
		slices.Sort(inv.Profiles[i].Payloads)
		sortOrigins(inv.Profiles[i].Origins)
	}
	for i := range inv.Certificates {
		sortOrigins(inv.Certificates[i].Origins)
	}
	for i := range inv.VPNs {
		sortOrigins(inv.VPNs[i].Origins)
	}
}

func (a *App) sort() {
	for i := range a.Installs {
		in := &a.Installs[i]
		slices.Sort(in.Hosts)
		slices.Sort(in.OptionalHosts)
		slices.Sort(in.DisabledBecause)
	}
	sortBy(a.Installs, func(x, y *Install) int {
		return cmp.Or(cmp.Compare(x.Program, y.Program), cmp.Compare(x.User, y.User), cmp.Compare(x.Profile, y.Profile))
	})
	sortPermissions(a.Permissions)
	sortBy(a.Users, func(x, y *AppUser) int { return compareNumeric(x.User, y.User) })
	sortSigners(a.Signers)
	slices.Sort(a.Flags)
	slices.Sort(a.Paths)
	slices.Sort(a.Groups)
	sortBy(a.Traces, func(x, y *Trace) int { return cmp.Compare(x.Kind, y.Kind) })
	sortBy(a.Accesses, func(x, y *Access) int { return cmp.Compare(x.What, y.What) })
	sortBy(a.Connections, func(x, y *Connection) int { return cmp.Or(cmp.Compare(x.Host, y.Host), cmp.Compare(x.Via, y.Via)) })
	sortExtensions(a.Extensions)
	sortOrigins(a.Origins)
}

func (b *Binary) sort() {
	sortPermissions(b.Permissions)
	for i := range b.Manifest {
		b.Manifest[i].sort()
	}
	sortBy(b.Manifest, func(x, y *ManifestComponent) int {
		return cmp.Or(cmp.Compare(x.Kind, y.Kind), cmp.Compare(x.Name, y.Name))
	})
	sortBy(b.PermissionDefinitions, func(x, y *PermissionDefinition) int { return cmp.Compare(x.Name, y.Name) })
	for i := range b.Marks {
		sortPlaces(b.Marks[i].Places)
	}
	sortBy(b.Marks, func(x, y *Mark) int { return cmp.Or(cmp.Compare(x.Code, y.Code), cmp.Compare(x.Detail, y.Detail)) })
	sortBy(b.CodePackages, func(x, y *CodePackage) int { return cmp.Compare(x.Name, y.Name) })
	for i := range b.Native {
		slices.Sort(b.Native[i].JNI)
		slices.Sort(b.Native[i].Needed)
	}
	sortBy(b.Native, func(x, y *NativeCode) int { return cmp.Compare(x.File, y.File) })
	for i := range b.Endpoints {
		sortPlaces(b.Endpoints[i].Places)
	}
	sortBy(b.Endpoints, func(x, y *Endpoint) int {
		return cmp.Or(cmp.Compare(x.Kind, y.Kind), cmp.Compare(x.Value, y.Value))
	})
	sortPlaces(b.Inside)
	sortBy(b.Uncovered, func(x, y *APILevels) int { return cmp.Compare(x.From, y.From) })
	for i := range b.SchemeChecks {
		slices.Sort(b.SchemeChecks[i].Signers)
	}
	sortBy(b.SchemeChecks, func(x, y *SchemeCheck) int {
		return cmp.Or(cmp.Compare(x.Scheme, y.Scheme), cmp.Compare(x.MinSDK, y.MinSDK))
	})
	if b.Code != nil {
		sortBy(b.Code.Files, func(x, y *CodeFile) int { return compareNumeric(x.File, y.File) })
	}
	if b.NetworkSecurity != nil {
		b.NetworkSecurity.sort()
	}
	b.sortApple()
	sortSigners(b.Signers)
	for _, list := range [][]string{b.DefinedPermissions, b.Features, b.FileNames, b.Schemes, b.ABIs, b.NativeLibs, b.Oddities, b.Hosts, b.UsesLibraries, b.Queries} {
		slices.Sort(list)
	}
	sortOrigins(b.Origins)
}

func (b *Binary) sortApple() {
	sortExtensions(b.Extensions)
	sortBy(b.Frameworks, func(x, y *Framework) int { return cmp.Compare(x.File, y.File) })
	for i := range b.Entitlements {
		slices.Sort(b.Entitlements[i].Values)
	}
	sortBy(b.Entitlements, func(x, y *Entitlement) int { return cmp.Compare(x.Name, y.Name) })
	for i := range b.PrivacyManifests {
		m := &b.PrivacyManifests[i]
		slices.Sort(m.TrackingDomains)
		for j := range m.Collected {
			slices.Sort(m.Collected[j].Purposes)
		}
		for j := range m.Reasons {
			slices.Sort(m.Reasons[j].Reasons)
		}
		sortBy(m.Collected, func(x, y *CollectedData) int { return cmp.Compare(x.Type, y.Type) })
		sortBy(m.Reasons, func(x, y *ReasonedAPI) int { return cmp.Compare(x.Category, y.Category) })
	}
	sortBy(b.PrivacyManifests, func(x, y *PrivacyManifest) int { return cmp.Compare(x.File, y.File) })
}

func sortExtensions(list []AppExtension) {
	sortBy(list, func(x, y *AppExtension) int { return cmp.Compare(x.Identifier, y.Identifier) })
}

func (c *ManifestComponent) sort() {
	for _, list := range [][]string{c.Actions, c.Schemes, c.Hosts, c.Authorities, c.Roles, c.Abilities} {
		slices.Sort(list)
	}
	sortBy(c.Links, func(x, y *DeepLink) int {
		return cmp.Or(cmp.Compare(x.Scheme, y.Scheme), cmp.Compare(x.Host, y.Host), cmp.Compare(x.Path, y.Path))
	})
}

func (n *NetworkSecurity) sort() {
	for i := range n.Rules {
		slices.Sort(n.Rules[i].Domains)
	}
	sortBy(n.Rules, func(x, y *NetworkRule) int { return slices.Compare(x.Domains, y.Domains) })
}

// sortSigners leaves the signers in their order and sorts what each may still do.
func sortSigners(list []Signer) {
	for i := range list {
		slices.Sort(list[i].Rights)
	}
}

func sortPlaces(p []Place) {
	sortBy(p, func(a, b *Place) int {
		return cmp.Or(cmp.Compare(a.Binary, b.Binary), cmp.Compare(a.File, b.File), cmp.Compare(a.Item, b.Item))
	})
}

func sortPermissions(list []Permission) {
	for i := range list {
		slices.SortFunc(list[i].GrantedTo, compareNumeric)
		slices.Sort(list[i].Flags)
	}
	sortBy(list, func(x, y *Permission) int { return cmp.Compare(x.Name, y.Name) })
}

func sortOrigins(o []Origin) {
	sortBy(o, func(a, b *Origin) int {
		return cmp.Or(cmp.Compare(a.Scanner, b.Scanner), cmp.Compare(a.Path, b.Path), cmp.Compare(a.Line, b.Line))
	})
}

// sortBy sorts by compare, and what is equal in that by all it holds.
func sortBy[T any](s []T, compare func(a, b *T) int) {
	order := func(a, b *T) int {
		if c := compare(a, b); c != 0 {
			return c
		}
		return cmp.Compare(whole(*a), whole(*b))
	}
	sorted := true
	for i := 1; i < len(s) && sorted; i++ {
		sorted = order(&s[i-1], &s[i]) <= 0
	}
	if sorted {
		return
	}
	at := make([]int, len(s)) // facts are large: their places are moved while sorting
	for i := range at {
		at[i] = i
	}
	slices.SortFunc(at, func(x, y int) int { return cmp.Or(order(&s[x], &s[y]), cmp.Compare(x, y)) })
	arrange(s, at)
}

// arrange brings to each place what at says, where each place is named once. It moves along the rings in which places take from each
// other, because a copy of all would be large.
func arrange[T any](s []T, at []int) {
	for i := range s {
		if at[i] == i {
			continue
		}
		first, to := s[i], i
		for at[to] != i {
			from := at[to]
			s[to], at[to], to = s[from], to, from
		}
		s[to], at[to] = first, to
	}
}

// compareNumeric orders user numbers as numbers: 0, 10, 150.
func compareNumeric(a, b string) int {
	return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b))
}
