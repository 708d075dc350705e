package webext

import (
	"crypto/sha256"
	"encoding/base64"
	"strings"
	"unicode/utf16"
)

// KeyID is the identifier that Chromium makes of the public key in a manifest, "" when that is no key.
func KeyID(key string) string {
	key = strings.Join(strings.Fields(key), "")
	der, err := base64.StdEncoding.DecodeString(key)
	if err != nil || len(der) == 0 {
		return ""
	}
	return idOf(der)
}

// PathID is the identifier that Chromium makes of the folder of an extension without a key. Windows hashes paths in UTF-16.
func PathID(folder string, windows bool) string {
	if !windows {
		return idOf([]byte(folder))
	}
	if len(folder) > 1 && folder[1] == ':' { // the letter of a drive is written large
		folder = strings.ToUpper(folder[:1]) + folder[1:]
	}
	var wide []byte
	for _, u := range utf16.Encode([]rune(folder)) {
		wide = append(wide, byte(u), byte(u>>8))
	}
	return idOf(wide)
}

// idOf writes the first half of a hash in the letters a to p.
func idOf(b []byte) string {
	sum := sha256.Sum256(b)
	id := make([]byte, 0, 32)
	for _, c := range sum[:16] {
		id = append(id, 'a'+c>>4, 'a'+c&15)
	}
	return string(id)
}

// IsID reports whether s has the form of an identifier of Chromium.
func IsID(s string) bool {
	return len(s) == 32 && strings.Trim(s, "abcdefghijklmnop") == ""
}
