package backup

import (
	"crypto/sha1"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"

	"quaestor/scanners/internal/keybag"
	"quaestor/scanners/internal/plist"
	"quaestor/scanners/source"
)

// Limits on the files that are opened. Real ones: profiles some kB, TCC.db 100 kB, DataUsage.sqlite 2 MB.
const (
	maxSmall    = 8 << 20   // a property list
	maxDatabase = 256 << 20 // a database, which is read page by page
)

// oldID is how iOS up to 9 names a file in a backup; later lists tell the name.
func oldID(domain, name string) string {
	sum := sha1.Sum([]byte(domain + "-" + name))
	return hex.EncodeToString(sum[:])
}

// classOf is the protection class before a wrapped key.
func classOf(wrapped []byte) uint32 { return binary.LittleEndian.Uint32(wrapped) }

// exists reports whether the backup has a file at its top.
func (b *backup) exists(name string) bool {
	fsys, err := b.src.FS()
	if err != nil {
		return false
	}
	_, err = fs.Stat(fsys, path.Join(b.dir, name))
	return err == nil
}

// content is a file of the backup that was opened and, where it has to be, is decrypted as it is read.
type content struct {
	io.ReaderAt
	size int64
	src  *source.Source
	name string // as its user would find it
}

func (c *content) Close() error { return c.src.Close() }

// open opens a file. Its name was checked to be a hash, so that it lies nowhere else.
func (b *backup) open(e *entry, limit int64) (*content, error) {
	if err := e.describe(); err != nil {
		return nil, &malformed{err}
	}
	at, err := b.locate(e.fileID)
	if err != nil {
		return nil, err
	}
	in, err := b.sub(at)
	if err != nil {
		return nil, err
	}
	c := &content{ReaderAt: in.ReaderAt(), size: in.Size(), src: in, name: in.Name()}
	if c.size > limit {
		in.Close()
		return nil, &source.LimitError{Name: c.name, What: "size", Limit: limit}
	}
	if err := b.unlock(e, c); err != nil {
		in.Close()
		return nil, err
	}
	return c, nil
}

// sub opens a file inside the source.
func (b *backup) sub(at string) (*source.Source, error) {
	in, err := b.src.Sub(at)
	if err == nil && in.IsDir() {
		in.Close()
		return nil, fmt.Errorf("%q is a folder, not a file", in.Name())
	}
	return in, err
}

// errMissing is that the backup lists a file and does not hold it.
var errMissing = errors.New("the backup lists this file and does not hold it")

// locate finds a file below the folder of its first two letters, or up to iOS 9 beside the list. Links are not followed:
// backups have none, and they could lead to another file of the computer.
func (b *backup) locate(fileID string) (string, error) {
	fsys, err := b.src.FS()
	if err != nil {
		return "", err
	}
	for _, at := range []string{path.Join(b.dir, fileID[:2], fileID), path.Join(b.dir, fileID)} {
		for _, part := range []string{path.Dir(at), at} {
			info, lerr := fs.Lstat(fsys, part)
			if err = lerr; err == nil && info.Mode()&fs.ModeSymlink != 0 {
				return "", fmt.Errorf("%q is a symbolic link, which no backup holds; it was not followed", b.src.Join(part))
			}
		}
		if err == nil {
			return at, nil
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return "", err
		}
	}
	return "", errMissing
}

// unlock decrypts a file that has a key of its own.
func (b *backup) unlock(e *entry, c *content) error {
	if e.key == nil || b.keys == nil { // backups that are not encrypted list keys, too
		return nil
	}
	plain, err := b.decrypted(c.ReaderAt, c.size, e.class, e.key)
	if err != nil {
		return &malformed{err}
	}
	size, err := keybag.Unpadded(plain, c.size)
	if err != nil {
		return &malformed{err}
	}
	c.ReaderAt, c.size = plain, size
	return nil
}

// bytes reads a file whole and notes its hash, which is that of its content.
func (b *backup) bytes(e *entry) ([]byte, string, error) {
	c, err := b.open(e, maxSmall)
	if err != nil {
		return nil, "", err
	}
	defer c.Close()
	data := make([]byte, c.size)
	if _, err := io.ReadFull(io.NewSectionReader(c.ReaderAt, 0, c.size), data); err != nil {
		return nil, "", err
	}
	sum := sha256.Sum256(data)
	b.hashed(c.name, hex.EncodeToString(sum[:]))
	return data, c.name, nil
}

// propertyList reads a file that is one.
func (b *backup) propertyList(e *entry) (any, string, error) {
	data, name, err := b.bytes(e)
	if err != nil {
		return nil, "", err
	}
	v, err := plist.Decode(data)
	if err != nil {
		return nil, name, &malformed{err}
	}
	return v, name, nil
}
