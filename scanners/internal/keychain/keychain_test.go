package keychain

import (
	"bytes"
	"encoding/binary"
	"errors"
	"strings"
	"testing"

	"quaestor/scanners/internal/mactest"
)

func TestCertificates(t *testing.T) {
	certs, err := Certificates([]byte(mactest.Keychain([]byte("one"), []byte("the second"))))
	if err != nil || len(certs) != 2 || string(certs[0]) != "one" || string(certs[1]) != "the second" {
		t.Errorf("%q %v", certs, err)
	}
	if certs, err := Certificates([]byte(mactest.Keychain())); len(certs) != 0 || err != nil {
		t.Errorf("%q %v", certs, err)
	}
}

func TestDamaged(t *testing.T) {
	whole := []byte(mactest.Keychain([]byte("one"), []byte("two!")))
	change := func(at int, to uint32) []byte {
		b := bytes.Clone(whole)
		binary.BigEndian.PutUint32(b[at:], to)
		return b
	}
	for name, b := range map[string][]byte{"other": []byte("SQLite format 3"), "short": whole[:19], "schema outside": change(12, 1<<30), "many tables": change(24, 1<<30)} {
		if certs, err := Certificates(b); !errors.Is(err, ErrFormat) || len(certs) != 0 {
			t.Errorf("%s: %q %v", name, certs, err)
		}
	}
	at := bytes.Index(whole, []byte("one")) - 60
	if certs, err := Certificates(change(at+16, 1<<30)); err == nil || len(certs) != 1 || !strings.Contains(err.Error(), "1 of its certificates") {
		t.Errorf("%q %v", certs, err)
	}
}

func FuzzCertificates(f *testing.F) {
	f.Add([]byte(mactest.Keychain([]byte("one"), []byte("two"))))
	f.Fuzz(func(t *testing.T, data []byte) {
		certs, _ := Certificates(data)
		if len(certs) > MaxCerts {
			t.Fatal("too many")
		}
		for _, c := range certs {
			if len(c) == 0 || len(c) > len(data) {
				t.Fatalf("%d bytes", len(c))
			}
		}
	})
}
