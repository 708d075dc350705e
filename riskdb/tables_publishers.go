package riskdb

import (
	"strings"

	"quaestor/scanners/inventory"
)

// Identifier kinds of desktop software.
const (
	// AuthenticodeSubject, of vendors only, is who signed a Windows program: "CN=…, O=…" as [Authenticode] writes
	// it. It proves the signer where the signature holds, never by a part of the name.
	AuthenticodeSubject inventory.IdentifierKind = "authenticode-subject"
	// AuthenticodeThumbprint, of vendors only, is the SHA-1 of such a certificate. Certificates change every few
	// years, so that another one says nothing.
	AuthenticodeThumbprint inventory.IdentifierKind = "authenticode-thumbprint"
	// PublisherName, of vendors only, is what Windows shows as the publisher, or a file as its company: text that
	// anybody can write.
	PublisherName inventory.IdentifierKind = "publisher"
	// UninstallKey is the name of a program's key below Uninstall in the registry, where that is no product code.
	UninstallKey = inventory.UninstallKey
	// MSIProductCode and MSIUpgradeCode are GUIDs in braces. A product code changes with each version.
	MSIProductCode                          = inventory.MSIProductCode
	MSIUpgradeCode inventory.IdentifierKind = "msi-upgrade-code"
	// ChromeExtension is the identifier of an extension in the Chrome Web Store: 32 letters from a to p.
	ChromeExtension = inventory.ChromeExtension
)

// Marks adds identifiers to a product or vendor whose row stands in another file, so that a list from one source
// stays one file. The compiler moves them there; a database holds none.
type Marks struct {
	Of          string       `yaml:"of"` // Product.ID or Vendor.ID
	Identifiers []Identifier `yaml:"identifiers"`
}

// Authenticode writes the subject of a signing certificate as an [AuthenticodeSubject] does: its common name and
// organisation. Country and place are left out, which sources give in many ways. A subject without a common name
// is empty.
func Authenticode(subject string) string {
	cn, o := attribute(subject, "CN"), attribute(subject, "O")
	switch {
	case cn == "":
		return ""
	case o == "":
		return "CN=" + cn
	}
	return "CN=" + cn + ", O=" + o
}

// attribute finds the first value of an attribute in a distinguished name: CN="Example, Inc.", O=Example\, Inc.
func attribute(dn, name string) string {
	for dn != "" {
		var part string
		part, dn = nextAttribute(dn)
		key, value, ok := strings.Cut(part, "=")
		if ok && strings.EqualFold(strings.TrimSpace(key), name) {
			return joinWords(unquoted(strings.TrimSpace(value)))
		}
	}
	return ""
}

// nextAttribute cuts at the first comma, semicolon or plus that is neither quoted nor escaped.
func nextAttribute(dn string) (part, rest string) {
	quoted := false
	for i := 0; i < len(dn); i++ {
		switch dn[i] {
		case '\\':
			i++
		case '"':
			quoted = !quoted
		case ',', ';', '+':
			if !quoted {
				return dn[:i], dn[i+1:]
			}
		}
	}
	return dn, ""
}

// unquoted takes quotes off, and the backslash before a character that is no letter or digit.
func unquoted(s string) string {
	if len(s) > 1 && s[0] == '"' && s[len(s)-1] == '"' {
		s = strings.ReplaceAll(s[1:len(s)-1], `""`, `"`)
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) && strings.IndexByte(`,;+"\<>=# `, s[i+1]) >= 0 {
			i++
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// signedBy finds the vendors that sign with the subject. One that is listed by its common name alone, because
// its source gives no organisation, is found where no other is.
func (db *DB) signedBy(subject string) []Match {
	if found := db.identifiers[key(AuthenticodeSubject, Authenticode(subject))]; len(found) > 0 {
		return found
	}
	if cn := attribute(subject, "CN"); cn != "" {
		return db.identifiers[key(AuthenticodeSubject, "CN="+cn)]
	}
	return nil
}
