package saved

import (
	"bytes"
	"fmt"
	"strconv"

	"quaestor/scanners/inventory"
)

// ending notices whether a file with a document a line is all there: those of devices say that more follow, and the last says how many
// came before.
type ending struct {
	lines, more int  // since the last end
	ended       bool // the last document says that it is the last
	wrong       []string
}

// see looks at a document. What says so stands at its beginning, behind the schema.
func (w *ending) see(line []byte) {
	head := line[:min(len(line), 200)]
	w.ended = bytes.Contains(line, []byte(`"runs":[`)) && !bytes.Contains(head, []byte(`"devices":[`)) // by which earlier versions ended a file
	if parts, ok := number(head, `"parts":`); ok {
		if parts != w.lines {
			w.wrong = append(w.wrong, fmt.Sprintf("%d documents of %d", w.lines, parts))
		}
		*w = ending{ended: true, wrong: w.wrong}
		return
	}
	w.lines++
	if saysMore(head) {
		w.more++
	}
}

// saysMore reports whether a document says that others follow.
func saysMore(line []byte) bool {
	return bytes.Contains(line[:min(len(line), 200)], []byte(`,"more":true`))
}

// number is the number of a member of a document.
func number(head []byte, name string) (int, bool) {
	_, rest, ok := bytes.Cut(head, []byte(name))
	if !ok {
		return 0, false
	}
	n, err := strconv.Atoi(string(rest[:len(rest)-len(bytes.TrimLeft(rest, "0123456789"))]))
	return n, err == nil
}

// tellWhole says whether the file is whole, as far as it tells.
func (c *cutter) tellWhole() {
	w := &c.end
	g := inventory.Gap{Scanner: ID, Subject: inventory.Text(c.name), Next: "Write the inventory again from its source, or copy the file again."}
	switch {
	case len(w.wrong) > 0:
		g.Kind, g.Count, g.Samples = inventory.GapMalformed, len(w.wrong), w.wrong[:min(len(w.wrong), maxSamples)]
		g.Detail = "Documents of the file are missing, or there twice: its end tells of another number of them."
	case w.more > 0:
		g.Kind, g.Detail = inventory.GapMalformed, "The file was cut off: it ends behind a document that says that others follow. How many devices are missing is not known."
	case !w.ended:
		g.Kind, g.Detail = inventory.GapBlind, "Whether the file is whole cannot be told: nothing in it says where it ends."
	default:
		return
	}
	c.rest.Gaps = append(c.rest.Gaps, g)
}
