package apksign

import (
	"crypto"
	"errors"
	"fmt"
	"slices"
)

// contentDigest is a way to digest the whole file.
type contentDigest int

// The content digests, the weakest first.
const (
	chunked256 contentDigest = iota
	verity256
	chunked512
	contentDigests
)

// blockAlgorithm is a signature algorithm of signing blocks.
type blockAlgorithm struct {
	name    string
	key     string
	hash    crypto.Hash
	pss     bool
	content contentDigest
	sdk     int // the first API level that knows it
}

var blockAlgorithms = map[uint32]*blockAlgorithm{
	0x0101: {"RSA-PSS with SHA-256", "RSA", crypto.SHA256, true, chunked256, 24},
	0x0102: {"RSA-PSS with SHA-512", "RSA", crypto.SHA512, true, chunked512, 24},
	0x0103: {"RSA with SHA-256", "RSA", crypto.SHA256, false, chunked256, 24},
	0x0104: {"RSA with SHA-512", "RSA", crypto.SHA512, false, chunked512, 24},
	0x0201: {"ECDSA with SHA-256", "EC", crypto.SHA256, false, chunked256, 24},
	0x0202: {"ECDSA with SHA-512", "EC", crypto.SHA512, false, chunked512, 24},
	0x0301: {"DSA with SHA-256", "DSA", crypto.SHA256, false, chunked256, 24},
	0x0421: {"RSA with SHA-256 over verity", "RSA", crypto.SHA256, false, verity256, 28},
	0x0423: {"ECDSA with SHA-256 over verity", "EC", crypto.SHA256, false, verity256, 28},
	0x0425: {"DSA with SHA-256 over verity", "DSA", crypto.SHA256, false, verity256, 28},
}

// blockSignature is one signature of a signer.
type blockSignature struct {
	id        uint32
	value     []byte
	algorithm *blockAlgorithm // nil for one that is not known
}

var errNoAlgorithm = errors.New("no signature algorithm that Android knows")

// choose picks the signatures that the API levels from min to max look at: on each the strongest that it
// knows. The number is the first API level that knows one of them.
func choose(signatures []blockSignature, maxSDK int) (chosen []blockSignature, minSDK int, err error) {
	best := make(map[int]blockSignature)
	minSDK = anySDK
	for _, s := range signatures {
		if s.algorithm == nil || s.algorithm.sdk > maxSDK {
			continue
		}
		minSDK = min(minSDK, s.algorithm.sdk)
		if have, ok := best[s.algorithm.sdk]; !ok || s.algorithm.content > have.algorithm.content {
			best[s.algorithm.sdk] = s
		}
	}
	if len(best) == 0 {
		return nil, 0, errNoAlgorithm
	}
	for _, s := range best {
		chosen = append(chosen, s)
	}
	slices.SortFunc(chosen, func(a, b blockSignature) int { return int(a.id) - int(b.id) })
	return chosen, minSDK, nil
}

// verify checks a signature over a message.
func (a *blockAlgorithm) verify(key *publicKey, message, signature []byte) error {
	if key.algorithm != a.key {
		return fmt.Errorf("the key is for %s, the signature for %s", key.algorithm, a.key)
	}
	if !key.verify(a.hash, a.pss, sum(a.hash, message), signature) {
		return fmt.Errorf("the signature (%s) does not hold", a.name)
	}
	return nil
}

// weakHash names a hash of which two contents with the same digest can be made.
func weakHash(h crypto.Hash) string {
	switch h {
	case crypto.MD5:
		return "MD5"
	case crypto.SHA1:
		return "SHA-1"
	}
	return ""
}
