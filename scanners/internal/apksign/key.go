package apksign

import (
	"crypto"
	"crypto/dsa" //lint:ignore SA1019 apps signed with DSA keys are in use, and Android verifies them
	"crypto/ecdsa"
	"crypto/md5"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"fmt"
	"math/big"
)

// Limits on keys. Checking a signature costs the square or cube of the length of the key.
const (
	maxKeyBytes = 4 << 10 // a key as it is encoded
	maxRSABits  = 16_384
	maxDSABits  = 4_096
	maxDSAOrder = 512
	minRSABits  = 1_024 // below it crypto/rsa refuses to check
)

// publicKey is a key that signs.
type publicKey struct {
	algorithm string // "RSA", "EC", "DSA"
	bits      int
	key       any
}

// parseKey reads a SubjectPublicKeyInfo.
func parseKey(spki []byte) (*publicKey, error) {
	if len(spki) > maxKeyBytes {
		return nil, tooBig("a public key is %d bytes long, more than the limit of %d", len(spki), maxKeyBytes)
	}
	parsed, err := x509.ParsePKIXPublicKey(spki)
	if err != nil {
		if key := laxRSA(spki); key != nil {
			parsed, err = key, nil
		}
	}
	if err != nil {
		return nil, fmt.Errorf("the public key cannot be read: %w", err)
	}
	switch k := parsed.(type) {
	case *rsa.PublicKey:
		return &publicKey{"RSA", k.N.BitLen(), k}, sizeLimit("RSA", k.N.BitLen(), maxRSABits)
	case *ecdsa.PublicKey:
		return &publicKey{"EC", k.Curve.Params().BitSize, k}, nil
	case *dsa.PublicKey:
		if k.G.Cmp(k.P) >= 0 || k.Y.Cmp(k.P) >= 0 || k.Q.Cmp(k.P) >= 0 || k.Q.BitLen() > maxDSAOrder {
			return nil, errors.New("the DSA key is malformed")
		}
		return &publicKey{"DSA", k.P.BitLen(), k}, sizeLimit("DSA", k.P.BitLen(), maxDSABits)
	}
	return nil, errors.New("the public key is of a kind that does not sign apps")
}

func sizeLimit(algorithm string, bits, limit int) error {
	if bits > limit {
		return tooBig("an %s key has %d bits, more than the limit of %d", algorithm, bits, limit)
	}
	return nil
}

// oidRSA is the object identifier of RSA keys, as it is encoded.
const oidRSA = "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01"

// laxRSA reads RSA keys that are not DER, or whose modulus lacks the leading zero: Android takes them.
func laxRSA(spki []byte) *rsa.PublicKey {
	outer, _, err := next(spki)
	if err != nil || outer.tag != tagSequence {
		return nil
	}
	w := inside(outer)
	algorithm := inside(w.take(tagSequence))
	bits := w.take(tagBits)
	if string(algorithm.take(tagOID).body) != oidRSA || w.err != nil || algorithm.err != nil || len(bits.body) < 2 {
		return nil
	}
	key, _, err := next(bits.body[1:])
	if err != nil || key.tag != tagSequence {
		return nil
	}
	numbers := inside(key)
	n, e := numbers.take(tagInteger).body, numbers.take(tagInteger).body
	exponent := new(big.Int).SetBytes(e)
	if numbers.err != nil || len(n) == 0 || exponent.BitLen() > 31 || exponent.Sign() == 0 {
		return nil
	}
	return &rsa.PublicKey{N: new(big.Int).SetBytes(n), E: int(exponent.Int64())}
}

// encoded is the key in the one form that DER gives it, nil where it is not known.
func (k *publicKey) encoded() []byte {
	der, err := x509.MarshalPKIXPublicKey(k.key)
	if err != nil {
		return nil
	}
	return der
}

// sum hashes a message.
func sum(h crypto.Hash, message []byte) []byte {
	switch h {
	case crypto.MD5:
		s := md5.Sum(message)
		return s[:]
	case crypto.SHA1:
		s := sha1.Sum(message)
		return s[:]
	case crypto.SHA224:
		s := sha256.Sum224(message)
		return s[:]
	case crypto.SHA256:
		s := sha256.Sum256(message)
		return s[:]
	case crypto.SHA384:
		s := sha512.Sum384(message)
		return s[:]
	}
	s := sha512.Sum512(message)
	return s[:]
}

// verify reports whether a signature over a digest holds.
func (k *publicKey) verify(h crypto.Hash, pss bool, digest, signature []byte) bool {
	switch key := k.key.(type) {
	case *rsa.PublicKey:
		if pss {
			return rsa.VerifyPSS(key, h, digest, signature, &rsa.PSSOptions{SaltLength: h.Size(), Hash: h}) == nil
		}
		if k.bits < minRSABits {
			return shortRSA(key, h, digest, signature)
		}
		return rsa.VerifyPKCS1v15(key, h, digest, signature) == nil
	case *ecdsa.PublicKey:
		return ecdsa.VerifyASN1(key, digest, signature)
	case *dsa.PublicKey:
		return verifyDSA(key, digest, signature)
	}
	return false
}

// verifyDSA does what crypto/dsa leaves to its caller: the digest is cut to the length of the subgroup.
func verifyDSA(key *dsa.PublicKey, digest, signature []byte) bool {
	e, rest, err := next(signature)
	if err != nil || e.tag != tagSequence || len(rest) > 0 {
		return false
	}
	w := inside(e)
	r, s := w.take(tagInteger).body, w.take(tagInteger).body
	if w.err != nil || w.more() || len(r) > maxDSAOrder/8+1 || len(s) > maxDSAOrder/8+1 {
		return false
	}
	if n := key.Q.BitLen() / 8; len(digest) > n {
		digest = digest[:n]
	}
	return dsa.Verify(key, digest, new(big.Int).SetBytes(r), new(big.Int).SetBytes(s))
}

// shortRSA checks keys too short for crypto/rsa, with which old apps are signed. Such a key is a mark.
func shortRSA(key *rsa.PublicKey, h crypto.Hash, digest, signature []byte) bool {
	size := (key.N.BitLen() + 7) / 8
	info, err := asn1.Marshal(struct {
		Algorithm struct {
			OID  asn1.ObjectIdentifier
			Null asn1.RawValue
		}
		Digest []byte
	}{struct {
		OID  asn1.ObjectIdentifier
		Null asn1.RawValue
	}{hashOIDs[h], asn1.NullRawValue}, digest})
	if err != nil || len(signature) != size || size < len(info)+11 {
		return false
	}
	want := make([]byte, size)
	want[1] = 1
	for i := 2; i < size-len(info)-1; i++ {
		want[i] = 0xff
	}
	copy(want[size-len(info):], info)
	s := new(big.Int).SetBytes(signature)
	if s.Cmp(key.N) >= 0 {
		return false
	}
	got := new(big.Int).Exp(s, big.NewInt(int64(key.E)), key.N)
	return got.Cmp(new(big.Int).SetBytes(want)) == 0
}

var hashOIDs = map[crypto.Hash]asn1.ObjectIdentifier{
	crypto.MD5:    {1, 2, 840, 113549, 2, 5},
	crypto.SHA1:   {1, 3, 14, 3, 2, 26},
	crypto.SHA224: {2, 16, 840, 1, 101, 3, 4, 2, 4},
	crypto.SHA256: {2, 16, 840, 1, 101, 3, 4, 2, 1},
	crypto.SHA384: {2, 16, 840, 1, 101, 3, 4, 2, 2},
	crypto.SHA512: {2, 16, 840, 1, 101, 3, 4, 2, 3},
}
