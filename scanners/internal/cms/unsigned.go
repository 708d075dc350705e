package cms

import (
	"crypto"
	"crypto/x509"
	"encoding/asn1"
)

// maxUnsigned bounds the values of one attribute.
const maxUnsigned = 16

// Unsigned returns the values that stand beside the first signature under a number, such as further signatures and
// tokens of time, and the signature itself. Nothing protects them: each has to prove itself.
func (s *SignedData) Unsigned(kind asn1.ObjectIdentifier) (values [][]byte, signature []byte) {
	if len(s.signers) == 0 {
		return nil, nil
	}
	for rest := s.signers[0].Unsigned.Bytes; len(rest) > 0; {
		var a attribute
		tail, err := asn1.Unmarshal(rest, &a)
		if err != nil {
			break
		}
		rest = tail
		for in := a.Values.Bytes; a.Type.Equal(kind) && len(in) > 0 && len(values) < maxUnsigned; {
			var v asn1.RawValue
			if in, err = asn1.Unmarshal(in, &v); err != nil {
				break
			}
			values = append(values, v.FullBytes)
		}
	}
	return values, s.signers[0].Signature
}

// Signer is the certificate of whoever signed first, without a check of the signature; nil where it did not come along.
func (s *SignedData) Signer() *x509.Certificate {
	if len(s.signers) == 0 {
		return nil
	}
	return s.find(s.signers[0].ID)
}

// Hash is a digest by the number of its algorithm, false for one that is not taken.
func Hash(algorithm asn1.ObjectIdentifier) (crypto.Hash, bool) {
	h, ok := hashes[algorithm.String()]
	return h, ok
}
