package riskdb

import (
	"cmp"
	"slices"

	"quaestor/scanners/inventory"
)

// CodeReach is what the code of each vendor can reach on one device, over all apps that carry it.
type CodeReach struct {
	Device  string // Device.ID; empty for files that are on no device
	Read    int    // apps whose files were read
	Unread  int    // apps whose files were not, so that nobody knows whose code they carry
	Vendors []VendorCode
}

// VendorCode is the code of one vendor in the apps of a device. Code that may not be there (low confidence), and
// libraries that call nobody, are left out.
type VendorCode struct {
	Vendor    string // Vendor.ID; empty where the vendor is no record
	Name      string
	State     string     // Jurisdiction.Code of the state whose law reaches the vendor, as recorded; empty where none is
	Certainty Confidence // of that state
	Verified  bool       // a source for that state was verified
	Priority  bool       // the state is one that the texts behind the database name
	Apps      []string   // App.ID
	Own       int        // of them, apps of the vendor's own group
	SDKs      []string   // SDK.ID
	Reach     []CodeAccess
}

// CodeAccess is one kind of thing that the apps with a vendor's code open.
type CodeAccess struct {
	Category string
	Weight   int
	Granted  int // apps that hold the access
	Asked    int // apps that ask for it, those that hold it among them
	Unknown  int // of those that ask, apps of which the source does not tell whether they hold it
}

// gatherer collects what [CodeReach] tells, app by app.
type gatherer struct {
	devices map[string]*gathered
	order   []string
	unread  int // of all devices
	id      string
	last    *gathered // the one of id, which mostly is asked for again
}

// gathered is one device.
type gathered struct {
	read, unread int
	vendors      map[string]*VendorCode
	access       map[string]map[string]*CodeAccess // by vendor and category
}

func (g *gatherer) device(id string) *gathered {
	if g.last != nil && g.id == id {
		return g.last
	}
	d := g.devices[id]
	if d == nil {
		if g.devices == nil {
			g.devices = map[string]*gathered{}
		}
		d = &gathered{}
		g.devices[id] = d
		g.order = append(g.order, id)
	}
	g.id, g.last = id, d
	return d
}

// pass counts an app of a device whose files were not read.
func (g *gatherer) pass(device string) {
	g.device(device).unread++
	g.unread++
}

// gatherCode notes what the code inside an app can reach through it.
func (a *assessor) gatherCode(f *facts, owners []*codeOwner, of map[string][]SDKMatch) {
	if f.app.NotInstalled || f.app.IdentifierKind == FileKind || f.standing != nil {
		return
	}
	if !slices.ContainsFunc(f.files(), looked) {
		a.gatherer.pass(f.app.Device)
		return
	}
	d := a.gatherer.device(f.app.Device)
	if d.read++; d.vendors == nil {
		d.vendors, d.access = map[string]*VendorCode{}, map[string]map[string]*CodeAccess{}
	}
	for _, o := range owners {
		sure := slices.DeleteFunc(slices.Clone(of[o.key]), func(m SDKMatch) bool { return m.Confidence == ConfidenceLow })
		if len(sure) == 0 {
			continue
		}
		v := d.vendors[o.key]
		if v == nil {
			v = &VendorCode{Name: o.name, Certainty: o.basis.Allows(), Verified: o.basis.Verified, Priority: o.priority}
			if o.vendor != nil {
				v.Vendor = o.vendor.ID
			}
			if o.state != nil {
				v.State = o.state.Code
			}
			d.vendors[o.key], d.access[o.key] = v, map[string]*CodeAccess{}
		}
		v.Apps = append(v.Apps, f.app.ID)
		if a.ownCode(f, o) {
			v.Own++
		}
		v.SDKs = append(v.SDKs, sdkIDs(sure)...)
		addAccess(d.access[o.key], append(a.held(f), a.reachOf(f.permissions)...))
	}
}

func addAccess(into map[string]*CodeAccess, reach []Reach) {
	counted := map[string]bool{}
	for _, r := range reach {
		x := into[r.Category]
		if x == nil {
			x = &CodeAccess{Category: r.Category}
			into[r.Category] = x
		}
		x.Weight = max(x.Weight, r.Weight)
		if counted[r.Category] { // a service and a permission may open the same
			continue
		}
		counted[r.Category] = true
		x.Asked++
		switch r.Granted {
		case "yes":
			x.Granted++
		case "unknown":
			x.Unknown++
		}
	}
}

// codeReach is what was gathered: the vendors first whose state the texts name, those before all whose state was verified,
// then those in most apps.
func (a *assessor) codeReach() []CodeReach {
	var out []CodeReach
	for _, id := range a.gatherer.order {
		d := a.gatherer.devices[id]
		if d.read == 0 {
			continue
		}
		r := CodeReach{Device: id, Read: d.read, Unread: d.unread}
		for key, v := range d.vendors {
			slices.Sort(v.SDKs)
			v.SDKs = slices.Compact(v.SDKs)
			slices.Sort(v.Apps)
			for _, x := range d.access[key] {
				v.Reach = append(v.Reach, *x)
			}
			slices.SortFunc(v.Reach, func(x, y CodeAccess) int {
				return cmp.Or(cmp.Compare(y.Weight, x.Weight), cmp.Compare(x.Category, y.Category))
			})
			r.Vendors = append(r.Vendors, *v)
		}
		slices.SortFunc(r.Vendors, func(x, y VendorCode) int {
			return cmp.Or(compareBool(y.Priority && y.Verified, x.Priority && x.Verified), compareBool(y.Priority, x.Priority), cmp.Compare(len(y.Apps), len(x.Apps)), cmp.Compare(x.Name, y.Name), cmp.Compare(x.Vendor, y.Vendor))
		})
		out = append(out, r)
	}
	slices.SortFunc(out, func(x, y CodeReach) int { return cmp.Compare(x.Device, y.Device) })
	return out
}

func compareBool(x, y bool) int {
	switch {
	case x == y:
		return 0
	case x:
		return 1
	}
	return -1
}

// maxShare is the share of renamed classes, in percent, from which an app's code counts as hard to recognise.
const maxShare = 25

// renamedGap says how blind the look at code is: where an obfuscator replaced the names of classes, whose they are is
// not seen by name.
func (a *assessor) renamedGap() {
	g := inventory.Gap{Scanner: "riskdb/" + RuleSDK, Subject: "renamed code", Kind: inventory.GapBlind,
		Next: "Whose code an app carries is seen there by its components, libraries and hosts alone; ask the publisher for the list of its components."}
	worst := 0
	for i := range a.inv.Apps {
		b := a.binaries[firstOf(a.inv.Apps[i].Binaries...)]
		if b == nil || b.Code == nil || b.Code.Classes == 0 || 100*b.Code.Renamed < maxShare*b.Code.Classes {
			continue
		}
		share := 100 * b.Code.Renamed / b.Code.Classes
		worst = max(worst, share)
		g.Count++
		if len(g.Samples) < 3 {
			g.Samples = append(g.Samples, firstOf(a.inv.Apps[i].Identifier)+": "+percentOf(share))
		}
	}
	switch {
	case g.Count == 0:
		return
	case g.Count == 1:
		g.Detail = percentOf(worst) + " of the classes of the app have names that an obfuscator replaced: SDKs among them are not seen by name."
	default:
		g.Detail = "A quarter or more of the classes of so many apps, and up to " + percentOf(worst) + ", have names that an obfuscator replaced: SDKs among them are not seen by name."
	}
	a.out.Gaps = append(a.out.Gaps, g)
}
