// Package protoxml reads what an Android app bundle (.aab) holds in place of binary XML and a resource table: both
// as protocol buffers, in the layout of aapt2's Resources.proto. XML is handed over as [axml] hands it over, and
// values of resources as [arsc] gives them, so that one reader of manifests serves both.
//
// What the package cannot see: what a store makes of a bundle, which can leave modules out, and bags such as
// plurals and styles.
package protoxml

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strconv"

	"google.golang.org/protobuf/encoding/protowire"

	"quaestor/scanners/internal/axml"
)

// Limits on one document.
const (
	MaxBytes  = 8 << 20
	maxNodes  = 200_000 // elements, texts and attributes together
	maxDepth  = 256
	maxString = 32 << 10 // bytes kept of one string
)

const androidNamespace = "http://schemas.android.com/apk/res/android"

var errMessage = errors.New("not a message of aapt2's layout")

// Walk hands the content of a document to h, as [axml.Walk] does. Table gives ids to references that have only a
// name; it may be nil.
func Walk(ctx context.Context, data []byte, table *Table, h axml.Handler) (axml.Report, error) {
	if len(data) > MaxBytes {
		return axml.Report{}, &axml.LimitError{What: "bytes of XML in a protocol buffer", Limit: MaxBytes}
	}
	w := &walker{ctx: ctx, table: table, h: h}
	if err := w.node(data, 1); err != nil {
		return axml.Report{}, err
	}
	if w.elements == 0 {
		return axml.Report{}, errors.New("the document holds no element")
	}
	return axml.Report{}, nil
}

type walker struct {
	ctx      context.Context
	table    *Table
	h        axml.Handler
	nodes    int
	elements int
	element  axml.Element
}

func (w *walker) spend() error {
	if w.nodes++; w.nodes > maxNodes {
		return &axml.LimitError{What: "elements and attributes", Limit: maxNodes}
	}
	return w.ctx.Err()
}

// node reads an XmlNode: an element (1) or a text (2).
func (w *walker) node(data []byte, depth int) error {
	if err := w.spend(); err != nil {
		return err
	}
	if depth > maxDepth {
		return &axml.LimitError{What: "levels of elements", Limit: maxDepth}
	}
	return fields(data, func(f field) error {
		switch {
		case f.is(1):
			return w.start(f.bytes, depth)
		case f.is(2) && w.h.Text != nil:
			return w.h.Text(text(f.bytes))
		}
		return nil
	})
}

// start reads an XmlElement: its name (3) and attributes (4), then its children (5), wherever they stand.
func (w *walker) start(data []byte, depth int) error {
	w.elements++
	w.element = axml.Element{Depth: depth, Attrs: w.element.Attrs[:0]}
	err := fields(data, func(f field) error {
		switch {
		case f.is(3):
			w.element.Name = text(f.bytes)
		case f.is(4):
			return w.attribute(f.bytes)
		}
		return nil
	})
	if err != nil {
		return err
	}
	if err := w.h.Start(&w.element); err != nil {
		return err
	}
	err = fields(data, func(f field) error {
		if f.is(5) {
			return w.node(f.bytes, depth+1)
		}
		return nil
	})
	if err != nil || w.h.End == nil {
		return err
	}
	return w.h.End(depth)
}

// attribute reads an XmlAttribute: namespace (1), name (2), text (3), resource id of the name (5), value (6). The
// name is the one by which Android finds the attribute, as in [axml.Attr].
func (w *walker) attribute(data []byte) error {
	if err := w.spend(); err != nil {
		return err
	}
	var space, own, raw string
	var id uint32
	var item []byte
	err := fields(data, func(f field) error {
		switch {
		case f.is(1):
			space = text(f.bytes)
		case f.is(2):
			own = text(f.bytes)
		case f.is(3):
			raw = text(f.bytes)
		case f.number == 5:
			id = uint32(f.value)
		case f.is(6):
			item = f.bytes
		}
		return nil
	})
	if err != nil {
		return err
	}
	a := axml.Attr{Name: own, Value: raw, Text: true}
	if item != nil {
		v, err := readItem(item)
		if err != nil {
			return err
		}
		if a.Value, a.Text = w.value(v); !a.Text {
			a.Raw = raw
		}
	}
	switch known := axml.AttributeName(id); {
	case known != "":
		a.Name = known
	case id != 0:
		a.Name = "#" + own
	case space == androidNamespace:
		a.Name = "android:" + own
	case space != "":
		a.Name = space + ":" + own
	}
	w.element.Attrs = append(w.element.Attrs, a)
	return nil
}

// value writes a value as axml does; isText tells strings.
func (w *walker) value(v item) (s string, isText bool) {
	switch v.kind {
	case kindText:
		return v.text, true
	case kindReference:
		id := v.id
		if id == 0 {
			id = w.table.ID(v.text)
		}
		if id == 0 && v.text != "" {
			return "@" + v.text, false
		}
		return "@" + strconv.FormatUint(uint64(id), 16), false
	}
	return v.text, false
}

// Kinds of items.
const (
	kindNone = iota
	kindText
	kindReference
	kindNumber
	kindBool
)

// item is a value: a text, a reference to a resource by id or name, or a number or truth in text.
type item struct {
	kind int
	text string
	id   uint32
}

// readItem reads an Item: a reference (1), a string in three forms (2 to 4), a file (5), a primitive value (7).
func readItem(data []byte) (v item, err error) {
	err = fields(data, func(f field) error {
		switch {
		case f.is(1):
			v = item{kind: kindReference}
			return v.reference(f.bytes)
		case f.is(2), f.is(3), f.is(4), f.is(5):
			v = item{kind: kindText}
			return fields(f.bytes, func(f field) error {
				if f.is(1) {
					v.text = text(f.bytes)
				}
				return nil
			})
		case f.is(7):
			return v.primitive(f.bytes)
		}
		return nil
	})
	return v, err
}

// reference reads a Reference: its kind (1: 1 is an attribute of the theme), id (2) and name (3).
func (v *item) reference(data []byte) error {
	return fields(data, func(f field) error {
		switch {
		case f.number == 1 && f.value == 1:
			v.kind = kindNone // the theme of a device decides
		case f.number == 2:
			v.id = uint32(f.value)
		case f.is(3):
			v.text = text(f.bytes)
		}
		return nil
	})
}

func (v *item) primitive(data []byte) error {
	return fields(data, func(f field) error {
		switch f.number {
		case 1, 2: // null, empty
			*v = item{}
		case 3:
			*v = item{kind: kindNumber, text: fmt.Sprintf("%g", math.Float32frombits(uint32(f.value)))}
		case 7:
			*v = item{kind: kindNumber, text: "0x" + strconv.FormatUint(uint64(uint32(f.value)), 16)}
		case 8:
			*v = item{kind: kindBool, text: strconv.FormatBool(f.value != 0)}
		default:
			*v = item{kind: kindNumber, text: strconv.FormatInt(int64(int32(f.value)), 10)}
		}
		return nil
	})
}

// field is one field of a message: bytes, or a number of any width.
type field struct {
	number protowire.Number
	kind   protowire.Type
	bytes  []byte
	value  uint64
}

// is reports whether f is the field n and holds bytes.
func (f field) is(n protowire.Number) bool { return f.number == n && f.kind == protowire.BytesType }

// fields calls visit for each field of a message.
func fields(data []byte, visit func(field) error) error {
	for len(data) > 0 {
		number, kind, n := protowire.ConsumeTag(data)
		if n < 0 {
			return errMessage
		}
		data = data[n:]
		f := field{number: number, kind: kind}
		switch kind {
		case protowire.BytesType:
			f.bytes, n = protowire.ConsumeBytes(data)
		case protowire.VarintType:
			f.value, n = protowire.ConsumeVarint(data)
		case protowire.Fixed32Type:
			var v uint32
			v, n = protowire.ConsumeFixed32(data)
			f.value = uint64(v)
		default:
			n = protowire.ConsumeFieldValue(number, kind, data)
		}
		if n < 0 {
			return errMessage
		}
		data = data[n:]
		if err := visit(f); err != nil {
			return err
		}
	}
	return nil
}
