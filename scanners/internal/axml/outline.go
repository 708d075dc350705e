package axml

import "fmt"

// StructureError says that reading a document ended before its end, or that it does not end as it should. What
// was read before stands; what Android does with such a document, the text says.
type StructureError struct{ What string }

func (e *StructureError) Error() string { return e.What }

// What Android does, as its resource parser is written: it refuses a document as corrupt at a chunk that is not
// as long as it says; a reader of manifests stops at the end of the first element, or of the data.
const (
	refuses = "Android refuses the document there as corrupt"
	ignores = "Android does not read on after the end of the first element either"
)

// outline follows the chunks of a document. It keeps the first thing that is wrong with them.
type outline struct {
	depth   int
	started bool
	closed  bool // the first element has ended
	problem string
}

func (o *outline) wrong(format string, args ...any) {
	if o.problem == "" {
		o.problem = fmt.Sprintf(format, args...)
	}
}

// header looks at the header of a chunk at pos, and reports whether the chunk can be told from the next.
func (o *outline) header(pos, header, size, left int64) bool {
	if header < chunkHeader || size < header {
		o.wrong("a chunk of %d bytes with a header of %d at offset %d: the rest was not read; %s", size, header, pos, o.fate())
		return false
	}
	switch {
	case size > left:
		o.wrong("a chunk of %d bytes at offset %d, where only %d remain; %s", size, pos, left, o.fate())
	case (header|size)&3 != 0:
		o.wrong("a chunk of %d bytes with a header of %d at offset %d, which are no multiples of four; %s", size, header, pos, o.fate())
	}
	return true
}

func (o *outline) fate() string {
	if o.closed {
		return ignores
	}
	return refuses
}

// element is told the starts and ends of elements.
func (o *outline) element(pos int, start bool) {
	switch {
	case o.closed && start:
		o.wrong("another element at offset %d after the end of the first: it was not read; %s", pos, ignores)
	case start:
		o.started = true
		o.depth++
	case o.depth == 0:
		o.wrong("the end of an element at offset %d that did not begin", pos)
	default:
		o.depth--
		o.closed = o.closed || o.depth == 0
	}
}

// finish compares what the document says that it holds with what is there. At is where reading ended.
func (o *outline) finish(at, said, there int64) {
	switch {
	case said > there:
		o.wrong("the document says that it has %d bytes, and %d are there; %s", said, there, refuses)
	case at < said:
		o.wrong("%d bytes at offset %d that are no chunk: they were not read; %s", said-at, at, o.fate())
	case o.started && !o.closed:
		o.wrong("the document ends within %d open elements: it may be cut; Android takes what was read until there", o.depth)
	case there > said:
		o.wrong("%d bytes after the end of the document: they were not read; Android does not read them either", there-said)
	}
}

// err is what is wrong, nil when nothing is.
func (o *outline) err() error {
	if o.problem == "" {
		return nil
	}
	return &StructureError{o.problem}
}
