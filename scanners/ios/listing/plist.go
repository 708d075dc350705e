package listing

import (
	"bytes"
	"maps"
	"slices"

	"quaestor/scanners/internal/lines"
	"quaestor/scanners/internal/plist"
)

// maxNoise is how far down a list may begin: a tool may have printed a warning first, or a shell its prompt.
const maxNoise = 4096

// body is text from where a list in XML begins.
func body(text []byte) []byte {
	at := bytes.Index(text[:min(len(text), maxNoise)], []byte("<?xml"))
	if at < 0 || bytes.IndexByte(text[:at], '<') >= 0 {
		return text
	}
	return text[at:]
}

// looksPlist reports whether a property list is one of apps: in XML an array of dictionaries with identifiers, or a dictionary of
// such. An Info.plist has the identifier, and is of one app only.
func looksPlist(head []byte) bool {
	has := func(s string) bool { return bytes.Contains(head, []byte(s)) }
	if bytes.HasPrefix(head, []byte("bplist00")) {
		return has("CFBundleIdentifier") && has("ApplicationType") && has("Path")
	}
	head = body(lines.Decode(head))
	if !plist.Looks(head) || !has("<key>CFBundleIdentifier</key>") {
		return false
	}
	_, rest, _ := bytes.Cut(head, []byte("<plist"))
	_, rest, _ = bytes.Cut(rest, []byte(">"))
	switch rest = bytes.TrimSpace(rest); {
	case bytes.HasPrefix(rest, []byte("<array>")):
		return bytes.HasPrefix(bytes.TrimSpace(rest[len("<array>"):]), []byte("<dict>"))
	case bytes.HasPrefix(rest, []byte("<dict>")):
		return has("<key>ApplicationType</key>") && keyed(rest[len("<dict>"):])
	}
	return false
}

// keyed reports whether the first key of a dictionary is that of another dictionary.
func keyed(rest []byte) bool {
	key, rest, ok := bytes.Cut(bytes.TrimSpace(rest), []byte("</key>"))
	return ok && bytes.HasPrefix(key, []byte("<key>")) && bytes.HasPrefix(bytes.TrimSpace(rest), []byte("<dict>"))
}

func (l *list) plist(data []byte) error {
	p := l.phone("")
	if !plist.Looks(data) {
		data = body(lines.Decode(data))
	}
	v, err := plist.Decode(data)
	if err != nil {
		return err
	}
	for _, key := range []string{"CurrentList", "LookupResult"} { // the phone's own answer around the list
		if inner := plist.Get(v, key); inner != nil {
			v = inner
		}
	}
	l.values(p, v)
	return l.ctx.Err()
}

// values states the apps in an array of dictionaries, or in a dictionary of them by their identifiers.
func (l *list) values(p *phone, v any) {
	for _, e := range plist.List(v) {
		if d, ok := e.(map[string]any); ok {
			l.described(p, "", d)
		} else {
			p.broken.Add("an entry that is no dictionary")
		}
	}
	apps := plist.Dict(v)
	for _, key := range slices.Sorted(maps.Keys(apps)) {
		if d, ok := apps[key].(map[string]any); ok {
			l.described(p, key, d)
		} else {
			p.broken.Add(key)
		}
	}
}
