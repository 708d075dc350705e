package backuptest

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/pbkdf2"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/binary"
	"testing"
)

// keys are those of an encrypted backup: one for each protection class in the keybag, and one that all files share here.
type keys struct {
	bag     []byte
	classes map[uint32][]byte
	file    []byte
}

func newKeys(t testing.TB, password string, before, rounds uint32) *keys {
	t.Helper()
	k := &keys{classes: map[uint32][]byte{}, file: bytes.Repeat([]byte{0x5f}, 32)}
	secret, salt, first := password, []byte("salt of twenty bytes"), []byte("the other, of twenty")
	attributes := [][]byte{number("VERS", 5), number("TYPE", 1), tag("UUID", make([]byte, 16)), tag("HMCK", make([]byte, 40)), number("WRAP", 0),
		tag("SALT", salt), number("ITER", rounds)}
	if before > 0 {
		secret = string(stretch(t, before, func(n int) ([]byte, error) { return pbkdf2.Key(sha256.New, password, first, n, 32) }))
		attributes = append(attributes, number("DPWT", 1), number("DPIC", before), tag("DPSL", first))
	}
	kek := stretch(t, rounds, func(n int) ([]byte, error) { return pbkdf2.Key(sha1.New, secret, salt, n, 32) })
	k.bag = bytes.Join(attributes, nil)
	for class := uint32(1); class <= 11; class++ {
		k.classes[class] = bytes.Repeat([]byte{byte(0xa0 + class)}, 32)
		k.bag = append(k.bag, bytes.Join([][]byte{tag("UUID", bytes.Repeat([]byte{byte(class)}, 16)), number("CLAS", class), number("WRAP", 2), number("KTYP", 0),
			tag("WPKY", Wrap(t, kek, k.classes[class]))}, nil)...)
	}
	return k
}

func stretch(t testing.TB, rounds uint32, derive func(int) ([]byte, error)) []byte {
	t.Helper()
	out, err := derive(int(rounds))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// wrapped is the key of the files behind its class, as lists of files hold it.
func (k *keys) wrapped(t testing.TB, class uint32) []byte {
	return append(binary.LittleEndian.AppendUint32(nil, class), Wrap(t, k.classes[class], k.file)...)
}

func tag(name string, value []byte) []byte {
	return append(binary.BigEndian.AppendUint32([]byte(name), uint32(len(value))), value...)
}

func number(name string, n uint32) []byte { return tag(name, binary.BigEndian.AppendUint32(nil, n)) }

// Wrap wraps a key with another one, after RFC 3394, section 2.2.1.
func Wrap(t testing.TB, kek, key []byte) []byte {
	t.Helper()
	block, err := aes.NewCipher(kek)
	if err != nil {
		t.Fatal(err)
	}
	n := len(key) / 8
	out := append(bytes.Repeat([]byte{0xa6}, 8), key...)
	b := make([]byte, aes.BlockSize)
	for j := range 6 {
		for i := 1; i <= n; i++ {
			copy(b, out[:8])
			copy(b[8:], out[8*i:8*i+8])
			block.Encrypt(b, b)
			copy(out[8*i:], b[8:])
			binary.BigEndian.PutUint64(out, binary.BigEndian.Uint64(b)^uint64(n*j+i))
		}
	}
	return out
}

// Encrypt pads content and encrypts it as backups do: AES in CBC mode, from zeros.
func Encrypt(t testing.TB, key, content []byte) []byte {
	t.Helper()
	n := aes.BlockSize - len(content)%aes.BlockSize
	out := append(bytes.Clone(content), bytes.Repeat([]byte{byte(n)}, n)...)
	block, err := aes.NewCipher(key)
	if err != nil {
		t.Fatal(err)
	}
	cipher.NewCBCEncrypter(block, make([]byte, aes.BlockSize)).CryptBlocks(out, out)
	return out
}
