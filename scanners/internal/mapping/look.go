package mapping

import (
	"bytes"
	"io"
	"slices"
	"strings"

	"quaestor/scanners/internal/csvstream"
	"quaestor/scanners/internal/jsonpart"
	"quaestor/scanners/internal/jsonstream"
)

// Fits reports whether an export has, as far as the beginning of its text shows, all that the map needs.
func (m *Map) Fits(head []byte) bool { return Find([]*Map{m}, head) == m }

// Find is the first map that an export fits, nil where there is none.
func Find(maps []*Map, head []byte) *Map {
	if !beginsJSON(head) {
		header := csvstream.Columns(head)
		if header == nil {
			return nil
		}
		return first(maps, func(m *Map) bool {
			_, err := m.columnsOf(header)
			return m.csv && err == nil
		})
	}
	return first(maps, func(m *Map) bool { return !m.csv && m.fitsJSON(head) })
}

func first(maps []*Map, fits func(*Map) bool) *Map {
	if i := slices.IndexFunc(maps, fits); i >= 0 {
		return maps[i]
	}
	return nil
}

// maxLooked is how many elements show whether an export fits.
const maxLooked = 20

func beginsJSON(head []byte) bool {
	text := strings.TrimLeft(string(head[:min(len(head), 1000)]), " \t\r\n")
	return strings.HasPrefix(text, "{") || strings.HasPrefix(text, "[")
}

func (m *Map) fitsJSON(head []byte) bool {
	o := jsonstream.Options{Members: m.members, Depth: m.depth}
	e, _, ok := jsonstream.Head(head, o)
	if m.file.App == nil && e.Err != nil {
		return false // the apps may stand where it is cut off
	}
	if !ok || len(names(nil, "", jsonpart.Value(e.Raw))) == 0 {
		return false
	}
	d := &reader{f: &file{Export: Export{Map: m}}, first: []jsonstream.Element{{Raw: e.Raw}}}
	if e.Err == nil { // what the first lacks, another may have
		_ = jsonstream.Elements(bytes.NewReader(head), o, func(e jsonstream.Element) error {
			if d.first = append(d.first, e); len(d.first) > maxLooked {
				return io.EOF
			}
			return nil
		})
	}
	return d.fits() == nil
}

// Exported reports whether a text is CSV or JSON, as its beginning shows.
func Exported(head []byte) bool {
	if _, _, ok := jsonstream.Head(head, jsonstream.Options{}); ok {
		return true
	}
	return csvstream.Columns(head) != nil
}

// Named reports whether a name is one that exports have.
func Named(base string) bool {
	name := strings.TrimSuffix(strings.ToLower(base), ".gz")
	return slices.ContainsFunc([]string{".csv", ".tsv", ".json", ".ndjson", ".jsonl"}, func(ext string) bool { return strings.HasSuffix(name, ext) })
}
