package jsonstream

import (
	"bytes"
	"errors"
)

// Head returns the first element that the beginning of a file holds, and the members before its list. Its Err is [ErrCut] where the
// beginning ends in it: Raw is then what there is of it. It is for recognising a file: ok is false where no object begins.
func Head(head []byte, o Options) (first Element, outside []Member, ok bool) {
	if text := bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n"); len(text) == 0 || text[0] != '{' && text[0] != '[' {
		return Element{}, nil, false
	}
	o.Outside = func(m Member) { outside = append(outside, m) }
	enough := errors.New("enough")
	s := newStream(bytes.NewReader(head), o, func(e Element) error {
		if e.Err == nil && !ok {
			first, ok = e, true
		}
		return enough
	})
	s.partial = func(raw []byte, member string, page int) {
		first, ok = Element{Raw: raw, Line: 1, Member: member, Page: page, Err: ErrCut}, true
	}
	_ = s.run() // nothing can fail but for having enough
	return first, outside, ok
}
