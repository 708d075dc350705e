package owners

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"path"
	"strings"

	"quaestor/scanners/internal/alpm"
	"quaestor/scanners/internal/apkdb"
	"quaestor/scanners/internal/hostroot"
	"quaestor/scanners/internal/rpmdb"
	"quaestor/scanners/inventory"
)

const (
	dpkgInfo = "var/lib/dpkg/info"
	maxList  = 64 << 20 // of one list of files; the largest real ones have some 10 MB
	chunk    = 64 << 10
)

// dpkg reads the lists NAME.list and, of packages that may be installed for several architectures, NAME:ARCH.list.
func (x *Index) dpkg(ctx context.Context, h *hostroot.Host, device string, want func([]byte) bool) {
	entries, err := h.ReadDir(dpkgInfo)
	x.unread(dpkgInfo, err)
	open, done := h.Within(dpkgInfo)
	defer done()
	l := lister{buf: make([]byte, chunk)}
	for _, e := range entries {
		name, ok := strings.CutSuffix(e.Name(), ".list")
		if !ok {
			continue
		}
		if ctx.Err() != nil {
			return
		}
		o := Owner{Kind: inventory.DebPackage}
		var arch string
		o.Name, arch, _ = strings.Cut(name, ":")
		err := l.file(open, e.Name(), func(line []byte) {
			if !want(base(line)) {
				return
			}
			if o.App == "" {
				o.App = inventory.AppID(device, o.Kind, o.Name, optional(arch)...)
			}
			x.add(string(bytes.TrimPrefix(line, []byte("/"))), o)
		})
		x.unread(path.Join(dpkgInfo, e.Name()), err)
	}
}

func base(path []byte) []byte { return path[bytes.LastIndexByte(path, '/')+1:] }

func optional(s string) []string {
	if s == "" {
		return nil
	}
	return []string{s}
}

// lister reads one list after another into the same memory.
type lister struct{ buf []byte }

// file hands on each line of a file.
func (l *lister) file(open func(name string) (io.ReadCloser, error), name string, yield func(line []byte)) error {
	f, err := open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	return l.lines(f, yield)
}

// lines hands on each line; the bytes of a line are its own only during the call.
func (l *lister) lines(f io.Reader, yield func(line []byte)) error {
	held, total := 0, 0
	for {
		n, err := f.Read(l.buf[held:])
		held += n
		if total += n; total > maxList {
			return errors.New("the list of files is larger than any package needs")
		}
		rest := l.buf[:held]
		for {
			i := bytes.IndexByte(rest, '\n')
			if i < 0 {
				break
			}
			yield(rest[:i])
			rest = rest[i+1:]
		}
		if err != nil {
			if len(rest) > 0 {
				yield(rest)
			}
			if errors.Is(err, io.EOF) {
				err = nil
			}
			return err
		}
		if held = copy(l.buf, rest); held == len(l.buf) {
			held = 0 // a line longer than any path
		}
	}
}

// rpm reads the lists of files in the headers. Of packages that are installed in several versions side by side the
// version belongs to the identity.
func (x *Index) rpm(ctx context.Context, h *hostroot.Host, device string, want func([]byte) bool) {
	for _, name := range rpmdb.Paths {
		f, size, err := h.OpenAt(name)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err == nil {
			defer f.Close()
			err = x.headers(ctx, f, size, device, want)
		}
		x.unread(name, err)
		return
	}
}

// rpmPackage is a package that owns some of the files that were asked for.
type rpmPackage struct {
	name, arch, version string
	files               []string
}

func (x *Index) headers(ctx context.Context, r io.ReaderAt, size int64, device string, want func([]byte) bool) error {
	var found []rpmPackage
	versions := make(map[[2]string]int)
	err := rpmdb.Read(r, size, rpmdb.Handler{
		Package: func(p *rpmdb.Package) error {
			name, arch := inventory.Text(p.Name), inventory.Text(p.Arch)
			versions[[2]string{name, arch}]++
			if len(p.Files) > 0 {
				found = append(found, rpmPackage{name, arch, inventory.Text(p.EVR()), p.Files})
			}
			return ctx.Err()
		},
		Problem:  func(error) {}, // host/rpm reports them
		WantFile: want,
	})
	for _, p := range found {
		extra := []string{p.arch}
		if versions[[2]string{p.name, p.arch}] > 1 {
			extra = append(extra, p.version)
		}
		o := Owner{App: inventory.AppID(device, inventory.RPMPackage, p.name, extra...), Kind: inventory.RPMPackage, Name: p.name}
		for _, file := range p.files {
			x.add(strings.TrimPrefix(file, "/"), o)
		}
	}
	return err
}

func (x *Index) alpine(ctx context.Context, h *hostroot.Host, device string, want func([]byte) bool) {
	for _, name := range apkdb.Paths {
		f, err := h.OpenFile(name)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err == nil {
			defer f.Close()
			err = apkdb.Read(f, apkdb.Handler{
				Package: func(p *apkdb.Package) error {
					o := Owner{App: inventory.AppID(device, inventory.AlpinePackage, p.Name), Kind: inventory.AlpinePackage, Name: p.Name}
					for _, file := range p.Files {
						x.add(file, o)
					}
					return ctx.Err()
				},
				Problem:  func(int, string) {}, // host/alpine reports them
				WantFile: want,
			})
		}
		x.unread(name, err)
		return
	}
}

func (x *Index) arch(ctx context.Context, h *hostroot.Host, device string, want func([]byte) bool) {
	entries, err := h.ReadDir(alpm.Local)
	x.unread(alpm.Local, err)
	open, done := h.Within(alpm.Local)
	defer done()
	l := lister{buf: make([]byte, chunk)}
	for _, e := range entries {
		name := alpm.NameOf(e.Name())
		if name == "" || !e.IsDir() {
			continue
		}
		if ctx.Err() != nil {
			return
		}
		o := Owner{App: inventory.AppID(device, inventory.ArchPackage, name), Kind: inventory.ArchPackage, Name: name}
		in := false
		err := l.file(open, path.Join(e.Name(), "files"), func(line []byte) {
			switch line = bytes.TrimSuffix(line, []byte("\r")); {
			case len(line) == 0:
				in = false
			case line[0] == '%':
				in = string(line) == "%FILES%"
			case in && want(base(line)):
				x.add(string(line), o)
			}
		})
		x.unread(path.Join(alpm.Local, e.Name(), "files"), err)
	}
}
