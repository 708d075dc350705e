package nssdb

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	_ "modernc.org/sqlite"

	"quaestor/scanners/internal/sqlite"
)

func be(n uint32) []byte { return binary.BigEndian.AppendUint32(nil, n) }

// object is a row of the table.
type object struct {
	class                 uint32
	value, issuer, serial string
	server                uint32
	newServer             uint32
}

// write makes a database as NSS does, with as many columns as matter.
func write(t testing.TB, objects []object) []byte {
	t.Helper()
	name := filepath.Join(t.TempDir(), "cert9.db")
	db, err := sql.Open("sqlite", name)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec("CREATE TABLE nssPublic (id PRIMARY KEY UNIQUE ON CONFLICT ABORT, a0, a1, a3, a11, a81, a82, a62c, ace536358)"); err != nil {
		t.Fatal(err)
	}
	for i, o := range objects {
		var server, newServer any
		if o.server != 0 {
			server = be(o.server)
		}
		if o.newServer != 0 {
			newServer = be(o.newServer)
		}
		if _, err := db.Exec("INSERT INTO nssPublic VALUES (?,?,?,?,?,?,?,?,?)", i, be(o.class), []byte{1}, nil, []byte(o.value), []byte(o.issuer), []byte(o.serial), newServer, server); err != nil {
			t.Fatal(err)
		}
	}
	db.Close()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func read(t *testing.T, data []byte) []string {
	t.Helper()
	list, problems, err := Read(context.Background(), bytes.NewReader(data), int64(len(data)), nil, 0)
	if err != nil || len(problems) != 0 {
		t.Fatal(err, problems)
	}
	var out []string
	for _, c := range list {
		out = append(out, fmt.Sprintf("%s %s", c.DER, c.Trust))
	}
	return out
}

var objects = []object{
	{class: 1, value: "A", issuer: "i", serial: "1"}, {class: classNSSTrust, issuer: "i", serial: "1", server: nssTrustedIssuer},
	{class: 1, value: "B", issuer: "i", serial: "2"}, {class: classNSSTrust, issuer: "i", serial: "2", server: 0xce534353},
	{class: 1, value: "C", issuer: "i", serial: "3"}, {class: classNSSTrust, issuer: "i", serial: "3", server: nssTrusted},
	{class: 1, value: "D", issuer: "i", serial: "4"}, {class: classNSSTrust, issuer: "i", serial: "4", server: nssNotTrusted}, {class: classTrust, issuer: "i", serial: "4", newServer: anchor},
	{class: 1, value: "E", issuer: "j", serial: "1"}, {class: classTrust, issuer: "j", serial: "1", newServer: anchor},
	{class: 2, value: "a key"}, {class: 1},
}

func TestRead(t *testing.T) {
	if got, want := read(t, write(t, objects)), []string{"A anchor", "B ", "C peer", "D distrusted", "E anchor"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestNoDatabase(t *testing.T) {
	for _, data := range [][]byte{nil, []byte("text"), bytes.Repeat([]byte{0}, 4096)} {
		if _, _, err := Read(context.Background(), bytes.NewReader(data), int64(len(data)), nil, 0); !errors.Is(err, sqlite.ErrFormat) {
			t.Errorf("%d bytes: %v", len(data), err)
		}
	}
}

// TestCertutil reads a database that NSS's own program wrote.
func TestCertutil(t *testing.T) {
	for _, tool := range []string{"certutil", "openssl"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("needs %s (libnss3-tools, openssl)", tool)
		}
	}
	dir := t.TempDir()
	run := func(name string, args ...string) {
		t.Helper()
		if out, err := exec.Command(name, args...).CombinedOutput(); err != nil {
			t.Fatalf("%s: %v: %s", name, err, out)
		}
	}
	run("certutil", "-N", "-d", "sql:"+dir, "--empty-password")
	marks := map[string]string{"C,,": "anchor", ",C,": "", "P,,": "peer", "p,p,p": "distrusted"}
	for marked := range marks {
		file := filepath.Join(dir, "x.pem")
		run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", filepath.Join(dir, "key"), "-out", file, "-subj", "/CN=Marked "+marked)
		run("certutil", "-A", "-d", "sql:"+dir, "-n", marked, "-t", marked, "-i", file)
	}
	data, err := os.ReadFile(filepath.Join(dir, "cert9.db"))
	if err != nil {
		t.Fatal(err)
	}
	list, problems, err := Read(context.Background(), bytes.NewReader(data), int64(len(data)), nil, 0)
	if err != nil || len(problems) != 0 || len(list) != len(marks) {
		t.Fatal(list, problems, err)
	}
	for _, c := range list {
		for marked, want := range marks {
			if bytes.Contains(c.DER, []byte("Marked "+marked)) && c.Trust != want {
				t.Errorf("%q is %q, want %q", marked, c.Trust, want)
			}
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add(write(f, objects))
	f.Fuzz(func(t *testing.T, data []byte) {
		list, _, _ := Read(context.Background(), bytes.NewReader(data), int64(len(data)), nil, 0)
		if len(list) > maxCertificates {
			t.Errorf("%d certificates", len(list))
		}
	})
}
