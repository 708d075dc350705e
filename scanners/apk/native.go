package apk

import (
	"quaestor/scanners/internal/apkfile"
	"quaestor/scanners/internal/elffile"
	"quaestor/scanners/inventory"
)

// maxNative is how large a native library may be that is read whole.
const maxNative = 90 << 20

// leastNative is the size of the smallest header. What is shorter, as build tests leave it there, holds nothing that
// could be missed.
const leastNative = 52

// native reads a native library or program, wherever it lies.
func (p *pass) native(e *apkfile.Entry, out *result) {
	if p.large[e] {
		p.largeNative(e, out)
		return
	}
	name := e.Clean()
	err := p.whole(e, maxNative, func(content []byte) {
		if p.role(e) != roleNative || elffile.Is(content) {
			p.r.nativeFile(content, name, out)
		} else if k := sniff(content); k != kindOther { // something else under the name of a library
			p.found(e, spot{kind: k}, out)
		}
		p.digest(e, content)
	})
	if err == nil || p.ctx.Err() != nil {
		return
	}
	out.gaps = append(out.gaps, entryGap(p.r.inner(e), "so it is not known what the native code names", err))
	out.native = append(out.native, inventory.NativeCode{File: inventory.Text(name), Size: e.Size, Error: inventory.Text(err.Error())})
}

// nativeFile takes the facts of one file of native code, and what its constants name.
func (r *reading) nativeFile(content []byte, name string, out *result) {
	code, detail, err := elffile.Parse(content, inventory.Text(name))
	if err != nil { // what could be read of it counts; NativeCode.Error says what could not
		code.Error = inventory.Text(code.Error)
		if len(content) >= leastNative {
			out.damaged = append(out.damaged, inventory.Text(err.Error()))
		}
	}
	out.native = append(out.native, code)
	for _, region := range detail.Regions {
		text := content[region.Offset : region.Offset+region.Size]
		r.code.addresses.Add(text, name)
		r.code.components.Add(elffile.Versions(text, elffile.Place{File: name, Offset: region.Offset, Needed: code.Needed})...)
	}
}

// damagedNative says of how much native code not all could be read.
func (r *reading) damagedNative(what []string) {
	if len(what) == 0 {
		return
	}
	g := gap(r.m.name, inventory.GapMalformed, "native code was read in part or not at all, so what it needs, exports and names may be missing")
	g.Count, g.Samples = len(what), what[:min(gapSamples, len(what))]
	g.Next = "Look at it with another tool."
	r.gaps = append(r.gaps, g)
}
