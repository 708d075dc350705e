package apk

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"quaestor/scanners/inventory"
)

// An archive that a build tool made for a store holds one app several times: for phones that take splits, by
// version of Android, whole for those that do not, and for emulators. A phone gets one of these, so that uniting
// them would show an app that nobody has.

// variant is what an archive calls a part of a set: the folder, and the number of the build at the end of the name.
type variant struct{ folder, number string }

func variantOf(name string) variant {
	_, inner, ok := strings.Cut(name, "!")
	if !ok {
		return variant{folder: path.Dir(name)}
	}
	stem := strings.TrimSuffix(path.Base(inner), path.Ext(inner))
	v := variant{folder: path.Dir(inner)}
	if _, number, ok := cutLast(stem, "_"); ok && len(number) <= 3 && strings.Trim(number, "0123456789") == "" {
		v.number = number
	}
	return v
}

func cutLast(s, sep string) (before, after string, ok bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}

// choose picks, of the parts of one package, those that a recent phone gets together: the base that comes with splits
// before one that is whole, and of several the one for the newest Android; then its own splits. The others are
// returned apart. Parts of equal content are one.
func choose(parts []*reading) (chosen, others []*reading) {
	base := slices.MinFunc(parts, func(a, b *reading) int {
		return cmp.Or(cmp.Compare(rank(&a.bin), rank(&b.bin)), cmp.Compare(whole(a, parts), whole(b, parts)),
			-cmp.Compare(a.bin.VersionCode, b.bin.VersionCode), -cmp.Compare(a.bin.MinSDK, b.bin.MinSDK), cmp.Compare(a.name(), b.name()))
	})
	chosen = []*reading{base}
	own := variantOf(base.name())
	bySplit := map[string]*reading{}
	for _, p := range parts {
		if have := bySplit[p.bin.Split]; p.bin.Split != "" && (have == nil || variantOf(have.name()) != own && variantOf(p.name()) == own) {
			bySplit[p.bin.Split] = p
		}
	}
	for _, p := range parts {
		switch {
		case p == base:
		case p.bin.SHA256 == base.bin.SHA256, p.bin.Split != "" && (bySplit[p.bin.Split] == p || bySplit[p.bin.Split].bin.SHA256 == p.bin.SHA256):
			chosen = append(chosen, p)
		default:
			others = append(others, p)
		}
	}
	return chosen, others
}

// whole puts a base beside which splits lie before one that lies alone.
func whole(base *reading, parts []*reading) int {
	folder := variantOf(base.name()).folder
	if slices.ContainsFunc(parts, func(p *reading) bool { return p.bin.Split != "" && variantOf(p.name()).folder == folder }) {
		return 0
	}
	return 1
}

// sameRelease tells the builds of the release that base is of from other releases, which are apps of their own.
func sameRelease(base *inventory.Binary, list []*reading) (same, rest []*reading) {
	for _, r := range list {
		if r.bin.VersionCode == base.VersionCode && sameSigners(r.bin.Signers, base.Signers) {
			same = append(same, r)
		} else {
			rest = append(rest, r)
		}
	}
	return same, rest
}

// name is where the file was found.
func (r *reading) name() string { return r.bin.Origins[0].Path }

// otherBuilds adds builds of an app that no phone has together with the chosen one.
func (c *collection) otherBuilds(base *inventory.Binary, others []*reading) {
	if len(others) == 0 {
		return
	}
	g := gap(base.Origins[0].Path, inventory.GapSkipped,
		"%q is there in several builds of one release, as for different phones: each file was read, and the app is told as it is with this base", base.Package)
	g.Count = len(others)
	for _, r := range others {
		c.inv.Binaries = append(c.inv.Binaries, r.bin)
		if len(g.Samples) < 5 {
			g.Samples = append(g.Samples, r.name())
		}
	}
	g.Next = "Scan one of the others alone to see it as an app."
	c.inv.Gaps = append(c.inv.Gaps, g)
}
