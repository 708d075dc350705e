package adb

import (
	"crypto/ed25519"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"slices"
	"strings"
	"testing"
	"time"

	client "quaestor/scanners/internal/adb"
	"quaestor/scanners/inventory"
)

// authority is a certificate in binary form.
func authority(t testing.TB, name string) []byte {
	t.Helper()
	key := ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))
	c := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, NotBefore: time.Unix(1e9, 0), NotAfter: time.Unix(2e9, 0), IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(nil, c, c, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return der
}

// Where a phone tells which authorities a user installed, each is read, as text or in binary form, and only files of that
// folder are asked for.
func TestAuthorities(t *testing.T) {
	f := member(t)
	dir := "/data/misc/user/0/cacerts-added"
	f.says("ls "+dir, "5ed36f99.0\n..\n../../../x\n6fa5da56.0\n")
	text := string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: authority(t, "School filter")}))
	f.says("cat "+dir+"/5ed36f99.0 "+dir+"/6fa5da56.0", text+string(authority(t, "Proxy")))
	inv, err := examined(t, f)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, c := range inv.Certificates {
		names = append(names, c.Subject)
		if c.User != "0" || c.Trusted != "yes" || len(c.SHA256) != 64 || c.Device == "" || c.ID == "" || c.NotAfter == nil {
			t.Errorf("%+v", c)
		}
	}
	slices.Sort(names)
	if !slices.Equal(names, []string{"CN=Proxy", "CN=School filter"}) {
		t.Errorf("%q", names)
	}
	if g := gapLines(inv); strings.Contains(g, "user 0: ") || !strings.Contains(g, "does not tell adb which certificate authorities") { // of user 10
		t.Error(g)
	}
	f.says("cat "+dir+"/5ed36f99.0 "+dir+"/6fa5da56.0", text+"damaged")
	if inv, err = examined(t, f); err != nil || len(inv.Certificates) != 1 || !strings.Contains(gapLines(inv), "malformed adb:R58N12ABCDE!"+dir) {
		t.Errorf("%v, %d\n%s", err, len(inv.Certificates), gapLines(inv))
	}
}

// FuzzAnswers hands an examination whatever a phone may say.
func FuzzAnswers(f *testing.F) {
	m := member(f)
	for _, command := range []string{"dumpsys user", "settings list --user 0 secure", "pm list packages -f -i -U --show-versioncode --user 10", "getprop"} {
		text := m.answers[command].Stdout
		f.Add(command, text[:min(len(text), 3000)], "", 0)
	}
	f.Add("ls /data/misc/user/0/cacerts-added", []byte("5ed36f99.0\n"), "", 0)
	f.Add("ls /data/misc/user/0/cacerts-added", []byte(""), "Permission denied", 1)
	f.Add("dumpsys appops", []byte("Can't find service: appops\n"), "", 0)
	f.Add("pm list packages -f -i -U --show-versioncode --user 10", []byte("Error: java.lang.SecurityException: user 10"), "", 255)
	f.Fuzz(func(t *testing.T, command string, stdout []byte, stderr string, exit int) {
		p := &fake{answers: map[string]client.Output{}, fails: map[string]error{}}
		p.says("dumpsys user", "Users:\n  UserInfo{0:Ann:13} serialNo=0\n  UserInfo{10:Work:30} serialNo=10\n")
		p.answers[command] = client.Output{Stdout: stdout, Stderr: []byte(stderr), Exit: exit}
		p.says("cat /data/misc/user/0/cacerts-added/5ed36f99.0", string(stdout))
		inv, err := (&examination{phone: p, serial: "x", name: "adb:x"}).run(t.Context())
		if err == nil && len(inv.Apps) == 0 {
			t.Error("nothing was found, and nothing says so")
		}
		if inv != nil && slices.ContainsFunc(inv.Gaps, func(g inventory.Gap) bool { return g.Detail == "" || g.Device == "" }) {
			t.Errorf("%+v", inv.Gaps)
		}
	})
}
