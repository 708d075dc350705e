package cms_test

import (
	"bytes"
	"crypto/x509"
	"encoding/asn1"
	"strings"
	"testing"

	"quaestor/scanners/internal/cms"
	"quaestor/scanners/internal/codesigntest"
)

func isRoot(c *x509.Certificate) bool { return c.Equal(codesigntest.Root().Certificate) }

func known(oid asn1.ObjectIdentifier) bool { return oid[3] == 113635 }

func parsed(t *testing.T, data []byte) *cms.SignedData {
	t.Helper()
	if !cms.Looks(data) {
		t.Error("it does not look like signed data")
	}
	s, err := cms.Parse(data)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestVerify(t *testing.T) {
	content := bytes.Repeat([]byte("content of some length; "), 100)
	key := codesigntest.Developer("TEAM123456")
	for name, data := range map[string][]byte{"definite": codesigntest.Signed(content, true, key), "indefinite": codesigntest.Indefinite(content, key)} {
		s := parsed(t, data)
		if !bytes.Equal(s.Content, content) || len(s.Certificates) != 2 {
			t.Fatalf("%s: %d bytes, %d certificates", name, len(s.Content), len(s.Certificates))
		}
		signer, err := s.Verify(nil)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if signer.Certificate.Subject.CommonName != "Apple Distribution: Example Corp (TEAM123456)" || signer.Time.Year() != 2024 {
			t.Errorf("%s: %v at %v", name, signer.Certificate.Subject, signer.Time)
		}
		if err := signer.Chain(isRoot, known, x509.ExtKeyUsageCodeSigning); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if err := signer.Chain(func(*x509.Certificate) bool { return false }, known); err == nil {
			t.Errorf("%s: a chain to no root holds", name)
		}
	}
}

func TestDetached(t *testing.T) {
	s := parsed(t, codesigntest.Signed([]byte("abc"), false, codesigntest.Store()))
	if s.Content != nil {
		t.Errorf("content %q", s.Content)
	}
	if _, err := s.Verify(nil); err == nil {
		t.Error("nothing was verified, and no error")
	}
	if _, err := s.Verify([]byte("abc")); err != nil {
		t.Error(err)
	}
	if _, err := s.Verify([]byte("abd")); err == nil || !strings.Contains(err.Error(), "not what was signed") {
		t.Errorf("other content: %v", err)
	}
}

func TestCriticalExtension(t *testing.T) {
	s := parsed(t, codesigntest.Signed([]byte("abc"), true, codesigntest.Developer("T")))
	signer, err := s.Verify(nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := signer.Chain(isRoot, nil); err == nil {
		t.Error("an unknown critical extension is passed over")
	}
}

func TestStranger(t *testing.T) {
	signer, err := parsed(t, codesigntest.Signed([]byte("abc"), true, codesigntest.Stranger("T"))).Verify(nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := signer.Chain(isRoot, known); err == nil {
		t.Error("a certificate that no root signed leads to one")
	}
}

// TestEveryByteCounts: of a change to any byte, either the data cannot be read, or it does not verify, or what is said is
// the same as before.
func TestEveryByteCounts(t *testing.T) {
	data := codesigntest.Signed([]byte("abc"), true, codesigntest.Developer("T"))
	for i := range data {
		changed := bytes.Clone(data)
		changed[i] ^= 0x01
		s, err := cms.Parse(changed)
		if err != nil {
			continue
		}
		signer, err := s.Verify(nil)
		if err != nil || signer.Chain(isRoot, known) != nil {
			continue
		}
		if string(s.Content) != "abc" || signer.Certificate.Subject.OrganizationalUnit[0] != "T" {
			t.Errorf("byte %d changed what is said: %q of %v", i, s.Content, signer.Certificate.Subject)
		}
	}
}

func TestNotSignedData(t *testing.T) {
	for name, data := range map[string][]byte{"nothing": nil, "text": []byte("<plist/>"), "no end": {0x30, 0x80, 0x06}, "deep": bytes.Repeat([]byte{0x30, 0x80}, 1000),
		"too long": {0x30, 0x84, 0xff, 0xff, 0xff, 0xff}, "primitive": {0x04, 0x80}} {
		if _, err := cms.Parse(data); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func FuzzParse(f *testing.F) {
	key := codesigntest.Developer("T")
	f.Add(codesigntest.Signed([]byte("abc"), true, key))
	f.Add(codesigntest.Indefinite([]byte("abcdef"), key))
	f.Add(codesigntest.Signed([]byte("abc"), false, codesigntest.Store(), []byte("alternate")))
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := cms.Parse(data)
		if err != nil {
			return
		}
		signer, err := s.Verify(nil)
		if err != nil {
			return
		}
		if signer.Chain(isRoot, known, x509.ExtKeyUsageCodeSigning) == nil && !bytes.Equal(s.Content, []byte("abc")) && !bytes.Equal(s.Content, []byte("abcdef")) {
			t.Errorf("%q was signed by nobody", s.Content)
		}
	})
}
