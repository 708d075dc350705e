package vuln

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"quaestor/riskdb"
)

// The layout of a database. osv-scanner reads the archives in the same place when it is told the folder.
const (
	ecosystemsDir = "osv-scalibr"
	archiveFile   = "all.zip"
	indexFile     = "quaestor.idx"
	metaFile      = "quaestor.json"
	listsDir      = "quaestor"
	oldPrefix     = ".old-" // a folder that is being replaced
	newPrefix     = ".new-" // one that is being filled
	metaFormat    = 1
)

// ErrNoDatabase is that a folder holds no advisories.
var ErrNoDatabase = errors.New("no advisories are installed: import some with `quaestor db import-osv`")

// Copy is what is known of the copy of a collection of advisories.
type Copy struct {
	Format    int            `json:"format"`
	Ecosystem string         `json:"ecosystem,omitempty"` // empty for a list
	Records   int            `json:"records"`             // that are looked up
	Withdrawn int            `json:"withdrawn,omitempty"`
	Broken    int            `json:"broken,omitempty"` // that could not be read, and were left out
	Newest    riskdb.Date    `json:"newest,omitempty"` // of what was last modified
	Imported  riskdb.Date    `json:"imported"`
	Origin    string         `json:"origin"`
	SHA256    string         `json:"sha256"` // of the archive
	Size      int64          `json:"size"`
	Releases  map[string]int `json:"releases,omitempty"` // advisories of each release of a distribution
}

// DB is a local database of advisories.
type DB struct {
	dir    string
	maxAge int // in days; 0 for any
	copies map[string]*Copy
	broken map[string]error // ecosystems that cannot be used
	lists  map[string]*Copy // KEV, EPSS

	mu   sync.Mutex
	open map[string]*index
}

// Open opens the database in a folder, without reading its advisories. A folder without any gives [ErrNoDatabase].
// Ecosystems whose copy is damaged are told as gaps where they are asked for.
func Open(dir string) (*DB, error) {
	db := &DB{dir: dir, copies: map[string]*Copy{}, broken: map[string]error{}, lists: map[string]*Copy{}, open: map[string]*index{}}
	entries, err := os.ReadDir(filepath.Join(dir, ecosystemsDir))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	for _, e := range entries {
		name := e.Name()
		if !e.IsDir() || name[0] == '.' {
			continue
		}
		db.add(name)
	}
	for _, e := range entries { // where a replacement was interrupted, the old copy is still whole
		if name, ok := cutPrefix(e.Name(), oldPrefix); ok && db.copies[name] == nil {
			delete(db.broken, name)
			db.add(name)
		}
	}
	for _, name := range []string{kevName, epssName} {
		if c, err := readCopy(filepath.Join(dir, listsDir, name+".json")); err == nil {
			db.lists[name] = c
		} else if !errors.Is(err, fs.ErrNotExist) {
			db.broken[name] = err
		}
	}
	if len(db.copies) == 0 && len(db.broken) == 0 {
		return nil, ErrNoDatabase
	}
	return db, nil
}

func cutPrefix(s, prefix string) (string, bool) {
	if len(s) > len(prefix) && s[:len(prefix)] == prefix {
		return s[len(prefix):], true
	}
	return s, false
}

// add takes in one ecosystem. An archive that something else put there has no index.
func (db *DB) add(name string) {
	folder := db.folder(name)
	c, err := readCopy(filepath.Join(folder, metaFile))
	if err == nil {
		if fi, errStat := os.Stat(filepath.Join(folder, archiveFile)); errStat != nil {
			err = errStat
		} else if fi.Size() != c.Size {
			err = errors.New("its archive was replaced by another one: import it anew")
		}
	} else if errors.Is(err, fs.ErrNotExist) {
		err = fmt.Errorf("its archive has no index: import it with `quaestor db import-osv %s`", filepath.Join(folder, archiveFile))
	}
	if err != nil {
		db.broken[name] = err
		return
	}
	db.copies[name] = c
}

// folder is where an ecosystem lies.
func (db *DB) folder(name string) string {
	folder := filepath.Join(db.dir, ecosystemsDir, name)
	if _, err := os.Stat(folder); err != nil {
		if old := filepath.Join(db.dir, ecosystemsDir, oldPrefix+name); exists(old) {
			return old
		}
	}
	return folder
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

func readCopy(path string) (*Copy, error) {
	b, err := readSmall(path)
	if err != nil {
		return nil, err
	}
	var c Copy
	if err := json.Unmarshal(b, &c); err != nil {
		return nil, fmt.Errorf("%s: %w", filepath.Base(path), err)
	}
	if c.Format != metaFormat {
		return nil, fmt.Errorf("%s is of another version of this program: import it anew", filepath.Base(path))
	}
	return &c, nil
}

// readSmall reads a file of which more than a megabyte would be wrong.
func readSmall(path string) ([]byte, error) {
	fi, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if fi.Size() > 1<<20 {
		return nil, fmt.Errorf("%s is too large", filepath.Base(path))
	}
	return os.ReadFile(path)
}

// Limit makes ecosystems whose copy is older than some days a gap; 0 lets every age pass.
func (db *DB) Limit(days int) { db.maxAge = days }

// Copies lists what the database has, ecosystems first, each in the order of names.
func (db *DB) Copies() []Copy {
	var out []Copy
	for _, m := range []map[string]*Copy{db.copies, db.lists} {
		for _, name := range slices.Sorted(maps.Keys(m)) {
			c := *m[name]
			c.Ecosystem = cmp.Or(c.Ecosystem, name)
			out = append(out, c)
		}
	}
	return out
}

// Problems are ecosystems that cannot be used, with the reason, in the order of names.
func (db *DB) Problems() []error {
	var out []error
	for _, name := range slices.Sorted(maps.Keys(db.broken)) {
		out = append(out, fmt.Errorf("advisories of %q: %w", name, db.broken[name]))
	}
	return out
}

// Newest is the day of the newest advisory of all.
func (db *DB) Newest() riskdb.Date {
	var newest riskdb.Date
	for _, c := range db.copies {
		newest = max(newest, c.Newest)
	}
	return newest
}

// Stale reports the ecosystems whose copy is too old on a day. An ecosystem may be quiet for months: the newest
// advisory counts for the database as a whole, and the day of the import for each.
func (db *DB) Stale(asOf riskdb.Date) []string {
	if db.maxAge == 0 {
		return nil
	}
	newest := db.Newest()
	old := newest != "" && daysBetween(newest, asOf) > db.maxAge
	var out []string
	for _, name := range slices.Sorted(maps.Keys(db.copies)) {
		if old || daysBetween(db.copies[name].Imported, asOf) > db.maxAge {
			out = append(out, name)
		}
	}
	return out
}

// Sources are the collections that are asked.
func (db *DB) Sources() []riskdb.AdviceSource {
	var out []riskdb.AdviceSource
	for _, c := range db.Copies() {
		s := riskdb.AdviceSource{Name: "OSV " + c.Ecosystem, Advisories: c.Records, Newest: c.Newest, Imported: c.Imported, Origin: c.Origin, Licence: licenceOf(c.Ecosystem)}
		if title := listTitles[c.Ecosystem]; title != "" {
			s.Name = title
		}
		out = append(out, s)
	}
	return out
}

// index opens an ecosystem once.
func (db *DB) index(name string) (*index, error) {
	db.mu.Lock()
	defer db.mu.Unlock()
	if x := db.open[name]; x != nil {
		return x, nil
	}
	folder := db.folder(name)
	x, err := openFiles(filepath.Join(folder, indexFile), filepath.Join(folder, archiveFile))
	if err == nil {
		db.open[name] = x
	}
	return x, err
}

// Close closes its files.
func (db *DB) Close() error {
	db.mu.Lock()
	defer db.mu.Unlock()
	for _, x := range db.open {
		x.close()
	}
	clear(db.open)
	return nil
}

// licenceOf is under what terms the advisories of an ecosystem come, as https://google.github.io/osv.dev/data/ states;
// where databases of several terms flow together, the strictest.
func licenceOf(name string) string {
	switch name {
	case "Go", "PyPI", "npm", "Maven", "NuGet", "RubyGems", "Packagist", "Pub", "Hex", "SwiftURL", "GitHub Actions", "OSS-Fuzz", "Android", "Julia", "Hackage":
		return "CC-BY-4.0"
	case "crates.io":
		return "CC0-1.0, CC-BY-4.0"
	case "Debian", "Alpine", "AlmaLinux", "Wolfi", "Chainguard":
		return "MIT"
	case "Rocky Linux":
		return "BSD-3-Clause"
	case "Ubuntu", "Red Hat", "SUSE", "openSUSE", "Mageia", "openEuler":
		return "CC-BY-4.0"
	case "kev":
		return "CC0-1.0"
	case "epss":
		return "FIRST EPSS usage agreement"
	case gitEcosystem:
		return "CC0-1.0, CC-BY-4.0"
	}
	return ""
}
