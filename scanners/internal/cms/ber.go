package cms

import (
	"encoding/asn1"
	"errors"
	"fmt"
)

const (
	maxDepth    = 40
	maxElements = 200_000
)

// normalise writes BER anew with lengths that are definite and strings in one piece, which is what the standard
// library reads. Bytes that are in that form already, as all that is signed, stay as they are.
func normalise(data []byte) ([]byte, error) {
	n := normaliser{left: maxElements}
	out, _, err := n.element(data, 0)
	return out, err
}

type normaliser struct{ left int }

// header is the beginning of an element.
type header struct {
	identifier  []byte
	constructed bool
	length      int // -1: until the end mark
	size        int // of the header
}

func readHeader(b []byte) (header, error) {
	if len(b) < 2 {
		return header{}, errors.New("the signed data breaks off")
	}
	h := header{constructed: b[0]&0x20 != 0, size: 1}
	if b[0]&0x1f == 0x1f {
		for h.size < len(b) && h.size < 5 && b[h.size]&0x80 != 0 {
			h.size++
		}
		h.size++
	}
	if h.size >= len(b) {
		return header{}, errors.New("the signed data breaks off")
	}
	h.identifier = b[:h.size]
	first := b[h.size]
	h.size++
	switch {
	case first < 0x80:
		h.length = int(first)
	case first == 0x80:
		if !h.constructed {
			return header{}, errors.New("an element without a length has no parts")
		}
		h.length = -1
	default:
		n := int(first & 0x7f)
		if n > 4 || h.size+n > len(b) {
			return header{}, errors.New("an element has a length that cannot be")
		}
		for _, c := range b[h.size : h.size+n] {
			h.length = h.length<<8 | int(c)
		}
		h.size += n
	}
	if h.length > len(b)-h.size {
		return header{}, fmt.Errorf("an element of %d bytes breaks off after %d", h.length, len(b)-h.size)
	}
	return h, nil
}

// element reads one element, and returns it in its new form and what comes after it.
func (n *normaliser) element(b []byte, depth int) (out, rest []byte, err error) {
	if n.left--; n.left < 0 || depth > maxDepth {
		return nil, nil, errors.New("the signed data has more parts, or deeper ones, than are read")
	}
	h, err := readHeader(b)
	if err != nil {
		return nil, nil, err
	}
	if !h.constructed {
		end := h.size + h.length
		return write(h.identifier, b[h.size:end]), b[end:], nil
	}
	body, end := b[h.size:], -1
	if h.length >= 0 {
		body, rest = b[h.size:h.size+h.length], b[h.size+h.length:]
	}
	text := h.identifier[0] == asn1.TagOctetString|0x20
	var parts []byte
	for len(body) > 0 {
		if h.length < 0 && len(body) >= 2 && body[0] == 0 && body[1] == 0 {
			end, body = 0, body[2:]
			break
		}
		part, tail, err := n.element(body, depth+1)
		if err != nil {
			return nil, nil, err
		}
		if text {
			inner, err := readHeader(part)
			if err != nil || part[0] != asn1.TagOctetString {
				return nil, nil, errors.New("a string has a part that is none")
			}
			part = part[inner.size:]
		}
		parts, body = append(parts, part...), tail
	}
	if h.length < 0 {
		if end < 0 {
			return nil, nil, errors.New("the signed data breaks off before an end mark")
		}
		rest = body
	}
	if text {
		return write([]byte{asn1.TagOctetString}, parts), rest, nil
	}
	return write(h.identifier, parts), rest, nil
}

// write puts an element together.
func write(identifier, body []byte) []byte {
	out := make([]byte, 0, len(identifier)+6+len(body))
	out = append(out, identifier...)
	n := len(body)
	if n < 0x80 {
		out = append(out, byte(n))
	} else {
		var size [4]byte
		i := len(size)
		for ; n > 0; n >>= 8 {
			i--
			size[i] = byte(n)
		}
		out = append(append(out, 0x80|byte(len(size)-i)), size[i:]...)
	}
	return append(out, body...)
}
