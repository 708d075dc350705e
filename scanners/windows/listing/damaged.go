package listing

import (
	"quaestor/scanners/internal/codepage"
	"quaestor/scanners/internal/lines"
	"quaestor/scanners/internal/records"
	"quaestor/scanners/source"
)

// maxWhole is how large JSON may be that is read to its end to tell whether it has one.
const maxWhole = 64 << 20

// Damaged implements [scanners.Diagnoser]: a list whose columns are known and of which no row can be read.
func (scanner) Damaged(src *source.Source) string {
	if src.IsDir() || len(src.Head()) == 0 || lines.Binary(src.Head()) {
		return ""
	}
	text := codepage.Head(src.Head()).UTF8
	if beginsWinget(text) {
		return "what `winget list` shows"
	}
	r, form := records.Begun(text)
	if shapeOf(r) == nil || form == records.JSON && whole(src) {
		return ""
	}
	return "a list that Windows exports"
}

// whole reports whether JSON has an end: then it is no damaged list but something else.
func whole(src *source.Source) bool {
	if src.Size() > maxWhole {
		return false
	}
	data, err := src.Bytes()
	return err == nil && records.Whole(codepage.Decode(data).UTF8)
}
