package elffile

import (
	"bytes"
	"strconv"
	"strings"

	"quaestor/scanners/internal/components"
)

// special looks at a constant whose form says more than a name and a version, and reports whether it was one.
func (v *versions) special(s []byte) bool {
	switch s[0] {
	case 'L':
		return bytes.HasPrefix(s, []byte("Lavc")) && v.ffmpeg(s, codecs[:]) || bytes.HasPrefix(s, []byte("Lavf")) && v.ffmpeg(s, formats[:])
	case 'B':
		if string(s) == "BoringSSL" {
			v.state("boringssl", "", nil)
			return true
		}
	case 'W':
		return v.trial(s)
	case 'i':
		return v.unicode(s)
	case '+':
		return v.unreal(s)
	case 'C':
		return v.browser(s)
	}
	return false
}

// release is a release of FFmpeg and the version of one of its libraries in it.
type release struct {
	name         string
	major, minor int
}

// codecs are the versions of libavcodec, formats those of libavformat, as https://ffmpeg.org/download.html and
// https://ffmpeg.org/olddownload.html list them. All patches of a release have the major and minor number of it.
var codecs = [...]release{
	{"2.0", 55, 18}, {"2.1", 55, 39}, {"2.2", 55, 52}, {"2.3", 55, 69}, {"2.4", 56, 1}, {"2.5", 56, 13}, {"2.6", 56, 26}, {"2.7", 56, 41},
	{"2.8", 56, 60}, {"3.0", 57, 24}, {"3.1", 57, 48}, {"3.2", 57, 64}, {"3.3", 57, 89}, {"3.4", 57, 107}, {"4.0", 58, 18}, {"4.1", 58, 35},
	{"4.2", 58, 54}, {"4.3", 58, 91}, {"4.4", 58, 134}, {"5.0", 59, 18}, {"5.1", 59, 37}, {"6.0", 60, 3}, {"6.1", 60, 31}, {"7.0", 61, 3},
	{"7.1", 61, 19}, {"8.0", 62, 11},
}

var formats = [...]release{
	{"2.0", 55, 12}, {"2.1", 55, 19}, {"2.2", 55, 33}, {"2.3", 55, 48}, {"2.4", 56, 4}, {"2.5", 56, 15}, {"2.6", 56, 25}, {"2.7", 56, 36},
	{"2.8", 56, 40}, {"3.0", 57, 25}, {"3.1", 57, 41}, {"3.2", 57, 56}, {"3.3", 57, 71}, {"3.4", 57, 83}, {"4.0", 58, 12}, {"4.1", 58, 20},
	{"4.2", 58, 29}, {"4.3", 58, 45}, {"4.4", 58, 76}, {"5.0", 59, 16}, {"5.1", 59, 27}, {"6.0", 60, 3}, {"6.1", 60, 16}, {"7.0", 61, 1},
	{"7.1", 61, 7}, {"8.0", 62, 3},
}

// lastPatch stands for the last patch of a release: none ever had as many.
const lastPatch = ".99"

// ffmpeg bounds the release of FFmpeg by the version of one of its libraries: "Lavc58.134.100".
func (v *versions) ffmpeg(s []byte, list []release) bool {
	version, rest := leading(s[4:])
	parts := strings.Split(version, ".")
	if len(parts) != 3 || len(rest) > 0 && rest[0] != ' ' || !digits(parts[0]) || !digits(parts[1]) || !digits(parts[2]) || len(parts[0])+len(parts[1]) > 6 {
		return false
	}
	if v.asks("lib" + map[byte]string{'c': "avcodec", 'f': "avformat"}[s[3]]) {
		return true
	}
	major, _ := strconv.Atoi(parts[0])
	minor, _ := strconv.Atoi(parts[1])
	from, to := between(list, major, minor)
	v.bounds("ffmpeg", from, to, s)
	return true
}

// between is the first and the last version that have these numbers. What lies between two releases was built from
// the sources of a day between them.
func between(list []release, major, minor int) (from, to string) {
	for _, r := range list {
		switch {
		case r.major == major && r.minor == minor:
			return r.name, r.name + lastPatch
		case r.major < major || r.major == major && r.minor < minor:
			from = r.name
		default:
			return from, r.name
		}
	}
	return from, ""
}

// enoughTrials is from how many names on of WebRTC's experiments code is WebRTC, and not code that sets one of them.
const enoughTrials = 5

// trial counts names of WebRTC's experiments: "WebRTC-Bwe-LossBasedBweV2". It states no version.
func (v *versions) trial(s []byte) bool {
	if !bytes.HasPrefix(s, []byte("WebRTC-")) || len(s) > 80 || !components.Name(string(s)) {
		return false
	}
	if v.trials++; v.trials == enoughTrials {
		v.state("webrtc", "", s)
	}
	return true
}

// unicode bounds the release of ICU by the name of its data, "icudt70l", whose number is the first of the version.
func (v *versions) unicode(s []byte) bool {
	rest, ok := bytes.CutPrefix(s, []byte("icudt"))
	if !ok || len(rest) != 3 || !digits(string(rest[:2])) || rest[0] < '4' || rest[2] != 'l' && rest[2] != 'b' {
		return false
	}
	if !v.asks("libicuuc", "libicudata", "libicui18n") {
		v.bounds("icu", string(rest[:2]), string(rest[:2])+lastPatch, s)
	}
	return true
}

// unreal reads the branch that the Unreal engine was built from: "++UE4+Release-4.27". Its patch is not in it.
func (v *versions) unreal(s []byte) bool {
	rest, ok := bytes.CutPrefix(s, []byte("++UE"))
	if !ok || len(rest) < 12 || !bytes.HasPrefix(rest[1:], []byte("+Release-")) {
		return false
	}
	if version, tail := leading(rest[10:]); len(tail) == 0 && components.Version(version) && strings.Count(version, ".") == 1 {
		v.bounds("unreal-engine", version, version+lastPatch, s)
	}
	return true
}

// engines are the names of files that hold Chromium whole. Anything else that says "Chrome/108.0.5359.128" pretends to be one.
var engines = []string{"libwebviewchromium", "libmonochrome", "libchrome", "libcef", "libxwalkcore", "libcontent_shell", "libelectron",
	"Chromium Embedded Framework", "Electron Framework", "Google Chrome Framework", "QtWebEngineCore", "libQt5WebEngineCore", "libQt6WebEngineCore", "libQtWebEngineCore"}

// browser reads the version of Chromium: a constant that is nothing but "Chrome/108.0.5359.128".
func (v *versions) browser(s []byte) bool {
	rest, ok := bytes.CutPrefix(s, []byte("Chrome/"))
	if !ok {
		return false
	}
	version, tail := leading(rest)
	parts := strings.Split(version, ".")
	if len(tail) > 0 || len(parts) != 4 || parts[2] == "0" || !components.Version(version) || !digits(strings.Join(parts, "")) {
		return true
	}
	base := v.file[strings.LastIndexByte(v.file, '/')+1:]
	for _, name := range engines {
		if strings.HasPrefix(base, name) {
			v.state("chromium", version, s)
		}
	}
	return true
}

// expressions reads the version of PCRE, which its day follows: "8.45 2021-06-15", "10.39 2021-10-29".
func (v *versions) expressions(version string, rest, s []byte) {
	if len(rest) != 11 || rest[0] != ' ' || !isDay(string(rest[1:])) || strings.Count(version, ".") != 1 || !digits(strings.Replace(version, ".", "", 1)) {
		return
	}
	switch major, _, _ := strings.Cut(version, "."); major {
	case "8":
		v.state("pcre", version, s)
	case "10":
		v.state("pcre2", version, s)
	}
}

// isDay reports whether s is a day: "2021-06-15".
func isDay(s string) bool {
	return len(s) == 10 && s[4] == '-' && s[7] == '-' && digits(s[:4]) && digits(s[5:7]) && digits(s[8:])
}
