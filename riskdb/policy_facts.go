package riskdb

import (
	"slices"

	"quaestor/scanners/inventory"
)

// Condition is the compiled expression of a rule. It is safe for several judgements at once.
type Condition interface {
	// Match reports whether the condition holds for an app, and how many steps that took. An error means that nobody
	// can tell; [ErrTooCostly], that it would take too many.
	Match(*Facts) (holds bool, steps uint64, err error)
	// Needs tells what knowledge the condition asks for, whose doubt the finding then carries.
	Needs() Needs
}

// Needs is the knowledge that a condition asks for.
type Needs struct {
	Identity   bool // which product the app is
	Owner      bool // who owns its vendor, or whose law reaches the owner
	Unverified bool // also what no source was verified for
	SDKs       bool // whose code the app carries
}

// Facts is what the condition of a rule can ask about one app. Its lists are worked out when they are first asked
// for; they are sorted, and belong to the judgement.
type Facts struct {
	App     *inventory.App
	Binary  *inventory.Binary // nil without the file
	Device  *inventory.Device // nil for a file that is on no device
	Product *Product          // nil when not recognised
	Vendor  *Vendor           // nil when not recognised

	a     *assessor
	f     *facts
	code  []SDKMatch
	lists [listCount][]string
	have  [listCount]bool
}

type listKind int

const (
	listPermissions listKind = iota
	listGranted
	listOwners
	listGroups
	listSigners
	listSDKs
	listCount
)

func (f *Facts) list(k listKind, make func() []string) []string {
	if !f.have[k] {
		f.lists[k], f.have[k] = make(), true
		slices.Sort(f.lists[k])
		f.lists[k] = slices.Compact(f.lists[k])
	}
	return f.lists[k]
}

// Permissions lists what the app asks for or holds.
func (f *Facts) Permissions() []string {
	return f.list(listPermissions, func() []string {
		out := make([]string, 0, len(f.f.permissions))
		for _, p := range f.f.permissions {
			out = append(out, p.Name)
		}
		return out
	})
}

// Granted lists the permissions that the source says the app holds.
func (f *Facts) Granted() []string {
	return f.list(listGranted, func() (out []string) {
		for _, p := range f.f.permissions {
			if p.Granted {
				out = append(out, p.Name)
			}
		}
		return out
	})
}

// Owners lists the vendor and everybody who controls it on the day.
func (f *Facts) Owners() []string {
	return f.list(listOwners, func() []string {
		if f.Vendor == nil || !f.a.reach(f.Product).publisher.Holds {
			return nil
		}
		return append([]string{f.Vendor.ID}, f.a.db.Ancestors(f.Vendor.ID, f.a.asOf)...)
	})
}

// Jurisdictions lists the states whose law reaches the owner over a verified chain.
func (f *Facts) Jurisdictions() []string { return f.states(false) }

// Unverified lists the states that are recorded for the owner without a chain that was verified.
func (f *Facts) Unverified() []string { return f.states(true) }

func (f *Facts) states(doubted bool) []string {
	if f.Vendor == nil {
		return nil
	}
	r := f.a.reach(f.Product)
	if r.state == nil || (r.allows == ConfidenceLow) != doubted {
		return nil
	}
	return r.chain.States
}

// Groups lists the groups of devices that the device is in.
func (f *Facts) Groups() []string {
	return f.list(listGroups, func() (out []string) {
		for _, g := range f.a.policies.groups {
			if deviceIs(f.Device, g.Devices) {
				out = append(out, g.ID)
			}
		}
		return out
	})
}

// Signers lists the SHA-256 digests of the certificates that sign the app, or that the source names.
func (f *Facts) Signers() []string {
	return f.list(listSigners, func() (out []string) {
		for _, s := range f.f.signers {
			if s.SHA256 != "" {
				out = append(out, s.SHA256)
			}
		}
		return out
	})
}

// SDKs lists the software development kits whose code the files of the app carry. Without the files there are none.
func (f *Facts) SDKs() []string {
	return f.list(listSDKs, func() (out []string) {
		if f.Binary == nil {
			return nil
		}
		f.code = f.a.codeIn(f.f).sdks
		for _, m := range f.code {
			out = append(out, m.SDK.ID)
		}
		return out
	})
}

// codeMarks is how sure it is that the app carries one of the kits, and by what marks: of all that were found where
// none is named.
func (f *Facts) codeMarks(ids []string) (Confidence, []Evidence) {
	f.SDKs()
	found := slices.DeleteFunc(slices.Clone(f.code), func(m SDKMatch) bool { return len(ids) > 0 && !slices.Contains(ids, m.SDK.ID) })
	return codeConfidence(origin(f.f.app), found, nil)
}

// Origin tells who put the app on the device: "system", "store", "management", "other" for an installer that is
// listed as neither or is not listed, "none" where the source says that there was none, and "unknown" where it
// does not tell.
func (f *Facts) Origin() string {
	app := f.App
	if app.System || app.UpdatedSystem {
		return "system"
	}
	if app.Installer == "" {
		if app.InstallerKnown {
			return "none"
		}
		return "unknown"
	}
	if i := f.a.db.Installer(app.Installer); i != nil && (i.Kind == Store || i.Kind == Management) {
		return string(i.Kind)
	}
	return "other"
}

// NameOnly reports whether the product was recognised by its name alone.
func (f *Facts) NameOnly() bool { return f.f.byNameOnly }

// about makes the facts of one app for the conditions of rules.
func (a *assessor) about(f *facts) *Facts {
	return &Facts{App: f.app, Binary: f.base, Device: a.device(f.app.Device), Product: f.product, Vendor: f.vendor, a: a, f: f}
}

func (a *assessor) device(id string) *inventory.Device {
	if a.devices == nil {
		a.devices = make(map[string]*inventory.Device, len(a.inv.Devices))
		for i := range a.inv.Devices {
			a.devices[a.inv.Devices[i].ID] = &a.inv.Devices[i]
		}
	}
	return a.devices[id]
}
