// Package winfacts reads what the registry of Windows says of a computer: what is installed, which services and drivers
// start, what is registered as protection, whom it trusts and who manages it. The registry may come from hives, from an
// export or from the running system; the facts are the same.
//
// Of commands only the program is kept, never its arguments. Of an enrolment in a management service the host is kept, never the
// account.
//
// What the package cannot see: whether the files that the registry names are there and who signed them; programs that came without
// an installer; what Windows keeps outside of the registry (scheduled tasks, packaged apps' own databases, filters of the
// Windows Filtering Platform); what runs.
package winfacts

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"quaestor/scanners/internal/tally"
	"quaestor/scanners/internal/winreg"
	"quaestor/scanners/inventory"
)

// Limits, far above what a computer has.
const (
	maxKeys  = 20_000 // subkeys of one key that are read
	maxFacts = 20_000 // of one kind
	maxGaps  = 40     // about damaged or refused keys
)

// Collector says where facts go and whose they are.
type Collector struct {
	Scanner string // scanner ID
	Device  string // Device.ID
	Inv     *inventory.Inventory
	// Where says in which file a path of the registry was read; without it the path itself is the origin.
	Where func(path string) inventory.Origin
	// Running are the services and drivers that run, by their names in lower case; nil where nothing runs, as in a copy.
	Running map[string]bool

	ctx      context.Context
	reg      winreg.Registry
	env      environment
	users    []account
	seen     map[string]int // index of a fact by its ID
	unreadAt map[string]int // index of a gap by what it says
	dropped  int
}

// Collect adds all facts that a registry has to c.Inv. Parts of the registry that are not there, such as the hives of
// accounts, leave no gap: only whoever opened it knows what should be there.
func Collect(ctx context.Context, reg winreg.Registry, c *Collector) {
	c.ctx, c.reg, c.seen, c.unreadAt = ctx, reg, map[string]int{}, map[string]int{}
	c.env = readEnvironment(reg)
	c.users = c.accounts()
	c.unreadAccounts()
	for _, step := range []func(){
		c.uninstall, c.packages, c.services, c.networkFilters, c.securityCenter, c.defender, c.firewall, c.autostarts, c.logonHooks,
		c.credentialProviders, c.networkProviders, c.winsock, c.inputMethods, c.certificates, c.enrollments, c.browserPolicies,
	} {
		if ctx.Err() != nil {
			return
		}
		step()
	}
	if c.dropped > 0 {
		c.gap(inventory.GapLimit, "registry", "The registry names more programs than are recorded.", "Look at the computer by hand: this is far more than usual.").Count = c.dropped
	}
}

// origin says where a path was read.
func (c *Collector) origin(path string) []inventory.Origin {
	if c.Where == nil {
		return []inventory.Origin{{Scanner: c.Scanner, Path: inventory.Text(path)}}
	}
	o := c.Where(path)
	o.Scanner, o.Path = c.Scanner, inventory.Text(o.Path)
	return []inventory.Origin{o}
}

func (c *Collector) gap(kind inventory.GapKind, subject, detail, next string) *inventory.Gap {
	c.Inv.Gaps = append(c.Inv.Gaps, inventory.Gap{Scanner: c.Scanner, Device: c.Device, Subject: inventory.Text(subject), Kind: kind, Detail: inventory.Text(detail), Next: next})
	return &c.Inv.Gaps[len(c.Inv.Gaps)-1]
}

// unread tells that a key could not be read, or only in part. A key that is not there is none.
func (c *Collector) unread(path string, err error) {
	if err == nil || errors.Is(err, fs.ErrNotExist) {
		return
	}
	g := inventory.Gap{Kind: inventory.GapMalformed, Detail: inventory.Text(fmt.Sprintf("A part of the registry could not be read: %v.", firstLine(err))),
		Next: "Get a fresh copy of the hive, with the .LOG1 and .LOG2 files beside it."}
	if errors.Is(err, fs.ErrPermission) {
		g.Kind, g.Detail, g.Next = inventory.GapNotPermitted, "A key could not be read: the scan does not have the right.", "Run the scan as administrator to read it."
	}
	subject := c.origin(path)[0].Path
	at, known := c.unreadAt[g.Detail]
	if !known {
		if len(c.unreadAt) >= maxGaps {
			return
		}
		at = len(c.Inv.Gaps)
		c.unreadAt[g.Detail] = at
		c.gap(g.Kind, subject, g.Detail, g.Next)
	}
	t := tally.Tally{Count: c.Inv.Gaps[at].Count, Samples: c.Inv.Gaps[at].Samples}
	t.Add(subject)
	c.Inv.Gaps[at].Count, c.Inv.Gaps[at].Samples = t.Count, t.Samples
}

func firstLine(err error) string {
	line, _, _ := strings.Cut(err.Error(), "\n")
	return line
}

// entry is a key that was opened, with its values.
type entry struct {
	path   string
	name   string
	key    winreg.Key
	values []winreg.Value
}

// text is the text of a value, without the spaces around it.
func (e entry) text(name string) string {
	v, _ := winreg.Find(e.values, name)
	return strings.TrimSpace(v.Text())
}

func (e entry) list(name string) []string {
	v, _ := winreg.Find(e.values, name)
	return v.List()
}

func (e entry) number(name string) (uint64, bool) {
	v, _ := winreg.Find(e.values, name)
	return v.Number()
}

// is reports whether a value is a number, and that one.
func (e entry) is(name string, want uint64) bool {
	n, ok := e.number(name)
	return ok && n == want
}

// open reads a key with its values. One that is not there gives false.
func (c *Collector) open(path string) (entry, bool) {
	k, err := c.reg.Open(path)
	if err != nil {
		c.unread(path, err)
		return entry{}, false
	}
	return c.load(path, k), true
}

func (c *Collector) load(path string, k winreg.Key) entry {
	values, err := k.Values()
	c.unread(path, err)
	return entry{path: path, name: k.Name(), key: k, values: values}
}

// below opens a key below another.
func (c *Collector) below(e entry, name string) (entry, bool) {
	path := winreg.Join(e.path, name)
	k, err := e.key.Open(name)
	if err != nil {
		c.unread(path, err)
		return entry{}, false
	}
	return c.load(path, k), true
}

// read opens a key, hands it on with its values, and closes it.
func (c *Collector) read(path string, do func(e entry)) {
	if e, ok := c.open(path); ok {
		do(e)
		e.key.Close()
	}
}

// each opens every subkey of a key and hands it on with its values.
func (c *Collector) each(path string, do func(e entry)) {
	c.read(path, func(e entry) { c.eachOf(e, do) })
}

func (c *Collector) eachOf(e entry, do func(e entry)) {
	names, err := e.key.Subkeys()
	c.unread(e.path, err)
	if len(names) > maxKeys {
		c.gap(inventory.GapLimit, c.origin(e.path)[0].Path, fmt.Sprintf("A key has %d subkeys; the first %d were read.", len(names), maxKeys), "Look at the key by hand.").Count = len(names)
		names = names[:maxKeys]
	}
	for _, name := range names {
		if c.ctx.Err() != nil {
			return
		}
		if sub, ok := c.below(e, name); ok {
			do(sub)
			sub.key.Close()
		}
	}
}

// product records a security product or a mark of one, once. The identifier makes two facts of one kind and name two.
func (c *Collector) product(p inventory.SecurityProduct, path string) {
	p.Device = c.Device
	if p.ID == "" {
		p.ID = ProductID(p)
	}
	for _, s := range []*string{&p.Name, &p.Identifier, &p.Vendor, &p.Version, &p.Path, &p.Service} {
		*s = inventory.Text(*s)
	}
	if i, ok := c.seen[p.ID]; ok {
		have := &c.Inv.SecurityProducts[i]
		for _, word := range p.Privileges {
			if !slices.Contains(have.Privileges, word) {
				have.Privileges = append(have.Privileges, word)
			}
		}
		return
	}
	if len(c.Inv.SecurityProducts) >= maxFacts {
		c.dropped++
		return
	}
	p.Origins = c.origin(path)
	c.seen[p.ID] = len(c.Inv.SecurityProducts)
	c.Inv.SecurityProducts = append(c.Inv.SecurityProducts, p)
}

// ProductID is the identifier of a security product of Windows: scanners that read the same thing elsewhere, such as the
// state of a service of the running system, give it the same one, so that both become one fact. A service or driver is
// told by its name, what is registered by its GUID, anything else by where it is registered, its name and its path.
func ProductID(p inventory.SecurityProduct) string {
	fold := strings.ToLower
	switch {
	case p.Service != "":
		return inventory.FactID("security", p.Device, p.Kind, fold(p.Service))
	case strings.HasPrefix(p.Identifier, "{"):
		return inventory.FactID("security", p.Device, p.Kind, fold(p.Identifier), p.User)
	}
	return inventory.FactID("security", p.Device, p.Kind, fold(p.Identifier), fold(p.Name), fold(p.Path), p.User)
}

// skipped tells what was left out on purpose.
func (c *Collector) skipped(t tally.Tally, subject, detail, next string) {
	if t.Count == 0 {
		return
	}
	g := c.gap(inventory.GapSkipped, subject, detail, next)
	g.Count, g.Samples = t.Count, t.Samples
}
