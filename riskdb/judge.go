package riskdb

import (
	"errors"
	"slices"
	"sync"

	"quaestor/riskdb/resolve"
	"quaestor/scanners/inventory"
)

// Judge judges one inventory after the other with the same knowledge, policies and day. What it works out about a product or an
// app serves for the next device that has it; no judgement differs by what was judged before. It is safe for several
// goroutines at once.
type Judge struct {
	db         *DB
	policies   Policies
	asOf       Date
	bans       []*Ban               // of the policies, standing on the day
	named      map[string][]Measure // by identifier kind and value, of targets that are no product here
	quiet      quietApps
	exceptions usedExceptions
	learned    lessons
	adviser    Adviser // nil where nobody knows of vulnerabilities
}

// NewJudge prepares to judge with the knowledge in db and the measures of the chosen policies, as of one day.
func NewJudge(db *DB, policies Policies, asOf Date) *Judge {
	j := &Judge{db: db, policies: policies, asOf: asOf}
	j.bans, j.named = policies.standing(db, asOf)
	j.quiet.memory = map[quietKey]*quietApp{}
	return j
}

// Until has a check asked as [Policies.Until] does, from now on. It is for between judgements.
func (j *Judge) Until(stop func() error) { j.policies = j.policies.Until(stop) }

// Assess judges the facts in an inventory, of one device or of many, as [Assess] does. Nothing in it is changed.
func (j *Judge) Assess(inv *inventory.Inventory) *Assessment {
	return j.assess(inv, false, func(a *assessor, uses []exceptionUse) {
		a.ofRun()
		a.exceptions(uses)
	})
}

// Device judges one device of many. What belongs to none of them is left for [Judge.Rest]: measures that no program can apply,
// the age of the knowledge, and exceptions that are over or were not needed.
func (j *Judge) Device(inv *inventory.Inventory) *Assessment {
	return j.assess(inv, false, func(a *assessor, uses []exceptionUse) { j.exceptions.add(uses, a.interrupted != nil) })
}

// Rest judges what belongs to no device, after the devices, and tells what is said once of all of them.
func (j *Judge) Rest(inv *inventory.Inventory) *Assessment {
	return j.assess(inv, true, func(a *assessor, uses []exceptionUse) {
		a.ofRun()
		uses, interrupted := j.exceptions.add(uses, a.interrupted != nil)
		if interrupted && a.interrupted == nil {
			a.interrupted = errInterrupted
		}
		a.exceptions(uses)
	})
}

// errInterrupted stands for the reason why the judgement of a device was not finished.
var errInterrupted = errors.New("interrupted")

// assess judges an inventory. Last is what is done with it at the end; one that forgets is the last one, so that nothing has to
// be remembered of its apps.
func (j *Judge) assess(inv *inventory.Inventory, forgets bool, last func(*assessor, []exceptionUse)) *Assessment {
	known := j.learned.take()
	defer j.learned.put(known)
	a := j.assessor(inv, known)
	a.forgets = forgets
	judged := 0
	for ; judged < len(inv.Apps) && !a.stopped(); judged++ {
		a.app(judged)
	}
	a.files()
	a.listedOnDevices()
	a.protective()
	a.support()
	a.trust()
	a.vulnerable()
	a.out.CodeReach = a.codeReach()
	a.judgeGaps()
	a.renamedGap()
	a.ruleGaps()
	a.interruptedGap(judged)
	last(a, a.except())
	slices.SortStableFunc(a.out.Findings, compareFindings)
	j.quiet.keep(a.fresh)
	return a.out
}

// ofRun says what holds for everything that is judged with the same knowledge on the same day.
func (a *assessor) ofRun() {
	a.criteriaGaps()
	a.ageGap()
}

// usedExceptions is how the exceptions were used on all devices so far.
type usedExceptions struct {
	lock        sync.Mutex
	uses        []exceptionUse
	interrupted bool
}

func (u *usedExceptions) add(uses []exceptionUse, interrupted bool) ([]exceptionUse, bool) {
	u.lock.Lock()
	defer u.lock.Unlock()
	u.interrupted = u.interrupted || interrupted
	if u.uses == nil && uses != nil {
		u.uses = make([]exceptionUse, len(uses))
	}
	for i := range uses {
		u.uses[i].add(uses[i])
	}
	return u.uses, u.interrupted
}

// assessor begins the judgement of one inventory.
func (j *Judge) assessor(inv *inventory.Inventory, known *learned) *assessor {
	a := &assessor{db: j.db, asOf: j.asOf, inv: inv, policies: j.policies, adviser: j.adviser, bans: j.bans, named: j.named, learned: known,
		out: &Assessment{AsOf: j.asOf, Policies: j.policies.list, Sources: j.policies.sources, Products: map[string]*Product{}, Code: map[string][]SDKMatch{}, Trackers: map[string][]TrackerMatch{}}}
	if len(inv.Binaries) > 0 {
		a.binaries = make(map[string]*inventory.Binary, len(inv.Binaries))
	}
	for i := range inv.Binaries {
		a.binaries[inv.Binaries[i].SHA256] = &inv.Binaries[i]
	}
	for i := range inv.SecurityProducts {
		if sp := &inv.SecurityProducts[i]; sp.App != "" && len(sp.Privileges) > 0 {
			if a.access == nil {
				a.access = map[string][]*inventory.SecurityProduct{}
			}
			a.access[sp.App] = append(a.access[sp.App], sp)
		}
	}
	a.listed = a.db.listedMarks(inv)
	a.quiet = j.quiet.of(a)
	return a
}

// learned is what the judgements of one goroutine work out about products, companies and systems. It follows from the
// knowledge, the policies and the day alone.
type learned struct {
	measured   map[string][]Measure  // by product
	reached    map[string]*reachable // by product
	codeOwners map[string]*codeOwner // by vendor of the code inside apps
	names      *resolve.Session      // begun with the first app that has nothing better
	labels     map[labelOf]bool      // whether a label names something else than the product
	systems    map[systemOf][]Lifecycle
}

func newLearned() *learned {
	return &learned{measured: map[string][]Measure{}, reached: map[string]*reachable{}, codeOwners: map[string]*codeOwner{}, labels: map[labelOf]bool{}, systems: map[systemOf][]Lifecycle{}}
}

// lessons are what those have learned who judge nothing at the moment: as many as ever judged at once.
type lessons struct {
	lock sync.Mutex
	free []*learned
}

func (l *lessons) take() *learned {
	l.lock.Lock()
	defer l.lock.Unlock()
	n := len(l.free) - 1
	if n < 0 {
		return newLearned()
	}
	known := l.free[n]
	l.free = l.free[:n]
	return known
}

func (l *lessons) put(known *learned) {
	known.bound()
	l.lock.Lock()
	defer l.lock.Unlock()
	l.free = append(l.free, known)
}

// maxLearned is how many entries are kept of what foreign texts are asked about: without a limit a fleet could fill the memory.
const maxLearned = 10_000

// bound forgets what would grow without end. Products and vendors are as many as the database has.
func (l *learned) bound() {
	if len(l.labels) > maxLearned {
		l.labels = map[labelOf]bool{}
	}
	if len(l.systems) > maxLearned {
		l.systems = map[systemOf][]Lifecycle{}
	}
	if l.names != nil && l.names.Known() > maxLearned {
		l.names = nil
	}
}

// systemOf is everything of a device that [DB.Lifecycle] reads.
type systemOf struct {
	platform                           inventory.Platform
	name, version, manufacturer, model string
	sdk                                int
}

// lifecycle is [DB.Lifecycle], once for all devices of a make and system.
func (a *assessor) lifecycle(d *inventory.Device) []Lifecycle {
	key := systemOf{d.Platform, d.OSName, d.OSVersion, d.Manufacturer, d.Model, d.SDK}
	found, ok := a.systems[key]
	if !ok {
		found = a.db.Lifecycle(d, a.asOf)
		a.systems[key] = found
	}
	return found
}

// labelOf is a label of an app that is taken for a product by its identifier.
type labelOf struct{ name, identifier, product string }
