package elffile

import (
	"bytes"
	"strings"

	"quaestor/scanners/internal/components"
)

// signed takes a signature of one of FFmpeg's libraries.
func (v *versions) signed(s []byte) bool { return v.ffmpeg.signature(s, v.at) }

// standIn reads what a library says that stands in for OpenSSL: "OpenSSL 1.1.0 (compatible; BoringSSL)".
func (v *versions) standIn(s []byte) bool {
	if _, rest, _ := bytes.Cut(s, []byte(" (")); string(rest) == "compatible; BoringSSL)" {
		v.state("boringssl", "", nil)
	}
	return true
}

// boring reads the name that BoringSSL has in the place of a version.
func (v *versions) boring(s []byte) bool {
	v.state("boringssl", "", nil)
	return true
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
	for _, name := range engines {
		if strings.HasPrefix(v.base(), name) {
			v.state("chromium", version, s)
		}
	}
	return true
}

// cronet reads the version of Chromium's network library: a constant that is nothing but "Cronet/119.0.6045.31"
// (components/cronet/native/engine.cc of https://github.com/chromium/chromium), in its own file.
func (v *versions) cronet(s []byte) bool {
	version := string(s[len("Cronet/"):])
	if components.Version(version) && strings.Count(version, ".") == 3 && digits(strings.ReplaceAll(version, ".", "")) && strings.HasPrefix(v.base(), "libcronet") {
		v.state("cronet", version, s)
	}
	return true
}

// base is the name of the file without its folders.
func (v *versions) base() string { return v.file[strings.LastIndexByte(v.file, '/')+1:] }

// expressions reads the version of PCRE, which its day follows: "8.45 2021-06-15", "10.39 2021-10-29".
func (v *versions) expressions(s []byte) bool {
	version, day, _ := strings.Cut(string(s), " ")
	switch name := map[byte]string{'8': "pcre", '1': "pcre2"}[s[0]]; {
	case !isDay(day) || v.asks("libpcre", "libpcre16", "libpcre32", "libpcre2-8", "libpcre2-16", "libpcre2-32"):
	default:
		v.state(name, version, s)
	}
	return true
}

// bzip2 reads its version, which a day follows: "1.0.8, 13-Jul-2019", "1.0.6, 6-Sept-2010".
func (v *versions) bzip2(s []byte) bool {
	version, day, _ := strings.Cut(string(s), ", ")
	parts := strings.Split(day, "-")
	if len(parts) == 3 && digits(parts[0]) && len(parts[0]) <= 2 && (len(parts[1]) == 3 || len(parts[1]) == 4) && digits(parts[2]) && len(parts[2]) == 4 && !v.asks("libbz2") {
		v.state("bzip2", version, s)
	}
	return true
}

// lame reads the version of LAME: a constant "LAME3.100 ". Sounds that it made have it too, with other bytes behind;
// the patch of "LAME3.99r" is not in it.
func (v *versions) lame(s []byte) bool {
	version, rest := leading(s[len("LAME"):])
	switch number := strings.TrimRight(version, "r"); {
	case string(rest) != " " && len(rest) > 0 || strings.Count(number, ".") != 1 || !digits(strings.Replace(number, ".", "", 1)):
	case number == version:
		v.state("lame", version, s)
	default:
		v.bounds("lame", number, number+lastPatch, s)
	}
	return true
}

// dartVersion reads the version of Dart: "2.19.6 (stable) (Tue Mar 28 13:41:04 2023 +0000) on "android_arm64"".
func (v *versions) dartVersion(text []byte, at int) {
	from := at
	for from > 0 && at-from < components.MaxVersion && text[from-1] > ' ' && text[from-1] < 0x7f {
		from--
	}
	if v.at = from; !begins(text, from) {
		return
	}
	s := constant(text[from:])
	version, rest := leading(s)
	if components.Version(version) && strings.Count(version, ".") >= 2 && bytes.Contains(rest[:min(len(rest), 100)], []byte(" on \"")) {
		v.state("dart", version, s)
	}
}

// unity reads the version of Unity, which is a constant of its own and has a form of its own: "2021.3.5f1".
func (v *versions) unity(s []byte) bool {
	if version := string(s); isUnity(version) {
		v.state("unity", version, nil)
	}
	return true
}

// isUnity reports whether a version has the form of Unity's: year, two numbers, a letter and a number.
func isUnity(s string) bool {
	parts := strings.Split(s, ".")
	if len(parts) != 3 || len(parts[0]) != 4 && parts[0] != "5" || !digits(parts[0]) || !digits(parts[1]) {
		return false
	}
	if len(parts[0]) == 4 && parts[0] != "6000" && (parts[0] < "2017" || parts[0] > "2030") {
		return false
	}
	at := strings.IndexAny(parts[2], "abfp")
	return at > 0 && digits(parts[2][:at]) && digits(parts[2][at+1:])
}

// isDay reports whether s is a day: "2021-06-15".
func isDay(s string) bool {
	return len(s) == 10 && s[4] == '-' && s[7] == '-' && digits(s[:4]) && digits(s[5:7]) && digits(s[8:])
}
