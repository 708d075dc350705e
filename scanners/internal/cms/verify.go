package cms

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	_ "crypto/sha1" // signatures of old profiles
	_ "crypto/sha256"
	_ "crypto/sha512"
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"time"
)

// ErrUnchecked is for a signature of a kind that is not checked here: it may hold.
var ErrUnchecked = errors.New("a signature of this kind is not checked")

// Signer is somebody whose signature over the content holds.
type Signer struct {
	Certificate *x509.Certificate
	Hash        crypto.Hash
	Time        time.Time // when it was signed, as the signer says; zero where it does not
	// Attributes are the values that were signed along with the content, by the number of their type.
	Attributes map[string][]asn1.RawValue

	others []*x509.Certificate
}

type attribute struct {
	Type   asn1.ObjectIdentifier
	Values asn1.RawValue
}

type issuerAndSerial struct {
	Issuer asn1.RawValue
	Serial *big.Int
}

var (
	oidContentType   = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 3}.String()
	oidMessageDigest = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 4}.String()
	oidSigningTime   = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 5}.String()
)

// hashes are the digests that are taken, by the number of their algorithm.
var hashes = map[string]crypto.Hash{
	"1.3.14.3.2.26": crypto.SHA1, "2.16.840.1.101.3.4.2.1": crypto.SHA256, "2.16.840.1.101.3.4.2.2": crypto.SHA384, "2.16.840.1.101.3.4.2.3": crypto.SHA512,
}

// Verify checks the signatures over content, or over the content inside where it is nil. All of them have to hold. The
// first signer is returned.
func (s *SignedData) Verify(content []byte) (*Signer, error) {
	if content == nil {
		content = s.Content
	}
	if content == nil {
		return nil, errors.New("what was signed is not here")
	}
	if len(s.signers) == 0 {
		return nil, errors.New("nobody signed it")
	}
	var first *Signer
	for i := range s.signers {
		signer, err := s.check(&s.signers[i], content)
		if err != nil {
			return nil, err
		}
		if first == nil {
			first = signer
		}
	}
	return first, nil
}

func (s *SignedData) check(info *signerInfo, content []byte) (*Signer, error) {
	cert := s.find(info.ID)
	if cert == nil {
		return nil, errors.New("the signer's certificate is not among those that came with it")
	}
	hash, ok := hashes[info.Digest.Algorithm.String()]
	if !ok {
		return nil, fmt.Errorf("digest %v: %w", info.Digest.Algorithm, ErrUnchecked)
	}
	signer := &Signer{Certificate: cert, Hash: hash, others: s.Certificates}
	signed := content
	if len(info.Attributes.FullBytes) > 0 {
		var err error
		if signed, err = signer.attributes(info.Attributes, s.kind, digest(hash, content)); err != nil {
			return nil, err
		}
	}
	return signer, verify(cert, hash, digest(hash, signed), info.Signature)
}

func digest(h crypto.Hash, b []byte) []byte {
	w := h.New()
	w.Write(b)
	return w.Sum(nil)
}

// find is the certificate of a signer, who is named by issuer and number, or by the id of a key.
func (s *SignedData) find(id asn1.RawValue) *x509.Certificate {
	if id.Class == asn1.ClassContextSpecific && id.Tag == 0 {
		for _, c := range s.Certificates {
			if len(c.SubjectKeyId) > 0 && bytes.Equal(c.SubjectKeyId, id.Bytes) {
				return c
			}
		}
		return nil
	}
	var name issuerAndSerial
	if _, err := asn1.Unmarshal(id.FullBytes, &name); err != nil || name.Serial == nil {
		return nil
	}
	for _, c := range s.Certificates {
		if c.SerialNumber.Cmp(name.Serial) == 0 && bytes.Equal(c.RawIssuer, name.Issuer.FullBytes) {
			return c
		}
	}
	return nil
}

// attributes reads what was signed along with the content, among it its kind and digest, and returns the bytes that the
// signature is over.
func (s *Signer) attributes(raw asn1.RawValue, content asn1.ObjectIdentifier, sum []byte) ([]byte, error) {
	s.Attributes = map[string][]asn1.RawValue{}
	for rest := raw.Bytes; len(rest) > 0; {
		var a attribute
		tail, err := asn1.Unmarshal(rest, &a)
		if err != nil {
			return nil, fmt.Errorf("what was signed along cannot be read: %v", err)
		}
		if _, twice := s.Attributes[a.Type.String()]; twice {
			return nil, fmt.Errorf("what was signed along holds %v twice", a.Type)
		}
		values := []asn1.RawValue{}
		for in := a.Values.Bytes; len(in) > 0; {
			var v asn1.RawValue
			if in, err = asn1.Unmarshal(in, &v); err != nil {
				return nil, fmt.Errorf("what was signed along cannot be read: %v", err)
			}
			values = append(values, v)
		}
		s.Attributes[a.Type.String()] = values
		rest = tail
	}
	if kind := s.Attributes[oidContentType]; len(kind) == 1 {
		var oid asn1.ObjectIdentifier
		if _, err := asn1.Unmarshal(kind[0].FullBytes, &oid); err != nil || !oid.Equal(content) {
			return nil, errors.New("another kind of content was signed")
		}
	}
	message := s.Attributes[oidMessageDigest]
	if len(message) != 1 || !bytes.Equal(message[0].Bytes, sum) {
		return nil, errors.New("the content is not what was signed")
	}
	if at := s.Attributes[oidSigningTime]; len(at) == 1 {
		if _, err := asn1.Unmarshal(at[0].FullBytes, &s.Time); err != nil {
			s.Time = time.Time{}
		}
	}
	signed := bytes.Clone(raw.FullBytes)
	signed[0] = asn1.TagSet | 0x20 // the tag under which it was signed
	return signed, nil
}

func verify(cert *x509.Certificate, hash crypto.Hash, sum, signature []byte) error {
	switch key := cert.PublicKey.(type) {
	case *rsa.PublicKey:
		if err := rsa.VerifyPKCS1v15(key, hash, sum, signature); err != nil {
			return fmt.Errorf("the signature does not hold: %v", err)
		}
	case *ecdsa.PublicKey:
		if !ecdsa.VerifyASN1(key, sum, signature) {
			return errors.New("the signature does not hold")
		}
	default:
		return fmt.Errorf("key of type %v: %w", cert.PublicKeyAlgorithm, ErrUnchecked)
	}
	return nil
}

// Chain checks that the signer's certificate leads to a root that the caller knows. Roots are looked for among the
// certificates that came with the signature. Validity is that of the time of signing, or, where the signer states none,
// of the time at which the signer's certificate began: who asks for today has to compare dates. known tells critical
// extensions that the caller knows of.
func (s *Signer) Chain(root func(*x509.Certificate) bool, known func(asn1.ObjectIdentifier) bool, usage ...x509.ExtKeyUsage) error {
	roots, between := x509.NewCertPool(), x509.NewCertPool()
	found := false
	for _, c := range s.others {
		c.UnhandledCriticalExtensions = unknown(c.UnhandledCriticalExtensions, known)
		if root(c) {
			roots.AddCert(c)
			found = true
		} else {
			between.AddCert(c)
		}
	}
	if !found {
		return errors.New("no known root came with the signature")
	}
	at := s.Time
	if at.IsZero() {
		at = s.Certificate.NotBefore
	}
	if len(usage) == 0 {
		usage = []x509.ExtKeyUsage{x509.ExtKeyUsageAny}
	}
	_, err := s.Certificate.Verify(x509.VerifyOptions{Roots: roots, Intermediates: between, CurrentTime: at, KeyUsages: usage})
	switch {
	case err != nil && slices.ContainsFunc(s.others, old):
		return fmt.Errorf("certificates signed with SHA-1: %w: %v", ErrUnchecked, err)
	case err != nil:
		return fmt.Errorf("the signer's certificate does not lead to a known root: %v", err)
	}
	return nil
}

// old reports a certificate whose own signature is not taken for proof any more. That of a root by itself never counts.
func old(c *x509.Certificate) bool {
	return (c.SignatureAlgorithm == x509.SHA1WithRSA || c.SignatureAlgorithm == x509.ECDSAWithSHA1) && !bytes.Equal(c.RawIssuer, c.RawSubject)
}

func unknown(list []asn1.ObjectIdentifier, known func(asn1.ObjectIdentifier) bool) (left []asn1.ObjectIdentifier) {
	for _, oid := range list {
		if known == nil || !known(oid) {
			left = append(left, oid)
		}
	}
	return left
}
