// Package safetext makes foreign text fit to be shown to a person: on a terminal, in a table, on one line.
//
// App labels, package names, paths and versions come from devices that may be hostile. A label can hold
// escape sequences that repaint the screen, marks that reverse the reading order, letters that cannot be
// seen, or accents stacked over three lines. [Escape] keeps what a reader can see and writes everything else
// visibly, as ⟨U+202E⟩ for a character and ⟨xFF⟩ for a byte that is no text, so that two labels that differ
// look different.
//
// What the package cannot see: look-alike letters (a Cyrillic а in a Latin word), and the natural reading
// order of Arabic and Hebrew, which a terminal may apply to a whole line.
package safetext

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/olekukonko/tablewriter/pkg/twwidth"
)

// maxMarks is how many combining marks one letter may carry. Vietnamese and Hebrew need up to three.
const maxMarks = 4

// Escape returns s as visible text on one line. Escaping twice changes nothing more.
func Escape(s string) string {
	if plain(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s) + 16)
	marks, symbol := maxMarks, false // at the start a mark has no letter to stand on
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && n == 1:
			fmt.Fprintf(&b, "⟨x%02X⟩", s[i])
			marks, symbol = 0, false
		case symbol && (r == 0xFE0E || r == 0xFE0F):
			// Text or emoji style of the symbol before: no meaning, and terminals differ in its width.
		case unicode.In(r, unicode.Mn, unicode.Me) && Shows(r) && marks < maxMarks:
			b.WriteRune(r)
			marks++
		case unicode.In(r, unicode.Mn, unicode.Me):
			fmt.Fprintf(&b, "⟨U+%04X⟩", r)
			symbol = false // marks stays: a run of marks is cut once
		case wideSpace(r):
			b.WriteByte(' ')
			marks, symbol = 0, false
		case !visible(r):
			fmt.Fprintf(&b, "⟨U+%04X⟩", r)
			marks, symbol = 0, false
		default:
			b.WriteRune(r)
			marks, symbol = 0, unicode.Is(unicode.So, r)
		}
		i += n
	}
	return b.String()
}

// plain is the common case: printable ASCII only.
func plain(s string) bool {
	for i := range len(s) {
		if s[i] < 0x20 || s[i] > 0x7e {
			return false
		}
	}
	return true
}

// wideSpace lists the spaces of ordinary writing; the exotic ones are escaped.
func wideSpace(r rune) bool { return r == 0x00A0 || r == 0x202F || r == 0x3000 }

// Shows reports whether a reader can see that r is there at all: by what it draws, by the space that it takes,
// or by what it does to the letter before it.
func Shows(r rune) bool {
	switch {
	case !unicode.IsGraphic(r):
		return false // control, format (bidi, zero width, tags), private, unassigned
	case unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector):
		return false // Hangul and Khmer fillers, the grapheme joiner: letters and marks that show nothing
	}
	return r != 0x2800 // the blank Braille cell
}

// visible reports whether r takes up space, is seen, and has the same width in every terminal.
func visible(r rune) bool {
	switch {
	case r == ' ':
		return true
	case !Shows(r), unicode.Is(unicode.Zs, r):
		return false // odd spaces too
	case r >= 0x1F1E6 && r <= 0x1F1FF, r >= 0x1F3FB && r <= 0x1F3FF:
		return false // flags and skin tones: two characters in one place, or not, as the terminal likes
	}
	return true
}

// Width is the number of columns that s takes on a terminal. It expects escaped text and does not depend on
// the locale.
func Width(s string) int { return twwidth.WidthWithOptions(s, twwidth.Options{}) }

// Cut shortens escaped text to at most width columns and marks the cut with an ellipsis.
func Cut(s string, width int) string {
	if len(s) <= width || Width(s) <= width {
		return s
	}
	if width < 1 {
		return ""
	}
	head, _ := split(s, width-1)
	if open := strings.LastIndex(head, "⟨"); open > strings.LastIndex(head, "⟩") {
		head = head[:open] // half an escape says nothing
	}
	return head + "…"
}

// Line escapes s and cuts it to width columns.
func Line(s string, width int) string { return Cut(Escape(s), width) }
