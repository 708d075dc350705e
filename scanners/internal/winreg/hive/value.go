package hive

import (
	"encoding/binary"
	"errors"
	"fmt"

	"quaestor/scanners/internal/winreg"
)

// Limits of values.
const (
	maxValues  = 65_536
	maxData    = 16 << 20 // of one value
	maxOfKey   = 64 << 20 // of all values of a key
	valueSize  = 20       // of a value's cell, before its name
	segment    = 16344    // of a value that takes several cells
	maxErrors  = 8        // that are told of one key
	inCell     = 0x80000000
	latin1Name = 1
)

// Values implements winreg.Key.
func (k *Key) Values() ([]winreg.Value, error) {
	count := k.values.count
	if count == 0 || k.values.list == none {
		return nil, nil
	}
	var errs []error
	if count > maxValues {
		errs, count = append(errs, malformed("the key %q has more than %d values", k.name, maxValues)), maxValues
	}
	places, err := k.h.cell(k.values.list, 0, 4*int(count))
	if err != nil {
		return nil, errors.Join(append(errs, fmt.Errorf("the values of the key %q: %w", k.name, err))...)
	}
	var out []winreg.Value
	left := min(maxOfKey, k.h.pages.size) // more than all there is, somebody names twice
	for ; len(places) > 0; places = places[4:] {
		v, err := k.h.value(binary.LittleEndian.Uint32(places))
		if left -= int64(len(v.Name) + len(v.Data)); left < 0 {
			return out, errors.Join(append(errs, fmt.Errorf("the values of the key %q: %w", k.name, ErrTooMuch))...)
		}
		if err == nil {
			out = append(out, v)
			continue
		}
		if len(errs) < maxErrors {
			errs = append(errs, fmt.Errorf("a value of the key %q: %w", k.name, err))
		}
		if errors.Is(err, ErrTooMuch) {
			break
		}
	}
	return out, errors.Join(errs...)
}

func (h *Hive) value(at uint32) (winreg.Value, error) {
	b, err := h.cell(at, 0, valueSize)
	if err != nil {
		return winreg.Value{}, err
	}
	if string(b[:2]) != "vk" {
		return winreg.Value{}, malformed("the cell at %#x is no value", at)
	}
	name, err := h.cell(at, valueSize, int(binary.LittleEndian.Uint16(b[2:])))
	if err != nil {
		return winreg.Value{}, err
	}
	v := winreg.Value{Name: decodeName(name, b[16]&latin1Name != 0), Type: binary.LittleEndian.Uint32(b[12:])}
	v.Data, err = h.data(b)
	return v, err
}

// data reads what a value holds: up to four bytes in the value's cell itself, else in a cell of its own, or several.
func (h *Hive) data(vk []byte) ([]byte, error) {
	size := binary.LittleEndian.Uint32(vk[4:])
	if size&inCell != 0 {
		return append([]byte(nil), vk[8:8+min(size&^uint32(inCell), 4)]...), nil
	}
	if size == 0 {
		return nil, nil
	}
	if size > maxData {
		return nil, malformed("a value has %d bytes", size)
	}
	at := binary.LittleEndian.Uint32(vk[8:])
	if size > segment && h.header.minor > 3 {
		if b, err := h.cell(at, 0, 8); err == nil && string(b[:2]) == "db" {
			return h.segments(b, int(size))
		}
	}
	return h.cell(at, 0, int(size))
}

// segments puts a value together that takes several cells.
func (h *Hive) segments(db []byte, size int) ([]byte, error) {
	count := int(binary.LittleEndian.Uint16(db[2:]))
	if want := (size + segment - 1) / segment; count != want {
		return nil, malformed("a value of %d bytes has %d parts and should have %d", size, count, want)
	}
	places, err := h.cell(binary.LittleEndian.Uint32(db[4:]), 0, 4*count)
	if err != nil {
		return nil, err
	}
	out := make([]byte, 0, min(size, 1<<20))
	for ; len(places) > 0; places = places[4:] {
		b, err := h.cell(binary.LittleEndian.Uint32(places), 0, min(segment, size-len(out)))
		if err != nil {
			return nil, err
		}
		out = append(out, b...)
	}
	return out, nil
}
