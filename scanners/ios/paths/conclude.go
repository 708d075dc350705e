package paths

import (
	"slices"
	"strings"
)

// how an app's identifier was concluded.
type how int

// The ways, the surest first.
const (
	unknown   how = iota
	byInfo        // the app states it: a copy of its Info.plist is there
	byProgram     // the loader's cache in the container of one identifier is named after the program of one app
	byParts       // its extensions are named after the identifier of one container
	byApple       // a folder without a mark of the store or of a developer, and named as Apple names its own app
	byFolder      // its folder is named like the identifier of one container, and both are otherwise without a partner
)

const (
	maxCandidates = 16 // containers that the same program was loaded with
	maxLevels     = 8  // parts of an identifier that are cut off to find the app it belongs to
)

// conclusion is an app and what is known of its identity.
type conclusion struct {
	*bundle
	id   string
	how  how
	line int    // of the name that says so
	data *owner // nil when no container was found to be its own
}

// apples reports whether an app is one of Apple's own that comes with the system: its identifier is Apple's, and no
// mark says that it came from the store or a developer.
func (a *conclusion) apples() bool {
	return !a.store && !a.signed && strings.HasPrefix(a.id, "com.apple.")
}

// conclude finds the identifier of each app, and the containers that are left.
func (f *finder) conclude() (apps []conclusion, left []owner) {
	owners := f.owners()
	c := concluder{owners: owners, claimed: make([]bool, len(owners)), byProgram: map[string][]int{}, byID: map[string]int{}, users: map[string]int{}}
	for i, o := range owners {
		if _, again := c.byID[o.id]; again {
			c.claimed[i] = true // the system makes one container an app; nothing tells which is the right one
			continue
		}
		c.byID[o.id] = i
		for _, m := range o.programs() {
			if list := c.byProgram[m.text]; len(list) < maxCandidates {
				c.byProgram[m.text] = append(list, i)
			}
		}
	}
	for _, b := range f.bundleList {
		b.store = b.store || f.receipts[b.uuid]
		for _, p := range b.programs() {
			c.users[p]++
		}
	}
	apps = make([]conclusion, len(f.bundleList))
	for i, b := range f.bundleList {
		apps[i] = conclusion{bundle: b}
	}
	for i := range apps {
		if said := f.said(apps[i].bundle); said != "" {
			c.said(&apps[i], said)
		}
	}
	for _, try := range []func(*conclusion) bool{c.program, c.parts, c.apple} {
		for i := range apps {
			if apps[i].how == unknown {
				try(&apps[i])
			}
		}
	}
	c.fits(apps)
	for i, o := range owners {
		if !c.claimed[i] {
			left = append(left, o)
		}
	}
	return apps, left
}

// owners are the containers of data of which it is sure whose they are.
func (f *finder) owners() []owner {
	var list []owner
	for _, d := range f.dataList {
		if o, ok := d.owner(); ok {
			list = append(list, o)
		}
	}
	return list
}

// concluder matches apps with containers.
type concluder struct {
	owners    []owner
	claimed   []bool
	byProgram map[string][]int // owners by the name of a program
	byID      map[string]int   // the first owner with an identifier
	users     map[string]int   // number of apps whose program may have a name
}

// said takes an identifier that an app states itself, and the container of its data.
func (c *concluder) said(a *conclusion, id string) {
	if at, ok := c.byID[id]; ok && !c.claimed[at] {
		c.claim(a, at, byInfo, c.owners[at].line)
		return
	}
	a.id, a.how = id, byInfo
}

// claim gives a container to an app.
func (c *concluder) claim(a *conclusion, at int, h how, line int) {
	a.id, a.how, a.line, a.data = c.owners[at].id, h, line, &c.owners[at]
	c.claimed[at] = true
}

// program finds the container that the program of an app was loaded with. Many apps bear the name that a
// framework gives them ("Runner"): then the names inside have to tell which is which.
func (c *concluder) program(a *conclusion) bool {
	var candidates []int
	shared := false
	for _, p := range a.programs() {
		shared = shared || c.users[p] > 1
		for _, at := range c.byProgram[p] {
			if !c.claimed[at] && !slices.Contains(candidates, at) {
				candidates = append(candidates, at)
			}
		}
	}
	if shared || len(candidates) > 1 {
		candidates = c.hinted(a, candidates)
	}
	if len(candidates) != 1 {
		return false
	}
	at := candidates[0]
	c.claim(a, at, byProgram, c.owners[at].line)
	return true
}

// hinted keeps the candidates whose identifier a part of the app is named after.
func (c *concluder) hinted(a *conclusion, candidates []int) []int {
	var kept []int
	for _, at := range candidates {
		for _, p := range a.bundle.parts {
			if belongs(p.name, c.owners[at].id) {
				kept = append(kept, at)
				break
			}
		}
	}
	return kept
}

// parts finds the container whose identifier the app's extensions are named after.
func (c *concluder) parts(a *conclusion) bool {
	found := -1
	for _, p := range a.bundle.parts {
		at, ok := c.above(p.name)
		if !ok || c.claimed[at] || at == found {
			continue
		}
		if found >= 0 {
			return false
		}
		found = at
	}
	if found < 0 {
		return false
	}
	c.claim(a, found, byParts, c.owners[found].line)
	return true
}

// above finds the owner whose identifier the identifier of a part begins with.
func (c *concluder) above(part string) (at int, ok bool) {
	id := part
	for range maxLevels {
		dot := strings.LastIndexByte(id, '.')
		if dot < 0 {
			break
		}
		id = id[:dot]
		if at, ok = c.byID[id]; ok {
			return at, true
		}
	}
	return 0, false
}

// apple knows the folders of Apple's own apps, unless a mark says that the app came in another way.
func (c *concluder) apple(a *conclusion) bool {
	if a.store || a.signed {
		return false
	}
	id := appleApps[a.name()]
	if id == "" {
		return false
	}
	if at, ok := c.byID[id]; ok && !c.claimed[at] {
		c.claim(a, at, byApple, c.owners[at].line)
		return true
	}
	a.id, a.how, a.line = id, byApple, a.bundle.line
	return true
}
