package appxmanifest

import (
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"unicode/utf16"
)

// letters are those of the publisher's id: without i, l, o and u.
var letters = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)

// PublisherID is the short form of a publisher's name that ends the family name of a package: 13 letters for the first
// eight bytes of the digest of the name.
func PublisherID(publisher string) string {
	var wide []byte
	for _, u := range utf16.Encode([]rune(publisher)) {
		wide = binary.LittleEndian.AppendUint16(wide, u)
	}
	sum := sha256.Sum256(wide)
	return letters.EncodeToString(sum[:8])
}
