package vuln

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/rogpeppe/go-internal/lockedfile"

	"quaestor/riskdb"
)

// Options of an import.
type Options struct {
	Ecosystems []string    // only these; all for none
	Today      riskdb.Date // the day of the import
	// Fetch writes what lies at a web address; nil where sources are files alone.
	Fetch func(ctx context.Context, address string, w io.Writer) error
	Say   func(string) // progress; may be nil
}

// Result says what an import did.
type Result struct {
	Copies  []Copy   // that are new
	Read    int      // advisories that were read
	Same    int      // that had been read before, under the same id
	Broken  int      // that could not be read, and were left out
	Named   []string // the first of them, with the reason
	Other   int      // files that are no advisories
	Unknown int      // advisories about no ecosystem that this program knows
	Passed  []string // ecosystems that only advisories about others name, and of which nothing was imported
}

const (
	maxNamed  = 20
	batchSize = 256
	batchLoad = 64 << 20 // bytes of them, unpacked
)

// ErrNothing is that sources hold no advisories.
var ErrNothing = errors.New("no advisories were found")

type importer struct {
	Options
	ctx     context.Context
	dir     string
	stages  map[string]*stage
	lists   map[string]*list
	from    map[string]string // list → source
	batch   []*item
	load    int // bytes of the batch
	result  Result
	origin  string // source that is being read
	origins map[string]string
}

// Import reads sources into the database in a folder: archives and folders as OSV exports them, loose advisories as
// JSON or YAML, KEV, EPSS, and web addresses of these. The ecosystems that the sources hold are replaced as a whole,
// when everything was read; an import that fails changes nothing.
func Import(ctx context.Context, dir string, sources []string, o Options) (*Result, error) {
	if err := os.MkdirAll(filepath.Join(dir, ecosystemsDir), 0o755); err != nil {
		return nil, err
	}
	for i, e := range o.Ecosystems {
		name, ok := canonicalEcosystem(e)
		if !ok {
			return nil, fmt.Errorf("%w %q", ErrEcosystem, e)
		}
		o.Ecosystems[i] = name
	}
	unlock, err := lockedfile.MutexAt(filepath.Join(dir, "osv.lock")).Lock()
	if err != nil {
		return nil, err
	}
	defer unlock()
	if err := repair(dir); err != nil {
		return nil, err
	}
	im := &importer{Options: o, ctx: ctx, dir: dir, stages: map[string]*stage{}, lists: map[string]*list{}, from: map[string]string{}, origins: map[string]string{}}
	defer func() {
		for _, s := range im.stages {
			s.discard()
		}
	}()
	for _, source := range sources {
		im.origin = source
		if err := im.source(source); err != nil {
			return nil, err
		}
		if err := im.flush(); err != nil {
			return nil, err
		}
	}
	return im.end()
}

// ErrEcosystem is that somebody named an ecosystem that OSV does not have.
var ErrEcosystem = errors.New("there is no ecosystem")

// take queues an advisory.
func (im *importer) take(it *item) error {
	im.batch = append(im.batch, it)
	im.load += len(it.raw) + len(it.json)
	if it.header != nil {
		im.load += int(it.header.UncompressedSize64)
	}
	if len(im.batch) < batchSize && im.load < batchLoad {
		return nil
	}
	return im.flush()
}

// flush decodes what is queued, on all processors, and writes it in the order in which it came.
func (im *importer) flush() error {
	if err := im.ctx.Err(); err != nil {
		return err
	}
	var wg sync.WaitGroup
	workers := runtime.GOMAXPROCS(0)
	for w := range workers {
		wg.Go(func() {
			for i := w; i < len(im.batch); i += workers {
				im.batch[i].decode()
			}
		})
	}
	wg.Wait()
	for _, it := range im.batch {
		if err := im.add(it); err != nil {
			return err
		}
	}
	clear(im.batch)
	im.batch, im.load = im.batch[:0], 0
	return nil
}

// add puts an advisory where it belongs.
func (im *importer) add(it *item) error {
	switch {
	case it.other:
		im.result.Other++
		return nil
	case it.err != nil:
		im.result.Broken++
		if len(im.result.Named) < maxNamed {
			im.result.Named = append(im.result.Named, fmt.Sprintf("%q: %v", cut(it.name), it.err))
		}
		if s := im.stages[it.hint]; s != nil {
			s.copied.Broken++
		}
		return nil
	}
	im.result.Read++
	about := ecosystemsOf(it.record)
	into := about
	if slices.Contains(about, it.hint) { // the name of a folder says nothing against what is in it
		into = []string{it.hint}
	}
	if len(about) == 0 {
		im.result.Unknown++
		return nil
	}
	fresh := false
	for _, name := range into {
		if len(im.Ecosystems) > 0 && !slices.Contains(im.Ecosystems, name) {
			continue
		}
		s, err := im.stage(name)
		if err != nil {
			return err
		}
		s.loose = s.loose && name != it.hint
		if it.hint != "" && name != it.hint {
			s.strays[it.hint] = true
			im.stages[it.hint].foreign = true
		}
		added, err := s.add(it, len(about) == 1 && (it.hint == "" || name == it.hint))
		if err != nil {
			return err
		}
		fresh = fresh || added
	}
	if !fresh {
		im.result.Same++
	}
	return nil
}

func (im *importer) stage(name string) (*stage, error) {
	s := im.stages[name]
	if s == nil {
		var err error
		if s, err = newStage(im.dir, name, im.Today); err != nil {
			return nil, err
		}
		im.stages[name] = s
	}
	if from := im.origins[name]; !strings.Contains(from, im.origin) {
		if from != "" {
			from += ", "
		}
		im.origins[name] = from + im.origin
	}
	return s, nil
}

// end finishes the new copies, and then puts them all in place.
func (im *importer) end() (*Result, error) {
	var done []*stage
	for _, name := range im.inOrder() {
		s := im.stages[name]
		if s.foreign && s.none() { // its archive lies in a folder of that name, and is of something else
			s.discard()
			delete(im.stages, name)
			continue
		}
		if s.loose && !s.alone && !im.misnamed(s) && len(im.Ecosystems) == 0 {
			im.result.Passed = append(im.result.Passed, name)
			s.discard()
			delete(im.stages, name)
			continue
		}
		if s.copied.Records == 0 && (s.copied.Broken > 0 || im.had(name)) {
			return &im.result, fmt.Errorf("%w: no advisory of %s can be read in %s", ErrNothing, name, im.origins[name])
		}
		if err := s.finish(im.origins[name]); err != nil {
			return nil, err
		}
		done = append(done, s)
	}
	if len(done) == 0 && len(im.lists) == 0 {
		if im.result.Broken > 0 {
			return &im.result, fmt.Errorf("%w: %d that could not be read: %s", ErrNothing, im.result.Broken, im.result.Named[0])
		}
		return &im.result, ErrNothing
	}
	if err := im.ctx.Err(); err != nil {
		return nil, err
	}
	for _, s := range done {
		if err := s.commit(); err != nil {
			return nil, err
		}
		im.result.Copies = append(im.result.Copies, s.copied)
	}
	for _, name := range slices.Sorted(maps.Keys(im.lists)) {
		c, err := im.saveList(im.lists[name])
		if err != nil {
			return nil, err
		}
		im.result.Copies = append(im.result.Copies, *c)
	}
	return &im.result, nil
}

// inOrder are the ecosystems that were read, those before the others that strays of archives are in: they ask for the archives' own.
func (im *importer) inOrder() []string {
	return slices.SortedFunc(maps.Keys(im.stages), func(a, b string) int {
		return cmp.Or(len(im.stages[b].strays)-len(im.stages[a].strays), strings.Compare(a, b))
	})
}

// misnamed reports whether advisories come from an archive that is named like an ecosystem and has none of its advisories.
func (im *importer) misnamed(s *stage) bool {
	for name := range s.strays {
		if from := im.stages[name]; from == nil || from.none() {
			return true
		}
	}
	return false
}

// had reports whether the copy in use has advisories of an ecosystem, which an empty one is not to replace.
func (im *importer) had(name string) bool {
	c, err := readCopy(filepath.Join(im.dir, ecosystemsDir, name, metaFile))
	return err == nil && c.Records > 0
}

func (im *importer) say(format string, args ...any) {
	if im.Say != nil {
		im.Say(fmt.Sprintf(format, args...))
	}
}
