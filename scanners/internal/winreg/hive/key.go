package hive

import (
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"time"

	"quaestor/scanners/internal/winreg"
)

// Limits of a key, far above what Windows makes; its own limit on depth is 512.
const (
	maxDepth   = 512
	maxSubkeys = 200_000
	maxName    = 512 // bytes; Windows allows 255 characters
	keySize    = 76  // of a key's cell, before its name
)

// none is the offset that stands for "there is none".
const none = 0xffffffff

// Key is an open key of a hive.
type Key struct {
	h     *Hive
	depth int
	name  string
	class struct {
		at   uint32
		size int
	}
	written uint64
	subkeys struct{ count, list uint32 }
	values  struct{ count, list uint32 }

	listed   bool // names and places are known
	listErr  error
	children []child
	byName   map[string]uint32
}

// child is a subkey: its name and its cell.
type child struct {
	name string
	at   uint32
}

// key reads the cell of a key.
func (h *Hive) key(at uint32, depth int) (*Key, error) {
	if depth > maxDepth {
		return nil, malformed("keys are nested deeper than %d", maxDepth)
	}
	b, err := h.cell(at, 0, keySize)
	if err != nil {
		return nil, err
	}
	if string(b[:2]) != "nk" {
		return nil, malformed("the cell at %#x is no key", at)
	}
	u32 := func(at int) uint32 { return binary.LittleEndian.Uint32(b[at:]) }
	k := &Key{h: h, depth: depth, written: binary.LittleEndian.Uint64(b[4:])}
	k.subkeys.count, k.subkeys.list = u32(20), u32(28)
	k.values.count, k.values.list = u32(36), u32(40)
	k.class.at, k.class.size = u32(48), int(binary.LittleEndian.Uint16(b[74:]))
	size := int(binary.LittleEndian.Uint16(b[72:]))
	if size > maxName {
		return nil, malformed("the name of a key has %d bytes", size)
	}
	name, err := h.cell(at, keySize, size)
	if err != nil {
		return nil, err
	}
	k.name = decodeName(name, binary.LittleEndian.Uint16(b[2:])&0x20 != 0)
	return k, nil
}

// decodeName reads a name: one byte a character (Latin-1) where the cell says so, else UTF-16.
func decodeName(b []byte, latin1 bool) string {
	if !latin1 {
		return winreg.UTF16(b)
	}
	var s strings.Builder
	for _, c := range b {
		s.WriteRune(rune(c))
	}
	return s.String()
}

// Name implements winreg.Key.
func (k *Key) Name() string { return k.name }

// Modified implements winreg.Key.
func (k *Key) Modified() time.Time { return fileTime(k.written) }

// Close implements winreg.Key.
func (k *Key) Close() error { return nil }

// ClassName is the text that whoever made the key gave it as its class, "" for most keys.
func (k *Key) ClassName() (string, error) {
	if k.class.size == 0 || k.class.at == none {
		return "", nil
	}
	b, err := k.h.cell(k.class.at, 0, k.class.size)
	return winreg.UTF16(b), err
}

// Subkeys implements winreg.Key.
func (k *Key) Subkeys() ([]string, error) {
	k.list()
	names := make([]string, len(k.children))
	for i, c := range k.children {
		names[i] = c.name
	}
	return names, k.listErr
}

// Open implements winreg.Key. A subkey that is there and cannot be read is not taken for absent.
func (k *Key) Open(name string) (winreg.Key, error) {
	at := k
	for part := range strings.SplitSeq(name, `\`) {
		if part == "" {
			continue
		}
		next, err := at.open(part)
		if err != nil {
			return nil, err
		}
		at = next
	}
	return at, nil
}

func (k *Key) open(name string) (*Key, error) {
	k.list()
	if at, ok := k.byName[fold(name)]; ok {
		return k.h.key(at, k.depth+1)
	}
	if k.listErr != nil {
		return nil, k.listErr
	}
	return nil, winreg.NotExist(winreg.Join(k.name, name))
}

// fold is the form in which the registry compares names.
func fold(name string) string { return strings.ToUpper(name) }

// list reads the names of all subkeys, once.
func (k *Key) list() {
	if k.listed {
		return
	}
	k.listed = true
	if k.subkeys.count == 0 || k.subkeys.list == none {
		return
	}
	places, err := k.h.index(k.subkeys.list, true)
	if err != nil {
		k.listErr = fmt.Errorf("the subkeys of the key %q: %w", k.name, err)
	}
	k.byName = make(map[string]uint32, min(len(places), 1<<12))
	for _, at := range places {
		sub, err := k.h.key(at, k.depth+1)
		if err != nil {
			k.listErr = first(k.listErr, fmt.Errorf("below the key %q: %w", k.name, err))
			if errors.Is(err, ErrTooMuch) {
				return
			}
			continue
		}
		if _, twice := k.byName[fold(sub.name)]; twice {
			continue
		}
		k.byName[fold(sub.name)] = at
		k.children = append(k.children, child{sub.name, at})
	}
}

// index reads a list of subkeys: lf, lh and li name keys, ri names lists of these.
func (h *Hive) index(at uint32, nested bool) ([]uint32, error) {
	b, err := h.cell(at, 0, 4)
	if err != nil {
		return nil, err
	}
	count, width := int(binary.LittleEndian.Uint16(b[2:])), 4
	sig := string(b[:2])
	switch {
	case sig == "lf", sig == "lh":
		width = 8
	case sig == "li", sig == "ri" && nested:
	default:
		return nil, malformed("the cell at %#x is no list of keys", at)
	}
	entries, err := h.cell(at, 4, count*width)
	if err != nil {
		return nil, err
	}
	places := make([]uint32, 0, count)
	for i := range count {
		place := binary.LittleEndian.Uint32(entries[i*width:])
		if sig != "ri" {
			places = append(places, place)
			continue
		}
		part, perr := h.index(place, false)
		if err = first(err, perr); errors.Is(perr, ErrTooMuch) {
			return places, perr
		}
		if places = append(places, part...); len(places) > maxSubkeys {
			return places[:maxSubkeys], first(err, malformed("a key has more than %d subkeys", maxSubkeys))
		}
	}
	return places, err
}

// first keeps the first error: a damaged list may bring a thousand that say the same.
func first(have, next error) error {
	if have != nil {
		return have
	}
	return next
}
