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
	{"OpenSSL ", "openssl", " ", true},
	{"deflate ", "zlib", " Copyright", true}, {"inflate ", "zlib", " Copyright", true},
	{"libpng version ", "libpng", "", true},
	{"libcurl/", "curl", "", true},
	{"Lavf", "libavformat", "", true}, {"Lavc", "libavcodec", "", true}, {"Lavu", "libavutil", "", true},
	{"FFmpeg version ", "ffmpeg", "", true},
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
	{"GEOS ", "geos", "", true}, {"GDAL ", "gdal", ",", true},
}

// byFirst finds the statements by their first byte.
var byFirst = func() (t [256][]statement) {
	for _, s := range statements {
		t[s.prefix[0]] = append(t[s.prefix[0]], s)
	}
	return t
}()

// Versions returns what the constants in text state, each once, in the order of the text. file is the entry of the
// container that they are in.
func Versions(text []byte, file string) []components.Found {
	v := versions{file: file, seen: map[string]bool{}}
	for at := 0; at < len(text); {
		if text[at] == 0 {
			at++
			continue
		}
		end := bytes.IndexByte(text[at:], 0)
		if end < 0 {
			end = len(text) - at
		}
		if end >= 7 {
			v.constant(text[at : at+end])
		}
		at += end + 1
	}
	v.crates(text)
	v.goBuild(text)
	if strings.HasSuffix(file, "libapp.so") || strings.HasSuffix(file, "App.framework/App") { // on Android, on an iPhone
		v.dart(text)
	}
	return v.found
}

const maxVersions = 1000 // of one text

type versions struct {
	file  string
	found []components.Found
	seen  map[string]bool
}

func (v *versions) add(f components.Found) {
	if !v.seen[f.PURL] && len(v.found) < maxVersions {
		v.seen[f.PURL] = true
		v.found = append(v.found, f)
	}
}

// constant looks at one constant that a NUL ends.
func (v *versions) constant(s []byte) {
	for len(s) > 0 && (s[0] == ' ' || s[0] == '\n' || s[0] == '%') {
		s = s[1:]
	}
	if len(s) == 0 {
		return
	}
	if s[0] >= '0' && s[0] <= '9' {
		v.number(s)
		return
	}
	for _, st := range byFirst[s[0]] {
		if !bytes.HasPrefix(s, []byte(st.prefix)) {
			continue
		}
		version, rest := leading(s[len(st.prefix):])
		if components.Version(version) && bytes.HasPrefix(rest, []byte(st.after)) && (!st.dotted || strings.Contains(version, ".")) && v.notAnother(st, rest) {
			v.add(components.Of("generic", st.name, version, v.file))
		}
	}
}

// notAnother tells BoringSSL, which states the version of the OpenSSL that it stands in for, from OpenSSL.
func (v *versions) notAnother(st statement, rest []byte) bool {
	if st.name == "openssl" && bytes.HasPrefix(rest, []byte(" (compatible; BoringSSL)")) {
		v.add(components.Of("generic", "boringssl", "", v.file))
		return false
	}
	return true
}

// number looks at a constant that begins with a digit, which names its software after the version or by its form.
func (v *versions) number(s []byte) {
	version, rest := leading(s)
	switch {
	case bytes.HasPrefix(rest, []byte(" (stable) (")) || bytes.HasPrefix(rest, []byte(" (beta) (")) || bytes.HasPrefix(rest, []byte(" (dev) (")):
		if bytes.Contains(rest[:min(len(rest), 100)], []byte(" on \"")) && components.Version(version) {
			v.add(components.Of("generic", "dart", version, v.file))
		}
	case string(rest) == " community" || string(rest) == " commercial":
		if components.Version(version) {
			v.add(components.Of("generic", "sqlcipher", version, v.file))
		}
	case len(rest) == 0 && unity(version):
		v.add(components.Of("generic", "unity", version, v.file))
	case strings.HasPrefix(string(rest[:min(len(rest), 2)]), ", ") && version[:min(len(version), 4)] == "1.0." && bytes.HasSuffix(rest, []byte("-2019")):
		v.add(components.Of("generic", "bzip2", version, v.file))
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
	for {
		at := bytes.Index(text, registry)
		if at < 0 {
			return
		}
		text = text[at+len(registry):]
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
	for {
		at := bytes.Index(text, dartPackage)
		if at < 0 {
			return
		}
		text = text[at+len(dartPackage):]
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
