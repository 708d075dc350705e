package apk

import (
	"bytes"
	"encoding/binary"
	"io"
	"sync"

	"quaestor/scanners/internal/apkfile"
	"quaestor/scanners/internal/inflate"
)

// Code that is to be found by the program and by nobody else lies behind a header that means nothing, is written as text,
// or has one byte laid over each of its own. What is found so is taken for code only if its header is that of a DEX file
// or of an archive, field by field: four bytes are in many files by chance.

// spot is where in a file code begins, and how it is written.
type spot struct {
	kind   kind
	at     int64
	key    byte // laid over every byte, 0 for none
	base64 bool
}

const (
	lookBytes   = 4096 // of a file that are searched for code behind a header
	leastHidden = 256  // bytes of the smallest file that is searched
	dexHeader   = 0x70
)

// plain reports code that is the file itself.
func (s spot) plain() bool { return s.at == 0 && s.key == 0 && !s.base64 }

// spotIn searches the first bytes of a file of a size for code.
func spotIn(head []byte, size int64) spot {
	if k := sniff(head); k != kindOther {
		return spot{kind: k}
	}
	if size < leastHidden {
		return spot{}
	}
	head = head[:min(len(head), lookBytes)]
	if s := masked(head, size); s.kind != kindOther {
		return s
	}
	if s := behind(head, size); s.kind != kindOther {
		return s
	}
	return encoded(head)
}

// behind finds code behind something else.
func behind(head []byte, size int64) (first spot) {
	for _, m := range []struct {
		magic string
		kind  kind
		is    func([]byte, int64) bool
	}{{"PK\x03\x04", kindZip, isLocalHeader}, {"dex\n0", kindDex, isDexHeader}} {
		for at := 1; ; at++ {
			i := bytes.Index(head[min(at, len(head)):], []byte(m.magic))
			if i < 0 {
				break
			}
			if at += i; m.is(head[at:], size-int64(at)) {
				if first.kind == kindOther || int64(at) < first.at {
					first = spot{kind: m.kind, at: int64(at)}
				}
				break
			}
		}
	}
	return first
}

// masked finds code with one byte laid over each of its own.
func masked(head []byte, size int64) spot {
	if len(head) < dexHeader {
		return spot{}
	}
	for _, m := range []struct {
		magic string
		kind  kind
		is    func([]byte, int64) bool
	}{{"dex\n0", kindDex, isDexHeader}, {"PK\x03\x04", kindZip, isLocalHeader}} {
		key := head[0] ^ m.magic[0]
		if key == 0 || head[1]^key != m.magic[1] || head[2]^key != m.magic[2] || head[3]^key != m.magic[3] {
			continue
		}
		clear := bytes.Clone(head)
		unmask(clear, key)
		if m.is(clear, size) {
			return spot{kind: m.kind, key: key}
		}
	}
	return spot{}
}

func unmask(b []byte, key byte) {
	for i := range b {
		b[i] ^= key
	}
}

// isDexHeader reports whether a DEX file begins here that ends before size bytes are over.
func isDexHeader(h []byte, size int64) bool {
	if len(h) < dexHeader || h[7] != 0 || !digits(h[4:7]) {
		return false
	}
	length, header, endian := binary.LittleEndian.Uint32(h[32:]), binary.LittleEndian.Uint32(h[36:]), binary.LittleEndian.Uint32(h[40:])
	return (header == dexHeader || header == dexHeader+8) && endian == 0x12345678 && length >= dexHeader && int64(length) <= size
}

// isLocalHeader reports whether an entry of an archive begins here: with a name of ordinary letters, a method that is
// known, and content that ends before size bytes are over.
func isLocalHeader(h []byte, size int64) bool {
	const fixed = 30
	if len(h) < fixed {
		return false
	}
	needed, method, compressed := h[4], binary.LittleEndian.Uint16(h[8:]), int64(binary.LittleEndian.Uint32(h[18:]))
	name := int(binary.LittleEndian.Uint16(h[26:]))
	extra := int64(binary.LittleEndian.Uint16(h[28:]))
	if needed > 63 || method != 0 && method != 8 || name == 0 || name > 512 || fixed+name > len(h) || fixed+int64(name)+extra+compressed > size {
		return false
	}
	return !bytes.ContainsFunc(h[fixed:fixed+name], func(c rune) bool { return c < ' ' || c == 0x7f })
}

func digits(b []byte) bool {
	for _, c := range b {
		if c < '0' || c > '9' {
			return false
		}
	}
	return true
}

// sniff tells the kind of an entry by its first bytes, and that of one which is not compressed by its last too.
func (p *pass) sniff(e *apkfile.Entry) spot {
	if e.Size < 4 && e.CompressedSize < 4 {
		return spot{}
	}
	section, stored, err := p.f.Section(e)
	if err != nil {
		return spot{}
	}
	if !stored {
		return sniffPacked(section, e.Size)
	}
	b := looks.Get().(*look)
	defer looks.Put(b)
	head := b.head[:]
	n, _ := section.ReadAt(head[:min(section.Size(), lookBytes)], 0)
	if s := spotIn(head[:n], section.Size()); s.kind != kindOther || section.Size() < 22 {
		return s
	}
	n, _ = section.ReadAt(head[:22], section.Size()-22)
	if endsLikeZip(head[:n]) {
		return spot{kind: kindZip}
	}
	return spot{}
}

// look is room for what is looked at of one entry.
type look struct {
	raw  [peekBytes + lookBytes]byte
	head [lookBytes]byte
}

var looks = sync.Pool{New: func() any { return new(look) }}

// peekBytes of a compressed entry hold its codes and the first of what it unpacks to: codes take at most some
// 330 bytes, if written by a tool that does not repeat itself.
const peekBytes = 400

// sniffPacked does it for a compressed entry. More than the first bytes is unpacked where there is room for code, and not
// of what the entries of an app are in their thousands: compiled XML, and tables of languages.
func sniffPacked(section io.ReaderAt, size int64) spot {
	b := looks.Get().(*look)
	defer looks.Put(b)
	raw, head := b.raw[:], b.head[:]
	n, _ := section.ReadAt(raw[:peekBytes], 0)
	start := head[:inflate.Prefix(head[:headBytes], raw[:n])]
	if k := sniff(start); k != kindOther || size < leastHidden || isCompiledXML(start, size) || isLanguageData(start) {
		return spot{kind: k}
	}
	if n == peekBytes {
		more, _ := section.ReadAt(raw[peekBytes:], peekBytes)
		n += more
	}
	done, _ := inflate.Decompress(head, raw[:n])
	return spotIn(head[:done], size)
}

// isCompiledXML reports a document that fills the file.
func isCompiledXML(head []byte, size int64) bool {
	return len(head) >= 8 && string(head[:4]) == "\x03\x00\x08\x00" && int64(binary.LittleEndian.Uint32(head[4:])) == size
}

// isLanguageData reports the beginning of data of ICU, in either order of bytes.
func isLanguageData(head []byte) bool {
	const magic = "\xda\x27"
	return len(head) >= 12 && string(head[2:4]) == magic && (string(head[4:6]) == "\x00\x14" || string(head[4:6]) == "\x14\x00") && head[8] <= 1 && head[9] <= 1
}
