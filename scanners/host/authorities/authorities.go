// Package authorities finds the certificate authorities that were added to a Linux computer: for all programs, in the
// folders of the distributions' tools, and for single users, in the databases that browsers and mail programs share (NSS).
//
// What the package cannot see: authorities that a single program brings or trusts by its own settings, those that were
// removed from or distrusted in the distribution's own list, the profiles of Firefox, and whether the tools were run
// after a file was put into a folder.
package authorities

import (
	"context"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"quaestor/scanners"
	"quaestor/scanners/internal/hostroot"
	"quaestor/scanners/internal/iosstate"
	"quaestor/scanners/internal/sqlite"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

// ID is the scanner's name.
const ID = "host/authorities"

// Limits of one computer.
const (
	maxFile         = 4 << 20
	maxCertificates = 5000
	maxSamples      = 5
	maxFolders      = 4 // below each other
)

// anchors are the folders in which the tools of Debian, Red Hat, SUSE and Arch find what an administrator adds.
var anchors = []string{
	"usr/local/share/ca-certificates", "etc/pki/ca-trust/source/anchors", "etc/pki/trust/anchors", "etc/ca-certificates/trust-source/anchors",
	"usr/share/pki/ca-trust-source/anchors", "etc/pki/ca-trust/source", "usr/local/share/certs",
}

// Scanner reads added certificate authorities.
type Scanner struct{}

// Info implements scanners.Scanner.
func (Scanner) Info() scanners.Info {
	return scanners.Info{
		ID: ID, Kind: source.KindHost, Title: "added certificate authorities",
		Platforms: []inventory.Platform{inventory.Linux}, Live: []inventory.Platform{inventory.Linux},
		Reads: []string{"/usr/local/share/ca-certificates", "/etc/pki/ca-trust/source/anchors", "/etc/pki/trust/anchors", "/etc/ca-certificates/trust-source/anchors", "~/.pki/nssdb/cert9.db", "/etc/pki/nssdb/cert9.db"},
		CannotSee: []string{
			"authorities that a single program brings or trusts by its own settings",
			"authorities of the distribution that an administrator distrusted",
		},
	}
}

// Recognise implements scanners.Scanner.
func (Scanner) Recognise(src *source.Source) bool {
	h, err := hostroot.Open(src)
	return err == nil && h.Platform() == inventory.Linux
}

// Scan implements scanners.Scanner.
func (Scanner) Scan(ctx context.Context, src *source.Source) (*inventory.Inventory, error) {
	h, err := hostroot.Open(src)
	if err != nil {
		return nil, err
	}
	inv := inventory.New()
	device := h.Device(ID)
	inv.Devices = []inventory.Device{device}
	c := collector{ctx: ctx, h: h, inv: inv, device: device.ID, seen: map[string]bool{}}
	for i, dir := range anchors {
		c.folder(dir, slices.Contains(anchors[:i], path.Join(dir, "anchors")), 0)
	}
	c.database("etc/pki/nssdb", "")
	users, _ := h.Users() // host/system reports what is wrong with the accounts
	for _, u := range users {
		c.database(path.Join(u.Home, ".pki/nssdb"), u.ID())
	}
	c.finish()
	return inv, ctx.Err()
}

type collector struct {
	ctx     context.Context
	h       *hostroot.Host
	inv     *inventory.Inventory
	device  string
	seen    map[string]bool
	bad     []string
	badness int
	full    bool
}

func (c *collector) unread(name string, err error) {
	if err == nil || errors.Is(err, fs.ErrNotExist) {
		return
	}
	g := c.h.Gap(ID, name, err)
	g.Device = c.device
	c.inv.Gaps = append(c.inv.Gaps, g)
}

// folder reads the files of a folder and, unless it is flat, of those in it.
func (c *collector) folder(dir string, flat bool, depth int) {
	entries, err := c.h.ReadDir(dir)
	c.unread(dir, err)
	for _, e := range entries {
		if c.ctx.Err() != nil {
			return
		}
		switch name := path.Join(dir, e.Name()); {
		case e.IsDir() && !flat && depth < maxFolders:
			c.folder(name, false, depth+1)
		case e.IsDir() || strings.EqualFold(e.Name(), "README"):
		default:
			c.file(name)
		}
	}
}

// file reads certificates one after another as text (PEM), or one in binary form (DER).
func (c *collector) file(name string) {
	data, err := c.h.ReadFile(name)
	if err != nil {
		c.unread(name, err)
		return
	}
	ders := certificates(data[:min(len(data), maxFile)])
	if len(ders) == 0 {
		if c.badness++; len(c.bad) < maxSamples {
			c.bad = append(c.bad, inventory.Text(c.h.Source().Join(name)))
		}
	}
	for _, der := range ders {
		c.add(der, "machine", "", "yes", name)
	}
}

// certificates are those in a file, in their order. "TRUSTED CERTIFICATE" is OpenSSL's form, in which settings of trust
// follow the certificate.
func certificates(data []byte) (out [][]byte) {
	if len(data) > 0 && data[0] == 0x30 {
		return [][]byte{data}
	}
	for len(out) < maxCertificates {
		block, rest := pem.Decode(data)
		if block == nil {
			return out
		}
		if data = rest; block.Type == "CERTIFICATE" || block.Type == "X509 CERTIFICATE" || block.Type == "TRUSTED CERTIFICATE" {
			out = append(out, first(block.Bytes))
		}
	}
	return out
}

// first is the first element of DER, without what follows it.
func first(der []byte) []byte {
	if len(der) < 4 || der[0] != 0x30 || der[1] != 0x82 {
		return der
	}
	return der[:min(len(der), 4+int(der[2])<<8+int(der[3]))]
}

// add records a certificate once for each store and user.
func (c *collector) add(der []byte, store, user, trusted, name string) {
	cert := iosstate.Certificate(der)
	cert.Device, cert.User, cert.Store, cert.Trusted = c.device, inventory.Text(user), store, trusted
	cert.ID = inventory.FactID("certificate", c.device, cert.Store, cert.User, cert.SHA256)
	if c.seen[cert.ID] {
		return
	}
	if len(c.inv.Certificates) == maxCertificates {
		c.full = true
		return
	}
	c.seen[cert.ID] = true
	cert.Origins = []inventory.Origin{c.h.Origin(ID, name, 0)}
	c.inv.Certificates = append(c.inv.Certificates, cert)
}

func (c *collector) finish() {
	gap := func(kind inventory.GapKind, detail, next string) *inventory.Gap {
		c.inv.Gaps = append(c.inv.Gaps, inventory.Gap{Scanner: ID, Device: c.device, Subject: "certificate authorities", Kind: kind, Detail: detail, Next: next})
		return &c.inv.Gaps[len(c.inv.Gaps)-1]
	}
	if c.badness > 0 {
		g := gap(inventory.GapMalformed, "Files among the added authorities hold no certificate that can be read.", "Look at the files by hand.")
		g.Count, g.Samples = c.badness, c.bad
	}
	if c.full {
		gap(inventory.GapLimit, fmt.Sprintf("More than %d certificates were added; the rest was not recorded.", maxCertificates), "Look at the folders by hand: this is far more than usual.")
	}
}

// database reads the certificates and what they are trusted for from a database of NSS.
func (c *collector) database(dir, user string) {
	name := path.Join(dir, "cert9.db")
	f, size, err := c.h.OpenAt(name)
	if err != nil {
		c.unread(name, err)
		return
	}
	defer f.Close()
	db, err := sqlite.Open(c.ctx, f, size, nil, 0)
	if err == nil {
		err = c.objects(db, user, name)
	}
	if err != nil {
		c.inv.Gaps = append(c.inv.Gaps, inventory.Gap{Scanner: ID, Device: c.device, Subject: inventory.Text(c.h.Source().Join(name)), Kind: inventory.GapMalformed,
			Detail: inventory.Text("The database of certificates does not read to its end: " + err.Error() + "."), Next: "Compare with certutil -L -d sql:FOLDER as the user."})
	}
}

// The attributes of PKCS #11 that NSS keeps as columns, and their values.
const (
	columnClass  = "a0"
	columnValue  = "a11"
	columnIssuer = "a81"
	columnSerial = "a82"
	columnServer = "ace536358" // CKA_TRUST_SERVER_AUTH

	classCertificate = 1
	classTrust       = 0xce534353 // CKO_NSS_TRUST
	trustedDelegator = 0xce534352 // CKT_NSS_TRUSTED_DELEGATOR
	notTrusted       = 0xce53435a // CKT_NSS_NOT_TRUSTED
)

// objects reads the table of objects. Only authorities that the user decided about are recorded: certificates of web
// sites and of people, which say where somebody was, are left alone.
func (c *collector) objects(db *sqlite.DB, user, name string) error {
	type key struct{ issuer, serial string }
	certs, trust := map[key][]byte{}, map[key]uint32{}
	var order []key
	problems, err := db.Rows(c.ctx, "nssPublic", []string{columnClass, columnValue, columnIssuer, columnSerial, columnServer}, func(row []any) error {
		k := key{string(blob(row[2])), string(blob(row[3]))}
		switch number(row[0]) {
		case classCertificate:
			if der := blob(row[1]); len(der) > 0 && len(certs) < maxCertificates && certs[k] == nil {
				certs[k] = slices.Clone(der)
				order = append(order, k)
			}
		case classTrust:
			if len(trust) < 2*maxCertificates {
				trust[k] = number(row[4])
			}
		}
		return nil
	})
	for _, k := range order {
		switch trust[k] {
		case trustedDelegator:
			c.add(certs[k], "user", user, "yes", name)
		case notTrusted:
			c.add(certs[k], "user", user, "no", name)
		}
	}
	return errors.Join(append(problems, err)...)
}

func blob(v any) []byte {
	b, _ := v.([]byte)
	return b
}

// number is a value of four bytes, most significant first, as NSS writes numbers. NSS writes an empty value as one byte.
func number(v any) uint32 {
	b := blob(v)
	if len(b) != 4 {
		return 0
	}
	return uint32(b[0])<<24 | uint32(b[1])<<16 | uint32(b[2])<<8 | uint32(b[3])
}
