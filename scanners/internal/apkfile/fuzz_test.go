package apkfile

import (
	"bytes"
	"context"
	"os"
	"testing"
)

// seeds are APKs and sets of our own making.
var seeds = []string{"plain.apk", "unsigned.apk", "v1.apk", "votes.apks", "votes.xapk"}

const testdata = "../../apk/testdata/"

// FuzzOpen opens containers and reads a few entries.
func FuzzOpen(f *testing.F) {
	for _, name := range seeds {
		data, err := os.ReadFile(testdata + name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
		f.Add(data[:len(data)-30])
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := Open(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			return
		}
		if len(c.Entries) > MaxEntries {
			t.Errorf("%d entries", len(c.Entries))
		}
		for i := range c.Entries[:min(len(c.Entries), 20)] {
			e := &c.Entries[i]
			b, err := c.Read(context.Background(), e, 4096)
			if err == nil && len(b) > 4096 {
				t.Errorf("%d bytes in spite of the limit", len(b))
			}
			if p := c.Peek(e, 16); len(p) > 16 {
				t.Errorf("peeked %d bytes", len(p))
			}
		}
	})
}
