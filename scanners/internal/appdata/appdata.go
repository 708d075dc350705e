// Package appdata finds the folders in which programs keep what belongs to a person, for every account of a computer: those
// that each system has for it, and those of programs that are shut off from it (snaps, flatpaks, packaged apps of Windows,
// containers of macOS).
//
// What the package cannot see: data that a program was told to keep elsewhere.
package appdata

import (
	"errors"
	"io/fs"
	"path"
	"strings"

	"quaestor/scanners/internal/hostroot"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

// Kind says what programs keep in a base.
type Kind int

// The kinds of base. Only Linux keeps settings and data apart; elsewhere all is settings.
const (
	Settings Kind = iota
	Data
	Home // the person's home itself: programs make folders in it whose names begin with a dot
)

// Base is a folder in which programs make folders of their own.
type Base struct {
	Dir  string // below the root folder of the computer
	User string // account that it belongs to
	Kind Kind
}

// Bases lists the folders of every account. Whoever cannot be looked into is told by problem.
func Bases(h *hostroot.Host, problem func(name string, err error)) []Base {
	users, err := h.Users()
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		problem("etc/passwd", err)
	}
	var list []Base
	seen := map[string]bool{}
	for _, u := range users {
		home := strings.Trim(u.Home, "/")
		if home == "" || seen[home] {
			continue
		}
		seen[home] = true
		list = append(list, Of(h, home, u.Name, problem)...)
	}
	return list
}

// Of lists the folders of the account that has a home.
func Of(h *hostroot.Host, home, user string, problem func(name string, err error)) []Base {
	entries, err := h.ReadDir(home)
	if err != nil {
		if !errors.Is(err, fs.ErrNotExist) {
			problem(home, err)
		}
		if len(entries) == 0 {
			return nil
		}
	}
	w := walk{h: h, user: user, problem: problem}
	w.add(home, Home)
	switch h.Platform() {
	case inventory.Windows:
		w.windows(home)
	case inventory.MacOS:
		w.macOS(home)
	default:
		w.linux(home)
	}
	return w.list
}

type walk struct {
	h       *hostroot.Host
	user    string
	problem func(string, error)
	list    []Base
}

// add keeps a folder that is there.
func (w *walk) add(dir string, kind Kind) {
	if w.h.Exists(dir) {
		w.list = append(w.list, Base{Dir: dir, User: w.user, Kind: kind})
	}
}

func (w *walk) linux(home string) {
	w.add(path.Join(home, ".config"), Settings)
	w.add(path.Join(home, ".local/share"), Data)
	for _, app := range Folders(w.h, path.Join(home, ".var/app"), w.problem) {
		w.add(app, Home)
		w.add(path.Join(app, "config"), Settings)
		w.add(path.Join(app, "data"), Data)
	}
	for _, snap := range Folders(w.h, path.Join(home, "snap"), w.problem) {
		for _, part := range []string{"common", "current"} {
			w.add(path.Join(snap, part), Home)
			w.add(path.Join(snap, part), Settings) // some browsers leave out the folder between
			w.add(path.Join(snap, part, ".config"), Settings)
		}
		w.add(path.Join(snap, "current/.local/share"), Data)
	}
}

func (w *walk) macOS(home string) {
	w.add(path.Join(home, "Library/Application Support"), Settings)
	for _, app := range Folders(w.h, path.Join(home, "Library/Containers"), w.problem) {
		w.add(path.Join(app, "Data/Library/Application Support"), Settings)
	}
}

func (w *walk) windows(home string) {
	local := w.h.Fold(path.Join(home, "AppData/Local"))
	w.add(local, Settings)
	w.add(w.h.Fold(path.Join(home, "AppData/Roaming")), Settings)
	for _, app := range Folders(w.h, path.Join(local, "Packages"), w.problem) {
		w.add(path.Join(app, "LocalCache/Local"), Settings)
		w.add(path.Join(app, "LocalCache/Roaming"), Settings)
	}
}

// Folders lists the folders in a folder by their paths, also those behind links. What is not there has none.
func Folders(h *hostroot.Host, dir string, problem func(name string, err error)) []string {
	entries, err := h.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		problem(dir, err)
	}
	var list []string
	for _, e := range entries {
		if IsFolder(h, dir, e) {
			list = append(list, path.Join(dir, e.Name()))
		}
	}
	return list
}

// IsFolder reports whether an entry is a folder, or a link to one.
func IsFolder(h *hostroot.Host, dir string, e fs.DirEntry) bool {
	if e.Type()&fs.ModeSymlink == 0 {
		return e.IsDir()
	}
	info, err := h.Stat(path.Join(dir, e.Name()))
	return err == nil && info.IsDir()
}

// Read reads a file whole that has no reason to be larger than a limit.
func Read(h *hostroot.Host, name string, limit int64) ([]byte, error) {
	f, size, err := h.OpenAt(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if size > limit {
		return nil, &source.LimitError{Name: h.Source().Join(name), What: "size", Limit: limit}
	}
	data := make([]byte, size)
	n, err := f.ReadAt(data, 0)
	if int64(n) == size {
		err = nil
	}
	return data[:n], err
}
