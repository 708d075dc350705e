package textstream

import (
	"bytes"
	"io"
	"unicode/utf8"

	"quaestor/scanners/internal/codepage"
)

const (
	chunk       = 64 << 10
	guessBytes  = 1 << 20 // that are looked at before it is settled what a text is in
	replacement = "\uFFFD"
)

// decoder makes UTF-8 of a text in UTF-8 or in a code page.
type decoder struct {
	r        io.Reader
	buf      []byte
	carry    int    // bytes at the beginning of buf that begin a character
	out      []byte // made and not yet handed on
	err      error
	settled  bool      // a character beyond ASCII was met
	page     string    // the code page that it is in, "" for UTF-8
	paged    io.Reader // reads it as UTF-8 then
	scratch  []byte
	replaced int
}

func newDecoder(r io.Reader) *decoder { return &decoder{r: r, buf: make([]byte, chunk)} }

// Read implements [io.Reader].
func (d *decoder) Read(p []byte) (int, error) {
	for len(d.out) == 0 {
		if d.err != nil {
			return 0, d.err
		}
		d.next()
	}
	n := copy(p, d.out)
	d.out = d.out[n:]
	return n, nil
}

// next reads on, and makes UTF-8 of what it has.
func (d *decoder) next() {
	if d.paged != nil {
		n, err := d.paged.Read(d.buf)
		d.out, d.err = d.buf[:n], err
		return
	}
	n, err := d.r.Read(d.buf[d.carry:])
	d.err = err
	got := d.buf[:d.carry+n]
	d.carry = 0
	if !d.settled {
		if isASCII(got) {
			d.out = got
			return
		}
		d.settle(got)
		return
	}
	if utf8.Valid(got) {
		d.out = got
		return
	}
	d.repair(got)
}

// settle finds out what a text is in whose first characters beyond ASCII have come. They are read once more.
func (d *decoder) settle(got []byte) {
	d.settled = true
	window := bytes.Clone(got)
	if d.err == nil {
		var more []byte
		more, d.err = io.ReadAll(io.LimitReader(d.r, guessBytes-int64(len(got))))
		window = append(window, more...)
	}
	d.r = io.MultiReader(bytes.NewReader(window), failing{d.err}, d.r)
	d.err = nil
	if text := whole(window); !utf8.Valid(text) && !mostly(text) {
		page := codepage.Guess(window)
		d.page, d.paged = page.Name, page.Reader(d.r)
	}
}

// failing is a reader that has nothing, and ends in an error or regularly.
type failing struct{ err error }

// Read implements [io.Reader].
func (f failing) Read([]byte) (int, error) {
	if f.err == nil {
		return 0, io.EOF
	}
	return 0, f.err
}

// repair hands on UTF-8 of which a character is cut at the end or broken.
func (d *decoder) repair(got []byte) {
	if d.err == nil {
		d.carry = cutTail(got)
	}
	text := got[:len(got)-d.carry]
	if utf8.Valid(text) {
		d.out = text
		if d.carry > 0 { // what is handed on must not be written over: it is read before the buffer is filled again
			d.out = append(d.scratch[:0], text...)
			d.scratch = d.out
		}
	} else {
		d.replaced += breaks(text)
		d.out = bytes.ToValidUTF8(text, []byte(replacement))
	}
	copy(d.buf, got[len(text):])
}

// breaks is how many places of a text are no UTF-8.
func breaks(text []byte) int {
	n, within := 0, false
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRune(text[i:])
		broken := r == utf8.RuneError && size == 1
		if broken && !within {
			n++
		}
		within = broken
		i += size
	}
	return n
}

// mostly reports whether a text that is no UTF-8 throughout is UTF-8 with damages: whole characters beyond ASCII are more frequent than
// places that are none.
func mostly(text []byte) bool {
	whole, broken := 0, 0
	for i := 0; i < len(text); {
		if text[i] < utf8.RuneSelf {
			i++
			continue
		}
		r, size := utf8.DecodeRune(text[i:])
		if r == utf8.RuneError && size == 1 {
			broken++
		} else {
			whole++
		}
		i += size
	}
	return whole > broken
}

// cutTail is how many bytes at the end of a text begin a character that is not there whole.
func cutTail(text []byte) int {
	for n := 1; n < utf8.UTFMax && n <= len(text); n++ {
		if c := text[len(text)-n]; utf8.RuneStart(c) {
			if c >= utf8.RuneSelf && !utf8.FullRune(text[len(text)-n:]) {
				return n
			}
			return 0
		}
	}
	return 0
}

func isASCII(b []byte) bool {
	for len(b) >= 8 {
		if (b[0]|b[1]|b[2]|b[3]|b[4]|b[5]|b[6]|b[7])&0x80 != 0 {
			return false
		}
		b = b[8:]
	}
	for _, c := range b {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
