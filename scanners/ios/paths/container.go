package paths

import (
	"bytes"
	"strings"
)

// container is a folder in which the system keeps the data of an app or extension, or of a group of apps.
type container struct {
	uuid  string
	line  int
	marks []mark
}

// mark is a name in a container that says whose it is.
type mark struct {
	kind markKind
	text string
	line int
}

type markKind int

// The kinds of mark. The system writes the first two, its loader the third; the rest is written for the app by
// libraries of the system, or by the app itself, which may write any name there.
const (
	markSnapshot markKind = iota // pictures of its screen
	markState                    // its windows
	markProgram                  // prepared loading, named after the program
	markPrefs
	markCache
	markHTTP
	markWeb
)

var (
	inLibrary = []byte("Library/")
	places    = []struct {
		in   []byte
		kind markKind
	}{
		{[]byte("SplashBoard/Snapshots/"), markSnapshot},
		{[]byte("Caches/Snapshots/"), markSnapshot},
		{[]byte("Saved Application State/"), markState},
		{[]byte("Caches/com.apple.dyld/"), markProgram},
		{[]byte("Preferences/"), markPrefs},
		{[]byte("HTTPStorages/"), markHTTP},
		{[]byte("WebKit/"), markWeb},
		{[]byte("Caches/"), markCache},
	}
)

// note keeps what the name of a file in a container tells.
func (c *container) note(rest []byte, line int) {
	if !bytes.HasPrefix(rest, inLibrary) {
		return
	}
	rest = rest[len(inLibrary):]
	for _, p := range places {
		if name, ok := bytes.CutPrefix(rest, p.in); ok {
			c.mark(p.kind, name, line)
			return
		}
	}
}

func (c *container) mark(kind markKind, rest []byte, line int) {
	first, below, deeper := bytes.Cut(rest, []byte{'/'})
	name := ""
	plain := false // the place is one that the system names after the app, so that the identifier needs no dot
	switch kind {
	case markSnapshot: // "ID - {DEFAULT GROUP}", and before that "ID"
		id, _, group := bytes.Cut(first, []byte(" - {"))
		name, plain = sceneApp(string(id)), group
	case markState:
		if id, ok := bytes.CutSuffix(first, []byte(".savedState")); ok {
			name, plain = sceneApp(string(id)), true
		}
	case markProgram:
		for _, ending := range []string{".dyld4", ".dyld5", ".closure"} {
			if program, ok := bytes.CutSuffix(first, []byte(ending)); ok && !deeper {
				name = string(program)
			}
		}
	case markPrefs:
		if id, ok := bytes.CutSuffix(first, []byte(".plist")); ok && !deeper {
			name = string(id)
		}
	case markCache: // where the system's loader of web addresses keeps its own
		if bytes.HasPrefix(below, []byte("Cache.db")) || bytes.Equal(below, []byte("fsCachedData")) {
			name = string(first)
		}
	case markHTTP, markWeb:
		name = string(first)
	}
	if name == "" || len(name) > maxName || kind != markProgram && !validID(name) && !(plain && validName(name)) {
		return
	}
	for _, m := range c.marks {
		if m.kind == kind && m.text == name {
			return
		}
	}
	if len(c.marks) >= maxNames {
		return
	}
	c.marks = append(c.marks, mark{kind, strings.Clone(name), line})
}

// sceneApp is the app of a scene: the system names what it keeps of one after the app, or "sceneID:APP-default",
// "sceneID:APP-UUID". Some tools write the colon as another sign. It is empty when the name is cut in another way.
func sceneApp(name string) string {
	rest, ok := strings.CutPrefix(name, "sceneID")
	if !ok || rest == "" || rest[0] != ':' && rest[0] != '_' {
		return name
	}
	rest = rest[1:]
	if app, ok := strings.CutSuffix(rest, "-default"); ok {
		return app
	}
	if at := len(rest) - uuidLen; at > 0 && rest[at-1] == '-' {
		if _, _, ok := cutUUID([]byte(rest[at:])); ok {
			return rest[:at-1]
		}
	}
	return ""
}

// validID reports whether a name may be a bundle identifier as developers are told to make them, with a dot at least.
func validID(name string) bool { return validName(name) && strings.Contains(name, ".") }

// validName reports whether a name may be a bundle identifier: letters, digits, hyphens and dots between them.
func validName(name string) bool {
	if len(name) < 3 || len(name) > 155 || name[0] == '.' || name[len(name)-1] == '.' || strings.Contains(name, "..") {
		return false
	}
	for i := range len(name) {
		switch c := name[i]; {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '-', c == '_', c == '.':
		default:
			return false
		}
	}
	return true
}

// programs are the names of the programs that were loaded with the container as their home.
func (c *container) programs() []mark {
	var list []mark
	for _, m := range c.marks {
		if m.kind == markProgram {
			list = append(list, m)
		}
	}
	return list
}
