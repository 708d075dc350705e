package listing

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"regexp"
	"strings"

	"quaestor/scanners/internal/records"
	"quaestor/scanners/inventory"
)

// isSystem recognises what tells of the computer itself: Get-ComputerInfo, Win32_OperatingSystem, Win32_ComputerSystem.
func isSystem(r records.Record) bool {
	return r.HasAny("CsName", "CsCaption", "WindowsProductName") && r.HasAny("OsVersion", "OsName", "WindowsVersion", "OsBuildNumber") ||
		r.Has("Caption", "BuildNumber") && r.HasAny("OSArchitecture", "SystemDirectory", "ProductType") ||
		r.Has("Name", "Manufacturer", "Model") && r.HasAny("TotalPhysicalMemory", "DomainRole", "SystemType")
}

func readSystem(c *computer, r records.Record) {
	d := &c.device
	for _, f := range []struct {
		into    *string
		columns []string
	}{
		{&d.OSName, []string{"OsName", "WindowsProductName"}}, {&d.OSVersion, []string{"OsVersion"}}, {&d.OSBuild, []string{"OsBuildNumber", "BuildNumber"}},
		{&d.Manufacturer, []string{"CsManufacturer"}}, {&d.Model, []string{"CsModel"}}, {&d.Serial, []string{"BiosSeralNumber", "BiosSerialNumber"}},
	} {
		if *f.into == "" {
			*f.into = inventory.Text(r.Text(f.columns...))
		}
	}
	if r.Has("Caption", "BuildNumber") {
		d.OSName, d.OSVersion = inventory.Text(r.Text("Caption")), inventory.Text(r.Text("Version"))
	}
	if r.Has("Manufacturer", "Model") {
		d.Manufacturer, d.Model = inventory.Text(r.Text("Manufacturer")), inventory.Text(r.Text("Model"))
	}
	switch arch := strings.ToLower(r.Text("OSArchitecture", "OsArchitecture", "SystemType")); {
	case strings.HasPrefix(arch, "arm"):
		d.Arch = "aarch64"
	case strings.HasPrefix(arch, "64"), strings.HasPrefix(arch, "x64"):
		d.Arch = "x86_64"
	case strings.HasPrefix(arch, "32"), strings.HasPrefix(arch, "x86"):
		d.Arch = "i686"
	}
}

// certPath is the place of a certificate: the account's or the computer's, and the store.
var certPath = regexp.MustCompile(`(?i)Certificate::(LocalMachine|CurrentUser)\\([A-Za-z]+)`)

// isCertificate recognises Get-ChildItem Cert:.
func isCertificate(r records.Record) bool {
	return r.Has("Thumbprint", "Subject") && (certPath.MatchString(r.Text("PSParentPath", "PSPath")) || r.HasAny("Issuer", "NotAfter"))
}

// readCertificate keeps the authorities that are trusted. Windows shows together those that came with it and those that were added.
func readCertificate(c *computer, r records.Record) {
	m := certPath.FindStringSubmatch(r.Text("PSParentPath", "PSPath"))
	store := "a store that is not told"
	if m != nil {
		store = strings.ToLower(m[2])
	}
	thumb := strings.ToLower(r.Text("Thumbprint"))
	if _, err := hex.DecodeString(thumb); err != nil || len(thumb) != 40 {
		c.broken.Add("a certificate without a digest: " + r.Text("Subject"))
		return
	}
	switch store {
	case "authroot":
		c.shipped[thumb] = true
		return
	case "root":
	default:
		c.others.Add(store + ": " + r.Text("Subject"))
		return
	}
	cert := inventory.Certificate{SHA1: thumb, Subject: inventory.Text(r.Text("Subject")), Issuer: inventory.Text(r.Text("Issuer")), Store: "machine", Trusted: "yes",
		NotBefore: moment(r, "NotBefore"), NotAfter: moment(r, "NotAfter"), SHA256: rawDigest(r.List("RawData"))}
	if m != nil && strings.EqualFold(m[1], "CurrentUser") {
		cert.Store, cert.User = "user", inventory.UnnamedUser
	}
	if c.room() {
		cert.Device, cert.Origins = c.device.ID, c.origin(r.Line)
		c.certs = append(c.certs, cert)
	}
}

// maxRaw is the most bytes of one certificate.
const maxRaw = 64 << 10

// rawDigest is the digest of a certificate that was written as a list of numbers, "" where there is none.
func rawDigest(raw []any) string {
	if len(raw) < 100 || len(raw) > maxRaw {
		return ""
	}
	der := make([]byte, len(raw))
	for i, v := range raw {
		n, ok := v.(json.Number)
		if !ok {
			return ""
		}
		b, err := n.Int64()
		if err != nil || b < 0 || b > 255 {
			return ""
		}
		der[i] = byte(b)
	}
	sum := sha256.Sum256(der)
	return hex.EncodeToString(sum[:])
}

// authorities tells those that came with Windows from the others, once all were read. Windows shows its own few roots among those that
// were added; only the roots of others that it brings have a store of their own.
func (c *computer) authorities() {
	seen := map[string]bool{}
	kept := c.certs[:0]
	for _, cert := range c.certs {
		if cert.Store == "machine" {
			if cert.Store = inventory.MixedStore; c.shipped[cert.SHA1] {
				cert.Store = "system"
			}
		}
		cert.ID = inventory.FactID("certificate", cert.Device, cert.SHA1, cert.Store, cert.User)
		if !seen[cert.ID] {
			seen[cert.ID] = true
			kept = append(kept, cert)
		}
	}
	c.certs = kept
}
