package app

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"quaestor/scanners/internal/applecode"
	"quaestor/scanners/internal/cms"
	"quaestor/scanners/internal/codesign"
	"quaestor/scanners/internal/plist"
	"quaestor/scanners/inventory"
)

// seal is the list of the files of an app with their checksums, which the signature is over.
type seal struct {
	raw   []byte
	files map[string]sealedFile
	old   map[string]bool // files with a checksum of SHA-1 alone
	err   error
}

// sealedFile is what the list says of a file.
type sealedFile struct {
	sha256, sha1 []byte
	code         []byte // the hash of its code directory, for code that has a signature of its own
	optional     bool
}

const maxSealed = 200_000

// newSeal reads _CodeSignature/CodeResources.
func newSeal(content []byte) *seal {
	s := &seal{raw: content, files: map[string]sealedFile{}, old: map[string]bool{}}
	v, err := plist.Decode(content)
	if err != nil {
		s.err = err
		return s
	}
	list := plist.Dict(v, "files2")
	if list == nil {
		list = plist.Dict(v, "files")
	}
	if len(list) > maxSealed {
		s.err = fmt.Errorf("it lists more than %d files", maxSealed)
		return s
	}
	for name, entry := range list {
		f := sealedFile{sha256: plist.Bytes(entry, "hash2"), code: plist.Bytes(entry, "cdhash"), optional: plist.Bool(entry, "optional")}
		f.sha1, _ = entry.([]byte)
		if f.sha1 == nil {
			f.sha1 = plist.Bytes(entry, "hash")
		}
		s.files[name] = f
		s.old[name] = f.sha256 == nil && f.sha1 != nil
	}
	return s
}

// verdict is what checking a signature showed.
type verdict struct {
	state inventory.SignatureState
	err   error
	proof *codesign.Proof
	weak  bool
}

func invalid(format string, args ...any) verdict {
	return verdict{state: inventory.SignatureInvalid, err: fmt.Errorf(format, args...)}
}

// signature checks the app's signature: of the main program first, then of what it seals.
func (r *reading) signature(entries []item) {
	i := slices.IndexFunc(entries, func(it item) bool { return it.rel == r.main && !it.store })
	if i < 0 || r.found[i].native == nil {
		r.bin.SignatureError = "The main program is not there or is no program, so its signature was not looked at."
		r.inv.Gaps = append(r.inv.Gaps, gap(r.c.subject(r.at.root+r.main), inventory.GapMalformed, "the app's main program is not there or is no program"))
		return
	}
	n := r.found[i].native
	r.bin.Team = inventory.Text(n.team())
	v := r.check(n, entries)
	r.bin.Signed = v.state
	if v.err != nil {
		r.bin.SignatureError = sentence(inventory.Text(v.err.Error()))
	}
	if v.weak {
		r.bin.Marks = append(r.bin.Marks, inventory.Mark{Code: inventory.MarkWeakSignature, Detail: "checksums of SHA-1 alone"})
	}
	if v.proof != nil {
		r.bin.Signers = []inventory.Signer{applecode.Signer(v.proof.Leaf, v.state == inventory.SignatureValid)}
		if v.state == inventory.SignatureValid {
			r.bin.Team = inventory.Text(v.proof.Team)
		}
	}
}

// check checks the signatures of all programs in the file of the main program. The first that does not hold counts.
func (r *reading) check(n *native, entries []item) (v verdict) {
	if n.windows {
		return verdict{err: errors.New("the main program is too large for its signature to be checked")}
	}
	if len(n.images) == 0 {
		return verdict{err: errors.New("the main program cannot be read")}
	}
	for i := range n.images {
		one := r.image(&n.images[i])
		if one.state != inventory.SignatureValid {
			return one
		}
		one.weak = one.weak || v.weak
		v = one
	}
	if r.unread(entries) {
		return verdict{err: errors.New("not all files could be read, so that it is not known whether they are those that were signed"), proof: v.proof}
	}
	if err := r.files(entries); err != nil {
		out := invalid("%w", err)
		out.proof = v.proof
		return out
	}
	return v
}

func (r *reading) unread(entries []item) bool {
	for i := range entries {
		if r.found[i].unreadable || !entries[i].store && r.seal != nil && r.found[i].sums.sha256 == nil {
			return true
		}
	}
	return slices.ContainsFunc(r.inv.Gaps, func(g inventory.Gap) bool { return g.Kind == inventory.GapLimit })
}

// image checks the signature of one program.
func (r *reading) image(im *signedImage) verdict {
	switch {
	case im.unsigned:
		return verdict{state: inventory.SignatureUnsigned}
	case im.err != nil:
		return invalid("%w", im.err)
	}
	proof, err := im.signature.Verify(r.roots)
	v := verdict{state: inventory.SignatureInvalid, err: err, proof: proof}
	switch {
	case errors.Is(err, codesign.ErrAdHoc):
		v.state = inventory.SignatureUnsigned
		return v
	case errors.Is(err, cms.ErrUnchecked):
		v.state = inventory.SignatureUnknown
		return v
	case err != nil:
		return v
	}
	d := proof.Directory
	v.err = cmp.Or(im.holds(d), im.signature.Parts(d), r.beside(d))
	if v.err == nil {
		v.state, v.weak = inventory.SignatureValid, d.Weak()
	}
	return v
}

// beside checks Info.plist and the list of sealed files.
func (r *reading) beside(d *codesign.Directory) error {
	if (r.rawInfo != nil || d.Seals(codesign.SlotInfo)) && !d.Holds(codesign.SlotInfo, r.rawInfo) {
		return errors.New("another Info.plist than this one was signed")
	}
	switch {
	case r.seal == nil && d.Seals(codesign.SlotResources):
		return errors.New("the list of sealed files is missing")
	case r.seal == nil:
		return errors.New("the signature is over the program alone, and over none of the files beside it")
	case !d.Holds(codesign.SlotResources, r.seal.raw):
		return errors.New("the list of sealed files is not the one that was signed")
	case r.seal.err != nil:
		return fmt.Errorf("the list of sealed files cannot be read: %w", r.seal.err)
	}
	return nil
}

// files compares the files with what is sealed.
func (r *reading) files(entries []item) error {
	there := make(map[string]int, len(entries))
	for i := range entries {
		if !entries[i].store {
			there[entries[i].rel] = i
		}
	}
	var missing, changed []string
	for name, f := range r.seal.files {
		i, ok := there[name]
		switch {
		case f.code != nil && f.sha256 == nil:
			if !r.codeHolds(name, f.code, there) {
				changed = append(changed, name)
			}
		case !ok && !f.optional:
			missing = append(missing, name)
		case ok && !r.found[i].sums.hold(f):
			changed = append(changed, name)
		}
	}
	if len(changed)+len(missing) > 0 {
		slices.Sort(changed)
		slices.Sort(missing)
		return fmt.Errorf("%d files are not those that were signed, and %d are missing; the first is %q", len(changed), len(missing), slices.Concat(changed, missing)[0])
	}
	return r.uncovered(entries)
}

// hold reports whether a file is the one that is sealed.
func (s *sums) hold(f sealedFile) bool {
	switch {
	case f.sha256 != nil:
		return bytes.Equal(f.sha256, s.sha256)
	case f.sha1 != nil:
		return bytes.Equal(f.sha1, s.sha1)
	}
	return false // a link, or a kind of seal that is not known
}

// codeHolds reports whether a program, or the program of a bundle, is the one whose code directory is sealed, and is what
// that directory says.
func (r *reading) codeHolds(name string, hash []byte, there map[string]int) bool {
	for _, rel := range []string{name, path.Join(name, strings.TrimSuffix(path.Base(name), path.Ext(name)))} {
		i, ok := there[rel]
		if !ok || r.found[i].native == nil {
			continue
		}
		images := r.found[i].native.images
		return len(images) > 0 && !slices.ContainsFunc(images, func(im signedImage) bool {
			return im.signature == nil || im.holds(im.signature.Strongest()) != nil
		}) && slices.ContainsFunc(images, func(im signedImage) bool { return bytes.Equal(im.signature.Strongest().Hash(), hash) })
	}
	return false
}

// uncovered notes files that no seal is on. Code among them is an error.
func (r *reading) uncovered(entries []item) error {
	mark := inventory.Mark{Code: inventory.MarkUncovered, Detail: "files that the signature does not cover"}
	for i := range entries {
		it := &entries[i]
		if _, ok := r.seal.files[it.rel]; ok || it.store || r.omitted(it.rel) {
			continue
		}
		if n := r.found[i].native; n != nil && !r.within(it.rel) {
			return fmt.Errorf("%q is code that the signature does not cover", it.rel)
		}
		mark.Count++
		mark.Places = append(mark.Places, inventory.Place{File: inventory.Text(it.rel)})
	}
	if mark.Count > 0 {
		slices.SortFunc(mark.Places, func(a, b inventory.Place) int { return cmp.Compare(a.File, b.File) })
		mark.Places = mark.Places[:min(len(mark.Places), 10)]
		r.bin.Marks = append(r.bin.Marks, mark)
	}
	return nil
}

// within reports a file of a bundle of which the program's code directory is sealed.
func (r *reading) within(rel string) bool {
	for dir := path.Dir(rel); dir != "."; dir = path.Dir(dir) {
		if f, ok := r.seal.files[dir]; ok && f.code != nil {
			return true
		}
	}
	return false
}

// omitted reports the files that no seal is ever on: those that the code directory itself is over, the list of sealed
// files, and what the store adds.
func (r *reading) omitted(rel string) bool {
	switch rel {
	case infoName, r.main, resourcesName, "PkgInfo", "CodeResources", "_CodeSignature/CodeDirectory", "_CodeSignature/CodeSignature", "_CodeSignature/CodeRequirements":
		return true
	}
	return strings.HasPrefix(rel, "SC_Info/") || path.Base(rel) == ".DS_Store" || strings.HasSuffix(rel, ".lproj/locversion.plist")
}
