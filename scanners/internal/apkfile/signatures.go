package apkfile

import (
	"bytes"
	"encoding/binary"
)

// The kinds of record that a container is made of.
const (
	kindLocal = iota
	kindCentral
	kindDescriptor
	kindEnd
)

// signature is a place in the file that begins like a record of a container, with what stands there.
type signature struct {
	local
	at     int64
	header int64 // of a record of the directory: the offset of the local header
	kind   uint8
}

const (
	scanWindow    = 1 << 20
	maxSignatures = 4 * maxRecovered
)

// signatures finds all records in the file. Cut tells that there are more than are kept.
func (f *File) signatures() (found []signature, cut bool, err error) {
	buf := make([]byte, min(scanWindow+centralSize, f.size))
	for base := int64(0); base < f.size; base += scanWindow {
		part := buf[:min(int64(len(buf)), f.size-base)]
		if f.data != nil {
			part = f.data[base : base+int64(len(part))]
		} else if err := f.readAt(part, base); err != nil {
			return nil, false, err
		}
		found = appendSignatures(found, part, base)
		if len(found) > maxSignatures {
			return found[:maxSignatures], true, nil
		}
	}
	return found, false, nil
}

// appendSignatures adds the records that begin in a window.
func appendSignatures(found []signature, part []byte, base int64) []signature {
	for i := 0; len(found) <= maxSignatures; i += 2 {
		j := bytes.Index(part[i:], []byte("PK"))
		if j < 0 || i+j >= scanWindow {
			break
		}
		i += j
		if s, ok := parseSignature(part[i:]); ok {
			s.at = base + int64(i)
			found = append(found, s)
		}
	}
	return found
}

// parseSignature reads the record at the beginning of b, where it is complete.
func parseSignature(b []byte) (s signature, ok bool) {
	if len(b) < 16 {
		return s, false
	}
	switch magic := b[:4]; {
	case bytes.Equal(magic, localMagic):
		s.local, ok = parseLocal(b)
	case bytes.Equal(magic, descriptorMagic):
		s = parseDescriptor(b[4:])
		ok = true
	case bytes.Equal(magic, endMagic):
		s.kind, ok = kindEnd, true
	case bytes.Equal(magic, centralMagic) && len(b) >= centralSize:
		s, ok = parseCentral(b), true
	}
	return s, ok
}

// parseCentral reads the head of a record of the directory.
func parseCentral(b []byte) signature {
	s := signature{kind: kindCentral, header: int64(binary.LittleEndian.Uint32(b[42:]))}
	s.flags = binary.LittleEndian.Uint16(b[8:])
	s.method = binary.LittleEndian.Uint16(b[10:])
	s.crc = binary.LittleEndian.Uint32(b[16:])
	s.compressed = int64(binary.LittleEndian.Uint32(b[20:]))
	s.size = int64(binary.LittleEndian.Uint32(b[24:]))
	s.nameSize = int64(binary.LittleEndian.Uint16(b[28:]))
	return s
}

// parseDescriptor reads a data descriptor without its signature.
func parseDescriptor(b []byte) signature {
	s := signature{kind: kindDescriptor}
	if len(b) < 12 {
		return s
	}
	s.crc = binary.LittleEndian.Uint32(b)
	s.compressed = int64(binary.LittleEndian.Uint32(b[4:]))
	s.size = int64(binary.LittleEndian.Uint32(b[8:]))
	return s
}
