package authenticode_test

import (
	"bytes"
	"encoding/binary"
	"testing"

	"quaestor/scanners/internal/codesigntest"
	"quaestor/scanners/internal/petest"
)

// TestNestedLimit: only so many signatures within a signature are looked at.
func TestNestedLimit(t *testing.T) {
	for further, want := range map[int]int{7: 8, 8: 9, 9: 9, 30: 9} {
		var keys []codesigntest.Key
		for range further {
			keys = append(keys, codesigntest.Stranger("OTHER"))
		}
		res, err := read(t, petest.Sign(program(), codesigntest.Developer("TEAM"), keys...))
		if err != nil || len(res.Signatures) != want {
			t.Errorf("%d beside the first: %d signatures, %v", further, len(res.Signatures), err)
		}
	}
}

// TestForeignEntries: what lies in the table of signatures and is none that Windows looks at is covered by nothing.
func TestForeignEntries(t *testing.T) {
	plain := program()
	signature := petest.Sign(bytes.Clone(plain), codesigntest.Developer("T"))[len(plain)+8:]
	entry := func(kind uint16, content []byte) []byte {
		e := append(make([]byte, 8), content...)
		binary.LittleEndian.PutUint32(e, uint32(len(e)))
		binary.LittleEndian.PutUint16(e[4:], 0x200)
		binary.LittleEndian.PutUint16(e[6:], kind)
		return append(e, make([]byte, -len(e)&7)...)
	}
	for name, tt := range map[string]struct {
		table    []byte
		unsigned int64
		holds    bool
	}{
		"alone":                 {entry(2, signature), 0, true},
		"another kind after it": {append(entry(2, signature), entry(1, make([]byte, 13))...), 21, true},
		"another kind before":   {append(entry(0xef1, make([]byte, 16)), entry(2, signature)...), 24, true},
		"a second signature":    {append(entry(2, signature), entry(2, []byte("payload!"))...), 16, true},
		"no signature":          {entry(1, make([]byte, 8)), 16, false},
	} {
		data := petest.Attach(bytes.Clone(plain), tt.table[8:]) // which writes the head of the first entry
		copy(data[len(plain):], tt.table)
		res, err := read(t, data[:len(plain)+len(tt.table)])
		if err != nil || res.Unsigned != tt.unsigned || (len(res.Signatures) == 1 && res.Signatures[0].Holds()) != tt.holds {
			t.Errorf("%s: %+v, %v", name, res, err)
		}
	}
}
