package elffile

import (
	"bytes"
	"strings"

	"quaestor/scanners/internal/components"
)

// special looks at a constant whose form says more than a name and a version, and reports whether it was one.
func (v *versions) special(s []byte) bool {
	switch s[0] {
	case 'A':
		return v.ffmpeg.context(s)
	case 'F':
		return v.build(s)
	case 'L':
		return v.ffmpeg.signature(s, v.at)
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
