package vuln

import (
	"archive/zip"
	"bufio"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Limits of a source.
const (
	maxArchive  = 16 << 30 // bytes of an archive
	maxUnpacked = 64 << 30 // of everything in it
	maxYAML     = 2 << 20
	maxList     = 1 << 30 // unpacked
)

// Mirror is where OSV publishes its advisories, an archive for each ecosystem.
const Mirror = "https://osv-vulnerabilities.storage.googleapis.com"

// source reads what one argument names.
func (im *importer) source(arg string) error {
	if strings.Contains(arg, "://") {
		return im.web(arg)
	}
	fi, err := os.Stat(arg)
	if err != nil {
		return err
	}
	if !fi.IsDir() {
		return im.file(arg, filepath.ToSlash(arg))
	}
	return filepath.WalkDir(arg, func(p string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && p != arg && d.Name()[0] == '.':
			return fs.SkipDir
		case !d.Type().IsRegular() || d.Name()[0] == '.':
			return nil
		}
		return im.file(p, filepath.ToSlash(p))
	})
}

// file reads one file, whatever it is; name is where it came from.
func (im *importer) file(p, name string) error {
	f, err := os.Open(p)
	if err != nil {
		return err
	}
	defer f.Close()
	head := make([]byte, 4096)
	n, _ := io.ReadFull(f, head)
	head = head[:n]
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return err
	}
	switch {
	case bytes.HasPrefix(head, []byte("PK\x03\x04")), bytes.HasPrefix(head, []byte("PK\x05\x06")):
		return im.archive(f, name)
	case bytes.HasPrefix(head, []byte("\x1f\x8b")):
		return im.gzip(f, name)
	case listKind(head) != "":
		return im.list(listKind(head), f, name)
	case !advisoryName(name):
		im.result.Other++
		return nil
	}
	b, err := io.ReadAll(io.LimitReader(f, maxRecord+1))
	if err != nil {
		return err
	}
	return im.take(&item{name: name, json: b})
}

func advisoryName(name string) bool {
	switch strings.ToLower(path.Ext(name)) {
	case ".json", ".yaml", ".yml":
		return true
	}
	return false
}

// gzip reads a packed list.
func (im *importer) gzip(f io.Reader, name string) error {
	z, err := gzip.NewReader(f)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	br := bufio.NewReaderSize(io.LimitReader(z, maxList), 4096)
	head, _ := br.Peek(4096)
	if kind := listKind(head); kind != "" {
		return im.list(kind, br, name)
	}
	im.result.Other++
	return nil
}

func (im *importer) list(kind string, r io.Reader, name string) error {
	im.say("reading %s", name)
	l, err := readList(kind, io.LimitReader(r, maxList))
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	im.lists[kind], im.from[kind] = l, im.origin
	return nil
}

// hint is the ecosystem that an archive is of by the name of its folder, or its own.
func hint(name string) string {
	for _, s := range []string{path.Base(path.Dir(name)), strings.TrimSuffix(path.Base(name), path.Ext(name))} {
		if e, ok := canonicalEcosystem(s); ok {
			return e
		}
	}
	return ""
}

// archive reads an export, or any archive with advisories in it.
func (im *importer) archive(f *os.File, name string) error {
	fi, err := f.Stat()
	if err != nil {
		return err
	}
	if fi.Size() > maxArchive {
		return fmt.Errorf("%s: it has more than %d bytes", name, int64(maxArchive))
	}
	z, err := zip.NewReader(f, fi.Size())
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	of := hint(name)
	if of != "" && len(im.Ecosystems) > 0 && !contains(im.Ecosystems, of) {
		return nil
	}
	if of != "" {
		if _, err := im.stage(of); err != nil {
			return err
		}
		im.stages[of].loose = false
	}
	im.say("reading %s: %d files", name, len(z.File))
	total := uint64(0)
	for _, e := range z.File {
		if e.FileInfo().IsDir() || !advisoryName(e.Name) {
			continue
		}
		if total += e.UncompressedSize64; total > maxUnpacked {
			return fmt.Errorf("%s: it unpacks to more than %d bytes", name, int64(maxUnpacked))
		}
		it := &item{name: e.Name, hint: of, header: &e.FileHeader}
		it.raw, it.err = rawBytes(e)
		if err := im.take(it); err != nil {
			return err
		}
	}
	return nil
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

// rawBytes are the packed bytes of an entry.
func rawBytes(e *zip.File) ([]byte, error) {
	if e.UncompressedSize64 > maxRecord || e.CompressedSize64 > maxRecord {
		return nil, fmt.Errorf("larger than %d bytes", maxRecord)
	}
	r, err := e.OpenRaw()
	if err != nil {
		return nil, err
	}
	b := make([]byte, e.CompressedSize64)
	_, err = io.ReadFull(r, b)
	return b, err
}

// unpack makes the text of an entry of its packed bytes.
func (it *item) unpack() ([]byte, error) {
	b := it.raw
	switch it.header.Method {
	case zip.Store:
	case zip.Deflate:
		r := flate.NewReader(bytes.NewReader(it.raw))
		b = make([]byte, it.header.UncompressedSize64)
		if _, err := io.ReadFull(r, b); err != nil {
			return nil, err
		}
		if n, _ := r.Read(make([]byte, 1)); n > 0 {
			return nil, errors.New("it has another size than its archive says")
		}
	default:
		return nil, fmt.Errorf("packed by method %d", it.header.Method)
	}
	if uint64(len(b)) != it.header.UncompressedSize64 || crc32.ChecksumIEEE(b) != it.header.CRC32 {
		return nil, errors.New("its checksum is another one")
	}
	return b, nil
}

// decode reads the advisory of an item. It is called on several processors.
func (it *item) decode() {
	if it.err != nil {
		return
	}
	if it.header != nil {
		if it.json, it.err = it.unpack(); it.err != nil {
			return
		}
	}
	if ext := strings.ToLower(path.Ext(it.name)); ext == ".yaml" || ext == ".yml" {
		text := it.json
		if it.json, it.err = fromYAML(text); it.err != nil {
			it.other = it.hint == "" && !bytes.Contains(text[:min(len(text), maxYAML)], []byte("\naffected:"))
			return
		}
		it.header = nil // it is packed anew
	}
	if it.record, it.err = decode(it.json); it.err != nil && it.hint == "" && !looksLikeOne(it.json) {
		it.other = true
	}
	it.json = keepIf(it.header == nil, it.json)
}

func keepIf(keep bool, b []byte) []byte {
	if keep {
		return b
	}
	return nil
}

// looksLikeOne reports whether JSON was meant as an advisory.
func looksLikeOne(b []byte) bool {
	var r struct {
		ID       json.RawMessage `json:"id"`
		Affected json.RawMessage `json:"affected"`
		Modified json.RawMessage `json:"modified"`
	}
	if err := json.Unmarshal(b, &r); err != nil {
		return bytes.Contains(b, []byte(`"affected"`))
	}
	return r.ID != nil && (r.Affected != nil || r.Modified != nil)
}

// fromYAML makes JSON of an advisory that is kept as YAML, as PyPA's are.
func fromYAML(b []byte) ([]byte, error) {
	if len(b) > maxYAML {
		return nil, fmt.Errorf("larger than %d bytes", maxYAML)
	}
	var v map[string]any
	if err := yaml.Unmarshal(b, &v); err != nil {
		return nil, err
	}
	return json.Marshal(v)
}

// web fetches an archive or a list; the address of a mirror stands for the archives of the ecosystems that were
// asked for.
func (im *importer) web(address string) error {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" || u.Host == "" || u.User != nil {
		return fmt.Errorf("%w %q: only https://HOST/… is fetched", ErrAddress, address)
	}
	switch strings.ToLower(path.Ext(u.Path)) {
	case ".zip", ".json", ".csv", ".gz":
		return im.fetch(u)
	}
	if len(im.Ecosystems) == 0 {
		return fmt.Errorf("%w %q: it is taken for a mirror; say which ecosystems to fetch with --ecosystem", ErrAddress, address)
	}
	for _, e := range im.Ecosystems {
		if err := im.fetch(u.JoinPath(e, archiveFile)); err != nil {
			return err
		}
	}
	return nil
}

// ErrAddress is that a web address cannot be imported.
var ErrAddress = errors.New("cannot import")

func (im *importer) fetch(u *url.URL) error {
	if im.Fetch == nil {
		return fmt.Errorf("%w %q: no address is fetched here", ErrAddress, u)
	}
	im.say("fetching %s", u)
	f, err := os.CreateTemp(im.dir, ".download-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	err = im.Fetch(im.ctx, u.String(), f)
	if err := errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("%s: %w", u, err)
	}
	return im.file(f.Name(), path.Join(u.Host, u.Path))
}

// saveList puts a list in place.
func (im *importer) saveList(l *list) (*Copy, error) {
	b := encodeList(l.entries)
	sum := sha256.Sum256(b)
	c := &Copy{Format: metaFormat, Records: len(b) / entrySize, Broken: l.broken, Newest: l.newest, Imported: im.Today, Origin: im.from[l.name],
		SHA256: hex.EncodeToString(sum[:]), Size: int64(len(b))}
	folder := filepath.Join(im.dir, listsDir)
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return nil, err
	}
	if err := os.WriteFile(filepath.Join(folder, listFile(l.name, c)), b, 0o644); err != nil {
		return nil, err
	}
	meta := filepath.Join(folder, l.name+".json")
	before, _ := readCopy(meta)
	fresh := filepath.Join(folder, newPrefix+l.name+".json")
	if err := errors.Join(writeCopy(fresh, c), os.Rename(fresh, meta)); err != nil {
		return nil, err
	}
	if before != nil && before.SHA256 != c.SHA256 {
		os.Remove(filepath.Join(folder, listFile(l.name, before)))
	}
	named := *c
	named.Ecosystem = l.name
	return &named, nil
}
