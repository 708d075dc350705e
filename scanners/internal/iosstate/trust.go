package iosstate

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"

	"quaestor/scanners/internal/plist"
	"quaestor/scanners/internal/sqlite"
	"quaestor/scanners/inventory"
)

// Trusts reads TrustStore.sqlite3: the certificates that a user or a profile added, and whether web sites may rely on them.
func Trusts(ctx context.Context, db *sqlite.DB) (out []inventory.Certificate, problems []error, err error) {
	problems, err = table(ctx, db, "tsettings", []string{"data", "tset"}, func(r []any) {
		der, _ := r[0].([]byte)
		if len(der) == 0 {
			return
		}
		c := Certificate(der)
		c.Trusted = trusted(r[1])
		out = append(out, c)
	})
	return out, problems, err
}

// Certificate states what a certificate says. One that does not parse has its hash alone.
func Certificate(der []byte) inventory.Certificate {
	sum := sha256.Sum256(der)
	c := inventory.Certificate{SHA256: hex.EncodeToString(sum[:])}
	if parsed, err := x509.ParseCertificate(der); err == nil {
		from, until := parsed.NotBefore.UTC(), parsed.NotAfter.UTC()
		c.Subject, c.Issuer = inventory.Text(parsed.Subject.String()), inventory.Text(parsed.Issuer.String())
		c.NotBefore, c.NotAfter = &from, &until
	}
	return c
}

// Values of kSecTrustSettingsResult, as Apple's Security framework defines them.
const (
	resultTrustRoot   = 1
	resultTrustAsRoot = 2
	resultDeny        = 3
)

// policySSL is the object identifier of the policy for web servers, 1.2.840.113635.100.1.3, as text and in DER.
const policySSL = "1.2.840.113635.100.1.3"

var policySSLDER = []byte{0x2a, 0x86, 0x48, 0x86, 0xf7, 0x63, 0x64, 0x01, 0x03}

// trusted reads the settings beside a certificate. None at all, or an empty list, means that it is trusted for everything.
func trusted(v any) string {
	data, _ := v.([]byte)
	if s, ok := v.(string); ok {
		data = []byte(s)
	}
	if len(data) == 0 {
		return "yes"
	}
	settings, err := plist.Decode(data)
	list, ok := settings.([]any)
	switch {
	case err != nil || !ok:
		return ""
	}
	return TrustSettings(list)
}

// TrustSettings is whether web sites may rely on a certificate with a list of settings, as phones and Macs keep it. No setting at
// all means that it is trusted for everything.
func TrustSettings(list []any) string {
	if len(list) == 0 {
		return "yes"
	}
	answer := "no"
	for _, s := range list {
		if !forWeb(s) {
			continue
		}
		_, told := plist.Dict(s)["kSecTrustSettingsResult"]
		switch result := plist.Int(s, "kSecTrustSettingsResult"); {
		case result == resultDeny:
			return "no"
		case !told, result == resultTrustRoot, result == resultTrustAsRoot:
			answer = "yes"
		}
	}
	return answer
}

// forWeb reports whether a setting holds for web servers: one without a policy holds for every use.
func forWeb(s any) bool {
	switch p := plist.Get(s, "kSecTrustSettingsPolicy").(type) {
	case nil:
		return true
	case string:
		return p == policySSL
	case []byte:
		return bytes.Equal(p, policySSLDER)
	}
	return false
}
