package bigapk

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/binary"
	"math/big"
	"slices"
	"time"
)

// endSize is the size of the record at the end of an archive without a comment.
const endSize = 22

// sign puts a block with a signature by scheme v2 before the directory of an archive, with a key made for it.
func sign(apk []byte) ([]byte, error) {
	end := bytes.Clone(apk[len(apk)-endSize:])
	start := binary.LittleEndian.Uint32(end[16:])
	content, directory := apk[:start], apk[start:len(apk)-endSize]
	signature, err := signer(contentDigest(content, directory, end))
	if err != nil {
		return nil, err
	}
	block := signingBlock(prefixed(prefixed(signature)))
	binary.LittleEndian.PutUint32(end[16:], start+uint32(len(block)))
	return slices.Concat(content, block, directory, end), nil
}

// signer is what one signer says of a digest: the signed data, the signature, the key.
func signer(digest []byte) ([]byte, error) {
	const ecdsaSHA256 = 0x0201
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Made for a benchmark"},
		NotBefore: time.Unix(0, 0), NotAfter: time.Unix(1<<32, 0)}
	cert, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return nil, err
	}
	public, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	if err != nil {
		return nil, err
	}
	algorithm := u32(ecdsaSHA256)
	data := slices.Concat(prefixed(prefixed(slices.Concat(algorithm, prefixed(digest)))), prefixed(prefixed(cert)), prefixed(nil))
	sum := sha256.Sum256(data)
	signature, err := key.Sign(rand.Reader, sum[:], crypto.SHA256)
	if err != nil {
		return nil, err
	}
	return slices.Concat(prefixed(data), prefixed(prefixed(slices.Concat(algorithm, prefixed(signature)))), prefixed(public)), nil
}

// signingBlock is the block that holds a signature by scheme v2.
func signingBlock(value []byte) []byte {
	const schemeV2 = 0x7109871a
	u64 := func(n int) []byte { return binary.LittleEndian.AppendUint64(nil, uint64(n)) }
	pair := slices.Concat(u64(len(value)+4), u32(schemeV2), value)
	size := u64(len(pair) + 8 + 16)
	return slices.Concat(size, pair, size, []byte("APK Sig Block 42"))
}

// contentDigest hashes the parts of an archive in chunks of a megabyte.
func contentDigest(parts ...[]byte) []byte {
	var sums []byte
	count := uint32(0)
	for _, part := range parts {
		for chunk := range slices.Chunk(part, 1<<20) {
			h := sha256.New()
			h.Write([]byte{0xa5})
			h.Write(u32(uint32(len(chunk))))
			h.Write(chunk)
			sums = h.Sum(sums)
			count++
		}
	}
	sum := sha256.Sum256(slices.Concat([]byte{0x5a}, u32(count), sums))
	return sum[:]
}

func u32(v uint32) []byte { return binary.LittleEndian.AppendUint32(nil, v) }

func prefixed(b []byte) []byte { return slices.Concat(u32(uint32(len(b))), b) }
