package packagefile

import (
	"archive/tar"
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"path"
	"strings"

	"quaestor/scanners/internal/appimage"
	"quaestor/scanners/internal/desktopentry"
	"quaestor/scanners/internal/linuxpkg"
	"quaestor/scanners/internal/squashfs"
	"quaestor/scanners/inventory"
)

// Limits of what lies in an AppImage.
const (
	maxFolders = 20_000
	maxDepth   = 32
)

func isAppImage(head []byte) bool {
	_, ok := appimage.ReadHead(bytes.NewReader(head))
	return ok
}

// appImage reads one: its desktop entry tells what it is, as a scan of a computer has it.
func (r *reading) appImage() error {
	at, size := r.src.ReaderAt(), r.src.Size()
	head, _ := appimage.ReadHead(at)
	base := path.Base(strings.ReplaceAll(r.src.Name(), `\`, "/"))
	a := inventory.App{Platform: inventory.Linux, IdentifierKind: inventory.AppImage, Identifier: inventory.Text(strings.TrimSuffix(strings.TrimSuffix(base, ".AppImage"), ".appimage")), Arch: head.Arch,
		Flags: []string{fmt.Sprintf("type:%d", head.Kind)}, Paths: []string{inventory.Text(r.src.Name())}, Origins: []inventory.Origin{{Scanner: ID, Path: inventory.Text(r.src.Name())}}}
	const next = "Run the AppImage with --appimage-extract on a computer that may be lost, and scan the folder squashfs-root as software."
	var fsys *squashfs.FS
	err := error(squashfs.ErrCompression)
	if head.Kind == 2 && head.End > 0 && head.End < size {
		fsys, err = appimage.Files(at, head.End, size)
	}
	if entry, eerr := appimage.Entry(at, head.End, size); err == nil && eerr == nil {
		const group = "Desktop Entry"
		d := desktopentry.Parse(entry.Text)
		a.Identifier = inventory.Text(strings.TrimSuffix(entry.Name, ".desktop"))
		a.Name, a.Version = inventory.Text(d.String(group, "Name")), inventory.Text(d.String(group, "X-AppImage-Version"))
	}
	a.Name = cmp.Or(a.Name, a.Identifier)
	a.ID = inventory.AppID("", a.IdentifierKind, a.Identifier, a.Version, a.Arch)
	r.inv.Apps = []inventory.App{a}
	if err != nil {
		r.gap(inventory.GapUnknownLines, fmt.Sprintf("What is inside of this AppImage was not read, only its file name is told: %v.", err), next)
		return nil
	}
	data, err := r.pack(fsys)
	if err != nil {
		r.stopped(err)
	}
	return r.parts(data)
}

// pack is a file system as a tar archive.
func (r *reading) pack(fsys *squashfs.FS) ([]byte, error) {
	limit := min(r.src.Limits().MemberBytes, r.src.Limits().Total(r.src.Size()))
	var out bytes.Buffer
	tw := tar.NewWriter(&out)
	var failed error
	folders := []string{""}
	for at := 0; at < len(folders) && r.ctx.Err() == nil; at++ { // it grows
		entries, err := fsys.List(folders[at])
		failed = cmp.Or(failed, err)
		for _, e := range entries {
			name := path.Join(folders[at], e.Name)
			switch {
			case strings.ContainsAny(e.Name, "/\x00") || e.Name == ".." || e.Name == ".":
				failed = cmp.Or(failed, error(squashfs.ErrFormat))
			case e.Dir && (len(folders) >= maxFolders || strings.Count(name, "/") >= maxDepth):
				failed = cmp.Or(failed, linuxpkg.ErrTooLarge)
			case e.Dir:
				folders = append(folders, name)
			case e.File:
				data, err := fsys.ReadFile(e, max(0, limit-int64(out.Len())))
				if errors.Is(err, squashfs.ErrLimit) {
					err = linuxpkg.ErrTooLarge
				}
				if failed = cmp.Or(failed, err); err != nil {
					continue
				}
				if err := tw.WriteHeader(&tar.Header{Name: name, Mode: 0o755, Size: int64(len(data)), Typeflag: tar.TypeReg}); err != nil {
					failed = cmp.Or(failed, err)
					continue
				}
				if _, err := tw.Write(data); err != nil {
					return out.Bytes(), err
				}
			}
		}
	}
	return out.Bytes(), cmp.Or(failed, tw.Close())
}
