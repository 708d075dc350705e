// Package owners tells which installed package a file of a Linux computer belongs to, as the databases of dpkg, rpm,
// apk and pacman list it.
//
// What the package cannot see: files that a package writes only when it is set up or runs, and whether a file was
// changed after the package brought it.
package owners

import (
	"context"
	"errors"
	"io/fs"
	"strings"

	"quaestor/scanners/internal/hostroot"
	"quaestor/scanners/inventory"
)

// maxOwned bounds the files that are kept of all packages together.
const maxOwned = 200_000

// Owner is a package that is installed on the computer.
type Owner struct {
	App  string // App.ID, as the scanner of the package's kind makes it
	Kind inventory.IdentifierKind
	Name string
}

// Index is which package owns which of the files that were asked for, by their path below the root folder.
type Index struct {
	owned map[string]Owner
	full  bool
	// Unread are lists that could not be read: what they name seems to belong to no package.
	Unread []Unread
}

// Unread is a file or folder of a package database that could not be read.
type Unread struct {
	Name string
	Err  error
}

// ErrTooMany is that more files were asked for than are kept.
var ErrTooMany = errors.New("the packages of this computer have more such files than are kept")

// Find looks in every package database of the computer for the files that want chooses by name. want must not keep the
// name.
func Find(ctx context.Context, h *hostroot.Host, device string, want func(base []byte) bool) *Index {
	x := &Index{owned: make(map[string]Owner)}
	for _, read := range []func(context.Context, *hostroot.Host, string, func([]byte) bool){x.dpkg, x.rpm, x.alpine, x.arch} {
		if ctx.Err() == nil {
			read(ctx, h, device, want)
		}
	}
	if x.full {
		x.Unread = append(x.Unread, Unread{".", ErrTooMany})
	}
	return x
}

// Of is the package that owns a path below the root folder. Folders that were moved below usr (bin, sbin, lib, lib64)
// are the same with and without it: packages still list them by the old name.
func (x *Index) Of(path string) (Owner, bool) {
	for _, name := range Spellings(path) {
		if o, ok := x.owned[name]; ok {
			return o, true
		}
	}
	return Owner{}, false
}

// Has reports whether a package owns a path below the root folder.
func (x *Index) Has(path string) bool {
	_, ok := x.Of(path)
	return ok
}

// merged are the folders that today's distributions have below usr.
var merged = []string{"bin/", "sbin/", "lib/", "lib32/", "lib64/", "libx32/"}

// Spellings are the names by which a package may list a path: itself, and with or without the usr before it.
func Spellings(path string) []string {
	path = strings.TrimPrefix(path, "/")
	rest, usr := strings.CutPrefix(path, "usr/")
	for _, folder := range merged {
		if !strings.HasPrefix(rest, folder) {
			continue
		}
		if usr {
			return []string{path, rest}
		}
		return []string{path, "usr/" + path}
	}
	return []string{path}
}

func (x *Index) add(path string, o Owner) {
	if len(x.owned) == maxOwned {
		x.full = true
		return
	}
	if _, known := x.owned[path]; !known {
		x.owned[path] = o
	}
}

func (x *Index) unread(name string, err error) {
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		x.Unread = append(x.Unread, Unread{name, err})
	}
}
