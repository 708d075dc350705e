package axml

import (
	"context"
	"encoding/binary"
	"slices"
	"strings"
	"testing"
)

// The strings of the documents here. The first two have resource ids.
const (
	sLabel = iota
	sName
	sManifest
	sPackage
	sAB
	sPermission
	sP
	sAndroid
	sOther
	sLong
)

var texts = []string{"label", "name", "manifest", "package", "a.b", "uses-permission", "P", androidNamespace, "other", strings.Repeat("x", 300)}

const (
	idLabel = 0x01010001
	idName  = 0x01010003
)

// tricks are the ways in which a document departs from an ordinary one.
type tricks struct {
	kind, header      uint16
	narrow            bool                 // strings in UTF-8
	names             func(texts []string) // changes the strings
	pool              func(chunk []byte)   // changes the pool
	before            func(m *made)        // chunks before the resource ids
	between           func(m *made)        // chunks between the elements
	ids               []uint32             // other ids than the usual
	attrs             [][5]uint32          // namespace, name, raw, type, data of the permission
	attrStart, extent uint16               // other than 20 and 20
	extra             int                  // bytes after the header of each node
}

func pool16(texts []string) []byte {
	var offsets, body []byte
	for _, s := range texts {
		offsets = binary.LittleEndian.AppendUint32(offsets, uint32(len(body)))
		body = binary.LittleEndian.AppendUint16(body, uint16(len(s)))
		for _, c := range []byte(s) {
			body = binary.LittleEndian.AppendUint16(body, uint16(c))
		}
		body = append(body, 0, 0)
	}
	return finishPool(offsets, body, len(texts), 0)
}

func pool8(texts []string) []byte {
	length := func(n int) []byte {
		if n > 127 {
			return []byte{byte(n>>8) | 0x80, byte(n)}
		}
		return []byte{byte(n)}
	}
	var offsets, body []byte
	for _, s := range texts {
		offsets = binary.LittleEndian.AppendUint32(offsets, uint32(len(body)))
		body = slices.Concat(body, length(len(s)), length(len(s)), []byte(s), []byte{0})
	}
	return finishPool(offsets, body, len(texts), utf8Flag)
}

func finishPool(offsets, body []byte, count int, flags uint32) []byte {
	for len(body)%4 != 0 {
		body = append(body, 0)
	}
	start := poolHeader + len(offsets)
	m := new(made).chunk(chunkStrings, poolHeader, start+len(body), uint32(count), 0, flags, uint32(start), 0)
	return slices.Concat(m.b, offsets, body)
}

// build makes the document.
func (k tricks) build() []byte {
	words := slices.Clone(texts)
	if k.names != nil {
		k.names(words)
	}
	pool := pool16(words)
	if k.narrow {
		pool = pool8(words)
	}
	if k.pool != nil {
		k.pool(pool)
	}
	m := &made{b: pool}
	if k.before != nil {
		k.before(m)
	}
	ids := k.ids
	if ids == nil {
		ids = []uint32{idLabel, idName}
	}
	m.chunk(chunkIDs, 8, 8+4*len(ids), ids...)
	k.element(m, sManifest, [][5]uint32{{none, sPackage, sAB, typeString, sAB}}, 20, 20)
	if k.between != nil {
		k.between(m)
	}
	attrs := k.attrs
	if attrs == nil {
		attrs = [][5]uint32{{sAndroid, sName, sP, typeString, sP}}
	}
	start, extent := k.attrStart, k.extent
	if start == 0 {
		start = 20
	}
	if extent == 0 {
		extent = 20
	}
	k.element(m, sPermission, attrs, start, extent)
	m.end(sPermission).end(sManifest)
	if k.kind == 0 {
		k.kind = chunkDocument
	}
	if k.header == 0 {
		k.header = chunkHeader
	}
	whole := new(made).chunk(k.kind&0x7fff, k.header, int(k.header)+len(m.b)).b
	whole = append(whole, make([]byte, int(k.header)-chunkHeader)...)
	return append(whole, m.b...)
}

func (k tricks) element(m *made, name uint32, attrs [][5]uint32, start, extent uint16) {
	body := make([]byte, int(start)+int(extent)*len(attrs))
	for i, v := range []uint32{none, name} {
		binary.LittleEndian.PutUint32(body[4*i:], v)
	}
	for i, v := range []uint16{start, extent, uint16(len(attrs))} {
		binary.LittleEndian.PutUint16(body[8+2*i:], v)
	}
	for i, a := range attrs {
		at := body[int(start)+i*int(extent):]
		for j, v := range a[:3] {
			binary.LittleEndian.PutUint32(at[4*j:], v)
		}
		binary.LittleEndian.PutUint32(at[12:], 8|a[3]<<24)
		binary.LittleEndian.PutUint32(at[16:], a[4])
	}
	header := nodeHeader + k.extra
	m.chunk(chunkTag, uint16(header), header+len(body), 1, none)
	m.b = append(m.b, make([]byte, k.extra)...)
	m.b = append(m.b, body...)
}

// TestEvasive: documents that tools refuse or read otherwise are read as Android reads them, and it is told.
func TestEvasive(t *testing.T) {
	put := func(at int, v uint32) func([]byte) {
		return func(b []byte) { binary.LittleEndian.PutUint32(b[at:], v) }
	}
	android := func(name, raw, data uint32) [5]uint32 { return [5]uint32{sAndroid, name, raw, typeString, data} }
	for name, tc := range map[string]struct {
		tricks
		name       string // of the permission; "-" for none
		unusual    string
		mismatches int
		structure  bool
	}{
		"ordinary":              {tricks{}, "P", "", 0, false},
		"ordinary, UTF-8":       {tricks{narrow: true}, "P", "", 0, false},
		"type 0":                {tricks{kind: 0x8000}, "P", "type 0x0", 0, false},
		"long header":           {tricks{header: 16}, "P", "header of 16 bytes", 0, false},
		"unknown chunk before":  {tricks{before: func(m *made) { m.chunk(0x0277, 8, 12, 1) }}, "P", "unknown type 0x277", 0, false},
		"unknown chunk between": {tricks{between: func(m *made) { m.chunk(0x0277, 16, 16, 1, 1) }}, "P", "between the elements", 0, false},
		"unknown node":          {tricks{between: func(m *made) { m.chunk(0x0170, 16, 16, 1, 1) }}, "P", "unknown type 0x170", 0, false},
		"long node headers":     {tricks{extra: 8}, "P", "node has a header", 0, false},
		"strings between":       {tricks{between: func(m *made) { m.b = append(m.b, pool16([]string{"x", "x", "x", "x", "x", "x", "x"})...) }}, "P", "between the elements", 0, false},
		"strings twice": {tricks{before: func(m *made) {
			other := slices.Clone(texts)
			other[sP] = "Q"
			m.b = append(m.b, pool8(other)...)
		}}, "Q", "strings are there twice", 0, false},
		"unknown flags":         {tricks{pool: put(16, 0x40)}, "P", "", 0, false},
		"too many strings":      {tricks{pool: put(8, 1<<20)}, "P", "", 0, true},
		"more strings than are": {tricks{pool: put(8, 12)}, "P", "", 0, false},
		"styles that are not":   {tricks{pool: put(12, 1)}, "P", "", 0, true},
		"wrong length in UTF-16 units": {tricks{narrow: true, pool: func(b []byte) {
			b[slices.Index(b, 'P')-2] = 9 // the text of P, and its two lengths before it
		}}, "P", oddLength, 0, false},
		"names stripped":        {tricks{names: func(s []string) { s[sName] = "" }}, "P", "named otherwise", 0, false},
		"names changed":         {tricks{names: func(s []string) { s[sName] = "label" }}, "P", "named otherwise", 0, false},
		"no id":                 {tricks{ids: []uint32{0, 0}}, "-", "no resource id", 0, false},
		"no namespace":          {tricks{attrs: [][5]uint32{{none, sName, sP, typeString, sP}}}, "P", "", 0, false},
		"other raw text":        {tricks{attrs: [][5]uint32{android(sName, sOther, sP)}}, "P", "", 1, false},
		"no raw text":           {tricks{attrs: [][5]uint32{android(sName, none, sP)}}, "P", "", 1, false},
		"twice":                 {tricks{attrs: [][5]uint32{android(sName, sP, sP), android(sName, sOther, sOther)}}, "P", "out of order", 0, false},
		"out of order":          {tricks{attrs: [][5]uint32{android(sName, sP, sP), android(sLabel, sOther, sOther)}}, "P", "out of order", 0, false},
		"hidden by order":       {tricks{ids: []uint32{0x7f010000, idName}, attrs: [][5]uint32{android(sLabel, sP, sP), android(sName, sP, sP)}}, "-", "out of order", 0, false},
		"wider attributes":      {tricks{extent: 24}, "P", "another size", 0, false},
		"attributes further on": {tricks{attrStart: 28}, "P", "another size", 0, false},
		"string that is not":    {tricks{attrs: [][5]uint32{android(sName, 99, 99)}}, "", oddIndex, 0, false},
		"null":                  {tricks{attrs: [][5]uint32{{sAndroid, sName, none, typeNull, 0}}}, "-", "no value", 0, false},
		"truth":                 {tricks{attrs: [][5]uint32{{sAndroid, sName, sP, typeBool, none}}}, "true", "", 0, false},
	} {
		for _, narrow := range []bool{false, true} {
			if tc.pool != nil && !narrow == tc.narrow {
				continue
			}
			k := tc.tricks
			k.narrow = narrow
			t.Run(name, func(t *testing.T) {
				checkEvasive(t, k.build(), tc.name, tc.unusual, tc.mismatches, tc.structure)
			})
		}
	}
}

func checkEvasive(t *testing.T, data []byte, name, unusual string, mismatches int, structure bool) {
	t.Helper()
	pkg, got := "", "-"
	report, err := Parse(context.Background(), data, func(e *Element) error {
		switch e.Name {
		case "manifest":
			pkg = e.Literal("package")
		case "uses-permission":
			if v, ok := e.Lookup("name"); ok {
				got = v
			}
		}
		return nil
	})
	if pkg != "a.b" || got != name {
		t.Errorf("package %q, permission %q, want %q", pkg, got, name)
	}
	if report.Mismatches != mismatches || unusual == "" && report.Unusual != nil || !strings.Contains(strings.Join(report.Unusual, "; "), unusual) {
		t.Errorf("%+v, want %d mismatches and %q", report, mismatches, unusual)
	}
	if (err != nil) != structure {
		t.Errorf("error %v", err)
	}
	if err := Affordable(data); err != nil && !structure {
		t.Errorf("no other tool is let at it: %v", err)
	}
}

// TestDisagreement: whenever apkparser reads a tricky document otherwise or not at all, it is told.
func TestDisagreement(t *testing.T) {
	for name, k := range map[string]tricks{
		"header":     {header: 16},
		"no raw":     {attrs: [][5]uint32{{sAndroid, sName, none, typeString, sP}}},
		"second":     {attrs: [][5]uint32{{sAndroid, sName, sP, typeString, sP}, {sAndroid, sName, sOther, typeString, sOther}}},
		"strings":    {between: func(m *made) { m.b = append(m.b, pool16(slices.Repeat([]string{"x"}, 10))...) }},
		"null":       {attrs: [][5]uint32{{sAndroid, sName, none, typeNull, 0}}},
		"reordered":  {attrs: [][5]uint32{{sAndroid, sName, sP, typeString, sP}, {sAndroid, sLabel, sOther, typeString, sOther}}},
		"other name": {names: func(s []string) { s[sName] = "label" }},
	} {
		t.Run(name, func(t *testing.T) { compare(t, name, k.build()) })
	}
}
