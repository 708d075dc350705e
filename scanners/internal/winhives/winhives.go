// Package winhives finds the registry hives of a computer of Windows among files, and puts them together as one registry.
//
// What the package cannot see: hives that are not read here (SAM, SECURITY, DEFAULT, Amcache, those of single packaged apps),
// the copies that Windows keeps of its hives, and computers on which folders were moved from where Windows has them.
package winhives

import (
	"errors"
	"fmt"
	"io"
	"path"
	"strings"

	"quaestor/scanners/internal/winreg"
	"quaestor/scanners/internal/winreg/hive"
	"quaestor/scanners/inventory"
)

// Config is the folder of the machine's hives on a volume.
const Config = "Windows/System32/config"

// Places of the hives of an account below its home folder.
const (
	accountHive = "NTUSER.DAT"
	classesHive = "AppData/Local/Microsoft/Windows/UsrClass.dat"
)

// File is a hive and where it belongs in the registry.
type File struct {
	Path  string // file
	Mount string // `HKLM\SOFTWARE`
}

// Content is an open file.
type Content struct {
	At    io.ReaderAt
	Size  int64
	Close func() error
}

// Opener opens a file by the path in File.
type Opener func(path string) (Content, error)

// Machine lists the hives that describe the computer, on a volume whose names spell finds (see hostroot.Host.Fold).
func Machine(spell func(string) string) []File {
	return []File{{spell(Config + "/SOFTWARE"), `HKLM\SOFTWARE`}, {spell(Config + "/SYSTEM"), `HKLM\SYSTEM`}}
}

// Account lists the hives of a person by the home folder, which names the account.
func Account(home string, spell func(string) string) []File {
	at := winreg.Join(winreg.Users, path.Base(home))
	return []File{{spell(path.Join(home, accountHive)), at}, {spell(path.Join(home, classesHive)), at + `\Software\Classes`}}
}

// Registry is the registry of several hives. Close it when done.
type Registry struct {
	hive.Set
	Gaps    []inventory.Gap // Scanner and Device are for the caller to set; Subject is the path of a file
	files   map[string]string
	closers []func() error
}

// Load opens hives and applies the logs beside them. A hive that is not there is left out without a word: absent says whether
// an error of open means that.
func Load(files []File, open Opener, absent func(error) bool) *Registry {
	r := &Registry{files: map[string]string{}}
	for _, f := range files {
		switch err := r.mount(f, open, absent); {
		case err == nil:
			r.files[f.Mount] = f.Path
		case errors.Is(err, hive.ErrMalformed):
			r.gap(inventory.GapMalformed, f.Path, err)
		case !absent(err):
			r.gap(inventory.GapUnreadable, f.Path, err)
		}
	}
	return r
}

// Close closes all files.
func (r *Registry) Close() error {
	var errs []error
	for _, c := range r.closers {
		errs = append(errs, c())
	}
	return errors.Join(errs...)
}

// Files is how many hives are part of the registry.
func (r *Registry) Files() int { return len(r.files) }

// Where is the file in which a path of the registry was read, and the way inside of it.
func (r *Registry) Where(regPath string) (file, inside string) {
	mounted, inside, ok := r.Locate(regPath)
	if !ok {
		return "", regPath
	}
	return r.files[mounted], inside
}

func (r *Registry) mount(f File, open Opener, absent func(error) bool) error {
	c, err := open(f.Path)
	if err != nil {
		return err
	}
	r.closers = append(r.closers, c.Close)
	h, err := hive.Open(c.At, c.Size)
	if err != nil {
		return err
	}
	r.recover(h, f.Path, open, absent)
	return r.Mount(f.Mount, h)
}

func (r *Registry) gap(kind inventory.GapKind, file string, err error) {
	next := "Get a fresh copy of the hive, with the .LOG1 and .LOG2 files beside it."
	if kind == inventory.GapUnreadable {
		next = "Check that the file can be read, and scan again."
	}
	r.Gaps = append(r.Gaps, inventory.Gap{Subject: inventory.Text(file), Kind: kind, Detail: inventory.Text(fmt.Sprintf("The hive could not be read: %v.", err)), Next: next})
}

// recover applies the logs beside a dirty hive, and says what stays unread of a hive that is not whole.
func (r *Registry) recover(h *hive.Hive, file string, open Opener, absent func(error) bool) {
	if h.Dirty {
		var logs []hive.Log
		for _, ending := range []string{".LOG1", ".LOG2"} {
			c, err := r.beside(file, ending, open)
			switch {
			case err == nil:
				r.closers = append(r.closers, c.Close)
				logs = append(logs, hive.Log{R: c.At, Size: c.Size})
			case !absent(err):
				r.gap(inventory.GapUnreadable, file+ending, err)
			}
		}
		_, err := h.Recover(logs...)
		switch {
		case h.Dirty:
			r.dirty(file, len(logs), err)
		case err != nil:
			r.gap(inventory.GapMalformed, file, err)
		}
	}
	if h.Missing > 0 {
		r.Gaps = append(r.Gaps, inventory.Gap{Subject: inventory.Text(file), Kind: inventory.GapMalformed, Detail: fmt.Sprintf("The hive is cut off: %d bytes are missing, with the keys in them.", h.Missing),
			Next: "Get a fresh copy of the hive."})
	}
}

// beside opens a log in either spelling.
func (r *Registry) beside(file, ending string, open Opener) (Content, error) {
	c, err := open(file + ending)
	if err != nil {
		if lower, lerr := open(file + strings.ToLower(ending)); lerr == nil {
			return lower, nil
		}
	}
	return c, err
}

func (r *Registry) dirty(file string, logs int, err error) {
	detail := "The hive was copied while Windows wrote to it, and no log lies beside it: what changed last is not seen."
	switch {
	case err != nil:
		detail = fmt.Sprintf("The hive was copied while Windows wrote to it, and its log could not be applied (%v): what changed last is not seen.", err)
	case logs > 0:
		detail = "The hive was copied while Windows wrote to it, and the logs beside it do not continue it: what changed last may not be seen."
	}
	r.Gaps = append(r.Gaps, inventory.Gap{Subject: inventory.Text(file), Kind: inventory.GapSkipped, Detail: inventory.Text(detail),
		Next: "Copy the hive together with its .LOG1 and .LOG2 files, or after Windows was shut down."})
}
