package authenticode_test

import (
	"bytes"
	"crypto/ecdsa"
	"errors"
	"strings"
	"testing"

	"quaestor/scanners/internal/authenticode"
	"quaestor/scanners/internal/codesigntest"
	"quaestor/scanners/internal/pefile"
	"quaestor/scanners/internal/petest"
)

func program() []byte {
	return petest.Program{Code: make([]byte, 2000), Strings: [][2]string{{"CompanyName", "Example"}}}.Bytes()
}

func read(t *testing.T, data []byte) (authenticode.Result, error) {
	t.Helper()
	f, err := pefile.Open(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	return authenticode.Read(f)
}

func TestSigned(t *testing.T) {
	key, second := codesigntest.Developer("TEAM"), codesigntest.Stranger("OTHER")
	res, err := read(t, petest.Sign(program(), key, second))
	if err != nil || len(res.Signatures) != 2 || res.Unsigned != 0 {
		t.Fatalf("%+v, %v", res, err)
	}
	for i, k := range []codesigntest.Key{key, second} {
		s := res.Signatures[i]
		signer := s.Signer()
		if !s.Holds() || s.Digest != "SHA-256" || !signer.Verified || signer.SHA256 != k.Fingerprint() || signer.Scheme != "authenticode" || signer.NotAfter.Year() != 2034 || len(signer.SHA1) != 40 {
			t.Errorf("%d: %v, %+v", i, s.Err, signer)
		}
	}
}

func TestUnsigned(t *testing.T) {
	if res, err := read(t, program()); err != nil || len(res.Signatures) != 0 {
		t.Errorf("%+v, %v", res, err)
	}
}

// TestChanged: a change to any byte of the program is seen, and the signature is still told to be there.
func TestChanged(t *testing.T) {
	plain, signed := program(), petest.Sign(program(), codesigntest.Developer("T"))
	for at := 0x200; at < len(plain); at += 97 {
		changed := bytes.Clone(signed)
		changed[at] ^= 1
		res, err := read(t, changed)
		if err != nil || len(res.Signatures) != 1 {
			t.Fatalf("byte %d: %+v, %v", at, res, err)
		}
		if s := res.Signatures[0]; s.Holds() || s.Signer().Verified || !strings.Contains(s.Err.Error(), "not what was signed") || s.Certificate == nil {
			t.Errorf("byte %d: %v", at, s.Err)
		}
	}
}

// TestSignatureBytes: of a change to any byte of the signature, either it does not hold, or it is of the same key. The
// certificate around the key is another one then, with another digest.
func TestSignatureBytes(t *testing.T) {
	plain, signed := program(), petest.Sign(program(), codesigntest.Developer("T"))
	want := codesigntest.Developer("T").Certificate
	for at := len(plain) + 8; at < len(signed); at++ {
		changed := bytes.Clone(signed)
		changed[at] ^= 1
		res, err := read(t, changed)
		if err != nil || len(res.Signatures) == 0 {
			continue
		}
		if s := res.Signatures[0]; s.Holds() && !want.PublicKey.(*ecdsa.PublicKey).Equal(s.Certificate.PublicKey) {
			t.Errorf("byte %d makes another signer", at)
		}
	}
}

// TestStolen: the signature of another program proves nothing.
func TestStolen(t *testing.T) {
	other := petest.Program{Code: []byte("other")}.Bytes()
	signed := petest.Sign(other, codesigntest.Developer("T"))
	stolen := petest.Attach(program(), signed[len(other)+8:])
	res, err := read(t, stolen)
	if err != nil || len(res.Signatures) != 1 || res.Signatures[0].Holds() {
		t.Errorf("%+v, %v", res, err)
	}
}

func TestUncovered(t *testing.T) {
	signed := petest.Sign(program(), codesigntest.Developer("T"))
	res, err := read(t, append(bytes.Clone(signed), "behind"...))
	if err != nil || res.Unsigned != 6 {
		t.Errorf("%+v, %v", res, err)
	}
	if res.Signatures[0].Holds() {
		t.Error("a file with something behind its signatures is what was signed")
	}
	plain := program()
	within := petest.Attach(plain, append(bytes.TrimRight(signed[len(plain)+8:], "\x00"), "token of the download"...))
	if res, err = read(t, within); err != nil || !res.Signatures[0].Holds() || res.Unsigned != 21 {
		t.Errorf("%+v, %v", res, err)
	}
}

func TestBrokenTable(t *testing.T) {
	for name, signature := range map[string]string{"text": "no signature", "zeros": strings.Repeat("\x00", 64)} {
		res, err := read(t, petest.Attach(program(), []byte(signature)))
		if err != nil || len(res.Signatures) != 1 || res.Signatures[0].Holds() || res.Signatures[0].Signer().SHA256 != "" {
			t.Errorf("%s: %+v, %v", name, res, err)
		}
	}
	signed := petest.Sign(program(), codesigntest.Developer("T"))
	if _, err := read(t, signed[:len(signed)-100]); !errors.Is(err, pefile.ErrFormat) {
		t.Errorf("cut off: %v", err)
	}
}

func FuzzRead(f *testing.F) {
	plain := program()
	for _, data := range [][]byte{petest.Sign(plain, codesigntest.Developer("T")), petest.Sign(plain, codesigntest.Developer("T"), codesigntest.Stranger("U"))} {
		f.Add(data[len(plain)+8:])
	}
	first, second := codesigntest.Developer("T").Certificate.PublicKey.(*ecdsa.PublicKey), codesigntest.Stranger("U").Certificate.PublicKey.(*ecdsa.PublicKey)
	f.Fuzz(func(t *testing.T, signature []byte) {
		data := petest.Attach(bytes.Clone(plain), signature)
		p, err := pefile.Open(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			return
		}
		res, _ := authenticode.Read(p)
		for _, s := range res.Signatures {
			if s.Holds() && !first.Equal(s.Certificate.PublicKey) && !second.Equal(s.Certificate.PublicKey) {
				t.Errorf("%s signed it, who did not", s.Signer().Subject)
			}
		}
	})
}
