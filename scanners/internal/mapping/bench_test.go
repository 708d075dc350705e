package mapping

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"quaestor/scanners"
	"quaestor/scanners/internal/csvstream"
	"quaestor/scanners/internal/scantest"
	"quaestor/scanners/internal/textstream"
	"quaestor/scanners/source"
)

const benchMap = begin + "device: {platform: OS, serial: Serial, name: Name, last_seen: Seen}\napp: {identifier: Bundle, kind: {value: auto}, name: App, version: Version, publisher: Maker, installed: {column: Status, is: [installed]}}\n"

// large is an export of so many devices with 40 apps each, device by device or, scattered, app by app.
func large(b *testing.B, devices int, scattered bool) *source.Source {
	b.Helper()
	var text strings.Builder
	text.WriteString("Serial,Name,OS,Seen,Bundle,App,Version,Maker,Status\n")
	for i := range devices * 40 {
		d, a := i/40, i%40
		if scattered {
			d, a = i%devices, i/devices
		}
		fmt.Fprintf(&text, "S%07d,Phone %d,iOS 17.2,2024-02-01 10:00:00,com.example.app%d,Example %d,%d.1,Example Ltd.,installed\n", d, d, a*7, a*7, a)
	}
	path := filepath.Join(b.TempDir(), "export.csv")
	if err := os.WriteFile(path, []byte(text.String()), 0o600); err != nil {
		b.Fatal(err)
	}
	return scantest.Open(b, path)
}

// BenchmarkDecode reads the rows of an export and does nothing with them: what BenchmarkSplit is measured against.
func BenchmarkDecode(b *testing.B) {
	src := large(b, 5000, false)
	b.SetBytes(src.Size())
	for b.Loop() {
		text, err := textstream.Open(src)
		if err != nil {
			b.Fatal(err)
		}
		for rows := csvstream.NewReader(text); err != io.EOF; {
			if _, err = rows.Read(); err != nil && err != io.EOF {
				b.Fatal(err)
			}
		}
	}
}

// BenchmarkSplit reads the same export by a mapping, with the facts of every device.
func BenchmarkSplit(b *testing.B) {
	for name, scattered := range map[string]bool{"together": false, "scattered": true} {
		b.Run(name, func(b *testing.B) {
			src, m := large(b, 5000, scattered), parse(b, benchMap)
			b.SetBytes(src.Size())
			b.ReportAllocs()
			for b.Loop() {
				apps := 0
				_, err := Split(context.Background(), "test", []Export{{Source: src, Map: m}}, func(p scanners.Part) error {
					apps += len(p().Apps)
					return nil
				})
				if err != nil || apps != 200_000 {
					b.Fatal(apps, err)
				}
			}
		})
	}
}
