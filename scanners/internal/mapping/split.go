package mapping

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"

	"quaestor/scanners"
	"quaestor/scanners/internal/jsonpart"
	"quaestor/scanners/internal/jsonstream"
	"quaestor/scanners/internal/pages"
	"quaestor/scanners/internal/regroup"
	"quaestor/scanners/internal/tally"
	"quaestor/scanners/internal/textstream"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

// Export is a file and the mapping by which it is read.
type Export struct {
	Source *source.Source
	Map    *Map
	// Bare says that the file lists apps of one device that another file of the run tells of: by the id of its rows, else by the
	// identifier that the file's name has.
	Bare bool
	// Also are members of devices, in JSON, by which names of bare files may name them besides the identifiers that the map knows.
	Also []string
}

// run is a run over the files of one fleet.
type run struct {
	ctx     context.Context
	scanner string
	emit    func(scanners.Part) error
	files   []*file
	rows    *regroup.Groups // by device
	gaps    []inventory.Gap
	pages   pages.Run
	buf     []byte
	bare    bool             // there are lists of apps without their devices
	owners  map[string]owner // of these, by each identifier
}

// file is one file that is read.
type file struct {
	Export
	*resolver
	name    string
	number  int
	rec     record
	last    []byte // what the last row told of its device
	key     string // of that
	read    int    // rows and elements
	used    int    // of these, that tell of something
	ignored int
	listed  bool // an element had a list of apps
	broken  tally.Tally
	useless tally.Tally
	strange tally.Tally // members that are there twice, or of another kind than they should be
	trouble jsonstream.Trouble
	also    []string // further identifiers of the last element
	owner   *owner   // of a bare list, by the name of the file
	lost    error    // why there is none
}

// Split reads files and hands on each device; see [scanners.Fleet]. The facts bear the ID of the scanner.
func Split(ctx context.Context, scanner string, list []Export, emit func(scanners.Part) error) (*inventory.Inventory, error) {
	r := &run{ctx: ctx, scanner: scanner, emit: emit, rows: regroup.New(regroup.DefaultMemory)}
	defer r.rows.Close()
	var errs []error
	for i, e := range list {
		r.files = append(r.files, &file{Export: e, resolver: newResolver(e.Map), name: inventory.Text(e.Source.Name()), number: i})
		r.bare = r.bare || e.Bare
	}
	if r.bare {
		r.owners = map[string]owner{}
	}
	for _, bare := range []bool{false, true} { // devices first
		for _, f := range r.files {
			if f.Bare != bare {
				continue
			}
			if err := r.file(f); ctx.Err() != nil {
				return r.rest(), err
			} else if err != nil {
				errs = append(errs, scanners.SourceError(f.Source, err))
			}
		}
	}
	err := r.rows.Each(func(g regroup.Group) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		return emit(func() *inventory.Inventory { return r.together(g) })
	})
	return r.rest(), errors.Join(append(errs, err)...)
}

// file reads one file.
func (r *run) file(f *file) error {
	head := textstream.Head(f.Source)
	if isJSON := beginsJSON(head); isJSON == f.Map.csv {
		return &Unfit{fmt.Sprintf("the mapping %q is for %s, and the export is %s", f.Map.name, f.Map.file.Format, map[bool]string{true: "JSON", false: "no JSON"}[isJSON])}
	}
	text, err := textstream.Open(f.Source)
	if err != nil {
		return err
	}
	if f.Map.csv {
		err = r.csv(f, text)
	} else {
		err = r.json(f, text)
	}
	if n := text.Replaced(); n > 0 {
		r.gap(f, inventory.GapMalformed, n, nil, "Characters of the export are in no encoding that is known, and were replaced.", "Export it as UTF-8.")
	}
	switch {
	case err != nil:
		return err
	case f.read == 0:
		return &Unfit{fmt.Sprintf("the export holds not one row or element of what the mapping %q looks for", f.Map.name)}
	case f.used == 0 && f.ignored == 0 && f.Bare:
		return &Lost{strings.Join(f.useless.Samples, "; ")}
	case f.used == 0 && f.ignored == 0:
		return &Unfit{fmt.Sprintf("of %d rows and elements, the mapping %q can use none: %s", f.read, f.Map.name, strings.Join(append(f.useless.Samples, f.broken.Samples...), "; "))}
	}
	return nil
}

// Unfit is that a mapping does not fit an export.
type Unfit struct{ why string }

// Error implements error.
func (u *Unfit) Error() string { return u.why }

// Next says what the reader can do.
func (*Unfit) Next() string {
	return "Correct the mapping: `quaestor schema map` prints what may stand in it, and scanners/README.md has an example."
}

// Lost is that an answer about the apps of one device is of none that is known.
type Lost struct{ why string }

// Error implements error.
func (l *Lost) Error() string {
	return "it lists the apps of one device and does not say of which: " + l.why
}

// Next says what the reader can do.
func (*Lost) Next() string {
	return "Put it into a folder with the list of devices, name it by the number of its device, such as apps-101.json, and scan the folder."
}

// keep puts the row of a file that was read last to its device.
func (r *run) keep(f *file, line int, app bool) error {
	if f.Bare {
		return r.keepBare(f, line)
	}
	f.read++
	r.buf = f.rec.pack(r.buf[:0], rowDevice)
	key, why := f.key, ""
	if !bytes.Equal(r.buf, f.last) { // rows of one device often stand together
		key, why = f.Map.key(&f.rec)
		f.key, f.last = key, append(f.last[:0], r.buf...)
	} else if key == "" {
		_, why = f.Map.key(&f.rec)
	}
	r.learn(f, key)
	switch {
	case f.rec[sPlatform] == ignore:
		f.ignored++
		return nil
	case key == "":
		f.useless.Add(fmt.Sprintf("line %d: %s", line, why))
		return nil
	}
	if !f.Map.counts {
		if err := r.rows.AddOnce([]byte(key), r.buf, r.mark(f, line)); err != nil {
			return err
		}
	}
	if app {
		return r.app(f, key, line)
	}
	f.used++
	return nil
}

// app keeps the app of a row.
func (r *run) app(f *file, key string, line int) error {
	switch why := f.rec.noApp(); {
	case f.rec[sInstalled] == "false", f.Map.counts && strings.TrimSpace(f.rec[sCount]) == "0", why == "" && f.rec[sIdentifier]+f.rec[sAppName] == "":
		f.used++ // it tells of the device
		return nil
	case why != "":
		f.useless.Add(fmt.Sprintf("line %d: %s", line, why))
		return nil
	}
	f.used++
	r.buf = f.rec.pack(r.buf[:0], rowApp)
	return r.rows.Add([]byte(key), r.buf, r.mark(f, line))
}

// mark says in which file and line a row stands.
func (r *run) mark(f *file, line int) int64 { return int64(line)<<16 | int64(f.number&0xffff) }

func (r *run) origin(mark int64) (inventory.Origin, *file) {
	f := r.files[min(int(mark&0xffff), len(r.files)-1)]
	return inventory.Origin{Scanner: r.scanner, Path: f.name, Line: int(mark >> 16)}, f
}

func (r *run) gap(f *file, kind inventory.GapKind, count int, samples []string, detail, next string) {
	if count == 0 {
		return
	}
	g := inventory.Gap{Scanner: r.scanner, Subject: f.name, Kind: kind, Count: count, Detail: detail, Next: next}
	for _, s := range samples {
		g.Samples = append(g.Samples, inventory.Text(s))
	}
	r.gaps = append(r.gaps, g)
}

// rest is what belongs to no device.
func (r *run) rest() *inventory.Inventory {
	inv := inventory.New()
	for _, f := range r.files {
		r.gap(f, inventory.GapMalformed, f.broken.Count, f.broken.Samples, "Rows of the export are damaged and were not read; those around them were.", "Export again, or mend the lines that are named.")
		r.gap(f, inventory.GapMalformed, f.useless.Count, f.useless.Samples, "The mapping cannot use rows of the export: what they tell is missing.", "Correct the mapping, or the lines that are named.")
		r.gap(f, inventory.GapMalformed, f.strange.Count, f.strange.Samples, jsonpart.OddFields, jsonpart.OddNext)
		r.gap(f, inventory.GapSkipped, f.ignored, nil, "Rows were left out, as the mapping says.", "")
		for i, t := range f.unknown {
			if f.Map.fields[i].slot == sPlatform {
				continue // such rows cannot be used, and are told so
			}
			r.gap(f, inventory.GapMalformed, t.Count, t.Samples, fmt.Sprintf("The mapping does not say what values of %s mean; they were left empty.", f.Map.fields[i].name), "Add them to values or formats in the mapping.")
		}
		r.gaps = append(r.gaps, f.trouble.Gaps(f.name)...)
	}
	inv.Gaps = append(r.gaps, r.pages.Gaps(r.scanner)...)
	r.gaps = nil
	return inv
}
