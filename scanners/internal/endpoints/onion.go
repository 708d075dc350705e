package endpoints

import (
	"crypto/sha3"
	"encoding/base32"
	"strings"
)

// onionHost reads the address of an onion service, with or without names below it. One of the third version holds its
// own checksum; of the second, which no longer works, only length and alphabet can be checked.
func onionHost(s string) (string, bool) {
	s = strings.ToLower(strings.TrimSuffix(s, "."))
	rest, ok := strings.CutSuffix(s, ".onion")
	if !ok || len(s) > maxHost || !labels(s) {
		return "", false
	}
	label := rest[lastLabel(rest):]
	raw, err := base32.StdEncoding.DecodeString(strings.ToUpper(label))
	if err != nil {
		return "", false
	}
	switch len(label) {
	case 16:
		return s, true
	case 56:
		sum := sha3.Sum256(append(append([]byte(".onion checksum"), raw[:32]...), raw[34]))
		return s, raw[34] == 3 && sum[0] == raw[32] && sum[1] == raw[33]
	}
	return "", false
}
