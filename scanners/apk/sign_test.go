package apk

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/binary"
	"encoding/pem"
	"math/big"
	"strings"
	"testing"
)

// signV2 signs a container with our test key after the published layout of scheme v2, so that tests can make
// signed APKs of any size.
func signV2(tb testing.TB, apk []byte) []byte {
	tb.Helper()
	end := apk[len(apk)-22:]
	start := int(binary.LittleEndian.Uint32(end[16:]))
	content, directory := apk[:start], apk[start:len(apk)-22]
	digest := contentDigest(content, directory, end)

	block, _ := pem.Decode(readFile(tb, "testdata/keys/test.x509.pem"))
	cert, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		tb.Fatal(err)
	}
	key, err := x509.ParsePKCS8PrivateKey(readFile(tb, "testdata/keys/test.pk8"))
	if err != nil {
		tb.Fatal(err)
	}
	const rsaSHA256 = 0x0103
	algorithm := u32s(rsaSHA256)
	data := prefixed(prefixed(algorithm+prefixed(digest))) + prefixed(prefixed(string(cert.Raw))) + prefixed("")
	sum := sha256.Sum256([]byte(data))
	signature, err := key.(*rsa.PrivateKey).Sign(nil, sum[:], crypto.SHA256)
	if err != nil {
		tb.Fatal(err)
	}
	signer := prefixed(data) + prefixed(prefixed(algorithm+prefixed(string(signature)))) + prefixed(string(cert.RawSubjectPublicKeyInfo))
	return withBlock(apk, prefixed(prefixed(signer)))
}

// withBlock puts a signing block with the given v2 signature in front of the directory.
func withBlock(apk []byte, v2 string) []byte {
	end := bytes.Clone(apk[len(apk)-22:])
	start := int(binary.LittleEndian.Uint32(end[16:]))
	signing := signingBlock(v2)
	binary.LittleEndian.PutUint32(end[16:], uint32(start+len(signing)))
	return bytes.Join([][]byte{apk[:start], []byte(signing), apk[start : len(apk)-22], end}, nil)
}

// longKey is a v2 signature made with an RSA key of so many bytes. It does not hold, but finding out takes
// a computation with the whole key.
func longKey(tb testing.TB, size int) string {
	tb.Helper()
	n := new(big.Int).Lsh(big.NewInt(1), uint(size*8-1))
	n.Sub(n, big.NewInt(1)) // odd
	n.SetBit(n, size*8-1, 1)
	key, err := x509.MarshalPKIXPublicKey(&rsa.PublicKey{N: n, E: 1<<31 - 1})
	if err != nil {
		tb.Fatal(err)
	}
	signature := "\x7f" + strings.Repeat("\x55", size-1)
	signer := prefixed("") + prefixed(prefixed(u32s(0x0103)+prefixed(signature))) + prefixed(string(key))
	return prefixed(prefixed(signer))
}

func prefixed(s string) string { return u32s(uint32(len(s))) + s }

func signingBlock(value string) string {
	pair := u32s(0x7109871a) + value
	pair = u32s(uint32(len(pair)), 0) + pair
	size := u32s(uint32(len(pair)+24), 0)
	return size + pair + size + "APK Sig Block 42"
}

// contentDigest hashes the sections of a container in chunks of a megabyte.
func contentDigest(sections ...[]byte) string {
	var sums []byte
	chunks := uint32(0)
	for _, s := range sections {
		for len(s) > 0 {
			n := min(len(s), 1<<20)
			h := sha256.New()
			h.Write([]byte("\xa5" + u32s(uint32(n))))
			h.Write(s[:n])
			sums = h.Sum(sums)
			chunks++
			s = s[n:]
		}
	}
	top := sha256.Sum256([]byte("\x5a" + u32s(chunks) + string(sums)))
	return string(top[:])
}
