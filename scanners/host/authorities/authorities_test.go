package authorities

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"encoding/pem"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"quaestor/scanners"
	"quaestor/scanners/internal/hostroot/hosttest"
	"quaestor/scanners/inventory"
)

var _ scanners.Scanner = Scanner{}

func authority(t testing.TB, name string) []byte {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{SerialNumber: big.NewInt(int64(len(name))), Subject: pkix.Name{CommonName: name, Organization: []string{"Example"}}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Unix(1_700_000_000, 0), NotAfter: time.Unix(1_900_000_000, 0)}
	der, err := x509.CreateCertificate(rand.Reader, c, c, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return der
}

func text(ders ...[]byte) string {
	var out []byte
	for _, der := range ders {
		out = append(out, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})...)
	}
	return string(out)
}

func summary(inv *inventory.Inventory) (out []string) {
	for _, c := range inv.Certificates {
		out = append(out, strings.Join([]string{c.Subject, c.Store, c.User, c.Trusted}, "|"))
	}
	slices.Sort(out)
	return out
}

func TestAnchors(t *testing.T) {
	one, two, three := authority(t, "One"), authority(t, "Second"), authority(t, "Number three")
	inv := hosttest.Scan(t, Scanner{}, map[string]string{
		"usr/local/share/ca-certificates/office/one.crt":   "comment\n" + text(one),
		"usr/local/share/ca-certificates/two.crt":          text(two, one),
		"etc/pki/ca-trust/source/anchors/three.der":        string(three),
		"etc/pki/ca-trust/source/README":                   "put files here",
		"etc/ca-certificates/trust-source/anchors/nothing": "no certificate",
		"etc/pki/ca-trust/source/openssl.pem":              string(pem.EncodeToMemory(&pem.Block{Type: "TRUSTED CERTIFICATE", Bytes: append(slices.Clone(two), 0x30, 0)})),
	})
	want := []string{"CN=Number three,O=Example|machine||yes", "CN=One,O=Example|machine||yes", "CN=Second,O=Example|machine||yes"}
	if got := summary(inv); !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
	sum := sha256.Sum256(one)
	for _, c := range inv.Certificates {
		if c.ID == "" || c.Device != inv.Devices[0].ID || len(c.Origins) != 1 || c.NotAfter == nil || c.Issuer != c.Subject {
			t.Errorf("%+v", c)
		}
		if c.Subject == "CN=One,O=Example" && c.SHA256 != hex.EncodeToString(sum[:]) {
			t.Errorf("hash %s", c.SHA256)
		}
	}
	if len(inv.Gaps) != 1 || inv.Gaps[0].Kind != inventory.GapMalformed || inv.Gaps[0].Count != 1 {
		t.Errorf("gaps %+v", inv.Gaps)
	}
}

// TestNSS reads a database that NSS's own tool wrote.
func TestNSS(t *testing.T) {
	if _, err := exec.LookPath("certutil"); err != nil {
		t.Skip("certutil (libnss3-tools) is not installed")
	}
	dir := t.TempDir()
	certutil := func(args ...string) {
		t.Helper()
		if out, err := exec.Command("certutil", append([]string{"-d", "sql:" + dir}, args...)...).CombinedOutput(); err != nil {
			t.Fatalf("certutil %q: %v\n%s", args, err, out)
		}
	}
	certutil("-N", "--empty-password")
	for name, trust := range map[string]string{"Inspection": "C,,", "Distrusted": "p,,", "Mail alone": ",C,", "No decision": ",,"} {
		p := filepath.Join(t.TempDir(), "c.pem")
		if err := os.WriteFile(p, []byte(text(authority(t, name))), 0o644); err != nil {
			t.Fatal(err)
		}
		certutil("-A", "-n", name, "-t", trust, "-i", p)
	}
	data, err := os.ReadFile(filepath.Join(dir, "cert9.db"))
	if err != nil {
		t.Fatal(err)
	}
	inv := hosttest.Scan(t, Scanner{}, map[string]string{"etc/os-release": "ID=x\n", "etc/passwd": "ann:x:1000:1000::/home/ann:/bin/sh\n", "home/ann/.pki/nssdb/cert9.db": string(data)})
	want := []string{"CN=Distrusted,O=Example|user|1000|no", "CN=Inspection,O=Example|user|1000|yes"}
	if got := summary(inv); !slices.Equal(got, want) || len(inv.Gaps) > 0 {
		t.Errorf("got %q, gaps %+v", got, inv.Gaps)
	}
}

func TestBrokenDatabase(t *testing.T) {
	for name, content := range map[string]string{"text": "no database", "cut": "SQLite format 3\x00"} {
		inv := hosttest.Scan(t, Scanner{}, map[string]string{"etc/pki/nssdb/cert9.db": content})
		if len(inv.Gaps) != 1 || inv.Gaps[0].Kind != inventory.GapMalformed {
			t.Errorf("%s: gaps %+v", name, inv.Gaps)
		}
	}
}

func FuzzCertificates(f *testing.F) {
	der := authority(f, "Seed")
	f.Add([]byte(text(der)))
	f.Add(der)
	f.Add([]byte(pem.EncodeToMemory(&pem.Block{Type: "TRUSTED CERTIFICATE", Bytes: der})))
	f.Fuzz(func(t *testing.T, data []byte) {
		total := 0
		for _, der := range certificates(data) {
			total += len(der)
		}
		if total > len(data) {
			t.Errorf("%d bytes of certificates in %d bytes", total, len(data))
		}
	})
}
