package elffile

import (
	"bytes"
	"cmp"
	"slices"
	"strings"

	"quaestor/scanners/internal/components"
)

// A Place is where a text is.
type Place struct {
	File   string   // entry of the container
	Offset int64    // of the text in that file
	Needed []string // the libraries that the file asks for: what one of them is, the file is not
}

// Versions returns what the constants in text state, each once, in the order of the text.
func Versions(text []byte, in Place) []components.Found {
	v := versions{Place: in, file: in.File, seen: map[string]bool{}}
	find, readers := finder()
	find.each(text, func(needle, at int) {
		switch r := &readers[needle]; {
		case r.within != nil:
			r.within(&v, text, at)
		case r.mark != unmarked:
			v.marks[r.mark] = true
		case begins(text, at):
			v.at = at
			s := constant(text[at:])
			if r.form != nil {
				r.form(&v, s)
			} else {
				v.states(r.statement, s)
			}
		case r.statement != nil && r.statement.needle[0] == ' ': // it stands in the middle
			v.at = at
			v.states(r.statement, constant(text[at:]))
		}
	})
	v.database(text)
	v.media()
	v.marked()
	if strings.HasSuffix(in.File, "libapp.so") || strings.HasSuffix(in.File, "App.framework/App") { // on Android, on an iPhone
		v.dart(text)
	}
	slices.SortStableFunc(v.found, func(a, b components.Found) int { return cmp.Compare(a.Offset, b.Offset) })
	return v.found
}

const (
	maxVersions = 1000 // of one text
	maxConstant = 8192 // bytes that are looked at
)

type versions struct {
	Place
	file    string
	at      int // of the constant in the text
	found   []components.Found
	seen    map[string]bool
	sqlite  sqlite
	ffmpeg  ffmpeg
	trials  int // names of WebRTC's field trials
	goBuilt bool
	marks   [markCount]bool
	pending []pending
}

// pending is a statement that counts if a mark is there.
type pending struct {
	mark  mark
	found components.Found
	at    int
}

// begins reports whether a constant begins at a place of a text: after a NUL, or after bytes of a table, and blanks of its own.
// A text that stands in the middle of another is somebody's who names the software: "neon 0.31: zlib 1.2.11, OpenSSL
// 1.1.1g  21 Apr 2020".
func begins(text []byte, at int) bool {
	for blanks := 0; at > 0 && blanks < 4 && (text[at-1] == ' ' || text[at-1] == '\n' || text[at-1] == '%'); blanks++ {
		at--
	}
	if at == 0 {
		return true
	}
	c := text[at-1]
	return c < ' ' && c != '\n' && c != '\t' && c != '\r' || c >= 0x7f
}

// constant is the text up to the NUL that ends it.
func constant(s []byte) []byte {
	s = s[:min(len(s), maxConstant)]
	if i := bytes.IndexByte(s, 0); i >= 0 {
		return s[:i]
	}
	return s
}

// add notes what the constant at v.at states.
func (v *versions) add(f components.Found) {
	f.Basis = components.Text
	if key := f.PURL + " " + f.From + " " + f.To; !v.seen[key] && len(v.found) < maxVersions {
		v.seen[key] = true
		f.Offset = v.Offset + int64(v.at)
		v.found = append(v.found, f)
	}
}

// marked adds the statements whose mark is there.
func (v *versions) marked() {
	for _, p := range v.pending {
		if v.marks[p.mark] {
			v.at = p.at
			v.add(p.found)
		}
	}
}

// readable is a statement as people read it.
func readable(s []byte) string { return strings.TrimSpace(string(s[:min(len(s), maxStatement)])) }

const maxStatement = 120 // bytes

// asks reports whether the file asks for one of the libraries of a name: "libssl.so", "libssl.so.1.1", "libssl.1.1.dylib".
func (v *versions) asks(names ...string) bool {
	for _, n := range v.Needed {
		base := n[strings.LastIndexByte(n, '/')+1:]
		for _, name := range names {
			if rest, ok := strings.CutPrefix(base, name); ok && (rest == "" || rest[0] == '.') {
				return true
			}
		}
	}
	return false
}

// states reads a statement.
func (v *versions) states(st *statement, s []byte) {
	version, rest := leading(s[st.lead():])
	if !components.Version(version) || !strings.Contains(version, ".") || !slices.ContainsFunc(st.after, func(a string) bool {
		return a == "" && len(rest) == 0 || a != "" && bytes.HasPrefix(rest, []byte(a))
	}) || st.name == "openssl" && !dated(rest) || st.name == "zlib" && !digits(strings.ReplaceAll(version, ".", "")) { // others' zlib
		return
	}
	if v.asks(st.asked...) || v.asks("lib"+strings.TrimPrefix(st.name, "lib")) {
		return
	}
	f := v.version(st.name, version, s)
	if st.beside == unmarked {
		v.add(f)
	} else if len(v.pending) < maxVersions {
		v.pending = append(v.pending, pending{st.beside, f, v.at})
	}
}

// version is the software that a version is of. How it was built, as in "1.0.2u-fips", "1.3.1-fixed", "3.0.13+quic", is no
// other release. What was built between releases, "1.8.0-123-g0a1b2c3", lies after one; of "1.10.1_DEV" the release is not known.
func (v *versions) version(name, version string, s []byte) components.Found {
	for _, way := range []string{"-fips", "-fixed", "+quic"} {
		version = strings.TrimSuffix(version, way)
	}
	from, to := "", ""
	if base, ok := described(version); ok {
		version, from, to = "", base, patches(base)
	} else if strings.Contains(strings.ToLower(version), "dev") {
		version = ""
	}
	f := components.Of("generic", name, version, v.file)
	f.From, f.To, f.Text = from, to, readable(s)
	return f
}

// described takes the release out of what git describes commits after it by: "1.8.0-123-g0a1b2c3".
func described(version string) (base string, ok bool) {
	parts := strings.Split(version, "-")
	n := len(parts)
	if n < 3 || !digits(parts[n-2]) || len(parts[n-1]) < 8 || parts[n-1][0] != 'g' || !components.Version(parts[0]) || !strings.Contains(parts[0], ".") {
		return "", false
	}
	return parts[0], true
}

// state notes a version that a text of the software itself states.
func (v *versions) state(name, version string, s []byte) {
	f := components.Of("generic", name, version, v.file)
	f.Text = readable(s)
	v.add(f)
}

// bounds notes software whose version a text only bounds.
func (v *versions) bounds(name, from, to string, s []byte) {
	f := components.Of("generic", name, "", v.file)
	f.From, f.To, f.Text = from, to, readable(s)
	v.add(f)
}

// dated reports whether s begins with a day, as OpenSSL's version does: "  25 Mar 2021". A sentence that has "OpenSSL 1.1.1
// or later" in it does not.
func dated(s []byte) bool {
	fields := strings.Fields(string(s[:min(len(s), 32)]))
	if len(fields) > 0 && fields[0] == "FIPS" { // as Red Hat builds it
		fields = fields[1:]
	}
	return len(fields) >= 3 && len(fields[0]) <= 2 && digits(fields[0]) && len(fields[1]) == 3 && len(fields[2]) >= 4 && digits(fields[2][:4])
}

func digits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// leading is what of s can be a version, and the rest.
func leading(s []byte) (string, []byte) {
	n := 0
	for n < len(s) && n <= components.MaxVersion && (s[n] >= '0' && s[n] <= '9' || s[n] >= 'a' && s[n] <= 'z' || s[n] >= 'A' && s[n] <= 'Z' || bytes.IndexByte([]byte(".-+_"), s[n]) >= 0) {
		n++
	}
	return string(bytes.TrimRight(s[:n], ".-+_")), s[n:]
}

var registry = []byte("/registry/src/")

// crates reads the path of one of Rust's sources that an error message has in it:
// ".../registry/src/INDEX/NAME-VERSION/src/...".
func (v *versions) crates(text []byte, at int) {
	v.at = at + len(registry)
	path := text[v.at:min(len(text), v.at+300)]
	if _, rest, ok := bytes.Cut(path, []byte("/")); ok {
		if dir, _, ok := bytes.Cut(rest, []byte("/")); ok {
			v.crate(string(dir))
		}
	}
}

func (v *versions) crate(dir string) {
	for i := range len(dir) - 1 {
		if dir[i] != '-' || dir[i+1] < '0' || dir[i+1] > '9' || strings.Count(dir[i+1:], ".") < 2 {
			continue
		}
		if name, version := dir[:i], dir[i+1:]; components.Name(name) && components.Version(version) {
			v.add(components.Of("cargo", name, version, v.file))
		}
		return
	}
}

var dartPackage = []byte("package:")

// dart reads the packages whose sources the code of a Flutter app names: "package:NAME/src/file.dart". Their versions
// are not stated.
func (v *versions) dart(text []byte) {
	for whole := len(text); ; {
		at := bytes.Index(text, dartPackage)
		if at < 0 {
			return
		}
		text = text[at+len(dartPackage):]
		v.at = whole - len(text)
		name, rest, ok := bytes.Cut(text[:min(len(text), 300)], []byte("/"))
		if !ok || !components.Name(string(name)) {
			continue
		}
		if file := leadingPath(rest); bytes.HasSuffix(file, []byte(".dart")) {
			v.add(components.Of("pub", string(name), "", v.file))
		}
	}
}

// leadingPath is what of s can be a path.
func leadingPath(s []byte) []byte {
	n := 0
	for n < len(s) && (s[n] >= '0' && s[n] <= '9' || s[n] >= 'a' && s[n] <= 'z' || s[n] >= 'A' && s[n] <= 'Z' || bytes.IndexByte([]byte("._-/"), s[n]) >= 0) {
		n++
	}
	return s[:n]
}
