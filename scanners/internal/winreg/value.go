package winreg

import (
	"encoding/binary"
	"strings"
	"unicode/utf16"
)

// Types of values.
const (
	TypeNone     uint32 = 0
	TypeString   uint32 = 1  // REG_SZ
	TypeExpand   uint32 = 2  // REG_EXPAND_SZ: text with variables of the environment in it
	TypeBinary   uint32 = 3  // REG_BINARY
	TypeNumber   uint32 = 4  // REG_DWORD, little-endian
	TypeNumberBE uint32 = 5  // REG_DWORD_BIG_ENDIAN
	TypeLink     uint32 = 6  // REG_LINK: the path of another key
	TypeList     uint32 = 7  // REG_MULTI_SZ
	TypeNumber64 uint32 = 11 // REG_QWORD
)

// maxList bounds the texts of one list.
const maxList = 10_000

// Value is a value of a key. Name "" is the key's default value.
type Value struct {
	Name string
	Type uint32
	Data []byte
}

// Text is the text of a REG_SZ, REG_EXPAND_SZ or REG_LINK, up to its first NUL, with variables as they are written; of
// a list it is the first text, of any other type "". A program that wrote a text without its NUL, or with a byte too
// many, is forgiven.
func (v Value) Text() string {
	switch v.Type {
	case TypeString, TypeExpand, TypeLink, TypeList:
		text, _, _ := strings.Cut(UTF16(v.Data), "\x00")
		return text
	}
	return ""
}

// List is the texts of a REG_MULTI_SZ; of a REG_SZ or REG_EXPAND_SZ it is that one text.
func (v Value) List() []string {
	switch v.Type {
	case TypeString, TypeExpand:
		if text := v.Text(); text != "" {
			return []string{text}
		}
	case TypeList:
		var out []string
		for text := range strings.SplitSeq(UTF16(v.Data), "\x00") {
			if text != "" && len(out) < maxList {
				out = append(out, text)
			}
		}
		return out
	}
	return nil
}

// Number is the number of a REG_DWORD of either order or a REG_QWORD; false for any other type or too few bytes.
func (v Value) Number() (uint64, bool) {
	switch {
	case v.Type == TypeNumber && len(v.Data) >= 4:
		return uint64(binary.LittleEndian.Uint32(v.Data)), true
	case v.Type == TypeNumberBE && len(v.Data) >= 4:
		return uint64(binary.BigEndian.Uint32(v.Data)), true
	case v.Type == TypeNumber64 && len(v.Data) >= 8:
		return binary.LittleEndian.Uint64(v.Data), true
	}
	return 0, false
}

// UTF16 reads little-endian UTF-16; a last odd byte is left out.
func UTF16(b []byte) string {
	units := make([]uint16, len(b)/2)
	for i := range units {
		units[i] = binary.LittleEndian.Uint16(b[2*i:])
	}
	return string(utf16.Decode(units))
}

// EncodeUTF16 writes little-endian UTF-16.
func EncodeUTF16(s string) []byte {
	units := utf16.Encode([]rune(s))
	b := make([]byte, 0, 2*len(units))
	for _, u := range units {
		b = binary.LittleEndian.AppendUint16(b, u)
	}
	return b
}

// String makes a REG_SZ.
func String(name, text string) Value {
	return Value{Name: name, Type: TypeString, Data: EncodeUTF16(text + "\x00")}
}

// Expand makes a REG_EXPAND_SZ.
func Expand(name, text string) Value {
	return Value{Name: name, Type: TypeExpand, Data: EncodeUTF16(text + "\x00")}
}

// List makes a REG_MULTI_SZ.
func List(name string, texts ...string) Value {
	return Value{Name: name, Type: TypeList, Data: EncodeUTF16(strings.Join(texts, "\x00") + "\x00\x00")}
}

// Number makes a REG_DWORD.
func Number(name string, n uint32) Value {
	return Value{Name: name, Type: TypeNumber, Data: binary.LittleEndian.AppendUint32(nil, n)}
}

// Number64 makes a REG_QWORD.
func Number64(name string, n uint64) Value {
	return Value{Name: name, Type: TypeNumber64, Data: binary.LittleEndian.AppendUint64(nil, n)}
}

// Binary makes a REG_BINARY.
func Binary(name string, data []byte) Value { return Value{Name: name, Type: TypeBinary, Data: data} }
