package apkmanifest

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/avast/apkparser"

	"quaestor/scanners/internal/arsc"
	"quaestor/scanners/internal/axml"
)

// ParseOther reads a manifest as a widespread tool reads it, github.com/avast/apkparser, to tell what such tools show
// of a document that is built otherwise than build tools build it. It is not what Android takes.
func ParseOther(ctx context.Context, data []byte, table *arsc.Table) (*Manifest, error) {
	var resources Resources
	if table != nil {
		resources = table
	}
	return parse(ctx, data, resources, otherSource)
}

// maxOtherStrings is how many bytes of strings apkparser keeps; what is longer it cuts.
const maxOtherStrings = 16 << 20

// otherSource hands over what apkparser reads, as far as the end of the first element. The document is measured
// before, because apkparser has no limit on elements.
func otherSource(ctx context.Context, data []byte, h axml.Handler) (report axml.Report, err error) {
	if err := axml.Affordable(data); err != nil {
		return report, err
	}
	t := &tokens{ctx: ctx, start: h.Start}
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("apkparser failed unexpectedly: %v", v)
		}
	}()
	err = apkparser.ParseXmlWithConfig(bytes.NewReader(data), t, nil, &apkparser.ParseConfig{MaxStringTableBytes: maxOtherStrings})
	switch {
	case ctx.Err() != nil:
		return report, ctx.Err()
	case t.err != nil:
		return report, t.err
	case err == nil && t.elements == 0:
		return report, errors.New("apkparser finds no element")
	}
	return report, err
}

// tokens receives what apkparser reads.
type tokens struct {
	ctx      context.Context
	start    func(*axml.Element) error
	depth    int
	elements int
	closed   bool
	err      error // of start
}

// EncodeToken implements apkparser's ManifestEncoder.
func (t *tokens) EncodeToken(token xml.Token) error {
	if err := t.ctx.Err(); err != nil {
		return err
	}
	switch e := token.(type) {
	case xml.StartElement:
		if t.closed {
			return nil
		}
		t.depth++
		t.elements++
		if t.err = t.start(element(&e, t.depth)); t.err != nil {
			return t.err
		}
	case xml.EndElement:
		t.closed = t.closed || t.depth == 1
		t.depth = max(t.depth-1, 0)
	}
	return nil
}

// Flush implements apkparser's ManifestEncoder.
func (t *tokens) Flush() error { return nil }

const androidNamespace = "http://schemas.android.com/apk/res/android"

func element(e *xml.StartElement, depth int) *axml.Element {
	out := &axml.Element{Name: e.Name.Local, Depth: depth}
	for _, a := range e.Attr {
		name := a.Name.Local
		if a.Name.Space != "" && a.Name.Space != androidNamespace {
			name = a.Name.Space + ":" + name
		}
		out.Attrs = append(out.Attrs, axml.Attr{Name: name, Value: a.Value, Text: isText(a.Value)})
	}
	return out
}

// isText tells a string from a number, a truth or a reference, which apkparser writes as text too.
func isText(s string) bool {
	if _, ref := reference(s); ref || s == "true" || s == "false" || strings.HasPrefix(s, "0x") {
		return false
	}
	_, err := strconv.ParseInt(s, 10, 64)
	return err != nil
}
