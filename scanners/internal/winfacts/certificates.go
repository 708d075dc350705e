package winfacts

import (
	"crypto/sha1"
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"quaestor/scanners/internal/winreg"
	"quaestor/scanners/inventory"
)

// store is a place of certificates that are trusted.
type store struct {
	path, where string
	user        *account
}

// stores are the places where Windows looks for authorities.
func (c *Collector) stores() []store {
	const own, policy = `Microsoft\SystemCertificates\`, `Policies\Microsoft\SystemCertificates\`
	list := []store{
		{`HKLM\SOFTWARE\` + own + "ROOT", "machine", nil}, {`HKLM\SOFTWARE\` + own + "AuthRoot", "system", nil},
		{`HKLM\SOFTWARE\` + policy + "ROOT", "policy", nil}, {`HKLM\SOFTWARE\Microsoft\EnterpriseCertificates\ROOT`, "enterprise", nil},
	}
	for _, u := range c.users {
		list = append(list, store{u.path(`Software\` + own + "Root"), "user", &u}, store{u.path(`Software\` + policy + "Root"), "policy", &u})
	}
	return list
}

// certificates reads the authorities that the computer and its accounts trust. What is also in the store of those that Windows
// must not trust is told as not trusted.
func (c *Collector) certificates() {
	refused := map[string]bool{}
	for _, path := range []string{`HKLM\SOFTWARE\Microsoft\SystemCertificates\Disallowed`, `HKLM\SOFTWARE\Policies\Microsoft\SystemCertificates\Disallowed`} {
		c.each(path+`\Certificates`, func(e entry) { refused[strings.ToLower(e.name)] = true })
	}
	for _, s := range c.stores() {
		c.each(s.path+`\Certificates`, func(e entry) { c.certificate(e, s, refused) })
	}
}

func (c *Collector) certificate(e entry, s store, refused map[string]bool) {
	v, _ := winreg.Find(e.values, "Blob")
	b := parseBlob(v.Data)
	if len(b.certificate) == 0 {
		c.gap(inventory.GapMalformed, c.origin(e.path)[0].Path, "A certificate that is trusted could not be read from the registry.", "Look at the certificates of the computer by hand.")
		return
	}
	sum, sum1 := sha256.Sum256(b.certificate), sha1.Sum(b.certificate)
	fact := inventory.Certificate{Device: c.Device, SHA256: hex.EncodeToString(sum[:]), SHA1: hex.EncodeToString(sum1[:]), Store: s.where, Trusted: "yes"}
	if s.user != nil {
		fact.User = inventory.Text(s.user.name)
	}
	if refused[fact.SHA1] || !b.forWebSites() {
		fact.Trusted = "no"
	}
	if cert, err := x509.ParseCertificate(b.certificate); err == nil {
		fact.Subject, fact.Issuer = inventory.Text(cert.Subject.String()), inventory.Text(cert.Issuer.String())
		if vouchesForNone(cert) {
			c.leaf(e)
			return
		}
		from, to := cert.NotBefore.UTC(), cert.NotAfter.UTC()
		fact.NotBefore, fact.NotAfter = &from, &to
	} else {
		c.gap(inventory.GapMalformed, c.origin(e.path)[0].Path, fmt.Sprintf("A certificate that is trusted does not parse: %v.", err), "Look at the certificates of the computer by hand.")
	}
	fact.ID = inventory.FactID("certificate", c.Device, fact.User, fact.SHA256)
	if s.where == "policy" || s.where == "enterprise" {
		fact.ID = inventory.FactID("certificate", c.Device, fact.User, fact.SHA256, s.where)
	}
	if _, twice := c.seen[fact.ID]; twice || len(c.Inv.Certificates) >= maxFacts {
		return
	}
	fact.Origins = c.origin(e.path)
	c.seen[fact.ID] = len(c.Inv.Certificates)
	c.Inv.Certificates = append(c.Inv.Certificates, fact)
}

// leaf notes a certificate that is not listed.
func (c *Collector) leaf(e entry) {
	const detail = "Certificates in the stores of trusted authorities are none: they can vouch for no web site, and are not listed."
	for i := range c.Inv.Gaps {
		if g := &c.Inv.Gaps[i]; g.Device == c.Device && g.Detail == detail {
			g.Count++
			return
		}
	}
	c.gap(inventory.GapSkipped, c.origin(e.path)[0].Path, detail, "").Count = 1
}

// vouchesForNone reports a certificate that cannot be used for web sites, whichever store it lies in: it says that it is no authority
// or may not sign others, and it is for something else than servers. One of the old form, or one that signed itself, says less, and counts.
func vouchesForNone(cert *x509.Certificate) bool {
	noAuthority := cert.BasicConstraintsValid && !cert.IsCA || cert.KeyUsage != 0 && cert.KeyUsage&x509.KeyUsageCertSign == 0
	named := len(cert.ExtKeyUsage)+len(cert.UnknownExtKeyUsage) > 0
	server := slices.Contains(cert.ExtKeyUsage, x509.ExtKeyUsageServerAuth) || slices.Contains(cert.ExtKeyUsage, x509.ExtKeyUsageAny)
	return noAuthority && !cert.IsCA && named && !server
}

// Properties of a certificate in the registry.
const (
	propUsage       = 9   // what it may be used for, as a list of object identifiers
	propCertificate = 32  // itself
	propNever       = 122 // what it must not be used for, likewise
	maxProperties   = 200
)

// blob is what Windows keeps of a certificate.
type blob struct{ certificate, usage, never []byte }

// parseBlob reads properties one after another: number, a number that says nothing, length, content.
func parseBlob(data []byte) blob {
	var b blob
	for range maxProperties {
		if len(data) < 12 {
			break
		}
		id, size := binary.LittleEndian.Uint32(data), uint64(binary.LittleEndian.Uint32(data[8:]))
		if data = data[12:]; size > uint64(len(data)) {
			break
		}
		switch content := data[:size]; id {
		case propUsage:
			b.usage = content
		case propNever:
			b.never = content
		case propCertificate:
			b.certificate = content
		}
		data = data[size:]
	}
	return b
}

var (
	serverAuth = asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 3, 1}
	anyUse     = asn1.ObjectIdentifier{2, 5, 29, 37, 0}
)

// forWebSites reports whether the properties let the certificate vouch for web sites. Without a list it may do everything.
func (b blob) forWebSites() bool {
	holds := func(list []byte, id asn1.ObjectIdentifier) (found, empty bool) {
		var ids []asn1.ObjectIdentifier
		if _, err := asn1.Unmarshal(list, &ids); err != nil {
			return false, true
		}
		return slices.ContainsFunc(ids, id.Equal), len(ids) == 0
	}
	if never, _ := holds(b.never, serverAuth); never {
		return false
	}
	web, empty := holds(b.usage, serverAuth)
	all, _ := holds(b.usage, anyUse)
	return web || all || empty
}
