package software

import (
	"bytes"
	"context"
	"debug/macho"
	"errors"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"

	"quaestor/scanners/source"
)

// Limits beside those of the source.
const (
	maxManifest   = 16 << 20  // bytes of a file that is read whole to be parsed
	maxExecutable = 512 << 20 // bytes of a program that is looked into
	minExecutable = 4 << 10   // a smaller one has no list of what it was built from
	maxNested     = 8         // archives in archives
)

// tree is the files of a folder or an archive, listed once. Links are not followed: what they lead to inside is there by
// itself, and what lies outside is no part of it.
type tree struct {
	ctx   context.Context
	src   *source.Source
	fsys  fs.FS
	place string // of an archive inside of the software: "resources/app.asar!"
	depth int
	files []string
	sizes map[string]int64
	bases map[string][]string // files by the last part of their names
	cut   string              // what limit ended the listing
	bad   []string            // folders that could not be listed
	progs []string            // programs, once they were looked for
	known bool
	shut  []string // files of which not even the beginning could be read
}

// plant lists what is in a source.
func plant(ctx context.Context, src *source.Source, place string, depth int) (*tree, error) {
	t := &tree{ctx: ctx, src: src, place: place, depth: depth, sizes: map[string]int64{}, bases: map[string][]string{}}
	fsys, err := src.FS()
	if err != nil {
		return nil, err
	}
	t.fsys = fsys
	if members, ok := src.Members(); ok {
		for _, m := range members {
			t.add(m.Name, m.Size)
		}
		return t, ctx.Err()
	}
	limits, entries := src.Limits(), 0
	err = fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil:
			if len(t.bad) < 100 {
				t.bad = append(t.bad, name)
			}
			if d != nil && d.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		if entries++; entries > limits.Entries {
			t.cut = "entries"
			return fs.SkipAll
		}
		if d.IsDir() {
			if strings.Count(name, "/") >= 2*limits.Depth {
				t.cut = "depth"
				return fs.SkipDir
			}
			return nil
		}
		if d.Type().IsRegular() {
			if info, err := d.Info(); err == nil { // else it is gone
				t.add(name, info.Size())
			}
		}
		return nil
	})
	return t, err
}

func (t *tree) add(name string, size int64) {
	t.files = append(t.files, name)
	t.sizes[name] = size
	base := path.Base(name)
	t.bases[base] = append(t.bases[base], name)
}

func (t *tree) has(name string) bool { _, ok := t.sizes[name]; return ok }

// suffixed are the files whose names end so, whatever the case.
func (t *tree) suffixed(endings ...string) (out []string) {
	for _, name := range t.files {
		if ends(name, endings...) {
			out = append(out, name)
		}
	}
	return out
}

func ends(name string, endings ...string) bool {
	low := strings.ToLower(name)
	return slices.ContainsFunc(endings, func(e string) bool { return strings.HasSuffix(low, e) })
}

// content is an open file that can be read at any place.
type content struct {
	*io.SectionReader
	io.Closer
}

// open opens a file of at most limit bytes.
func (t *tree) open(name string, limit int64) (content, error) {
	if err := t.ctx.Err(); err != nil {
		return content{}, err
	}
	size, ok := t.sizes[name]
	if !ok {
		return content{}, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	if size > limit {
		return content{}, &source.LimitError{Name: t.place + name, What: "size", Limit: limit}
	}
	if f, err := t.fsys.Open(name); err == nil { // on a disk, or held in memory already
		if at, ok := f.(io.ReaderAt); ok {
			return content{io.NewSectionReader(at, 0, size), f}, nil
		}
		f.Close()
	}
	sub, err := t.src.Sub(name)
	if err != nil {
		return content{}, err
	}
	if sub.IsDir() || sub.ReaderAt() == nil {
		sub.Close()
		return content{}, errors.New("it is not a file any more")
	}
	return content{io.NewSectionReader(sub.ReaderAt(), 0, min(sub.Size(), limit)), sub}, nil
}

// read reads a small file whole.
func (t *tree) read(name string) ([]byte, error) {
	f, err := t.open(name, maxManifest)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, maxManifest))
}

// texts are endings of files that are no programs, so that a folder of thousands of them is not opened for nothing.
var texts = []string{".js", ".mjs", ".cjs", ".ts", ".map", ".json", ".md", ".txt", ".html", ".css", ".svg", ".png", ".jpg", ".gif", ".ico", ".woff", ".woff2", ".ttf", ".py", ".pyc", ".pyi", ".h", ".c",
	".cc", ".cpp", ".hpp", ".java", ".class", ".xml", ".yml", ".yaml", ".properties", ".jar", ".war", ".zip", ".gz", ".pak", ".asar", ".whl", ".rb", ".pl", ".pm", ".sh", ".gir", ".typelib", ".mo", ".po", ".qm", ".wav", ".mp3", ".mp4", ".pdf", ".dat"}

// programs are the executables and libraries: ELF, PE and Mach-O, by their first bytes.
func (t *tree) programs() []string {
	if t.known {
		return t.progs
	}
	t.known = true
	for _, name := range t.files {
		if t.ctx.Err() != nil {
			break
		}
		size := t.sizes[name]
		if size < minExecutable || size > maxExecutable || ends(name, texts...) {
			continue
		}
		yes, err := t.isProgram(name)
		if err != nil {
			t.shut = append(t.shut, name+": "+err.Error())
		}
		if yes {
			t.progs = append(t.progs, name)
		}
	}
	return t.progs
}

func (t *tree) isProgram(name string) (bool, error) {
	f, err := t.fsys.Open(name)
	if err != nil {
		return false, err
	}
	defer f.Close()
	head := make([]byte, 64)
	n, err := io.ReadFull(f, head)
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = nil
	}
	return isProgram(head[:n]), err
}

func isProgram(head []byte) bool {
	if len(head) < 64 {
		return false
	}
	word := uint32(head[0])<<24 | uint32(head[1])<<16 | uint32(head[2])<<8 | uint32(head[3])
	swapped := uint32(head[3])<<24 | uint32(head[2])<<16 | uint32(head[1])<<8 | uint32(head[0])
	switch {
	case bytes.HasPrefix(head, []byte("\x7fELF")), bytes.HasPrefix(head, []byte("MZ")):
		return true
	case swapped == macho.Magic32, swapped == macho.Magic64, word == macho.Magic32, word == macho.Magic64:
		return true
	}
	return word == macho.MagicFat && head[4] == 0 && head[5] == 0 && head[6] == 0 && head[7] < 30 // which Java's classes begin like too
}
