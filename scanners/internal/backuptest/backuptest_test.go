package backuptest_test

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha1"
	"encoding/hex"
	"os"
	"path/filepath"
	"testing"

	"quaestor/scanners/internal/backuptest"
)

// A backup keeps each file under the SHA-1 of its domain and path, as iOS does, and an encrypted one keeps none of its
// content.
func TestWrite(t *testing.T) {
	const content = "what the member wrote"
	for name, password := range map[string]string{"plain": "", "encrypted": "open"} {
		b := &backuptest.Backup{Password: password, Before: 2, Rounds: 2, Files: []backuptest.File{{Domain: "HomeDomain", Path: "Library/a.txt", Content: []byte(content)}}}
		dir := filepath.Join(t.TempDir(), "backup")
		b.Write(t, dir)
		sum := sha1.Sum([]byte("HomeDomain-Library/a.txt"))
		id := hex.EncodeToString(sum[:])
		got, err := os.ReadFile(filepath.Join(dir, id[:2], id))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if plain := bytes.Equal(got, []byte(content)); plain != (password == "") || !plain && (bytes.Contains(got, []byte("member")) || len(got)%aes.BlockSize != 0) {
			t.Errorf("%s: the file holds %q", name, got)
		}
		list, err := os.ReadFile(filepath.Join(dir, "Manifest.db"))
		if err != nil || bytes.HasPrefix(list, []byte("SQLite format 3")) != (password == "") {
			t.Errorf("%s: the list begins with %q, %v", name, list[:min(16, len(list))], err)
		}
	}
}

// What Encrypt makes, AES of the standard library takes back.
func TestEncrypt(t *testing.T) {
	key, content := bytes.Repeat([]byte{7}, 32), []byte("sixteen bytes and more")
	out := backuptest.Encrypt(t, key, content)
	block, err := aes.NewCipher(key)
	if err != nil {
		t.Fatal(err)
	}
	cipher.NewCBCDecrypter(block, make([]byte, aes.BlockSize)).CryptBlocks(out, out)
	if !bytes.HasPrefix(out, content) || int(out[len(out)-1]) != len(out)-len(content) {
		t.Errorf("%q", out)
	}
}
