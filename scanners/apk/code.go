package apk

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"quaestor/scanners/internal/apkfile"
	"quaestor/scanners/internal/components"
	"quaestor/scanners/internal/dex"
	"quaestor/scanners/internal/endpoints"
	"quaestor/scanners/inventory"
)

// maxDex is how large a DEX file may be. Offsets in it would allow more; ordinary ones have at most 12 MB.
const maxDex = 64 << 20

// stopStrings is after how many strings it is asked whether to go on.
const stopStrings = 4096

// code gathers what the DEX files of a container say together, and the addresses and libraries that its content names.
type code struct {
	set        dex.Set
	addresses  endpoints.Collector
	components components.Set
	said       said
}

// dex reads a DEX file that Android loads.
func (p *pass) dex(e *apkfile.Entry, out *result) {
	err := p.whole(e, maxDex, func(content []byte) {
		out.partly = !p.r.dexFile(p.ctx, content, e.Clean(), out)
		for _, c := range out.encoded {
			c.entry = e
			out.hidden = append(out.hidden, c)
		}
		out.encoded = nil
		p.digest(e, content)
	})
	if err == nil || p.ctx.Err() != nil {
		return
	}
	out.partly = true
	out.gaps = append(out.gaps, entryGap(p.r.inner(e), "so it is not known what code it holds", err))
	p.r.code.set.Add(&dex.Facts{Files: []inventory.CodeFile{{File: inventory.Text(e.Clean()), Size: e.Size, Error: inventory.Text(err.Error())}}})
}

// dexFile takes the facts of one DEX file and reports whether it was read whole.
func (r *reading) dexFile(ctx context.Context, content []byte, name string, out *result) bool {
	facts, err := dex.Read(ctx, content, name)
	n := 0
	facts.Strings(func(s []byte) bool {
		if n++; n%stopStrings == 0 && ctx.Err() != nil {
			return false
		}
		r.code.addresses.Add(s, name)
		r.code.said.listen(s, name)
		out.keepEncoded(s)
		return true
	})
	facts.Strings = nil // the content is used again
	r.code.set.Add(facts)
	if err != nil && ctx.Err() == nil {
		g := gap(r.m.name, inventory.GapMalformed, "a code file was read in part or not at all: %v", err)
		g.Next = "Look at it with another tool."
		out.gaps = append(out.gaps, g)
	}
	damaged := slices.ContainsFunc(facts.Files, func(f inventory.CodeFile) bool { return f.Error != "" })
	return err == nil && !damaged && len(facts.Gaps) == 0
}

// takeCode takes what the DEX files say together into the Binary.
func (r *reading) takeCode() {
	res := r.code.set.Result()
	b := &r.bin
	b.Code, b.CodePackages = res.Code, res.Packages
	b.Marks = append(b.Marks, res.Marks...)
	for _, text := range res.Gaps {
		r.gap(inventory.GapLimit, "Look at the code with another tool.", "%s", text)
	}
	packages := make(map[string]bool, len(b.CodePackages))
	for i := range b.CodePackages {
		packages[b.CodePackages[i].Name] = true
	}
	cut := false
	b.Endpoints, b.Hosts, cut = r.code.addresses.Result(func(pkg string) bool { return packages[pkg] })
	if cut {
		r.gap(inventory.GapLimit, "Search the file for further addresses with another tool.", "the content names more addresses than are kept; %d are listed", len(b.Endpoints))
	}
	r.code.components.Add(r.code.said.found(packages)...)
	r.components, cut = r.code.components.Result(b.SHA256, b.Origins[0])
	if cut {
		r.gap(inventory.GapLimit, "Look for further libraries with another tool.", "more libraries state their version than are kept; %d are listed", len(r.components))
	}
	r.absent = r.absentFrom()
	if b.Split == "" || b.DexFiles == 0 {
		r.code = new(code) // only the classes of splits are asked for again
	}
}

// entryGap says why an entry was not read.
func entryGap(name, consequence string, err error) inventory.Gap {
	var limit *apkfile.LimitError
	if errors.As(err, &limit) {
		g := gap(name, inventory.GapLimit, "too large to be read, %s: %v", consequence, err)
		g.Next = "Unpack the file and look at it with another tool."
		return g
	}
	g := gap(name, inventory.GapMalformed, "cannot be unpacked, %s: %v", consequence, err)
	g.Next = "Fetch the file again, or look at it with another tool."
	return g
}

// absentFrom lists the components of a manifest that no DEX file of the same container defines.
func (r *reading) absentFrom() (absent []inventory.ManifestComponent) {
	for _, c := range r.bin.Manifest {
		if isClass(&c) && !r.code.set.Defines(c.Name) {
			absent = append(absent, c)
		}
	}
	return absent
}

// isClass reports a component that needs a class of its name.
func isClass(c *inventory.ManifestComponent) bool {
	return c.Kind != "activity-alias" && strings.Contains(c.Name, ".")
}

// fewAbsent is the number of components below which their absence says nothing.
const fewAbsent = 3

// markAbsent marks an app whose manifest names components that no DEX file defines: their code appears only while
// the app runs, as packers make it, or is in a part that is not here. It takes the component that the launcher starts,
// or at least three and half of all; libraries now and then declare one that a build left out. Nothing is said
// of an app without classes (what unpacks has to be one), one whose code could not all be read, and a base that needs splits which are not here.
func markAbsent(base *reading, splits []*reading) {
	b := &base.bin
	if b.Split != "" || b.NoCode || b.Code == nil || b.Code.Classes == 0 || b.SplitRequired && b.Format != formatBundle && len(splits) == 0 {
		return
	}
	if slices.ContainsFunc(append(splits, base), func(r *reading) bool { return r.partly }) {
		return
	}
	var absent places
	starts := false
	for _, c := range base.absent {
		if !slices.ContainsFunc(splits, func(r *reading) bool { return r.code.set.Defines(c.Name) }) {
			absent.add(inventory.Place{File: manifestName, Item: c.Name})
			starts = starts || slices.Contains(c.Roles, "launcher")
		}
	}
	total := 0
	for i := range b.Manifest {
		if isClass(&b.Manifest[i]) {
			total++
		}
	}
	if starts || absent.count >= fewAbsent && 2*absent.count >= total {
		absent.mark(b, inventory.MarkPacker, fmt.Sprintf("components that the manifest names and no DEX file defines, of %d", total))
	}
}
