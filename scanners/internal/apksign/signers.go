package apksign

import (
	"crypto/sha1"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"slices"
	"time"

	"github.com/avast/apkverifier/signingblock"

	"quaestor/scanners/inventory"
)

// schemeName is the name of an apkverifier scheme number.
func schemeName(id int) string {
	switch id {
	case 2:
		return "v2"
	case 3:
		return "v3"
	case 31:
		return "v3.1"
	}
	return "v1"
}

// addSigners adds the first certificate of each chain, which is the one that signs.
func (r *Result) addSigners(chains [][]*x509.Certificate, scheme string, verified bool) {
	for _, chain := range chains {
		if len(chain) > 0 {
			r.add(newSigner(chain[0], scheme, verified))
		}
	}
}

// addLineage adds the earlier keys of a rotation. They sign the later key, not the content.
func (r *Result) addLineage(l *signingblock.V3SigningLineage, scheme string) {
	if l == nil {
		return
	}
	for _, n := range l.Nodes {
		if n.SigningCert != nil {
			s := newSigner(n.SigningCert, scheme, false)
			s.Lineage = true
			r.add(s)
		}
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

func newSigner(c *x509.Certificate, scheme string, verified bool) inventory.Signer {
	sum256, sum1 := sha256.Sum256(c.Raw), sha1.Sum(c.Raw)
	s := inventory.Signer{
		SHA256:   hex.EncodeToString(sum256[:]),
		SHA1:     hex.EncodeToString(sum1[:]),
		Subject:  inventory.Text(signingblock.PkixNameToString(&c.Subject)),
		Scheme:   scheme,
		Verified: verified,
	}
	if year := c.NotAfter.Year(); year > 0 && year < 10_000 { // what JSON can hold
		t := c.NotAfter.UTC().Truncate(time.Second)
		s.NotAfter = &t
	}
	return s
}

func (r *Result) sort() { slices.Sort(r.Schemes) }
