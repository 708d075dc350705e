package codesigntest

import (
	"crypto"
	"crypto/sha256"
	"encoding/asn1"
	"time"
)

var (
	oidData   = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 1}
	oidSHA256 = asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 1}
	oidECDSA  = asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 3, 2}
)

// Signed makes signed data over content, which is inside or kept apart. Alternates are further code directories that
// the signature names.
func Signed(content []byte, inside bool, k Key, alternates ...[]byte) []byte {
	attributes := attributes(oidData, content)
	for _, a := range alternates {
		s := sha256.Sum256(a)
		attributes = append(attributes, Attribute(asn1.ObjectIdentifier{1, 2, 840, 113635, 100, 9, 2}, element(0x30, encode(oidSHA256), encode(s[:])))...)
	}
	body := element(0x30, encode(oidData))
	if inside {
		body = element(0x30, encode(oidData), element(0xa0, encode(content)))
	}
	return signed(body, attributes, nil, k)
}

// SignedAs makes signed data over content of a kind of its own, which is an element whose value is signed. Beside the
// signature stand unsigned attributes, from [Attribute].
func SignedAs(kind asn1.ObjectIdentifier, content []byte, k Key, unsigned ...[]byte) []byte {
	var value asn1.RawValue
	mustRead(content, &value)
	return signed(element(0x30, encode(kind), element(0xa0, content)), attributes(kind, value.Bytes), unsigned, k)
}

func attributes(kind asn1.ObjectIdentifier, content []byte) []byte {
	sum := sha256.Sum256(content)
	return concat(
		Attribute(asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 3}, encode(kind)),
		Attribute(asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 5}, encode(time.Date(2024, 6, 1, 12, 0, 0, 0, time.UTC))),
		Attribute(asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 4}, encode(sum[:])))
}

func signed(body, attributes []byte, unsigned [][]byte, k Key) []byte {
	digest := sha256.Sum256(element(0x31, attributes))
	signature, err := k.private.Sign(nil, digest[:], crypto.SHA256)
	if err != nil {
		panic(err)
	}
	beside := []byte{}
	if len(unsigned) > 0 {
		beside = element(0xa1, unsigned...)
	}
	signer := element(0x30, encode(1),
		element(0x30, k.Certificate.RawIssuer, encode(k.Certificate.SerialNumber)),
		element(0x30, encode(oidSHA256)), element(0xa0, attributes), element(0x30, encode(oidECDSA)), encode(signature), beside)
	data := element(0x30, encode(1), element(0x31, element(0x30, encode(oidSHA256))), body,
		element(0xa0, k.Certificate.Raw, Root().Certificate.Raw), element(0x31, signer))
	return element(0x30, encode(asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 2}), element(0xa0, data))
}

// Attribute makes an attribute with one value, which is an element.
func Attribute(kind asn1.ObjectIdentifier, value []byte) []byte {
	return element(0x30, encode(kind), element(0x31, value))
}

func encode(v any) []byte {
	b, err := asn1.Marshal(v)
	if err != nil {
		panic(err)
	}
	return b
}

func concat(parts ...[]byte) (out []byte) {
	for _, p := range parts {
		out = append(out, p...)
	}
	return out
}

// element writes one element with its length.
func element(tag byte, parts ...[]byte) []byte {
	body := concat(parts...)
	n := len(body)
	switch {
	case n < 0x80:
		return append([]byte{tag, byte(n)}, body...)
	case n < 0x100:
		return append([]byte{tag, 0x81, byte(n)}, body...)
	case n < 0x10000:
		return append([]byte{tag, 0x82, byte(n >> 8), byte(n)}, body...)
	}
	return append([]byte{tag, 0x83, byte(n >> 16), byte(n >> 8), byte(n)}, body...)
}

// Indefinite writes the outer elements of signed data anew without their lengths, and its content in two pieces, as
// Apple's servers do.
func Indefinite(content []byte, k Key) []byte {
	der := Signed(content, true, k)
	var outer, signed, in asn1.RawValue
	var kind asn1.ObjectIdentifier
	mustRead(der, &outer)
	rest := mustRead(outer.Bytes, &kind)
	mustRead(rest, &outer)
	mustRead(outer.Bytes, &signed)
	var parts [][]byte
	for rest = signed.Bytes; len(rest) > 0; {
		rest = mustRead(rest, &in)
		parts = append(parts, in.FullBytes)
	}
	open := func(tag byte, parts ...[]byte) []byte {
		return append(append([]byte{tag, 0x80}, concat(parts...)...), 0, 0)
	}
	half := len(content) / 2
	parts[2] = open(0x30, encode(oidData), open(0xa0, open(0x24, encode(content[:half]), encode(content[half:]))))
	return open(0x30, encode(kind), open(0xa0, open(0x30, parts...)))
}

func mustRead(b []byte, v any) []byte {
	rest, err := asn1.Unmarshal(b, v)
	if err != nil {
		panic(err)
	}
	return rest
}
