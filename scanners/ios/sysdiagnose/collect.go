package sysdiagnose

import (
	"archive/tar"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"

	"quaestor/scanners/internal/gunzip"
	"quaestor/scanners/internal/iosfacts"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

// Limits on what is held of an archive at the same time.
const (
	maxFile    = 64 << 20  // one file
	maxHeld    = 192 << 20 // all databases, which are read once their logs are known
	maxEntries = 500_000
	unpackMore = 8 // times what one file may have: an archive is streamed and mostly passed over
)

// collector reads the files of a sysdiagnose as they come.
type collector struct {
	ctx   context.Context
	src   *source.Source
	phone *iosfacts.Phone

	files   int  // that were read
	mac     bool // of another system
	zone    *time.Location
	made    time.Time
	held    map[string][]byte // databases and their logs
	size    int64
	seen    map[string]bool // what the archive holds, by kind
	apps    map[string]*state
	order   []string
	homes   map[string]string // container of an app's program, and whose it is
	running []process
	sums    []byte
}

func newCollector(ctx context.Context, src *source.Source) *collector {
	c := &collector{ctx: ctx, src: src, phone: iosfacts.New(id), zone: time.UTC, held: map[string][]byte{}, seen: map[string]bool{}, apps: map[string]*state{}, homes: map[string]string{}}
	c.dated(src.Base())
	return c
}

var madeAt = regexp.MustCompile(`sysdiagnose_(\d{4}\.\d\d\.\d\d_\d\d-\d\d-\d\d[+-]\d{4})`)

// dated reads from the name of the archive or its folder when it was made, and in which time zone.
func (c *collector) dated(name string) {
	m := madeAt.FindStringSubmatch(name)
	if m == nil || !c.made.IsZero() {
		return
	}
	if t, err := time.Parse("2006.01.02_15-04-05-0700", m[1]); err == nil && iosfacts.Valid(t) != nil {
		c.made, c.zone = t, t.Location()
	}
}

// collect hands every file that is of interest to its reader.
func (c *collector) collect() error {
	if c.src.IsDir() || c.src.StartsLikeZip() {
		return c.folder()
	}
	in, err := c.src.Reader()
	if err != nil {
		return err
	}
	if gunzip.Is(c.src.Head()) {
		if in, err = gunzip.Reader(in, c.src.Name(), unpackMore*c.src.Limits().FileBytes); err != nil {
			return err
		}
	}
	return c.archive(tar.NewReader(in))
}

// archive reads a tar archive once, from its beginning to its end.
func (c *collector) archive(r *tar.Reader) error {
	for n := 0; n < maxEntries; n++ {
		if err := c.ctx.Err(); err != nil {
			return err
		}
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("the archive breaks off or is damaged: %w", err)
		}
		c.dated(h.Name)
		if h.Typeflag != tar.TypeReg {
			continue
		}
		name := path.Clean(h.Name)
		if err := c.file(relative(name), name, r); err != nil {
			return err
		}
	}
	return &source.LimitError{Name: c.src.Name(), What: "entries", Limit: maxEntries}
}

// relative is the name of a file below the folder that an archive holds.
func relative(name string) string {
	for _, top := range []string{"logs/", "summaries/"} {
		if strings.HasPrefix(name, top) {
			return name
		}
	}
	if _, rest, ok := strings.Cut(name, "/"); ok {
		return rest
	}
	return name
}

// folder reads the files of a folder or zip archive.
func (c *collector) folder() error {
	top, ok := root(c.src)
	fsys, err := c.src.FS()
	if err != nil || !ok {
		return errors.Join(err, errors.New("the files of a sysdiagnose are not there"))
	}
	c.dated(top)
	for _, pattern := range patterns() {
		names, err := fs.Glob(fsys, path.Join(top, pattern))
		if err != nil {
			return err
		}
		slices.Sort(names)
		for _, name := range names {
			if err := c.open(top, name); err != nil {
				return err
			}
		}
	}
	return nil
}

func (c *collector) open(top, name string) error {
	if err := c.ctx.Err(); err != nil {
		return err
	}
	rel := name
	if top != "." {
		rel = strings.TrimPrefix(name, top+"/")
	}
	f, err := c.src.OpenFile(name)
	if err != nil {
		c.unread(name, err)
		return nil
	}
	defer f.Close()
	return c.file(rel, name, f)
}

// file reads one file, if it is of interest. Only an error of the whole archive is returned.
func (c *collector) file(rel, name string, in io.Reader) error {
	k := kindOf(rel)
	if k == nil {
		return nil
	}
	data, err := io.ReadAll(io.LimitReader(in, maxFile+1))
	switch {
	case err != nil:
		return err
	case len(data) > maxFile:
		err = &source.LimitError{Name: c.src.Join(name), What: "size", Limit: maxFile}
	case len(data) == 0:
		return nil
	default:
		c.hashed(name, data)
		c.seen[k.what] = true
		err = k.read(c, name, data)
	}
	c.files++
	if err != nil {
		c.unread(name, err)
	}
	return nil
}

// unread says that a file could not be read.
func (c *collector) unread(name string, err error) {
	kind := inventory.GapMalformed
	var limit *source.LimitError
	var path *fs.PathError
	switch {
	case errors.As(err, &limit):
		kind = inventory.GapLimit
	case errors.As(err, &path):
		kind = inventory.GapUnreadable
	}
	c.gap(inventory.Gap{Subject: c.src.Join(name), Kind: kind, Detail: fmt.Sprintf("The file cannot be read: %v.", err), Next: "Make the sysdiagnose again, or get a whole copy of it."})
}

func (c *collector) gap(g inventory.Gap) {
	g.Subject = inventory.Text(g.Subject)
	c.phone.Gap(g)
}

// hashed keeps the hash of a file for origins, and of all for the identity of a device that tells no serial number.
func (c *collector) hashed(name string, data []byte) {
	sum := sha256.Sum256(data)
	c.phone.Hashed(inventory.Text(c.src.Join(name)), hex.EncodeToString(sum[:]))
	next := sha256.Sum256(append(bytes.Clone(c.sums), sum[:]...))
	c.sums = next[:]
}

// hold keeps a database until all files are known.
func (c *collector) hold(name string, data []byte) error {
	if c.size += int64(len(data)); c.size > maxHeld {
		return &source.LimitError{Name: c.src.Join(name), What: "databases", Limit: maxHeld}
	}
	c.held[name] = data
	return nil
}
