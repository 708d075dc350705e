// Package winimage looks at the files behind what Windows starts (services, drivers, tasks, autostarts) on a running
// computer or a copied volume: who signed them, and what they say of their maker and version.
//
// What the package cannot see: signatures in the catalogs of Windows, which most of its own files have; files on other
// drives or shares; libraries that a shared host such as svchost.exe loads, unless they are what is named.
package winimage

import (
	"context"
	"errors"
	"io/fs"
	"strings"

	"quaestor/scanners/internal/authenticode"
	"quaestor/scanners/internal/cms"
	"quaestor/scanners/internal/hostroot"
	"quaestor/scanners/internal/pefile"
	"quaestor/scanners/internal/tally"
	"quaestor/scanners/internal/winpath"
	"quaestor/scanners/inventory"
)

// Limits of one computer.
const (
	maxFiles = 10_000
	maxBytes = 4 << 30 // that are read to check signatures
)

// Image is what a file tells.
type Image struct {
	Signer  *inventory.Signer // nil where no signature is in the file
	Company string
	Product string
	Version string
	Arch    string
}

// Reader reads the files of one computer, each once.
type Reader struct {
	h       *hostroot.Host
	scanner string
	device  string
	seen    map[string]*Image
	folders map[string]folder
	left    int64

	absent, broken, unchecked, limited tally.Tally
	denied                             tally.Tally
}

// New returns a reader for the files of a computer.
func New(h *hostroot.Host, scanner, device string) *Reader {
	return &Reader{h: h, scanner: scanner, device: device, seen: map[string]*Image{}, folders: map[string]folder{}, left: maxBytes}
}

// Fill adds to the products of an inventory what the files at their paths tell, where the system did not say it, and the
// gaps about files that could not be looked at. It stops soon after ctx is done.
func Fill(ctx context.Context, h *hostroot.Host, scanner, device string, inv *inventory.Inventory) {
	r := New(h, scanner, device)
	for i := range inv.SecurityProducts {
		if ctx.Err() != nil {
			return
		}
		p := &inv.SecurityProducts[i]
		if p.Path == "" || p.Device != device {
			continue
		}
		im := r.Image(p.Path)
		if im == nil {
			continue
		}
		if p.Signer == nil && im.Signer != nil {
			s := *im.Signer
			p.Signer = &s
		}
		if p.Vendor == "" {
			p.Vendor = im.Company
		}
		if p.Version == "" {
			p.Version = im.Version
		}
	}
	inv.Gaps = append(inv.Gaps, r.Gaps()...)
}

// Image looks at the file that a path of Windows means; nil where it is not there or no program.
func (r *Reader) Image(p string) *Image {
	name, ok := winpath.OnVolume(p, r.h.SystemDrive(), "")
	if !ok {
		r.absent.Add(p)
		return nil
	}
	key := strings.ToLower(name)
	if im, ok := r.seen[key]; ok {
		return im
	}
	if len(r.seen) >= maxFiles {
		r.limited.Add(p)
		return nil
	}
	im := r.read(name, p)
	r.seen[key] = im
	return im
}

func (r *Reader) read(name, shown string) *Image {
	file, size, err := r.h.OpenAt(r.spelled(name))
	switch {
	case errors.Is(err, fs.ErrPermission):
		r.denied.Add(shown)
		return nil
	case err != nil:
		r.absent.Add(shown)
		return nil
	}
	defer file.Close()
	f, err := pefile.Open(file, size)
	if err != nil {
		return nil // a script, or a driver in another form: the path says what it is
	}
	im := &Image{Arch: f.Arch}
	version, err := f.Version()
	if err != nil {
		r.broken.Add(shown)
	}
	im.Company, im.Product, im.Version = inventory.Text(version.Company), inventory.Text(version.Product), inventory.Text(version.File)
	if im.Version == "" {
		im.Version = inventory.Text(version.Version)
	}
	r.signature(im, f, shown)
	return im
}

// signature takes the first signature that holds, or else the first.
func (r *Reader) signature(im *Image, f *pefile.File, shown string) {
	if _, n := f.Signatures(); n == 0 {
		return
	}
	if r.left -= f.Size(); r.left < 0 {
		r.limited.Add(shown)
		return
	}
	res, err := authenticode.Read(f)
	if err != nil || len(res.Signatures) == 0 {
		r.broken.Add(shown)
		return
	}
	best := res.Signatures[0]
	for _, s := range res.Signatures {
		if s.Holds() {
			best = s
			break
		}
	}
	switch {
	case best.Holds():
	case errors.Is(best.Err, cms.ErrUnchecked):
		r.unchecked.Add(shown)
	default:
		r.broken.Add(shown)
	}
	if best.Certificate != nil {
		s := best.Signer()
		im.Signer = &s
	}
}

// Gaps says which files were not looked at, or could not be relied on.
func (r *Reader) Gaps() []inventory.Gap {
	var out []inventory.Gap
	for _, g := range []struct {
		t      *tally.Tally
		kind   inventory.GapKind
		detail string
		next   string
	}{
		{&r.absent, inventory.GapSkipped, "The system names programs that are not on this volume, so their signers are not known.", "Look at the other drives by hand if they matter."},
		{&r.denied, inventory.GapNotPermitted, "Programs that the system starts could not be read, so their signers are not known.", "Run the scan as administrator to read them."},
		{&r.broken, inventory.GapUnknownLines, "The signature or the version of these programs does not hold or cannot be read; whoever it names is not proved.", "Look at these files by hand: they may have been changed."},
		{&r.unchecked, inventory.GapUnknownLines, "These programs bear signatures of a kind that is not checked here; whoever they name is not proved.", "Check them on Windows."},
		{&r.limited, inventory.GapLimit, "More or larger programs are named than are looked at for their signers.", "Scan the files that matter by themselves."},
	} {
		if g.t.Count > 0 {
			out = append(out, inventory.Gap{Scanner: r.scanner, Device: r.device, Subject: inventory.Text(r.h.Source().Name()), Kind: g.kind, Detail: g.detail, Next: g.next, Count: g.t.Count, Samples: g.t.Samples})
		}
	}
	return out
}
