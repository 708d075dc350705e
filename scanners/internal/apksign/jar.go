package apksign

import (
	"bytes"
	"crypto"
	"encoding/base64"
	"errors"
	"strings"
)

// jarReader reads the sections of MANIFEST.MF and of *.SF files. It keeps nothing of what it has read.
type jarReader struct {
	data  []byte
	at    int
	attrs []jarAttribute // of the current section, used again for the next one
}

type jarAttribute struct{ name, value []byte }

// jarSection is a run of attributes up to an empty line, which belongs to it.
type jarSection struct {
	start, end int
	attrs      []jarAttribute // valid until the next section is read
}

// line takes a line without its end.
func (r *jarReader) line() ([]byte, bool) {
	if r.at >= len(r.data) {
		return nil, false
	}
	rest := r.data[r.at:]
	n := bytes.IndexByte(rest, '\n')
	if n < 0 {
		n = len(rest)
	}
	if cr := bytes.IndexByte(rest[:n], '\r'); cr >= 0 { // ends a line alone, and together with what follows
		n = cr
	}
	end := n
	switch {
	case n == len(rest):
	case rest[n] == '\r' && n+1 < len(rest) && rest[n+1] == '\n':
		end = n + 2
	default:
		end = n + 1
	}
	r.at += end
	return rest[:n], true
}

// section reads the next section.
func (r *jarReader) section() (s jarSection, ok bool) {
	var line []byte
	for len(line) == 0 {
		s.start = r.at
		if line, ok = r.line(); !ok {
			return s, false
		}
	}
	r.attrs = r.attrs[:0]
	for len(line) > 0 {
		if n := len(r.attrs); line[0] == ' ' && n > 0 {
			last := &r.attrs[n-1]
			last.value = append(last.value[:len(last.value):cap(last.value)], line[1:]...)
		} else {
			// A full slice expression keeps the append above from writing into the file.
			r.attrs = append(r.attrs, jarAttribute{value: line[:len(line):len(line)]})
		}
		if line, ok = r.line(); !ok {
			break
		}
	}
	for i := range r.attrs {
		a := &r.attrs[i]
		a.name = a.value
		if n := bytes.Index(a.name, []byte(": ")); n >= 0 {
			a.name, a.value = a.name[:n], a.name[n+2:]
		} else {
			a.value = nil
		}
	}
	s.end, s.attrs = r.at, r.attrs
	return s, true
}

// name is the entry that a section is about.
func (s *jarSection) name() ([]byte, bool) {
	if len(s.attrs) > 0 && bytes.EqualFold(s.attrs[0].name, []byte("Name")) {
		return s.attrs[0].value, true
	}
	return nil, false
}

// value finds an attribute. Names are written in any case.
func (s *jarSection) value(parts ...string) ([]byte, bool) {
	for i := range s.attrs {
		name := s.attrs[i].name
		for _, p := range parts {
			if len(name) < len(p) || !strings.EqualFold(string(name[:len(p)]), p) {
				name = nil
				break
			}
			name = name[len(p):]
		}
		if name != nil && len(name) == 0 {
			return s.attrs[i].value, true
		}
	}
	return nil, false
}

// digest is a digest that a section expects.
type digest struct {
	hash crypto.Hash // 0: none
	size uint8
	sum  [64]byte
}

func (d *digest) matches(content []byte) bool {
	return bytes.Equal(sum(d.hash, content), d.sum[:d.size])
}

// digests are the digests that a section has to match on Android versions below API level 18 and from there
// on: the older ones take the first one of a list, the newer ones the strongest.
type digests struct{ early, late digest }

// at is what has to match for API levels from sdk on.
func (d *digests) at(sdk int) []*digest {
	if sdk >= firstStrongest {
		return []*digest{&d.late}
	}
	if d.early == d.late {
		return []*digest{&d.early}
	}
	return []*digest{&d.early, &d.late}
}

// known reports whether there is a digest that counts from sdk on. Without an early one nothing counts.
func (d *digests) known(sdk int) bool {
	if sdk < firstStrongest {
		return d.early.hash != 0
	}
	return d.late.hash != 0
}

// matches reports whether content has the digests that count from sdk on.
func (d *digests) matches(sdk int, content []byte) bool {
	if !d.known(sdk) {
		return false
	}
	for _, want := range d.at(sdk) {
		if want.hash != 0 && !want.matches(content) {
			return false
		}
	}
	return true
}

// firstStrongest is the API level from which on Android takes the strongest digest, Android 4.3.
const firstStrongest = 18

var errDigest = errors.New("a digest is not base64")

// lateNames are the names of digests from the strongest on.
var lateNames = []struct {
	name string
	hash crypto.Hash
}{{"SHA-512", crypto.SHA512}, {"SHA-384", crypto.SHA384}, {"SHA-256", crypto.SHA256}, {"SHA1", crypto.SHA1}}

// earlyNames are the names that Digest-Algorithms may list.
var earlyNames = map[string]crypto.Hash{
	"MD5": crypto.MD5, "SHA": crypto.SHA1, "SHA1": crypto.SHA1, "SHA-1": crypto.SHA1,
	"SHA-256": crypto.SHA256, "SHA-384": crypto.SHA384, "SHA-512": crypto.SHA512,
}

// digests reads the digests of a section. Suffix is what follows the algorithm in the attribute's name.
func (s *jarSection) digests(suffix string, sdk int) (d digests, err error) {
	for _, n := range lateNames {
		if v, ok := s.value(n.name, suffix); ok {
			if d.late, err = newDigest(n.hash, v); err != nil {
				return d, err
			}
			break
		}
	}
	if sdk >= firstStrongest {
		return d, nil
	}
	list := []string{"SHA", "SHA1"}
	if v, ok := s.value("Digest-Algorithms"); ok {
		list = strings.Fields(string(v[:min(len(v), 200)])) // seven algorithms are known
	}
	for _, name := range list {
		v, ok := s.value(name, suffix)
		hash := earlyNames[strings.ToUpper(name)]
		if !ok || hash == 0 || (hash == crypto.SHA384 || hash == crypto.SHA512) && sdk < 9 {
			continue
		}
		d.early, err = newDigest(hash, v)
		break
	}
	return d, err
}

func newDigest(hash crypto.Hash, text []byte) (d digest, err error) {
	var buf [96]byte
	if base64.StdEncoding.DecodedLen(len(text)) > len(buf) {
		return d, errDigest
	}
	n, err := base64.StdEncoding.Decode(buf[:], text)
	if err != nil || n > len(d.sum) {
		return d, errDigest
	}
	d.hash, d.size = hash, uint8(n)
	copy(d.sum[:], buf[:n])
	return d, nil
}
