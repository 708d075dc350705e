// Package asar reads the archives in which programs made with Electron keep their code, https://github.com/electron/asar: a list
// of files in JSON, and behind it their content, one after another.
//
// What the package cannot see: files that the list names as unpacked, which lie in a folder beside the archive.
package asar

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Limits of one archive. The list of the largest program that is known here has 8 MB.
const (
	maxHeader  = 64 << 20
	maxEntries = 200_000
	maxDepth   = 64
	maxName    = 255
)

// headBytes are those before the list: four numbers of 32 bits, which say how long what follows is.
const headBytes = 16

// Looks reports whether the first bytes of a file are those of such an archive.
func Looks(head []byte) bool {
	_, ok := listSize(head)
	if !ok || len(head) < headBytes+9 {
		return false
	}
	list := bytes.TrimLeft(head[headBytes:], " \t\r\n")
	return bytes.HasPrefix(list, []byte(`{`)) && bytes.HasPrefix(bytes.TrimLeft(list[1:], " \t\r\n"), []byte(`"files"`))
}

// listSize is the length of the list, where the four numbers agree with each other.
func listSize(head []byte) (int64, bool) {
	if len(head) < headBytes {
		return 0, false
	}
	n := func(at int) int64 { return int64(binary.LittleEndian.Uint32(head[at:])) }
	size := n(12)
	return size, n(0) == 4 && n(8) <= n(4)-4 && size <= n(8)-4 && size > 0
}

// Archive is one archive, as a file system. What does not hold together in it is counted in Bad.
type Archive struct {
	Bad     int // entries whose place, size or name is impossible
	Cut     int // entries beyond the limits
	Away    int // files that lie beside the archive
	content io.ReaderAt
	root    *node
	entries int
	size    int64 // of the file
	base    int64 // where the content begins
}

type node struct {
	name     string
	folder   bool
	size, at int64
	children map[string]*node
	sorted   []*node
}

// Open reads the list of an archive of a size.
func Open(r io.ReaderAt, size int64) (*Archive, error) {
	var head [headBytes]byte
	if _, err := r.ReadAt(head[:], 0); err != nil {
		return nil, fmt.Errorf("the archive is cut short: %w", err)
	}
	length, ok := listSize(head[:])
	outer := int64(binary.LittleEndian.Uint32(head[4:]))
	if !ok || 8+outer > size {
		return nil, errors.New("the sizes at the beginning of the archive do not agree with each other or with the file")
	}
	if length > maxHeader {
		return nil, fmt.Errorf("the list of the archive has %d bytes, more than %d", length, maxHeader)
	}
	a := &Archive{content: r, size: size, base: 8 + outer, root: &node{folder: true}}
	dec := json.NewDecoder(io.NewSectionReader(r, headBytes, length))
	dec.UseNumber()
	if err := a.folder(dec, a.root, 0); err != nil {
		return nil, fmt.Errorf("the list of the archive does not parse: %w", err)
	}
	a.root.sort()
	return a, nil
}

// folder reads the description of a folder: an object with a member files. A value that no program makes is left out.
func (a *Archive) folder(dec *json.Decoder, into *node, depth int) error {
	if err := open(dec); err != nil {
		return err
	}
	for dec.More() {
		key, err := name(dec)
		if err != nil {
			return err
		}
		if key != "files" || into == nil {
			err = skip(dec)
		} else {
			err = a.files(dec, into, depth)
		}
		if err != nil {
			return err
		}
	}
	return closed(dec)
}

func (a *Archive) files(dec *json.Decoder, into *node, depth int) error {
	if depth > maxDepth {
		a.Cut++
		return skip(dec)
	}
	if err := open(dec); err != nil {
		return err
	}
	for dec.More() {
		key, err := name(dec)
		if err != nil {
			return err
		}
		if err := a.entry(dec, into, key, depth); err != nil {
			return err
		}
	}
	return closed(dec)
}

// entry reads what is said of one name.
func (a *Archive) entry(dec *json.Decoder, into *node, called string, depth int) error {
	if a.entries++; a.entries > maxEntries {
		a.Cut++
		return skip(dec)
	}
	if err := open(dec); err != nil {
		return err
	}
	n := &node{name: called}
	var size, offset string
	var unpacked, link bool
	for dec.More() {
		key, err := name(dec)
		if err != nil {
			return err
		}
		switch key {
		case "files":
			n.folder = true
			if n.children == nil {
				n.children = map[string]*node{}
			}
			err = a.files(dec, n, depth+1)
		case "size":
			size, err = text(dec)
		case "offset":
			offset, err = text(dec)
		case "unpacked":
			unpacked, err = true, skip(dec)
		case "link":
			link, err = true, skip(dec)
		default:
			err = skip(dec)
		}
		if err != nil {
			return err
		}
	}
	if err := closed(dec); err != nil {
		return err
	}
	a.add(into, n, size, offset, unpacked, link)
	return nil
}

// add takes an entry whose name, size and place are possible.
func (a *Archive) add(into, n *node, size, offset string, unpacked, link bool) {
	if link { // to another entry of the archive
		return
	}
	if n.name == "" || len(n.name) > maxName || n.name == "." || n.name == ".." || strings.ContainsAny(n.name, "/\\\x00") || into.children[n.name] != nil {
		a.Bad++
		return
	}
	if !n.folder {
		if unpacked {
			a.Away++
			return
		}
		var err1, err2 error
		n.size, err1 = strconv.ParseInt(size, 10, 64)
		n.at, err2 = strconv.ParseInt(offset, 10, 64)
		room := a.size - a.base
		if err1 != nil || err2 != nil || n.size < 0 || n.at < 0 || n.at > room || n.size > room-n.at {
			a.Bad++
			return
		}
	}
	if into.children == nil {
		into.children = map[string]*node{}
	}
	into.children[n.name] = n
}

func (n *node) sort() {
	for _, c := range n.children {
		n.sorted = append(n.sorted, c)
		c.sort()
	}
	slices.SortFunc(n.sorted, func(a, b *node) int { return strings.Compare(a.name, b.name) })
}

// Reading of JSON piece by piece, so that its depth is bounded here.

var errShape = errors.New("it has not the form of a list of files")

func open(dec *json.Decoder) error   { return delim(dec, '{') }
func closed(dec *json.Decoder) error { return delim(dec, '}') }

func delim(dec *json.Decoder, want json.Delim) error {
	t, err := dec.Token()
	if err == nil && t != want {
		err = errShape
	}
	return err
}

func name(dec *json.Decoder) (string, error) {
	t, err := dec.Token()
	if err != nil {
		return "", err
	}
	s, ok := t.(string)
	if !ok {
		return "", errShape
	}
	return s, nil
}

// text is a value that is a number or a number in quotes; that of another form is none.
func text(dec *json.Decoder) (string, error) {
	t, err := dec.Token()
	switch v := t.(type) {
	case string:
		return v, err
	case json.Number:
		return v.String(), err
	case json.Delim:
		return "", rest(dec, 1)
	}
	return "", err
}

func skip(dec *json.Decoder) error {
	t, err := dec.Token()
	if d, ok := t.(json.Delim); ok && err == nil && (d == '{' || d == '[') {
		return rest(dec, 1)
	}
	return err
}

// rest reads up to the end of what is open at a depth.
func rest(dec *json.Decoder, depth int) error {
	for depth > 0 {
		t, err := dec.Token()
		if err != nil {
			return err
		}
		switch t {
		case json.Delim('{'), json.Delim('['):
			depth++
		case json.Delim('}'), json.Delim(']'):
			depth--
		}
	}
	return nil
}

// Open implements fs.FS.
func (a *Archive) Open(name string) (fs.File, error) {
	n, err := a.find("open", name)
	if err != nil {
		return nil, err
	}
	if n.folder {
		return &folder{n: n}, nil
	}
	return &file{n, io.NewSectionReader(a.content, a.base+n.at, n.size)}, nil
}

// ReadDir implements fs.ReadDirFS.
func (a *Archive) ReadDir(name string) ([]fs.DirEntry, error) {
	n, err := a.find("readdir", name)
	if err != nil {
		return nil, err
	}
	if !n.folder {
		return nil, &fs.PathError{Op: "readdir", Path: name, Err: errors.New("not a folder")}
	}
	return n.entries(), nil
}

func (n *node) entries() []fs.DirEntry {
	out := make([]fs.DirEntry, len(n.sorted))
	for i, c := range n.sorted {
		out[i] = fs.FileInfoToDirEntry(info{c})
	}
	return out
}

func (a *Archive) find(op, name string) (*node, error) {
	if !fs.ValidPath(name) {
		return nil, &fs.PathError{Op: op, Path: name, Err: fs.ErrInvalid}
	}
	n := a.root
	if name == "." {
		return n, nil
	}
	for part := range strings.SplitSeq(name, "/") {
		if n = n.children[part]; n == nil {
			return nil, &fs.PathError{Op: op, Path: name, Err: fs.ErrNotExist}
		}
	}
	return n, nil
}

type info struct{ n *node }

func (i info) Name() string       { return path.Base("/" + i.n.name) }
func (i info) Size() int64        { return i.n.size }
func (i info) ModTime() time.Time { return time.Time{} }
func (i info) IsDir() bool        { return i.n.folder }
func (i info) Sys() any           { return nil }
func (i info) Mode() fs.FileMode {
	if i.n.folder {
		return fs.ModeDir | 0o555
	}
	return 0o444
}

type file struct {
	n *node
	*io.SectionReader
}

func (f *file) Stat() (fs.FileInfo, error) { return info{f.n}, nil }
func (f *file) Close() error               { return nil }

type folder struct {
	n  *node
	at int
}

func (f *folder) Stat() (fs.FileInfo, error) { return info{f.n}, nil }
func (f *folder) Close() error               { return nil }
func (f *folder) Read([]byte) (int, error)   { return 0, errors.New("it is a folder") }

// ReadDir implements fs.ReadDirFile.
func (f *folder) ReadDir(n int) ([]fs.DirEntry, error) {
	left := f.n.entries()[f.at:]
	if n > 0 {
		if len(left) == 0 {
			return nil, io.EOF
		}
		left = left[:min(n, len(left))]
	}
	f.at += len(left)
	return left, nil
}
