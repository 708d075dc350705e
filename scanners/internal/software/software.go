// Package software lists what a piece of software is made of: the packages of programming languages that lie in its folders and
// archives, with their versions and the files that say so.
//
// Packages of JavaScript, Python, .NET and Rust, and known programs by their text, are found by the catalogers of syft
// (https://github.com/anchore/syft), which are called directly; Java's archives in archives, Go's programs and Electron's
// archives are read here. All of them read through the limits of package source, and nothing is unpacked to disk.
//
// What the package cannot see: code that was compiled in or copied without a record of what it is; whether a record is true;
// and, of lists of dependencies, which of those were really installed: their basis is "list".
package software

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"

	"quaestor/scanners/internal/asar"
	"quaestor/scanners/internal/tally"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

// Result is what was read of one piece of software.
type Result struct {
	Name, Version, Maker string // what its own records call it; empty where none does
	Found                []Found
	Gaps                 []inventory.Gap // without scanner and device
	Files                int
}

// Options narrow what is read.
type Options struct {
	// Self is the name of the file that is read, where it is one.
	Self string
}

// work is the reading of one piece of software.
type work struct {
	ctx  context.Context
	src  *source.Source
	set  set
	best about
	ask  []cataloger // made once: their patterns take longer to prepare than a small folder to read
	// what was not read, by what stood in the way
	broken, unreadable, large, deep, cut, denied, unopened tally.Tally
}

// Read lists what is in a folder or an archive. An error means that nothing could be read.
func Read(ctx context.Context, src *source.Source, opt Options) (*Result, error) {
	w := &work{ctx: ctx, src: src, set: set{by: map[string]*Found{}}}
	t, err := plant(ctx, src, "", 0)
	if err != nil {
		return nil, err
	}
	if opt.Self != "" && (t.has(manifestName) || slices.ContainsFunc(t.files, func(n string) bool { return strings.HasPrefix(n, "META-INF/maven/") })) {
		w.coordinates(t, opt.Self)
	}
	w.tree(t)
	out := &Result{Found: w.set.list(), Files: len(t.files)}
	out.Name, out.Version, out.Maker = w.best.name, w.best.version, w.best.maker
	w.gaps(out)
	return out, ctx.Err()
}

// tree reads everything in a tree.
func (w *work) tree(t *tree) {
	w.listed(t)
	w.javaIn(t)
	w.nuget(t)
	w.goPrograms(t)
	w.catalogue(t)
	w.named(t)
	w.electron(t)
	w.archives(t)
}

// listed notes what of a tree could not be listed.
func (w *work) listed(t *tree) {
	if t.cut != "" {
		w.cut.Add(cmpPlace(t.place) + ": " + t.cut)
	}
	for _, name := range t.bad {
		w.unreadable.Add(t.place + name)
	}
}

func cmpPlace(place string) string {
	if place == "" {
		return "the whole"
	}
	return strings.TrimSuffix(place, "!")
}

// archives reads the archives of Electron and Python in a tree.
func (w *work) archives(t *tree) {
	if t.depth >= maxNested {
		return
	}
	for _, name := range t.suffixed(".asar", ".whl", ".egg", ".nupkg", ".vsix") {
		if w.ctx.Err() != nil {
			return
		}
		if strings.HasSuffix(strings.ToLower(name), ".asar") {
			w.asar(t, name)
		} else {
			w.zip(t, name)
		}
	}
}

func (w *work) asar(t *tree, name string) {
	f, err := t.open(name, 4<<30)
	if err != nil {
		w.unread(t.place+name, err)
		return
	}
	defer f.Close()
	a, err := asar.Open(f, f.Size())
	if err != nil {
		w.malformed(t.place+name, err)
		return
	}
	if a.Bad > 0 {
		w.malformed(t.place+name, errors.New("entries have an impossible name, size or place"))
	}
	if a.Cut > 0 {
		w.cut.Add(t.place + name)
	}
	inner, err := plant(w.ctx, source.FromFS(w.src.Join(t.place+name), a, w.src.Limits()), t.place+name+"!", t.depth+1)
	if err != nil {
		w.unread(t.place+name, err)
		return
	}
	w.tree(inner)
}

func (w *work) zip(t *tree, name string) {
	sub, err := t.src.Sub(name)
	if err != nil {
		w.unread(t.place+name, err)
		return
	}
	defer sub.Close()
	if !sub.IsZip() {
		return // a folder's worth of other things bears such names
	}
	inner, err := plant(w.ctx, sub, t.place+name+"!", t.depth+1)
	if err != nil {
		w.unread(t.place+name, err)
		return
	}
	w.tree(inner)
}

// add keeps what a file of a tree states.
func (w *work) add(t *tree, f Found, file string) { w.set.add(f, t.place+file) }

func (w *work) malformed(place string, err error) {
	if err != nil && w.ctx.Err() == nil {
		w.unread(place, errMalformed{err})
	}
}

// errMalformed is that a file could be read, and does not parse.
type errMalformed struct{ error }

func (e errMalformed) Unwrap() error { return e.error }

// unread notes why a file was not read.
func (w *work) unread(place string, err error) {
	var limit *source.LimitError
	var bad errMalformed
	what := place
	if text := err.Error(); text != "" {
		what = strings.TrimPrefix(place+": "+text, ": ")
	}
	switch {
	case w.ctx.Err() != nil:
	case errors.As(err, &limit):
		w.large.Add(what)
	case errors.Is(err, fs.ErrPermission):
		w.denied.Add(place)
	case errors.As(err, &bad):
		w.broken.Add(what)
	default:
		w.unreadable.Add(what)
	}
}

// gaps says what was not read, one gap for each cause.
func (w *work) gaps(out *Result) {
	gap := func(kind inventory.GapKind, t tally.Tally, detail, next string) {
		if t.Count == 0 {
			return
		}
		g := inventory.Gap{Kind: kind, Detail: detail, Next: next, Count: t.Count}
		for _, s := range t.Samples {
			g.Samples = append(g.Samples, inventory.Text(s))
		}
		out.Gaps = append(out.Gaps, g)
	}
	gap(inventory.GapMalformed, w.broken, "Files that tell of packages do not parse; what they tell of may be missing.", "Install the software again, and scan it again.")
	gap(inventory.GapUnreadable, w.unreadable, "Files of the software could not be read.", "Get a fresh copy and scan again.")
	gap(inventory.GapNotPermitted, w.denied, "Files of the software could not be read: the scan does not have the right.", "Run the scan as an administrator to see them.")
	gap(inventory.GapLimit, w.unopened, "Files that may be programs could not be opened, so that it is not known what they were built from.", "Unpack the archive, and scan the folder.")
	gap(inventory.GapLimit, w.large, "Files of the software are too large to be read.", "Scan them by themselves.")
	gap(inventory.GapLimit, w.deep, "Archives lie too deep in each other, and were not opened.", "Unpack them and scan the folder.")
	gap(inventory.GapLimit, w.cut, "The software has more files, or deeper folders, than are looked at.", "Scan its parts one by one.")
	gap(inventory.GapLimit, tally.Tally{Count: w.set.cut}, "The software holds more packages than are kept.", "Scan its parts one by one.")
}

// Kinds of records that name software, the strongest first.
const (
	rankNone = iota
	rankProgram
	rankJava
	rankDotnet
	rankPackage // its package.json or METADATA
	rankElectron
)

// about is what a record calls the software.
type about struct {
	rank                 int
	name, version, maker string
	file                 string
	several              bool
}

// about takes a name that a record gives. Of two of one rank the one that lies higher is taken, and none where several lie
// side by side: then the software is called by its folder.
func (w *work) about(a about) {
	if a.name == "" {
		return
	}
	depth := func(a about) int { return strings.Count(strings.ReplaceAll(a.file, "!", "/!/"), "/") }
	switch {
	case a.rank > w.best.rank, a.rank == w.best.rank && depth(a) < depth(w.best):
		w.best = a
	case a.rank == w.best.rank && depth(a) == depth(w.best) && a.name != w.best.name:
		w.best = about{rank: a.rank, file: a.file, several: true}
	}
}

// maxProgramsLooked is how many programs of a folder without other records are asked what they were built from.
const maxProgramsLooked = 50

// Manifests reports whether a folder or an archive holds files of packages that are listed here, judged by the names of at most
// limit files, or programs that tell what they were built from.
func Manifests(ctx context.Context, src *source.Source, limit int) bool {
	fsys, err := src.FS()
	if err != nil {
		return false
	}
	seen, found := 0, false
	var programs []string
	fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if seen++; seen > limit || ctx.Err() != nil {
			return fs.SkipAll
		}
		if err == nil && d.Type().IsRegular() && isManifest(name) {
			found = true
			return fs.SkipAll
		}
		if err == nil && d.Type().IsRegular() && len(programs) < maxProgramsLooked && !ends(name, texts...) {
			if info, err := d.Info(); err == nil && info.Size() > 100*minExecutable {
				programs = append(programs, name)
			}
		}
		return nil
	})
	return found || slices.ContainsFunc(programs, func(name string) bool { return built(fsys, name) })
}

// built reports whether a file is a program that tells what it was built from.
func built(fsys fs.FS, name string) bool {
	f, err := fsys.Open(name)
	if err != nil {
		return false
	}
	defer f.Close()
	at, ok := f.(io.ReaderAt)
	head := make([]byte, 64)
	if !ok {
		return false // in a compressed archive
	}
	n, _ := at.ReadAt(head, 0)
	return isProgram(head[:n]) && Built(at)
}

var manifests = []string{"package.json", "package-lock.json", "yarn.lock", "pnpm-lock.yaml", "poetry.lock", "Pipfile.lock", "uv.lock", "pdm.lock", "Cargo.lock", "packages.lock.json"}

func isManifest(name string) bool {
	base := path.Base(name)
	if slices.Contains(manifests, base) || ends(base, ".deps.json", ".asar", ".whl", ".nupkg") || ends(base, javaArchives...) {
		return true
	}
	folder := path.Base(path.Dir(name))
	return base == "METADATA" && ends(folder, ".dist-info") || base == "PKG-INFO" && ends(folder, ".egg-info")
}
