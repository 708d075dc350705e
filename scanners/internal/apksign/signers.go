package apksign

import (
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"time"

	"quaestor/scanners/inventory"
)

// addValid lists the schemes and signers that count on some version that the verdict is for. The newest
// scheme comes first: it decides on phones in use. The older ones may name an earlier key.
func (c *Check) addValid(res *Result, v *verdict) {
	add := func(scheme string, certificates []*certificate) {
		res.Schemes = append([]string{scheme}, res.Schemes...)
		for _, cert := range certificates {
			res.add(newSigner(cert, scheme, true))
		}
	}
	if v.v31 {
		add("v3.1", c.v31.certificates())
		res.addLineage(c.v31.lineage, "v3.1")
	}
	if v.v3 {
		add("v3", c.v3.certificates())
		res.addLineage(c.v3.lineage, "v3")
	}
	if v.v2 {
		add("v2", c.v2.certificates())
	}
	if v.needsV1 {
		add("v1", v.v1)
	}
}

// addUnverified lists who a signature that does not hold names.
func (c *Check) addUnverified(res *Result) {
	for _, s := range c.schemes() {
		for _, cert := range s.certificates() {
			res.add(newSigner(cert, s.name, false))
		}
	}
	for _, cert := range c.v1.named() {
		res.add(newSigner(cert, "v1", false))
	}
}

// named are the certificates that the v1 signatures name as theirs, whether they hold or not.
func (v *v1) named() (out []*certificate) {
	for _, s := range v.signers {
		if s.data == nil {
			continue
		}
		for i := range s.data.signers {
			if c := s.data.certificate(&s.data.signers[i]); c != nil && !hasCertificate(out, c) {
				out = append(out, c)
				break
			}
		}
	}
	return out
}

// addLineage adds the earlier keys of a rotation. They sign the later key, not the content.
func (r *Result) addLineage(lineage []node, scheme string) {
	for i := range lineage {
		s := newSigner(lineage[i].cert, scheme, false)
		s.Lineage, s.Rights = true, lineage[i].rights()
		r.add(s)
	}
}

// add keeps one Signer for each certificate: the one of the best scheme comes first and stays.
func (r *Result) add(s inventory.Signer) {
	for i := range r.Signers {
		have := &r.Signers[i]
		if have.SHA256 != s.SHA256 {
			continue
		}
		if s.Verified && !have.Verified { // an earlier key that still signs an older scheme
			have.Verified, have.Scheme = true, s.Scheme
		}
		return
	}
	r.Signers = append(r.Signers, s)
}

func fingerprint(c *certificate) string {
	sum := sha256.Sum256(c.raw)
	return hex.EncodeToString(sum[:])
}

func newSigner(c *certificate, scheme string, verified bool) inventory.Signer {
	sum1 := sha1.Sum(c.raw)
	s := inventory.Signer{
		SHA256:    fingerprint(c),
		SHA1:      hex.EncodeToString(sum1[:]),
		Subject:   inventory.Text(c.subjectText()),
		Scheme:    scheme,
		Verified:  verified,
		NotBefore: storable(c.notBefore),
		NotAfter:  storable(c.notAfter),
	}
	if c.key != nil {
		s.Key, s.KeyBits = c.key.algorithm, c.key.bits
	}
	return s
}

// storable is a time that JSON can hold, nil for others.
func storable(t time.Time) *time.Time {
	if year := t.Year(); t.IsZero() || year < 1 || year > 9_999 {
		return nil
	}
	return &t
}
