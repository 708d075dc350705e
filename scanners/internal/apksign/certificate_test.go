package apksign

import (
	"bytes"
	"crypto/x509"
	"testing"
	"time"
)

// sameAsX509 compares a certificate with what the standard library reads of it, where that reads it.
func sameAsX509(t *testing.T, raw []byte) {
	t.Helper()
	got, err := parseCertificate(raw)
	want, stdErr := x509.ParseCertificate(raw)
	if stdErr != nil {
		return
	}
	if err != nil {
		t.Fatalf("%v, which crypto/x509 reads", err)
	}
	same := func(what string, ok bool) {
		t.Helper()
		if !ok {
			t.Errorf("another %s than crypto/x509", what)
		}
	}
	same("issuer", bytes.Equal(got.issuer, want.RawIssuer))
	same("subject", bytes.Equal(got.subject, want.RawSubject))
	same("key", bytes.Equal(got.spki, want.RawSubjectPublicKeyInfo))
	same("beginning", got.notBefore.Equal(want.NotBefore))
	same("end", got.notAfter.Equal(want.NotAfter))
	same("name", got.commonName() == want.Subject.CommonName || want.Subject.CommonName == "")
	if want.KeyUsage != 0 {
		same("key usage", got.noSigning == (want.KeyUsage&(x509.KeyUsageDigitalSignature|x509.KeyUsageContentCommitment) == 0))
	}
}

func TestCertificate(t *testing.T) {
	for _, kind := range []string{"RSA", "EC", "1024"} {
		sameAsX509(t, person(t, "a", kind).cert)
	}
	raw := bytes.Clone(person(t, "a", "RSA").cert)
	serial := bytes.Index(raw, []byte{tagInteger, 1, 7})
	raw[serial+2] = 0xf9 // below zero, which crypto/x509 refuses
	c, err := parseCertificate(raw)
	if err != nil || c.commonName() != "a" || c.key == nil || c.key.bits != 2048 {
		t.Errorf("%+v, %v", c, err)
	}
}

func TestReadTime(t *testing.T) {
	for text, want := range map[string]string{
		"491231235959Z": "2049-12-31", "500101000000Z": "1950-01-01", "9901010000Z": "1999-01-01", "x": "0001-01-01",
	} {
		if got := readTime(element{tag: tagUTCTime, body: []byte(text)}); got.Format(time.DateOnly) != want {
			t.Errorf("%s: %v", text, got)
		}
	}
	if got := readTime(element{tag: tagTime, body: []byte("29991231235959Z")}); got.Year() != 2999 {
		t.Errorf("%v", got)
	}
}

func TestReadString(t *testing.T) {
	for _, tc := range []struct {
		tag        byte
		body, want string
	}{{0x0c, "é", "é"}, {0x13, "a*b", "a*b"}, {0x14, "\xe9", "é"}, {0x1e, "\x00a\x20\xac", "a€"}, {0x0c, "\xff", "\uFFFD"}} {
		if got := readString(element{tag: tc.tag, body: []byte(tc.body)}); got != tc.want {
			t.Errorf("%x %q: %q", tc.tag, tc.body, got)
		}
	}
}
