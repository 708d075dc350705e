package apkfile

import (
	"fmt"

	"quaestor/scanners/inventory"
)

// gaps are the stretches of a file that belong to no entry and are not padding.
type gaps struct {
	places int
	bytes  int64
	after  []inventory.Place
	stale  note
}

// maxSpans are the stretches that Unlisted tells of.
const maxSpans = 256

// span keeps a stretch of the file that belongs to no entry, so that its content can be looked at.
func (f *File) span(at, to int64) {
	if at < to && len(f.spans) < maxSpans {
		f.spans = append(f.spans, Entry{Name: fmt.Sprintf("@%d", at), CompressedSize: to - at, Size: to - at, header: at, index: bareIndex})
	}
}

// Unlisted are the stretches of the file with data of no entry, as entries that are not compressed, named "@" and
// their offset; the first 256 of them. Padding is not among them, nor the signing block. The first call reads all
// local headers.
func (f *File) Unlisted() []Entry {
	f.layout()
	return f.spans
}

// add looks at the stretch from where the pass stands to an offset.
func (g *gaps) add(l *layoutPass, to int64) {
	at := skipPadding(&l.w, l.at, to)
	if at == to {
		return
	}
	l.f.span(at, to)
	g.places++
	g.bytes += to - at
	if len(g.after) < maxPlaces && l.last != nil {
		g.after = append(g.after, inventory.Place{File: inventory.Text(l.last.Name), Item: fmt.Sprintf("%d bytes at offset %d", to-at, at)})
	}
	g.look(l, at, to)
}

// look notes what stands in a gap: an entry that the directory does not list, a signing block that is not
// where it counts.
func (g *gaps) look(l *layoutPass, at, to int64) {
	if end := l.w.get(to-16, 16); string(end) == blockMagic {
		l.f.remark(inventory.MarkHiddenData, "an APK signing block that is not in front of the directory")
	}
	h, ok := parseLocal(l.w.get(at, localSize))
	if !ok {
		return
	}
	if g.stale.code == "" {
		g.stale = newNote(inventory.MarkHiddenData, "entries that the directory does not list")
	}
	g.stale.add(&Entry{Name: string(l.w.get(at+localSize, h.nameSize))})
}

// skipPadding is where bytes begin that are more than padding.
func skipPadding(w *window, at, to int64) int64 {
	for at < to {
		next := skipEmpty(w, at, to)
		if next == at {
			break
		}
		at = next
	}
	return skipZeros(w, at, to)
}

// skipEmpty passes over an entry without name and content, with which build tools fill holes.
func skipEmpty(w *window, at, to int64) int64 {
	h, ok := parseLocal(w.get(at, localSize))
	if !ok || h.compressed != 0 || h.size != 0 || h.descriptor() {
		return at
	}
	end := h.data(at)
	if end > to || skipZeros(w, at+localSize, end) < end {
		return at
	}
	return end
}

// skipZeros is where zero bytes end.
func skipZeros(w *window, at, to int64) int64 {
	for at < to {
		n := min(windowSize, to-at)
		b := w.get(at, n)
		if b == nil {
			return at
		}
		for i, c := range b {
			if c != 0 {
				return at + int64(i)
			}
		}
		at += n
	}
	return at
}
