package app

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"quaestor/scanners/internal/codesign"
	"quaestor/scanners/internal/elffile"
	"quaestor/scanners/internal/endpoints"
	"quaestor/scanners/internal/macho"
	"quaestor/scanners/inventory"
)

// native is what one program or library says.
type native struct {
	code      inventory.NativeCode
	cpus      []string
	platform  string
	encrypted bool
	version   string // that a library gives itself
	names     macho.Names
	images    []signedImage
	rights    map[string]any
	fault     string // why it was read in part
	windows   bool   // it was too large to be read whole
}

// signedImage is the signature of one program of a file.
type signedImage struct {
	signature *codesign.Signature
	err       error   // why there is none, or none that can be read
	pages     []error // why the code is not what was signed, by each of its directories
	unsigned  bool
}

// holds says why the code is not what a directory of the signature says.
func (s *signedImage) holds(d *codesign.Directory) error {
	for i := range s.signature.Directories {
		if &s.signature.Directories[i] == d {
			return s.pages[i]
		}
	}
	return errors.New("its code was not checked")
}

// team is the team that the signature names, whether it holds or not.
func (n *native) team() string {
	for _, im := range n.images {
		if im.signature != nil {
			return im.signature.Strongest().Team
		}
	}
	return ""
}

// proven is the team that signed a library, as far as its own signature shows: its code is what was signed, and the
// certificate leads to one of the roots. It is empty where anything is missing of that.
func (n *native) proven(roots codesign.Roots) string {
	team := ""
	for i := range n.images {
		im := &n.images[i]
		if im.signature == nil {
			return ""
		}
		proof, err := im.signature.Verify(roots)
		if err != nil || im.holds(proof.Directory) != nil || team != "" && team != proof.Team {
			return ""
		}
		team = proof.Team
	}
	return team
}

// nativeFile takes the facts of one file of native code, and what its constants name.
func (r *reading) nativeFile(content []byte, rel string) *native {
	f, err := macho.Parse(content)
	if err != nil {
		text := inventory.Text(err.Error())
		return &native{code: inventory.NativeCode{File: inventory.Text(rel), Size: int64(len(content)), Error: text}, fault: text}
	}
	n := newNative(f, rel, int64(len(content)))
	m := f.Main()
	n.names = m.Names()
	for _, region := range m.Strings() {
		text := content[region.Offset : region.Offset+region.Size]
		r.addresses.AddPart(text, rel, true)
		r.components.Add(elffile.Versions(text, elffile.Place{File: rel, Offset: region.Offset, Needed: n.code.Needed})...)
	}
	for i := range f.Images {
		n.images = append(n.images, readSignature(&f.Images[i], content))
	}
	for i := range f.Images {
		if &f.Images[i] == m && n.images[i].signature != nil {
			n.rights, _ = n.images[i].signature.Entitlements()
		}
	}
	return n
}

// newNative takes what the load commands say.
func newNative(f *macho.File, rel string, size int64) *native {
	m := f.Main()
	n := &native{platform: m.Platform, version: m.IDVersion}
	n.code = inventory.NativeCode{File: inventory.Text(rel), Size: size, SOName: inventory.Text(m.ID), Exports: m.Exports}
	for _, l := range m.Libraries {
		n.code.Needed = append(n.code.Needed, inventory.Text(l.Path))
	}
	var uuids []string
	for i := range f.Images {
		n.cpus = append(n.cpus, f.Images[i].CPU)
		uuids = append(uuids, f.Images[i].UUID)
		n.encrypted = n.encrypted || f.Images[i].Encrypted()
	}
	n.code.ABI = strings.Join(n.cpus, " ")
	n.code.BuildID = strings.Join(slices.DeleteFunc(uuids, func(s string) bool { return s == "" }), " ")
	if len(f.Faults) > 0 {
		n.fault = inventory.Text(f.Faults[0])
		n.code.Error = n.fault
	}
	return n
}

// readSignature reads the signature of an image, and checks its code against it.
func readSignature(m *macho.Image, content []byte) (s signedImage) {
	region := m.Signature
	if region.Size == 0 {
		return signedImage{unsigned: true}
	}
	signature, err := codesign.Parse(bytes.Clone(content[region.Offset : region.Offset+region.Size]))
	if err != nil {
		return signedImage{err: err}
	}
	s.signature = signature
	for i := range signature.Directories {
		s.pages = append(s.pages, signature.Directories[i].Pages(content[m.Offset:region.Offset]))
	}
	return s
}

const (
	windowBytes = 16 << 20 // of a large entry that is in memory at a time
	headBytes   = 4 << 20  // of its beginning that load commands are looked for in
)

// large reads an entry that is too large to be unpacked whole: its beginning, and its texts window by window.
func (r *reading) large(it *item, out *result) {
	buf, err := r.memory.take(r.ctx, windowBytes)
	if err != nil {
		return
	}
	defer r.memory.give(buf)
	in, err := r.c.stream(r.ctx, it.entry)
	if err != nil {
		r.unreadable(it, err, out)
		return
	}
	defer in.Close()
	w := windows{reading: r, it: it}
	if err := w.read(in, buf[:windowBytes]); err != nil {
		r.unreadable(it, err, out)
		return
	}
	out.native = w.native
	g := gap(r.c.subject(it.name), inventory.GapLimit, "with %d bytes it is too large to be read whole: its texts were searched, its classes and its signature were not read", it.size)
	out.gap = &g
}

// windows goes through a large entry.
type windows struct {
	*reading
	it      *item
	native  *native
	regions []macho.Region
}

func (w *windows) read(in io.Reader, buf []byte) error {
	have, at := 0, int64(0)
	for {
		n, err := io.ReadFull(in, buf[have:])
		have += n
		last := errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
		if err != nil && !last {
			return err
		}
		if at+int64(have) > w.it.size {
			return fmt.Errorf("it holds more than the %d bytes that it claims", w.it.size)
		}
		if at == 0 {
			w.begin(buf[:have])
		}
		part := buf[:have]
		if !last {
			part = part[:endpoints.Cut(part)]
		}
		w.part(part, at)
		if last {
			return nil
		}
		at += int64(len(part))
		have = copy(buf, buf[len(part):have])
	}
}

// begin reads the load commands, if it is a program.
func (w *windows) begin(head []byte) {
	if !macho.Is(head) {
		if isText(w.it.rel) || isList(w.it.rel) {
			w.regions = []macho.Region{{Offset: 0, Size: w.it.size}}
		}
		return
	}
	f, err := macho.Head(head[:min(len(head), headBytes)], w.it.size)
	if err != nil {
		text := inventory.Text(err.Error())
		w.native = &native{code: inventory.NativeCode{File: inventory.Text(w.it.rel), Size: w.it.size, Error: text}, fault: text, windows: true}
		return
	}
	w.native = newNative(f, w.it.rel, w.it.size)
	w.native.windows = true
	w.regions = f.Main().Strings()
}

// part searches the texts among a part of the entry.
func (w *windows) part(part []byte, at int64) {
	for _, r := range w.regions {
		from, to := max(r.Offset-at, 0), min(r.Offset+r.Size-at, int64(len(part)))
		if from >= to {
			continue
		}
		w.addresses.AddPart(part[from:to], w.it.rel, w.native != nil)
		if w.native != nil {
			w.components.Add(elffile.Versions(part[from:to], elffile.Place{File: w.it.rel, Offset: at + from, Needed: w.native.code.Needed})...)
		}
	}
}
