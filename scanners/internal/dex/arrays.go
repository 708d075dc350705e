package dex

import "bytes"

// maxArray is how many bytes of text one array may hold.
const maxArray = 1 << 20

// arrays yields the texts that code fills arrays with, byte by byte or char by char: where authors hide addresses from
// a look at the strings. The tables of fill-array-data are found by their first bytes anywhere in the file, since code
// is not read whole; what is not printable ASCII throughout is no text.
func arrays(data []byte, left *int, yield func([]byte) bool) bool {
	for _, width := range [...]int{1, 2} {
		head := []byte{0, 3, byte(width), 0}
		for p := 0; ; {
			at := bytes.Index(data[p:], head)
			if at < 0 {
				break
			}
			p += at + len(head)
			text := arrayText(data, p, width)
			if len(text) < 4 || len(text) > *left {
				continue
			}
			*left -= len(text)
			p += len(text)
			if !yield(text) {
				return false
			}
		}
	}
	return true
}

// arrayText reads the number of elements at p and the elements behind it. Zeros at the end are left out.
func arrayText(data []byte, p, width int) []byte {
	if p+4 > len(data) {
		return nil
	}
	n := int64(u32(data, p))
	if n > maxArray || n*int64(width) > int64(len(data)-p-4) {
		return nil
	}
	elements := data[p+4 : p+4+int(n)*width]
	for len(elements) >= width && elements[len(elements)-width] == 0 {
		elements = elements[:len(elements)-width]
	}
	for i, c := range elements {
		if i%width == 0 && !printable(c) || i%width == 1 && c != 0 {
			return nil
		}
	}
	if width == 1 {
		return elements
	}
	text := make([]byte, 0, len(elements)/2)
	for i := 0; i < len(elements); i += 2 {
		text = append(text, elements[i])
	}
	return text
}

func printable(c byte) bool { return c >= ' ' && c < 0x7f || c == '\t' || c == '\n' || c == '\r' }
