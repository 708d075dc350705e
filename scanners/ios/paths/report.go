package paths

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash"
	"io"

	"quaestor/scanners/internal/ahead"
	"quaestor/scanners/internal/gunzip"
	"quaestor/scanners/internal/iosfacts"
	"quaestor/scanners/internal/lines"
	"quaestor/scanners/internal/tally"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

// report turns what was found into facts.
type report struct {
	*finder
	phone *iosfacts.Phone
	src   *source.Source
	list  bool // a text with lines, not a file system
	sum   hash.Hash
	ids   map[partKey]string // of extensions, once they were asked for
	known map[string]*inventory.App

	fitted tally.Tally // apps that were joined with a container for their name
}

func newReport(src *source.Source) *report {
	return &report{finder: newFinder(), phone: iosfacts.New(id), src: src, sum: sha256.New(), known: map[string]*inventory.App{}}
}

// read hands every name to the finder.
func (r *report) read(ctx context.Context, src *source.Source) error {
	switch {
	case src.IsDir():
		fsys, err := src.FS()
		if err != nil {
			return err
		}
		closed, err := readTree(ctx, fsys, src, r.finder)
		r.closed(closed)
		r.readInfos(src)
		return err
	case src.StartsLikeZip():
		err := readZip(ctx, src, r.finder)
		r.readInfos(src)
		return err
	case isTar(src.Head()):
		return readTar(ctx, src, r.finder)
	}
	r.list = true
	return r.readText(ctx, src)
}

func (r *report) readText(ctx context.Context, src *source.Source) error {
	in, err := src.Reader()
	if err != nil {
		return err
	}
	sum := io.Writer(r.sum)
	if gunzip.Is(src.Head()) {
		if in, err = gunzip.Reader(io.TeeReader(in, r.sum), src.Name(), src.Limits().FileBytes); err != nil {
			return err
		}
		sum = io.Discard
	}
	unpacked := ahead.New(in, sum)
	defer unpacked.Close()
	head := gunzip.Head(src.Head())
	l, _ := look(head)
	text, err := readList(ctx, unpacked, l, r.finder)
	r.lines(text)
	return err
}

// lines says which lines could not be read.
func (r *report) lines(text *lines.Reader) {
	if n := text.Cut(); n > 0 {
		r.gap(inventory.GapLimit, n, nil, "Lines were longer than any path; what stood beyond was not read.", "Look at the file by hand.")
	}
	if n := text.Glued(); n > 0 {
		r.gap(inventory.GapMalformed, n, nil, "Lines are in another encoding than the beginning of the file and were not read.", "Write the list anew, in UTF-8.")
	}
}

func (r *report) closed(names []string) {
	if len(names) == 0 {
		return
	}
	var t tally.Tally
	for _, n := range names {
		t.Add(n)
	}
	r.gap(inventory.GapUnreadable, t.Count, t.Samples, "Folders could not be listed.", "Check that you may read them.")
}

func (r *report) gap(kind inventory.GapKind, count int, samples []string, detail, next string) {
	r.phone.Gap(inventory.Gap{Subject: inventory.Text(r.src.Name()), Kind: kind, Count: count, Samples: samples, Detail: detail, Next: next})
}

// ended records why reading ended early, and gives the error that is left: after a limit what was read stands.
func (r *report) ended(err error) error {
	var limit *source.LimitError
	if errors.As(err, &limit) {
		r.gap(inventory.GapLimit, 0, nil, inventory.Text(limit.Error()+"."), "Split the list and scan its parts.")
		return nil
	}
	return err
}

// inventory gives the facts, and whether there are any.
func (r *report) inventory() (*inventory.Inventory, bool) {
	apps, left := r.conclude()
	ways := map[how]int{}
	var nameless []conclusion
	for _, a := range apps {
		if ways[a.how]++; a.how == unknown {
			nameless = append(nameless, a)
			continue
		}
		if a.how == byFolder {
			r.fitted.Add(a.name() + " as " + a.id)
		}
		r.installed(a)
	}
	r.twice(nameless, left)
	nameless = append(nameless, r.systemApps()...)
	for _, o := range left {
		r.dataLeft(o)
	}
	r.groups(r.known)
	r.ways(ways, nameless)
	r.limits()
	r.addProfiles()
	r.phone.Device.Origins = []inventory.Origin{r.origin(0, "")}
	inv := r.phone.Inventory(r.src.Base(), r.src.Name(), r.hash())
	for _, a := range nameless {
		inv.Apps = append(inv.Apps, r.byName(a, inv.Devices[0].ID))
	}
	return inv, len(inv.Apps) > 0
}

// hash is the SHA-256 of a list; file systems are not read, and have none.
func (r *report) hash() string {
	if !r.list {
		return ""
	}
	return hex.EncodeToString(r.sum.Sum(nil))
}

// origin is where a fact stands: a line of a list, or a path in a file system.
func (r *report) origin(line int, path string) inventory.Origin {
	o := inventory.Origin{Scanner: id, Path: r.src.Name(), Line: line, SHA256: r.hash()}
	if !r.list && path != "" {
		o.Path = r.src.Join(inventory.Text(path))
	}
	return o
}
