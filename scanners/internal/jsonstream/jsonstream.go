// Package jsonstream finds the elements of the list that an export in JSON is, one after another, in a file of any size.
//
// An export is a document that is an array; an object with a member that is a list, which tools call "value", "devices" or
// "hosts"; several such documents one after another (pages); one object a line (NDJSON); or one object by itself. Elements are cut
// out and not decoded: only strings and brackets are followed, at a fraction of the cost of decoding. One that is broken is told with
// its line, and reading goes on at the next place that looks like the beginning of another.
//
// What the package cannot see: whether an element is valid inside. A missing bracket or quotation mark is noticed, a missing
// comma or a wrong number is for the decoder to find. After a broken element it may take a part of it for an element.
package jsonstream

import (
	"errors"
	"fmt"
	"io"
)

// The reasons why an element is not handed out; errors of [Element] wrap one of them.
var (
	ErrBroken   = errors.New("it is damaged")
	ErrCut      = errors.New("the file ends in the middle")
	ErrTooLarge = errors.New("it is larger than any element that is read")
	ErrOther    = errors.New("it is no object")
)

// MaxElement is the most bytes of one element, where Options say nothing else.
const MaxElement = 8 << 20

// maxOutside is the most bytes of a member around the list that are handed out.
const maxOutside = 64 << 10

// Options say where the list is.
type Options struct {
	// Members are the names of members that are the list, or the only element of one, told apart by case.
	Members []string
	// Depth is how many objects deep they may lie; 0 is 1, a member of the document itself.
	Depth int
	// MaxElement is the most bytes of one element; 0 is [MaxElement].
	MaxElement int
	// Outside is told the members around a list, such as "count", in their order; those of objects without a list are theirs.
	Outside func(Member)
}

// Member is a member of the object around a list.
type Member struct {
	Name  string
	Value []byte // its text, not decoded; nil when it has more than 64 KiB
	Page  int
}

// Element is one element of the list.
type Element struct {
	Raw    []byte // its text, which belongs to the receiver; nil with Err
	Line   int    // in which it begins, from 1
	Member string // that the list is; "" for an array or an object by itself
	Page   int    // number of the document that it lies in, from 1
	Err    error  // why it is not here
}

// Elements hands the elements in r to yield, in their order. It ends with the first error of yield, and with one that r fails with:
// that says in which line.
func Elements(r io.Reader, o Options, yield func(Element) error) error {
	return newStream(r, o, yield).run()
}

func (s *stream) run() error {
	s.mark()
	for {
		c, ok := s.next()
		if !ok {
			return s.failed()
		}
		line := s.lineOf(s.at())
		err := s.document(c, line)
		if f, is := err.(*fault); is {
			err = s.recover(f, &s.documents, "")
		}
		switch {
		case errors.Is(err, errEnd):
			return s.failed()
		case err != nil:
			return err
		}
	}
}

// failed is what the reader failed with, other than its end.
func (s *stream) failed() error {
	if s.err == nil || s.err == io.EOF {
		return nil
	}
	return fmt.Errorf("in line %d: %w", s.lineOf(s.at()), s.err)
}

// errEnd ends the reading after the reason was told.
var errEnd = errors.New("end")

// fault is what is wrong with an element or document.
type fault struct {
	kind  error // ErrBroken or ErrCut
	what  string
	start int64 // where the element or document begins
	line  int   // of start
	at    int64 // where the fault shows
}

func (f *fault) Error() string { return f.what }

// fault says that what begins at start is not whole; what is "" at the end of the file.
func (s *stream) fault(start int64, line int, what string) error {
	f := &fault{kind: ErrBroken, what: what, start: start, line: line, at: s.at()}
	if what == "" {
		f.kind = ErrCut
	}
	return f
}

// refuse hands on that something is not handed out; it shows in the line where.
func (s *stream) refuse(line int, member string, kind error, what string, where int) error {
	err := fmt.Errorf("%w: %s", kind, what)
	if where != line {
		err = fmt.Errorf("%w: in line %d, %s", kind, where, what)
	}
	if what == "" {
		err = kind
	}
	return s.yield(Element{Line: line, Member: member, Page: s.page, Err: err})
}
