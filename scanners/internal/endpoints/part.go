package endpoints

import "bytes"

// IsBinary reports whether a text that begins like this is taken for binary.
func IsBinary(text []byte) bool { return bytes.IndexByte(text[:min(len(text), 4096)], 0) >= 0 }

// AddPart is [Collector.Add] for a part of something larger, of which binary tells what its beginning tells. Parts
// that end where [Cut] says hold together what all of it holds.
func (c *Collector) AddPart(part []byte, file string, binary bool) {
	if len(part) < 4 {
		return
	}
	w := walker{text: part, file: file, to: c, binary: binary}
	w.walk()
}

// maxTail is how far from its end a part is cut to keep what stands there in one piece.
const maxTail = 1 << 20

// Cut is how much of a part to look at so that no string constant is cut in two; what is left belongs to the next
// part. It cuts where text of any width ends, else where narrow text does, else behind any byte that ends a constant,
// and at last anywhere.
func Cut(part []byte) int {
	from := max(3, len(part)-maxTail)
	zeros := []byte{0, 0, 0}
	if from <= len(part) {
		if at := bytes.LastIndex(part[from-3:], zeros); at >= 0 {
			return from - 3 + at + 3
		}
	}
	for _, ends := range []func(i int) bool{
		func(i int) bool { // a NUL behind a narrow character, and no wide one
			return part[i-1] == 0 && part[i-2] != 0 && part[i-3] != 0
		},
		func(i int) bool { return part[i-1] == '\n' && part[i-2] != 0 },
		func(i int) bool { return class[part[i-1]]&edge != 0 && part[i-1] != 0 && part[i-2] != 0 },
	} {
		for i := len(part); i > from; i-- {
			if ends(i) {
				return i
			}
		}
	}
	return len(part)
}
