package authenticode

import (
	"bytes"
	"encoding/asn1"
	"math/big"
	"time"

	"quaestor/scanners/internal/cms"
)

// timeInfo is the beginning of TSTInfo (RFC 3161).
type timeInfo struct {
	Version int
	Policy  asn1.ObjectIdentifier
	Imprint struct {
		Algorithm struct {
			Algorithm  asn1.ObjectIdentifier
			Parameters asn1.RawValue `asn1:"optional"`
		}
		Digest []byte
	}
	Serial *big.Int
	Time   time.Time `asn1:"generalized"`
}

// tokenTime is the time that a token beside a signature states, where the token's own signature holds and is over this
// signature. Who runs the clock is not checked.
func tokenTime(signed *cms.SignedData) time.Time {
	tokens, signature := signed.Unsigned(oidToken)
	for _, token := range tokens {
		data, err := cms.ParseAs(token, oidTSTInfo)
		if err != nil {
			continue
		}
		if _, err := data.Verify(nil); err != nil {
			continue
		}
		if at, ok := readTime(data.Content, signature); ok {
			return at
		}
	}
	return time.Time{}
}

func readTime(content, signature []byte) (time.Time, bool) {
	var outer asn1.RawValue
	if _, err := asn1.Unmarshal(content, &outer); err != nil || outer.Tag != asn1.TagSequence {
		return time.Time{}, false
	}
	var info timeInfo
	rest := outer.Bytes
	for _, field := range []any{&info.Version, &info.Policy, &info.Imprint, &info.Serial} {
		var err error
		if rest, err = asn1.Unmarshal(rest, field); err != nil {
			return time.Time{}, false
		}
	}
	if _, err := asn1.UnmarshalWithParams(rest, &info.Time, "generalized"); err != nil {
		return time.Time{}, false
	}
	hash, ok := cms.Hash(info.Imprint.Algorithm.Algorithm)
	if !ok {
		return time.Time{}, false
	}
	h := hash.New()
	h.Write(signature)
	return info.Time.UTC(), bytes.Equal(h.Sum(nil), info.Imprint.Digest)
}
