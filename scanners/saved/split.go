package saved

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"

	"quaestor/scanners"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

// maxLine is the size of one document among many.
const maxLine = 32 << 20

// Scan implements scanners.Scanner.
func (s Scanner) Scan(ctx context.Context, src *source.Source) (*inventory.Inventory, error) {
	return scanners.Whole(ctx, s, src)
}

// Split implements scanners.Fleet. A file with one document a line is cut into its lines, each of which is the inventory of a
// device. Any other file is one part: its documents may share facts.
func (Scanner) Split(ctx context.Context, srcs []*source.Source, emit func(scanners.Part) error) (*inventory.Inventory, error) {
	rest := inventory.New()
	var errs []error
	for _, src := range srcs {
		c := cutter{ctx: ctx, name: src.Name(), emit: emit, rest: rest}
		if err := c.file(src); err != nil {
			errs = append(errs, scanners.SourceError(src, err))
		}
		if ctx.Err() != nil {
			break
		}
	}
	return rest, errors.Join(errs...)
}

// cutter cuts one file into documents.
type cutter struct {
	ctx    context.Context
	name   string
	emit   func(scanners.Part) error
	rest   *inventory.Inventory
	in     *bufio.Reader
	number int // of the document
	broken broken
	end    ending
}

// broken are lines that are no inventory.
type broken struct {
	count   int
	samples []string
}

func (c *cutter) file(src *source.Source) error {
	r, err := src.Reader()
	if err != nil {
		return err
	}
	if isGzip(src.Head()) {
		zr, err := gzip.NewReader(r)
		if err != nil {
			return fmt.Errorf("not a readable gzip file: %w; copy it again", err)
		}
		r = zr
	}
	c.in = bufio.NewReaderSize(skipBOM(r), int(min(max(src.Size(), 4<<10), 256<<10)))
	first, err := c.line()
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, errLongLine) {
		return err
	}
	if errors.Is(err, errLongLine) || !isDocument(first) || c.atEnd() && !saysMore(first) {
		return c.whole(first)
	}
	return c.lines(first)
}

// whole reads what has no line for each document: a small file as a part beside others, a large one here. First was read of it.
func (c *cutter) whole(first []byte) error {
	text, err := io.ReadAll(io.LimitReader(c.in, int64(max(maxLine-len(first), 0))))
	if err != nil {
		return err
	}
	text = append(first, text...)
	if _, err := c.in.Peek(1); err == nil || !errors.Is(err, io.EOF) {
		inv, err := read(c.ctx, io.MultiReader(bytes.NewReader(text), c.in), c.name)
		return errors.Join(c.emit(func() *inventory.Inventory { return inv }), err)
	}
	name := c.name
	return c.emit(func() *inventory.Inventory {
		inv, err := read(context.Background(), bytes.NewReader(text), name)
		if err != nil {
			scanners.Failed(inv, ID, name, err)
		}
		return inv
	})
}

// lines hands on each line as a part.
func (c *cutter) lines(line []byte) error {
	defer c.tellBroken()
	for {
		c.number++
		if err := c.document(line); err != nil {
			return err
		}
		var err error
		switch line, err = c.line(); {
		case errors.Is(err, errLongLine):
			c.number++
			c.bad(err.Error())
			c.number--
			line = nil
			c.skipLine()
		case err == io.EOF && len(line) == 0:
			c.tellWhole()
			return nil
		case err != nil && err != io.EOF:
			return fmt.Errorf("line %d: %w", c.number+1, err)
		}
	}
}

// document hands on one line, if it is no blank one.
func (c *cutter) document(line []byte) error {
	switch text := bytes.TrimSpace(line); {
	case len(text) == 0:
		return nil
	case text[0] != '{':
		c.bad("it is no JSON object")
		return nil
	case !isDocument(line) && c.atEnd():
		return fmt.Errorf("line %d: the file ends in the middle of the document; copy it again", c.number)
	}
	c.end.see(line)
	return c.emit(c.part(line))
}

// part reads one line. What is wrong with it is told where its device is.
func (c *cutter) part(line []byte) scanners.Part {
	name, number := c.name, c.number
	return func() *inventory.Inventory {
		r := &reader{ctx: context.Background(), left: maxMemory, dec: newDecoder(bytes.NewReader(line)), among: true}
		err := r.documentsUntilEOF()
		inv := inventory.New()
		inv.Merge(&r.inv)
		for i := range inv.Apps {
			r.flaws.app(&inv.Apps[i])
		}
		inv.Gaps = append(inv.Gaps, r.gaps(name, err)...)
		if err != nil {
			inv.Gaps = append(inv.Gaps, inventory.Gap{Scanner: ID, Subject: inventory.Text(name), Kind: inventory.GapMalformed, Count: 1,
				Detail: inventory.Text(fmt.Sprintf("Line %d was not read to its end: %v.", number, err)), Next: "Write the inventory again from its source."})
		}
		return inv
	}
}

func (c *cutter) bad(why string) {
	if c.broken.count++; len(c.broken.samples) < maxSamples {
		c.broken.samples = append(c.broken.samples, inventory.Text(fmt.Sprintf("line %d: %s", c.number, why)))
	}
}

func (c *cutter) tellBroken() {
	if c.broken.count > 0 {
		c.rest.Gaps = append(c.rest.Gaps, inventory.Gap{Scanner: ID, Subject: inventory.Text(c.name), Kind: inventory.GapMalformed, Count: c.broken.count, Samples: c.broken.samples,
			Detail: "Lines of the file are no inventory; they were left out.", Next: "Write the inventory again from its source."})
	}
}

var errLongLine = fmt.Errorf("it is longer than %d MiB", maxLine>>20)

// line reads a line with its end. At the end of the file it returns what is left, and io.EOF.
func (c *cutter) line() ([]byte, error) {
	var out []byte
	for {
		piece, err := c.in.ReadSlice('\n')
		out = append(out, piece...)
		if !errors.Is(err, bufio.ErrBufferFull) {
			return out, err
		}
		if len(out) > maxLine {
			return out, errLongLine
		}
	}
}

// skipLine passes the rest of a line. What cannot be read is told by the next one who reads.
func (c *cutter) skipLine() {
	for {
		if _, err := c.in.ReadSlice('\n'); !errors.Is(err, bufio.ErrBufferFull) {
			return
		}
	}
}

// atEnd reports whether nothing follows but a little white space.
func (c *cutter) atEnd() bool {
	ahead, err := c.in.Peek(4096)
	return err != nil && len(bytes.TrimSpace(ahead)) == 0
}

// isDocument reports whether a line is one JSON object from its first bracket to its last.
func isDocument(line []byte) bool {
	text := bytes.TrimSpace(line)
	if len(text) == 0 || text[0] != '{' || text[len(text)-1] != '}' {
		return false
	}
	depth, inString := 0, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case inString && c == '\\':
			i++
		case c == '"':
			inString = !inString
		case inString:
		case c == '{' || c == '[':
			depth++
		case c == '}' || c == ']':
			if depth--; depth == 0 && i < len(text)-1 {
				return false // another one behind it
			}
		}
	}
	return depth == 0
}
