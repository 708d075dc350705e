package rpmdb

import (
	"bytes"
	"path"
)

// The tags of a package's files: for each file its name and the number of its folder in a list of folders.
const (
	tagFolderOf, tagNames, tagFolders = 1116, 1117, 1118

	maxFiles = 500_000 // of one package; the largest real ones have some 50,000
)

// files is the list of a package's files as the header has it.
type files struct {
	names, folders, folderOf column
}

// column is the values of one tag: NUL-terminated texts or four-byte numbers.
type column struct {
	count int64
	data  []byte
}

func (f *files) set(tag, count int64, data []byte) {
	switch c := (column{min(count, maxFiles), data}); tag {
	case tagNames:
		f.names = c
	case tagFolders:
		f.folders = c
	case tagFolderOf:
		f.folderOf = c
	}
}

// paths are the full paths of those files whose name is wanted.
func (f *files) paths(want func(base []byte) bool) []string {
	var out, folders []string
	n := int64(0)
	f.names.texts(func(name []byte) {
		at := 4 * n
		if n++; n > f.folderOf.count || at+4 > int64(len(f.folderOf.data)) || !want(name) {
			return
		}
		if folders == nil {
			f.folders.texts(func(folder []byte) { folders = append(folders, string(folder)) })
		}
		if i := be32(f.folderOf.data[at:]); i < int64(len(folders)) {
			out = append(out, path.Join(folders[i], string(name)))
		}
	})
	return out
}

func (c column) texts(yield func([]byte)) {
	data := c.data
	for range c.count {
		text, rest, ok := bytes.Cut(data, []byte{0})
		if !ok {
			return
		}
		yield(text)
		data = rest
	}
}
