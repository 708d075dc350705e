package paths

import "bytes"

// The list of a whole phone may begin with many thousand names of its system before the first container of an app.
// Apple lays out bundles in two ways: on its computers everything lies in a folder inside of the bundle (Contents,
// Versions), on its phones the bundle is flat. So a folder of programs from which a phone starts tells itself apart.

const (
	minFlat  = 3    // bundles of the system that have to be flat; a lone one may be anything
	maxRoots = 16   // places at which system folders are looked for
	maxFlat  = 1000 // of one root; far more than a head can name
)

var (
	systemFolders = [][]byte{[]byte("Applications/"), []byte("System/Library/")}
	bundleEnds    = [][]byte{[]byte(".app"), []byte(".framework"), []byte(".axbundle")}
	deepFolders   = [][]byte{[]byte("Contents"), []byte("Versions"), []byte("Wrapper"), []byte("WrappedBundle")}
	notPhones     = [][]byte{[]byte("RuntimeRoot/"), []byte("iOSSupport/"), []byte("DriverKit/"), []byte("Products/")} // ends of roots on a computer
)

// root is a place that has folders as the top of a system has.
type root struct {
	flat map[string]bool // bundles that lie as on a phone
	deep bool            // one lies as on a computer
}

// holdsSystem reports whether a list, as far as it was read, names the system's own programs of an iPhone.
func holdsSystem(head []byte, l layout) bool {
	roots := map[string]*root{}
	var t text
	for len(head) > 0 {
		line, rest, whole := bytes.Cut(head, []byte{'\n'})
		if head = rest; !whole {
			break // it may be cut
		}
		if p := t.path(l.cell(bytes.TrimRight(line, "\r"))); p != nil {
			addSystem(roots, p)
		}
	}
	return anyPhone(roots)
}

func anyPhone(roots map[string]*root) bool {
	for _, r := range roots {
		if !r.deep && len(r.flat) >= minFlat {
			return true
		}
	}
	return false
}

// addSystem takes a path of a bundle in a folder of the system.
func addSystem(roots map[string]*root, path []byte) {
	before, below, ok := cutSystem(path)
	if !ok {
		return
	}
	name, inside, ok := cutBundle(below)
	if !ok {
		return
	}
	r := roots[string(before)]
	if r == nil {
		if len(roots) >= maxRoots {
			return
		}
		r = &root{flat: map[string]bool{}}
		roots[string(before)] = r
	}
	first, _, deeper := bytes.Cut(inside, []byte{'/'})
	switch {
	case oneOf(first, deepFolders):
		r.deep = true
	case deeper && (bytes.HasSuffix(first, []byte(".lproj")) || string(first) == "_CodeSignature"), !deeper && string(first) == "Info.plist":
		if len(r.flat) < maxFlat {
			r.flat[string(name)] = true
		}
	}
}

// cutSystem splits a path around the first folder of the system in it.
func cutSystem(path []byte) (before, below []byte, ok bool) {
	for _, in := range systemFolders {
		at := bytes.Index(path, in)
		if at < 0 || at > 0 && path[at-1] != '/' {
			continue
		}
		before = path[:at]
		for _, end := range notPhones {
			if bytes.HasSuffix(before, end) {
				return nil, nil, false
			}
		}
		return before, path[at+len(in):], true
	}
	return nil, nil, false
}

// cutBundle splits a path behind the first bundle in it.
func cutBundle(path []byte) (name, inside []byte, ok bool) {
	for at := 0; ; {
		slash := bytes.IndexByte(path[at:], '/')
		if slash < 0 {
			return nil, nil, false
		}
		for _, end := range bundleEnds {
			if bytes.HasSuffix(path[at:at+slash], end) {
				return path[:at+slash], path[at+slash+1:], true
			}
		}
		at += slash + 1
	}
}

func oneOf(name []byte, list [][]byte) bool {
	for _, l := range list {
		if bytes.Equal(name, l) {
			return true
		}
	}
	return false
}
