// Package regfile reads exports of the registry (.reg) that were taken on a Windows computer: with the Registry Editor,
// with `reg export`, or offline from hives.
//
// Several exports in one folder are one computer, as long as no two of them begin with the same key: then they are of
// several. An export without the number of the machine (SOFTWARE\Microsoft\Cryptography) is a computer of its own.
//
// What the package cannot see: whatever was not exported, whose HKEY_CURRENT_USER it was, and whether a file is an export or
// a list of changes that were perhaps never made.
package regfile

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"quaestor/scanners"
	"quaestor/scanners/internal/winfacts"
	"quaestor/scanners/internal/winreg"
	"quaestor/scanners/internal/winreg/regfile"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

// ID is the scanner's name.
const ID = "windows/regfile"

const (
	ending   = ".reg"
	maxFiles = 64
	maxBytes = 1 << 30 // of all files of a folder
)

// Scanner reads exports of the registry.
type Scanner struct{}

// Info implements scanners.Scanner.
func (Scanner) Info() scanners.Info {
	return scanners.Info{
		ID: ID, Kind: "windows", Title: "exports of the registry of Windows",
		Platforms: []inventory.Platform{inventory.Windows}, Extensions: []string{ending},
		Reads: []string{"Windows Registry Editor Version 5.00 (UTF-16, UTF-8)", "REGEDIT4 (in the code page of the computer)", "several exports of one computer in a folder"},
		CannotSee: []string{
			"keys of the registry that were not exported, such as those of other accounts",
			"whether the programs that the registry names are there, and who signed them",
		},
	}
}

// Recognise implements scanners.Scanner.
func (Scanner) Recognise(src *source.Source) bool {
	if src.IsDir() {
		return len(together(src)) > 1
	}
	return regfile.Looks(src.Head())
}

// together names the exports in a folder if they are of one computer, as far as their first keys tell.
func together(src *source.Source) []string {
	fsys, err := src.FS()
	if err != nil {
		return nil
	}
	entries, err := fs.ReadDir(fsys, ".")
	if err != nil {
		return nil
	}
	var names []string
	first := map[string]bool{}
	for _, e := range entries {
		if !e.Type().IsRegular() || !strings.EqualFold(path.Ext(e.Name()), ending) || len(names) == maxFiles {
			continue
		}
		head := beginning(src, e.Name())
		key := strings.ToLower(regfile.FirstKey(head))
		if !regfile.Looks(head) {
			continue
		}
		if key == "" || first[key] {
			return nil
		}
		first[key] = true
		names = append(names, e.Name())
	}
	return names
}

func beginning(src *source.Source, name string) []byte {
	sub, err := src.Sub(name)
	if err != nil {
		return nil
	}
	defer sub.Close()
	return slices.Clone(sub.Head())
}

// Inner implements scanners.Container: what else lies in a folder with exports.
func (Scanner) Inner(src *source.Source) []string {
	if !src.IsDir() {
		return nil
	}
	fsys, err := src.FS()
	if err != nil {
		return nil
	}
	entries, err := fs.ReadDir(fsys, ".")
	if err != nil {
		return nil
	}
	read := together(src)
	var names []string
	for _, e := range entries {
		if e.Type()&fs.ModeSymlink == 0 && !slices.Contains(read, e.Name()) {
			names = append(names, e.Name())
		}
	}
	return names
}

// Scan implements scanners.Scanner.
func (Scanner) Scan(ctx context.Context, src *source.Source) (*inventory.Inventory, error) {
	r := &reading{src: src, reg: winreg.NewRecorded(), inv: inventory.New()}
	if err := r.read(ctx); err != nil {
		return r.inv, err
	}
	r.facts(ctx)
	return r.inv, ctx.Err()
}

// export is a file that was read.
type export struct{ name, first string }

type reading struct {
	src     *source.Source
	reg     *winreg.Recorded
	inv     *inventory.Inventory
	exports []export
	keys    int
}

func (r *reading) read(ctx context.Context) error {
	if !r.src.IsDir() {
		return r.file(ctx, r.src)
	}
	left := int64(maxBytes)
	for _, name := range together(r.src) {
		sub, err := r.src.Sub(name)
		if err != nil {
			return err
		}
		if left -= sub.Size(); left < 0 {
			r.gap(sub.Name(), inventory.GapLimit, "The exports of the folder are larger than what is read at once.", "Scan this file by itself.")
		} else if err := r.file(ctx, sub); err != nil {
			r.gap(sub.Name(), inventory.GapUnreadable, err.Error()+".", "Export the key again.")
		}
		sub.Close()
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	return nil
}

func (r *reading) gap(subject string, kind inventory.GapKind, detail, next string) *inventory.Gap {
	r.inv.Gaps = append(r.inv.Gaps, inventory.Gap{Scanner: ID, Subject: inventory.Text(subject), Kind: kind, Detail: inventory.Text(detail), Next: next})
	return &r.inv.Gaps[len(r.inv.Gaps)-1]
}

// file reads one export, and tells what of it could not be read.
func (r *reading) file(ctx context.Context, src *source.Source) error {
	in, err := src.Reader()
	if err != nil {
		return err
	}
	stats, err := regfile.Read(ctx, in, r.reg, winfacts.Reads)
	r.keys += stats.Keys
	r.exports = append(r.exports, export{src.Name(), stats.First})
	name := src.Name()
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, regfile.ErrLimit):
		r.gap(name, inventory.GapLimit, "The export has more keys or values than are read.", "Export the keys that matter one by one, such as Uninstall and Services.")
	case err != nil && stats.Keys == 0:
		return err
	case err != nil:
		r.gap(name, inventory.GapMalformed, "The export breaks off: "+err.Error()+".", "Export the key again.")
	}
	count := func(n int, kind inventory.GapKind, detail, next string) {
		if n > 0 {
			r.gap(name, kind, detail, next).Count = n
		}
	}
	if stats.Malformed > 0 {
		r.gap(name, inventory.GapMalformed, fmt.Sprintf("Lines of the export could not be read, the first of them %v.", stats.Lines), "Export the key again; an editor may have changed it.").Count = stats.Malformed
	}
	if stats.Broken {
		r.gap(name, inventory.GapMalformed, "A value of the export has no end: whatever comes after its beginning was not read.", "Export the key again; the file was cut off, or an editor changed it.")
	}
	count(stats.Guessed, inventory.GapUnknownLines, "Texts are in a code page that the file does not name; they were read as "+stats.Page+", and letters may be wrong.", "Export in the form of today (Version 5.00).")
	count(stats.Deleted, inventory.GapUnknownLines, "The file deletes keys or values, which an export never does: it is a list of changes, and a computer need not be as it says.", "Make sure where the file comes from.")
	count(stats.Elsewhere, inventory.GapSkipped, "Keys below other roots than those of the machine and its accounts were not looked at.", "")
	count(stats.Crowded, inventory.GapLimit, "Keys of the export have more subkeys or values than are read.", "Look at them by hand: no computer has as many.")
	count(stats.Cut, inventory.GapLimit, "Lines or values of the export are longer than what is read.", "Look at them by hand.")
	return nil
}

// facts makes what the registry says to facts of a computer. Settings without any software, such as tweaks that lie
// about, make none.
func (r *reading) facts(ctx context.Context) {
	d := winfacts.Device(r.reg)
	switch {
	case d.ID != "":
	case d.Name != "":
		d.ID = inventory.DeviceID(inventory.Windows, "name", d.Name)
	default:
		d.ID = inventory.DeviceID(inventory.Windows, "registry export", r.src.Name())
	}
	if d.Name == "" {
		d.Name = inventory.Text(strings.TrimSuffix(path.Base(r.src.Name()), ending))
	}
	d.Origins = []inventory.Origin{{Scanner: ID, Path: inventory.Text(r.src.Name())}}
	winfacts.Collect(ctx, r.reg, &winfacts.Collector{Scanner: ID, Device: d.ID, Inv: r.inv, Where: r.where})
	if inv := r.inv; len(inv.Apps)+len(inv.SecurityProducts)+len(inv.Certificates)+len(inv.Profiles)+len(inv.VPNs) == 0 {
		r.gap(r.src.Name(), inventory.GapSkipped, "None of the keys in it tells of software: it is an export of settings.", "").Count = r.keys
		for i := range inv.Gaps {
			inv.Gaps[i].Device = ""
		}
		return
	}
	r.inv.Devices = []inventory.Device{d}
}

// where is the file that a key was read from: the one whose first key is the nearest above it.
func (r *reading) where(key string) inventory.Origin {
	best, length := r.src.Name(), -1
	for _, e := range r.exports {
		if len(e.first) > length && len(key) >= len(e.first) && strings.EqualFold(key[:len(e.first)], e.first) {
			best, length = e.name, len(e.first)
		}
	}
	return inventory.Origin{Path: best}
}
