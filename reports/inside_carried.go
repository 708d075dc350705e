package reports

import (
	"cmp"
	"slices"

	"quaestor/riskdb"
	"quaestor/scanners/inventory"
)

// carried is a file inside another, at a place of it.
type carried struct {
	file   *inventory.Binary
	place  string
	sha256 string // of the file
}

// index prepares what the files of apps are looked up in.
func (b *builder) index() {
	b.binaries, b.carried, b.libraries = map[string]*inventory.Binary{}, map[string][]carried{}, map[string][]string{}
	for i := range b.inv.Binaries {
		f := &b.inv.Binaries[i]
		b.binaries[f.SHA256] = f
		for _, p := range f.Inside {
			b.carried[p.Binary] = append(b.carried[p.Binary], carried{f, p.File, f.SHA256})
		}
	}
	for _, list := range b.carried {
		slices.SortFunc(list, func(x, y carried) int {
			return cmp.Or(cmp.Compare(x.place, y.place), cmp.Compare(x.sha256, y.sha256))
		})
	}
	for _, c := range b.inv.Components {
		if c.Binary != "" {
			b.libraries[c.Binary] = append(b.libraries[c.Binary], join(c.Name, c.Version))
		}
	}
	for _, list := range b.libraries {
		slices.Sort(list)
	}
}

// carriedIn tells the files in a file of an app and what they hold, and the same of the files in those. Told holds
// where the content of a file was told already, by its hash, so that each is told once.
func (b *builder) carriedIn(f *inventory.Binary, told map[string]string) []InsideCarried {
	var out []InsideCarried
	for _, c := range b.carried[f.SHA256] {
		x := InsideCarried{SHA256: c.sha256, File: c.place, Format: c.file.Format, Package: c.file.Package, Size: c.file.Size, SameAs: told[c.sha256]}
		if x.SameAs == "" {
			told[c.sha256] = c.place
			x.Inside = &InsideOuter{Unit: b.unit(c.file)}
			x.Inside.Carries = b.nestedIn(c.file, told)
		}
		out = append(out, x)
	}
	return out
}

func (b *builder) nestedIn(f *inventory.Binary, told map[string]string) []InsideNested {
	var out []InsideNested
	for _, c := range b.carried[f.SHA256] {
		x := InsideNested{SHA256: c.sha256, File: c.place, Format: c.file.Format, Package: c.file.Package, Size: c.file.Size, SameAs: told[c.sha256]}
		if x.SameAs == "" {
			told[c.sha256] = c.place
			x.Inside = &InsideInner{Unit: b.unit(c.file), Deeper: b.deeper(c.sha256)}
		}
		out = append(out, x)
	}
	return out
}

// deeper counts the files in a file, at any depth, each once.
func (b *builder) deeper(sha256 string) int {
	seen := map[string]bool{sha256: true}
	todo := []string{sha256}
	for len(todo) > 0 {
		next := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		for _, c := range b.carried[next] {
			if !seen[c.sha256] {
				seen[c.sha256] = true
				todo = append(todo, c.sha256)
			}
		}
	}
	return len(seen) - 1
}

// unit is what one file inside an app shows. Devices often carry the same one, so that it is put together once.
func (b *builder) unit(f *inventory.Binary) Unit {
	if u, ok := b.units[f.SHA256]; ok {
		return u
	}
	hosts := map[string]bool{}
	addHosts(hosts, f)
	u := Unit{Name: f.Label, Version: f.Version, Code: addCode(nil, f), SDKs: b.sdks(b.db.SDKsIn(riskdb.CodeOf(f))), Hosts: len(hosts), SomeHosts: firstKeys(hosts, maxHosts),
		Asks: b.asks(f.Permissions), Marks: addMarks(nil, f, false, map[string]int{}), Apple: b.apple(f)}
	u.Native, u.ABIs, _ = native(f)
	if f.Signed != inventory.SignatureUnknown {
		s := b.signature(f)
		u.Signature = &s
	}
	if b.units == nil {
		b.units = map[string]Unit{}
	}
	b.units[f.SHA256] = u
	return u
}
