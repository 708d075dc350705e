package riskdb

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"quaestor/riskdb/resolve"
	"quaestor/scanners/inventory"
)

// Assessment is the judgement of one inventory.
type Assessment struct {
	AsOf     Date
	Policies []*Policy
	Findings []Finding           // sorted: worst first, then by device and app
	Products map[string]*Product // by App.ID, where an app was recognised by more than its name
	Gaps     []inventory.Gap     // what could not be judged
	Sources  map[string]*Source  // that the policies name and the database does not have
	// Code is whose code the apps carry, by App.ID; CodeReach what it can reach on each device.
	Code      map[string][]SDKMatch
	CodeReach []CodeReach
	// Trackers are the entries of the tracker list whose code the apps carry, by App.ID, besides the SDKs in Code. They are
	// facts, and no judgement uses them.
	Trackers map[string][]TrackerMatch
	// Security is the security software of every device, one entry for each product, sorted by device, kind and name.
	Security []SecuritySoftware
	// Unknown is, for each device that has any, what has the rights of the kernel or of the system and belongs to nothing that
	// is known, in the order of the devices.
	Unknown []UnknownPrivileged
	Checked int            // components that were looked up among advisories
	Advice  []AdviceSource // collections of advisories that were asked; nil where nobody was
}

// Assess judges the facts in inv with the knowledge in db, the measures of the chosen policies, as of one
// day. It is a pure function: no input or output, no clock, and nothing in its arguments is changed. The same
// arguments give the same assessment. For many inventories, one [Judge] is faster.
func Assess(db *DB, policies Policies, inv *inventory.Inventory, asOf Date) *Assessment {
	return NewJudge(db, policies, asOf).Rest(inv)
}

// assessor carries what the rules share while one inventory is judged.
type assessor struct {
	*learned
	db            *DB
	asOf          Date
	inv           *inventory.Inventory
	policies      Policies
	binaries      map[string]*inventory.Binary
	access        map[string][]*inventory.SecurityProduct // by app: special access that it holds
	bans          []*Ban                                  // of the policies, standing on the day
	named         map[string][]Measure                    // by identifier kind and value, of targets that are no product here
	guards        []*facts                                // security software among the apps of devices
	appsByID      map[string]*inventory.App
	folders       map[string]bool // of recognised apps, by device and path in small letters
	unknownOrigin int             // apps whose origin cannot be judged, because the source does not tell system apps apart
	seen          codeCache
	listed        *listedMarks // what lists of components declare; nil where nothing of it is a mark
	gatherer      gatherer
	inside        map[string][]unit // by the SHA-256 of the file that they lie in
	devices       map[string]*inventory.Device
	failures      map[string]*failure // by rule of a pack: what it was not applied to
	spent         spending
	interrupted   error
	quiet         []*quietApp            // in step with the apps: what is known of them already
	fresh         map[quietKey]*quietApp // what was found out of others
	forgets       bool
	adviser       Adviser
	out           *Assessment
}

// app applies every rule to the app of that place.
func (a *assessor) app(at int) {
	app := &a.inv.Apps[at]
	if app.Apex {
		return
	}
	if q := a.quiet[at]; q != nil {
		a.again(app, q)
		return
	}
	f, was := a.gather(app), a.so()
	a.identify(f)
	if f.product != nil && !f.byNameOnly {
		a.out.Products[app.ID] = f.product
	}
	a.signature(f)
	if a.guard(f) {
		a.guards = append(a.guards, f)
	}
	if !a.holds(f) {
		a.behind(f)
	}
	a.origin(f)
	a.oldTarget(f)
	a.lookalike(f)
	a.makerReach(f)
	a.indicators(f)
	a.code(f)
	a.hosts(f)
	a.contacted(f)
	a.distribution(f)
	a.carried(f)
	a.marks(f)
	a.hush(f, was)
	a.ofPacks(f)
	if !a.holds(f) {
		a.disputed(f)
	}
}

// ofPacks applies what the organisation itself has laid down.
func (a *assessor) ofPacks(f *facts) {
	a.packRules(f)
	a.allowed(f)
}

// behind judges who stands behind a product, and what authorities say of it.
func (a *assessor) behind(f *facts) {
	a.measures(f)
	a.jurisdiction(f)
	a.remoteAccess(f)
}

// facts is one app with everything that its device and its files tell about it.
type facts struct {
	app         *inventory.App
	base        *inventory.Binary // nil without the file
	permissions []inventory.Permission
	splits      []*inventory.Binary
	signers     []inventory.Signer // of the base
	testKeys    []*TestKey         // those of them that anybody can sign with

	product    *Product
	vendor     *Vendor
	identity   []Evidence // why it is that product
	byNameOnly bool
	// makerStated is true where, beside its name, the app's publisher or signer is that of the product.
	makerStated bool
	idle        bool           // security software whose services are all disabled
	unconfirmed bool           // one name of a service or program is all that shows it
	resolved    resolve.Result // what name, signer and publisher tell, where the identifier is not listed
	genuine     bool           // a verified signer of the genuine app
	stated      bool           // the source names a signer of the genuine app, without a check of the signature
	foreign     bool           // a signer, and none of the genuine app's
	mislabelled bool           // its own label names something else

	parts    []*facts  // what else of the product is installed on the device, judged with it
	shown    []string  // where no app shows it: what the system states of it that does, in words
	standing *standing // what traces of it prove; nil for an app that is listed as installed
}

func (a *assessor) gather(app *inventory.App) *facts {
	f := &facts{app: app, permissions: app.Permissions, standing: a.standingOf(app)}
	signers := slices.Clone(app.Signers)
	for i, sha := range app.Binaries {
		b := a.binaries[sha]
		switch {
		case b == nil:
		case i > 0: // a split vouches for itself alone
			f.splits = append(f.splits, b)
		default:
			f.base = b
			if len(f.permissions) == 0 {
				f.permissions = b.Permissions
			}
			signers = append(signers, b.Signers...)
		}
	}
	f.permissions = withClaims(heldByUsers(f.permissions, app.Users), app, f.base)
	// The same certificate read twice is one signer.
	type known struct {
		sha256, sha1, subject, scheme string
		verified, lineage             bool
	}
	var seen []known
	for _, s := range signers {
		s.SHA256 = strings.ToLower(s.SHA256)
		k := known{s.SHA256, s.SHA1, s.Subject, s.Scheme, s.Verified, s.Lineage}
		if slices.Contains(seen, k) {
			continue
		}
		seen = append(seen, k)
		if f.base != nil && (f.base.Signed == inventory.SignatureInvalid || f.base.Signed == inventory.SignatureUnsigned) {
			s.Verified = false // whatever the list of signers says
		}
		if key := a.db.TestKey(s.SHA256); key != nil {
			f.testKeys = append(f.testKeys, key)
		}
		f.signers = append(f.signers, s)
	}
	return f
}

// add records a finding and gives it its stable ID.
func (a *assessor) add(f *facts, fd Finding) {
	fd.Subject = Subject{App: f.app, Product: f.product, Vendor: f.vendor}
	a.db.disputes(&fd)
	if f.byNameOnly || fd.Rule == RuleNameOnly {
		fd.Confidence = ConfidenceLow
	}
	if f.byNameOnly && !f.makerStated && fd.PolicyRule == "" && fd.Severity.Rank() > bareName.Rank() {
		fd.Severity = bareName
	}
	if f.unconfirmed && fd.Severity.Rank() > loneMark.Rank() {
		fd.Severity = loneMark
	}
	if fd.Confidence == ConfidenceLow && slices.Index(Actions, fd.Action) < slices.Index(Actions, Review) {
		fd.Action = Review // nobody is told to act on what may be something else
	}
	a.policies.override(&fd)
	if f.standing != nil {
		f.standing.weaken(f, &fd)
	}
	if f.app.NotInstalled {
		fd.Severity, fd.Action = Info, Inform
		fd.Caveat = strings.TrimSpace("The device knows the app, but it is installed for no user; its data may remain. " + fd.Caveat)
	}
	product := ""
	if f.product != nil {
		product = f.product.ID
	}
	a.waysOff(f, &fd)
	fd.ID = inventory.FactID("finding", fd.Rule, f.app.ID, product)
	if fd.PolicyRule != "" {
		fd.ID = inventory.FactID("finding", fd.Rule, f.app.ID, product, fd.PolicyRule)
	}
	a.out.Findings = append(a.out.Findings, fd)
}

// bareName is the worst severity of what rests on a name and nothing else, not even a publisher that agrees. Names are
// free: whoever is accused by one can show an app of another maker that bears it, and a run should not fail on that alone.
const bareName = Medium

func compareFindings(x, y Finding) int {
	return cmp.Or(
		cmp.Compare(y.Severity.Rank(), x.Severity.Rank()),
		cmp.Compare(slices.Index(Actions, x.Action), slices.Index(Actions, y.Action)),
		cmp.Compare(y.rank, x.rank),
		cmp.Compare(slices.Index(Axes, x.Axis), slices.Index(Axes, y.Axis)),
		cmp.Compare(x.Subject.DeviceID(), y.Subject.DeviceID()),
		cmp.Compare(x.Subject.Identifier(), y.Subject.Identifier()),
		cmp.Compare(x.Rule, y.Rule),
		cmp.Compare(x.ID, y.ID),
	)
}

// freshDays is how long after its date the knowledge passes for current without a word.
const freshDays = 31

// ageGap says that measures after the date of the database are not known.
func (a *assessor) ageGap() {
	date, err := time.Parse(time.DateOnly, string(a.db.Version().Date.Last()))
	if err != nil || DateOf(date.AddDate(0, 0, freshDays)) >= a.asOf.First() {
		return
	}
	a.out.Gaps = append(a.out.Gaps, inventory.Gap{
		Scanner: "riskdb", Subject: "risk database", Kind: inventory.GapBlind,
		Detail: fmt.Sprintf("The risk database is of %s and the judgement as of %s: what authorities decided and companies sold in between is not known.", a.db.Version().Date, a.asOf),
		Next:   "Use a version of the program with a newer database.",
	})
}

// criteriaGaps names the binding measures that are rules by criteria, which people have to apply.
func (a *assessor) criteriaGaps() {
	for _, b := range a.bans {
		if b.Kind.Binding() && slices.ContainsFunc(b.Targets, func(t Target) bool { return t.Covers == CoversCriteria && len(t.Examples) > 0 }) {
			a.out.Gaps = append(a.out.Gaps, inventory.Gap{
				Scanner: "riskdb/" + RuleBan, Subject: b.ID, Kind: inventory.GapBlind,
				Detail: fmt.Sprintf("%s: %s is a rule by criteria, which no app was judged by.", b.Authority, firstOf(b.Instrument, b.ID)),
				Next:   "Read it with `quaestor explain " + b.ID + "` and apply it by hand.",
			})
		}
	}
}

// judgeGaps says what the judgement itself could not do.
func (a *assessor) judgeGaps() {
	if a.unknownOrigin > 0 {
		a.out.Gaps = append(a.out.Gaps, inventory.Gap{
			Scanner: "riskdb/" + RuleUnknownOrigin, Subject: "origin of apps without installer", Kind: inventory.GapBlind, Count: a.unknownOrigin,
			Detail: "The source does not tell preinstalled apps from sideloaded ones, so that apps without an installer were not judged for their origin.",
			Next:   "Collect with `pm list packages -f -i` or a complete `dumpsys package`.",
		})
	}
}
