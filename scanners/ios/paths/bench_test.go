package paths_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"

	"quaestor/scanners/ios/paths"
	"quaestor/scanners/source"
)

func newLines(r io.Reader) *bufio.Scanner {
	s := bufio.NewScanner(r)
	s.Buffer(make([]byte, 256<<10), 1<<20)
	return s
}

// bigList is a list of n paths of a phone with 400 apps.
func bigList(n int) []byte {
	var b bytes.Buffer
	b.WriteString("path,size,date_modified,date_accessed\n")
	for i := range n {
		app := i % 400
		switch {
		case i < 400:
			fmt.Fprintf(&b, "private/var/mobile/Containers/Data/Application/%s/Library/Caches/com.apple.dyld/App%d.dyld4,1,1712150024,\n", uuid('A', app), app)
		case i < 800:
			fmt.Fprintf(&b, "private/var/mobile/Containers/Data/Application/%s/Library/Saved Application State/com.example.app%d.savedState,0,1712150024,\n", uuid('A', app), app)
		case i%2 == 0:
			fmt.Fprintf(&b, "private/var/containers/Bundle/Application/%s/App%d.app/Assets/picture-%d@2x~iphone.png,4711,1712150024,\n", uuid('B', i/2000), i/2000, i)
		default:
			fmt.Fprintf(&b, "private/var/mobile/Containers/Data/Application/%s/Documents/cache/%d/file-%d.bin,815,1712150024,\n", uuid('A', i/2000), i%7, i)
		}
	}
	return b.Bytes()
}

func uuid(kind byte, n int) string { return fmt.Sprintf("%c%07X-0000-4000-8000-%012X", kind, n, n) }

// BenchmarkHalfAMillion scans a list of 500,000 paths; /floor only splits it into lines.
func BenchmarkHalfAMillion(b *testing.B) {
	data := bigList(500_000)
	file := filepath.Join(b.TempDir(), "list.csv")
	if err := os.WriteFile(file, data, 0o600); err != nil {
		b.Fatal(err)
	}
	b.Run("floor", func(b *testing.B) {
		b.SetBytes(int64(len(data)))
		for b.Loop() {
			f, err := os.Open(file)
			if err != nil {
				b.Fatal(err)
			}
			if n := splitLines(b, f); n != 500_001 {
				b.Fatal(n)
			}
			f.Close()
		}
	})
	b.Run("scan", func(b *testing.B) {
		b.SetBytes(int64(len(data)))
		b.ReportAllocs()
		for b.Loop() {
			src, err := source.Open(source.Target{Path: file}, source.DefaultLimits)
			if err != nil {
				b.Fatal(err)
			}
			inv, err := paths.New().Scan(context.Background(), src)
			if err != nil || len(inv.Apps) < 400 {
				b.Fatal(len(inv.Apps), err)
			}
			src.Close()
		}
	})
}
