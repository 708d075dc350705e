package androidqf

import (
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"

	"quaestor/scanners/internal/aqfjson"
	"quaestor/scanners/internal/dumpsys"
	"quaestor/scanners/internal/getprop"
	"quaestor/scanners/internal/lines"
	"quaestor/scanners/internal/pmlist"
	"quaestor/scanners/source"
)

// maxNames is the most files of a folder that are looked at. An acquisition has some thirty.
const maxNames = 300

// What a file is, by its content; the name decides only where the content cannot.
type kind int

const (
	other kind = iota
	properties
	packagesJSON
	dump
	packageList
	settings
	acquisition
	rootBinaries
	packageUsers
	leftOut // known, and not read on purpose
)

// leftOuts are the files of an acquisition that are not read: they describe what runs and what the storage
// holds at one moment, or are logs.
var leftOuts = []string{"processes.txt", "processes.json", "ps.txt", "services.txt", "env.txt", "selinux.txt", "mounts.json", "files.json",
	"logcat.txt", "logcat_old.txt", "command.log", "hashes.csv", "backup.ab", "su.txt", "tmp"}

// own are the files that androidqf writes under these names and that are read. Whatever else stands in one of
// these is damage.
var own = map[string]kind{"packages.json": packagesJSON, "dumpsys.txt": dump, "getprop.txt": properties, "acquisition.json": acquisition,
	"root_binaries.json": rootBinaries, "package_users.json": packageUsers}

// file is a file at the top of an acquisition.
type file struct {
	name    string
	kind    kind
	service string // of a dump, see dumpsys.Sniff
	damaged bool   // it bears the name of its kind, and its content is none of that
}

// layout is what stands in an acquisition.
type layout struct {
	prefix string // folder inside the source that holds the files, "." for the source itself
	files  []file
	apks   []string
	more   bool // there are more files than are looked at
}

func (l *layout) has(k kind) int {
	n := 0
	for _, f := range l.files {
		if f.kind == k && !f.damaged {
			n++
		}
	}
	return n
}

// named is whether there is a file of a kind, be it damaged.
func (l *layout) named(k kind) bool {
	return slices.ContainsFunc(l.files, func(f file) bool { return f.kind == k })
}

// look finds the acquisition in src: at its top, or in the one folder that an archive holds.
func look(src *source.Source) (*layout, bool) {
	fsys, err := src.FS()
	if err != nil {
		return nil, false
	}
	l := &layout{prefix: "."}
	l.read(src, fsys)
	if l.isAcquisition() {
		return l, true
	}
	entries, err := fs.ReadDir(fsys, ".")
	entries = slices.DeleteFunc(entries, func(e fs.DirEntry) bool { return e.Name() == "__MACOSX" }) // beside what macOS packs
	if err != nil || src.IsDir() || len(entries) != 1 || !entries[0].IsDir() {
		return nil, false
	}
	l = &layout{prefix: entries[0].Name()}
	l.read(src, fsys)
	return l, l.isAcquisition()
}

// isAcquisition: what androidqf leaves, or the properties of one phone beside lists of its packages. Two files
// of properties are two phones. A list that is damaged counts beside a sound file that belongs to it: what is
// left of an acquisition is one.
func (l *layout) isAcquisition() bool {
	lists := l.has(packageList) + l.has(acquisition)
	for _, f := range l.files {
		switch {
		case f.kind == packagesJSON, f.kind == dump && (f.damaged || f.service == "*" || f.service == "package"):
			lists++
		}
	}
	return l.has(properties) <= 1 && lists > 0 && (l.has(packagesJSON) == 1 || l.has(acquisition) == 1 || l.has(properties) == 1)
}

func (l *layout) read(src *source.Source, fsys fs.FS) {
	entries, err := fs.ReadDir(fsys, l.prefix)
	if err != nil {
		return
	}
	for _, e := range entries {
		name := path.Join(l.prefix, e.Name())
		switch {
		case e.IsDir() && e.Name() == "apks":
			l.readAPKs(fsys, name)
		case !e.Type().IsRegular():
		case len(l.files) >= maxNames:
			l.more = true
		default:
			l.files = append(l.files, classify(src, name))
		}
	}
	if l.has(properties) > 1 && l.has(packagesJSON)+l.has(acquisition) > 0 {
		l.ownProperties()
	}
}

// ownProperties leaves out the properties that someone put beside those which androidqf wrote.
func (l *layout) ownProperties() {
	for i, f := range l.files {
		if f.kind == properties && path.Base(f.name) != "getprop.txt" {
			l.files[i].kind = other
		}
	}
}

func (l *layout) readAPKs(fsys fs.FS, dir string) {
	entries, err := fs.ReadDir(fsys, dir)
	if err != nil {
		return
	}
	for _, e := range entries {
		if e.Type().IsRegular() {
			l.apks = append(l.apks, path.Join(dir, e.Name()))
		}
	}
}

func classify(src *source.Source, name string) file {
	f := file{name: name}
	base := path.Base(name)
	if slices.Contains(leftOuts, base) {
		f.kind = leftOut
		return f
	}
	switch path.Ext(base) {
	case ".txt", ".log", ".json", ".out", "":
	default:
		return f
	}
	head := head(src, name)
	f.kind, f.service = byContent(base, head), dumpsys.Sniff(head)
	if k := own[base]; k != other && f.kind == other {
		f.kind, f.damaged = k, true
	}
	return f
}

// byContent tells the kind of a file from its first bytes. Settings and the list of root binaries look like
// many other files, so that their names count, too.
func byContent(base string, head []byte) kind {
	switch {
	case getprop.Looks(head):
		return properties
	case aqfjson.Looks(head):
		return packagesJSON
	case dumpsys.Sniff(head) != "":
		return dump
	case pmlist.Looks(head):
		return packageList
	case base == "acquisition.json" && strings.Contains(string(lines.Decode(head)), `"androidqf_version"`):
		return acquisition
	case base == "root_binaries.json":
		return rootBinaries
	case base == "package_users.json":
		return packageUsers
	case strings.HasPrefix(base, "settings_") && strings.HasSuffix(base, ".txt"):
		return settings
	}
	return other
}

func head(src *source.Source, name string) []byte {
	r, err := src.OpenFile(name)
	if err != nil {
		return nil
	}
	defer r.Close()
	b, _ := io.ReadAll(io.LimitReader(r, source.HeadBytes)) // a file that cannot be read is found so later
	return b
}
