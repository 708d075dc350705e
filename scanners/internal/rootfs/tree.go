package rootfs

import (
	"archive/tar"
	"io/fs"
	"path"
	"slices"
	"strings"

	"quaestor/scanners/source"
)

// The names by which an upper layer of an image takes files of the lower ones away, as the OCI image specification
// defines them.
const (
	whiteout = ".wh."
	opaque   = ".wh..wh..opq"
)

// node is a file, folder or link.
type node struct {
	name     string
	mode     fs.FileMode // type bits alone
	time     int64       // in seconds since 1970
	target   string      // of a link
	body     *body
	children map[string]*node
	sorted   []fs.DirEntry // of children
}

// Tree lays layers over each other, the lowest first. The error says that not everything was laid.
func Tree(name string, layers ...*Layer) (*FS, error) {
	t := tree{root: &node{name: ".", mode: fs.ModeDir, children: map[string]*node{}}}
	var err error
	for _, l := range layers {
		hide(t.root, l)
		for _, e := range l.entries {
			if t.nodes > maxNodes {
				err = &source.LimitError{Name: name, What: "files and folders", Limit: maxNodes}
				break
			}
			t.apply(e)
		}
	}
	t.root.sort()
	return &FS{root: t.root}, err
}

// tree is a root folder that is being made.
type tree struct {
	root  *node
	nodes int // that were made
}

// hide takes away what a layer covers of those below it. It comes before the layer's own files: a folder that is opaque
// keeps what its own layer puts into it, in whatever order the archive has them.
func hide(root *node, l *Layer) {
	for _, e := range l.entries {
		dir, base := path.Split(e.name)
		gone, marked := strings.CutPrefix(base, whiteout)
		if !marked {
			continue
		}
		folder := root.dir(path.Clean(dir))
		switch {
		case folder == nil:
		case base == opaque:
			clear(folder.children)
		default:
			delete(folder.children, gone)
		}
	}
}

// dir is a folder by its path, nil where there is none.
func (n *node) dir(name string) *node {
	if name == "." {
		return n
	}
	for part := range strings.SplitSeq(name, "/") {
		if n = n.children[part]; n == nil {
			return nil
		}
	}
	return n
}

// apply puts one entry into its place. Where an upper layer has a folder in place of another thing, or the other way
// round, the upper one counts; links on the way are not followed, as when an image is unpacked.
func (t *tree) apply(e entry) {
	if e.name == "." || strings.HasPrefix(path.Base(e.name), whiteout) {
		return
	}
	parts := strings.Split(e.name, "/")
	folder := t.root
	for _, part := range parts[:len(parts)-1] {
		next := folder.children[part]
		if next == nil || next.mode != fs.ModeDir {
			next = &node{name: part, mode: fs.ModeDir, children: map[string]*node{}}
			folder.children[part] = next
			t.nodes++
		}
		folder = next
	}
	base := parts[len(parts)-1]
	folder.children[base] = t.root.make(e, base, folder.children[base])
	t.nodes++
}

// make is the node of an entry; old is what was in its place.
func (n *node) make(e entry, base string, old *node) *node {
	made := &node{name: base, time: e.time}
	switch e.kind {
	case tar.TypeDir:
		if old != nil && old.mode == fs.ModeDir {
			old.time = e.time
			return old
		}
		made.mode, made.children = fs.ModeDir, map[string]*node{}
	case tar.TypeSymlink:
		made.mode, made.target = fs.ModeSymlink, e.target
	case tar.TypeLink:
		to := n.dir(e.target)
		if to == nil || to.mode == fs.ModeDir {
			made.mode, made.target = fs.ModeIrregular, e.target
			return made
		}
		made.mode, made.target, made.body = to.mode, to.target, to.body
	case tar.TypeFifo:
		made.mode = fs.ModeNamedPipe
	case tar.TypeChar:
		made.mode = fs.ModeDevice | fs.ModeCharDevice
	case tar.TypeBlock:
		made.mode = fs.ModeDevice
	default:
		made.body = e.body
	}
	return made
}

// sort makes the lists of all folders.
func (n *node) sort() {
	n.sorted = make([]fs.DirEntry, 0, len(n.children))
	for _, c := range n.children {
		n.sorted = append(n.sorted, fs.FileInfoToDirEntry(info{c}))
		if c.mode == fs.ModeDir {
			c.sort()
		}
	}
	slices.SortFunc(n.sorted, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
}
