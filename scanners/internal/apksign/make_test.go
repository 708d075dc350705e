package apksign

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/base64"
	"encoding/binary"
	"math/big"
	"sync"
	"testing"
	"time"
)

// identity is a key with its certificate, made for the tests.
type identity struct {
	key  crypto.Signer
	cert []byte
}

var identities sync.Map

// person makes an identity, the same for the same name within a run. Kind is "EC", "1024" for a short RSA key,
// "lists only" for one that may sign no content, "critical" for one with an unknown critical extension.
func person(tb testing.TB, name, kind string) *identity {
	tb.Helper()
	if have, ok := identities.Load(name + kind); ok {
		return have.(*identity)
	}
	var key crypto.Signer
	var err error
	switch kind {
	case "EC":
		key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	case "1024":
		key, err = rsa.GenerateKey(rand.Reader, 1024)
	default:
		key, err = rsa.GenerateKey(rand.Reader, 2048)
	}
	if err != nil {
		tb.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(7), Subject: pkix.Name{CommonName: name, Country: []string{"BE"}},
		NotBefore: time.Unix(1e9, 0), NotAfter: time.Unix(2e9, 0)}
	switch kind {
	case "lists only":
		template.KeyUsage = x509.KeyUsageCRLSign
	case "critical":
		template.ExtraExtensions = []pkix.Extension{{Id: asn1.ObjectIdentifier{1, 2, 3, 4}, Critical: true, Value: []byte{5, 0}}}
	}
	cert, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		tb.Fatal(err)
	}
	p := &identity{key, cert}
	identities.Store(name+kind, p)
	return p
}

func (p *identity) sha256() string { return fingerprint(&certificate{raw: p.cert}) }

// algorithm is the id of the signature algorithm for the key, over chunks or over verity.
func (p *identity) algorithm(verity bool) uint32 {
	_, ec := p.key.(*ecdsa.PrivateKey)
	switch {
	case ec && verity:
		return 0x0423
	case ec:
		return 0x0201
	case verity:
		return 0x0421
	}
	return 0x0103
}

func (p *identity) sign(message []byte) []byte {
	digest := sha256.Sum256(message)
	signature, err := p.key.Sign(rand.Reader, digest[:], crypto.SHA256)
	if err != nil {
		panic(err)
	}
	return signature
}

// sign512 signs with an RSA key and SHA-512.
func (p *identity) sign512(message []byte) []byte {
	digest := sha512.Sum512(message)
	signature, err := p.key.Sign(rand.Reader, digest[:], crypto.SHA512)
	if err != nil {
		panic(err)
	}
	return signature
}

func (p *identity) spki() []byte {
	der, err := x509.MarshalPKIXPublicKey(p.key.Public())
	if err != nil {
		panic(err)
	}
	return der
}

func u32(v uint32) []byte { return binary.LittleEndian.AppendUint32(nil, v) }

// sized joins parts and puts their length in front.
func sized(parts ...[]byte) []byte {
	all := bytes.Join(parts, nil)
	return append(u32(uint32(len(all))), all...)
}

// part is a signer of the signing block that a test asks for.
type part struct {
	by       *identity
	from, to uint32 // v3
	attrs    []byte // attributes, each with its length
	verity   bool
	digest   []byte      // instead of the right one
	shown    *identity   // whose certificate is shown instead of the signer's
	chain    []*identity // whose certificates follow it
	key      *identity   // whose key is shown instead of the signer's
	outer    []uint32    // API levels beside the signed ones that are others
	id       uint32      // the algorithm that it names instead of its own
	digestID uint32      // the algorithm that the digest is for instead
	bare     bool        // no digest
	stronger string      // "sound" or "broken": a second signature, with SHA-512
}

// pair is a pair of the signing block: one scheme.
type pair struct {
	id    uint32
	parts []part
}

const (
	idV2  = 0x7109871a
	idV3  = 0xf05368c0
	idV31 = 0x1b93ad61
)

// forever is the last API level of signers.
const forever = anySDK

// signBlocks signs an archive without a signing block.
func signBlocks(tb testing.TB, archive []byte, pairs ...pair) []byte {
	tb.Helper()
	l, err := readLayout(bytes.NewReader(archive), int64(len(archive)))
	if err != nil {
		tb.Fatal(err)
	}
	front := archive[:l.directory:l.directory]
	if n := len(front) % pageSize; n > 0 { // verity wants pages
		front = append(front, make([]byte, pageSize-n)...)
	}
	start := len(front)
	end := bytes.Clone(l.record)
	binary.LittleEndian.PutUint32(end[16:], uint32(start))
	plain := bytes.Join([][]byte{front, archive[l.directory:l.end], end}, nil)
	pl, err := readLayout(bytes.NewReader(plain), int64(len(plain)))
	if err != nil {
		tb.Fatal(err)
	}
	wanted := [contentDigests]bool{chunked256: true, verity256: true, chunked512: true}
	sums, err := newContent(bytes.NewReader(plain), pl).digests(context.Background(), wanted)
	if err != nil {
		tb.Fatal(err)
	}
	var body []byte
	for _, p := range pairs {
		value := append(u32(p.id), p.value(&sums)...)
		body = append(binary.LittleEndian.AppendUint64(body, uint64(len(value))), value...)
	}
	block := wrapBlock(body)
	binary.LittleEndian.PutUint32(end[16:], uint32(start+len(block)))
	return bytes.Join([][]byte{front, block, archive[l.directory:l.end], end}, nil)
}

// wrapBlock puts size and magic around pairs and fills the block up to whole pages.
func wrapBlock(pairs []byte) []byte {
	if n := (len(pairs) + 32) % pageSize; n > 0 {
		fill := pageSize - n
		if fill < 12 {
			fill += pageSize
		}
		pairs = binary.LittleEndian.AppendUint64(pairs, uint64(fill-8))
		pairs = append(append(pairs, u32(0x42726577)...), make([]byte, fill-12)...)
	}
	size := binary.LittleEndian.AppendUint64(nil, uint64(len(pairs)+blockFooter))
	return bytes.Join([][]byte{size, pairs, size, blockMagic}, nil)
}

func (p *pair) value(sums *[contentDigests][]byte) []byte {
	var signers []byte
	for _, s := range p.parts {
		signers = append(signers, s.signer(p.id != idV2, sums)...)
	}
	return sized(signers)
}

func (s *part) signer(v3 bool, sums *[contentDigests][]byte) []byte {
	id, sum := s.by.algorithm(s.verity), sums[chunked256]
	if s.verity {
		sum = sums[verity256]
	}
	if s.digest != nil {
		sum = s.digest
	}
	shown := s.by
	if s.shown != nil {
		shown = s.shown
	}
	certs, key := sized(shown.cert), s.by
	for _, c := range s.chain {
		certs = append(certs, sized(c.cert)...)
	}
	if s.key != nil {
		key = s.key
	}
	levels := []byte{}
	if v3 {
		levels = append(u32(s.from), u32(s.to)...)
	}
	return s.assemble(id, sum, sums[chunked512], certs, levels, key.spki())
}

// assemble signs what a signer says.
func (s *part) assemble(id uint32, sum, strong, certs, levels, key []byte) []byte {
	if s.id != 0 {
		id = s.id
	}
	digestID := id
	if s.digestID != 0 {
		digestID = s.digestID
	}
	digests := sized(u32(digestID), sized(sum))
	if s.stronger != "" {
		digests = append(digests, sized(u32(0x0104), sized(strong))...)
	}
	if s.bare {
		digests = nil
	}
	data := bytes.Join([][]byte{sized(digests), sized(certs), levels, sized(s.attrs)}, nil)
	if s.outer != nil {
		levels = append(u32(s.outer[0]), u32(s.outer[1])...)
	}
	signatures := sized(u32(id), sized(s.by.sign(data)))
	switch s.stronger {
	case "sound":
		signatures = append(signatures, sized(u32(0x0104), sized(s.by.sign512(data)))...)
	case "broken":
		signatures = append(signatures, sized(u32(0x0104), sized(s.by.sign512([]byte("other"))))...)
	}
	return sized(sized(data), levels, sized(signatures), sized(key))
}

// attribute is an attribute of a signer.
func attribute(id uint32, value []byte) []byte { return sized(u32(id), value) }

// rotation is the lineage of keys, each one signing the next.
func rotation(flags uint32, keys ...*identity) []byte {
	out := u32(1)
	var before *identity
	for _, k := range keys {
		algorithm := uint32(0)
		var signature []byte
		if before != nil {
			algorithm = before.algorithm(false)
		}
		signed := append(sized(k.cert), u32(algorithm)...)
		if before != nil {
			signature = before.sign(signed)
		}
		out = append(out, sized(sized(signed), u32(flags), u32(k.algorithm(false)), sized(signature))...)
		before = k
	}
	return attribute(attrLineage, out)
}

// file is an entry of an archive that a test makes.
type file struct{ name, content string }

func archive(tb testing.TB, files ...file) []byte {
	tb.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, f := range files {
		e, err := w.Create(f.name)
		if err != nil {
			tb.Fatal(err)
		}
		if _, err := e.Write([]byte(f.content)); err != nil {
			tb.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		tb.Fatal(err)
	}
	return out.Bytes()
}

// signV1 makes the files of a v1 signature with SHA-256 digests.
func signV1(tb testing.TB, name string, by *identity, header string, files ...file) []file {
	tb.Helper()
	manifest := "Manifest-Version: 1.0\r\n\r\n"
	sections := ""
	for _, f := range files {
		sum := sha256.Sum256([]byte(f.content))
		section := "Name: " + f.name + "\r\nSHA-256-Digest: " + base64.StdEncoding.EncodeToString(sum[:]) + "\r\n\r\n"
		manifest += section
		sum = sha256.Sum256([]byte(section))
		sections += "Name: " + f.name + "\r\nSHA-256-Digest: " + base64.StdEncoding.EncodeToString(sum[:]) + "\r\n\r\n"
	}
	sum := sha256.Sum256([]byte(manifest))
	sf := "Signature-Version: 1.0\r\n" + header + "SHA-256-Digest-Manifest: " + base64.StdEncoding.EncodeToString(sum[:]) + "\r\n\r\n" + sections
	out := append([]file{{metaManifest, manifest}}, files...)
	return append(out, file{metaInf + name + ".SF", sf}, file{metaInf + name + ".RSA", string(pkcs7(tb, by, []byte(sf)))})
}

// claim is a signature of a signature file: who makes it, and whose certificate it names. With attributes these
// are signed in place of the content.
type claim struct {
	by, named  *identity
	attributes []attributeOf
}

// attributeOf is a signed attribute.
type attributeOf struct {
	ID     asn1.ObjectIdentifier
	Values []any `asn1:"set"`
}

// pkcs7 signs content with an RSA key and SHA-256.
func pkcs7(tb testing.TB, by *identity, content []byte) []byte {
	tb.Helper()
	return pkcs7By(tb, content, []*identity{by}, claim{by: by, named: by})
}

// pkcs7By holds certificates, and signatures that name one of them each.
func pkcs7By(tb testing.TB, content []byte, certificates []*identity, claims ...claim) []byte {
	tb.Helper()
	algorithm := func(oid ...int) pkix.AlgorithmIdentifier {
		return pkix.AlgorithmIdentifier{Algorithm: oid, Parameters: asn1.NullRawValue}
	}
	type issuer struct {
		Name   asn1.RawValue
		Serial *big.Int
	}
	type signer struct {
		Version    int
		ID         issuer
		Digest     pkix.AlgorithmIdentifier
		Attributes asn1.RawValue `asn1:"optional"`
		Signing    pkix.AlgorithmIdentifier
		Signature  []byte
	}
	var signers []signer
	for _, c := range claims {
		cert, err := x509.ParseCertificate(c.named.cert)
		if err != nil {
			tb.Fatal(err)
		}
		signing := algorithm(1, 2, 840, 113549, 1, 1, 1)
		if _, ec := c.by.key.(*ecdsa.PrivateKey); ec {
			signing = pkix.AlgorithmIdentifier{Algorithm: asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 3, 2}}
		}
		signed, attributes := content, asn1.RawValue{}
		if c.attributes != nil {
			body := joined(tb, c.attributes)
			attributes = asn1.RawValue{Class: 2, Tag: 0, IsCompound: true, Bytes: body}
			if signed, err = asn1.Marshal(asn1.RawValue{Tag: asn1.TagSet, IsCompound: true, Bytes: body}); err != nil {
				tb.Fatal(err)
			}
		}
		signers = append(signers, signer{1, issuer{asn1.RawValue{FullBytes: cert.RawIssuer}, cert.SerialNumber},
			algorithm(2, 16, 840, 1, 101, 3, 4, 2, 1), attributes, signing, c.by.sign(signed)})
	}
	var certs []byte
	for _, c := range certificates {
		certs = append(certs, c.cert...)
	}
	data, err := asn1.Marshal(struct {
		Version int
		Digests []pkix.AlgorithmIdentifier `asn1:"set"`
		Content struct{ Type asn1.ObjectIdentifier }
		Certs   asn1.RawValue
		Signers asn1.RawValue
	}{
		1, []pkix.AlgorithmIdentifier{algorithm(2, 16, 840, 1, 101, 3, 4, 2, 1)},
		struct{ Type asn1.ObjectIdentifier }{asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 1}},
		asn1.RawValue{Class: 2, Tag: 0, IsCompound: true, Bytes: certs},
		asn1.RawValue{Tag: asn1.TagSet, IsCompound: true, Bytes: joined(tb, signers)}, // in this order, which DER would sort
	})
	if err != nil {
		tb.Fatal(err)
	}
	out, err := asn1.Marshal(struct {
		Type    asn1.ObjectIdentifier
		Content asn1.RawValue
	}{asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 2}, asn1.RawValue{Class: 2, Tag: 0, IsCompound: true, Bytes: data}})
	if err != nil {
		tb.Fatal(err)
	}
	return out
}

// joined encodes values one behind the other.
func joined[T any](tb testing.TB, values []T) (out []byte) {
	tb.Helper()
	for _, v := range values {
		data, err := asn1.Marshal(v)
		if err != nil {
			tb.Fatal(err)
		}
		out = append(out, data...)
	}
	return out
}
