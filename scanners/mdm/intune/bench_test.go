package intune

import (
	"bytes"
	"context"
	"io"
	"testing"

	"quaestor/scanners"
	"quaestor/scanners/internal/csvstream"
	"quaestor/scanners/internal/exporttest"
	"quaestor/scanners/internal/jsonpart"
	"quaestor/scanners/internal/jsonstream"
	"quaestor/scanners/internal/textstream"
	"quaestor/scanners/source"
)

// BenchmarkSplit compares reading an export of 200,000 rows, one part after the other, with decoding alone by the same decoder.
func BenchmarkSplit(b *testing.B) {
	const rows = 200_000
	var table, graph bytes.Buffer
	if err := exporttest.IntuneRawData(&table, rows, nil); err != nil {
		b.Fatal(err)
	}
	if err := exporttest.IntuneManagedDevices(&graph, rows); err != nil {
		b.Fatal(err)
	}
	for _, e := range []struct {
		name    string
		content string
		decode  func(io.Reader) int
	}{{"csv", table.String(), decodeTable}, {"csv-gzip", zipped(b, table.String()), decodeTable}, {"json", graph.String(), decodeGraph}, {"json-gzip", zipped(b, graph.String()), decodeGraph}} {
		b.Run(e.name+"/decode", func(b *testing.B) {
			b.ReportAllocs()
			src := open(b, "export", e.content)
			for b.Loop() {
				t, err := textstream.Open(src)
				if err != nil {
					b.Fatal(err)
				}
				if n := e.decode(t); n != rows {
					b.Fatal(n)
				}
			}
		})
		b.Run(e.name+"/split", func(b *testing.B) {
			b.ReportAllocs()
			src := open(b, "export", e.content)
			for b.Loop() {
				n := 0
				if _, err := New().Split(context.Background(), []*source.Source{src}, func(p scanners.Part) error {
					n += len(p().Apps)
					return nil
				}); err != nil || n != rows {
					b.Fatal(n, err)
				}
			}
		})
	}
}

// decodeTable reads the rows, and keeps their fields.
func decodeTable(r io.Reader) int {
	c, n := csvstream.NewReader(r), 0
	for {
		row, err := c.Read()
		if err != nil {
			return n
		}
		var out record
		for i, f := range row.Fields {
			out[i] = string(f)
		}
		n++
	}
}

// decodeGraph reads the devices and their apps.
func decodeGraph(r io.Reader) int {
	n := 0
	_ = jsonstream.Elements(r, options, func(e jsonstream.Element) error {
		var d record
		known := names{}
		known.learn(e.Raw)
		return d.object(e.Raw, known, func(_ field, list jsonpart.Value) {
			_ = list.Items(func(v jsonpart.Value) bool {
				var a record
				n++
				return a.object(v, known, nil, func(string) {}) == nil
			})
		}, func(string) {})
	})
	return n
}
