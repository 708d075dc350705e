package protoxml

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"google.golang.org/protobuf/encoding/protowire"

	"quaestor/scanners/internal/arsc"
	"quaestor/scanners/internal/axml"
)

func readFile(tb testing.TB, name string) []byte {
	tb.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		tb.Fatal(err)
	}
	return data
}

// message makes a message of fields that hold bytes, or, for a number, that number.
func message(fields ...any) (b []byte) {
	for i := 0; i+1 < len(fields); i += 2 {
		n := protowire.Number(fields[i].(int))
		switch v := fields[i+1].(type) {
		case int:
			b = protowire.AppendVarint(protowire.AppendTag(b, n, protowire.VarintType), uint64(v))
		case string:
			b = protowire.AppendString(protowire.AppendTag(b, n, protowire.BytesType), v)
		case []byte:
			b = protowire.AppendBytes(protowire.AppendTag(b, n, protowire.BytesType), v)
		}
	}
	return b
}

// TestReferenceByName: a reference without an id is found by its name.
func TestReferenceByName(t *testing.T) {
	table, err := ParseTable(readFile(t, "proto/resources.pb"))
	if err != nil {
		t.Fatal(err)
	}
	item := func(name string) []byte { return message(6, message(1, message(3, name)), 2, "label") }
	doc := message(1, message(3, "application", 4, item("string/name"), 4, item("string/missing")))
	var got []string
	_, err = Walk(context.Background(), doc, table, axml.Handler{Start: func(e *axml.Element) error {
		for _, a := range e.Attrs {
			got = append(got, a.Value)
		}
		return nil
	}})
	if err != nil || len(got) != 2 || got[1] != "@string/missing" {
		t.Fatalf("%q, %v", got, err)
	}
	id := table.ID("eu.example.bundle:string/name")
	values, err := table.Lookup(id)
	if err != nil || arsc.Default(values) != "Minutes" || len(values) != 3 {
		t.Errorf("%#x: %+v, %v", id, values, err)
	}
}

// TestCircle: references in a circle end in an error.
func TestCircle(t *testing.T) {
	ref := message(1, message(), 2, message(4, message(1, message(2, 0x7f010000))))
	pkg := message(1, message(1, 0x7f), 3, message(1, message(1, 1), 2, "string", 3, message(1, message(), 2, "a", 6, ref, 6, ref)))
	table, err := ParseTable(message(2, pkg))
	if err != nil {
		t.Fatal(err)
	}
	if v, err := table.Lookup(0x7f010000); err == nil {
		t.Errorf("%+v", v)
	}
}

// TestDepth: elements that nest too deeply end in a limit.
func TestDepth(t *testing.T) {
	doc := message(1, message(3, "x"))
	for range 300 {
		doc = message(1, message(3, "x", 5, doc))
	}
	_, err := Walk(context.Background(), doc, nil, axml.Handler{Start: func(*axml.Element) error { return nil }})
	var limit *axml.LimitError
	if !errors.As(err, &limit) {
		t.Errorf("%v", err)
	}
}

func TestBundleVersion(t *testing.T) {
	if v := BundleVersion(readFile(t, "BundleConfig.pb")); v != "1.17.0" {
		t.Errorf("%q", v)
	}
	if v := BundleVersion([]byte("\xff\xff\xff")); v != "" {
		t.Errorf("%q", v)
	}
}

func FuzzWalk(f *testing.F) {
	table := readFile(f, "proto/resources.pb")
	f.Add(readFile(f, "proto/AndroidManifest.xml"), table)
	f.Add(readFile(f, "proto/res/xml/network.xml"), table)
	f.Fuzz(func(t *testing.T, data, resources []byte) {
		table, _ := ParseTable(resources)
		depth := 0
		_, err := Walk(context.Background(), data, table, axml.Handler{
			Start: func(e *axml.Element) error {
				if depth++; depth != e.Depth {
					t.Errorf("depth %d, want %d", e.Depth, depth)
				}
				return nil
			},
			Text: func(string) error { return nil },
			End:  func(int) error { depth--; return nil },
		})
		if err == nil && depth != 0 {
			t.Errorf("%d elements left open", depth)
		}
	})
}

func FuzzLookup(f *testing.F) {
	f.Add(readFile(f, "proto/resources.pb"))
	f.Fuzz(func(t *testing.T, data []byte) {
		table, err := ParseTable(data)
		if err != nil {
			return
		}
		for _, r := range table.types {
			r.index()
			for id := range r.byID {
				if values, err := table.Lookup(id); err == nil && (len(values) == 0 || len(values) > maxValues) {
					t.Errorf("%d values", len(values))
				}
				break
			}
		}
		table.ID("string/name")
	})
}
