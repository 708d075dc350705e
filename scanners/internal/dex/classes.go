package dex

import (
	"bytes"
	"context"
	"hash/maphash"

	"quaestor/scanners/inventory"
)

// MaxPackages is how many packages of one app are kept; the classes of further ones are counted, not named.
const MaxPackages = 50_000

// packageCount counts the classes of one package in one file.
type packageCount struct {
	name                    string // with slashes, as the file writes it
	file                    string
	classes, renamed, short int
	letters, capitals       int // of one small letter; of one capital one, with their inner classes
}

var seed = maphash.MakeSeed()

// classes counts the defined classes.
func (c *collector) classes(ctx context.Context, f *file) error {
	c.names = append(make([]uint64, 0, len(c.names)+len(f.classes)/classSize), c.names...)
	last, at := []byte(nil), -1
	for p := 0; p < len(f.classes); p += classSize {
		if p%(classSize<<12) == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		descriptor := f.typeText(u32(f.classes, p))
		if len(descriptor) < 2 || descriptor[0] != 'L' {
			c.damage("a class is defined under a name that is none")
		}
		name := className(descriptor)
		c.names = append(c.names, maphash.Bytes(seed, name))
		slash := bytes.LastIndexByte(name, '/')
		if pkg := name[:max(slash, 0)]; at < 0 || !bytes.Equal(pkg, last) {
			last, at = pkg, c.packageIndex(pkg)
		}
		c.packages[at].add(name[slash+1:])
	}
	return nil
}

// unnamed is the package of classes whose package was not kept; no name has a zero.
const unnamed = "\x00"

// packageIndex finds or makes the count of a package. The names of all packages stand in the file, each with bytes of
// its own; where they share them, as in no file that devices accept, they are kept only up to its size. Beyond the
// limit they are counted together.
func (c *collector) packageIndex(pkg []byte) int {
	at, ok := c.index[string(pkg)]
	if ok {
		return at
	}
	many := len(c.packages) >= MaxPackages
	if many {
		c.gap("of the packages in %q the first %d are named; the classes of all are counted", c.name, MaxPackages)
	} else if int64(len(pkg)) > c.nameRoom {
		many = true
		c.gap("packages of %q were counted but not named: their names share bytes", c.name)
	}
	if many {
		pkg = []byte(unnamed)
		if at, ok := c.index[unnamed]; ok {
			return at
		}
	}
	c.nameRoom -= int64(len(pkg))
	at = len(c.packages)
	c.index[string(pkg)] = at
	c.packages = append(c.packages, packageCount{name: string(pkg), file: c.name})
	return at
}

// add counts a class by its name without the package.
func (p *packageCount) add(name []byte) {
	p.classes++
	switch classify(name) {
	case renamed:
		p.renamed++
		if len(name) == 1 && lower(name[0]) {
			p.letters++
		}
	case short:
		p.short++
	case capital:
		p.capitals++
	}
}

// merge adds what another file counts of the same package.
func (p *packageCount) merge(o packageCount) {
	p.classes += o.classes
	p.renamed += o.renamed
	p.short += o.short
	p.letters += o.letters
	p.capitals += o.capitals
}

// count adds the packages of files that stand in order.
func count(all []*Facts) (inventory.Code, []inventory.CodePackage) {
	code := inventory.Code{}
	merged := &collector{index: map[string]int{}}
	for _, facts := range all {
		code.Files = append(code.Files, facts.Files...)
		for _, p := range facts.packages {
			at, ok := merged.index[p.name]
			if !ok {
				merged.index[p.name] = len(merged.packages)
				merged.packages = append(merged.packages, p)
				continue
			}
			merged.packages[at].merge(p)
		}
	}
	var packages []inventory.CodePackage
	for _, p := range merged.packages {
		n := p.renamedClasses()
		code.Classes += p.classes
		code.Renamed += n
		if p.name == unnamed {
			continue
		}
		packages = append(packages, inventory.CodePackage{Name: dotted([]byte(p.name)), Classes: p.classes, Renamed: n, File: p.file})
	}
	return code, sorted(packages)
}
