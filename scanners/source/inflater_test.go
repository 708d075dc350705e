package source

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"testing"
)

// Members are unpacked by readers that are used again: what one left behind must not reach the next, nor a reader that
// was closed.
func TestInflater(t *testing.T) {
	var file bytes.Buffer
	w := zip.NewWriter(&file)
	texts := map[string][]byte{"a": bytes.Repeat([]byte("first "), 9000), "b": []byte("second"), "c": nil}
	for name, text := range texts {
		m, err := w.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		m.Write(text)
	}
	w.Close()
	z, err := openZip(t.Context(), bytes.NewReader(file.Bytes()), int64(file.Len()), DefaultLimits)
	if err != nil {
		t.Fatal(err)
	}
	for round := range 3 {
		for name, want := range texts {
			r, err := z.files[name].Open()
			if err != nil {
				t.Fatal(err)
			}
			if round == 1 { // leave it in the middle
				io.ReadFull(r, make([]byte, len(want)/2))
			} else if got, err := io.ReadAll(r); err != nil || !bytes.Equal(got, want) {
				t.Errorf("%s: %d bytes, %v", name, len(got), err)
			}
			r.Close()
			r.Close()
		}
	}
	in := newInflater(bytes.NewReader([]byte{3, 0}))
	in.Close()
	if _, err := in.Read(make([]byte, 1)); !errors.Is(err, errClosed) {
		t.Errorf("a closed reader gives %v", err)
	}
}
