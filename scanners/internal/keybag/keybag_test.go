package keybag

import (
	"bytes"
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/pbkdf2"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"hash"
	"io"
	"quaestor/scanners/internal/backuptest"
	"strings"
	"testing"
)

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// tlv is one tag of a keybag.
func tlv(tag string, value []byte) []byte {
	out := binary.BigEndian.AppendUint32([]byte(tag), uint32(len(value)))
	return append(out, value...)
}

func number4(tag string, n uint32) []byte {
	return tlv(tag, binary.BigEndian.AppendUint32(nil, n))
}

// bag is a keybag for a password; before 0 makes one of iOS before 10.2.
func bag(t testing.TB, password string, before, rounds uint32, classes map[uint32][]byte) []byte {
	t.Helper()
	secret := []byte(password)
	salt, first := []byte("second salt 20 bytes"), []byte("first salt, 20 bytes")
	var err error
	if before > 0 {
		if secret, err = pbkdf2.Key(sha256.New, password, first, int(before), 32); err != nil {
			t.Fatal(err)
		}
	}
	if secret, err = pbkdf2.Key(sha1.New, string(secret), salt, int(rounds), 32); err != nil {
		t.Fatal(err)
	}
	out := bytes.Join([][]byte{number4("VERS", 4), number4("TYPE", 1), tlv("UUID", make([]byte, 16)), tlv("HMCK", make([]byte, 40)), number4("WRAP", 0),
		tlv("SALT", salt), number4("ITER", rounds)}, nil)
	if before > 0 {
		out = append(out, number4("DPWT", 1)...)
		out = append(out, number4("DPIC", before)...)
		out = append(out, tlv("DPSL", first)...)
	}
	for class := range uint32(20) {
		key, ok := classes[class]
		if !ok {
			continue
		}
		out = append(out, tlv("UUID", bytes.Repeat([]byte{byte(class)}, 16))...)
		out = append(out, number4("CLAS", class)...)
		out = append(out, number4("WRAP", wrapPassword)...)
		out = append(out, number4("KTYP", 0)...)
		out = append(out, tlv("WPKY", backuptest.Wrap(t, secret, key))...)
	}
	return out
}

// TestRFC3394 takes the vectors of the RFC, sections 4.1, 4.3 and 4.6.
func TestRFC3394(t *testing.T) {
	for _, v := range []struct{ kek, wrapped, key string }{
		{"000102030405060708090A0B0C0D0E0F", "1FA68B0A8112B447AEF34BD8FB5A7B829D3E862371D2CFE5", "00112233445566778899AABBCCDDEEFF"},
		{"000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F", "64E8C3F9CE0F5BA263E9777905818A2A93C8191E7D6E8AE7", "00112233445566778899AABBCCDDEEFF"},
		{"000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F", "28C9F404C4B810F4CBCCB35CFB87F8263F5786E2D80ED326CBC7F0E71A99F43BFB988B9B7A02DD21",
			"00112233445566778899AABBCCDDEEFF000102030405060708090A0B0C0D0E0F"},
	} {
		got, ok := unwrap(unhex(t, v.kek), unhex(t, v.wrapped))
		if !ok || !bytes.Equal(got, unhex(t, v.key)) {
			t.Errorf("unwrapped %x, %v", got, ok)
		}
		if !bytes.Equal(backuptest.Wrap(t, unhex(t, v.kek), unhex(t, v.key)), unhex(t, v.wrapped)) {
			t.Error("the tests' own wrapping is not that of the RFC")
		}
		broken := unhex(t, v.wrapped)
		broken[len(broken)-1] ^= 1
		if _, ok := unwrap(unhex(t, v.kek), broken); ok {
			t.Error("a damaged key is taken for a whole one")
		}
	}
	for _, bad := range [][]byte{nil, make([]byte, 16), make([]byte, 25)} {
		if _, ok := unwrap(make([]byte, 32), bad); ok {
			t.Errorf("%d bytes are taken for a key", len(bad))
		}
	}
}

// TestStretch compares with the standard library and with a vector of RFC 7914, section 11.
func TestStretch(t *testing.T) {
	for _, h := range []func() hash.Hash{sha1.New, sha256.New} {
		for _, rounds := range []uint32{1, 2, 1000} {
			got, err := stretch(t.Context(), h, []byte("pass\x00word"), []byte("sa\x00lt"), rounds)
			want, _ := pbkdf2.Key(h, "pass\x00word", []byte("sa\x00lt"), int(rounds), 32)
			if err != nil || !bytes.Equal(got, want) {
				t.Errorf("%d rounds: %x, %v, want %x", rounds, got, err, want)
			}
		}
	}
	got, _ := stretch(t.Context(), sha256.New, []byte("passwd"), []byte("salt"), 1)
	if want := unhex(t, "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc"); !bytes.Equal(got, want) {
		t.Errorf("%x", got)
	}
}

var classes = map[uint32][]byte{1: bytes.Repeat([]byte{1}, 32), 3: bytes.Repeat([]byte{3}, 32), 11: bytes.Repeat([]byte{11}, 32)}

func TestOpen(t *testing.T) {
	for _, before := range []uint32{0, 500} {
		k, err := Parse(bag(t, "geheim é 鍵", before, 100, classes))
		if err != nil || k.Rounds() != uint64(before)+100 {
			t.Fatal(err)
		}
		keys, err := k.Open(t.Context(), "geheim é 鍵")
		if err != nil {
			t.Fatal(err)
		}
		file := bytes.Repeat([]byte{77}, 32)
		for class, kek := range classes {
			if got, err := keys.FileKey(class, backuptest.Wrap(t, kek, file)); err != nil || !bytes.Equal(got, file) {
				t.Errorf("class %d: %x, %v", class, got, err)
			}
		}
		if _, err := keys.FileKey(3, backuptest.Wrap(t, classes[1], file)); err == nil {
			t.Error("the key of another class opens a file")
		}
		if _, err := keys.FileKey(4, backuptest.Wrap(t, classes[1], file)); err == nil {
			t.Error("a class that is not there opens a file")
		}
		if _, err := keys.FileKey(3, file); err == nil {
			t.Error("a key of another length is taken")
		}
		for _, wrong := range []string{"", "geheim", "geheim é 鍵 "} {
			if _, err := k.Open(t.Context(), wrong); !errors.Is(err, ErrWrongPassword) {
				t.Errorf("%q: %v", wrong, err)
			}
		}
		if s := keys.String() + keys.GoString(); s != "****************" {
			t.Errorf("printed: %s", s)
		}
	}
}

// What only the phone can unwrap is told as that.
func TestHardwareKey(t *testing.T) {
	data := bag(t, "x", 0, 10, classes)
	data = append(data, tlv("UUID", make([]byte, 16))...)
	data = append(data, number4("CLAS", 7)...)
	data = append(data, number4("WRAP", 3)...)
	data = append(data, tlv("WPKY", make([]byte, 40))...)
	k, err := Parse(data)
	if err != nil {
		t.Fatal(err)
	}
	keys, err := k.Open(t.Context(), "x")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := keys.FileKey(7, make([]byte, 40)); err == nil || err.Error() != "files of protection class 7 can only be read on the phone itself" {
		t.Error(err)
	}
}

// TestAbsurdRounds: nothing of such a keybag is computed.
func TestAbsurdRounds(t *testing.T) {
	for _, rounds := range [][2]uint32{{0xffffffff, 0xffffffff}, {0, 4_000_000_000}, {MaxRounds, 1}} {
		data := bag(t, "x", 5, 5, classes)
		data = bytes.Replace(data, number4("DPIC", 5), number4("DPIC", rounds[0]), 1)
		data = bytes.Replace(data, number4("ITER", 5), number4("ITER", rounds[1]), 1)
		if _, err := Parse(data); !errors.Is(err, ErrLimit) {
			t.Errorf("%d rounds: %v", rounds, err)
		}
	}
	data := bytes.Replace(bag(t, "x", 5, 5, classes), number4("DPIC", 5), number4("DPIC", 10_000_000), 1)
	if _, err := Parse(data); err != nil {
		t.Errorf("as many rounds as iOS makes: %v", err)
	}
}

// TestCancel: the longest stretching ends with its context.
func TestCancel(t *testing.T) {
	data := bytes.Replace(bag(t, "x", 5, 5, classes), number4("DPIC", 5), number4("DPIC", MaxRounds-5), 1)
	k, err := Parse(data)
	if err != nil {
		t.Fatal(err)
	}
	ctx := &countdown{Context: t.Context(), left: 3}
	if _, err := k.Open(ctx, "x"); !errors.Is(err, context.Canceled) || ctx.left != -1 {
		t.Errorf("%v, asked %d times more", err, ctx.left)
	}
}

// countdown is done when it was asked some times.
type countdown struct {
	context.Context
	left int
}

func (c *countdown) Err() error {
	if c.left--; c.left < 0 {
		return context.Canceled
	}
	return nil
}

func TestBrokenKeybags(t *testing.T) {
	whole := bag(t, "x", 5, 5, classes)
	for name, data := range map[string][]byte{
		"empty": nil, "one byte": {0}, "no key": whole[:60], "cut": whole[:len(whole)-1], "long": append(bytes.Clone(whole), make([]byte, maxBytes)...),
		"length": append(bytes.Clone(whole), tlv("WPKY", nil)[:4]...), "huge": append(bytes.Clone(whole), 'W', 'P', 'K', 'Y', 255, 255, 255, 255),
		"no salt":      bytes.Replace(whole, []byte("DPSL"), []byte("XXXX"), 1),
		"no rounds":    bytes.Replace(whole, number4("ITER", 5), number4("ITER", 0), 1),
		"odd number":   bytes.Replace(whole, number4("ITER", 5), tlv("ITER", []byte{1, 2, 3}), 1),
		"not wrapped":  bytes.ReplaceAll(whole, number4("WRAP", 2), number4("WRAP", 1)),
		"many classes": append(bytes.Clone(whole), bytes.Repeat(tlv("UUID", make([]byte, 16)), maxKeys)...),
	} {
		if k, err := Parse(data); err == nil {
			t.Errorf("%s: %+v", name, k)
		}
	}
}

func encrypt(t testing.TB, key, content []byte) []byte {
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

// TestDecrypt reads an encrypted file in pieces of any size and place.
func TestDecrypt(t *testing.T) {
	key := bytes.Repeat([]byte{9}, 32)
	content := make([]byte, 3*chunk+77)
	for i := range content {
		content[i] = byte(i * i >> 7)
	}
	data := encrypt(t, key, content)
	in, err := Decrypt(bytes.NewReader(data), int64(len(data)), key)
	if err != nil {
		t.Fatal(err)
	}
	size, err := Unpadded(in, int64(len(data)))
	if err != nil || size != int64(len(content)) {
		t.Fatal(size, err)
	}
	for _, at := range [][2]int{{0, len(content)}, {0, 1}, {15, 2}, {16, 16}, {17, 100}, {chunk - 1, 2}, {chunk, 16}, {chunk + 5, 2 * chunk}, {len(content) - 1, 1}} {
		b := make([]byte, at[1])
		if n, err := in.ReadAt(b, int64(at[0])); n != at[1] || err != nil || !bytes.Equal(b, content[at[0]:at[0]+at[1]]) {
			t.Errorf("%d bytes at %d: %d, %v", at[1], at[0], n, err)
		}
	}
	if n, err := in.ReadAt(make([]byte, 100), int64(len(data))-10); n != 10 || err != io.EOF {
		t.Errorf("over the end: %d, %v", n, err)
	}
	if n, err := in.ReadAt(make([]byte, 1), int64(len(data))); n != 0 || err != io.EOF {
		t.Errorf("behind the end: %d, %v", n, err)
	}
	if _, err := in.ReadAt(make([]byte, 1), -1); err == nil {
		t.Error("before the beginning")
	}
	all, err := io.ReadAll(io.NewSectionReader(in, 0, size))
	if err != nil || !bytes.Equal(all, content) {
		t.Error(err)
	}
}

func TestDecryptDamaged(t *testing.T) {
	key := bytes.Repeat([]byte{9}, 32)
	data := encrypt(t, key, []byte("some content"))
	if _, err := Decrypt(bytes.NewReader(data), 15, key); err == nil {
		t.Error("half a block")
	}
	if _, err := Decrypt(bytes.NewReader(data), 16, key[:16]); err == nil {
		t.Error("half a key")
	}
	other, _ := Decrypt(bytes.NewReader(data), 16, bytes.Repeat([]byte{8}, 32))
	if _, err := Unpadded(other, 16); err == nil {
		t.Error("another key decrypts")
	}
	short, _ := Decrypt(bytes.NewReader(data), 32, key)
	if _, err := short.ReadAt(make([]byte, 32), 0); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("a file that became shorter: %v", err)
	}
	if n, err := Unpadded(short, 0); n != 0 || err != nil {
		t.Errorf("an empty file: %d, %v", n, err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add(bag(f, "x", 0, 5, classes))
	f.Add(bag(f, "x", 5, 5, classes))
	f.Add([]byte("UUID\x00\x00\x00\x00UUID\x00\x00\x00\x00CLAS\x00\x00\x00\x04\x00\x00\x00\x01"))
	f.Fuzz(func(t *testing.T, data []byte) {
		k, err := Parse(data)
		if err != nil {
			return
		}
		if k.Rounds() > MaxRounds || len(k.keys) > maxKeys {
			t.Fatalf("%d rounds, %d keys", k.Rounds(), len(k.keys))
		}
		if k.Rounds() < 1000 {
			k.Open(t.Context(), "x")
		}
	})
}

// BenchmarkOpen is what a user waits for a backup of iOS 10.2 or later.
func BenchmarkOpen(b *testing.B) {
	data := bytes.Replace(bag(b, "x", 5, 10_000, classes), number4("DPIC", 5), number4("DPIC", 10_000_000), 1)
	k, err := Parse(data)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := k.Open(b.Context(), "x"); !errors.Is(err, ErrWrongPassword) {
			b.Fatal(err)
		}
	}
}

// TestOpenAny: the password that fits is found wherever it stands, and no more are tried than a minute allows.
func TestOpenAny(t *testing.T) {
	k, err := Parse(bag(t, "right", 5, 5, classes))
	if err != nil {
		t.Fatal(err)
	}
	for _, list := range [][]string{{"right"}, {"a", "right"}, {"a", "b", "c", "d", "e", "f", "right", "g"}} {
		if keys, err := k.OpenAny(t.Context(), list); err != nil || len(keys.classes) == 0 {
			t.Errorf("%q: %v", list, err)
		}
	}
	if _, err := k.OpenAny(t.Context(), []string{"a", "b", "c"}); !errors.Is(err, ErrWrongPassword) || errors.Is(err, ErrLimit) {
		t.Errorf("none fits: %v", err)
	}
	slow := &Keybag{salt: []byte("s"), rounds: 60, first: []byte("f"), before: 60, keys: k.keys}
	if _, err := slow.openAny(t.Context(), []string{"a", "b", "c", "d"}, 300); !errors.Is(err, ErrLimit) || !strings.Contains(err.Error(), "first 2 of 4") {
		t.Errorf("too many: %v", err)
	}
	if n := MaxTotal / 10_010_000; n < 21 {
		t.Errorf("of a backup of today only %d passwords are tried", n)
	}
}
