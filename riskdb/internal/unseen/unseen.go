// Package unseen finds characters that have no place in a fact, a rule or a title: they paint over what stands on a
// screen, or turn round the order in which it is read.
//
// What the package cannot see: letters that look like others, and what takes no room and changes nothing, such as the
// joiners of Persian and of emoji.
package unseen

import (
	"fmt"
	"unicode"
)

// Problem says what is wrong with a text, and is empty for one without such characters. A text may have lines and tabs.
func Problem(text string) string {
	for _, r := range text {
		switch {
		case r == '\n' || r == '\t':
		case unicode.In(r, unicode.Cc, unicode.Bidi_Control, unicode.Zl, unicode.Zp), r >= 0xE0000 && r <= 0xE007F:
			return fmt.Sprintf("the text holds the character U+%04X, which steers the screen or the order of reading and is not seen: take it out", r)
		}
	}
	return ""
}
