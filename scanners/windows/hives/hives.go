// Package hives reads registry hives of Windows that were handed in as files: one alone, or those that lie loose in one folder, which
// are taken for one computer. A folder that holds the volume of a computer is read by windows/registry instead.
//
// What the package cannot see: which computer a hive of an account comes from, when the machine's own hives are not beside
// it; hives in an archive are read one by one.
package hives

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"quaestor/scanners"
	"quaestor/scanners/internal/winfacts"
	"quaestor/scanners/internal/winhives"
	"quaestor/scanners/internal/winreg"
	"quaestor/scanners/internal/winreg/hive"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

// ID is the scanner's name, Kind the prefix on the command line.
const (
	ID   = "windows/hives"
	Kind = "windows"
)

// maxCandidates bounds the files of a folder that are looked into.
const maxCandidates = 200

// Scanner reads hives.
type Scanner struct{}

// New returns the scanner.
func New() scanners.Scanner { return Scanner{} }

// Info implements scanners.Scanner.
func (Scanner) Info() scanners.Info {
	return scanners.Info{
		ID: ID, Kind: Kind, Title: "registry hives of Windows",
		Reads: []string{"SOFTWARE, SYSTEM, NTUSER.DAT, UsrClass.dat: alone, or loose in one folder", ".LOG1 and .LOG2 of Windows 8.1 and later beside them"},
		CannotSee: []string{
			"what is installed, set or trusted in hives that were not handed in",
			"programs that run without being installed or registered",
		},
		Platforms: []inventory.Platform{inventory.Windows},
	}
}

// one is a hive that was found.
type one struct {
	name string // file in the folder, "" for the source itself
	kind winhives.Kind
	user string
}

// Recognise implements scanners.Scanner.
func (Scanner) Recognise(src *source.Source) bool {
	if src.IsDir() {
		return len(loose(src)) > 1
	}
	_, ok := identify(src)
	return ok
}

// Damaged implements scanners.Diagnoser. Logs of hives begin alike; those that are left over are no loss.
func (Scanner) Damaged(src *source.Source) string {
	if src.IsDir() || !bytes.HasPrefix(src.Head(), []byte("regf")) || hive.IsLog(src.Head()) || strings.Contains(strings.ToUpper(path.Ext(src.Base())), "LOG") {
		return ""
	}
	if src.ReaderAt() != nil && hive.Is(src.Head()) {
		h, err := hive.Open(src.ReaderAt(), src.Size())
		if err == nil {
			_, err = h.Root()
		}
		if err == nil && h.Missing == 0 {
			return "" // a whole one that nothing is read of
		}
	}
	return "a hive of the registry of Windows"
}

// identify tells which hive a file is.
func identify(src *source.Source) (one, bool) {
	if !hive.Is(src.Head()) || src.ReaderAt() == nil {
		return one{}, false
	}
	h, err := hive.Open(src.ReaderAt(), src.Size())
	if err != nil {
		return one{}, false
	}
	o := one{kind: winhives.KindOf(h)}
	switch o.kind {
	case winhives.User:
		o.user = first(winhives.AccountOf(h), winhives.AccountByPath(src.Name()), unnamed(src.Base()))
	case winhives.Classes:
		o.user = winhives.AccountByPath(src.Name()) // of others, attribute finds it
	}
	return o, o.kind != ""
}

func first(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}

// unnamed stands for the account of a hive that does not tell whose it is; the file's own name tells it from others, if it has one.
func unnamed(file string) string {
	if strings.EqualFold(file, "NTUSER.DAT") || strings.EqualFold(file, "UsrClass.dat") {
		return inventory.UnnamedUser
	}
	return fmt.Sprintf("%s (%s)", inventory.UnnamedUser, file)
}

// loose lists the hives of one computer that lie in a folder. A folder with two of a kind that a computer has once is no computer,
// and each of its hives stands for itself.
func loose(src *source.Source) []one {
	fsys, err := src.FS()
	if err != nil {
		return nil
	}
	entries, err := fs.ReadDir(fsys, ".")
	if err != nil {
		return nil
	}
	var found []one
	looked := 0
	for _, e := range entries {
		if !e.Type().IsRegular() || !promising(e.Name()) || looked >= maxCandidates {
			continue
		}
		looked++
		if o, ok := member(src, e.Name()); ok {
			found = append(found, o)
		}
	}
	if !attribute(found) {
		return nil
	}
	return found
}

// promising reports whether a name is worth a look at the content.
func promising(name string) bool {
	name = strings.ToLower(name)
	if strings.HasSuffix(name, ".log1") || strings.HasSuffix(name, ".log2") {
		return false
	}
	for _, part := range []string{"software", "system", "ntuser", "usrclass"} {
		if strings.Contains(name, part) {
			return true
		}
	}
	return false
}

func member(src *source.Source, name string) (one, bool) {
	sub, err := src.Sub(name)
	if err != nil {
		return one{}, false
	}
	defer sub.Close()
	o, ok := identify(sub)
	o.name = name
	return o, ok
}

// attribute gives the hives of classes to accounts, and reports whether all hives can be of one computer.
func attribute(found []one) bool {
	var users []string
	for _, o := range found {
		if o.kind == winhives.User {
			users = append(users, o.user)
		}
	}
	taken := map[string]bool{}
	for i := range found {
		o := &found[i]
		if o.kind == winhives.Classes && o.user == "" {
			o.user = unnamed(o.name)
			if n := slices.IndexFunc(users, func(u string) bool { return strings.Contains(strings.ToLower(o.name), strings.ToLower(u)) }); n >= 0 {
				o.user = users[n]
			} else if len(users) == 1 {
				o.user = users[0]
			}
		}
		at := o.mount()
		if taken[strings.ToLower(at)] {
			return false
		}
		taken[strings.ToLower(at)] = true
	}
	return true
}

// mount is where a hive stands in the registry.
func (o one) mount() string {
	user := strings.ReplaceAll(first(o.user, o.name, "account"), `\`, "_")
	switch o.kind {
	case winhives.Software, winhives.System:
		return winreg.Join(winreg.LocalMachine, string(o.kind))
	case winhives.Classes:
		return winreg.Join(winreg.Users, user, "Software", "Classes")
	}
	return winreg.Join(winreg.Users, user)
}

// Inner implements scanners.Container: everything in a folder that is neither a hive nor its log.
func (Scanner) Inner(src *source.Source) []string {
	if !src.IsDir() {
		return nil
	}
	fsys, err := src.FS()
	if err != nil {
		return nil
	}
	entries, _ := fs.ReadDir(fsys, ".") // it was listed when it was recognised
	found := loose(src)
	var names []string
	for _, e := range entries {
		name := e.Name()
		ours := slices.ContainsFunc(found, func(o one) bool {
			return o.name == name || strings.HasPrefix(strings.ToLower(name), strings.ToLower(o.name)+".log")
		})
		if !ours && e.Type()&fs.ModeSymlink == 0 {
			names = append(names, name)
		}
	}
	return names
}

// Fragment implements scanners.Fragment: the registry of a computer is several hives.
func (Scanner) Fragment() bool { return true }

// Companion implements scanners.Companion: the log of a hive.
func (Scanner) Companion(src *source.Source) bool {
	if src.IsDir() {
		return false
	}
	name := strings.ToLower(src.Base())
	return hive.IsLog(src.Head()) || src.Size() == 0 && (strings.HasSuffix(name, ".log1") || strings.HasSuffix(name, ".log2"))
}

// Scan implements scanners.Scanner.
func (Scanner) Scan(ctx context.Context, src *source.Source) (*inventory.Inventory, error) {
	found := []one{}
	if src.IsDir() {
		found = loose(src)
	} else if o, ok := identify(src); ok {
		o.user = first(o.user, unnamed(src.Base()))
		found = append(found, o)
	}
	var files []winhives.File
	for _, o := range found {
		files = append(files, winhives.File{Path: o.name, Mount: o.mount()})
	}
	reg := winhives.Load(files, opener(src), func(err error) bool { return errors.Is(err, fs.ErrNotExist) || errors.Is(err, source.ErrUnknownBeside) })
	defer reg.Close()
	inv := inventory.New()
	d := device(reg, src)
	inv.Devices = []inventory.Device{d}
	for _, g := range reg.Gaps {
		g.Scanner, g.Device, g.Subject = ID, d.ID, inventory.Text(fileName(src, g.Subject))
		inv.Gaps = append(inv.Gaps, g)
	}
	if strings.Contains(src.Name(), "!") {
		inv.Gaps = append(inv.Gaps, inventory.Gap{Scanner: ID, Device: d.ID, Subject: inventory.Text(src.Name()), Kind: inventory.GapSkipped,
			Detail: "Hives in an archive are read one by one, each as a device of its own.", Next: "Unpack the archive and scan the folder, so that they become one computer."})
	}
	if reg.Files() == 0 {
		return inv, fmt.Errorf("no registry hive could be read in %q; get a fresh copy", src.Name())
	}
	winfacts.Collect(ctx, reg, &winfacts.Collector{Scanner: ID, Device: d.ID, Inv: inv, Where: func(path string) inventory.Origin {
		file, inside := reg.Where(path)
		return inventory.Origin{Path: fileName(src, file) + "!" + inside}
	}})
	return inv, ctx.Err()
}

// fileName is a hive as the reader finds it.
func fileName(src *source.Source, name string) string {
	if src.IsDir() && name != "" {
		return src.Join(name)
	}
	if !src.IsDir() && strings.HasPrefix(name, ".") { // a log beside the file
		return src.Name() + name
	}
	return src.Name()
}

// opener opens the hive itself ("" for a file handed in alone), or a log beside it.
func opener(src *source.Source) winhives.Opener {
	return func(name string) (winhives.Content, error) {
		var sub *source.Source
		var err error
		switch {
		case src.IsDir():
			sub, err = src.Sub(spelt(src, name))
		case name == "":
			return content(src, func() error { return nil })
		default:
			sub, err = besideAs(src, name)
		}
		if err != nil {
			return winhives.Content{}, err
		}
		return content(sub, sub.Close)
	}
}

// spelt is a name as the folder has it: tools that copy hives write "NTUSER.DAT" and "ntuser.dat.LOG1".
func spelt(src *source.Source, name string) string {
	fsys, err := src.FS()
	if err != nil {
		return name
	}
	if _, err := fs.Stat(fsys, name); err == nil {
		return name
	}
	entries, _ := fs.ReadDir(fsys, ".") // it was listed when it was recognised
	if i := slices.IndexFunc(entries, func(e fs.DirEntry) bool { return strings.EqualFold(e.Name(), name) }); i >= 0 {
		return entries[i].Name()
	}
	return name
}

// besideAs opens the log of a hive that was handed in alone, in the spellings that tools have.
func besideAs(src *source.Source, ending string) (*source.Source, error) {
	base := src.Base()
	sub, err := src.Beside(base + ending)
	for _, name := range []string{strings.ToLower(base) + ending, strings.ToUpper(base) + ending} {
		if err == nil {
			break
		}
		if other, oerr := src.Beside(name); oerr == nil {
			sub, err = other, nil
		}
	}
	return sub, err
}

func content(src *source.Source, done func() error) (winhives.Content, error) {
	if limit := src.Limits().FileBytes; src.Size() > limit {
		return winhives.Content{}, errors.Join(&source.LimitError{Name: src.Name(), What: "size", Limit: limit}, done())
	}
	return winhives.Content{At: src.ReaderAt(), Size: src.Size(), Close: done}, nil
}

// device goes by the machine's number, else by its name, else by the file.
func device(reg winreg.Registry, src *source.Source) inventory.Device {
	d := winfacts.Device(reg)
	switch {
	case d.ID != "":
	case d.Name != "":
		d.ID = inventory.DeviceID(d.Platform, "name", d.Name)
	default:
		d.ID = inventory.DeviceID(d.Platform, "hive", src.Name())
	}
	d.Name = first(d.Name, src.Base())
	d.OSName = first(d.OSName, "Windows")
	d.Origins = []inventory.Origin{{Scanner: ID, Path: inventory.Text(src.Name())}}
	return d
}
