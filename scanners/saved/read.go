package saved

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"

	"quaestor/scanners/inventory"
)

// Limits on one file, besides maxBytes. A fleet of 1,000 computers stays below each.
const (
	maxMemory    = 1 << 30 // bytes of all facts, as weighed by measure
	maxDocuments = 100_000
	maxDepth     = 64 // of one element; the deepest fact has 5
)

var errTooMuch = errors.New("more facts than fit into the memory set aside for one file; split the file")

// reader reads documents one fact at a time, so that memory holds the facts and not the text as well.
type reader struct {
	ctx       context.Context
	dec       *json.Decoder
	inv       inventory.Inventory // every fact of every document, in the order of the file
	left      int64               // of maxMemory
	unknown   unknown
	flaws     flaws
	documents int
	lists     int  // of the document that is being read, by names that are known
	among     bool // others of the same file are read by others
}

func read(ctx context.Context, in io.Reader, name string) (*inventory.Inventory, error) {
	r := &reader{ctx: ctx, left: maxMemory, dec: newDecoder(skipBOM(&capReader{r: in, left: maxBytes}))}
	err := r.documentsUntilEOF()
	// A merge unites facts that several documents share.
	inv := inventory.New()
	inv.Merge(&r.inv)
	for i := range inv.Apps {
		r.flaws.app(&inv.Apps[i])
	}
	inv.Merge(&inventory.Inventory{Gaps: r.gaps(name, err)})
	return inv, err
}

func newDecoder(r io.Reader) *json.Decoder { return json.NewDecoder(&guard{r: r}) }

func (r *reader) documentsUntilEOF() error {
	for {
		err := r.document()
		if errors.Is(err, io.EOF) && r.documents > 0 {
			return nil
		}
		if errors.Is(err, io.EOF) {
			return errors.New("the file is empty; write the inventory again")
		}
		if err != nil {
			return r.where(err)
		}
		if r.documents++; r.documents > maxDocuments {
			return fmt.Errorf("more than %d documents; split the file", maxDocuments)
		}
	}
}

// document reads one JSON object. At the end of the file it returns io.EOF.
func (r *reader) document() error {
	tok, err := r.dec.Token()
	if err != nil {
		return err
	}
	if tok != json.Delim('{') {
		return fmt.Errorf("a JSON object was expected, not %v; name a file that was written with -o inventory", describe(tok))
	}
	schema := ""
	r.lists = 0
	for r.dec.More() {
		key, err := r.dec.Token()
		if err != nil {
			return noEOF(err)
		}
		if err := r.member(fmt.Sprint(key), &schema); err != nil {
			return noEOF(err)
		}
	}
	if _, err := r.dec.Token(); err != nil {
		return noEOF(err)
	}
	if err := checkSchema(schema); err != nil {
		return err
	}
	if r.lists == 0 {
		r.flaws.add(flawNoList, "")
	}
	return nil
}

func (r *reader) member(key string, schema *string) error {
	if key == "schema" {
		if err := r.dec.Decode(schema); err != nil {
			return fmt.Errorf("schema: %w", err)
		}
		return checkSchema(*schema) // at once: what follows may be of another model
	}
	if key == "more" || key == "parts" { // how many lines a file has is for who cuts it into them
		return r.skip()
	}
	field, ok := listField(key)
	if !ok {
		if _, known := listField(strings.ToLower(key)); known || strings.EqualFold(key, "schema") {
			r.flaws.add(flawCase, key)
		} else {
			r.unknown.add(key)
		}
		return r.skip()
	}
	r.lists++
	return r.list(key, reflect.ValueOf(&r.inv).Elem().FieldByIndex(field.Index))
}

// listField finds the list of Inventory that a JSON key names.
func listField(key string) (reflect.StructField, bool) {
	t := reflect.TypeFor[inventory.Inventory]()
	for i := range t.NumField() {
		if f := t.Field(i); f.Type.Kind() == reflect.Slice && jsonName(f) == key {
			return f, true
		}
	}
	return reflect.StructField{}, false
}

func jsonName(f reflect.StructField) string {
	name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
	return name
}

// list reads the elements of one list into dst.
func (r *reader) list(key string, dst reflect.Value) error {
	tok, err := r.dec.Token()
	if err != nil {
		return err
	}
	if tok == nil {
		return nil // null: no facts
	}
	if tok != json.Delim('[') {
		return fmt.Errorf("%s: a list was expected, not %v", key, describe(tok))
	}
	for i := 0; r.dec.More(); i++ {
		if i%1000 == 0 && r.ctx.Err() != nil {
			return r.ctx.Err()
		}
		e := reflect.New(dst.Type().Elem())
		if err := r.element(key, e); err != nil {
			return fmt.Errorf("%s[%d]: %w", key, i, err)
		}
		if !hasKey(e.Elem()) {
			r.flaws.add(flawNameless, "")
			continue
		}
		if a, ok := e.Interface().(*inventory.App); ok {
			r.flaws.trim(a)
		}
		dst.Set(reflect.Append(dst, e.Elem()))
	}
	_, err = r.dec.Token()
	return err
}

// element reads one fact and notes the fields that this version does not know.
func (r *reader) element(key string, into reflect.Value) error {
	var raw json.RawMessage
	if err := r.dec.Decode(&raw); err != nil {
		return err
	}
	depth, weight := measure(raw)
	if depth > maxDepth {
		return fmt.Errorf("nested deeper than %d", maxDepth)
	}
	if r.left -= weight + int64(into.Type().Elem().Size()); r.left < 0 {
		return errTooMuch
	}
	strict := json.NewDecoder(bytes.NewReader(raw))
	strict.DisallowUnknownFields()
	if strict.Decode(into.Interface()) != nil {
		into.Elem().SetZero()
		if err := json.Unmarshal(raw, into.Interface()); err != nil {
			return err
		}
		r.unknown.find(raw, into.Type().Elem(), key)
	}
	cleanText(into.Elem())
	return nil
}

// skip passes over a value without keeping it.
func (r *reader) skip() error {
	for open := 0; ; {
		tok, err := r.dec.Token()
		if err != nil {
			return err
		}
		switch tok {
		case json.Delim('{'), json.Delim('['):
			if open++; open > maxDepth {
				return fmt.Errorf("nested deeper than %d", maxDepth)
			}
		case json.Delim('}'), json.Delim(']'):
			open--
		}
		if open == 0 {
			return nil
		}
	}
}

// where adds the position to an error.
func (r *reader) where(err error) error {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return fmt.Errorf("document %d, before byte %d: %w", r.documents+1, r.dec.InputOffset(), err)
}

func (r *reader) gaps(name string, err error) []inventory.Gap {
	var gaps []inventory.Gap
	if r.unknown.count > 0 {
		gaps = append(gaps, inventory.Gap{Scanner: ID, Subject: inventory.Text(name), Kind: inventory.GapSkipped,
			Detail: "The inventory has fields that this version does not know; they were left out.",
			Next:   "Update Quaestor to the version that wrote the file.", Count: r.unknown.count, Samples: r.unknown.names()})
	}
	gaps = append(gaps, r.flaws.gaps(name)...)
	if why := missing(&r.inv); err == nil && why != "" && !r.among {
		gaps = append(gaps, inventory.Gap{Scanner: ID, Subject: inventory.Text(name), Kind: inventory.GapEmpty, Detail: why,
			Next: "Scan the devices again and keep the result with -o inventory."})
	}
	return gaps
}

func describe(tok json.Token) string {
	switch tok.(type) {
	case json.Delim:
		return "a list or an object"
	case string:
		return "a text"
	case bool:
		return "true or false"
	case nil:
		return "null"
	}
	return "a number"
}

// noEOF turns an end in the middle of a document into an error of its own.
func noEOF(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errors.New("the file ends in the middle of the document; copy it again")
	}
	return err
}
