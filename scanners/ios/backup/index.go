package backup

import (
	"bytes"
	"context"
	"crypto/aes"
	"errors"
	"fmt"
	"io"
	"maps"
	"path"
	"slices"
	"strings"

	"quaestor/scanners/internal/keybag"
	"quaestor/scanners/internal/mbdb"
	"quaestor/scanners/internal/plist"
	"quaestor/scanners/internal/sqlite"
	"quaestor/scanners/internal/tally"
	"quaestor/scanners/inventory"
)

// entry is a file of the backup that is to be opened.
type entry struct {
	fileID, domain, path string
	size                 int64 // of its content, -1 where the list does not tell
	class                uint32
	key                  []byte // wrapped; nil where the list tells none
	meta                 []byte // what the list says of it, not decoded
}

// index is what the list of files tells.
type index struct {
	files   map[string]*entry // by domain and path, those that are to be opened
	domains map[string]bool   // of apps, their groups and extensions
	count   int
	foreign tally.Tally // entries whose ids are no hashes
	more    tally.Tally // domains beyond the limit
	damaged []error
}

// Limits of the list of files. Backups of phones with a terabyte have two million files and two thousand domains.
const (
	maxFiles   = 20_000_000
	maxDomains = 50_000
	maxOpened  = 5000
	maxMeta    = 64 << 10
)

func newIndex() *index { return &index{files: map[string]*entry{}, domains: map[string]bool{}} }

// add takes an entry of the list. The key of a file is its domain and path, never its id: that is a name from outside.
func (x *index) add(fileID, domain, name string, regular bool, fill func(*entry)) error {
	if x.count++; x.count > maxFiles {
		return fmt.Errorf("more than %d files; the rest of the list was not read", maxFiles)
	}
	if strings.HasPrefix(domain, "AppDomain") && !x.domains[domain] {
		if len(x.domains) >= maxDomains {
			x.more.Add(domain)
		} else {
			x.domains[domain] = true
		}
	}
	if !regular || !wanted(domain, name) || len(x.files) >= maxOpened {
		return nil
	}
	if !isHash(fileID) {
		x.foreign.Add(fileID)
		return nil
	}
	e := &entry{fileID: fileID, domain: domain, path: name, size: -1}
	fill(e)
	x.files[domain+"-"+name] = e
	return nil
}

// isHash reports whether a file id is what iOS writes: a SHA-1 in hexadecimal. Anything else is no name of a file here.
func isHash(s string) bool {
	return len(s) == 40 && strings.Trim(s, "0123456789abcdef") == ""
}

// readManifestDB reads the list of files of iOS 10 and later.
func (x *index) readManifestDB(ctx context.Context, r io.ReaderAt, size int64) error {
	db, err := sqlite.Open(ctx, r, size, nil, 0)
	if err != nil {
		return err
	}
	problems, err := db.Rows(ctx, "Files", []string{"fileID", "domain", "relativePath", "flags", "file"}, func(row []any) error {
		fileID, _ := row[0].(string)
		domain, _ := row[1].(string)
		name, _ := row[2].(string)
		flags, _ := row[3].(int64)
		return x.add(fileID, domain, name, flags == flagFile, func(e *entry) {
			if meta, _ := row[4].([]byte); len(meta) <= maxMeta {
				e.meta = slices.Clone(meta)
			}
		})
	})
	x.damaged = append(db.Problems(), problems...)
	return err
}

// flagFile marks a file, as opposed to a folder (2) or a link (4).
const flagFile = 1

// describe decodes what the list of iOS 10 and later says of a file.
func (e *entry) describe() error {
	if e.meta == nil {
		return nil
	}
	v, err := plist.Decode(e.meta)
	if err == nil {
		v, err = plist.Unarchive(v)
	}
	if err != nil {
		return fmt.Errorf("what the list says of the file cannot be read: %w", err)
	}
	if n, ok := plist.Dict(v)["Size"].(int64); ok && n >= 0 {
		e.size = n
	}
	e.class = uint32(plist.Int(v, "ProtectionClass"))
	key, ok := plist.Get(v, "EncryptionKey").([]byte)
	if ok && len(key) > 4 { // the class comes before it
		e.key = key[4:]
	}
	e.meta = nil
	return nil
}

// readOld reads the list of files up to iOS 9.
func (x *index) readOld(ctx context.Context, r io.Reader) error {
	return mbdb.Read(r, func(f *mbdb.File) error {
		if x.count%10_000 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		return x.add(oldID(f.Domain, f.Path), f.Domain, f.Path, f.Regular(), func(e *entry) { e.size, e.class, e.key = f.Size, f.Class, f.Key })
	})
}

// sorted are the files to open, in an order that is the same for the same backup.
func (x *index) sorted() []*entry {
	var out []*entry
	for _, key := range slices.Sorted(maps.Keys(x.files)) {
		out = append(out, x.files[key])
	}
	return out
}

// readIndex reads the list of files, decrypted where it has to be.
func (b *backup) readIndex(ctx context.Context) error {
	x := newIndex()
	err := b.readManifest(ctx, x)
	if err != nil && errors.Is(err, ctx.Err()) {
		return err
	}
	if x.count > 0 || err == nil {
		b.index = x
	}
	b.indexProblems(x, err)
	return nil
}

// errNoList is that a backup has no list of its files.
var errNoList = errors.New("the backup has neither Manifest.db nor Manifest.mbdb, or not as a file of its own")

func (b *backup) readManifest(ctx context.Context, x *index) error {
	in, err := b.sub(path.Join(b.dir, manifestDB))
	if err == nil {
		defer in.Close()
		content, size := in.ReaderAt(), in.Size()
		if wrapped := plist.Bytes(b.manifest, "ManifestKey"); b.keys != nil && len(wrapped) > 4 { // since iOS 10.2
			if content, err = b.decrypted(content, size, classOf(wrapped), wrapped[4:]); err != nil {
				return err
			}
		}
		return x.readManifestDB(ctx, content, unpadded(content, size))
	}
	old, oldErr := b.src.OpenFile(path.Join(b.dir, manifestOld))
	if oldErr != nil {
		if b.exists(manifestDB) {
			return err
		}
		return errNoList
	}
	defer old.Close()
	return x.readOld(ctx, old)
}

// unpadded is the size of a database without the block of padding that decrypting leaves at its end, here or in another tool.
func unpadded(in io.ReaderAt, size int64) int64 {
	var last [aes.BlockSize]byte
	if size%512 != aes.BlockSize {
		return size
	}
	if _, err := in.ReadAt(last[:], size-aes.BlockSize); err != nil && err != io.EOF || last != [aes.BlockSize]byte(bytes.Repeat([]byte{aes.BlockSize}, aes.BlockSize)) {
		return size
	}
	return size - aes.BlockSize
}

func (b *backup) decrypted(in io.ReaderAt, size int64, class uint32, wrapped []byte) (io.ReaderAt, error) {
	key, err := b.keys.FileKey(class, wrapped)
	if err != nil {
		return nil, err
	}
	return keybag.Decrypt(in, size, key)
}

// indexProblems says what of the list of files could not be read.
func (b *backup) indexProblems(x *index, err error) {
	lost := func(kind inventory.GapKind, what string, count int, samples []string) {
		b.Gap(inventory.Gap{Subject: b.listName(), Kind: kind, Count: count, Samples: samples, Next: "Make the backup again, or get a whole copy of it.",
			Detail: fmt.Sprintf("The list of the backup's files cannot be read whole (%s): permissions, profiles, traffic or data of apps may be missing.", what)})
	}
	if err != nil {
		kind := inventory.GapMalformed
		if k := problemKind(err); k == inventory.GapLimit {
			kind = k
		}
		lost(kind, err.Error(), 0, nil)
	}
	if n := len(x.damaged); n > 0 {
		lost(inventory.GapMalformed, x.damaged[0].Error(), n, texts(x.damaged))
	}
	if x.foreign.Count > 0 {
		lost(inventory.GapMalformed, "it names files that no backup holds", x.foreign.Count, x.foreign.Samples)
	}
	if x.more.Count > 0 {
		lost(inventory.GapLimit, fmt.Sprintf("more than %d containers of apps", maxDomains), x.more.Count, x.more.Samples)
	}
}

func texts(errs []error) []string {
	out := make([]string, 0, 5)
	for _, e := range errs[:min(len(errs), 5)] {
		out = append(out, e.Error())
	}
	return out
}
