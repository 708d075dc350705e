package elffile

import (
	"strings"
	"testing"

	"quaestor/scanners/internal/components"
)

// told writes what was found as "name@version" or "name from..to".
func told(list []components.Found) string {
	var out []string
	for _, f := range list {
		s := f.Name + "@" + f.Version
		if f.Version == "" {
			s = f.Name + " " + f.From + ".." + f.To
		}
		out = append(out, s)
	}
	return strings.Join(out, ", ")
}

// itself is what tells OpenSSL itself from a program that has its version from a header.
const itself = "OPENSSLDIR: \"/usr/lib/ssl\"\x00"

const checkIn = "2021-06-18 18:36:39 5c9a6c06871cb9fe42814af9c039eb6da5427a6ec28f187af7ebfb62eafa66e5"

func TestStatements(t *testing.T) {
	for _, c := range []struct{ file, text, want string }{
		{"a.so", "OpenSSL 1.1.1k or later is needed", ""}, {"a.so", "OpenSSL 1.1.1 ", ""},
		{"a.so", itself + "OpenSSL 1.0.2u-fips  20 Dec 2019", "openssl@1.0.2u"},
		{"a.so", "BoringSSL", "boringssl .."}, {"a.so", "BoringSSL is fine", ""},
		{"a.so", itself + "LibreSSL 3.3.6", "libressl@3.3.6"},
		{"libwebviewchromium.so", "Chrome/108.0.5359.128", "chromium@108.0.5359.128"},
		{"Payload/A.app/Frameworks/Electron Framework", "Chrome/108.0.5359.128", "chromium@108.0.5359.128"},
		{"libagent.so", "Chrome/108.0.5359.128", ""},
		{"libwebviewchromium.so", "Chrome/108.0.0.0", ""},
		{"libwebviewchromium.so", "Mozilla/5.0 (X11) Chrome/108.0.5359.128 Safari/537.36", ""},
		{"libcronet.119.0.6045.31.so", "Cronet/119.0.6045.31", "cronet@119.0.6045.31"}, {"a.so", "Cronet/119.0.6045.31", ""},
		{"a.so", "WebRTC-A\x00WebRTC-B\x00WebRTC-C\x00WebRTC-D\x00WebRTC-E\x00WebRTC-F", "webrtc .."},
		{"a.so", "WebRTC-A\x00WebRTC-B and more\x00WebRTC-C\x00WebRTC-D", ""},
		{"a.so", "icudt70l", "icu 70..70.99"}, {"a.so", "icudt70lx", ""}, {"a.so", "icudtxxl", ""},
		{"a.so", "++UE4+Release-4.27", "unreal-engine 4.27..4.27.99"}, {"a.so", "++UE5+Main", ""},
		{"a.so", "8.45 2021-06-15", "pcre@8.45"}, {"a.so", "10.39 2021-10-29", "pcre2@10.39"}, {"a.so", "9.45 2021-06-15", ""}, {"a.so", "8.45 2021-6-15", ""},
		{"a.so", "AOMedia Project AV1 Encoder v3.2.0", "libaom@3.2.0"}, {"a.so", "LAME3.100", "lame@3.100"},
		{"a.so", "LIBTIFF, Version 4.3.0\nCopyright (c) 1988-1996 Sam Leffler", "libtiff@4.3.0"},
		{"a.so", "https://nodejs.org/download/release/v18.12.1/node-v18.12.1-headers.tar.gz", "nodejs@18.12.1"},
		{"a.so", "reference libFLAC 1.3.2 20170101\x00FLAC__STREAM_DECODER_END", "flac@1.3.2"},
	} {
		got := Versions([]byte("\x00\x01x\x00"+c.text+"\x00tail"), Place{File: c.file})
		if s := told(got); s != c.want {
			t.Errorf("%s %q: %q, want %q", c.file, c.text, s, c.want)
		}
		for _, f := range got {
			if f.Basis != components.Text {
				t.Errorf("%q: basis %q", c.text, f.Basis)
			}
		}
	}
}

// What a file takes from a library that it asks for is not in the file.
func TestNeeded(t *testing.T) {
	for _, c := range []struct{ needed, text, want string }{
		{"libssl.so.1.1", "OpenSSL 1.1.1k  25 Mar 2021", ""}, {"libcrypto.so", "OpenSSL 1.1.1k  25 Mar 2021", ""},
		{"@rpath/libcrypto.1.1.dylib", "OpenSSL 1.1.1k  25 Mar 2021", ""}, {"libcryptography.so", itself + "OpenSSL 1.1.1k  25 Mar 2021", "openssl@1.1.1k"},
		{"libcurl.so", "libcurl/7.79.1", ""}, {"libavcodec.so", "AVCodecContext\x00Lavc58.134.100", ""},
		{"libavcodec.so", "AVFormatContext\x00Lavf58.76.100", "ffmpeg 4.4..4.4.99"},
		{"libsqlite3.so.0", checkIn, ""},
		{"libicuuc.so", "icudt70l", ""}, {"libc.so", "libcurl/7.79.1", "curl@7.79.1"},
	} {
		if s := told(Versions([]byte(c.text), Place{File: "a.so", Needed: []string{c.needed}})); s != c.want {
			t.Errorf("%s, %q: %q, want %q", c.needed, c.text, s, c.want)
		}
	}
}

// A statement is found again at its offset.
func TestOffset(t *testing.T) {
	const before = 1000
	text := "x\x00 deflate 1.2.11 Copyright 1995-2017 Jean-loup Gailly\x00libcurl/7.79.1\x00" + checkIn + "\x003.36.0\x00"
	got := Versions([]byte(text), Place{File: "a.so", Offset: before})
	if len(got) != 3 {
		t.Fatal(told(got))
	}
	for _, f := range got {
		if !strings.HasPrefix(text[f.Offset-before:], f.Text) {
			t.Errorf("%s at %d: %.30q is not %q", f.PURL, f.Offset, text[f.Offset-before:], f.Text)
		}
	}
}

func TestTables(t *testing.T) {
	for _, list := range [][]release{codecs[:], formats[:]} {
		for i := 1; i < len(list); i++ {
			if a, b := list[i-1], list[i]; order(a.name, b.name) >= 0 || a.major > b.major || a.major == b.major && a.minor >= b.minor {
				t.Errorf("%v before %v", a, b)
			}
		}
	}
	for i := 1; i < len(sqliteReleases); i++ {
		if a, b := sqliteReleases[i-1], sqliteReleases[i]; a.stamp >= b.stamp || !components.Version(b.version) || order(a.version, b.version) >= 0 && b.version != "3.51.3" {
			t.Errorf("%v before %v", a, b)
		}
	}
}

func FuzzVersions(f *testing.F) {
	f.Add([]byte("\x003.36.0\x00"+checkIn+"\x00Lavc58.134.100\x00"), "libx.so")
	f.Add([]byte("OpenSSL 1.0.2u-fips  20 Dec 2019\x00icudt70l\x00++UE4+Release-4.27\x00WebRTC-A"), "libwebviewchromium.so")
	f.Add([]byte("\xff Go buildinf:\x08\x02/registry/src/i/tokio-1.28.0/\x00package:dio/dio.dart"), "libapp.so")
	f.Fuzz(func(t *testing.T, text []byte, file string) {
		for _, found := range Versions(text, Place{File: file, Offset: 7}) {
			v := strings.TrimPrefix(found.Version, "v")
			if v != "" && !components.Version(v) || found.PURL == "" || found.Version != "" && found.From+found.To != "" {
				t.Errorf("%+v", found)
			}
			if found.Offset < 0 || found.Offset > int64(len(text))+7 {
				t.Errorf("%s at %d of %d", found.PURL, found.Offset, len(text))
			}
		}
	})
}
