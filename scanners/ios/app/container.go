package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"

	"quaestor/scanners/internal/apkfile"
	"quaestor/scanners/source"
)

// entry is a file in a container.
type entry struct {
	name string // slash-separated, clean
	size int64
	zip  *apkfile.Entry
}

// container is an archive or a folder.
type container struct {
	entries []entry
	zip     *apkfile.File // nil for a folder
	src     *source.Source
	unsafe  []string // names that lead outside, or that another entry has too: they are left out
	links   []string // symbolic links, which are not followed
	cut     bool     // there are more entries than are listed
}

// open lists what a source holds.
func open(src *source.Source) (*container, error) {
	c := &container{src: src}
	if src.IsDir() {
		return c, c.list()
	}
	r := src.ReaderAt()
	if r == nil {
		return nil, fmt.Errorf("%q has no content to read", src.Name())
	}
	f, err := apkfile.Open(r, src.Size())
	if err != nil {
		return nil, fmt.Errorf("%q cannot be read as an archive: %w; fetch the file again", src.Name(), err)
	}
	c.fill(f)
	return c, nil
}

// fill takes the entries of an archive. Of several with one name none is taken: tools and phones do not agree which one
// counts.
func (c *container) fill(f *apkfile.File) {
	c.zip = f
	seen := make(map[string]int, len(f.Entries))
	for i := range f.Entries {
		e := &f.Entries[i]
		if strings.HasSuffix(e.Name, "/") && e.Size == 0 {
			continue
		}
		name := nameOf(e)
		if !fs.ValidPath(name) || strings.ContainsAny(name, "\\\x00") {
			c.unsafe = append(c.unsafe, e.Name)
			continue
		}
		seen[name]++
		c.entries = append(c.entries, entry{name: name, size: e.Size, zip: e})
	}
	kept := c.entries[:0]
	for _, e := range c.entries {
		if seen[e.name] > 1 {
			c.unsafe = append(c.unsafe, e.name)
			continue
		}
		kept = append(kept, e)
	}
	c.entries = kept
}

// nameOf is the name of an entry. One that leads elsewhere before it leads back stays as it is.
func nameOf(e *apkfile.Entry) string { return strings.TrimPrefix(e.Name, "./") }

// list lists a folder, within the limits of the source.
func (c *container) list() error {
	fsys, err := c.src.FS()
	if err != nil {
		return err
	}
	limits := c.src.Limits()
	return fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && name != "." && strings.Count(name, "/") >= limits.Depth:
			c.cut = true
			return fs.SkipDir
		case d.Type()&fs.ModeSymlink != 0:
			c.links = append(c.links, name)
		case !d.Type().IsRegular():
		case len(c.entries) >= limits.Entries:
			c.cut = true
			return fs.SkipAll
		default:
			if info, err := d.Info(); err == nil {
				c.entries = append(c.entries, entry{name: name, size: info.Size()})
			}
		}
		return nil
	})
}

// errChanged is of a file that has another size than when it was listed.
var errChanged = errors.New("it is not of the size that it claims")

// whole reads an entry into buf, which has room for it.
func (c *container) whole(ctx context.Context, e *entry, buf []byte) ([]byte, error) {
	if c.zip != nil {
		return c.zip.ReadInto(ctx, e.zip, buf, e.size)
	}
	in, err := c.stream(ctx, e)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	buf = buf[:e.size]
	if _, err := io.ReadFull(in, buf); err != nil {
		return nil, err
	}
	var one [1]byte
	if n, err := in.Read(one[:]); n > 0 || err != nil && !errors.Is(err, io.EOF) {
		return nil, errors.Join(errChanged, err)
	}
	return buf, nil
}

// stream reads an entry from its beginning to its end.
func (c *container) stream(ctx context.Context, e *entry) (io.ReadCloser, error) {
	if c.zip != nil {
		return c.zip.Stream(ctx, e.zip)
	}
	return c.src.OpenFile(e.name)
}

// layout is where in a container the app lies.
type layout struct {
	root   string   // with a slash at its end; empty where the container is the app
	others []string // further apps beside it
}

// findApps looks for the folder of an app: Payload/NAME.app as in an IPA, also one folder further down; Products/Applications
// as Xcode archives it; or NAME.app alone. The names of files inside are handed over one by one.
type finder struct{ found map[string]bool }

func (f *finder) add(name string) {
	parts := strings.SplitN(name, "/", 6)
	if parts[0] == "__MACOSX" || len(parts) < 2 {
		return
	}
	for depth := 0; depth < len(parts)-1 && depth < 4; depth++ {
		if !isApp(parts[depth]) {
			continue
		}
		if known(parts[:depth]) && parts[depth+1] != "Contents" {
			if f.found == nil {
				f.found = map[string]bool{}
			}
			f.found[strings.Join(parts[:depth+1], "/")+"/"] = true
		}
		return
	}
}

func isApp(name string) bool { return len(name) > 4 && strings.HasSuffix(name, ".app") }

// known reports the folders in which an app lies.
func known(above []string) bool {
	switch len(above) {
	case 0:
		return true
	case 1:
		return above[0] == "Payload"
	case 2:
		return above[1] == "Payload" || above[0] == "Products" && above[1] == "Applications"
	case 3:
		return strings.HasSuffix(above[0], ".xcarchive") && above[1] == "Products" && above[2] == "Applications"
	}
	return false
}

// rank puts an IPA's folder before others.
func rank(root string) int {
	if strings.HasPrefix(root, "Payload/") {
		return 0
	}
	return strings.Count(root, "/")
}

// subject is how readers find an entry.
func (c *container) subject(name string) string { return c.src.Join(path.Clean(name)) }
