package riskdb

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"quaestor/scanners/inventory"
)

// SupportState is how the support of a release stands on a day.
type SupportState string

// The states, worst first.
const (
	SupportEnded    SupportState = "ended"
	SupportExtended SupportState = "extended" // over for everybody but those with extended updates
	SupportEnding   SupportState = "ending"   // within endingDays
	SupportRunning  SupportState = "running"
	SupportUnknown  SupportState = "unknown" // later than the data tells
)

var supportStates = []SupportState{SupportEnded, SupportExtended, SupportEnding, SupportRunning, SupportUnknown}

// endingDays is how long before its end support is called ending.
const endingDays = 90

// Lifecycle is what the database knows of the support of a device's system, or of its model.
type Lifecycle struct {
	Product *OSProduct
	// Releases are those that fit what the device says. Windows editions share a build and differ in support,
	// so that there may be several; none fits a version that is not recorded.
	Releases []*OSRelease
	// State is the best one among the releases: nothing is said to be over that one edition still has.
	State SupportState
	Mixed bool // the releases differ in it
}

// Release is the one that the state is of; nil when no release fits.
func (l *Lifecycle) Release(asOf Date) *OSRelease {
	for _, r := range l.Releases {
		if r.state(l.Product, asOf) == l.State {
			return r
		}
	}
	return nil
}

// OSProducts lists the systems and lines of models whose support is recorded.
func (db *DB) OSProducts() []OSProduct {
	return db.watched.systems.get(db.later, "OSProducts", db.Tables.OSProducts)
}

// Lifecycle finds the records on a device's system and model, as of one day: those that the device names
// itself. It guesses nothing from a model number or a code name. A system that is recorded in a version that
// is not is returned without releases.
func (db *DB) Lifecycle(d *inventory.Device, asOf Date) []Lifecycle {
	var out []Lifecycle
	if d.Platform == inventory.IOS {
		d = appleSystem(d)
	}
	products := db.OSProducts()
	for i := range products {
		p := &products[i]
		if p.Platform != d.Platform || !p.names(d) {
			continue
		}
		l := Lifecycle{Product: p, State: SupportUnknown}
		for j := range p.Releases {
			if p.fits(&p.Releases[j], d) {
				l.Releases = append(l.Releases, &p.Releases[j])
			}
		}
		l.Releases = p.nearest(l.Releases, d)
		if len(l.Releases) == 0 && p.Scope == ModelScope {
			continue
		}
		l.weigh(asOf)
		out = append(out, l)
	}
	return out
}

func (l *Lifecycle) weigh(asOf Date) {
	for i, r := range l.Releases {
		s := r.state(l.Product, asOf)
		l.Mixed = l.Mixed || i > 0 && s != l.State
		if i == 0 || slices.Index(supportStates, s) > slices.Index(supportStates, l.State) {
			l.State = s
		}
	}
}

// mobileNames are what tools call the system of iPhones and iPads, some with one name for both.
var mobileNames = map[string]bool{"ios": true, "ipados": true, "ios-ipados": true, "ios/ipados": true, "iphone os": true}

// appleSystem is an iPhone or iPad with the name under which its system is recorded: tools call that of an iPad iOS, and write the version
// beside the name. Before version 13, it was iOS.
func appleSystem(d *inventory.Device) *inventory.Device {
	own := *d
	name := searchFold(own.OSName)
	if at := strings.LastIndexByte(name, ' '); at >= 0 && name[at+1] >= '0' && name[at+1] <= '9' && mobileNames[name[:at]] {
		if own.OSVersion == "" {
			own.OSVersion = name[at+1:]
		}
		name = name[:at]
	}
	model := searchFold(own.Model)
	if !mobileNames[name] && (name != "" || !strings.HasPrefix(model, "iphone") && !strings.HasPrefix(model, "ipad")) {
		return d
	}
	own.OSName = "iOS"
	if name == "ipados" || strings.HasPrefix(model, "ipad") {
		own.OSName = "iPadOS"
	}
	major, _, _ := strings.Cut(own.OSVersion, ".")
	if n, err := strconv.Atoi(major); err == nil && n < 13 {
		own.OSName = "iOS"
	}
	return &own
}

// names reports whether the device says that it is, or was made by, one of the product's names.
func (p *OSProduct) names(d *inventory.Device) bool {
	if p.Scope == ModelScope {
		return slices.ContainsFunc(p.Names, func(n string) bool { return searchFold(n) == searchFold(d.Manufacturer) })
	}
	best := ""
	name := searchFold(d.OSName)
	for _, n := range p.Names {
		n = searchFold(n)
		// "Windows 11 Pro" is Windows; "Ubuntu Touch" is not known to be Ubuntu.
		if name == n || d.Platform == inventory.Windows && strings.HasPrefix(name, n+" ") {
			best = n
		}
	}
	server := d.Platform == inventory.Windows && strings.Contains(name, "server")
	return best != "" && server == (p.Platform == inventory.Windows && strings.Contains(searchFold(p.Name), "server"))
}

func (p *OSProduct) fits(r *OSRelease, d *inventory.Device) bool {
	switch {
	case p.Scope == ModelScope:
		model := searchFold(d.Model)
		label := searchFold(firstOf(r.Label, r.Cycle))
		return model != "" && (model == label || searchFold(d.Manufacturer)+" "+model == label)
	case d.Platform == inventory.Android && d.SDK > 0:
		return r.Level <= d.SDK && d.SDK <= max(r.Level, r.LevelTo)
	case d.Platform == inventory.Windows:
		return r.Latest != "" && under(d.OSVersion, r.Latest)
	}
	return under(d.OSVersion, r.Cycle)
}

// under reports whether version is that of the cycle or one within it: 12.5 is within 12, 12.10 not within 12.1.
func under(version, cycle string) bool {
	rest, ok := strings.CutPrefix(version, cycle)
	return ok && (rest == "" || rest[0] == '.')
}

// nearest keeps the releases with the longest cycle that fits (10.15 before 10), or of the Windows edition
// that the device names.
func (p *OSProduct) nearest(found []*OSRelease, d *inventory.Device) []*OSRelease {
	if p.Scope == ModelScope || len(found) < 2 {
		return found
	}
	if d.Platform == inventory.Windows {
		return ofEdition(found, searchFold(d.OSName))
	}
	longest := 0
	for _, r := range found {
		longest = max(longest, len(r.Cycle))
	}
	return slices.DeleteFunc(found, func(r *OSRelease) bool { return len(r.Cycle) < longest })
}

// ofEdition leaves out what the named edition cannot be: Home and Pro have the shorter support. An edition
// that is not named leaves all.
func ofEdition(found []*OSRelease, name string) []*OSRelease {
	long := func(r *OSRelease) bool { return strings.HasSuffix(r.Cycle, "-lts") }
	var drop func(r *OSRelease) bool
	switch {
	case strings.Contains(name, "ltsc") || strings.Contains(name, "ltsb"):
		drop = func(r *OSRelease) bool { return !long(r) }
	case strings.Contains(name, "iot"):
		return found
	case strings.Contains(name, "enterprise") || strings.Contains(name, "education"):
		drop = func(r *OSRelease) bool { return strings.HasSuffix(r.Cycle, "-w") }
	case strings.HasSuffix(name, " pro") || strings.HasSuffix(name, " home"):
		drop = func(r *OSRelease) bool { return long(r) || strings.HasSuffix(r.Cycle, "-e") }
	default:
		return found
	}
	if kept := slices.DeleteFunc(slices.Clone(found), drop); len(kept) > 0 {
		return kept
	}
	return found
}

// state says how the support of the release stands on a day.
func (r *OSRelease) state(p *OSProduct, asOf Date) SupportState {
	switch {
	case r.Security == SecurityEnded && asOf.First() < p.AsOf.First():
		return SupportUnknown // it had ended on the day of the data, and nobody wrote down since when
	case r.Security == SecuritySupported && daysBetween(p.AsOf, asOf) > endingDays+freshDays:
		return SupportUnknown
	case r.Security == SecuritySupported:
		return SupportRunning
	case r.Security != SecurityEnded && r.SecurityEnds == "":
		return SupportUnknown
	case r.Security != SecurityEnded && r.SecurityEnds.Last() >= asOf.First():
		if daysBetween(asOf, r.SecurityEnds) <= endingDays {
			return SupportEnding
		}
		return SupportRunning
	case r.ExtendedEnds != "" && r.ExtendedEnds.Last() >= asOf.First():
		return SupportExtended
	}
	return SupportEnded
}

// daysBetween counts the days from one date to another; it is far when either is no day.
func daysBetween(from, to Date) int {
	const far = 1 << 20
	a, errA := time.Parse(time.DateOnly, string(from.First()))
	b, errB := time.Parse(time.DateOnly, string(to.Last()))
	if errA != nil || errB != nil {
		return far
	}
	return int(b.Sub(a).Hours() / 24)
}

// name is what to call the release: "Android 12", "Galaxy S21".
func (r *OSRelease) name(p *OSProduct) string {
	n := firstOf(r.Label, r.Cycle)
	named := func(name string) bool { return strings.HasPrefix(searchFold(n), searchFold(name)+" ") }
	if p.Scope == ModelScope || slices.ContainsFunc(p.Names, named) {
		return n
	}
	return strings.TrimSuffix(p.Name, " OS") + " " + n
}
