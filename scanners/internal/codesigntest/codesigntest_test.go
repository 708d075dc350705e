package codesigntest_test

import (
	"bytes"
	"crypto/x509"
	"encoding/binary"
	"testing"

	"quaestor/scanners/internal/codesigntest"
)

// The certificates lead where they say, by the standard library's judgement.
func TestChains(t *testing.T) {
	roots := x509.NewCertPool()
	roots.AddCert(codesigntest.Root().Certificate)
	for name, tt := range map[string]struct {
		key   codesigntest.Key
		known bool
	}{
		"developer": {codesigntest.Developer("TEAM123456"), true},
		"store":     {codesigntest.Store(), true},
		"profiles":  {codesigntest.Profiles(), true},
		"stranger":  {codesigntest.Stranger("TEAM123456"), false},
	} {
		c := *tt.key.Certificate
		c.UnhandledCriticalExtensions = nil // Apple's own
		_, err := c.Verify(x509.VerifyOptions{Roots: roots, CurrentTime: c.NotBefore, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny}})
		if (err == nil) != tt.known {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestSign(t *testing.T) {
	key := codesigntest.Developer("TEAM123456")
	code := codesigntest.Code{Identifier: "org.example", Team: "TEAM123456", Key: &key}
	blob := code.Sign(make([]byte, 9000))
	if binary.BigEndian.Uint32(blob) != 0xfade0cc0 || !bytes.Contains(blob, []byte("org.example\x00")) || !bytes.Contains(blob, key.Certificate.Raw) {
		t.Error("no superblob with the identifier and the certificate")
	}
	if !bytes.Equal(blob, code.Sign(make([]byte, 9000))) {
		t.Error("the same is not signed alike")
	}
}
