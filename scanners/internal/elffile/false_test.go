package elffile

import (
	"encoding/binary"
	"strings"
	"testing"

	"quaestor/scanners/internal/components"
)

// Files that name software, its version too, without being it.
func TestMentions(t *testing.T) {
	for _, text := range []string{
		"OpenSSL 1.1.1k  25 Mar 2021", // from a header
		"built with:\nOpenSSL 1.1.1k  25 Mar 2021\x00OPENSSLDIR: ",
		"neon 0.31.2: Library build, IPv6, libxml 2.9.10, zlib 1.2.11, OpenSSL 1.1.1g  21 Apr 2020\x00OPENSSLDIR: ",
		itself + "OpenSSL 1.1.1 or newer is needed", itself + "OpenSSL 3.0 required", itself + "OpenSSL 1.1.1l-dev  xx XXX xxxx",
		"libcurl/7.58.0 OpenSSL/1.1.1 zlib/1.2.11", "curl/7.1", "User-Agent: libcurl/7.79.1", "libcurl/%s", "(libcurl/7.79.1)",
		"Mozilla/5.0 (compatible) libcurl/7.79.1",
		"libpng error: built with libpng 1.6.3 but running with", "Application was compiled with libpng version 1.6.3", "libpng version 1.6.3 is too old",
		"x264 - core 0000", "x264 - core 157 r2935 545de2f - H.264/MPEG-4 AVC codec - Copyleft 2003-2018", // in films
		"\x1d\x00\x00\x00reference libFLAC 1.3.2 20170101\x00", "\x0d\x00\x00\x00libopus 1.3.1\x00\x00\x00", "Xiph.Org libVorbis I 20200704 (Reducing Environment)",
		"LAME3.100UUUUUUUUUU", "Xing\x00LAME3.99r\x04\x20", "Lavf58.42.100", "Lavc58.134.100 libmp3lame",
		"needs expat_2.2.9", "expat_2.2.9_suffix of others here", "mbed TLS 2.16.6 is old",
		"SSH-2.0-OpenSSH_7.4", "SSH-2.0-libssh2_", "dropbear_2020.81", "Rel. 9.1.0, September 1st, 2022",
		" deflate 1.2.11.f Copyright 1995-2016 Jean-loup Gailly and Mark Adler ", // zlib-ng
		"HDR deflate 1.2.11", "inflate 1.2.11 by somebody", "libjpeg-turbo version 2.1.5 or later",
		"libarchive 3.7.4 and others", "LIBTIFF, Version 4.3.0", "$Lua: Lua", "PROJ 9.6.0 not found", "GDAL 3.6.2 or newer", "Qt 5.15.2",
		"(FFmpeg version 4.4)", "uses FFmpeg version 4.4", "FFmpeg version 4.4 was tested",
		"8.45 2021-06-15 beta", "1.0.8, 13th", "community\x004.6.1", "4.4.0 community", "2.19.6 (stable) (no platform)",
		"Go buildinf:", "\xff Go buildinf:", "/registry/src/a/b/c",
	} {
		if got := told(Versions([]byte("\x00\x01x\x00"+text+"\x00tail"), Place{File: "a.so"})); got != "" {
			t.Errorf("%q: %q", text, got)
		}
	}
}

// Statements behind a table, and in other forms than the usual one.
func TestForms(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"\x10\x10libjpeg-turbo version 2.1.5 (build 20250503)", "libjpeg-turbo@2.1.5"},
		{"0123456789abcdefFFmpeg version 7.1.5-0+deb13u1", "ffmpeg@7.1.5"},
		{"`1\xfe\xff$Lua: Lua 5.1.5 Copyright (C) 1994-2012 Lua.org, PUC-Rio $", "lua@5.1.5"},
		{"TLSv1 part of OpenSSL 1.0.2u  20 Dec 2019", "openssl@1.0.2u"},
		{itself + "OpenSSL 1.1.1k  FIPS 25 Mar 2021", "openssl@1.1.1k"},
		{itself + "OpenSSL 3.0.13+quic 30 Jan 2024", "openssl@3.0.13"}, // as Node.js 18 has it
		{"OpenSSL 1.1.1 (compatible; BoringSSL)\x00" + itself, "boringssl .."},
		{"WebM Project VP9 Decoder v1.8.0-123-g0a1b2c3d4", "libvpx 1.8.0..1.8.99"},
		{"libcurl/7.79.1-DEV", "curl .."}, {"SSH-2.0-libssh2_1.10.1_DEV\r\n", "libssh2 .."},
		{"libopus 1.3.1-fixed\x00corrupted stream", "opus@1.3.1"},
		{"LAME3.100 ", "lame@3.100"}, {"LAME3.99r", "lame 3.99..3.99.99"}, {"LAME4.0 ", "lame@4.0"},
		{"1.0.6, 6-Sept-2010", "bzip2@1.0.6"},
		{"Version: NSS 3.110 Basic ECC", "nss@3.110"}, {"Enabled GnuTLS 3.8.9 logging...\n", "gnutls@3.8.9"},
		{"Xiph.Org libVorbis 1.3.7", "libvorbis@1.3.7"},
		{"community\x004.6.1\x00%s %s\x00cipher_version", "sqlcipher@4.6.1"},
		{"2.19.6 (stable) (Tue Mar 28 13:41:04 2023 +0000) on \"android_arm64\"", "dart@2.19.6"},
		{"6000.0.23f1", "unity@6000.0.23f1"}, {"5.6.7p4", "unity@5.6.7p4"},
	} {
		if got := told(Versions([]byte("\x00\x01x\x00"+c.text+"\x00tail"), Place{File: "a.so"})); got != c.want {
			t.Errorf("%q: %q, want %q", c.text, got, c.want)
		}
	}
}

// What a whole file states is read from its constants, and not what it asks another file for.
func TestMadeFile(t *testing.T) {
	rodata := "\x00" + itself + "OpenSSL 1.1.1k  25 Mar 2021\x00\x10\x10libjpeg-turbo version 2.1.5 (build 20250503)\x00libcurl/7.79.1\x00" +
		"neon 0.31.2: zlib 1.2.11, OpenSSL 1.1.1g  21 Apr 2020\x00x264 - core 0000\x00" + checkIn + "\x00"
	for needed, want := range map[string]string{
		"":              "openssl@1.1.1k, libjpeg-turbo@2.1.5, curl@7.79.1, sqlite@3.36.0",
		"libcrypto.so":  "libjpeg-turbo@2.1.5, curl@7.79.1, sqlite@3.36.0",
		"libcurl.so.4":  "openssl@1.1.1k, libjpeg-turbo@2.1.5, sqlite@3.36.0",
		"libsqlite3.so": "openssl@1.1.1k, libjpeg-turbo@2.1.5, curl@7.79.1",
		"libjpeg.so.8":  "openssl@1.1.1k, curl@7.79.1, sqlite@3.36.0",
	} {
		l := library{order: binary.LittleEndian, wide: true, machine: 183, rodata: rodata, gnuHash: true, sections: true}
		if needed != "" {
			l.needed = []string{needed}
		}
		data := l.build()
		code, detail, err := Parse(data, "lib.so")
		if err != nil {
			t.Fatal(err)
		}
		var list []components.Found
		for _, r := range detail.Regions {
			list = append(list, Versions(data[r.Offset:r.Offset+r.Size], Place{File: "lib.so", Offset: r.Offset, Needed: code.Needed})...)
		}
		if got := told(list); got != want {
			t.Errorf("needs %q: %q, want %q", needed, got, want)
		}
		for _, f := range list {
			if !strings.HasPrefix(string(data[f.Offset:]), f.Text) {
				t.Errorf("%s is not at %d", f.PURL, f.Offset)
			}
		}
	}
}
