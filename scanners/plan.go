package scanners

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"path/filepath"
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

// open opens the source of the unit. A whole archive may unpack to as much as it might when it was planned.
func (u unit) open() (*source.Source, error) {
	if u.rel == "" {
		return u.parent.Again(), nil
	}
	return u.parent.Sub(u.rel)
}

// done closes the source of the unit, unless a scanner was left behind that may still read it.
func (u unit) done(src *source.Source, abandoned bool) []inventory.Gap {
	if u.rel == "" { // the plan closes it
		return nil
	}
	if abandoned {
		src.Release()
		return nil
	}
	defer src.Close()
	if err := src.Changed(); err != nil {
		return []inventory.Gap{changedGap(src.Name(), err)}
	}
	return nil
}

func changedGap(name string, err error) inventory.Gap {
	return inventory.Gap{Scanner: planID, Subject: inventory.Text(name), Kind: inventory.GapUnreadable, Detail: sentence(inventory.Text(err.Error())),
		Next: "Scan it again when nothing writes to it."}
}

// keepBytes is the memory for archives inside archives that stay open because they hold further sources.
const keepBytes = 96 << 20

// plan finds what to scan below one target. What it passes over becomes a Gap.
type plan struct {
	ctx      context.Context
	scanners []Scanner
	limits   source.Limits
	units    []unit
	gaps     []inventory.Gap
	runs     []inventory.Run // of targets that were found and could not be opened
	open     []*source.Source
	kept     int64 // bytes, of keepBytes
	answers  []answered
}

func (p *plan) close() {
	for _, s := range p.open {
		if err := s.Changed(); err != nil {
			p.gaps = append(p.gaps, changedGap(s.Name(), err))
		}
		s.Close()
	}
}

const planID = "runner"

func (p *plan) gap(kind inventory.GapKind, subject, detail, next string) {
	p.gaps = append(p.gaps, inventory.Gap{Scanner: planID, Subject: inventory.Text(subject), Kind: kind, Detail: inventory.Text(detail), Next: inventory.Text(next)})
}

// planTarget plans one target. When ctx ends meanwhile, nothing of it is to be scanned.
func planTarget(ctx context.Context, t source.Target, o Options) *plan {
	p := &plan{ctx: ctx, scanners: o.Scanners, limits: o.Limits}
	if ctx.Err() == nil {
		p.target(t)
	}
	if ctx.Err() != nil {
		p.units = nil
		p.gap(inventory.GapFailed, t.String(), "Interrupted before it was known what there is to scan; nothing of it was scanned.", nextInterrupted)
	}
	return p
}

func (p *plan) target(t source.Target) {
	src, err := source.OpenContext(p.ctx, t, p.limits)
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
	if t.Attached() {
		p.attached(src)
		return
	}
	before := len(p.units)
	w := walk{plan: p, top: src, candidates: p.forKind(t.Kind)}
	told := len(p.gaps)
	w.visit(src, "", 0)
	w.survey(src, before, told)
	w.finish()
	w.reported = p.tellAnswers(&w, p.units[before:]) || w.reported
	if len(p.units) == before && !w.reported && p.ctx.Err() == nil {
		p.gap(inventory.GapEmpty, src.Name(), "Nothing in it is of a kind that is read here.",
			"See `quaestor scanners` for what is read, or name the kind: KIND:PATH.")
	}
}

// survey asks for scanners that read the whole of a target in which others read nothing, or not what they do. Then nothing in
// it was passed over.
func (w *walk) survey(src *source.Source, before, told int) {
	taken := map[string]bool{}
	for _, u := range w.units[before:] {
		if u.rel == "" && u.parent == src {
			return // it is read as a whole already
		}
		taken[u.scanner.Info().ID] = true
	}
	for _, s := range w.candidates {
		if s, ok := s.(Surveyor); ok && w.ctx.Err() == nil && surveys(w.ctx, s, src, slices.Sorted(maps.Keys(taken))) {
			w.units = append(w.units, unit{parent: src, scanner: s.(Scanner)})
			w.passed, w.links, w.onlyLinks, w.packed = nil, nil, nil, nil
			w.plan.gaps = append(w.plan.gaps[:told:told], slices.DeleteFunc(slices.Clone(w.plan.gaps[told:]), func(g inventory.Gap) bool { return g.Detail == inventory.PassedOver })...)
		}
	}
}

// sealed reports whether an archive holds nothing for other scanners.
func (w *walk) sealed(src *source.Source) (yes bool) {
	defer func() {
		if recover() != nil { // as with recognise
			yes = false
		}
	}()
	return slices.ContainsFunc(w.candidates, func(s Scanner) bool {
		c, ok := s.(Sealer)
		return ok && c.Sealed(src)
	})
}

// surveys asks a scanner, and takes a panic for a no.
func surveys(ctx context.Context, s Surveyor, src *source.Source, taken []string) (yes bool) {
	defer func() {
		if recover() != nil {
			yes = false
		}
	}()
	return s.Survey(ctx, src, taken)
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
	if exists("System/Library/CoreServices/SystemVersion.plist") { // an iPhone has it too, and no people
		return exists("Library") && exists("Users")
	}
	return (exists("usr/lib/os-release") || exists("etc/os-release")) && exists("usr") && exists("var") || looksLikeWindows(fsys)
}

// looksLikeWindows reports whether a folder is a volume of Windows, or what a triage tool copied of one: it has the registry
// where Windows has it. A copy may spell its names in other letters.
func looksLikeWindows(fsys fs.FS) bool {
	at := ""
	for _, top := range []string{"Windows", "WINDOWS", "windows"} {
		if info, err := fs.Stat(fsys, top); err == nil && info.IsDir() {
			at = top
		}
	}
	for _, part := range []string{"System32", "config", "SOFTWARE"} {
		if at == "" {
			return false
		}
		entries, _ := fs.ReadDir(fsys, at) // what cannot be listed is no reason to take it for a computer
		i := slices.IndexFunc(entries, func(e fs.DirEntry) bool { return strings.EqualFold(e.Name(), part) })
		if i < 0 {
			return false
		}
		at = path.Join(at, entries[i].Name())
	}
	return true
}

// walk is the search below one target.
type walk struct {
	*plan
	top        *source.Source
	candidates []Scanner
	entries    int
	passed     []string            // files of no known kind
	kins       map[string][]string // files that scanners know and do not read, by what they are
	packed     map[string][]string // files in archives that are not opened, by format
	over       []string            // files that were not looked at because the archive unpacks to too much
	links      []string
	onlyLinks  []string // folders that hold nothing else
	reported   bool     // a gap already says why there is nothing
	full       bool
}

// visit plans src, which is rel below parent w.top, and goes into it when no scanner takes it. It tells whether
// src has to stay open.
func (w *walk) visit(src *source.Source, rel string, depth int) (keep bool) {
	if w.ctx.Err() != nil {
		return false
	}
	if w.top.Kind() == source.KindHost && src.IsDir() {
		w.host(src)
		return false
	}
	format := archiveFormat(src)
	if !slices.ContainsFunc(w.candidates, func(s Scanner) bool { return opens(s, format) }) && format != "" {
		w.addPacked(format, src)
		return false
	}
	for _, s := range w.candidates {
		if !opens(s, format) || !recognise(s, src) {
			continue
		}
		if err := w.top.Reserve(rel); err != nil {
			w.problem(src, err)
			return false
		}
		w.units = append(w.units, unit{parent: w.top, rel: rel, scanner: s})
		if c, ok := s.(Container); ok {
			return w.inner(c, src, rel, depth)
		}
		return false
	}
	kin := w.kin(src)
	switch err := src.Err(); {
	case err != nil:
		w.problem(src, err)
	case kin != "":
		w.addKin(kin, src)
	case src.IsDir() && rel != "" && w.top.Kind() == "" && w.top.OnDisk() && looksLikeRoot(src):
		w.plan.target(source.Target{Kind: source.KindHost, Path: filepath.Join(w.top.Target().Path, filepath.FromSlash(rel))})
		w.reported = true // it tells what there is
	case src.IsDir():
		w.folder(src, rel, depth)
	case src != w.top && src.IsZip() && w.sealed(src):
		w.passed = append(w.passed, src.Name())
	case src.IsZip() && depth < w.limits.Depth && !w.looksBroken(src):
		w.archive(src)
		return src != w.top
	case src.StartsLikeZip() && !w.looksBroken(src):
		w.addPacked("zip inside an archive", src)
	case format != "":
		w.addPacked(format, src)
	default:
		w.unknown(src)
	}
	return false
}

// problem reports a file of which not even the beginning could be read, or that did not unpack.
func (w *walk) problem(src *source.Source, err error) {
	var limit *source.LimitError
	switch {
	case w.ctx.Err() != nil:
	case errors.As(err, &limit) && limit.OfArchive():
		w.over = append(w.over, src.Name())
	case errors.As(err, &limit):
		w.gap(inventory.GapLimit, src.Name(), sentence(err.Error()), "Unpack the archive and scan the folder.")
		w.reported = true
	default:
		w.gap(inventory.GapUnreadable, src.Name(), sentence(err.Error()), "Get a fresh copy and scan again.")
		w.reported = true
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

// inner plans the sources that a container holds besides its own.
func (w *walk) inner(c Container, src *source.Source, rel string, depth int) (keep bool) {
	names := c.Inner(src)
	sub := walk{plan: w.plan, top: w.top, candidates: w.candidates}
	prefix := rel
	if !src.IsDir() && src != w.top && len(names) > 0 { // members of an archive are opened through the archive
		if !w.keep(src) {
			return false
		}
		sub.top, prefix, keep = src, "", true
	}
	for _, name := range names {
		if w.ctx.Err() != nil {
			break
		}
		sub.inside(src, name, path.Join(prefix, name), depth+1)
	}
	sub.finish()
	return keep
}

// inside plans a file that lies in src under a name, unless the archive has unpacked to too much already.
func (w *walk) inside(src *source.Source, name, rel string, depth int) {
	if len(w.over) > 0 {
		w.over = append(w.over, src.Join(name))
		return
	}
	in, err := src.Sub(name)
	if err != nil {
		w.gap(inventory.GapUnreadable, src.Join(name), sentence(err.Error()), "Get a fresh copy, or unpack it and scan the folder.")
		return
	}
	if !w.visit(in, rel, depth) {
		in.Close()
	}
}

// keep leaves an archive open until all of the target is scanned.
func (w *walk) keep(src *source.Source) bool {
	size, err := src.Keep()
	if err != nil {
		w.problem(src, err)
		return false
	}
	if w.plan.kept+size > keepBytes {
		w.limitGap(src.Name(), fmt.Sprintf("Archives inside archives take more than %d MiB; what this one holds was not looked at.", keepBytes>>20))
		return false
	}
	w.plan.kept += size
	w.plan.open = append(w.plan.open, src)
	return true
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
	if len(entries) > 0 && !slices.ContainsFunc(entries, func(e fs.DirEntry) bool { return e.Type()&fs.ModeSymlink == 0 }) {
		w.onlyLinks = append(w.onlyLinks, src.Name())
		w.reported = true
	}
	for _, e := range entries {
		if w.ctx.Err() != nil || !w.count(src.Name()) {
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
	if !w.visit(sub, name, depth+1) {
		sub.Close()
	}
}

// archive goes into a zip that no scanner takes whole, one level deep.
func (w *walk) archive(top *source.Source) {
	if top != w.top {
		w.plan.open = append(w.plan.open, top)
	}
	fsys, err := top.FS()
	if err != nil {
		w.gap(inventory.GapMalformed, top.Name(), sentence(err.Error()), "Unpack it with another tool and scan the folder.")
		w.reported = true
		return
	}
	if bad := top.BadNames(); len(bad) > 0 {
		w.plan.gaps = append(w.plan.gaps, inventory.Gap{Scanner: planID, Subject: inventory.Text(top.Name()), Kind: inventory.GapMalformed, Count: len(bad), Samples: samples(bad),
			Detail: "Archive entries whose names lead outside the archive or are malformed were not opened."})
	}
	sub := walk{plan: w.plan, top: top, candidates: w.candidates}
	err = fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return nil
		}
		if w.ctx.Err() != nil || !sub.count(top.Name()) {
			return fs.SkipAll
		}
		sub.inside(top, name, name, w.limits.Depth) // an archive in an archive is not entered
		return nil
	})
	if err != nil {
		w.gap(inventory.GapMalformed, top.Name(), sentence(err.Error()), "")
	}
	sub.finish()
	w.reported = w.reported || sub.reported
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
	case src == w.top && w.damaged(src) == "":
		what, next := w.describe(src)
		if said, ok := answerOf(src); ok {
			what, next = " It is "+sentenceEnd(said.What), said.Next
		}
		w.gap(inventory.GapUnsupported, src.Name(), w.notKind()+what, next+" "+lookedFor(w.candidates))
		w.reported = true
	case w.accompanies(src):
	case w.damaged(src) != "":
		w.gap(inventory.GapMalformed, src.Name(), fmt.Sprintf("It begins like %s, but is cut off or damaged, so it was not read.", w.damaged(src)), "Get a fresh copy and scan again.")
		w.reported = true
	case w.noData(src):
	default:
		w.passed = append(w.passed, src.Name())
	}
}

// accompanies reports a file that a scanner reads together with the one beside it.
func (w *walk) accompanies(src *source.Source) bool {
	return slices.ContainsFunc(w.candidates, func(s Scanner) bool {
		c, ok := s.(Companion)
		return ok && c.Companion(src)
	})
}

// kin asks the scanners what a file is that none of them reads.
func (w *walk) kin(src *source.Source) (what string) {
	defer func() {
		if recover() != nil { // as with recognise
			what = ""
		}
	}()
	for _, s := range w.scanners {
		if r, ok := s.(Relative); ok {
			if what := r.Kin(src); what != "" {
				return what
			}
		}
	}
	return ""
}

// damaged asks the scanners what a file was meant to be.
func (w *walk) damaged(src *source.Source) (what string) {
	defer func() {
		if recover() != nil { // as with recognise
			what = ""
		}
	}()
	for _, s := range w.candidates {
		if d, ok := s.(Diagnoser); ok {
			if what := d.Damaged(src); what != "" {
				return what
			}
		}
	}
	return ""
}

func (w *walk) addKin(what string, src *source.Source) {
	if w.kins == nil {
		w.kins = make(map[string][]string)
	}
	w.kins[what] = append(w.kins[what], src.Name())
}

func (w *walk) notKind() string {
	if k := w.top.Kind(); k != "" {
		return fmt.Sprintf("The content is not of kind %q.", k)
	}
	return "The content is of no kind that is read here."
}

// finish reports what the walk passed over.
func (w *walk) finish() {
	for _, name := range w.onlyLinks {
		w.gap(inventory.GapEmpty, name, "The folder holds nothing but symbolic links, which are not followed.", "Name what they point to as a target of its own.")
	}
	w.several(inventory.GapSkipped, w.passed, inventory.PassedOver, "")
	w.several(inventory.GapLimit, w.over, "The archive unpacks to far more than its size; the rest of it was not looked at.", "If the archive is not a bomb, unpack it and scan the folder.")
	for _, what := range slices.Sorted(maps.Keys(w.kins)) {
		w.several(inventory.GapUnsupported, w.kins[what], sentence(what+": not read"), "")
	}
	for _, format := range slices.Sorted(maps.Keys(w.packed)) {
		w.several(inventory.GapUnsupported, w.packed[format], fmt.Sprintf("Archives of a format that is not opened here (%s) were not looked into.", format), "Unpack it and scan what was in it.")
	}
	if len(w.links) > 0 {
		w.plan.gaps = append(w.plan.gaps, inventory.Gap{Scanner: planID, Subject: inventory.Text(w.top.Name()), Kind: inventory.GapSkipped, Count: len(w.links), Samples: samples(w.links),
			Detail: "Symbolic links were not followed.", Next: "Name what they point to as a target of its own."})
	}
	w.reported = w.reported || len(w.over)+len(w.packed)+len(w.kins) > 0
}

// several makes one gap of many files. One alone is named.
func (w *walk) several(kind inventory.GapKind, names []string, detail, next string) {
	if len(names) == 0 {
		return
	}
	subject := w.top.Name()
	if len(names) == 1 {
		subject = names[0]
	}
	w.plan.gaps = append(w.plan.gaps, inventory.Gap{Scanner: planID, Subject: inventory.Text(subject), Kind: kind, Count: len(names), Samples: samples(w.below(names)),
		Detail: detail, Next: next})
}

// below shortens names to what they are called below the target.
func (w *walk) below(names []string) []string {
	out := make([]string, 0, len(names))
	for _, n := range names {
		if name := strings.TrimLeft(strings.TrimPrefix(n, w.top.Name()), "/!"); name != "" { // or the target itself
			out = append(out, name)
		}
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
