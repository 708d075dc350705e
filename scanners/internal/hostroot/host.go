// Package hostroot reads what every scanner of a computer needs: the device itself, its users, and
// files by the names they have on that computer, whether it is the running one or a copy of its root folder.
//
// Links are followed as the computer itself would follow them: an absolute link in a copy leads to the copy,
// never to the computer that scans.
//
// What the package cannot see: users that only a directory service knows and that never logged in here,
// and what is mounted on the computer but not part of the copy.
package hostroot

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"runtime"
	"strings"

	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

// maxLinks is how many links one name may lead through, as in the Linux kernel.
const maxLinks = 40

// Host is a computer's root folder.
type Host struct {
	src   *source.Source
	fsys  fs.FS
	drive string // of Windows, once it was asked
}

// IsHost reports whether the user named a computer: this one, or a folder as host:FOLDER.
func IsHost(src *source.Source) bool { return src.IsDir() && src.Target().Kind == source.KindHost }

// Open returns the computer in src.
func Open(src *source.Source) (*Host, error) {
	if !IsHost(src) {
		return nil, fmt.Errorf("%q is not a computer; name a root folder as host:FOLDER", src.Name())
	}
	fsys, err := src.FS()
	if err != nil {
		return nil, err
	}
	return &Host{src: src, fsys: fsys}, nil
}

// Live reports whether this is the running computer.
func (h *Host) Live() bool { return h.src.Live() }

// Source is what the host was opened from.
func (h *Host) Source() *source.Source { return h.src }

// Origin says that a fact was read from a file of the computer.
func (h *Host) Origin(scanner, name string, line int) inventory.Origin {
	return inventory.Origin{Scanner: scanner, Path: inventory.Text(h.src.Join(name)), Line: line}
}

// ReadFile reads a file whole, within the source's limits.
func (h *Host) ReadFile(name string) ([]byte, error) { return follow(h, name, h.src.ReadFile) }

// OpenFile streams a file, within the source's limits.
func (h *Host) OpenFile(name string) (io.ReadCloser, error) { return follow(h, name, h.src.OpenFile) }

// Within opens the files of one folder by their names, at less cost than by their paths: for folders of which thousands of
// files are read. The folder is closed by done.
func (h *Host) Within(folder string) (open func(name string) (io.ReadCloser, error), done func()) {
	sub, err := h.src.Sub(folder)
	if err != nil || !sub.IsDir() {
		return func(name string) (io.ReadCloser, error) { return h.OpenFile(path.Join(folder, name)) }, func() {}
	}
	return func(name string) (io.ReadCloser, error) {
		f, err := sub.OpenFile(name)
		if needsResolving(err) { // a link
			return h.OpenFile(path.Join(folder, name))
		}
		return f, err
	}, func() { sub.Close() }
}

// ReadDir lists a folder in the order of names. More entries than the source's limit are an error beside
// those that were read.
func (h *Host) ReadDir(name string) ([]fs.DirEntry, error) {
	entries, err := follow(h, name, func(n string) ([]fs.DirEntry, error) { return fs.ReadDir(h.fsys, n) })
	if limit := h.src.Limits().Entries; len(entries) > limit {
		return entries[:limit], &source.LimitError{Name: h.src.Join(name), What: "entries", Limit: int64(limit)}
	}
	return entries, err
}

// Stat describes what a name leads to.
func (h *Host) Stat(name string) (fs.FileInfo, error) {
	return follow(h, name, func(n string) (fs.FileInfo, error) { return fs.Stat(h.fsys, n) })
}

// follow opens a name by do; where that is refused because of a link that seems to lead out of the root
// folder, it finds what the link means inside and opens that.
func follow[T any](h *Host, name string, do func(name string) (T, error)) (T, error) {
	v, err := do(name)
	if !needsResolving(err) {
		return v, err
	}
	real, rerr := h.resolve(name)
	if rerr != nil {
		return v, fmt.Errorf("cannot read %q: %w", h.src.Join(name), rerr)
	}
	return do(real)
}

// Exists reports whether a name leads to something, or to where the scan has no right to look: then reading
// it says so, which is better than taking it for absent.
func (h *Host) Exists(name string) bool {
	_, err := h.Stat(name)
	return err == nil || errors.Is(err, fs.ErrPermission)
}

// Broken looks for a link on the way to a name that leads to nothing, as one out of a copy does, and says where. The path is
// empty for a name that can be reached, and for one that is not there.
func (h *Host) Broken(name string) (at string, why error) {
	parts := strings.Split(name, "/")
	for i := range parts {
		at = strings.Join(parts[:i+1], "/")
		if _, err := h.Stat(at); err == nil {
			continue
		} else if errors.Is(err, fs.ErrPermission) {
			return "", nil
		}
		folder, err := h.resolve(strings.Join(parts[:i], "/"))
		if err != nil {
			return "", nil
		}
		target, err := fs.ReadLink(h.fsys, path.Join(folder, parts[i]))
		if err != nil {
			return "", nil // it is not there
		}
		if _, err := h.resolve(at); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return at, fmt.Errorf("it is a link to %q: %w", target, err)
		}
		return at, fmt.Errorf("it is a link to %q, which is not there", target)
	}
	return "", nil
}

// First is the first of names that exists, or "".
func (h *Host) First(names []string) string {
	for _, name := range names {
		if h.Exists(name) {
			return name
		}
	}
	return ""
}

// Link returns where a symbolic link points, as written in it.
func (h *Host) Link(name string) (string, error) { return fs.ReadLink(h.fsys, name) }

// Gap turns an error met on a name into a gap. The next step is for a reader who lacked the right to look;
// other causes bring their own.
func (h *Host) Gap(scanner, name string, err error) inventory.Gap {
	g := inventory.Gap{Scanner: scanner, Subject: inventory.Text(h.src.Join(name)), Kind: inventory.GapUnreadable,
		Detail: inventory.Text(err.Error() + "."), Next: "Check the file system and scan again."}
	var limit *source.LimitError
	switch {
	case errors.Is(err, fs.ErrPermission):
		g.Kind, g.Detail = inventory.GapNotPermitted, "This could not be read: the scan does not have the right."
		g.Next = MoreRights()
	case errors.As(err, &limit):
		g.Kind, g.Next = inventory.GapLimit, "Scan a copy of the files that matter by itself."
	}
	return g
}

// MoreRights is what to do about what the scan has no right to see.
func MoreRights() string { return moreRights(os.Geteuid(), runtime.GOOS) }

// moreRights advises the account of a number. To root the advice to become root is no help.
func moreRights(uid int, system string) string {
	switch {
	case system == "windows":
		return "Run the scan as an administrator to see it."
	case uid == 0 && system == "darwin":
		return "Root alone is refused it: give the terminal Full Disk Access in the settings (Privacy & Security)."
	case uid == 0:
		return "Even root is refused it here: a container, a sandbox or the file system stands in the way. Run the scan outside of it."
	}
	return "Run the scan as root to see it."
}

// needsResolving tells a link that leads out of the folder, followed literally, from plain absence.
func needsResolving(err error) bool {
	var limit *source.LimitError
	return err != nil && !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, fs.ErrPermission) && !errors.As(err, &limit)
}

// resolve follows every link in name inside the computer's own root folder.
func (h *Host) resolve(name string) (string, error) {
	var done []string
	rest := strings.Split(name, "/")
	for links := 0; len(rest) > 0; {
		part := rest[0]
		rest = rest[1:]
		switch part {
		case "", ".":
			continue
		case "..":
			done = done[:max(0, len(done)-1)]
			continue
		}
		done = append(done, part)
		target, err := fs.ReadLink(h.fsys, path.Join(done...))
		if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission) {
			return "", err
		}
		if err != nil {
			continue // not a link
		}
		if links++; links > maxLinks {
			return "", fmt.Errorf("%q leads through more than %d links", name, maxLinks)
		}
		done = done[:len(done)-1]
		if strings.HasPrefix(target, "/") {
			done = nil
		}
		rest = append(strings.Split(target, "/"), rest...)
	}
	return path.Join(append([]string{"."}, done...)...), nil
}

// File is an open file that can be read at any place.
type File interface {
	io.ReaderAt
	io.Closer
}

// OpenAt opens a file for reading at any place and returns its size, which is within the source's limits.
func (h *Host) OpenAt(name string) (File, int64, error) {
	f, err := follow(h, name, h.fsys.Open)
	if err != nil {
		return nil, 0, fmt.Errorf("cannot read %q: %w", h.src.Join(name), err)
	}
	at, ok := f.(File)
	info, err := f.Stat()
	switch limit := h.src.Limits().FileBytes; {
	case err != nil:
	case !ok || !info.Mode().IsRegular():
		err = fmt.Errorf("cannot read %q: not a regular file", h.src.Join(name))
	case info.Size() > limit:
		err = &source.LimitError{Name: h.src.Join(name), What: "size", Limit: limit}
	}
	if err != nil {
		f.Close()
		return nil, 0, err
	}
	return at, info.Size(), nil
}
