package authenticode_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"quaestor/scanners/internal/codesigntest"
	"quaestor/scanners/internal/petest"
)

// tool runs Debian's osslsigncode in a folder of its own.
type tool struct {
	t    *testing.T
	dir  string
	path string
}

func newTool(t *testing.T) tool {
	t.Helper()
	path, err := exec.LookPath("osslsigncode")
	if err != nil {
		t.Skip("osslsigncode is missing; install it: apt-get install osslsigncode")
	}
	return tool{t, t.TempDir(), path}
}

func (o tool) file(name string) string { return filepath.Join(o.dir, name) }

func (o tool) write(name string, data []byte) {
	o.t.Helper()
	if err := os.WriteFile(o.file(name), data, 0o600); err != nil {
		o.t.Fatal(err)
	}
}

func (o tool) run(args ...string) (string, error) {
	cmd := exec.Command(o.path, args...)
	cmd.Dir = o.dir
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// key writes NAME.pem and NAME.key.
func (o tool) key(name string, usage x509.ExtKeyUsage) *x509.Certificate {
	o.t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		o.t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(7), Subject: pkix.Name{CommonName: name}, NotBefore: time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC),
		NotAfter: time.Date(2049, 1, 1, 0, 0, 0, 0, time.UTC), KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign, ExtKeyUsage: []x509.ExtKeyUsage{usage}, IsCA: true, BasicConstraintsValid: true}
	if usage == x509.ExtKeyUsageTimeStamping { // which has to be critical and alone
		template.ExtKeyUsage, template.IsCA, template.KeyUsage = nil, false, x509.KeyUsageDigitalSignature
		template.ExtraExtensions = []pkix.Extension{{Id: []int{2, 5, 29, 37}, Critical: true, Value: []byte{0x30, 10, 6, 8, 0x2b, 6, 1, 5, 5, 7, 3, 8}}}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		o.t.Fatal(err)
	}
	o.write(name+".pem", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
	o.write(name+".key", pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)}))
	c, err := x509.ParseCertificate(der)
	if err != nil {
		o.t.Fatal(err)
	}
	return c
}

// sign signs a program and returns the file.
func (o tool) sign(in []byte, args ...string) []byte {
	o.t.Helper()
	o.write("in.exe", in)
	os.Remove(o.file("out.exe")) // it may not be there
	if out, err := o.run(append(append([]string{"sign"}, args...), "-in", "in.exe", "-out", "out.exe")...); err != nil {
		o.t.Fatalf("%v: %v: %s", args, err, out)
	}
	data, err := os.ReadFile(o.file("out.exe"))
	if err != nil {
		o.t.Fatal(err)
	}
	return data
}

// TestAgainstTool: what a widespread tool signs is read as it was signed.
func TestAgainstTool(t *testing.T) {
	o := newTool(t)
	one, two := o.key("one", x509.ExtKeyUsageCodeSigning), o.key("two", x509.ExtKeyUsageCodeSigning)
	for _, small := range []bool{false, true} {
		plain := petest.Program{Small: small, Code: make([]byte, 1001), Strings: [][2]string{{"CompanyName", "Example"}}}.Bytes()
		for hash, digest := range map[string]string{"sha1": "SHA-1", "sha256": "SHA-256", "sha384": "SHA-384"} {
			for _, pages := range []string{"", "-ph"} {
				args := []string{"-certs", "one.pem", "-key", "one.key", "-h", hash}
				if pages != "" {
					args = append(args, pages)
				}
				signed := o.sign(plain, args...)
				res, err := read(t, signed)
				if err != nil || len(res.Signatures) != 1 || !res.Signatures[0].Holds() || res.Signatures[0].Digest != digest || !res.Signatures[0].Certificate.Equal(one) || res.Unsigned != 0 || !res.Signatures[0].Time.IsZero() {
					t.Errorf("%s %s: %+v, %v", hash, pages, res, err)
				}
				signed[0x201] ^= 1
				if res, _ = read(t, signed); res.Signatures[0].Holds() {
					t.Errorf("%s %s: a changed file is what was signed", hash, pages)
				}
			}
		}
		first := o.sign(plain, "-certs", "one.pem", "-key", "one.key", "-h", "sha1")
		res, err := read(t, o.sign(first, "-nest", "-certs", "two.pem", "-key", "two.key", "-h", "sha256"))
		if err != nil || len(res.Signatures) != 2 || !res.Signatures[0].Certificate.Equal(one) || !res.Signatures[1].Certificate.Equal(two) || !res.Signatures[0].Holds() || !res.Signatures[1].Holds() {
			t.Errorf("nested: %+v, %v", res, err)
		}
	}
}

func TestToken(t *testing.T) {
	o := newTool(t)
	o.key("one", x509.ExtKeyUsageCodeSigning)
	o.key("clock", x509.ExtKeyUsageTimeStamping)
	at := time.Date(2023, 5, 11, 10, 0, 0, 0, time.UTC)
	signed := o.sign(petest.Program{}.Bytes(), "-certs", "one.pem", "-key", "one.key", "-h", "sha256", "-TSA-certs", "clock.pem", "-TSA-key", "clock.key", "-TSA-time", "1683799200")
	res, err := read(t, signed)
	if err != nil || len(res.Signatures) != 1 || !res.Signatures[0].Holds() || !res.Signatures[0].Time.Equal(at) {
		t.Errorf("%+v, %v, want the time %v", res, err, at)
	}
}

// TestToolAgrees: what the tests sign is a signature to that tool too.
func TestToolAgrees(t *testing.T) {
	o := newTool(t)
	key := codesigntest.Stranger("T")
	o.write("root.pem", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: key.Certificate.Raw}))
	o.write("in.exe", petest.Sign(program(), key))
	out, _ := o.run("verify", "-CAfile", "root.pem", "-in", "in.exe") // it does not trust the certificate, which is right
	var now, then string
	for line := range strings.Lines(out) {
		if name, value, ok := strings.Cut(line, ":"); ok {
			switch strings.TrimSpace(name) {
			case "Current message digest":
				now = strings.TrimSpace(value)
			case "Calculated message digest":
				then = strings.TrimSpace(value)
			}
		}
	}
	if now == "" || now != then {
		t.Errorf("the tool has another digest:\n%s", out)
	}
}
