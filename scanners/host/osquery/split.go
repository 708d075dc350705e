package osquery

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"maps"
	"slices"
	"strings"

	"quaestor/scanners"
	"quaestor/scanners/internal/jsonpart"
	"quaestor/scanners/internal/jsonstream"
	"quaestor/scanners/internal/pages"
	"quaestor/scanners/internal/records"
	"quaestor/scanners/internal/regroup"
	"quaestor/scanners/internal/tally"
	"quaestor/scanners/internal/textstream"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

// Limits of the logs of a run.
const (
	maxLogHosts  = 1_000_000
	maxHostBytes = 48 << 20 // lines of one computer that are put together
	maxColumns   = 10_000   // queries that are told apart by their columns
	maxUnknown   = 1000     // queries that are named
	lineBits     = 40       // of a mark; what is above is the file
)

// Split implements [scanners.Fleet].
func (scanner) Split(ctx context.Context, srcs []*source.Source, emit func(scanners.Part) error) (*inventory.Inventory, error) {
	s := newSplit(ctx, emit)
	defer s.groups.Close()
	var errs []error
	for _, src := range srcs {
		if err := s.read(src); err != nil {
			errs = append(errs, scanners.SourceError(src, fmt.Errorf("the results in %q cannot be read to their end: %w; query again", src.Base(), err)))
		}
		if ctx.Err() != nil {
			return s.rest, errors.Join(append(errs, ctx.Err())...)
		}
	}
	errs = append(errs, s.computers())
	s.told()
	s.rest.Gaps = append(s.rest.Gaps, s.pages.Gaps(ID)...)
	return s.rest, errors.Join(errs...)
}

// split is a run that is being cut into computers.
type split struct {
	ctx    context.Context
	emit   func(scanners.Part) error
	rest   *inventory.Inventory
	files  []*file
	groups *regroup.Groups // lines of logs by computer
	pages  pages.Run
	noted  map[string]*noted // what is kept of each computer besides
	wanted map[string]bool   // by the name of a query and the columns of its rows
	hosts  int               // that may be in logs
	bytes  int64             // that may be of one of them
	names  map[string]uint64 // of hosts, with the hash of the number of the hardware
	seen   map[string]*file  // by folder: the file beside which was looked
	lost   tally.Tally
	over   tally.Tally
	unread map[string]int // lines by the name of the query, of tables that are not read
}

// noted is what is kept of a computer of a log.
type noted struct {
	bytes, at int64
}

func newSplit(ctx context.Context, emit func(scanners.Part) error) *split {
	return &split{ctx: ctx, emit: emit, rest: inventory.New(), groups: regroup.New(regroup.DefaultMemory), noted: map[string]*noted{}, wanted: map[string]bool{}, hosts: maxLogHosts, bytes: maxHostBytes,
		names: map[string]uint64{}, seen: map[string]*file{}, unread: map[string]int{}}
}

// read reads one file.
func (s *split) read(src *source.Source) error {
	f := newFile(src)
	s.files = append(s.files, f)
	switch formOf(textstream.Head(src)) {
	case asLines:
		return s.lines(f)
	case asCounted:
		return s.counted(f)
	}
	return s.tables(f)
}

// stream hands out what a file holds, and tells what is damaged.
func (s *split) stream(f *file, o jsonstream.Options, yield func(e jsonstream.Element) error) error {
	text, err := textstream.Open(f.src)
	if err != nil {
		return err
	}
	var trouble jsonstream.Trouble
	of := s.pages.File(f.name)
	defer of.Done()
	o.Outside = of.Outside
	err = jsonstream.Elements(text, o, func(e jsonstream.Element) error {
		of.Element(e, e.Member)
		why := e.Err
		if why == nil {
			why = yield(e)
		}
		if why != nil && (errors.Is(why, errEntry) || e.Err != nil) {
			trouble.Add(e, why)
			why = nil
		}
		return cmp.Or(s.ctx.Err(), why)
	})
	for _, g := range trouble.Gaps(f.name) {
		g.Scanner = ID
		s.rest.Gaps = append(s.rest.Gaps, g)
	}
	return err
}

// errEntry is wrapped by what is wrong with one entry alone.
var errEntry = errors.New("it is no result")

// lines reads lines of logs and hosts.
func (s *split) lines(f *file) error {
	number := int64(len(s.files)-1) << lineBits
	var hosts *file
	return s.stream(f, entries, func(e jsonstream.Element) error {
		v := jsonpart.Value(e.Raw)
		l, err := parseLine(v)
		if err == nil && !l.has.log() && !l.has.host() {
			if v = unwrapped(v); len(v) != len(e.Raw) {
				l, err = parseLine(v)
			}
		}
		switch {
		case err != nil:
			return fmt.Errorf("%w: %w", errEntry, err)
		case l.has.log():
			f.logged = true
			return s.line(&l, v, number|int64(e.Line))
		case l.has.host():
			if hosts == nil {
				hosts = s.beside(f, false)
			}
			second := s.alike(v)
			return s.emit(func() *inventory.Inventory { return hostPart(hosts, v, e.Line, second) })
		}
		return errEntry
	})
}

// alike reports whether a host has the name of another one that came before, and other hardware.
func (s *split) alike(v jsonpart.Value) bool {
	name, _ := v.Get("hostname").Text()
	uuid, _ := v.Get("uuid").Text()
	hash := fnv.New64a()
	io.WriteString(hash, strings.ToLower(uuid))
	before, ok := s.names[strings.ToLower(name)]
	if !ok {
		s.names[strings.ToLower(name)] = hash.Sum64()
	}
	return ok && before != hash.Sum64()
}

// line keeps a line for its computer, if it is of a table that is read.
func (s *split) line(l *line, v jsonpart.Value, mark int64) error {
	key := strings.ToLower(l.host)
	n := s.noted[key]
	if n == nil {
		if len(s.noted) >= s.hosts {
			s.lost.Add(l.host)
			return nil
		}
		n = &noted{}
		s.noted[key] = n
	}
	n.at = max(n.at, l.at)
	if !s.reads(l) {
		return nil
	}
	if n.bytes += int64(len(v)); n.bytes > s.bytes {
		s.over.Add(l.host)
		return nil
	}
	return s.groups.Add([]byte(key), v, mark)
}

// reads reports whether the rows of a line are of a table that is read. A line without rows says that there are none any more.
func (s *split) reads(l *line) bool {
	row := l.first()
	if row == nil {
		return true
	}
	columns, key := records.New(0), l.name
	_ = row.Fields(func(name string, _ jsonpart.Value) bool { // the line is whole
		columns.Set(name, nil)
		key += "\x00" + name
		return true
	})
	read, known := s.wanted[key]
	if !known {
		read = tableOf(columns, l.name) != nil
		if len(s.wanted) < maxColumns {
			s.wanted[key] = read
		}
	}
	if !read {
		if name := cmp.Or(l.name, strings.Join(columns.Columns(), " ")); len(s.unread) < maxUnknown || s.unread[name] > 0 {
			s.unread[name] += l.count()
		}
	}
	return read
}

// computers hands on the computers of the logs.
func (s *split) computers() error {
	looked := map[int64]*file{}
	for i, f := range s.files {
		if f.logged {
			looked[int64(i)] = s.beside(f, s.noted[""] != nil)
		}
	}
	return s.groups.Each(func(g regroup.Group) error {
		at := s.noted[g.Key].at
		return s.emit(func() *inventory.Inventory { return logPart(g, looked, at) })
	})
}

// beside is a file of which is known what the files beside it tell. The first in each folder stands for all in it.
func (s *split) beside(f *file, nameless bool) *file {
	first := s.seen[f.folder()]
	if first == nil {
		first = newFile(f.src)
		for _, p := range scanners.Computers() {
			first.lookBeside(p, true)
			if nameless {
				first.lookBeside(p, false)
			}
		}
		s.seen[f.folder()] = first
	}
	return &file{name: f.name, numbered: first.numbered, nameless: first.nameless}
}

// told says what of all files was not read.
func (s *split) told() {
	if len(s.files) == 0 {
		return
	}
	gap := func(kind inventory.GapKind, t tally.Tally, detail, next string) {
		if t.Count > 0 {
			s.rest.Gaps = append(s.rest.Gaps, inventory.Gap{Scanner: ID, Subject: s.files[0].name, Kind: kind, Detail: detail, Next: next, Count: t.Count, Samples: texts(t.Samples)})
		}
	}
	gap(inventory.GapLimit, s.lost, "There are lines of more computers than are kept.", "Scan the logs of fewer computers at once.")
	gap(inventory.GapLimit, s.over, "There are more lines of one computer than are kept: what changed on it later is missing.", "Hand in the newest part of the log alone.")
	gap(inventory.GapSkipped, passed(s.unread), "Rows of tables that are not read here were passed over.", "")
}

// passed counts rows by the name of the table or query that they are of, the most first.
func passed(unread map[string]int) (t tally.Tally) {
	for _, n := range slices.SortedFunc(maps.Keys(unread), func(a, b string) int { return cmp.Or(cmp.Compare(unread[b], unread[a]), cmp.Compare(a, b)) }) {
		t.Add(fmt.Sprintf("%s: %d rows", n, unread[n]))
		t.Count += unread[n] - 1
	}
	return t
}

// tables reads a file of rows at once, and hands on its computers.
func (s *split) tables(f *file) error {
	l := &list{ctx: s.ctx, file: f, hosts: map[string]*host{}}
	err := l.read()
	if err == nil && l.rows == 0 && len(l.hosts) == 0 {
		err = errors.New("these are no results of osquery")
	}
	l.adopt()
	for _, h := range l.computers() {
		if err := s.emit(h.facts); err != nil {
			return err
		}
	}
	l.told(s.rest)
	return err
}
