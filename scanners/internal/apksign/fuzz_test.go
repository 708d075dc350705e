package apksign

import (
	"bytes"
	"context"
	"quaestor/scanners/internal/corpustest"
	"slices"
	"testing"

	"quaestor/scanners/internal/apkfile"
	"quaestor/scanners/inventory"
)

// FuzzCheck checks that nothing panics and that only valid signatures have verified signers.
func FuzzCheck(f *testing.F) {
	for _, name := range []string{"plain.apk", "v1.apk", "v2.apk", "unsigned.apk"} {
		f.Add(read(f, name), 21)
		f.Add(read(f, name), 24)
	}
	f.Fuzz(func(t *testing.T, data []byte, minSDK int) {
		if _, err := apkfile.Open(bytes.NewReader(data), int64(len(data))); err != nil {
			return // no container, so nothing to check
		}
		res, err := check(t, data, minSDK%40)
		if err != nil && res.State != inventory.SignatureUnknown {
			t.Errorf("%q beside error %v", res.State, err)
		}
		for _, s := range res.Signers {
			if s.Verified && res.State != inventory.SignatureValid {
				t.Errorf("verified signer, state %q", res.State)
			}
		}
	})
}

// FuzzBlock reads signing blocks: no panic, and no scheme that holds without the keys of the tests.
func FuzzBlock(f *testing.F) {
	a, b := person(f, "a", "RSA"), person(f, "b", "EC")
	sums := [contentDigests][]byte{make([]byte, 32), make([]byte, 40), make([]byte, 64)}
	for _, p := range []pair{
		{idV2, []part{{by: a}, {by: b, verity: true}}},
		{idV3, []part{{by: b, from: 28, to: 32, attrs: attribute(attrRotation, u32(33))}}},
		{idV31, []part{{by: b, from: 33, to: forever, attrs: rotation(31, a, b)}}},
	} {
		f.Add(p.value(&sums), p.id != idV2)
	}
	for i, data := range append([][]byte{read(f, "plain.apk"), read(f, "v2.apk")}, corpustest.APKs(16_000)...) {
		l, err := readLayout(bytes.NewReader(data), int64(len(data)))
		if err != nil && i >= 2 {
			continue // a real file that is broken on purpose
		}
		if err != nil {
			f.Fatal(err)
		}
		blocks, err := readBlock(bytes.NewReader(data), l)
		if i < 2 && (err != nil || blocks.v2 == nil) {
			f.Fatalf("%d: %+v, %v", i, blocks, err)
		}
		f.Add(blocks.v2, false)
		f.Add(blocks.v3, true)
	}
	f.Fuzz(func(t *testing.T, block []byte, v3 bool) {
		signers, err := parseScheme(block, v3)
		if err != nil && !isLimit(err) {
			t.Errorf("%v", err)
		}
		for _, s := range signers {
			if s.err == nil && (len(s.certs) == 0 || len(s.content) == 0 || len(s.digests) == 0) {
				t.Errorf("a signer without certificate or digest: %+v", s)
			}
		}
	})
}

// FuzzV1 checks archives with the given signature files: what holds has to hold whatever is handed in first,
// and a file that the manifest does not name never passes.
func FuzzV1(f *testing.F) {
	good := signV1(f, "A", person(f, "a", "RSA"), "X-Android-APK-Signed: 4\r\n", appFiles[:2]...)
	f.Add(good[0].content, good[3].content, []byte(good[4].content))
	f.Add("Manifest-Version: 1.0\r\n\r\nName: classes.\n dex\nDigest-Algorithms: SHA1 MD5\nMD5-Digest: AAAA\n", "Signature-Version: 1\nCreated-By: signtool\n", []byte("0\x80"))
	data := read(f, "v1.apk")
	r, c := container(f, data)
	var parts []string
	for _, name := range []string{metaManifest, "META-INF/TEST.SF", "META-INF/TEST.RSA"} {
		content, err := c.Read(context.Background(), c.Lookup(name), r.Size()*10)
		if err != nil {
			f.Fatal(err)
		}
		parts = append(parts, string(content))
	}
	f.Add(parts[0], parts[1], []byte(parts[2]))
	f.Fuzz(func(t *testing.T, manifest, sf string, block []byte) {
		signed := []file{{metaManifest, manifest}, appFiles[0], appFiles[1], {"META-INF/A.SF", sf}, {"META-INF/A.RSA", string(block)}}
		res, err := check(t, archive(t, signed...), 18)
		if err != nil && !isLimit(err) {
			t.Errorf("%v", err)
		}
		if res.State != inventory.SignatureValid {
			return
		}
		if !bytes.Contains([]byte(manifest), []byte("classes")) && !bytes.Contains([]byte(manifest), []byte("\n ")) {
			t.Errorf("a manifest that does not name an entry")
		}
		changed := slices.Clone(signed)
		changed[2].content += "x"
		if res, _ := check(t, archive(t, changed...), 18); res.State == inventory.SignatureValid {
			t.Errorf("changed content holds")
		}
	})
}

// FuzzCertificate reads certificates: what crypto/x509 reads too has to read the same.
func FuzzCertificate(f *testing.F) {
	for _, kind := range []string{"RSA", "EC", "1024"} {
		f.Add(person(f, "a", kind).cert)
	}
	f.Add([]byte("0\x80"))
	f.Fuzz(func(t *testing.T, raw []byte) { sameAsX509(t, raw) })
}
