package corpustest

import (
	"bytes"
	"os"
	"testing"
)

func TestEntries(t *testing.T) {
	if _, err := os.Stat(dir); err != nil {
		t.Skip("the corpus of foreign APKs is missing: ", err)
	}
	if n := len(APKs(20_000)); n < 100 {
		t.Errorf("%d small APKs", n)
	}
	got := Entries(100_000, func(name string) bool { return name == "classes.dex" })
	if len(got) < 5 {
		t.Errorf("%d DEX files", len(got))
	}
	for i, data := range got {
		if !bytes.HasPrefix(data, []byte("dex\n")) || len(data) > 100_000 || i > 0 && bytes.Equal(data, got[i-1]) {
			t.Errorf("%d bytes, %q", len(data), data[:min(8, len(data))])
		}
	}
}
