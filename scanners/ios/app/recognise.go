package app

import (
	"cmp"
	"context"
	"io"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"quaestor/scanners/internal/apkfile"
	"quaestor/scanners/internal/macho"
	"quaestor/scanners/internal/plist"
	"quaestor/scanners/source"
)

const (
	infoName = "Info.plist"
	maxInfo  = 4 << 20 // bytes of a property list that is parsed
)

// Recognise implements scanners.Scanner.
func (scanner) Recognise(src *source.Source) bool {
	if src.IsDir() {
		return !src.Live() && folder(src) != nil
	}
	if src.ReaderAt() == nil || !src.StartsLikeZip() {
		return false
	}
	f, err := apkfile.OpenDirectory(src.ReaderAt(), src.Size())
	if err != nil {
		return false
	}
	return archived(f)
}

// archived reports whether an archive holds an app: in Payload whatever it is, elsewhere if its Info.plist says that it is
// for a phone.
func archived(f *apkfile.File) bool {
	var look finder
	for i := range f.Entries {
		look.add(nameOf(&f.Entries[i]))
	}
	for root := range look.found {
		if strings.Contains("/"+root, "/Payload/") {
			return true
		}
		var info []byte
		if e := f.Lookup(root + infoName); e != nil && e.Size <= maxInfo {
			b, err := f.Read(context.Background(), e, e.Size)
			if err == nil && mobile(b) {
				return true
			}
			info = b
		}
		if e := f.Lookup(root + programName(root, info)); e != nil && phoneProgram(f.Peek(e, headPeek), e.Size) {
			return true
		}
	}
	return false
}

// folder is where in a folder apps lie: in itself, in Payload or in Products/Applications. Only a few names are looked at.
func folder(src *source.Source) []string {
	fsys, err := src.FS()
	if err != nil {
		return nil
	}
	if isApp(path.Base(src.Name())) || exists(fsys, "_CodeSignature") || exists(fsys, "PkgInfo") {
		if b := small(fsys, infoName); b != nil && mobile(b) {
			return []string{""}
		}
	}
	if base := path.Base(src.Name()); isApp(base) && runsOnPhone(fsys, ".", programName(base, small(fsys, infoName))) {
		return []string{""}
	}
	var found []string
	for _, above := range []string{"Payload", "Products/Applications"} {
		list, err := fs.ReadDir(fsys, above)
		if err != nil {
			continue
		}
		for _, d := range list {
			if root := path.Join(above, d.Name()); d.IsDir() && isApp(d.Name()) && (above == "Payload" || phoneApp(fsys, root)) {
				found = append(found, root+"/")
			}
		}
	}
	return found
}

func phoneApp(fsys fs.FS, root string) bool {
	info := small(fsys, path.Join(root, infoName))
	return mobile(info) || runsOnPhone(fsys, root, programName(root, info))
}

// headPeek is how much of a program is looked at to recognise its app. Load commands come first, and of a fat file the
// first program begins within 16 kB.
const headPeek = 64 << 10

// programName is the name of an app's program: as its Info.plist says, else as the folder is called.
func programName(root string, info []byte) string {
	v, _ := plist.Decode(info)
	name := plist.Text(v, "CFBundleExecutable")
	if name == "" || strings.Contains(name, "/") {
		name = strings.TrimSuffix(path.Base(root), ".app")
	}
	return name
}

// runsOnPhone reports whether a program in a folder is built for a phone. Who hides an app may take its Info.plist away or
// what it says of the platform; the system still looks at the program.
func runsOnPhone(fsys fs.FS, root, name string) bool {
	name = path.Join(root, name)
	if !fs.ValidPath(name) {
		return false
	}
	f, err := fsys.Open(name)
	if err != nil {
		return false
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() {
		return false
	}
	head, err := io.ReadAll(io.LimitReader(f, headPeek))
	return err == nil && phoneProgram(head, info.Size())
}

// phoneProgram reports whether a file of a size begins as a program for a phone or the like does.
func phoneProgram(head []byte, size int64) bool {
	f, err := macho.Head(head, size)
	if err != nil {
		return false
	}
	for i := range f.Images {
		m := &f.Images[i]
		for _, p := range []string{"ios", "tvos", "watchos", "visionos"} {
			if m.Kind == "executable" && (m.Platform == p || m.Platform == p+"-simulator") {
				return true
			}
		}
	}
	return false
}

func exists(fsys fs.FS, name string) bool { _, err := fs.Stat(fsys, name); return err == nil }

// small reads a file of at most maxInfo bytes, or nothing.
func small(fsys fs.FS, name string) []byte {
	f, err := fsys.Open(name)
	if err != nil {
		return nil
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() || info.Size() > maxInfo {
		return nil
	}
	b, err := io.ReadAll(io.LimitReader(f, maxInfo))
	if err != nil {
		return nil
	}
	return b
}

// mobile reports whether an Info.plist is of an app, and one for a phone, a tablet, a watch, a television or glasses, or for
// the simulator of one.
func mobile(b []byte) bool {
	v, err := plist.Decode(b)
	if err != nil || plist.Text(v, "CFBundleIdentifier") == "" || plist.Text(v, "CFBundleExecutable") == "" {
		return false
	}
	if kind := plist.Text(v, "CFBundlePackageType"); kind != "APPL" && kind != "" {
		return false
	}
	for _, p := range plist.Texts(v, "CFBundleSupportedPlatforms") {
		if p != "MacOSX" {
			return true
		}
	}
	return plist.Bool(v, "LSRequiresIPhoneOS") || plist.Get(v, "UIDeviceFamily") != nil || plist.Text(v, "MinimumOSVersion") != ""
}

// locate says where in the container the app lies.
func (c *container) locate() layout {
	var roots []string
	if c.zip == nil {
		roots = folder(c.src)
	} else {
		var look finder
		for i := range c.entries {
			look.add(c.entries[i].name)
		}
		roots = slices.Collect(maps.Keys(look.found))
	}
	slices.SortFunc(roots, func(a, b string) int { return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a, b)) })
	if len(roots) == 0 {
		return layout{}
	}
	return layout{root: roots[0], others: roots[1:]}
}

// Kin implements scanners.Relative: it names apps for the Mac.
func (scanner) Kin(src *source.Source) string {
	const mac = "an app for the Mac"
	if src.IsDir() {
		fsys, err := src.FS()
		if err == nil && isApp(path.Base(src.Name())) && exists(fsys, "Contents/"+infoName) && exists(fsys, "Contents/MacOS") {
			return mac
		}
		return ""
	}
	if src.ReaderAt() == nil || !src.StartsLikeZip() {
		return ""
	}
	f, err := apkfile.OpenDirectory(src.ReaderAt(), src.Size())
	if err != nil {
		return ""
	}
	for i := range f.Entries {
		app, rest, ok := strings.Cut(nameOf(&f.Entries[i]), "/")
		if ok && isApp(app) && strings.HasPrefix(rest, "Contents/MacOS/") {
			return mac
		}
	}
	return ""
}
