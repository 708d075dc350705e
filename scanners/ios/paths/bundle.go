package paths

import (
	"bytes"
	"slices"
	"strings"
)

// bundle is the folder of an app.
type bundle struct {
	uuid    string // of its container; "" for a part of the system
	folder  string // "NAME.app"
	path    string // as it stands in the list
	line    int
	info    bool     // its Info.plist lies in it
	store   bool     // the store's receipt or keys lie with it
	signed  bool     // a provisioning profile lies in it
	program []string // names of the store's keys for it
	inside  []string // what lies in it and is named like an identifier
	parts   []part
	cut     bool   // not all parts were kept
	last    string // the folder inside that was met last and holds nothing of interest
}

// part is an extension of an app, or its app for a watch.
type part struct {
	file string // inside the app
	name string
	id   string // as far as names tell it
}

// name is the name of the app's folder without its ending.
func (b *bundle) name() string { return strings.TrimSuffix(b.folder, appEnding) }

// programs are the names that its program may have: those of the store's keys, else that of the folder.
func (b *bundle) programs() []string {
	if len(b.program) > 0 {
		return b.program
	}
	return []string{b.name()}
}

const appEnding = ".app"

var (
	receipt      = []byte("iTunesMetadata.plist")
	keys         = []byte("SC_Info/")
	infoName     = []byte("Info.plist")
	provisioning = []byte("embedded.mobileprovision")
)

// inBundle takes a path in a container of an app's program. What lies beside the app's folder counts for the app that
// was met in the container, before or after.
func (f *finder) inBundle(path, rest []byte, line int) {
	uuid, below, ok := cutUUID(rest)
	if !ok {
		return
	}
	if bytes.Equal(below, receipt) {
		if len(f.receipts) < maxBundles {
			f.receipts[string(uuid)] = true
		}
		return
	}
	folder, inside, _ := bytes.Cut(below, []byte{'/'})
	if !isApp(folder) {
		return
	}
	key := rest[:uuidLen+1+len(folder)]
	if b := f.bundle(f.bundles, &f.bundleList, key, path[:len(path)-len(rest)+len(key)], line); b != nil {
		b.uuid = string(uuid)
		if len(inside) > 0 {
			f.bundleAt, f.bundleIs = string(path[:len(path)-len(inside)]), b
		}
		b.add(inside)
	}
}

// bundle is the app under a key; nil when there are too many.
func (f *finder) bundle(in map[string]*bundle, list *[]*bundle, key, path []byte, line int) *bundle {
	b := in[string(key)]
	if b != nil {
		return b
	}
	if len(in) >= maxBundles {
		f.dropped.Add(string(key))
		return nil
	}
	folder := key[bytes.LastIndexByte(key, '/')+1:]
	b = &bundle{folder: string(folder), path: string(path), line: line}
	in[string(key)] = b
	*list = append(*list, b)
	return b
}

func isApp(folder []byte) bool {
	return len(folder) > len(appEnding) && len(folder) <= maxName && bytes.HasSuffix(folder, []byte(appEnding))
}

// add takes a path inside the app.
func (b *bundle) add(rest []byte) {
	first, below, deeper := bytes.Cut(rest, []byte{'/'})
	if deeper && string(first) == b.last {
		return
	}
	switch {
	case !deeper && bytes.Equal(first, infoName):
		b.info = true
	case !deeper && bytes.Equal(first, provisioning):
		b.signed = true
	case bytes.HasPrefix(rest, keys):
		b.store = true
		if program, ok := bytes.CutSuffix(below, []byte(".sinf")); ok && bytes.IndexByte(program, '/') < 0 {
			keep(&b.program, string(program))
		}
	case deeper && isHolder(first):
		name, _, _ := bytes.Cut(below, []byte{'/'})
		b.addPart(rest[:len(first)+1+len(name)], name)
	default:
		if named(first) {
			keep(&b.inside, string(first))
		}
		if deeper {
			b.last = string(first)
		}
	}
}

// holders are the folders of an app that hold extensions and apps for watches.
var holders = [][]byte{[]byte("PlugIns"), []byte("Extensions"), []byte("Watch"), []byte("com.apple.WatchPlaceholder")}

func isHolder(folder []byte) bool {
	return slices.ContainsFunc(holders, func(h []byte) bool { return bytes.Equal(folder, h) })
}

func (b *bundle) addPart(file, folder []byte) {
	name, extension := bytes.CutSuffix(folder, []byte(".appex"))
	if !extension {
		watch := false
		if name, watch = bytes.CutSuffix(folder, []byte(appEnding)); !watch {
			return
		}
	}
	if n := len(b.parts); len(name) == 0 || len(name) > maxName || n > 0 && b.parts[n-1].file == string(file) {
		return
	}
	if slices.ContainsFunc(b.parts, func(p part) bool { return p.file == string(file) }) {
		return
	}
	if len(b.parts) >= maxExtensions {
		b.cut = true
		return
	}
	b.parts = append(b.parts, part{file: string(file), name: string(name)})
	if named(name) {
		keep(&b.inside, string(name))
	}
}

// named reports whether a file may be named after a bundle identifier: three parts and more.
func named(name []byte) bool {
	return len(name) <= maxName && bytes.Count(name, []byte{'.'}) >= 2 && validID(string(name))
}

// keep adds a name that is new, while there are few.
func keep(list *[]string, name string) {
	if len(*list) < maxNames && len(name) <= maxName && !slices.Contains(*list, name) {
		*list = append(*list, name)
	}
}
