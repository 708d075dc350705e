package app

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"quaestor/scanners/internal/applecode"
	"quaestor/scanners/internal/codesign"
	"quaestor/scanners/internal/endpoints"
	"quaestor/scanners/internal/macho"
	"quaestor/scanners/internal/plist"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

// The limits of one app.
const (
	maxLibraries = 500
	maxSearched  = 512 << 20 // bytes of programs and libraries that are searched for addresses
	maxEntries   = 5000      // of one folder
)

// tree is a folder or an archive with an app.
type tree struct {
	ctx   context.Context
	src   *source.Source
	inv   *inventory.Inventory
	roots codesign.Roots
	main  []byte // the program that was read last
	left  int64  // bytes that may still be searched
}

func (t *tree) gap(name string, kind inventory.GapKind, detail, next string) *inventory.Gap {
	t.inv.Gaps = append(t.inv.Gaps, inventory.Gap{Subject: inventory.Text(t.src.Join(name)), Kind: kind, Detail: inventory.Text(detail), Next: next})
	return &t.inv.Gaps[len(t.inv.Gaps)-1]
}

// Stat implements macbundle.Files.
func (t *tree) Stat(name string) (fs.FileInfo, error) {
	fsys, err := t.src.FS()
	if err != nil {
		return nil, err
	}
	return fs.Stat(fsys, name)
}

// Names implements macbundle.Files.
func (t *tree) Names(dir, ending string) (names []string) {
	fsys, err := t.src.FS()
	if err != nil {
		return nil
	}
	entries, err := fs.ReadDir(fsys, dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.gap(dir, inventory.GapUnreadable, err.Error()+".", "Get a fresh copy and scan again.")
	}
	for _, e := range entries[:min(len(entries), maxEntries)] {
		if strings.HasSuffix(e.Name(), ending) && !strings.HasPrefix(e.Name(), ".") {
			names = append(names, e.Name())
		}
	}
	return names
}

// Bytes implements macbundle.Files.
func (t *tree) Bytes(name string) []byte {
	info, err := t.Stat(name)
	if err != nil || !info.Mode().IsRegular() {
		return nil
	}
	data, err := t.src.ReadFile(name)
	var limit *source.LimitError
	switch {
	case errors.As(err, &limit):
		t.gap(name, inventory.GapLimit, err.Error()+".", "Unpack it and scan the folder.")
	case err != nil:
		t.gap(name, inventory.GapUnreadable, err.Error()+".", "Get a fresh copy and scan again.")
	default:
		return data
	}
	return nil
}

// Plist implements macbundle.Files.
func (t *tree) Plist(name string) any {
	data := t.Bytes(name)
	if data == nil {
		return nil
	}
	v, err := plist.Decode(data)
	if err != nil {
		t.gap(name, inventory.GapMalformed, fmt.Sprintf("The property list cannot be read: %v.", err), "Look at it with plutil.")
		return nil
	}
	return v
}

// Code implements macbundle.Files.
func (t *tree) Code(name string) *applecode.Code {
	if t.main = t.Bytes(name); t.main == nil {
		return nil
	}
	c, err := applecode.Read(bytes.NewReader(t.main), int64(len(t.main)), applecode.Options{Roots: t.roots, MaxBytes: int64(len(t.main))})
	if err != nil {
		return nil
	}
	return c
}

// libraries tells the frameworks and libraries in an app with who signed them, and the addresses that they and the main program
// name.
func (t *tree) libraries(b *inventory.Binary, dir, program string) {
	t.left = maxSearched
	var addresses endpoints.Collector
	addresses.StopAt(t.ctx.Done())
	own := map[string]bool{b.Package: true}
	if code := t.Code(program); code != nil {
		b.Native = append(b.Native, t.native(code, strings.TrimPrefix(program, dir+"/"), &addresses))
	}
	at := path.Join(dir, "Contents/Frameworks")
	names := append(t.Names(at, ".framework"), t.Names(at, ".dylib")...)
	if len(names) > maxLibraries {
		g := t.gap(at, inventory.GapLimit, "The app has more libraries than are told.", "Look at it by hand.")
		g.Count = len(names) - maxLibraries
	}
	for _, name := range names[:min(len(names), maxLibraries)] {
		if t.ctx.Err() != nil {
			return
		}
		f, code, file := t.library(path.Join(at, name))
		f.File = inventory.Text(path.Join("Contents/Frameworks", name))
		own[f.Identifier] = true
		b.Frameworks = append(b.Frameworks, f)
		if code != nil {
			b.Native = append(b.Native, t.native(code, strings.TrimPrefix(file, dir+"/"), &addresses))
		}
	}
	for _, e := range b.Extensions {
		own[e.Identifier] = true
	}
	cut := false
	if b.Endpoints, b.Hosts, cut = addresses.Result(func(name string) bool { return own[name] }); cut {
		t.gap(dir, inventory.GapLimit, "The app names more addresses than are kept.", "Search it for further addresses with another tool.")
	}
	if t.left < 0 {
		t.gap(dir, inventory.GapLimit, "The app's libraries are larger than is searched for addresses.", "Search them with another tool.")
	}
}

// library reads one framework or library.
func (t *tree) library(name string) (f inventory.Framework, code *applecode.Code, file string) {
	base := strings.TrimSuffix(path.Base(name), path.Ext(name))
	f.Name, file = inventory.Text(base), name
	if path.Ext(name) == ".framework" {
		inside := name
		if versions := t.versions(path.Join(name, "Versions")); versions != "" {
			inside = path.Join(name, "Versions", versions)
		}
		info := t.Plist(path.Join(inside, "Resources/Info.plist"))
		f.Identifier, f.Version = inventory.Text(plist.Text(info, "CFBundleIdentifier")), inventory.Text(plist.Text(info, "CFBundleShortVersionString"))
		file = path.Join(inside, base)
	}
	if code = t.Code(file); code != nil && code.State == inventory.SignatureValid {
		f.Team = code.Team
	}
	return f, code, file
}

// versions is the version of a framework that counts: there is hardly ever more than one beside the link to it.
func (t *tree) versions(dir string) string {
	names := slices.DeleteFunc(t.Names(dir, ""), func(n string) bool { return n == "Current" })
	if len(names) == 0 {
		return ""
	}
	return names[len(names)-1]
}

// native is what the program that was read last says, and takes the addresses that its constants name.
func (t *tree) native(code *applecode.Code, rel string, addresses *endpoints.Collector) inventory.NativeCode {
	n := inventory.NativeCode{File: inventory.Text(rel), Size: code.Size, ABI: strings.Join(code.CPUs, " "), Needed: code.Libraries}
	if t.left -= code.Size; t.left < 0 {
		return n
	}
	f, err := macho.Parse(t.main)
	if err != nil {
		n.Error = inventory.Text(err.Error())
		return n
	}
	m := f.Main()
	n.SOName, n.Exports, n.BuildID = inventory.Text(m.ID), m.Exports, m.UUID
	for _, region := range m.Strings() {
		addresses.AddPart(t.main[region.Offset:region.Offset+region.Size], rel, true)
	}
	return n
}
