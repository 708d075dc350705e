// Package codesigntest signs programs and profiles for tests, with keys that are always the same: a made-up root, and
// certificates of it for developers, for a store and for profiles.
//
// What the package cannot see: what Apple's own tools write beyond what readers here look at.
package codesigntest

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/binary"
	"encoding/hex"
	"io"
	"math/big"
	"time"
)

// Key is a certificate with its key.
type Key struct {
	Certificate *x509.Certificate
	private     fixed
}

// fixed signs the same content always the same way.
type fixed struct{ *ecdsa.PrivateKey }

// Sign implements crypto.Signer.
func (f fixed) Sign(_ io.Reader, digest []byte, opts crypto.SignerOpts) ([]byte, error) {
	return f.PrivateKey.Sign(nil, digest, opts)
}

func private(n byte) fixed {
	key, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), bytes.Repeat([]byte{n}, 32))
	if err != nil {
		panic(err)
	}
	return fixed{key}
}

func make509(n byte, subject pkix.Name, parent *Key, change func(*x509.Certificate)) Key {
	key := private(n)
	t := &x509.Certificate{SerialNumber: big.NewInt(int64(n)), Subject: subject, NotBefore: time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC),
		NotAfter: time.Date(2034, 1, 1, 0, 0, 0, 0, time.UTC), BasicConstraintsValid: true}
	change(t)
	issuer, signer := t, key
	if parent != nil {
		issuer, signer = parent.Certificate, parent.private
	}
	der, err := x509.CreateCertificate(nil, t, issuer, key.Public(), signer)
	if err != nil {
		panic(err)
	}
	c, err := x509.ParseCertificate(der)
	if err != nil {
		panic(err)
	}
	return Key{c, key}
}

// Root is the root of all others.
func Root() Key {
	return make509(1, pkix.Name{CommonName: "Test Root", Organization: []string{"Test"}}, nil, func(c *x509.Certificate) {
		c.IsCA, c.KeyUsage = true, x509.KeyUsageCertSign
	})
}

// Fingerprint is the SHA-256 of a certificate.
func (k Key) Fingerprint() string {
	sum := sha256.Sum256(k.Certificate.Raw)
	return hex.EncodeToString(sum[:])
}

func signing(c *x509.Certificate) {
	c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageCodeSigning}
	c.ExtraExtensions = []pkix.Extension{{Id: asn1.ObjectIdentifier{1, 2, 840, 113635, 100, 6, 1, 4}, Critical: true, Value: []byte{5, 0}}}
}

// Developer is a certificate of a developer's team.
func Developer(team string) Key {
	root := Root()
	return make509(2, pkix.Name{CommonName: "Apple Distribution: Example Corp (" + team + ")", OrganizationalUnit: []string{team}, Organization: []string{"Example Corp"}}, &root, signing)
}

// Identified is a certificate of a developer's team for apps of the Mac outside of the store.
func Identified(team string) Key {
	root := Root()
	return make509(7, pkix.Name{CommonName: "Developer ID Application: Example Corp (" + team + ")", OrganizationalUnit: []string{team}, Organization: []string{"Example Corp"}}, &root, signing)
}

// MacStore is the certificate of the store for apps of the Mac, which names a part of Apple where others name a team.
func MacStore() Key {
	root := Root()
	return make509(8, pkix.Name{CommonName: "Apple Mac OS Application Signing", OrganizationalUnit: []string{"Apple Worldwide Developer Relations"}, Organization: []string{"Apple Inc."}}, &root, signing)
}

// Old is a developer's certificate whose own signature is made with SHA-1, as Apple made them until 2016 or so.
func Old(team string) Key {
	root := Root()
	return make509(6, pkix.Name{CommonName: "iPhone Developer: Example (" + team + ")", OrganizationalUnit: []string{team}}, &root, func(c *x509.Certificate) {
		signing(c)
		c.SignatureAlgorithm = x509.ECDSAWithSHA1
	})
}

// Store is the certificate of the store.
func Store() Key {
	root := Root()
	return make509(3, pkix.Name{CommonName: "Apple iPhone OS Application Signing", Organization: []string{"Apple Inc."}}, &root, signing)
}

// Profiles is the certificate for provisioning profiles.
func Profiles() Key {
	root := Root()
	return make509(4, pkix.Name{CommonName: "Apple iPhone OS Provisioning Profile Signing", Organization: []string{"Apple Inc."}}, &root, func(*x509.Certificate) {})
}

// Stranger is a certificate that leads to no root.
func Stranger(team string) Key {
	return make509(5, pkix.Name{CommonName: "Stranger", OrganizationalUnit: []string{team}}, nil, signing)
}

// Code says how to sign a program.
type Code struct {
	Identifier, Team string
	Entitlements     []byte // a property list
	DER              []byte // the same in DER
	Info, Resources  []byte // what lies beside it
	Key              *Key   // nil: ad hoc
	SHA1             bool   // with a directory of SHA-1 first
	Flags            uint32
}

// Sign makes a signature over a program, which ends where the signature begins.
func (c Code) Sign(image []byte) []byte {
	type part struct {
		slot uint32
		blob []byte
	}
	var parts []part
	slots := map[int][]byte{1: c.Info, 3: c.Resources}
	if c.Entitlements != nil {
		slots[5] = Blob(0xfade7171, c.Entitlements)
		parts = append(parts, part{5, slots[5]})
	}
	if c.DER != nil {
		slots[7] = Blob(0xfade7172, c.DER)
		parts = append(parts, part{7, slots[7]})
	}
	flags := c.Flags
	if c.Key == nil {
		flags |= 2
	}
	first := c.directory(image, slots, flags, false)
	if c.SHA1 {
		alternate := first
		first = c.directory(image, slots, flags, true)
		parts = append(parts, part{0x1000, alternate})
		if c.Key != nil {
			parts = append(parts, part{0x10000, Blob(0xfade0b01, Signed(first, false, *c.Key, alternate))})
		}
	} else if c.Key != nil {
		parts = append(parts, part{0x10000, Blob(0xfade0b01, Signed(first, false, *c.Key))})
	}
	parts = append([]part{{0, first}}, parts...)
	be := binary.BigEndian
	head, body := be.AppendUint32(nil, uint32(len(parts))), []byte{}
	for _, p := range parts {
		head = be.AppendUint32(be.AppendUint32(head, p.slot), uint32(12+8*len(parts)+len(body)))
		body = append(body, p.blob...)
	}
	return Blob(0xfade0cc0, append(head, body...))
}

// Blob puts a header before a part.
func Blob(magic uint32, body []byte) []byte {
	out := binary.BigEndian.AppendUint32(nil, magic)
	return append(binary.BigEndian.AppendUint32(out, uint32(8+len(body))), body...)
}

func (c Code) directory(image []byte, slots map[int][]byte, flags uint32, old bool) []byte {
	const page, specials, head = 4096, 7, 88
	sum := func(b []byte) []byte { s := sha256.Sum256(b); return s[:] }
	size, kind := 32, byte(2)
	if old {
		sum = func(b []byte) []byte { s := sha1.Sum(b); return s[:] }
		size, kind = 20, 1
	}
	names := c.Identifier + "\x00"
	team := 0
	if c.Team != "" {
		team = head + len(names)
		names += c.Team + "\x00"
	}
	hashes := head + len(names) + specials*size
	var list []byte
	for slot := specials; slot > 0; slot-- {
		if slots[slot] == nil {
			list = append(list, make([]byte, size)...)
		} else {
			list = append(list, sum(slots[slot])...)
		}
	}
	codes := 0
	for at := 0; at < len(image); at += page {
		list = append(list, sum(image[at:min(at+page, len(image))])...)
		codes++
	}
	var b []byte
	for _, n := range []int{0x20400, int(flags), hashes, head, specials, codes, len(image)} {
		b = binary.BigEndian.AppendUint32(b, uint32(n))
	}
	b = append(b, byte(size), kind, 0, 12)
	for _, n := range []int{0, 0, team, 0, 0, 0, 0, 0, 0, 0, 0, 1} {
		b = binary.BigEndian.AppendUint32(b, uint32(n))
	}
	return Blob(0xfade0c02, append(append(b, names...), list...))
}
