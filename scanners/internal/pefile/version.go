package pefile

import (
	"encoding/binary"
	"fmt"
	"strings"
	"unicode/utf16"
)

const (
	typeVersion  = 16
	maxResource  = 64 << 10
	maxEntries   = 4096 // of one level of the tree of resources
	maxStrings   = 200
	subdirectory = 1 << 31
)

// Version is what a program says of itself. Anybody can write anything there.
type Version struct {
	Company     string
	Product     string
	Description string
	File        string // version of the file, "1.2.3.4"
	Version     string // version of the product
	Original    string // name of the file when it was built
}

// Version reads the version resource; it is empty where there is none.
func (f *File) Version() (Version, error) {
	top, size := f.table(directoryResource)
	if top == 0 || size == 0 {
		return Version{}, nil
	}
	entry, err := f.resource(top)
	if err != nil || entry == nil {
		return Version{}, err
	}
	n := min(int64(binary.LittleEndian.Uint32(entry[4:])), maxResource)
	b, err := f.mapped(binary.LittleEndian.Uint32(entry), n)
	if err != nil {
		return Version{}, err
	}
	return parseVersion(b), nil
}

// resource finds the place of the first version resource: the tree has a level each for type, name and language.
func (f *File) resource(top uint32) ([]byte, error) {
	at := uint32(0)
	for level := range 3 {
		head, err := f.mapped(top+at, 16)
		if err != nil || len(head) < 16 {
			return nil, bad("its resources break off")
		}
		count := int(binary.LittleEndian.Uint16(head[12:])) + int(binary.LittleEndian.Uint16(head[14:]))
		list, err := f.mapped(top+at+16, int64(min(count, maxEntries))*8)
		if err != nil {
			return nil, err
		}
		found := false
		for ; len(list) >= 8 && !found; list = list[8:] {
			if level > 0 || binary.LittleEndian.Uint32(list) == typeVersion {
				at, found = binary.LittleEndian.Uint32(list[4:]), true
			}
		}
		switch {
		case !found && level == 0:
			return nil, nil
		case !found, (level < 2) != (at&subdirectory != 0):
			return nil, bad("its resources are no tree of types, names and languages")
		}
		at &^= subdirectory
	}
	entry, err := f.mapped(top+at, 16)
	if err == nil && len(entry) < 16 {
		err = bad("its resources break off")
	}
	return entry, err
}

// parseVersion reads VS_VERSIONINFO. What breaks off leaves what was read before.
func parseVersion(b []byte) Version {
	var v Version
	root, ok := readBlock(b)
	if !ok {
		return v
	}
	if len(root.value) >= 24 && binary.LittleEndian.Uint32(root.value) == 0xfeef04bd {
		v.File, v.Version = numbers(root.value[8:]), numbers(root.value[16:])
	}
	left := maxStrings
	for info := range root.children {
		if info.key != "StringFileInfo" {
			continue
		}
		for table := range info.children {
			for s := range table.children {
				if left--; left < 0 {
					return v
				}
				v.set(s.key, s.text())
			}
			return v // the first language
		}
	}
	return v
}

func numbers(b []byte) string {
	high, low := binary.LittleEndian.Uint32(b), binary.LittleEndian.Uint32(b[4:])
	if high|low == 0 {
		return ""
	}
	return fmt.Sprintf("%d.%d.%d.%d", high>>16, high&0xffff, low>>16, low&0xffff)
}

func (v *Version) set(key, text string) {
	text = strings.TrimSpace(text)
	if text == "" {
		return
	}
	switch key {
	case "CompanyName":
		v.Company = text
	case "ProductName":
		v.Product = text
	case "FileDescription":
		v.Description = text
	case "OriginalFilename":
		v.Original = text
	case "ProductVersion":
		v.Version = text
	case "FileVersion":
		v.File = text
	}
}

// block is one element of a version resource.
type block struct {
	key   string
	value []byte
	rest  []byte // its children
}

// readBlock reads the element at the beginning of b: length, length of the value, type, key, value, children, each at a
// multiple of four bytes.
func readBlock(b []byte) (block, bool) {
	if len(b) < 6 {
		return block{}, false
	}
	length, value := int(binary.LittleEndian.Uint16(b)), int(binary.LittleEndian.Uint16(b[2:]))
	if length < 6 || length > len(b) {
		return block{}, false
	}
	text := binary.LittleEndian.Uint16(b[4:]) == 1
	b = b[:length]
	var units []uint16
	at := 6
	for ; at+1 < len(b); at += 2 {
		u := binary.LittleEndian.Uint16(b[at:])
		if u == 0 {
			break
		}
		units = append(units, u)
	}
	at = min((at+2+3)&^3, len(b))
	if text {
		value *= 2 // counted in characters
	}
	end := min(at+value, len(b))
	return block{string(utf16.Decode(units)), b[at:end], b[min((end+3)&^3, len(b)):]}, true
}

// children are the elements below.
func (k block) children(yield func(block) bool) {
	for rest := k.rest; ; {
		child, ok := readBlock(rest)
		if !ok || !yield(child) {
			return
		}
		rest = rest[min((int(binary.LittleEndian.Uint16(rest))+3)&^3, len(rest)):]
	}
}

func (k block) text() string {
	units := make([]uint16, 0, len(k.value)/2)
	for i := 0; i+1 < len(k.value); i += 2 {
		u := binary.LittleEndian.Uint16(k.value[i:])
		if u == 0 {
			break
		}
		units = append(units, u)
	}
	return string(utf16.Decode(units))
}
