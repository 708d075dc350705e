package adbsim

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"math/big"
	"time"
)

// Auth is how a phone meets a computer that it does not know.
type Auth int

const (
	// Trusting asks for no key, as an emulator or a phone whose owner allowed this computer before.
	Trusting Auth = iota
	// Refusing asks for a key and shows a question that nobody answers.
	Refusing
	// Asking lets the computer in once its key was shown to the owner, and knows the key afterwards.
	Asking
)

const (
	authToken     = 1
	authSignature = 2
	authPublicKey = 3
)

// authenticate goes on until the computer may come in. It returns an error when the connection ends before.
func (a *attachment) authenticate() error {
	if a.phone.Auth == Trusting {
		return nil
	}
	token := bytes.Repeat([]byte{0x5a}, 20)
	if err := a.send(packet{cmdAUTH, authToken, 0, token}); err != nil {
		return err
	}
	for {
		p, err := readPacket(a.r, true)
		if err != nil {
			return err
		}
		switch {
		case p.cmd != cmdAUTH:
			return errors.New("something else than AUTH before the computer may come in")
		case p.arg0 == authSignature && a.phone.knows(token, p.data):
			return nil
		case p.arg0 == authSignature:
			err = a.send(packet{cmdAUTH, authToken, 0, token})
		case p.arg0 == authPublicKey && a.phone.Auth == Asking:
			time.Sleep(20 * time.Millisecond) // the owner reads the question
			return a.phone.learn(p.data)
		}
		if err != nil {
			return err
		}
	}
}

// knows says whether one of the keys that the owner allowed made the signature.
func (p *Phone) knows(token, signature []byte) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.Auth != Asking {
		return false
	}
	for _, k := range p.keys {
		// The token is signed as if it were a SHA-1 digest.
		if rsa.VerifyPKCS1v15(k, crypto.SHA1, token, signature) == nil {
			return true
		}
	}
	return false
}

// learn keeps a public key in the form that adb sends: base64 of Android's own structure, a space, and who it is.
func (p *Phone) learn(data []byte) error {
	text, _, _ := bytes.Cut(bytes.TrimRight(data, "\x00"), []byte(" "))
	b, err := base64.StdEncoding.DecodeString(string(text))
	if err != nil || len(b) != 524 {
		return errors.New("not a public key of adb")
	}
	modulus := bytes.Clone(b[8 : 8+256])
	for i, j := 0, len(modulus)-1; i < j; i, j = i+1, j-1 {
		modulus[i], modulus[j] = modulus[j], modulus[i]
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.keys = append(p.keys, &rsa.PublicKey{N: new(big.Int).SetBytes(modulus), E: int(binary.LittleEndian.Uint32(b[520:]))})
	return nil
}

// Knows says how many computers the phone's owner allowed.
func (p *Phone) Knows() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.keys)
}
