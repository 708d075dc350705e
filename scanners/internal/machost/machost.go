// Package machost is what all scanners of a Mac share: a Mac's folders, whether it is the running one or a copy, the facts that
// are collected of it, and the gaps where something may not be read.
//
// What the package cannot see: what macOS shows to nobody but itself, and what lies on volumes that are not part of the copy.
package machost

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"quaestor/scanners/internal/applecode"
	"quaestor/scanners/internal/codesign"
	"quaestor/scanners/internal/hostroot"
	"quaestor/scanners/internal/plist"
	"quaestor/scanners/internal/sqlite"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

const (
	maxList    = 16 << 20  // bytes of a property list
	maxProgram = 256 << 20 // bytes of one program of which all code is checked
	maxCode    = 8 << 30   // bytes of all of them
	maxEntries = 50_000    // of one folder
	maxDB      = 1 << 30   // bytes of a database
	fullAccess = "Give the terminal Full Disk Access in the settings (Privacy & Security) and run the scan as root."
)

// Mac collects the facts of one Mac for one scanner.
type Mac struct {
	*hostroot.Host
	Ctx     context.Context
	Inv     *inventory.Inventory
	Device  string
	Users   []hostroot.User
	scanner string
	roots   codesign.Roots
	codes   map[string]*applecode.Code
	left    int64 // bytes of programs that may still be checked
	unread  inventory.Gap
	apps    []string        // folders of the apps that are there; nil until they are asked for
	bundles map[string]bool // their identifiers, likewise
}

// Is reports whether a source is a Mac.
func Is(src *source.Source) bool {
	h, err := hostroot.Open(src)
	return err == nil && h.Platform() == inventory.MacOS
}

// Open begins to collect for a scanner. Programs are trusted that lead to one of the roots.
func Open(ctx context.Context, src *source.Source, scanner string, roots codesign.Roots) (*Mac, error) {
	h, err := hostroot.Open(src)
	if err != nil {
		return nil, err
	}
	m := &Mac{Host: h, Ctx: ctx, Inv: inventory.New(), scanner: scanner, roots: roots, codes: map[string]*applecode.Code{}, left: maxCode}
	d := h.Device(scanner)
	m.Device, m.Inv.Devices = d.ID, []inventory.Device{d}
	m.Users, err = h.Users()
	m.Unread(h.Mac("Users"), err)
	return m, nil
}

// Done ends the collection.
func (m *Mac) Done() (*inventory.Inventory, error) {
	if m.unread.Count > 0 {
		m.Inv.Gaps = append(m.Inv.Gaps, m.unread)
	}
	return m.Inv, m.Ctx.Err()
}

// From is the origin of a fact.
func (m *Mac) From(name string) []inventory.Origin {
	return []inventory.Origin{m.Origin(m.scanner, name, 0)}
}

// Note records a gap about something of the Mac.
func (m *Mac) Note(name string, kind inventory.GapKind, detail, next string) *inventory.Gap {
	m.Inv.Gaps = append(m.Inv.Gaps, inventory.Gap{Scanner: m.scanner, Device: m.Device, Subject: inventory.Text(m.Source().Join(name)), Kind: kind, Detail: detail, Next: next})
	return &m.Inv.Gaps[len(m.Inv.Gaps)-1]
}

// Unread records why something could not be read. What is not there, and no error, is no gap.
func (m *Mac) Unread(name string, err error) {
	if err == nil || errors.Is(err, fs.ErrNotExist) {
		return
	}
	g := m.Gap(m.scanner, name, err)
	g.Device = m.Device
	if g.Kind == inventory.GapNotPermitted && m.Live() {
		g.Next = fullAccess
	}
	m.Inv.Gaps = append(m.Inv.Gaps, g)
}

// List lists a folder, nothing where there is none.
func (m *Mac) List(dir string) []fs.DirEntry {
	entries, err := m.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	m.Unread(dir, err)
	if len(entries) > maxEntries {
		g := m.Note(dir, inventory.GapLimit, fmt.Sprintf("The folder has %d entries, of which %d are looked at.", len(entries), maxEntries), "Look at the folder by hand.")
		g.Count = len(entries) - maxEntries
		entries = entries[:maxEntries]
	}
	return entries
}

// Names are the names in a folder that end as is asked for.
func (m *Mac) Names(dir, ending string) []string {
	var names []string
	for _, e := range m.List(dir) {
		if strings.HasSuffix(e.Name(), ending) && !strings.HasPrefix(e.Name(), ".") {
			names = append(names, e.Name())
		}
	}
	return names
}

// Bytes reads a small file, nil where there is none or it cannot be read, which is a gap.
func (m *Mac) Bytes(name string) []byte {
	info, err := m.Stat(name)
	if err == nil && info.IsDir() {
		return nil
	}
	if err == nil && info.Size() > maxList {
		err = &source.LimitError{Name: m.Source().Join(name), What: "size", Limit: maxList}
	}
	var data []byte
	if err == nil {
		data, err = m.ReadFile(name)
	}
	m.Unread(name, err)
	if err != nil {
		return nil
	}
	return data
}

// Plist reads a property list, nil where there is none or it cannot be read, which is a gap.
func (m *Mac) Plist(name string) any {
	data := m.Bytes(name)
	if data == nil {
		return nil
	}
	v, err := plist.Decode(data)
	if err != nil {
		m.Note(name, inventory.GapMalformed, inventory.Text(fmt.Sprintf("The property list cannot be read: %v.", err)), "Look at it with plutil.")
		return nil
	}
	return v
}

// Database opens a database with its log, nil where there is none or it cannot be read, which is a gap. The caller closes it.
func (m *Mac) Database(name string) (db *sqlite.DB, done func()) {
	f, size, err := m.OpenAt(name)
	if err == nil && size > maxDB {
		f.Close()
		err = &source.LimitError{Name: m.Source().Join(name), What: "size", Limit: maxDB}
	}
	if err != nil {
		m.Unread(name, err)
		return nil, func() {}
	}
	done = func() { f.Close() }
	wal, walSize, err := m.OpenAt(name + "-wal")
	if err != nil {
		m.Unread(name+"-wal", err)
		db, err = sqlite.Open(m.Ctx, f, size, nil, 0)
	} else {
		done = func() { f.Close(); wal.Close() }
		db, err = sqlite.Open(m.Ctx, f, size, wal, walSize)
	}
	if err != nil {
		m.Note(name, inventory.GapMalformed, inventory.Text(fmt.Sprintf("The database cannot be read: %v.", err)), "Scan a fresh copy.")
		done()
		return nil, func() {}
	}
	m.Problems(name, db.Problems())
	return db, done
}

// Problems are what of a database could not be read.
func (m *Mac) Problems(name string, problems []error) {
	if len(problems) == 0 {
		return
	}
	g := m.Note(name, inventory.GapMalformed, "Parts of the database could not be read.", "Scan a fresh copy.")
	g.Count = len(problems)
	for _, p := range problems[:min(len(problems), 5)] {
		g.Samples = append(g.Samples, inventory.Text(p.Error()))
	}
}

// Code reads a program, nil where there is none that can be read. What is no program of macOS, such as a script, gives nil and
// no gap.
func (m *Mac) Code(name string) *applecode.Code {
	name = path.Clean(name)
	if c, known := m.codes[name]; known {
		return c
	}
	m.codes[name] = nil
	f, size, err := m.OpenAt(name)
	if err != nil {
		m.Unread(name, err)
		return nil
	}
	defer f.Close()
	c, err := applecode.Read(f, size, applecode.Options{Roots: m.roots, MaxBytes: min(maxProgram, m.left)})
	if err != nil {
		return nil
	}
	if c.Unread {
		m.large(name)
	} else {
		m.left -= size
	}
	m.codes[name] = c
	return c
}

// large notes a program of which not all code was checked.
func (m *Mac) large(name string) {
	g := &m.unread
	g.Scanner, g.Device, g.Kind, g.Subject = m.scanner, m.Device, inventory.GapSkipped, inventory.Text(m.Source().Name())
	g.Detail = "Programs are so large, or so many, that their code was not compared with their signatures: who signed them is told, and not verified."
	g.Next = "Check them with codesign --verify --deep --strict."
	if g.Count++; len(g.Samples) < 5 {
		g.Samples = append(g.Samples, inventory.Text(name))
	}
}

// Kind is the prefix on the command line for files of a Mac that are handed in alone.
const Kind = "macos"
