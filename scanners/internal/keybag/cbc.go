package keybag

import (
	"crypto/aes"
	"crypto/cipher"
	"errors"
	"fmt"
	"io"
)

// plain decrypts what is read of a file, wherever one reads. Files of a backup are encrypted with AES in CBC mode under a key
// of their own and an initialisation vector of zeros, so that any block can be decrypted with the help of the one before it.
type plain struct {
	in    io.ReaderAt
	block cipher.Block
	size  int64 // of the encrypted bytes, whole blocks
}

// Decrypt gives access to the content of an encrypted file without holding it in memory. Size is that of the encrypted
// bytes. The result ends with padding: see [Unpadded].
func Decrypt(in io.ReaderAt, size int64, key []byte) (io.ReaderAt, error) {
	block, err := aes.NewCipher(key)
	if err != nil || len(key) != keyBytes {
		return nil, fmt.Errorf("a key of %d bytes instead of %d", len(key), keyBytes)
	}
	if size < 0 || size%aes.BlockSize != 0 {
		return nil, fmt.Errorf("the encrypted file has %d bytes, which are no whole blocks: it is cut off or damaged", size)
	}
	return &plain{in: in, block: block, size: size}, nil
}

// ReadAt implements [io.ReaderAt].
func (p *plain) ReadAt(b []byte, off int64) (int, error) {
	if off < 0 {
		return 0, errors.New("read before the beginning")
	}
	if off >= p.size {
		return 0, io.EOF
	}
	want := min(int64(len(b)), p.size-off)
	done := int64(0)
	for done < want {
		n, err := p.some(b[done:want], off+done)
		if done += int64(n); err != nil {
			return int(done), err
		}
	}
	if want < int64(len(b)) {
		return int(want), io.EOF
	}
	return int(want), nil
}

// chunk is how much is decrypted at once.
const chunk = 64 << 10

// some decrypts the blocks that hold the beginning of b.
func (p *plain) some(b []byte, off int64) (int, error) {
	start := off - off%aes.BlockSize
	end := min(start+chunk, p.size, (off+int64(len(b))+aes.BlockSize-1)/aes.BlockSize*aes.BlockSize)
	from := max(start-aes.BlockSize, 0)
	buf := make([]byte, end-from)
	if n, err := p.in.ReadAt(buf, from); n < len(buf) {
		if err == nil || err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		return 0, err
	}
	var iv [aes.BlockSize]byte
	if start > 0 {
		copy(iv[:], buf)
		buf = buf[aes.BlockSize:]
	}
	cipher.NewCBCDecrypter(p.block, iv[:]).CryptBlocks(buf, buf)
	return copy(b, buf[off-start:]), nil
}

// Unpadded is the size of the content of a decrypted file without its padding (PKCS #7).
func Unpadded(content io.ReaderAt, size int64) (int64, error) {
	if size == 0 {
		return 0, nil
	}
	var last [aes.BlockSize]byte
	if _, err := content.ReadAt(last[:], size-aes.BlockSize); err != nil && err != io.EOF {
		return 0, err
	}
	n := last[aes.BlockSize-1]
	for _, c := range last[aes.BlockSize-min(int(n), aes.BlockSize):] {
		if n == 0 || n > aes.BlockSize || c != n {
			return 0, errors.New("the file does not decrypt: its key is not the right one, or it is damaged")
		}
	}
	if n == 0 {
		return 0, errors.New("the file does not decrypt: its key is not the right one, or it is damaged")
	}
	return size - int64(n), nil
}
