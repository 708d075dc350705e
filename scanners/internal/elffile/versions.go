package elffile

import (
	"bytes"
	"strings"

	"quaestor/scanners/internal/components"
)

// statement is a text by which a library states its version.
type statement struct {
	prefix string // how the text begins, after blanks
	name   string // of the software
	after  string // what has to follow the version
	dotted bool   // the version has to have a dot
}

// statements are the texts that libraries have in them whoever builds them. Only the ones that name both the library
// and its version in one text are here; a lone "1.2.13" is nobody's.
var statements = []statement{
	{"OpenSSL ", "openssl", " ", true}, {"LibreSSL ", "libressl", "", true},
	{"deflate ", "zlib", " Copyright", true}, {"inflate ", "zlib", " Copyright", true},
	{"libpng version ", "libpng", "", true},
	{"libcurl/", "curl", "", true},
	{"expat_", "expat", "", true},
	{"mbed TLS ", "mbedtls", "", true}, {"Mbed TLS ", "mbedtls", "", true}, {"PolarSSL ", "polarssl", "", true},
	{"wolfSSL ", "wolfssl", "", true},
	{"libopus ", "opus", "", true},
	{"WebM Project VP8 Encoder v", "libvpx", "", true}, {"WebM Project VP8 Decoder v", "libvpx", "", true},
	{"WebM Project VP9 Encoder v", "libvpx", "", true}, {"WebM Project VP9 Decoder v", "libvpx", "", true},
	{"libjpeg-turbo version ", "libjpeg-turbo", "", true},
	{"SSH-2.0-libssh2_", "libssh2", "", true}, {"SSH-2.0-libssh_", "libssh", "", true}, {"SSH-2.0-dropbear_", "dropbear", "", true},
	{"SSH-2.0-OpenSSH_", "openssh", "", true},
	{"$LuaVersion: Lua ", "lua", " ", true}, {"$Lua: Lua ", "lua", " ", true}, {"LuaJIT ", "luajit", "", true},
	{"General configuration for OpenCV ", "opencv", " ", true},
	{"Qt ", "qt", " (", true}, {"cocos2d-x-", "cocos2d-x", "", true}, {"cocos2d-x ", "cocos2d-x", "", true},
	{"x264 - core ", "x264", "", false},
	{"GStreamer ", "gstreamer", "", true},
	{"libmpg123 ", "mpg123", "", true}, {"libsndfile-", "libsndfile", "", true},
	{"mruby ", "mruby", "", true}, {"PROJ ", "proj", "", true}, {"Rel. ", "proj", ", ", true},
	{"AOMedia Project AV1 Encoder v", "libaom", "", true}, {"AOMedia Project AV1 Encoder ", "libaom", "", true},
	{"AOMedia Project AV1 Decoder v", "libaom", "", true}, {"AOMedia Project AV1 Decoder ", "libaom", "", true},
	{"reference libFLAC ", "flac", " ", true}, {"Xiph.Org libtheora ", "libtheora", " ", true}, {"LAME3.", "lame", "", false},
	{"LIBTIFF, Version ", "libtiff", "\n", true}, {"libarchive ", "libarchive", "", true}, {"ImageMagick ", "imagemagick", " ", true},
	{"grpc-c++/", "grpc", "", true}, {"Cronet/", "cronet", "", true},
	{"https://nodejs.org/download/release/v", "nodejs", "/node-v", true},
	{"GEOS ", "geos", "", true}, {"GDAL ", "gdal", ",", true},
}

// byFirst finds the statements by their first byte.
var byFirst = func() (t [256][]statement) {
	for _, s := range statements {
		t[s.prefix[0]] = append(t[s.prefix[0]], s)
	}
	return t
}()

// A Place is where a text is.
type Place struct {
	File   string   // entry of the container
	Offset int64    // of the text in that file
	Needed []string // the libraries that the file asks for: what one of them is, the file is not
}

// Versions returns what the constants in text state, each once, in the order of the text.
func Versions(text []byte, in Place) []components.Found {
	v := versions{Place: in, file: in.File, seen: map[string]bool{}}
	for at := 0; at < len(text); {
		if text[at] == 0 {
			at++
			continue
		}
		end := bytes.IndexByte(text[at:], 0)
		if end < 0 {
			end = len(text) - at
		}
		if end >= leastConstant {
			v.at = at
			v.constant(text[at : at+end])
		}
		at += end + 1
	}
	v.database()
	v.media()
	v.crates(text)
	v.goBuild(text)
	if strings.HasSuffix(in.File, "libapp.so") || strings.HasSuffix(in.File, "App.framework/App") { // on Android, on an iPhone
		v.dart(text)
	}
	return v.found
}

const (
	maxVersions   = 1000 // of one text
	leastConstant = 5    // bytes: "3.8.2"
)

type versions struct {
	Place
	file   string
	at     int // of the constant in the text
	found  []components.Found
	seen   map[string]bool
	sqlite sqlite
	ffmpeg ffmpeg
	trials int // names of WebRTC's field trials
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

// constant looks at one constant that a NUL ends.
func (v *versions) constant(s []byte) {
	for len(s) > 0 && (s[0] == ' ' || s[0] == '\n' || s[0] == '%') {
		s = s[1:]
		v.at++
	}
	if len(s) == 0 {
		return
	}
	if s[0] >= '0' && s[0] <= '9' {
		v.number(s)
		return
	}
	if v.special(s) {
		return
	}
	for _, st := range byFirst[s[0]] {
		if !bytes.HasPrefix(s, []byte(st.prefix)) {
			continue
		}
		version, rest := leading(s[len(st.prefix):])
		if components.Version(version) && bytes.HasPrefix(rest, []byte(st.after)) && (!st.dotted || strings.Contains(version, ".")) && v.notAnother(st, rest) {
			if st.name == "lame" {
				version = "3." + version
			}
			v.state(st.name, strings.TrimSuffix(version, "-fips"), s) // a way to build OpenSSL, not another release
		}
	}
}

// state notes a version that a text of the library itself states.
func (v *versions) state(name, version string, s []byte) {
	f := components.Of("generic", name, version, v.file)
	f.Text = readable(s)
	v.add(f)
}

// bounds notes a library whose version a text only bounds.
func (v *versions) bounds(name, from, to string, s []byte) {
	f := components.Of("generic", name, "", v.file)
	f.From, f.To, f.Text = from, to, readable(s)
	v.add(f)
}

// notAnother tells OpenSSL from BoringSSL, which states the version of the OpenSSL that it stands in for, and the
// libraries from programs that have their name and version from a header.
func (v *versions) notAnother(st statement, rest []byte) bool {
	switch st.name {
	case "openssl":
		if bytes.HasPrefix(rest, []byte(" (compatible; BoringSSL)")) {
			v.state("boringssl", "", nil)
			return false
		}
		return dated(rest) && !v.asks("libssl", "libcrypto")
	case "libressl":
		return len(rest) == 0 && !v.asks("libssl", "libcrypto")
	case "curl":
		return !v.asks("libcurl")
	}
	return true
}

// dated reports whether s begins with a day, as OpenSSL's version does: "  25 Mar 2021". A sentence that has "OpenSSL 1.1.1
// or later" in it does not.
func dated(s []byte) bool {
	fields := strings.Fields(string(s[:min(len(s), 24)]))
	return len(fields) >= 3 && len(fields[0]) <= 2 && digits(fields[0]) && len(fields[1]) == 3 && len(fields[2]) >= 4 && digits(fields[2][:4])
}

// number looks at a constant that begins with a digit, which names its software after the version or by its form.
func (v *versions) number(s []byte) {
	version, rest := leading(s)
	switch {
	case bytes.HasPrefix(rest, []byte(" (stable) (")) || bytes.HasPrefix(rest, []byte(" (beta) (")) || bytes.HasPrefix(rest, []byte(" (dev) (")):
		if bytes.Contains(rest[:min(len(rest), 100)], []byte(" on \"")) && components.Version(version) {
			v.state("dart", version, s)
		}
	case string(rest) == " community" || string(rest) == " commercial":
		if components.Version(version) {
			v.state("sqlcipher", version, s)
		}
	case len(rest) == 0 && unity(version):
		v.state("unity", version, nil)
	case strings.HasPrefix(string(rest[:min(len(rest), 2)]), ", ") && version[:min(len(version), 4)] == "1.0." && bytes.HasSuffix(rest, []byte("-2019")):
		v.state("bzip2", version, s)
	case len(rest) == 0 && strings.HasPrefix(version, "3.") && strings.Count(version, ".") >= 2:
		v.sqlite.number(version, v.at)
	case sourceID(s):
		v.sqlite.source(string(s[:19]), v.at)
	default:
		v.expressions(version, rest, s)
	}
}

// unity reports whether a version has the form of Unity's: year, two numbers, a letter and a number.
func unity(s string) bool {
	parts := strings.Split(s, ".")
	if len(parts) != 3 || len(parts[0]) != 4 && parts[0] != "5" && parts[0] != "6000" || !digits(parts[0]) || !digits(parts[1]) {
		return false
	}
	if len(parts[0]) == 4 && parts[0] != "6000" && (parts[0] < "2017" || parts[0] > "2030") {
		return false
	}
	at := strings.IndexAny(parts[2], "abfp")
	return at > 0 && digits(parts[2][:at]) && digits(parts[2][at+1:])
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

// crates reads the paths of Rust's sources that error messages have in them:
// ".../registry/src/INDEX/NAME-VERSION/src/...".
func (v *versions) crates(text []byte) {
	for whole := len(text); ; {
		at := bytes.Index(text, registry)
		if at < 0 {
			return
		}
		text = text[at+len(registry):]
		v.at = whole - len(text)
		path := text[:min(len(text), 300)]
		if _, rest, ok := bytes.Cut(path, []byte("/")); ok {
			if dir, _, ok := bytes.Cut(rest, []byte("/")); ok {
				v.crate(string(dir))
			}
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
