package keybag

import (
	"context"
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/subtle"
	"hash"
)

// Open derives the keys from a password. A wrong one is [ErrWrongPassword]. It takes seconds, and ends soon after ctx.
func (k *Keybag) Open(ctx context.Context, password string) (*Keys, error) {
	secret := []byte(password)
	var err error
	if k.before > 0 { // both stretchings since iOS 10.2
		if secret, err = stretch(ctx, sha256.New, secret, k.first, k.before); err != nil {
			return nil, err
		}
	}
	if secret, err = stretch(ctx, sha1.New, secret, k.salt, k.rounds); err != nil {
		return nil, err
	}
	out := &Keys{classes: map[uint32][]byte{}, lost: map[uint32]bool{}}
	for class, c := range k.keys {
		if c.wrap != wrapPassword || len(c.wrapped) != wrappedKey {
			out.lost[class] = true
			continue
		}
		key, ok := unwrap(secret, c.wrapped)
		if !ok {
			return nil, ErrWrongPassword
		}
		out.classes[class] = key
	}
	return out, nil
}

// askEvery is after how many rounds the context is asked: some milliseconds.
const askEvery = 1 << 14

// stretch is PBKDF2 (RFC 8018) for a key of 32 bytes that ends when ctx does, which a library's does not. The state
// of the keyed hash is kept, as libraries do, so that each round hashes two blocks and not four.
func stretch(ctx context.Context, h func() hash.Hash, password, salt []byte, rounds uint32) ([]byte, error) {
	mac := hmac.New(h, password)
	var out []byte
	for block := byte(1); len(out) < keyBytes; block++ {
		mac.Reset()
		mac.Write(salt)
		mac.Write([]byte{0, 0, 0, block})
		sum := mac.Sum(nil)
		total := append([]byte(nil), sum...)
		for i := uint32(1); i < rounds; i++ {
			if i%askEvery == 0 {
				if err := ctx.Err(); err != nil {
					return nil, err
				}
			}
			mac.Reset()
			mac.Write(sum)
			sum = mac.Sum(sum[:0])
			subtle.XORBytes(total, total, sum)
		}
		out = append(out, total...)
	}
	return out[:keyBytes], ctx.Err()
}
