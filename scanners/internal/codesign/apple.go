package codesign

import (
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"encoding/hex"
	"slices"
	"strings"
)

// Roots are the root certificates that are trusted, by their SHA-256 fingerprints. The root itself comes along with each
// signature.
type Roots map[string]bool

// Apple are the roots that Apple publishes at https://www.apple.com/certificateauthority/: Apple Root CA, its G2 and G3, and
// the root of before 2006.
func Apple() Roots {
	return Roots{
		"b0b1730ecbc7ff4505142c49f1295e6eda6bcaed7e2c68c5be91b5a11001f024": true,
		"c2b9b042dd57830e7d117dac55ac8ae19407d38e41d88f3215bc3a890444a050": true,
		"63343abfb89a6a03ebb57e9b3f5fa7be7c4f5c756f3017b3a8c488c3653e9179": true,
		"0d83b611b648a1a75eb8558400795375cad92e264ed8e9d7a757c1f5ee2bb22d": true,
	}
}

func (r Roots) has(c *x509.Certificate) bool {
	sum := sha256.Sum256(c.Raw)
	return r[hex.EncodeToString(sum[:])]
}

// ofApple reports the extensions of certificates by which Apple says what a certificate is for.
func ofApple(oid asn1.ObjectIdentifier) bool {
	return len(oid) > 5 && slices.Equal(oid[:6], asn1.ObjectIdentifier{1, 2, 840, 113635, 100, 6})
}

// isStore reports the certificates with which the App Store signs, that of phones and that of the Mac.
func isStore(c *x509.Certificate) bool {
	switch c.Subject.CommonName {
	case "Apple iPhone OS Application Signing", "Apple Mac OS Application Signing":
		return slices.Equal(c.Subject.Organization, []string{"Apple Inc."})
	}
	return false
}

// signsProfiles reports a certificate with which Apple signs provisioning profiles. Developers get certificates that lead to
// the same roots, but none with such a name.
func signsProfiles(c *x509.Certificate) bool {
	return strings.HasSuffix(c.Subject.CommonName, "Provisioning Profile Signing") && slices.Equal(c.Subject.Organization, []string{"Apple Inc."})
}

// team is the team that Apple wrote into a developer's certificate.
func team(c *x509.Certificate) string {
	if len(c.Subject.OrganizationalUnit) == 1 {
		return c.Subject.OrganizationalUnit[0]
	}
	return ""
}
