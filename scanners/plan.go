package scanners

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

// unit is one source for one scanner. The source is opened when its turn comes, so that a walk over many
// files holds few of them open.
type unit struct {
	parent  *source.Source
	rel     string // "" for the parent itself
	scanner Scanner
}

func (u unit) name() string {
	if u.rel == "" {
		return u.parent.Name()
	}
	return u.parent.Join(u.rel)
}

// plan finds what to scan below the targets. What it passes over becomes a Gap.
type plan struct {
	scanners []Scanner
	limits   source.Limits
	units    []unit
	gaps     []inventory.Gap
	open     []*source.Source
}

func (p *plan) close() {
	for _, s := range p.open {
		s.Close()
	}
}

const planID = "runner"

func (p *plan) gap(kind inventory.GapKind, subject, detail, next string) {
	p.gaps = append(p.gaps, inventory.Gap{Scanner: planID, Subject: inventory.Text(subject), Kind: kind, Detail: detail, Next: next})
}

func (p *plan) target(t source.Target) {
	src, err := source.Open(t, p.limits)
	if err != nil {
		p.gap(inventory.GapUnreadable, t.String(), err.Error(), "Check the path and that you may read it.")
		return
	}
	if t.Kind == "" && src.IsDir() && looksLikeRoot(src) {
		src.Close()
		p.target(source.Target{Kind: source.KindHost, Path: t.Path})
		return
	}
	p.open = append(p.open, src)
	before := len(p.units)
	w := walk{plan: p, top: src, candidates: p.forKind(t.Kind)}
	w.visit(src, "", 0)
	w.finish()
	if len(p.units) == before && !w.reported {
		p.gap(inventory.GapEmpty, src.Name(), "Nothing in it is of a kind that is read here.",
			"See `quaestor scanners` for what is read, or name the kind: KIND:PATH.")
	}
}

func (p *plan) forKind(kind string) []Scanner {
	if kind == "" {
		return p.scanners
	}
	return slices.DeleteFunc(slices.Clone(p.scanners), func(s Scanner) bool { return s.Info().Kind != kind })
}

// looksLikeRoot reports whether a folder is the root file system of a computer.
func looksLikeRoot(src *source.Source) bool {
	fsys, err := src.FS()
	if err != nil {
		return false
	}
	exists := func(name string) bool { _, err := fs.Stat(fsys, name); return err == nil }
	return (exists("usr/lib/os-release") || exists("etc/os-release")) && exists("usr") && exists("var")
}

// walk is the search below one target.
type walk struct {
	*plan
	top        *source.Source
	candidates []Scanner
	entries    int
	passed     []string // files of no known kind
	links      []string
	reported   bool // a gap already says why there is nothing
	full       bool
}

// visit plans src, which is rel below parent w.top, and goes into it when no scanner takes it.
func (w *walk) visit(src *source.Source, rel string, depth int) {
	if w.top.Kind() == source.KindHost {
		w.host(src)
		return
	}
	for _, s := range w.candidates {
		if !recognise(s, src) {
			continue
		}
		w.units = append(w.units, unit{parent: w.top, rel: rel, scanner: s})
		if c, ok := s.(Container); ok {
			w.inner(c, src, rel, depth)
		}
		return
	}
	switch {
	case src.IsDir():
		w.folder(src, rel, depth)
	case src.IsZip() && depth < w.limits.Depth && !w.looksBroken(src):
		w.archive(src, rel)
	default:
		w.unknown(src)
	}
}

// host offers a computer's root to every host scanner; each reads its own part.
func (w *walk) host(src *source.Source) {
	for _, s := range w.candidates {
		if recognise(s, src) {
			w.units = append(w.units, unit{parent: w.top, scanner: s})
		}
	}
}

func (w *walk) inner(c Container, src *source.Source, rel string, depth int) {
	top, prefix := w.top, rel
	if !src.IsDir() { // members of an archive are opened through the archive
		if rel != "" {
			kept, err := w.top.Sub(rel)
			if err != nil {
				return
			}
			w.plan.open = append(w.plan.open, kept)
			top = kept
		}
		prefix = ""
	}
	sub := walk{plan: w.plan, top: top, candidates: w.candidates}
	for _, name := range c.Inner(src) {
		in, err := src.Sub(name)
		if err != nil {
			w.gap(inventory.GapUnreadable, src.Join(name), err.Error(), "")
			continue
		}
		sub.visit(in, path.Join(prefix, name), depth+1)
		in.Close()
	}
	sub.finish()
}

func (w *walk) folder(src *source.Source, rel string, depth int) {
	if depth >= w.limits.Depth {
		w.limitGap(src.Name(), fmt.Sprintf("Folders deeper than %d levels were not entered.", w.limits.Depth))
		return
	}
	fsys, err := src.FS()
	if err != nil {
		w.gap(inventory.GapUnreadable, src.Name(), err.Error(), "Check that you may read it.")
		return
	}
	entries, err := fs.ReadDir(fsys, ".")
	if err != nil {
		w.gap(inventory.GapUnreadable, src.Name(), fmt.Sprintf("The folder cannot be listed: %v.", err), "Check that you may read it.")
	}
	for _, e := range entries {
		if !w.count(src.Name()) {
			return
		}
		name := path.Join(rel, e.Name())
		if e.Type()&fs.ModeSymlink != 0 {
			w.links = append(w.links, name)
			continue
		}
		w.entry(name, depth)
	}
}

func (w *walk) entry(name string, depth int) {
	sub, err := w.top.Sub(name)
	if err != nil {
		w.gap(inventory.GapUnreadable, w.top.Join(name), err.Error(), "Check that it is a file or folder that you may read.")
		return
	}
	w.visit(sub, name, depth+1)
	sub.Close()
}

// archive goes into a zip that no scanner takes whole, one level deep.
func (w *walk) archive(src *source.Source, rel string) {
	top := src
	if src != w.top {
		kept, err := w.top.Sub(rel)
		if err != nil {
			w.gap(inventory.GapUnreadable, src.Name(), err.Error(), "")
			return
		}
		w.plan.open = append(w.plan.open, kept)
		top = kept
	}
	fsys, err := top.FS()
	if err != nil {
		w.gap(inventory.GapMalformed, src.Name(), err.Error()+".", "Unpack it with another tool and scan the folder.")
		w.reported = true
		return
	}
	if bad := top.BadNames(); len(bad) > 0 {
		w.plan.gaps = append(w.plan.gaps, inventory.Gap{Scanner: planID, Subject: src.Name(), Kind: inventory.GapMalformed, Count: len(bad), Samples: samples(bad),
			Detail: "Archive entries whose names lead outside the archive or are malformed were not opened."})
	}
	sub := walk{plan: w.plan, top: top, candidates: w.candidates}
	err = fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return nil
		}
		if !sub.count(src.Name()) {
			return fs.SkipAll
		}
		in, err := top.Sub(name)
		if err != nil {
			sub.gap(inventory.GapLimit, top.Join(name), err.Error()+".", "Unpack the archive and scan the folder.")
			return nil
		}
		sub.visit(in, name, w.limits.Depth) // an archive in an archive is not entered
		in.Close()
		return nil
	})
	if err != nil {
		w.gap(inventory.GapMalformed, src.Name(), err.Error()+".", "")
	}
	sub.finish()
}

func (w *walk) count(where string) bool {
	w.entries++
	if w.entries <= w.limits.Entries {
		return true
	}
	if !w.full {
		w.full = true
		w.limitGap(where, fmt.Sprintf("More than %d entries; the rest was not looked at.", w.limits.Entries))
	}
	return false
}

func (w *walk) limitGap(subject, detail string) {
	w.gap(inventory.GapLimit, subject, detail, "Scan its parts one by one.")
	w.reported = true
}

// looksBroken reports whether the name promises something that a scanner should have recognised.
func (w *walk) looksBroken(src *source.Source) bool {
	for _, s := range w.scanners {
		for _, ext := range s.Info().Extensions {
			if strings.HasSuffix(strings.ToLower(src.Base()), ext) {
				return true
			}
		}
	}
	return false
}

func (w *walk) unknown(src *source.Source) {
	switch {
	case src.IsDir():
	case w.looksBroken(src):
		w.gap(inventory.GapMalformed, src.Name(), fmt.Sprintf("Its name ends like a file that is read here, but its content (%d bytes) is not such a file, or is cut off or damaged.", src.Size()),
			"Get a fresh copy and scan again.")
		w.reported = true
	case src == w.top:
		w.gap(inventory.GapUnsupported, src.Name(), w.notKind(), "See `quaestor scanners` for what is read.")
		w.reported = true
	default:
		w.passed = append(w.passed, src.Name())
	}
}

func (w *walk) notKind() string {
	if k := w.top.Kind(); k != "" {
		return fmt.Sprintf("The content is not of kind %q.", k)
	}
	return "The content is of no kind that is read here."
}

// finish reports what the walk passed over.
func (w *walk) finish() {
	if len(w.passed) > 0 {
		subject := w.top.Name()
		if len(w.passed) == 1 {
			subject = w.passed[0]
		}
		w.plan.gaps = append(w.plan.gaps, inventory.Gap{Scanner: planID, Subject: inventory.Text(subject), Kind: inventory.GapSkipped, Count: len(w.passed), Samples: samples(w.below(w.passed)),
			Detail: "Files of no kind that is read here were passed over."})
	}
	if len(w.links) > 0 {
		w.plan.gaps = append(w.plan.gaps, inventory.Gap{Scanner: planID, Subject: w.top.Name(), Kind: inventory.GapSkipped, Count: len(w.links), Samples: samples(w.links),
			Detail: "Symbolic links were not followed.", Next: "Name what they point to as a target of its own."})
	}
}

// below shortens names to what they are called below the target.
func (w *walk) below(names []string) []string {
	out := make([]string, 0, len(names))
	for _, n := range names {
		out = append(out, strings.TrimLeft(strings.TrimPrefix(n, w.top.Name()), "/!"))
	}
	return out
}

func samples(all []string) []string {
	out := make([]string, 0, 5)
	for _, s := range all[:min(len(all), 5)] {
		out = append(out, inventory.Text(s))
	}
	return out
}

// recognise asks a scanner, and takes a panic for a no: the scanner did not know what it was looking at.
func recognise(s Scanner, src *source.Source) (yes bool) {
	defer func() {
		if recover() != nil {
			yes = false
		}
	}()
	return s.Recognise(src)
}
