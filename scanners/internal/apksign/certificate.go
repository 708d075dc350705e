package apksign

import (
	"bytes"
	"encoding/binary"
	"errors"
	"strings"
	"time"
	"unicode/utf16"
)

// certificate is a signing certificate. It is read here and not by crypto/x509, which refuses some that
// Android takes: serial numbers below zero, lengths that are not DER, letters a string type does not allow.
// Nobody vouches for these certificates, so that all there is to know is the key and the bytes.
type certificate struct {
	raw                 []byte
	issuer, subject     []byte // as encoded
	serial              []byte
	notBefore, notAfter time.Time
	spki                []byte // the key as encoded
	key                 *publicKey
	keyErr              error
	keyID               []byte // subject key identifier
	noSigning           bool   // its key usage allows no signatures
	unknownCritical     bool   // it holds a critical extension that Android does not know
}

const maxCertificate = 64 << 10

var errCertificate = errors.New("the certificate is malformed")

// parseCertificate reads a certificate; what follows it in raw is part of what Android compares.
func parseCertificate(raw []byte) (*certificate, error) {
	if len(raw) > maxCertificate {
		return nil, tooBig("a certificate is %d bytes long, more than the limit of %d", len(raw), maxCertificate)
	}
	outer, _, err := next(raw)
	if err != nil || outer.tag != tagSequence {
		return nil, errCertificate
	}
	signed := inside(outer)
	w := inside(signed.take(tagSequence))
	w.maybe(tagContext0) // version
	c := &certificate{raw: raw, serial: w.take(tagInteger).body}
	w.take(tagSequence) // signature algorithm
	c.issuer = w.take(tagSequence).full
	validity := inside(w.take(tagSequence))
	c.notBefore, c.notAfter = readTime(validity.any()), readTime(validity.any())
	c.subject = w.take(tagSequence).full
	c.spki = w.take(tagSequence).full
	if signed.err != nil || w.err != nil || validity.err != nil {
		return nil, errCertificate
	}
	for w.more() {
		if e := w.any(); e.tag == tagContext3 {
			if err := c.extensions(e); err != nil {
				return nil, err
			}
		}
	}
	if w.err != nil {
		return nil, errCertificate
	}
	c.key, c.keyErr = parseKey(c.spki)
	return c, nil
}

// The identifiers of extensions, as encoded, that Java's X509Certificate supports.
const (
	idKeyUsage   = "\x55\x1d\x0f"
	idSubjectKey = "\x55\x1d\x0e"
)

var knownExtensions = map[string]bool{
	idKeyUsage: true, "\x55\x1d\x09": true, "\x55\x1d\x11": true, "\x55\x1d\x12": true, "\x55\x1d\x13": true,
	"\x55\x1d\x1e": true, "\x55\x1d\x1f": true, "\x55\x1d\x20": true, "\x55\x1d\x21": true, "\x55\x1d\x23": true,
	"\x55\x1d\x24": true, "\x55\x1d\x25": true, "\x55\x1d\x36": true, idSubjectKey: true, "\x55\x1d\x1c": true,
	"\x55\x1d\x14": true, "\x60\x86\x48\x01\x86\xf8\x42\x01\x01": true,
}

func (c *certificate) extensions(e element) error {
	outer := inside(e)
	list := inside(outer.take(tagSequence))
	for list.more() {
		w := inside(list.take(tagSequence))
		id := string(w.take(tagOID).body)
		critical, ok := w.maybe(1)
		value := w.take(tagOctets)
		if w.err != nil {
			return errCertificate
		}
		if ok && len(critical.body) == 1 && critical.body[0] != 0 && !knownExtensions[id] {
			c.unknownCritical = true
		}
		switch id {
		case idKeyUsage:
			bits, _, err := next(value.body)
			c.noSigning = err != nil || bits.tag != tagBits || len(bits.body) < 2 || bits.body[1]&0xc0 == 0
		case idSubjectKey:
			if id, _, err := next(value.body); err == nil && id.tag == tagOctets {
				c.keyID = id.body
			}
		}
	}
	if list.err != nil || outer.err != nil {
		return errCertificate
	}
	return nil
}

// readTime reads a time of a certificate, the zero time where it is none.
func readTime(e element) time.Time {
	layouts := []string{"20060102150405Z0700", "200601021504Z0700"}
	if e.tag == tagUTCTime {
		layouts = []string{"060102150405Z0700", "0601021504Z0700"}
	}
	for _, l := range layouts {
		t, err := time.Parse(l, string(e.body))
		if err != nil {
			continue
		}
		if e.tag == tagUTCTime && t.Year() >= 2050 { // two digits stand for 1950 to 2049
			t = t.AddDate(-100, 0, 0)
		}
		return t.UTC()
	}
	return time.Time{}
}

// attributeNames are the attributes of a name, in the order in which they are shown.
var attributeNames = []struct{ id, name string }{
	{"\x55\x04\x06", "C"}, {"\x55\x04\x08", "ST"}, {"\x55\x04\x07", "L"}, {"\x55\x04\x0a", "O"},
	{"\x55\x04\x0b", "OU"}, {"\x55\x04\x03", "CN"}, {"\x2a\x86\x48\x86\xf7\x0d\x01\x09\x01", "E"},
}

const idCommonName = "\x55\x04\x03"

type nameAttribute struct{ id, value string }

// readName lists the attributes of a name.
func readName(name []byte) (out []nameAttribute) {
	e, _, err := next(name)
	if err != nil {
		return nil
	}
	sets := inside(e)
	for sets.more() {
		set := inside(sets.take(tagSet))
		for set.more() {
			w := inside(set.take(tagSequence))
			id, value := w.take(tagOID), w.any()
			if w.err == nil {
				out = append(out, nameAttribute{string(id.body), readString(value)})
			}
		}
	}
	return out
}

// readString reads a string of one of the types that names are written in.
func readString(e element) string {
	switch e.tag {
	case 0x1e: // BMPString
		var units []uint16
		for b := e.body; len(b) >= 2; b = b[2:] {
			units = append(units, binary.BigEndian.Uint16(b))
		}
		return string(utf16.Decode(units))
	case 0x14: // T61String, which is Latin 1 in practice
		runes := make([]rune, len(e.body))
		for i, b := range e.body {
			runes[i] = rune(b)
		}
		return string(runes)
	}
	return strings.ToValidUTF8(string(e.body), "\uFFFD")
}

// subjectText writes the subject in the usual order, whatever order the certificate has.
func (c *certificate) subjectText() string {
	attributes := readName(c.subject)
	var parts []string
	for _, known := range attributeNames {
		var values []string
		for _, a := range attributes {
			if a.id == known.id {
				values = append(values, a.value)
			}
		}
		if len(values) > 0 {
			parts = append(parts, known.name+"="+strings.Join(values, ";"))
		}
	}
	return strings.Join(parts, ", ")
}

func (c *certificate) commonName() (name string) {
	for _, a := range readName(c.subject) {
		if a.id == idCommonName {
			name = a.value
		}
	}
	return name
}

// sameName compares two names, whatever string types they are written in.
func sameName(a, b []byte) bool {
	if bytes.Equal(a, b) {
		return true
	}
	x, y := readName(a), readName(b)
	if len(x) != len(y) || len(x) == 0 {
		return false
	}
	for i := range x {
		if x[i].id != y[i].id || !strings.EqualFold(strings.Join(strings.Fields(x[i].value), " "), strings.Join(strings.Fields(y[i].value), " ")) {
			return false
		}
	}
	return true
}

// sameNumber compares two integers, of which one may have more leading bytes than it needs.
func sameNumber(a, b []byte) bool { return bytes.Equal(trimInteger(a), trimInteger(b)) }

func trimInteger(b []byte) []byte {
	for len(b) > 1 && (b[0] == 0 && b[1] < 0x80 || b[0] == 0xff && b[1] >= 0x80) {
		b = b[1:]
	}
	return b
}
