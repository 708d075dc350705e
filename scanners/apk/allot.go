package apk

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"quaestor/scanners/internal/apkfile"
	"quaestor/scanners/internal/dex"
	"quaestor/scanners/internal/libversion"
	"quaestor/scanners/inventory"
)

// How much of a file is unpacked does not depend on what was unpacked first: it is decided by what the entries claim,
// before any is read.

const (
	slackBytes  = 128 << 20 // that any file may unpack to,
	ratioMany   = 64        // and besides so many times its size,
	ratioBytes  = 512 << 20 // up to this,
	ratioFew    = 4         // or so many times the size of a large one
	maxRefused  = 100       // code files that are listed without having been read
	gapSamples  = 3
	unreadClaim = "not read: the file claims to unpack to more than is unpacked of one of its size"
)

// allowance is what a file of a size may unpack to, with all that is nested in it.
func allowance(size int64) int64 {
	size = min(max(size, 0), 1<<40)
	return slackBytes + max(min(ratioMany*size, ratioBytes), ratioFew*size)
}

// allot decides which of the entries with a role are unpacked. Those of all apps are; of a file whose entries claim
// more than is left to it, code comes first, in the order in which Android loads it.
func (p *pass) allot() {
	wanted := p.wanted()
	slices.SortStableFunc(wanted, func(a, b claim) int { return cmp.Compare(a.rank, b.rank) })
	list := make([]*apkfile.Entry, len(wanted))
	for i := range wanted {
		list[i] = wanted[i].entry
	}
	p.grant(list)
	p.largeOf(list)
}

// claim is an entry that is to be unpacked, with its place in the order.
type claim struct {
	entry *apkfile.Entry
	rank  int
}

// wanted lists the entries with a role, but for those that are too large for it and have no other way to be read.
func (p *pass) wanted() (list []claim) {
	const native, text, large = 1 << 30, 1<<30 + 1, 1<<30 + 2
	for i := range p.f.Entries {
		e := &p.f.Entries[i]
		rank := text
		switch p.role(e) {
		case roleDex:
			if rank = dexNumber(p.layout.inside(e.Clean())); e.Size > maxDex {
				continue
			}
		case roleVersion:
			if e.Size > libversion.MaxFile {
				continue
			}
		case roleNative, roleText:
			if p.role(e) == roleNative {
				rank = native
			}
			if p.tooLarge(e) {
				rank = large
			}
		default:
			continue
		}
		list = append(list, claim{e, rank})
	}
	return list
}

// dexNumber is where in the order of loading a DEX file stands.
func dexNumber(name string) int {
	digits := strings.TrimSuffix(strings.TrimPrefix(name, "classes"), ".dex")
	n, err := strconv.Atoi(digits)
	if err != nil {
		n = 1 // classes.dex
	}
	return min(n, 1<<30-1)
}

// grant gives out what is left to the file, in the order of the list. Where that is not enough for all, entries that
// share their bytes with one before them get nothing, nor those that do not fit.
func (p *pass) grant(list []*apkfile.Entry) {
	claimed := int64(0)
	for _, e := range list {
		claimed += max(e.Size, 0)
	}
	if claimed <= p.r.tree.left {
		p.r.tree.left -= claimed
		return
	}
	var refused []*apkfile.Entry
	given := make(map[int64]bool)
	for _, e := range list {
		size := max(e.Size, 0)
		at, err := p.f.DataOffset(e)
		if err == nil && given[at] || size > p.r.tree.left {
			refused = append(refused, e)
			continue
		}
		p.r.tree.left -= size
		if err == nil {
			given[at] = true
		}
	}
	p.refuse(refused, claimed)
}

// refuse notes what is not unpacked.
func (p *pass) refuse(list []*apkfile.Entry, claimed int64) {
	if len(list) == 0 {
		return
	}
	if p.unread == nil {
		p.unread = make(map[*apkfile.Entry]bool)
	}
	g := gap(p.r.m.name, inventory.GapLimit, "entries that are to be read claim to unpack to %d MB, more than is unpacked of a file of this size, or share their bytes with others; these were not read", claimed>>20)
	g.Count, g.Next = len(list), "Unpack the file and look at them with another tool."
	for i, e := range list {
		p.unread[e] = true
		if i < gapSamples {
			g.Samples = append(g.Samples, inventory.Text(fmt.Sprintf("%s (%d bytes)", e.Clean(), e.Size)))
		}
		code := inventory.CodeFile{File: inventory.Text(e.Clean()), Size: e.Size, Error: unreadClaim}
		switch role := p.role(e); {
		case role == roleDex:
			p.r.partly = true
			if i < maxRefused {
				p.r.code.set.Add(&dex.Facts{Files: []inventory.CodeFile{code}})
			}
		case role == roleText, role == roleVersion:
		case i < maxRefused:
			p.r.bin.Native = append(p.r.bin.Native, inventory.NativeCode{File: code.File, Size: code.Size, Error: code.Error})
		}
	}
	p.r.gaps = append(p.r.gaps, g)
}
