package apksign

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/pem"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"quaestor/scanners/internal/apkfile"
	"quaestor/scanners/inventory"
)

const testdata = "../../apk/testdata/"

func read(tb testing.TB, name string) []byte {
	tb.Helper()
	data, err := os.ReadFile(testdata + name)
	if err != nil {
		tb.Fatal(err)
	}
	return data
}

func container(tb testing.TB, data []byte) (*bytes.Reader, *apkfile.File) {
	tb.Helper()
	r := bytes.NewReader(data)
	f, err := apkfile.Open(r, r.Size())
	if err != nil {
		tb.Fatal(err)
	}
	return r, f
}

func check(tb testing.TB, data []byte, minSDK int) (Result, error) {
	tb.Helper()
	r, f := container(tb, data)
	return Verify(context.Background(), r, r.Size(), f, minSDK)
}

func open(tb testing.TB, data []byte, minSDK int) *Check {
	tb.Helper()
	r, f := container(tb, data)
	c, err := Open(context.Background(), r, r.Size(), f, minSDK)
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

// ourKey is the SHA-256 of the certificate that signs the test data.
func ourKey(t *testing.T) string {
	t.Helper()
	block, _ := pem.Decode(read(t, "keys/test.x509.pem"))
	sum := sha256.Sum256(block.Bytes)
	return hex.EncodeToString(sum[:])
}

func TestCheck(t *testing.T) {
	key := ourKey(t)
	for _, tc := range []struct {
		name    string
		minSDK  int
		state   inventory.SignatureState
		schemes string
		err     string
	}{
		{"plain.apk", 21, inventory.SignatureValid, "v1 v2 v3", ""},
		{"plain.apk", 24, inventory.SignatureValid, "v2 v3", ""},
		{"v1.apk", 21, inventory.SignatureValid, "v1", ""},
		{"v2.apk", 21, inventory.SignatureValid, "v2", "below Android 7.0"},
		{"v2.apk", 24, inventory.SignatureValid, "v2", ""},
		{"unsigned.apk", 21, inventory.SignatureUnsigned, "", ""},
	} {
		res, err := check(t, read(t, tc.name), tc.minSDK)
		if err != nil || res.State != tc.state || strings.Join(res.Schemes, " ") != tc.schemes || !strings.Contains(res.Error, tc.err) || (tc.err == "") != (res.Error == "") {
			t.Errorf("%s from %d: %+v, %v", tc.name, tc.minSDK, res, err)
		}
		if tc.state == inventory.SignatureValid && (len(res.Signers) != 1 || res.Signers[0].SHA256 != key || !res.Signers[0].Verified) {
			t.Errorf("%s: signers %+v, want %s", tc.name, res.Signers, key)
		}
	}
}

// TestTampered changes one byte of each entry: the signature no longer holds, and no signer is verified.
func TestTampered(t *testing.T) {
	for _, name := range []string{"plain.apk", "v1.apk", "v2.apk"} {
		sound := read(t, name)
		f, err := apkfile.Open(bytes.NewReader(sound), int64(len(sound)))
		if err != nil {
			t.Fatal(err)
		}
		for i := range f.Entries {
			e := &f.Entries[i]
			if err := tamper(t, name, sound, f, e); err != "" {
				t.Errorf("%s with %s changed: %s", name, e.Name, err)
			}
		}
	}
}

// tamper flips a bit in the middle of an entry and says what is wrong with the answer.
func tamper(t *testing.T, name string, sound []byte, f *apkfile.File, e *apkfile.Entry) string {
	section, _, err := f.Section(e)
	if err != nil {
		t.Fatal(err)
	}
	raw := make([]byte, section.Size())
	if _, err := section.ReadAt(raw, 0); err != nil {
		t.Fatal(err)
	}
	data := slices.Clone(sound)
	data[bytes.Index(data, raw)+len(raw)/2] ^= 0x40
	res, err := check(t, data, 21)
	if err != nil { // the entry does not unpack any more
		return ""
	}
	if isSignature(e.Name) && res.State == inventory.SignatureValid && res.Signers[0].SHA256 != ourKey(t) {
		return "" // a part of the certificate that nobody checks: it is another certificate then
	}
	if res.State != inventory.SignatureInvalid || res.Error == "" || len(res.Schemes) != 0 {
		return fmt.Sprintf("%+v", res)
	}
	if slices.ContainsFunc(res.Signers, func(s inventory.Signer) bool { return s.Verified }) {
		return "a signer is verified"
	}
	return ""
}

// TestReplacedManifest puts another sound manifest into a v1-signed file.
func TestReplacedManifest(t *testing.T) {
	for _, tc := range []struct {
		from  string
		state inventory.SignatureState
	}{{"v1.apk", inventory.SignatureValid}, {"clone.apk", inventory.SignatureInvalid}} {
		res, err := check(t, repack(t, "v1.apk", tc.from), 21)
		if err != nil || res.State != tc.state {
			t.Errorf("manifest of %s: %+v, %v", tc.from, res, err)
		}
	}
}

// repack writes an APK again with the manifest of another.
func repack(t *testing.T, apk, manifestFrom string) []byte {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	copyEntries := func(name string, manifest bool) {
		data := read(t, name)
		z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range z.File {
			if (f.Name == "AndroidManifest.xml") != manifest {
				continue
			}
			if err := w.Copy(f); err != nil {
				t.Fatal(err)
			}
		}
	}
	copyEntries(apk, false)
	copyEntries(manifestFrom, true)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// TestStripped removes the signing block from a file whose v1 signature says there is one.
func TestStripped(t *testing.T) {
	data := read(t, "plain.apk")
	data = bytes.Replace(data, []byte("APK Sig Block 42"), []byte("APK Sig Block 43"), 1)
	res, err := check(t, data, 21)
	if err != nil || res.State != inventory.SignatureInvalid {
		t.Errorf("%+v, %v", res, err)
	}
}
