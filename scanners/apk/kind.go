package apk

import (
	"bytes"
	"encoding/binary"

	"quaestor/scanners/internal/apkfile"
)

// kind is what content is, told by its first bytes.
type kind uint8

const (
	kindOther kind = iota
	kindDex
	kindZip
	kindELF
	kindClass // Java class file
	kindOAT   // code that Android compiled beforehand: odex, vdex
	kindGzip
	kindXZ
	kindZstd
)

// headBytes are enough to tell a kind.
const headBytes = 16

// String names a kind for readers.
func (k kind) String() string {
	switch k {
	case kindDex:
		return "dex"
	case kindZip:
		return "zip"
	case kindELF:
		return "elf"
	case kindClass:
		return "class"
	case kindOAT:
		return "oat"
	case kindGzip:
		return "gzip"
	case kindXZ:
		return "xz"
	case kindZstd:
		return "zstd"
	}
	return "other"
}

var magics = []struct {
	magic string
	kind  kind
}{
	{"PK\x03\x04", kindZip},
	{"dex\n0", kindDex},
	{"cdex0", kindDex},
	{"\x7fELF", kindELF},
	{"\x1f\x8b\x08", kindGzip},
	{"\xfd7zXZ\x00", kindXZ},
	{"\x28\xb5\x2f\xfd", kindZstd},
	{"dey\n0", kindOAT},
	{"oat\n", kindOAT},
	{"vdex0", kindOAT},
}

// sniff tells the kind of content from its first bytes.
func sniff(head []byte) kind {
	if len(head) < 4 {
		return kindOther
	}
	for _, m := range magics {
		if head[0] == m.magic[0] && len(head) >= len(m.magic) && string(head[:len(m.magic)]) == m.magic {
			return m.kind
		}
	}
	if len(head) >= 8 && bytes.HasPrefix(head, []byte("\xca\xfe\xba\xbe")) && binary.BigEndian.Uint16(head[6:]) >= 45 && binary.BigEndian.Uint16(head[6:]) < 200 {
		return kindClass // 45 is the first version of Java; a Mach-O file of the same magic holds a small count here
	}
	return kindOther
}

// endsLikeZip reports whether content ends with the end record of an archive without a comment: a file of another
// kind may have one appended.
func endsLikeZip(content []byte) bool {
	return len(content) >= 22 && bytes.HasPrefix(content[len(content)-22:], []byte("PK\x05\x06"))
}

// archiveFormat is the format of an archive without a manifest: a JAR when it holds classes or says of itself
// that it is one.
func archiveFormat(f *apkfile.File) string {
	if f.Lookup("classes.dex") != nil || f.Lookup("META-INF/MANIFEST.MF") != nil {
		return "jar"
	}
	return "zip"
}
