package riskdb

import (
	"slices"
	"sync"

	"quaestor/riskdb/resolve"
	"quaestor/scanners/inventory"
)

// Judge judges one inventory after the other with the same knowledge, policies and day. What it works out about a product or an
// app serves for the next device that has it; no judgement differs by what was judged before. It is safe for several
// goroutines at once.
type Judge struct {
	db       *DB
	policies Policies
	asOf     Date
	bans     []*Ban               // of the policies, standing on the day
	named    map[string][]Measure // by identifier kind and value, of targets that are no product here
	quiet    quietApps
	forgets  bool      // remembers no app
	learned  sync.Pool // of *learned
}

// NewJudge prepares to judge with the knowledge in db and the measures of the chosen policies, as of one day.
func NewJudge(db *DB, policies Policies, asOf Date) *Judge {
	j := &Judge{db: db, policies: policies, asOf: asOf}
	j.bans, j.named = policies.standing(db, asOf)
	j.quiet.memory = map[quietKey]*quietApp{}
	j.learned.New = func() any { return newLearned() }
	return j
}

// Assess judges the facts in an inventory, of one device or of many. Nothing in it is changed.
func (j *Judge) Assess(inv *inventory.Inventory) *Assessment {
	known := j.learned.Get().(*learned)
	defer j.learned.Put(known)
	known.bound()
	a := j.assessor(inv, known)
	judged := 0
	for ; judged < len(inv.Apps) && !a.stopped(); judged++ {
		a.app(judged)
	}
	a.files()
	a.protective()
	a.support()
	a.trust()
	a.out.CodeReach = a.codeReach()
	a.judgeGaps()
	a.renamedGap()
	a.criteriaGaps()
	a.ruleGaps()
	a.interruptedGap(judged)
	a.ageGap()
	a.except()
	slices.SortStableFunc(a.out.Findings, compareFindings)
	j.quiet.keep(a.fresh)
	return a.out
}

// assessor begins the judgement of one inventory.
func (j *Judge) assessor(inv *inventory.Inventory, known *learned) *assessor {
	a := &assessor{db: j.db, asOf: j.asOf, inv: inv, policies: j.policies, bans: j.bans, named: j.named, learned: known,
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
	a.quiet, a.forgets = j.quiet.of(a), j.forgets
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

// systemOf is what a device says of its system and its make.
type systemOf struct {
	platform                                  inventory.Platform
	name, version, build, manufacturer, model string
	sdk                                       int
}

// lifecycle is [DB.Lifecycle], once for all devices of a make and system.
func (a *assessor) lifecycle(d *inventory.Device) []Lifecycle {
	key := systemOf{d.Platform, d.OSName, d.OSVersion, d.OSBuild, d.Manufacturer, d.Model, d.SDK}
	found, ok := a.systems[key]
	if !ok {
		found = a.db.Lifecycle(d, a.asOf)
		a.systems[key] = found
	}
	return found
}

// labelOf is a label of an app that is taken for a product by its identifier.
type labelOf struct{ name, identifier, product string }
