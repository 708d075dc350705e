package apk

import (
	"bytes"
	"context"
	"encoding/base64"
	"testing"

	"quaestor/scanners/internal/dextest"
)

// FuzzHidden takes any content of an entry for code that is hidden in some way: what is found can be taken out, and is
// what it was taken for.
func FuzzHidden(f *testing.F) {
	dex := dextest.File{Classes: []dextest.Class{{Name: "org.example.Hidden"}}}.Bytes()
	jar := zipOf(f, entry{"classes.dex", string(dex)})
	for _, code := range [][]byte{dex, jar} {
		f.Add(append(bytes.Repeat([]byte("h"), 300), code...))
		f.Add([]byte(xor(string(code), 0x21)))
		f.Add([]byte(`{"x":"` + base64.StdEncoding.EncodeToString(code) + `"}`))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		s := textSpot(content)
		if s.kind == kindOther || s.plain() {
			return
		}
		if s.at < 0 || s.at >= int64(len(content)) {
			t.Fatalf("%+v of %d bytes", s, len(content))
		}
		r := newReading(inMemory("x", "x", content), newTree(int64(len(content))))
		m := inMemory("x", "x", content)
		if _, err := r.reveal(context.Background(), m, s); err != nil {
			return // what was found does not unpack
		}
		var head [8]byte
		m.r.ReadAt(head[:], 0)
		if got := sniff(head[:]); got != s.kind || m.size <= 0 {
			t.Errorf("%+v was found, and %v of %d bytes taken out", s, got, m.size)
		}
	})
}
