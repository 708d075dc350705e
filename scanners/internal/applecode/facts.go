package applecode

import (
	"cmp"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"quaestor/scanners/internal/plist"
	"quaestor/scanners/inventory"
)

const maxValues = 500 // of a list

// Signer is a certificate as it is shown. A developer's address is left out.
func Signer(c *x509.Certificate, verified bool) inventory.Signer {
	s256, s1 := sha256.Sum256(c.Raw), sha1.Sum(c.Raw)
	s := inventory.Signer{SHA256: hex.EncodeToString(s256[:]), SHA1: hex.EncodeToString(s1[:]), Subject: subject(c), Scheme: "apple", Verified: verified,
		NotBefore: storable(c.NotBefore), NotAfter: storable(c.NotAfter)}
	switch key := c.PublicKey.(type) {
	case *rsa.PublicKey:
		s.Key, s.KeyBits = "RSA", key.N.BitLen()
	case *ecdsa.PublicKey:
		s.Key, s.KeyBits = "EC", key.Curve.Params().BitSize
	}
	return s
}

func subject(c *x509.Certificate) string {
	var parts []string
	add := func(what string, values ...string) {
		for _, v := range values {
			words := strings.Fields(v)
			for i, w := range words {
				if strings.Contains(w, "@") {
					words[i] = "(address)"
				}
			}
			if len(words) > 0 {
				parts = append(parts, what+"="+strings.Join(words, " "))
			}
		}
	}
	add("CN", c.Subject.CommonName)
	add("OU", c.Subject.OrganizationalUnit...)
	add("O", c.Subject.Organization...)
	add("C", c.Subject.Country...)
	return inventory.Text(strings.Join(parts, ", "))
}

// storable is a time that JSON can hold, nil for others.
func storable(t time.Time) *time.Time {
	if t.Year() < 1 || t.Year() > 9999 {
		return nil
	}
	t = t.UTC()
	return &t
}

// Entitlements are the rights that a program claims.
func Entitlements(rights map[string]any) []inventory.Entitlement {
	var list []inventory.Entitlement
	for name, v := range rights {
		list = append(list, inventory.Entitlement{Name: inventory.Text(name), Values: values(v)})
	}
	slices.SortFunc(list, func(a, b inventory.Entitlement) int { return cmp.Compare(a.Name, b.Name) })
	return list[:min(len(list), maxValues)]
}

// values are those of a right: yes or no, a text, the elements of a list or the keys of a dictionary.
func values(v any) []string {
	switch v := v.(type) {
	case bool:
		if v {
			return []string{"true"}
		}
		return []string{"false"}
	case string:
		return []string{inventory.Text(v)}
	case []any:
		return short(plist.Texts(v))
	case map[string]any:
		keys := make([]string, 0, len(v))
		for k := range v {
			keys = append(keys, k)
		}
		slices.Sort(keys)
		return short(keys)
	}
	return nil
}

// short is a list of texts, each once.
func short(list []string) []string {
	out := make([]string, 0, len(list))
	for _, s := range list[:min(len(list), maxValues)] {
		out = append(out, inventory.Text(s))
	}
	slices.Sort(out)
	return slices.Compact(out)
}
