// Package software reads what a piece of software is made of: a folder with its files, an archive of it, a package as its
// ecosystem hands it out (jar, wheel, npm, NuGet), an archive of Electron, or a program of Go or Rust. It is one app, by
// the name that its own records give it, and the packages in it are its components.
//
// A file is taken for software by its content; a folder or an archive of several files when it holds records of packages and no
// other scanner takes anything in it, or only programs.
//
// What the package cannot see: see package scanners/internal/software.
package software

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"

	"quaestor/scanners"
	"quaestor/scanners/internal/asar"
	"quaestor/scanners/internal/gunzip"
	"quaestor/scanners/internal/rootfs"
	"quaestor/scanners/internal/software"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

// ID is the scanner's name, and Kind what may stand before a target that is software.
const (
	ID   = "sbom/software"
	Kind = "software"
)

// maxLooked is how many files of a folder are looked at by name to find a record of a package.
const maxLooked = 20_000

type scanner struct{}

// New returns the scanner.
func New() scanners.Scanner { return scanner{} }

// Info implements scanners.Scanner.
func (scanner) Info() scanners.Info {
	return scanners.Info{
		ID: ID, Kind: Kind, Title: "what software is made of",
		Platforms: scanners.Computers(),
		Reads: []string{
			"folders and archives (zip, tar, tar.gz, tar.zst) of software",
			"Java: .jar, .war, .ear and archives in them; Python: wheels, installed packages; npm packages, Electron's app.asar; .NET: .deps.json, programs; NuGet packages",
			"programs of Go and of Rust (cargo-auditable), and of some runtimes by their text",
			"package-lock.json, yarn.lock, pnpm-lock.yaml, requirements.txt, poetry.lock, Pipfile.lock, uv.lock, pdm.lock, Cargo.lock, packages.lock.json: what is to be installed",
		},
		CannotSee: []string{
			"code in software that is there without a record of what it is",
			"whether what a lock file names was installed",
		},
	}
}

// Recognise implements scanners.Scanner: of what the user named alone, because a file in a folder is a part of what the folder is.
func (scanner) Recognise(src *source.Source) bool {
	if !src.IsTarget() {
		return false
	}
	if src.IsDir() {
		return src.Kind() == Kind
	}
	return form(src) != ""
}

// programsOnly are the scanners that take programs in a folder and do not tell what those are made of.
var programsOnly = []string{"windows/program", "windows/installer", "macos/app"}

// Survey implements scanners.Surveyor.
func (scanner) Survey(ctx context.Context, src *source.Source, taken []string) bool {
	for _, id := range taken {
		if !slices.Contains(programsOnly, id) {
			return false
		}
	}
	return (src.IsDir() || src.IsZip()) && software.Manifests(ctx, src, maxLooked)
}

// Sealed implements scanners.Sealer: packages of Java, Python and .NET in a folder.
func (scanner) Sealed(src *source.Source) bool {
	switch strings.ToLower(path.Ext(src.Base())) {
	case ".jar", ".war", ".ear", ".whl", ".nupkg":
		return src.StartsLikeZip() && isPackage(src)
	}
	return false
}

// Unpacks implements scanners.Unpacker.
func (scanner) Unpacks(format string) bool { return format == "tar" || format == "zstd" }

// The forms of files that are software by themselves.
const (
	formZip     = "zip"
	formAsar    = "asar"
	formTar     = "tar"
	formProgram = "program"
)

// form tells what a file is by its content.
func form(src *source.Source) string {
	head := src.Head()
	switch {
	case src.StartsLikeZip():
		if isPackage(src) {
			return formZip
		}
	case asar.Looks(head):
		return formAsar
	case rootfs.IsTar(head), rootfs.IsPacked(head):
		if tarOfPackage(head) {
			return formTar
		}
	case software.IsProgram(head) && software.Built(src.ReaderAt()):
		return formProgram
	}
	return ""
}

// isPackage reports whether a zip is a package as its ecosystem hands it out: it has the record that such a package has.
func isPackage(src *source.Source) bool {
	fsys, err := src.FS()
	if err != nil {
		return false
	}
	has := func(name string) bool { _, err := fs.Stat(fsys, name); return err == nil }
	if has("AndroidManifest.xml") || has("BundleConfig.pb") || has("AppxManifest.xml") || has("Payload") {
		return false
	}
	if has("META-INF/MANIFEST.MF") || has("WEB-INF") || has("META-INF/maven") {
		return true
	}
	entries, _ := fs.ReadDir(fsys, ".")
	for _, e := range entries {
		switch name := e.Name(); {
		case e.IsDir() && strings.HasSuffix(name, ".dist-info") && has(name+"/METADATA"):
			return true
		case !e.IsDir() && strings.HasSuffix(name, ".nuspec"):
			return true
		}
	}
	return false
}

// tarOfPackage reports whether the first entries of a tar archive hold the record of a package: those of npm put it into a
// folder package, those of Python into a folder of their name.
func tarOfPackage(head []byte) bool {
	for _, name := range rootfs.NamesInHead(head) {
		dir, base := path.Split(strings.TrimPrefix(name, "./"))
		if strings.Count(dir, "/") <= 1 && (base == "package.json" || base == "PKG-INFO" && dir != "" || base == "Cargo.toml" && dir != "") {
			return true
		}
	}
	return false
}

// Scan implements scanners.Scanner.
func (scanner) Scan(ctx context.Context, src *source.Source) (*inventory.Inventory, error) {
	opened, err := open(ctx, src)
	inv := inventory.New()
	if err != nil {
		return inv, err
	}
	if opened.gap != nil {
		inv.Gaps = append(inv.Gaps, *opened.gap)
	}
	r, err := software.Read(ctx, opened.src, software.Options{Self: opened.self})
	if r == nil {
		return inv, err
	}
	a := app(src, r)
	inv.Apps = []inventory.App{a}
	inv.Components = software.Components(r.Found, ID, opened.where, "", a.ID)
	for _, g := range r.Gaps {
		g.Scanner, g.Subject = ID, inventory.Text(src.Name())
		inv.Gaps = append(inv.Gaps, g)
	}
	if len(r.Found) == 0 && len(r.Gaps) == 0 && err == nil {
		inv.Gaps = append(inv.Gaps, inventory.Gap{Scanner: ID, Subject: inventory.Text(src.Name()), Kind: inventory.GapEmpty,
			Detail: "No record in it tells of a package that it is made of.", Next: "If it came with an SBOM, scan that."})
	}
	return inv, err
}

// app is the software itself.
func app(src *source.Source, r *software.Result) inventory.App {
	name := inventory.Text(r.Name)
	if name == "" {
		name = inventory.Text(called(src.Base()))
	}
	return inventory.App{ID: inventory.AppID("", inventory.NameOnly, name, "software "+r.Version), IdentifierKind: inventory.NameOnly, Identifier: name, Name: name,
		Version: inventory.Text(r.Version), Publisher: inventory.Text(r.Maker), Paths: []string{inventory.Text(src.Name())},
		Origins: []inventory.Origin{{Scanner: ID, Path: inventory.Text(src.Name())}}}
}

// called is the name of a file without the endings of archives.
func called(base string) string {
	for _, end := range []string{".gz", ".zst", ".tar", ".tgz", ".zip", ".jar", ".war", ".ear", ".whl", ".nupkg", ".asar", ".exe"} {
		if len(base) > len(end) {
			base = strings.TrimSuffix(base, end)
		}
	}
	return base
}

// opened is what is read of a file or folder.
type opened struct {
	src   *source.Source
	where string // before the names of files
	self  string // the file that it is, where it is one
	gap   *inventory.Gap
}

func open(ctx context.Context, src *source.Source) (opened, error) {
	if src.IsDir() {
		return opened{src: src, where: strings.TrimSuffix(src.Name(), "/") + "/"}, nil
	}
	inside := opened{where: src.Name() + "!"}
	head := src.Head()
	switch {
	case src.IsZip() && !software.IsProgram(head):
		return opened{src: src, where: src.Name() + "!", self: src.Name()}, nil
	case asar.Looks(head):
		a, err := asar.Open(src.ReaderAt(), src.Size())
		if err != nil {
			return inside, fmt.Errorf("%q cannot be read: %w", src.Name(), err)
		}
		if a.Bad+a.Cut > 0 {
			inside.gap = &inventory.Gap{Scanner: ID, Subject: inventory.Text(src.Name()), Kind: inventory.GapMalformed, Count: a.Bad + a.Cut,
				Detail: "Entries of the archive have an impossible name, size or place, or are too many.", Next: "Install the software again, and scan it again."}
		}
		inside.src = source.FromFS(src.Name(), a, src.Limits())
		return inside, nil
	case rootfs.IsTar(head), rootfs.IsPacked(head), gunzip.Is(head):
		return openTar(ctx, src, inside)
	case software.IsProgram(head):
		inside.where = path.Dir(src.Name()) + "/"
		if !strings.Contains(src.Name(), "/") {
			inside.where = ""
		}
		inside.src = source.FromFS(src.Name(), software.OneFile(src.Base(), src.ReaderAt(), src.Size()), src.Limits())
		return inside, nil
	}
	return inside, fmt.Errorf("%q is neither an archive nor a program that is read here", src.Name())
}

// unpacked is a compressed archive as a whole, where it is small enough to be held: then files of any size are read in it.
func unpacked(src *source.Source) (io.ReaderAt, int64, error) {
	if !rootfs.IsPacked(src.Head()) {
		return src.ReaderAt(), src.Size(), nil
	}
	limit := min(src.Limits().MemberBytes, src.Limits().Total(src.Size()))
	rd := rootfs.NewReader(src.Name(), src.Size(), src.Limits())
	plain, err := rd.Unpack(io.NewSectionReader(src.ReaderAt(), 0, src.Size()))
	if err != nil {
		return nil, 0, err
	}
	data, err := io.ReadAll(io.LimitReader(plain, limit+1))
	if err != nil || int64(len(data)) > limit {
		return src.ReaderAt(), src.Size(), nil // what fits of it is held, and what is damaged is told, by who reads it
	}
	return bytes.NewReader(data), int64(len(data)), nil
}

func openTar(ctx context.Context, src *source.Source, inside opened) (opened, error) {
	at, size, err := unpacked(src)
	if err != nil {
		return inside, err
	}
	rd := rootfs.NewReader(src.Name(), size, src.Limits())
	l, err := rd.Read(ctx, at, size)
	if ctx.Err() != nil {
		return inside, ctx.Err()
	}
	if err != nil {
		if l == nil || l.Entries() == 0 {
			return inside, fmt.Errorf("%q could not be read: %w", src.Name(), err)
		}
		kind := inventory.GapMalformed
		if limit := (*source.LimitError)(nil); errors.As(err, &limit) {
			kind = inventory.GapLimit
		}
		inside.gap = &inventory.Gap{Scanner: ID, Subject: inventory.Text(src.Name()), Kind: kind,
			Detail: inventory.Text(fmt.Sprintf("The archive was not read to its end: %v.", err)), Next: "Unpack it and scan the folder."}
	}
	fsys, _ := rootfs.Tree(src.Name(), l)
	inside.src = source.FromFS(src.Name(), fsys, src.Limits())
	return inside, nil
}
