// Package authenticode checks the signatures that lie in programs, libraries and drivers of Windows: that the file is what
// was signed, and that the signature is of the certificate that came with it.
//
// A signature that holds says that the holder of a key signed these bytes. Whose key that is says the certificate, which
// anybody can make: by the name in it alone nothing is proved, by its digest everything that is known of it.
//
// What the package cannot see: whether the certificate leads to a root that Windows trusts, was revoked, or had run out
// when it was used (roots and lists are not at hand); signatures that Windows keeps in its catalogs, which is where most
// of its own files have theirs; digests of single pages.
package authenticode

import (
	"bytes"
	"crypto"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"quaestor/scanners/internal/cms"
	"quaestor/scanners/internal/pefile"
	"quaestor/scanners/inventory"
)

// Scheme is the name of these signatures in the inventory.
const Scheme = "authenticode"

// Limits of one file.
const (
	maxTable  = 16 << 20
	maxNested = 8
)

var (
	oidIndirect = asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 311, 2, 1, 4} // the digest of a program
	oidNested   = asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 311, 2, 4, 1} // further signatures
	oidToken    = asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 311, 3, 3, 1} // a token of time (RFC 3161)
	oidTSTInfo  = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 1, 4}
)

// Signature is one signature of a file.
type Signature struct {
	Certificate *x509.Certificate // of the signer; nil where it cannot be read
	Digest      string            // of the program, "SHA-256"
	Time        time.Time         // by a token of time whose own signature holds; zero where there is none
	// Err is why the signature does not hold, nil where it does; [cms.ErrUnchecked] is in it where nobody knows.
	Err error
}

// Holds reports that the file is what the holder of the certificate's key signed.
func (s Signature) Holds() bool { return s.Err == nil && s.Certificate != nil }

// Signer is the signature as a fact.
func (s Signature) Signer() inventory.Signer {
	c := s.Certificate
	if c == nil {
		return inventory.Signer{Scheme: Scheme}
	}
	long, short := sha256.Sum256(c.Raw), sha1.Sum(c.Raw)
	from, to := c.NotBefore.UTC(), c.NotAfter.UTC()
	return inventory.Signer{SHA256: hex.EncodeToString(long[:]), SHA1: hex.EncodeToString(short[:]), Subject: inventory.Text(c.Subject.String()),
		Scheme: Scheme, Verified: s.Holds(), NotBefore: &from, NotAfter: &to}
}

// Result is what a file has.
type Result struct {
	Signatures []Signature // the first, and those nested in it
	// Unsigned is how many bytes of the file no signature covers: behind the signatures, or among them. Installers keep
	// there what the server adds for each download.
	Unsigned int64
}

// Read checks the signatures of a file. No signatures and no error: there are none in the file. An error means that the
// table of signatures cannot be read.
func Read(f *pefile.File) (Result, error) {
	at, size := f.Signatures()
	if size == 0 {
		return Result{}, nil
	}
	table, err := f.SignatureTable(maxTable)
	if err != nil {
		return Result{}, err
	}
	res := Result{Unsigned: max(0, f.Size()-at-size)}
	c := checker{file: f, sums: map[crypto.Hash][]byte{}, left: maxNested}
	for len(table) >= 8 {
		n := int(binary.LittleEndian.Uint32(table))
		if n < 8 || n > len(table) {
			return res, fmt.Errorf("an entry of %d bytes in the table of signatures cannot be", n)
		}
		if kind := binary.LittleEndian.Uint16(table[6:]); kind == 2 && len(res.Signatures) == 0 {
			var unsigned int
			res.Signatures, unsigned = c.all(table[8:n])
			res.Unsigned += int64(unsigned)
		} else {
			res.Unsigned += int64(n)
		}
		table = table[min((n+7)&^7, len(table)):]
	}
	return res, nil
}

type checker struct {
	file *pefile.File
	sums map[crypto.Hash][]byte
	left int
}

// all checks a signature and those nested in it, and counts what comes after it.
func (c *checker) all(data []byte) (list []Signature, unsigned int) {
	var outer asn1.RawValue
	if rest, err := asn1.Unmarshal(data, &outer); err == nil {
		unsigned = len(bytes.TrimRight(rest, "\x00"))
	}
	signed, err := cms.ParseAs(data, oidIndirect)
	if err != nil {
		return []Signature{{Err: err}}, unsigned
	}
	list = append(list, c.check(signed))
	nested, _ := signed.Unsigned(oidNested)
	for _, value := range nested {
		if c.left--; c.left < 0 {
			break
		}
		more, _ := c.all(value)
		list = append(list, more...)
	}
	return list, unsigned
}

// indirect is what is signed: what kind of file it is, which is not looked at, and the digest of the file. The outer
// sequence is that of the content.
type indirect struct {
	Data   asn1.RawValue
	Digest struct {
		Algorithm struct {
			Algorithm  asn1.ObjectIdentifier
			Parameters asn1.RawValue `asn1:"optional"`
		}
		Digest []byte
	}
}

func (c *checker) check(signed *cms.SignedData) Signature {
	s := Signature{}
	signer, err := signed.Verify(nil)
	s.Certificate = signed.Signer()
	if err != nil {
		s.Err = err
		return s
	}
	s.Certificate = signer.Certificate
	var in indirect
	der, err := asn1.Marshal(asn1.RawValue{Tag: asn1.TagSequence, IsCompound: true, Bytes: signed.Content})
	if err == nil {
		_, err = asn1.Unmarshal(der, &in)
	}
	if err != nil {
		s.Err = fmt.Errorf("what was signed cannot be read: %v", err)
		return s
	}
	hash, ok := cms.Hash(in.Digest.Algorithm.Algorithm)
	if !ok {
		s.Err = fmt.Errorf("digest %v: %w", in.Digest.Algorithm.Algorithm, cms.ErrUnchecked)
		return s
	}
	s.Digest = hash.String()
	sum, err := c.sum(hash)
	if err == nil && !bytes.Equal(sum, in.Digest.Digest) {
		err = errors.New("the file is not what was signed")
	}
	s.Err = err
	s.Time = tokenTime(signed)
	return s
}

// sum is the digest of the file, which several signatures may share.
func (c *checker) sum(hash crypto.Hash) ([]byte, error) {
	if sum := c.sums[hash]; sum != nil {
		return sum, nil
	}
	h := hash.New()
	if err := c.file.Hashed(h); err != nil {
		return nil, err
	}
	c.sums[hash] = h.Sum(nil)
	return c.sums[hash], nil
}
