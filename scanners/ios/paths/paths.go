// Package paths reads the names of an iPhone's files: a list of paths as forensic tools, find and ls write it, and a
// whole file system, in a folder or an archive. It tells from them which apps lay on the phone. Of a file system it reads what
// each app says of itself (Info.plist) too, and nothing else.
//
// Names say more than they seem to. The system names the folders of an app's data after its bundle identifier, and its
// loader names its caches after programs: where both lie in one container, program and identifier belong together.
// Where nothing but the name of the app's folder is known, the app is told by that name and not by a guess.
//
// What the package cannot see: what is in the files. Versions, signatures, permissions and what an app did are not in
// their names, and whether an app was offloaded or hidden is not either.
package paths

import (
	"archive/tar"
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"path"

	"quaestor/scanners"
	"quaestor/scanners/internal/gunzip"
	"quaestor/scanners/internal/lines"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

const id = "ios/paths"

type scanner struct{}

// New returns the scanner.
func New() scanners.Scanner { return scanner{} }

// Info implements [scanners.Scanner].
func (scanner) Info() scanners.Info {
	return scanners.Info{
		ID: id, Kind: "ios", Title: "names of the files of an iPhone: a list of paths, or a copy of the file system",
		Platforms: []inventory.Platform{inventory.IOS},
		Reads: []string{
			"lists of paths as CSV, with tabs or as plain text, of forensic tools, find, ls -R and ls -l; UTF-8 or UTF-16; also in zip or gzip",
			"whole file systems of an iPhone in a folder, zip or tar",
		},
		CannotSee: []string{
			"What is in the files: signatures, permissions, what the apps did; of a list also versions.",
			"Apps whose files were not collected, and when the list was made; it proves that the files were there then.",
			"In a list, bundle identifiers themselves: they are concluded from the names of folders that the system made.",
		},
	}
}

// Recognise implements [scanners.Scanner].
func (scanner) Recognise(src *source.Source) bool {
	switch {
	case src.IsDir():
		return isTree(src)
	case src.StartsLikeZip():
		return zipHoldsPhone(src)
	case isTar(src.Head()):
		return tarHoldsPhone(src.Head())
	}
	head := gunzip.Head(src.Head())
	if lines.Binary(head) {
		return false
	}
	l, ok := look(head)
	if !ok || src.Kind() == "ios" {
		return ok
	}
	text := lines.Decode(head)
	return isPhone(text) || holdsSystem(text, l)
}

// Unpacks implements [scanners.Unpacker]: tar.
func (scanner) Unpacks(format string) bool { return format == "tar" }

// phoneSigns are names that only the file system of an iPhone or iPad has.
var phoneSigns = [][]byte{[]byte("/var/mobile/"), []byte(`\var\mobile\`), []byte("~iphone"), []byte("~ipad"), []byte("/staged_system_apps/"), []byte("mobile/Containers/"),
	[]byte(`mobile\Containers\`), []byte("usr/standalone/firmware/nfrestore"), []byte("Library/SpringBoard/")}

func isPhone(text []byte) bool {
	for _, s := range phoneSigns {
		if bytes.Contains(text, s) {
			return true
		}
	}
	return hasContainer(bytes.ReplaceAll(text, []byte{'\\'}, []byte{'/'}))
}

// roots are where the containers of programs lie in a copy of a phone's file system.
var roots = []string{"private/var", "var", "."}

func isTree(src *source.Source) bool { return treeRoot(src) != "" }

// treeRoot is the folder of a copy that holds the containers of programs; empty when there is none.
func treeRoot(src *source.Source) string {
	fsys, err := src.FS()
	if err != nil {
		return ""
	}
	for _, root := range roots {
		info, err := fs.Stat(fsys, path.Join(root, "containers/Bundle/Application"))
		if err != nil || !info.IsDir() {
			continue
		}
		if _, err := fs.Stat(fsys, path.Join(root, "mobile")); err == nil || root != "." {
			return root
		}
	}
	return ""
}

func zipHoldsPhone(src *source.Source) bool {
	if !src.IsZip() { // a compressed member of another archive is not unpacked for that
		return false
	}
	d, err := findDirectory(src.ReaderAt(), src.Size())
	return err == nil && d.holdsPhone(src.ReaderAt())
}

// isTar reports whether a file is a tar archive.
func isTar(head []byte) bool { return len(head) > 262 && string(head[257:262]) == "ustar" }

// tarHoldsPhone reports whether the first entries of a tar archive lie in a phone's file system. What is in them does
// not count: many logs name such paths.
func tarHoldsPhone(head []byte) bool {
	r := tar.NewReader(bytes.NewReader(head))
	roots := map[string]*root{}
	for {
		h, err := r.Next()
		if err != nil {
			return anyPhone(roots)
		}
		name := path.Clean(h.Name)
		if isPhone([]byte("/" + name + "/")) {
			return true
		}
		addSystem(roots, []byte(name))
	}
}

// Scan implements [scanners.Scanner].
func (scanner) Scan(ctx context.Context, src *source.Source) (*inventory.Inventory, error) {
	r := newReport(src)
	err := r.ended(r.read(ctx, src))
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	inv, told := r.inventory()
	if err == nil && !told {
		err = fmt.Errorf("%q names no app of an iPhone; collect a list of the whole file system", src.Name())
	}
	return inv, err
}
