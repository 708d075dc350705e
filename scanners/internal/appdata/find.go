package appdata

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"quaestor/scanners/internal/hostroot"
)

// How much is looked at below one base: folders, and names in them. An account with every program there is has some thousands
// and some hundred thousands; links that lead in circles have no end.
const (
	maxFolders = 20_000
	maxNames   = 1_000_000
)

// ErrMany is that a base has more folders than are looked at.
var ErrMany = errors.New("there are more folders than are looked through; some were not looked at")

// Find looks for folders of programs up to some levels below a base. Is tells from the names in a folder whether it is one
// that is looked for; such a folder is not gone into.
func Find(h *hostroot.Host, b Base, levels int, is func(dir string, names map[string]bool) bool, problem func(name string, err error)) []string {
	f := find{h: h, is: is, problem: problem, left: maxFolders, names: maxNames}
	return f.below(b, levels)
}

type find struct {
	h       *hostroot.Host
	is      func(string, map[string]bool) bool
	problem func(string, error)
	left    int // folders
	names   int // in them
	found   []string
}

func (f *find) below(b Base, levels int) []string {
	f.visit(b.Dir, levels, b.Kind == Home)
	if f.left < 0 {
		f.problem(b.Dir, ErrMany)
	}
	return f.found
}

func (f *find) visit(dir string, levels int, home bool) {
	if f.left--; f.left < 0 {
		return
	}
	entries, err := f.h.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		f.problem(dir, err)
	}
	if f.names -= len(entries); f.names < 0 {
		f.left = -1
		return
	}
	names := make(map[string]bool, len(entries))
	for _, e := range entries {
		names[e.Name()] = true
	}
	if f.is(dir, names) {
		f.found = append(f.found, dir)
		return
	}
	for _, e := range entries {
		if levels > 0 && !passed(e.Name(), home) && IsFolder(f.h, dir, e) {
			f.visit(path.Join(dir, e.Name()), levels-1, false)
		}
	}
}

// BrokenLinks tells of links in place of folders of known programs, up to one level below a base, that lead to nothing: out of
// a copy, or to what is there only while somebody is logged in. Other links are of no concern: many programs leave dangling ones.
func BrokenLinks(h *hostroot.Host, base string, known func(name string) bool, problem func(name string, err error)) {
	brokenLinks(h, base, 1, known, problem)
}

func brokenLinks(h *hostroot.Host, dir string, levels int, known func(name string) bool, problem func(name string, err error)) {
	entries, _ := h.ReadDir(dir) // whoever looks for folders tells of it
	for _, e := range entries {
		name := path.Join(dir, e.Name())
		switch {
		case !known(e.Name()):
		case e.IsDir() && levels > 0:
			brokenLinks(h, name, levels-1, known, problem)
		case e.Type()&fs.ModeSymlink != 0:
			if at, why := h.Broken(name); at != "" {
				problem(name, fmt.Errorf("the settings of a program could not be reached: %w", why))
			}
		}
	}
}

// passed reports whether no program keeps settings in a folder of that name. In a home, only folders whose names begin with a
// dot are a program's own, and some of these are bases themselves.
func passed(name string, home bool) bool {
	if home {
		return !strings.HasPrefix(name, ".") || name == ".config" || name == ".local" || name == ".cache" || name == ".var"
	}
	switch name {
	case "Temp", "Packages", "Cache", "Code Cache", "GPUCache", "Microsoft.WindowsApps":
		return true
	}
	return false
}
