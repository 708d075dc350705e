package petest

import (
	"crypto/sha256"
	"encoding/asn1"

	"quaestor/scanners/internal/codesigntest"
)

var (
	oidIndirect = asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 311, 2, 1, 4}
	oidImage    = asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 311, 2, 1, 15}
	oidNested   = asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 311, 2, 4, 1}
	oidSHA256   = asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 1}
)

// Sign signs a program; further keys sign it again, nested in the first signature, as tools do for old systems.
func Sign(program []byte, key codesigntest.Key, further ...codesigntest.Key) []byte {
	program = pad(append([]byte{}, program...), 8)
	content := indirect(Sum(program))
	var beside [][]byte
	for _, k := range further {
		beside = append(beside, codesigntest.Attribute(oidNested, codesigntest.SignedAs(oidIndirect, content, k)))
	}
	return Attach(program, codesigntest.SignedAs(oidIndirect, content, key, beside...))
}

// Attach puts a signature at the end of a program whose length is a multiple of eight.
func Attach(program, signature []byte) []byte {
	entry := make([]byte, 8, 8+len(signature)+8)
	entry = pad(append(entry, signature...), 8)
	le.PutUint32(entry, uint32(len(entry)))
	le.PutUint16(entry[4:], 0x200)
	le.PutUint16(entry[6:], 2)
	_, place := places(program)
	le.PutUint32(program[place:], uint32(len(program)))
	le.PutUint32(program[place+4:], uint32(len(entry)))
	return append(program, entry...)
}

// places are where the checksum and the place of the signatures stand.
func places(program []byte) (checksum, security int) {
	optional := 0x80 + 24
	security = optional + 112 + 4*8
	if le.Uint16(program[optional:]) == 0x10b {
		security = optional + 96 + 4*8
	}
	return optional + 64, security
}

// Sum is the digest of a program that has no signature yet.
func Sum(program []byte) []byte {
	checksum, security := places(program)
	h := sha256.New()
	h.Write(program[:checksum])
	h.Write(program[checksum+4 : security])
	h.Write(program[security+8:])
	return h.Sum(nil)
}

// indirect is the content that is signed: the kind of file, and its digest.
func indirect(sum []byte) []byte {
	type algorithm struct {
		Algorithm  asn1.ObjectIdentifier
		Parameters asn1.RawValue
	}
	type digest struct {
		Algorithm algorithm
		Digest    []byte
	}
	type kind struct {
		Type asn1.ObjectIdentifier
		Data asn1.RawValue
	}
	out, err := asn1.Marshal(struct {
		Data   kind
		Digest digest
	}{kind{oidImage, asn1.RawValue{FullBytes: []byte{0x30, 9, 3, 1, 0, 0xa0, 4, 0xa2, 2, 0x80, 0}}}, digest{algorithm{oidSHA256, asn1.NullRawValue}, sum}})
	if err != nil {
		panic(err)
	}
	return out
}
