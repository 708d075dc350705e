package dex

import "bytes"

// bitmap is a set of small numbers.
type bitmap []uint64

func newBitmap(n int) bitmap { return make(bitmap, (n+63)/64) }

// set adds i; numbers beyond the bitmap are ignored.
func (b bitmap) set(i uint32) {
	if w := int(i >> 6); w < len(b) {
		b[w] |= 1 << (i & 63)
	}
}

func (b bitmap) has(i uint32) bool {
	w := int(i >> 6)
	return w < len(b) && b[w]&(1<<(i&63)) != 0
}

// names finds which strings are names.
func (f *file) names() {
	f.used = newBitmap(len(f.strings) / stringSize)
	for p := 0; p < len(f.types); p += typeSize {
		f.used.set(u32(f.types, p))
	}
	for p := 0; p < len(f.protos); p += protoSize {
		f.used.set(u32(f.protos, p))
	}
	for p := 4; p < len(f.fields); p += fieldSize {
		f.used.set(u32(f.fields, p))
	}
	for p := 4; p < len(f.methods); p += methodSize {
		f.used.set(u32(f.methods, p))
	}
	for p := 16; p < len(f.classes); p += classSize {
		if i := u32(f.classes, p); !f.used.has(i) && sourceFile(f.text(i, maxName)) {
			f.used.set(i)
		}
	}
}

// sourceFile reports whether the name of a source file looks like one. A class may give any string as its source
// file, and code may use the same string as an address; such a one stays a constant.
func sourceFile(s []byte) bool {
	return !bytes.ContainsAny(s, "/:@") && (!bytes.ContainsRune(s, '.') || bytes.HasSuffix(s, []byte(".java")) || bytes.HasSuffix(s, []byte(".kt")))
}

// sharing is how often the files of a container may name the same string.
func sharing(files int) int { return min(files, 4) }

// constants yields the strings that are not names, until yield returns false. A code unit takes up to three bytes, so
// left, the bytes that may be handed out, runs out only for files of which strange has noted that strings share bytes.
func (f *file) constants(left *int, yield func([]byte) bool) bool {
	for i := range uint32(len(f.strings) / stringSize) {
		if f.used.has(i) {
			continue
		}
		s := f.text(i, *left)
		*left -= len(s)
		if len(s) > 0 && !yield(s) {
			return false
		}
	}
	return true
}
