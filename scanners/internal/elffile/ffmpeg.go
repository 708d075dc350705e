package elffile

import (
	"bytes"
	"strconv"
	"strings"

	"quaestor/scanners/internal/components"
)

// release is a release of FFmpeg and the version of one of its libraries in it.
type release struct {
	name         string
	major, minor int
}

// codecs are the versions of libavcodec, formats those of libavformat, as src/download and src/olddownload of
// https://github.com/FFmpeg/web list them; 9.0 is as Debian's packages of 9.0.2 have it. All patches of a release have
// the major and minor number of it but one: libavformat of 3.1.1 and later is 57.41, of 3.1 itself 57.40.
var codecs = [...]release{
	{"0.10", 53, 61}, {"0.11", 54, 23}, {"1.0", 54, 59}, {"1.1", 54, 86}, {"1.2", 54, 92},
	{"2.0", 55, 18}, {"2.1", 55, 39}, {"2.2", 55, 52}, {"2.3", 55, 69}, {"2.4", 56, 1}, {"2.5", 56, 13}, {"2.6", 56, 26}, {"2.7", 56, 41},
	{"2.8", 56, 60}, {"3.0", 57, 24}, {"3.1", 57, 48}, {"3.2", 57, 64}, {"3.3", 57, 89}, {"3.4", 57, 107}, {"4.0", 58, 18}, {"4.1", 58, 35},
	{"4.2", 58, 54}, {"4.3", 58, 91}, {"4.4", 58, 134}, {"5.0", 59, 18}, {"5.1", 59, 37}, {"6.0", 60, 3}, {"6.1", 60, 31}, {"7.0", 61, 3},
	{"7.1", 61, 19}, {"8.0", 62, 11}, {"8.1", 62, 28}, {"9.0", 63, 1},
}

var formats = [...]release{
	{"0.10", 53, 32}, {"0.11", 54, 6}, {"1.0", 54, 29}, {"1.1", 54, 59}, {"1.2", 54, 63},
	{"2.0", 55, 12}, {"2.1", 55, 19}, {"2.2", 55, 33}, {"2.3", 55, 48}, {"2.4", 56, 4}, {"2.5", 56, 15}, {"2.6", 56, 25}, {"2.7", 56, 36},
	{"2.8", 56, 40}, {"3.0", 57, 25}, {"3.1", 57, 40}, {"3.1.1", 57, 41}, {"3.2", 57, 56}, {"3.3", 57, 71}, {"3.4", 57, 83}, {"4.0", 58, 12},
	{"4.1", 58, 20}, {"4.2", 58, 29}, {"4.3", 58, 45}, {"4.4", 58, 76}, {"5.0", 59, 16}, {"5.1", 59, 27}, {"6.0", 60, 3}, {"6.1", 60, 16},
	{"7.0", 61, 1}, {"7.1", 61, 7}, {"8.0", 62, 3}, {"8.1", 62, 12}, {"9.0", 63, 1},
}

// lastPatch stands for the last patch of a release: none ever had as many.
const lastPatch = ".99"

// ffmpeg is what the constants of one text say of FFmpeg. Films and sounds are signed with the version of the library
// that wrote them, and a program may have one of them in it: the library is there where the name of its own context is,
// which it always has.
type ffmpeg struct{ codec, format located }

// signature notes the first version of a library: "Lavc58.134.100", "Lavf58.76.100". What follows a blank is an encoder.
func (q *ffmpeg) signature(s []byte, at int) bool {
	if !bytes.HasPrefix(s, []byte("Lavc")) && !bytes.HasPrefix(s, []byte("Lavf")) {
		return false
	}
	version, rest := leading(s[4:])
	if _, _, _, ok := threeNumbers(version); !ok || len(rest) > 0 && rest[0] != ' ' {
		return false
	}
	to := &q.codec
	if s[3] == 'f' {
		to = &q.format
	}
	if to.text == "" {
		*to = located{string(s[:4+len(version)]), at}
	}
	return true
}

// threeNumbers takes "58.134.100" apart.
func threeNumbers(s string) (major, minor, micro int, ok bool) {
	parts := strings.Split(s, ".")
	if len(parts) != 3 || len(s) > 12 || !digits(parts[0]) || !digits(parts[1]) || !digits(parts[2]) {
		return 0, 0, 0, false
	}
	major, _ = strconv.Atoi(parts[0])
	minor, _ = strconv.Atoi(parts[1])
	micro, _ = strconv.Atoi(parts[2])
	return major, minor, micro, true
}

// media bounds the release of FFmpeg by the versions of its libraries.
func (v *versions) media() {
	if v.marks[codecContext] && !v.asks("libavcodec") {
		v.library(v.ffmpeg.codec, codecs[:])
	}
	if v.marks[formatContext] && !v.asks("libavformat") {
		v.library(v.ffmpeg.format, formats[:])
	}
}

// library bounds the release by the version of one library. One whose last number is below 100 is of Libav, which went
// its own way from FFmpeg of 2011 to 2018 and has other releases, or of FFmpeg before 0.10.
func (v *versions) library(signed located, list []release) {
	if signed.text == "" {
		return
	}
	major, minor, micro, _ := threeNumbers(signed.text[4:])
	v.at = signed.at
	switch {
	case micro >= 100:
		from, to := between(list, major, minor)
		v.bounds("ffmpeg", from, to, []byte(signed.text))
	case major >= 54:
		v.state("libav", "", []byte(signed.text))
	default:
		v.bounds("ffmpeg", "", list[0].name, []byte(signed.text))
	}
}

// between is the first and the last version that have these numbers. What lies between two releases was built from
// the sources of a day between them.
func between(list []release, major, minor int) (from, to string) {
	for _, r := range list {
		switch {
		case r.major == major && r.minor == minor:
			return r.name, patches(r.name)
		case r.major < major || r.major == major && r.minor < minor:
			from = r.name
		default:
			return from, r.name
		}
	}
	return from, ""
}

// patches stands for the last patch of the release that a version is of; 3.1.1 is of 3.1.
func patches(version string) string {
	parts := strings.SplitN(version, ".", 3)
	return parts[0] + "." + parts[1] + lastPatch
}

// build reads the version that FFmpeg was built as: "FFmpeg version n4.4.1". What a distribution adds to it, as in
// "4.4.1-0+deb11u1", is no other release. A build from the sources of a day, "N-99816-g3da35b7", is none.
func (v *versions) build(text []byte, at int) {
	if at > 0 && bytes.IndexByte([]byte(" \"'(/:"), text[at-1]) >= 0 { // somebody names it
		return
	}
	v.at = at
	s := constant(text[at:])
	rest := bytes.TrimPrefix(s[len("FFmpeg version "):], []byte("n"))
	n := 0
	for n < len(rest) && (rest[n] >= '0' && rest[n] <= '9' || rest[n] == '.') {
		n++
	}
	version, tail := string(rest[:n]), rest[n:]
	switch dots := strings.Count(version, "."); {
	case !components.Version(version) || dots < 1 || dots > 2 || len(version) > 9, bytes.Contains(tail, []byte("dev")), bytes.IndexByte(tail, ' ') >= 0:
	case bytes.Contains(tail, []byte("-g")): // so many commits after the release
		v.bounds("ffmpeg", version, patches(version), s)
	case len(tail) == 0 || bytes.IndexByte([]byte("-+~"), tail[0]) >= 0:
		v.state("ffmpeg", version, s)
	}
}
