package riskdb

import (
	"slices"
	"strings"

	"quaestor/scanners/inventory"
)

// FileKind is the kind of a subject that is a file with code and no app: its identifier is the SHA-256.
const FileKind inventory.IdentifierKind = "file"

// CodeFiles are the files with code that belong to no app and lie in no other file, such as what an app fetched and
// somebody took off the device, in the form in which apps are judged. Nothing is known of what installs or loads them.
func CodeFiles(inv *inventory.Inventory) []inventory.App {
	owned := map[string]bool{}
	for i := range inv.Apps {
		for _, sha := range inv.Apps[i].Binaries {
			owned[sha] = true
		}
	}
	var out []inventory.App
	for i := range inv.Binaries {
		b := &inv.Binaries[i]
		windows := loose(b)
		if b.Code == nil && !windows || b.Package != "" || len(b.Inside) > 0 || owned[b.SHA256] {
			continue
		}
		platform := inventory.Android
		if windows {
			platform = inventory.Windows
		}
		out = append(out, inventory.App{ID: inventory.FactID("file", b.SHA256), Platform: platform, IdentifierKind: FileKind, Version: b.Version, Signers: b.Signers,
			Identifier: b.SHA256, Name: firstOf(append(slices.Clone(b.FileNames), short(b.SHA256))...), Binaries: []string{b.SHA256}, Origins: b.Origins})
	}
	slices.SortFunc(out, func(x, y inventory.App) int { return strings.Compare(x.Identifier, y.Identifier) })
	return out
}

// loose reports whether a file is a program, library or driver of Windows that was handed in by itself. Those that a scan of a
// computer looked at are of something that is listed there.
func loose(b *inventory.Binary) bool {
	return b.Format == "pe" && slices.ContainsFunc(b.Origins, func(o inventory.Origin) bool { return o.Scanner == "windows/program" })
}

// files judges what the code of such files is: not what it may do, for that is up to what loads it.
func (a *assessor) files() {
	list := CodeFiles(a.inv)
	for i := range list {
		if a.stopped() {
			return
		}
		f := a.gather(&list[i])
		a.indicators(f)
		a.code(f)
		a.hosts(f)
		a.carried(f)
		a.marks(f)
	}
}

// noun is what the texts call it.
func (f *facts) noun() string {
	if f.app.IdentifierKind == FileKind {
		return "file"
	}
	return "app"
}
