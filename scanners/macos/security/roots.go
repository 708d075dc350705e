package security

import (
	"crypto/sha1"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/hex"
	"errors"
	"path"
	"strings"

	"quaestor/scanners/internal/iosstate"
	"quaestor/scanners/internal/keychain"
	"quaestor/scanners/internal/plist"
	"quaestor/scanners/inventory"
)

const maxTrusted = 5000

// authorities reads which roots were added: the certificates of the system keychain, and the lists of what the administrator and
// the users trust. A certificate that is trusted and in no keychain that may be read is told by its checksum.
func (c *collector) authorities() {
	found := map[string][]byte{} // by SHA-1
	file := c.Mac.Mac("Library/Keychains/System.keychain")
	inSystem := c.keychain(file)
	for _, der := range inSystem {
		found[fingerprint(der)] = der
	}
	for _, u := range c.Users {
		for _, name := range []string{"login.keychain-db", "login.keychain"} {
			for _, der := range c.keychain(path.Join(u.Home, "Library/Keychains", name)) {
				found[fingerprint(der)] = der
			}
		}
	}
	told := map[string]bool{}
	dir := c.Mac.Mac("Library/Security/Trust Settings")
	for _, name := range c.Names(dir, ".plist") {
		c.trusted(path.Join(dir, name), found, told)
	}
	for _, der := range inSystem {
		if sum := fingerprint(der); !told[sum] && authority(der) {
			told[sum] = true
			cert := iosstate.Certificate(der)
			cert.Trusted = "no" // without settings macOS takes it for no root
			c.certificate(cert, sum, "machine", file)
		}
	}
}

func fingerprint(der []byte) string {
	sum := sha1.Sum(der)
	return hex.EncodeToString(sum[:])
}

// authority reports a certificate that may vouch for others.
func authority(der []byte) bool {
	cert, err := x509.ParseCertificate(der)
	return err == nil && cert.IsCA
}

func (c *collector) keychain(file string) [][]byte {
	data := c.Bytes(file)
	if data == nil {
		return nil
	}
	certs, err := keychain.Certificates(data)
	if err != nil {
		g := c.Note(file, inventory.GapMalformed, inventory.Text("Certificates of the keychain could not be read: "+err.Error()+"."), "List them with security find-certificate -a and compare by hand.")
		if errors.Is(err, keychain.ErrFormat) {
			g.Kind = inventory.GapUnsupported
		}
	}
	return certs
}

// trusted reads one list of trust settings: that of the administrator, or of one user.
func (c *collector) trusted(file string, found map[string][]byte, told map[string]bool) {
	store := "user"
	if strings.HasSuffix(file, "/Admin.plist") {
		store = "machine"
	}
	list := plist.Dict(c.Plist(file), "trustList")
	c.cut(file, len(list), maxTrusted)
	for i, name := range sortedKeys(list) {
		sum := strings.ToLower(name)
		if b, err := hex.DecodeString(sum); err != nil || len(b) != sha1.Size || i >= maxTrusted {
			continue // a default, which is for no certificate
		}
		cert := inventory.Certificate{}
		if der := found[sum]; der != nil {
			cert = iosstate.Certificate(der)
		} else {
			cert.Issuer = issuer(plist.Bytes(list, name, "issuerName"))
		}
		cert.Trusted = iosstate.TrustSettings(plist.List(list, name, "trustSettings"))
		told[sum] = true
		c.certificate(cert, sum, store, file)
	}
}

// issuer is the name that a list of trust settings keeps of a certificate, empty where it cannot be read.
func issuer(der []byte) string {
	var names pkix.RDNSequence
	if _, err := asn1.Unmarshal(der, &names); err != nil {
		return ""
	}
	return inventory.Text(names.String())
}

func (c *collector) certificate(cert inventory.Certificate, sum, store, file string) {
	cert.Device, cert.SHA1, cert.Store = c.Device, sum, store
	cert.ID = inventory.FactID("certificate", c.Device, store, sum)
	cert.Origins = c.From(file)
	if c.told[cert.ID] {
		return
	}
	c.told[cert.ID] = true
	c.Inv.Certificates = append(c.Inv.Certificates, cert)
}
