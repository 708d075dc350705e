package riskdb

import (
	"slices"
	"strings"
	"sync"

	"quaestor/scanners/inventory"
)

// quietApps are apps about which there is nothing to find, by what lists of managed devices tell of an app: most apps of a
// fleet are so, and are on thousands of its devices. It is bounded, and what it holds is never another result than judging
// again would give.
type quietApps struct {
	lock   sync.RWMutex
	memory map[quietKey]*quietApp
}

// maxQuiet is how many apps are remembered; the first ones seen are the common ones.
const maxQuiet = 1 << 15

// quietSigners is how many certificates a remembered app may have.
const quietSigners = 2

// quietKey is everything of an app that a rule reads, for apps of which nothing else is told; see quietKeyOf.
type quietKey struct {
	platform                         inventory.Platform
	kind                             inventory.IdentifierKind
	identifier, name, publisher      string
	installer, originator            string
	source, distribution, flag, team string
	system, updated, gone, asked     bool
	tells, onDevice, debuggable      bool
	signers                          [quietSigners]quietSigner
}

type quietSigner struct {
	sha256, sha1, subject, scheme string
	verified, lineage             bool
}

// quietApp is what judging such an app gave.
type quietApp struct {
	known         facts // how it was recognised, without what is of the device
	unknownOrigin int
	unread        int
}

// quietKeyOf is the key of an app, and whether everything that rules read of it is in there. What they do not read of an app
// without findings is left out: its ID and device, versions and times, paths and digests of files that were not looked into.
func (a *assessor) quietKeyOf(app *inventory.App) (k quietKey, plain bool) {
	if app.Apex || app.Presence != inventory.PresenceInstalled || app.Concluded != "" || app.TargetSDK != 0 || len(app.Signers) > quietSigners || len(app.Flags) > 1 ||
		len(app.Users)+len(app.Permissions)+len(app.Traces)+len(app.Extensions)+len(app.Accesses)+len(app.Connections)+len(app.Installs) > 0 || app.Traffic != nil {
		return k, false
	}
	if len(a.access) > 0 && len(a.access[app.ID]) > 0 {
		return k, false
	}
	if a.listed.about(app) {
		return k, false
	}
	for _, sha := range app.Binaries {
		if a.binaries[sha] != nil {
			return k, false
		}
	}
	k = quietKey{platform: app.Platform, kind: app.IdentifierKind, identifier: app.Identifier, name: app.Name, publisher: app.Publisher,
		installer: app.Installer, originator: app.Originator, source: app.PackageSource, distribution: app.Distribution, team: app.Team,
		system: app.System, updated: app.UpdatedSystem, gone: app.NotInstalled, asked: app.InstallerKnown,
		tells: tellsSystem(app), onDevice: app.Device != "", debuggable: app.Debuggable}
	if len(app.Flags) > 0 {
		k.flag = app.Flags[0]
	}
	for i := range app.Signers {
		s := &app.Signers[i]
		k.signers[i] = quietSigner{s.SHA256, s.SHA1, s.Subject, s.Scheme, s.Verified, s.Lineage}
	}
	return k, true
}

// clone is a key that holds on to nothing of the export that it was read from.
func (k quietKey) clone() quietKey {
	for _, s := range []*string{&k.identifier, &k.name, &k.publisher, &k.installer, &k.originator, &k.source, &k.distribution, &k.flag, &k.team} {
		*s = strings.Clone(*s)
	}
	for i := range k.signers {
		s := &k.signers[i]
		s.sha256, s.sha1, s.subject, s.scheme = strings.Clone(s.sha256), strings.Clone(s.sha1), strings.Clone(s.subject), strings.Clone(s.scheme)
	}
	return k
}

// of finds what is known of the apps of an inventory, in their order; nil for those that are to be judged.
func (q *quietApps) of(a *assessor) []*quietApp {
	apps := a.inv.Apps
	out := make([]*quietApp, len(apps))
	q.lock.RLock()
	defer q.lock.RUnlock()
	if len(q.memory) == 0 {
		return out
	}
	for i := range apps {
		if k, plain := a.quietKeyOf(&apps[i]); plain {
			out[i] = q.memory[k]
		}
	}
	return out
}

// keep remembers what one judgement found to be quiet.
func (q *quietApps) keep(fresh map[quietKey]*quietApp) {
	if len(fresh) == 0 {
		return
	}
	q.lock.Lock()
	defer q.lock.Unlock()
	for k, app := range fresh {
		if len(q.memory) >= maxQuiet {
			return
		}
		if q.memory[k] == nil {
			q.memory[k.clone()] = app
		}
	}
}

// so is how far a judgement is.
type so struct{ findings, gaps, guards, unknownOrigin, unread int }

func (a *assessor) so() so {
	return so{len(a.out.Findings), len(a.out.Gaps), len(a.guards), a.unknownOrigin, a.gatherer.unread}
}

// hush remembers an app about which the rules found nothing since. What the organisation's own rules make of it is asked
// each time.
func (a *assessor) hush(f *facts, was so) {
	now := a.so()
	quiet := now.findings == was.findings && now.gaps == was.gaps && now.guards == was.guards
	if !quiet || a.forgets || len(a.fresh) >= maxQuiet || f.product != nil && len(a.db.disputed) > 0 {
		return
	}
	k, plain := a.quietKeyOf(f.app)
	if !plain {
		return
	}
	q := &quietApp{known: *f, unknownOrigin: now.unknownOrigin - was.unknownOrigin, unread: now.unread - was.unread}
	q.known.app, q.known.permissions, q.known.signers = nil, nil, nil
	q.known.identity = slices.Clone(f.identity)
	for i := range q.known.identity {
		q.known.identity[i].Origin = inventory.Origin{}
	}
	if a.fresh == nil {
		a.fresh = map[quietKey]*quietApp{}
	}
	a.fresh[k] = q
}

// again judges an app of which it is known that the rules find nothing.
func (a *assessor) again(app *inventory.App, q *quietApp) {
	if q.known.product != nil && !q.known.byNameOnly {
		a.out.Products[app.ID] = q.known.product
	}
	a.unknownOrigin += q.unknownOrigin
	if q.unread > 0 {
		a.gatherer.pass(app.Device)
	}
	if len(a.policies.rules)+len(a.policies.allow) == 0 {
		return
	}
	f := q.known
	g := a.gather(app)
	f.app, f.permissions, f.signers, f.testKeys = app, g.permissions, g.signers, g.testKeys
	f.identity = slices.Clone(f.identity)
	for i := range f.identity {
		f.identity[i].Origin = origin(app)
	}
	a.ofPacks(&f)
}
