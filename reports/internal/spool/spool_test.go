package spool

import (
	"bytes"
	"fmt"
	"os"
	"testing"
)

// TestText writes texts around the limit of what stays in memory, and reads them back.
func TestText(t *testing.T) {
	for _, lines := range []int{0, 1, inMemory / 8, inMemory} {
		t.Setenv("TMPDIR", t.TempDir())
		var text Text
		var want bytes.Buffer
		for i := range lines {
			fmt.Fprintf(&text, "%07d\n", i)
			fmt.Fprintf(&want, "%07d\n", i)
		}
		var got bytes.Buffer
		if err := text.CopyTo(&got); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got.Bytes(), want.Bytes()) || text.Size() != int64(want.Len()) {
			t.Errorf("%d lines: %d bytes came back as %d, and Size is %d", lines, want.Len(), got.Len(), text.Size())
		}
		if inFile := text.file != nil; inFile != (want.Len() > inMemory) {
			t.Errorf("%d lines are in a file: %v", lines, inFile)
		}
		text.Drop()
		if left, _ := os.ReadDir(os.Getenv("TMPDIR")); len(left) > 0 {
			t.Errorf("%d lines: files stay behind: %v", lines, left)
		}
	}
}

// TestNoRoom: that nothing can be kept is an error, and not an empty text.
func TestNoRoom(t *testing.T) {
	t.Setenv("TMPDIR", "/nowhere/at/all")
	var text Text
	if _, err := text.Write(make([]byte, inMemory+1)); err == nil {
		t.Error("no error")
	}
	text.Drop()
}
