package mactest

import (
	"strings"
	"testing"

	"quaestor/scanners/internal/applecode"
	"quaestor/scanners/internal/keychain"
	"quaestor/scanners/inventory"
)

func TestMac(t *testing.T) {
	files := Mac(t)
	program := files["Applications/Filter.app/Contents/MacOS/Main"]
	c, err := applecode.Read(strings.NewReader(program), int64(len(program)), applecode.Options{Roots: Roots(), MaxBytes: 1 << 20})
	if err != nil || c.State != inventory.SignatureValid {
		t.Errorf("%v %+v", err, c)
	}
	if certs, err := keychain.Certificates([]byte(files["Library/Keychains/System.keychain"])); err != nil || len(certs) != 2 {
		t.Errorf("%d certificates, %v", len(certs), err)
	}
}
