package saved

import (
	"encoding/json"
	"fmt"
	"io"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"quaestor/scanners/inventory"
)

// Write writes an inventory in its saved form: one JSON document, indented, ending in a newline. It sorts
// inv. Characters that a terminal would obey, that turn the direction of text or that show nothing are written
// as \u escapes, so that the file can be looked at anywhere; they read back as they were.
func Write(w io.Writer, inv *inventory.Inventory) error { return write(w, inv, "  ") }

// WriteLine writes an inventory as Write does, on one line. Files of many such lines are read one line at a time.
func WriteLine(w io.Writer, inv *inventory.Inventory) error { return write(w, inv, "") }

func write(w io.Writer, inv *inventory.Inventory, indent string) error {
	inv.Sort()
	enc := json.NewEncoder(&escaper{w: w})
	enc.SetEscapeHTML(false)
	enc.SetIndent("", indent)
	if err := enc.Encode(inv); err != nil {
		return fmt.Errorf("cannot write the inventory: %w", err)
	}
	return nil
}

// escaper replaces unprintable characters outside of ASCII, which in JSON occur inside strings only.
type escaper struct{ w io.Writer }

func (e *escaper) Write(p []byte) (int, error) {
	out := make([]byte, 0, len(p)+64)
	for i := 0; i < len(p); {
		if p[i] < utf8.RuneSelf {
			if p[i] == 0x7f {
				out = fmt.Appendf(out, `\u%04x`, p[i])
			} else {
				out = append(out, p[i])
			}
			i++
			continue
		}
		r, n := utf8.DecodeRune(p[i:])
		switch {
		case shows(r) || r == utf8.RuneError:
			out = append(out, p[i:i+n]...)
		case r > 0xffff:
			hi, lo := utf16.EncodeRune(r)
			out = fmt.Appendf(out, `\u%04x\u%04x`, hi, lo)
		default:
			out = fmt.Appendf(out, `\u%04x`, r)
		}
		i += n
	}
	if _, err := e.w.Write(out); err != nil {
		return 0, err
	}
	return len(p), nil
}

// shows reports whether a character can be seen. Some letters and marks are made not to be.
func shows(r rune) bool {
	return unicode.IsPrint(r) && r != 0x2800 && !unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector)
}
