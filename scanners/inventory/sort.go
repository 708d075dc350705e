package inventory

import (
	"cmp"
	"slices"
)

// Sort puts every list in its one order, so that equal facts are equal bytes. Scanners need not sort.
func (inv *Inventory) Sort() {
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
	for i := range inv.Apps {
		inv.Apps[i].sort()
	}
	for i := range inv.Binaries {
		inv.Binaries[i].sort()
	}
	for i := range inv.Devices {
		d := &inv.Devices[i]
		sortBy(d.Users, func(a, b *DeviceUser) int { return compareNumeric(a.ID, b.ID) })
		sortOrigins(d.Origins)
	}
}

func (a *App) sort() {
	sortBy(a.Permissions, func(x, y *Permission) int { return cmp.Compare(x.Name, y.Name) })
	sortBy(a.Users, func(x, y *AppUser) int { return compareNumeric(x.User, y.User) })
	slices.Sort(a.Flags)
	slices.Sort(a.Paths)
	sortOrigins(a.Origins)
}

func (b *Binary) sort() {
	sortBy(b.Permissions, func(x, y *Permission) int { return cmp.Compare(x.Name, y.Name) })
	sortBy(b.Manifest, func(x, y *ManifestComponent) int {
		return cmp.Or(cmp.Compare(x.Kind, y.Kind), cmp.Compare(x.Name, y.Name))
	})
	sortBy(b.CodePackages, func(x, y *CodePackage) int { return cmp.Compare(x.Name, y.Name) })
	slices.Sort(b.DefinedPermissions)
	slices.Sort(b.Features)
	slices.Sort(b.ABIs)
	slices.Sort(b.Oddities)
	slices.Sort(b.Hosts)
	sortOrigins(b.Origins)
}

func sortOrigins(o []Origin) {
	sortBy(o, func(a, b *Origin) int {
		return cmp.Or(cmp.Compare(a.Scanner, b.Scanner), cmp.Compare(a.Path, b.Path), cmp.Compare(a.Line, b.Line))
	})
}

func sortBy[T any](s []T, compare func(a, b *T) int) {
	slices.SortStableFunc(s, func(a, b T) int { return compare(&a, &b) })
}

// compareNumeric orders user numbers as numbers: 0, 10, 150.
func compareNumeric(a, b string) int {
	return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b))
}
