package codesign

import (
	"encoding/asn1"
	"errors"
	"fmt"

	"quaestor/scanners/internal/plist"
)

var errDER = errors.New("the entitlements are not in the form that is known")

const (
	maxDepth  = 32
	maxValues = 20_000
)

// decodeDER reads entitlements in the form of newer systems: an application element with a version and a dictionary, whose
// pairs are sequences of a key and a value.
func decodeDER(b []byte) (map[string]any, error) {
	var outer asn1.RawValue
	if _, err := asn1.Unmarshal(b, &outer); err != nil || outer.Class != asn1.ClassApplication || outer.Tag != 16 {
		return nil, errDER
	}
	var version int
	rest, err := asn1.Unmarshal(outer.Bytes, &version)
	if err != nil || version != 1 {
		return nil, errDER
	}
	d := derReader{left: maxValues}
	v, err := d.value(rest, 0)
	if err != nil {
		return nil, err
	}
	rights, ok := v.(map[string]any)
	if !ok {
		return nil, errDER
	}
	return rights, nil
}

type derReader struct{ left int }

func (d *derReader) value(b []byte, depth int) (any, error) {
	var raw asn1.RawValue
	if d.left--; d.left < 0 || depth > maxDepth {
		return nil, errDER
	}
	if _, err := asn1.Unmarshal(b, &raw); err != nil {
		return nil, errDER
	}
	switch {
	case raw.Class == asn1.ClassContextSpecific && raw.Tag == 16 && raw.IsCompound:
		return d.dictionary(raw.Bytes, depth)
	case raw.Class != asn1.ClassUniversal:
		return nil, errDER
	}
	switch raw.Tag {
	case asn1.TagBoolean:
		return len(raw.Bytes) == 1 && raw.Bytes[0] != 0, nil
	case asn1.TagInteger:
		var n int64
		_, err := asn1.Unmarshal(raw.FullBytes, &n)
		return n, err
	case asn1.TagUTF8String:
		return string(raw.Bytes), nil
	case asn1.TagOctetString:
		return raw.Bytes, nil
	case asn1.TagSequence:
		return d.list(raw.Bytes, depth)
	}
	return nil, errDER
}

func (d *derReader) list(rest []byte, depth int) (any, error) {
	var list []any
	for len(rest) > 0 {
		var raw asn1.RawValue
		tail, err := asn1.Unmarshal(rest, &raw)
		if err != nil {
			return nil, errDER
		}
		v, err := d.value(raw.FullBytes, depth+1)
		if err != nil {
			return nil, err
		}
		list, rest = append(list, v), tail
	}
	return list, nil
}

func (d *derReader) dictionary(rest []byte, depth int) (any, error) {
	pairs := map[string]any{}
	for len(rest) > 0 {
		var pair, key asn1.RawValue
		tail, err := asn1.Unmarshal(rest, &pair)
		if err != nil || pair.Tag != asn1.TagSequence {
			return nil, errDER
		}
		value, err := asn1.Unmarshal(pair.Bytes, &key)
		if err != nil || key.Tag != asn1.TagUTF8String {
			return nil, errDER
		}
		v, err := d.value(value, depth+1)
		if err != nil {
			return nil, err
		}
		pairs[string(key.Bytes)], rest = v, tail
	}
	return pairs, nil
}

// dictionary reads a property list that is one.
func dictionary(b []byte) (map[string]any, error) {
	v, err := plist.Decode(b)
	if err != nil {
		return nil, err
	}
	d, ok := v.(map[string]any)
	if !ok {
		return nil, fmt.Errorf("the property list is no dictionary but %T", v)
	}
	return d, nil
}
