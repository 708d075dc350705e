// Package keybag reads the keybag of an encrypted backup of an iPhone, and opens it with the backup's password: the
// password, stretched by PBKDF2, unwraps one key for each protection class, and these unwrap the keys of the files.
//
// What the package cannot see: keybags that only the phone itself can open (class keys wrapped with its hardware key).
package keybag

import (
	"crypto/aes"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
)

// Limits of a keybag. Real ones are 1 to 2 kB long and hold eleven to twenty class keys. Since iOS 10.2 the password is
// stretched ten million times; earlier, ten thousand.
const (
	maxBytes   = 64 << 10
	maxKeys    = 64
	MaxRounds  = 50_000_000 // of both stretchings together
	maxSalt    = 1024
	wrappedKey = 40 // a key of 32 bytes in the wrapping of RFC 3394
	keyBytes   = 32
)

// wrapPassword is the bit of a class key that says it is wrapped with the password.
const wrapPassword = 2

// Errors that callers tell apart.
var (
	// ErrWrongPassword is that the password does not open the keybag.
	ErrWrongPassword = errors.New("the password does not open this backup; check it and try again")
	// ErrLimit is that opening the keybag would take longer than any real one does.
	ErrLimit = errors.New("a limit on the keybag was reached")
)

// classKey is the key of a protection class.
type classKey struct {
	wrap    uint32
	wrapped []byte
}

// Keybag is a keybag that was read and not opened.
type Keybag struct {
	salt   []byte // of the second stretching, with SHA-1
	rounds uint32
	first  []byte // salt of the first stretching, with SHA-256; none before iOS 10.2
	before uint32 // its rounds
	keys   map[uint32]*classKey
}

// Parse reads a keybag: tags of four letters, each with a length and a value. The attributes of the bag come first, then
// the class keys, each of which begins with its UUID.
func Parse(data []byte) (*Keybag, error) {
	if len(data) > maxBytes {
		return nil, fmt.Errorf("%w: %d bytes, of which at most %d are read", ErrLimit, len(data), maxBytes)
	}
	p := parser{bag: Keybag{keys: map[uint32]*classKey{}}}
	for at := 0; at < len(data); {
		if len(data)-at < 8 {
			return nil, fmt.Errorf("the keybag breaks off in its last %d bytes", len(data)-at)
		}
		tag, size := string(data[at:at+4]), binary.BigEndian.Uint32(data[at+4:])
		at += 8
		if uint64(size) > uint64(len(data)-at) {
			return nil, fmt.Errorf("the keybag's %q claims %d bytes, and %d are left", tag, size, len(data)-at)
		}
		if err := p.take(tag, data[at:at+int(size)]); err != nil {
			return nil, err
		}
		at += int(size)
	}
	p.finish()
	if len(p.bag.keys) == 0 {
		return nil, errors.New("the keybag holds no class key")
	}
	return &p.bag, p.bag.check()
}

// parser is a keybag that is being read.
type parser struct {
	bag     Keybag
	uuids   int
	current *classKey
	class   uint32
	classed bool
}

// take reads one tag. Tags of no known name are not needed to open the bag.
func (p *parser) take(tag string, value []byte) error {
	if tag == "UUID" {
		if p.uuids++; p.uuids > 1 {
			p.finish()
			p.current = &classKey{}
		}
		if p.uuids > maxKeys {
			return fmt.Errorf("%w: more than %d class keys", ErrLimit, maxKeys)
		}
		return nil
	}
	if p.current == nil {
		return p.attribute(tag, value)
	}
	switch tag {
	case "CLAS":
		p.classed = true
		return number(tag, value, &p.class)
	case "WRAP":
		return number(tag, value, &p.current.wrap)
	case "WPKY":
		p.current.wrapped = value
	}
	return nil
}

func (p *parser) attribute(tag string, value []byte) error {
	switch tag {
	case "SALT":
		p.bag.salt = value
	case "DPSL":
		p.bag.first = value
	case "ITER":
		return number(tag, value, &p.bag.rounds)
	case "DPIC":
		return number(tag, value, &p.bag.before)
	}
	return nil
}

// finish keeps the class key that was read. Of two for one class the first counts.
func (p *parser) finish() {
	if p.current != nil && p.classed && p.bag.keys[p.class] == nil {
		p.bag.keys[p.class] = p.current
	}
	p.current, p.classed = nil, false
}

func number(tag string, value []byte, to *uint32) error {
	if len(value) != 4 {
		return fmt.Errorf("the keybag's %q has %d bytes instead of 4", tag, len(value))
	}
	*to = binary.BigEndian.Uint32(value)
	return nil
}

// check refuses what cannot be opened, or only after longer than any real keybag takes.
func (k *Keybag) check() error {
	switch rounds := k.Rounds(); {
	case rounds > MaxRounds:
		return fmt.Errorf("%w: the password would have to be stretched %d times, and %d is the most that is done", ErrLimit, rounds, MaxRounds)
	case len(k.salt) > maxSalt || len(k.first) > maxSalt:
		return fmt.Errorf("%w: a salt of more than %d bytes", ErrLimit, maxSalt)
	case k.rounds == 0:
		return errors.New("the keybag does not say how often the password is stretched")
	case k.before > 0 && len(k.first) == 0:
		return errors.New("the keybag states rounds of its first stretching, and no salt")
	}
	for _, c := range k.keys {
		if c.wrap&wrapPassword != 0 && len(c.wrapped) == wrappedKey {
			return nil
		}
	}
	return errors.New("no key in the keybag is wrapped with a password")
}

// Rounds is how often the password is stretched to open the keybag.
func (k *Keybag) Rounds() uint64 { return uint64(k.before) + uint64(k.rounds) }

// Keys are the class keys of a keybag that was opened.
type Keys struct {
	classes map[uint32][]byte
	lost    map[uint32]bool // wrapped otherwise than with the password alone
}

// FileKey unwraps the key of a file of a protection class.
func (k *Keys) FileKey(class uint32, wrapped []byte) ([]byte, error) {
	kek, ok := k.classes[class]
	switch {
	case !ok && k.lost[class]:
		return nil, fmt.Errorf("files of protection class %d can only be read on the phone itself", class)
	case !ok:
		return nil, fmt.Errorf("the keybag has no key for protection class %d", class)
	case len(wrapped) != wrappedKey:
		return nil, fmt.Errorf("the key of the file has %d bytes instead of %d", len(wrapped), wrappedKey)
	}
	key, ok := unwrap(kek, wrapped)
	if !ok {
		return nil, errors.New("the key of the file does not belong to this keybag, or is damaged")
	}
	return key, nil
}

// String keeps the keys out of whatever prints them.
func (k *Keys) String() string { return strings.Repeat("*", 8) }

// GoString does the same for %#v.
func (k *Keys) GoString() string { return k.String() }

// unwrap takes a key out of the wrapping of RFC 3394. It tells whether the wrapping holds.
func unwrap(kek, wrapped []byte) ([]byte, bool) {
	block, err := aes.NewCipher(kek)
	if err != nil || len(wrapped) < 24 || len(wrapped)%8 != 0 {
		return nil, false
	}
	n := len(wrapped)/8 - 1
	key := append([]byte(nil), wrapped[8:]...)
	var b [aes.BlockSize]byte
	copy(b[:8], wrapped)
	for j := 5; j >= 0; j-- {
		for i := n; i >= 1; i-- {
			binary.BigEndian.PutUint64(b[:8], binary.BigEndian.Uint64(b[:8])^uint64(n*j+i))
			copy(b[8:], key[8*(i-1):8*i])
			block.Decrypt(b[:], b[:])
			copy(key[8*(i-1):8*i], b[8:])
		}
	}
	return key, binary.BigEndian.Uint64(b[:8]) == 0xa6a6a6a6a6a6a6a6
}
