package inventory

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"unicode/utf8"
)

// MaxText is the most bytes that one piece of foreign text may take in an inventory.
const MaxText = 2048

// Text makes foreign bytes fit to be stored: valid UTF-8, at most [MaxText] bytes. Control characters and
// bidirectional marks are kept, because they are facts about the app; writers escape them.
func Text(s string) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	if len(s) <= MaxText {
		return s
	}
	cut := MaxText - len("…")
	for cut > 0 && !utf8.RuneStart(s[cut]) {
		cut--
	}
	return s[:cut] + "…"
}

// DeviceID makes a stable identifier from what distinguishes a device, most stable first: a serial number
// alone when there is one, else host name or the hash of the dump.
func DeviceID(p Platform, parts ...string) string {
	return shortHash(string(p)+"-", parts...)
}

// AppID is the identifier of an app on a device; for an APK file without a device, device is empty and
// extra holds the SHA-256 of the base APK, so that two builds of one package stay two apps.
func AppID(device string, kind IdentifierKind, identifier string, extra ...string) string {
	return shortHash("app-", append([]string{device, string(kind), identifier}, extra...)...)
}

// FactID is the identifier of any other fact, made from what makes it unique.
func FactID(kind string, parts ...string) string {
	return shortHash(kind+"-", parts...)
}

// shortHash is half of a digest of the parts, behind a prefix.
func shortHash(prefix string, parts ...string) string {
	var buf, out [256]byte // of a fleet millions are made
	b := buf[:0]
	for _, p := range parts {
		b = append(append(b, p...), 0)
	}
	sum := sha256.Sum256(b)
	return string(hex.AppendEncode(append(out[:0], prefix...), sum[:8]))
}
