package vuln

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"

	"quaestor/riskdb"
)

// stage is a new copy of one ecosystem, beside the one in use.
type stage struct {
	name   string
	folder string
	file   *os.File
	sum    hash.Hash
	zip    *zip.Writer
	seen   map[string]version
	count  uint32          // advisories that were written
	old    map[uint32]bool // those of them that a newer version replaces
	keys   map[uint64][]uint32
	copied Copy
	alone  bool // some advisory is about this ecosystem and no other
	loose  bool // nobody said that what was read is of this ecosystem
	// strays are the ecosystems whose archives, by their names, advisories about this one came from; foreign is that the archive of
	// this one had advisories about others.
	strays  map[string]bool
	foreign bool
}

// none reports whether no advisory was read that is about the ecosystem.
func (s *stage) none() bool { return s.copied.Records+s.copied.Withdrawn+s.copied.Broken == 0 }

// item is an advisory on its way into the database.
type item struct {
	name   string // of its file
	hint   string // ecosystem that its archive is of; "" where that is not known
	raw    []byte // its bytes in the archive
	header *zip.FileHeader
	json   []byte
	record *record
	err    error
	other  bool // no advisory at all
}

func newStage(dir, name string, today riskdb.Date) (*stage, error) {
	s := &stage{name: name, folder: filepath.Join(dir, ecosystemsDir, newPrefix+name), sum: sha256.New(), seen: map[string]version{}, old: map[uint32]bool{}, keys: map[uint64][]uint32{}, strays: map[string]bool{},
		copied: Copy{Format: metaFormat, Ecosystem: name, Imported: today}, loose: true}
	if err := errors.Join(os.RemoveAll(s.folder), os.MkdirAll(s.folder, 0o755)); err != nil {
		return nil, err
	}
	var err error
	if s.file, err = os.Create(filepath.Join(s.folder, archiveFile)); err != nil {
		return nil, err
	}
	s.zip = zip.NewWriter(io.MultiWriter(s.file, s.sum))
	return s, nil
}

// version is what is kept of an advisory that was written: its number, when it was modified, and whether it was withdrawn.
type version struct {
	n         uint32
	withdrawn bool
	modified  int64
}

// add writes an advisory into the copy. Of several of one id, the one that was modified last counts, and the first of equal ones.
func (s *stage) add(it *item, alone bool) (bool, error) {
	r := it.record
	at, _ := time.Parse(time.RFC3339, r.Modified) // checked when it was read
	before, again := s.seen[r.ID]
	if again && at.UnixNano() <= before.modified {
		return false, nil
	}
	n := s.count
	if n >= maxRecords {
		return false, fmt.Errorf("%s has more than %d advisories", s.name, maxRecords)
	}
	s.count++
	s.seen[r.ID] = version{n, r.Withdrawn != "", at.UnixNano()}
	if again {
		s.replace(before)
	}
	if err := s.write(it); err != nil {
		return false, err
	}
	s.alone = s.alone || alone
	s.copied.Newest = max(s.copied.Newest, day(r.Modified))
	s.enterNames(r, n)
	if r.Withdrawn != "" {
		s.copied.Withdrawn++
		return !again, nil
	}
	s.copied.Records++
	s.enter(r, n)
	return !again, nil
}

// replace takes an advisory out of the count; forget takes it out of the index.
func (s *stage) replace(before version) {
	s.old[before.n] = true
	if before.withdrawn {
		s.copied.Withdrawn--
	} else {
		s.copied.Records--
	}
}

// forget takes advisories out of the index that newer versions replace.
func (s *stage) forget() {
	if len(s.old) == 0 {
		return
	}
	for key, list := range s.keys {
		if list = slices.DeleteFunc(list, func(n uint32) bool { return s.old[n] }); len(list) == 0 {
			delete(s.keys, key)
		} else {
			s.keys[key] = list
		}
	}
}

// note enters an advisory under a key, once.
func (s *stage) note(key uint64, n uint32) {
	if list := s.keys[key]; len(list) == 0 || list[len(list)-1] != n {
		s.keys[key] = append(list, n)
	}
}

// enterNames enters an advisory, also one that was withdrawn, under every id that it names as the same or as what it was made of.
func (s *stage) enterNames(r *record, n uint32) {
	for _, id := range r.names() {
		s.note(idKey(id), n)
	}
}

// enter enters an advisory into the index, once under each key.
func (s *stage) enter(r *record, n uint32) {
	note := func(key uint64) { s.note(key, n) }
	releases := map[string]bool{}
	for _, a := range r.Affected {
		base, release := splitEcosystem(a.Package.Ecosystem)
		if s.name == gitEcosystem {
			for _, v := range a.Ranges {
				if v.Type == "GIT" && v.Repo != "" {
					note(repoKey(repoName(v.Repo)))
				}
			}
			continue
		}
		if base != s.name {
			continue
		}
		note(packageKey(nameIn(base, a.Package.Name)))
		if release != "" && len(release) <= maxID {
			releases[release] = true
		}
	}
	for release := range releases {
		if s.copied.Releases == nil {
			s.copied.Releases = map[string]int{}
		}
		if s.copied.Releases[release] > 0 || len(s.copied.Releases) < 2000 {
			s.copied.Releases[release]++
		}
	}
}

// write copies the packed bytes of an archive as they are.
func (s *stage) write(it *item) error {
	name := it.record.ID + ".json"
	if it.header == nil {
		w, err := s.zip.Create(name)
		if err == nil {
			_, err = w.Write(it.json)
		}
		return err
	}
	h := zip.FileHeader{Name: name, Method: it.header.Method, CRC32: it.header.CRC32, CompressedSize64: it.header.CompressedSize64, UncompressedSize64: it.header.UncompressedSize64}
	w, err := s.zip.CreateRaw(&h)
	if err == nil {
		_, err = w.Write(it.raw)
	}
	return err
}

// finish closes the archive and writes index and description.
func (s *stage) finish(origin string) error {
	if err := errors.Join(s.zip.Close(), s.file.Sync(), s.file.Close()); err != nil {
		return err
	}
	s.zip, s.seen = nil, nil
	path := filepath.Join(s.folder, archiveFile)
	z, err := zip.OpenReader(path)
	if err != nil {
		return err
	}
	defer z.Close()
	places := make([]place, 0, len(z.File))
	for _, f := range z.File {
		at, err := f.DataOffset()
		if err != nil {
			return err
		}
		places = append(places, place{uint64(at), uint32(f.CompressedSize64), uint32(f.UncompressedSize64), uint32(f.Method)})
	}
	fi, err := os.Stat(path)
	if err != nil {
		return err
	}
	s.forget()
	s.copied.Origin, s.copied.Size, s.copied.SHA256 = origin, fi.Size(), hex.EncodeToString(s.sum.Sum(nil))
	if err := os.WriteFile(filepath.Join(s.folder, indexFile), encodeIndex(places, s.keys, fi.Size()), 0o644); err != nil {
		return err
	}
	s.keys = nil
	return writeCopy(filepath.Join(s.folder, metaFile), &s.copied)
}

func writeCopy(path string, c *Copy) error {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetIndent("", "  ")
	if err := e.Encode(c); err != nil {
		return err
	}
	return os.WriteFile(path, b.Bytes(), 0o644)
}

// discard takes the new copy away.
func (s *stage) discard() {
	if s.zip != nil {
		s.file.Close()
	}
	os.RemoveAll(s.folder)
}

// commit puts the new copy in the place of the old one. Between the two renames, the old one is found under its
// other name.
func (s *stage) commit() error {
	parent := filepath.Dir(s.folder)
	live, old := filepath.Join(parent, s.name), filepath.Join(parent, oldPrefix+s.name)
	if exists(live) {
		if err := errors.Join(os.RemoveAll(old), os.Rename(live, old)); err != nil {
			return err
		}
	}
	if err := os.Rename(s.folder, live); err != nil {
		return errors.Join(err, os.Rename(old, live))
	}
	return os.RemoveAll(old)
}

// repair ends what an interrupted import left: the old copy goes back where no new one took its place.
func repair(dir string) error {
	parent := filepath.Join(dir, ecosystemsDir)
	entries, _ := os.ReadDir(parent)
	for _, e := range entries {
		path := filepath.Join(parent, e.Name())
		if _, ok := cutPrefix(e.Name(), newPrefix); ok {
			if err := os.RemoveAll(path); err != nil {
				return err
			}
		}
		name, ok := cutPrefix(e.Name(), oldPrefix)
		if !ok {
			continue
		}
		live := filepath.Join(parent, name)
		if exists(live) {
			if err := os.RemoveAll(path); err != nil {
				return err
			}
		} else if err := os.Rename(path, live); err != nil {
			return err
		}
	}
	return nil
}

// ecosystemsOf are the ecosystems that an advisory is about, without releases, sorted.
func ecosystemsOf(r *record) []string {
	var out []string
	for _, a := range r.Affected {
		base, _ := splitEcosystem(a.Package.Ecosystem)
		if base == "" {
			if !slices.ContainsFunc(a.Ranges, func(v versions) bool { return v.Type == "GIT" && v.Repo != "" }) {
				continue
			}
			base = gitEcosystem
		}
		if known(base) && !slices.Contains(out, base) {
			out = append(out, base)
		}
	}
	slices.Sort(out)
	return out
}
