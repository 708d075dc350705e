// Package cms reads signed data as Apple's systems keep it (CMS, once PKCS #7): around provisioning and configuration
// profiles, and in code signatures. It checks who signed what.
//
// A signature that holds says that the holder of a key signed these bytes. Whose key that is says the certificate, which
// anybody can make: [Signer.Chain] checks that it leads to a root that the caller knows.
//
// What the package cannot see: whether a certificate was revoked; counter-signatures of time, which it does not check;
// signatures with RSA-PSS, EdDSA or MD5, which it calls unchecked.
package cms

import (
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"fmt"
)

// The limits of what is read.
const (
	MaxBytes = 8 << 20
	MaxCerts = 64
	maxSigns = 16
	maxKey   = 8192 // bits of an RSA key; larger ones cost too much to check
)

var (
	oidData       = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 1}
	oidSignedData = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 2}
)

// SignedData is content with signatures over it.
type SignedData struct {
	Content      []byte // nil where the signatures are kept apart from it
	Certificates []*x509.Certificate
	Unreadable   int // certificates that could not be read
	kind         asn1.ObjectIdentifier
	signers      []signerInfo
}

type contentInfo struct {
	Type    asn1.ObjectIdentifier
	Content asn1.RawValue `asn1:"explicit,optional,tag:0"`
}

type signedData struct {
	Version      int
	Digests      asn1.RawValue
	Content      contentInfo
	Certificates asn1.RawValue `asn1:"optional,tag:0"`
	Revocations  asn1.RawValue `asn1:"optional,tag:1"`
	Signers      asn1.RawValue
}

type signerInfo struct {
	Version    int
	ID         asn1.RawValue
	Digest     pkix.AlgorithmIdentifier
	Attributes asn1.RawValue `asn1:"optional,tag:0"`
	Algorithm  pkix.AlgorithmIdentifier
	Signature  []byte
	Unsigned   asn1.RawValue `asn1:"optional,tag:1"`
}

// Looks reports whether a file begins as signed data does.
func Looks(head []byte) bool {
	for i := 1; i < len(head) && i < 8; i++ {
		if head[0] == 0x30 && string(head[i:min(i+11, len(head))]) == "\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02" {
			return true
		}
	}
	return false
}

// Parse reads signed data, in BER or DER. What comes after it is left aside.
func Parse(data []byte) (*SignedData, error) { return parse(data, nil) }

// ParseAs is Parse for content of a kind of its own, such as the digest of a program of Windows or a token of time; other
// kinds are an error. Content is the value of the element that it stands in, because that is what is signed.
func ParseAs(data []byte, kind asn1.ObjectIdentifier) (*SignedData, error) { return parse(data, kind) }

func parse(data []byte, kind asn1.ObjectIdentifier) (*SignedData, error) {
	if len(data) > MaxBytes {
		return nil, fmt.Errorf("signed data of %d bytes is more than the %d that are read", len(data), MaxBytes)
	}
	der, err := normalise(data)
	if err != nil {
		return nil, err
	}
	var outer contentInfo
	if _, err := asn1.Unmarshal(der, &outer); err != nil {
		return nil, fmt.Errorf("this is not signed data: %v", err)
	}
	if !outer.Type.Equal(oidSignedData) {
		return nil, fmt.Errorf("this is CMS of type %v and not signed data", outer.Type)
	}
	var in signedData
	if _, err := asn1.Unmarshal(outer.Content.Bytes, &in); err != nil {
		return nil, fmt.Errorf("the signed data cannot be read: %v", err)
	}
	s := &SignedData{kind: kind}
	switch {
	case kind == nil:
		s.kind = oidData
	case !in.Content.Type.Equal(kind):
		return nil, fmt.Errorf("the signed content is of type %v and not %v", in.Content.Type, kind)
	default:
		var element asn1.RawValue
		if _, err := asn1.Unmarshal(in.Content.Content.Bytes, &element); err != nil {
			return nil, fmt.Errorf("the content cannot be read: %v", err)
		}
		s.Content = element.Bytes
	}
	if kind == nil && len(in.Content.Content.Bytes) > 0 {
		if _, err := asn1.Unmarshal(in.Content.Content.Bytes, &s.Content); err != nil {
			return nil, fmt.Errorf("the content cannot be read: %v", err)
		}
		if s.Content == nil {
			s.Content = []byte{}
		}
	}
	s.certificates(in.Certificates.Bytes)
	return s, s.readSigners(in.Signers)
}

func (s *SignedData) certificates(rest []byte) {
	for len(rest) > 0 {
		var raw asn1.RawValue
		tail, err := asn1.Unmarshal(rest, &raw)
		if err != nil || len(s.Certificates)+s.Unreadable >= MaxCerts {
			s.Unreadable++
			return
		}
		rest = tail
		if c, err := x509.ParseCertificate(raw.FullBytes); err == nil && !large(c) {
			s.Certificates = append(s.Certificates, c)
		} else {
			s.Unreadable++
		}
	}
}

// large reports a certificate whose key costs too much to use.
func large(c *x509.Certificate) bool {
	key, ok := c.PublicKey.(*rsa.PublicKey)
	return ok && key.N.BitLen() > maxKey
}

func (s *SignedData) readSigners(set asn1.RawValue) error {
	if set.Tag != asn1.TagSet {
		return errors.New("the signed data has no list of signers")
	}
	for rest := set.Bytes; len(rest) > 0; {
		var info signerInfo
		tail, err := asn1.Unmarshal(rest, &info)
		if err != nil {
			return fmt.Errorf("a signer cannot be read: %v", err)
		}
		if len(s.signers) >= maxSigns {
			return fmt.Errorf("it has more than %d signers", maxSigns)
		}
		s.signers = append(s.signers, info)
		rest = tail
	}
	return nil
}
