package elffile

import (
	"bytes"
	"encoding/binary"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestVersions(t *testing.T) {
	for text, want := range map[string]string{
		itself + "OpenSSL 1.1.1k  25 Mar 2021":                 "pkg:generic/openssl@1.1.1k",
		itself + "OpenSSL 3.0.8 7 Feb 2023":                    "pkg:generic/openssl@3.0.8",
		"OpenSSL 1.1.0 (compatible; BoringSSL)":                "pkg:generic/boringssl",
		" deflate 1.2.11 Copyright 1995-2017 Jean-loup Gailly": "pkg:generic/zlib@1.2.11",
		" inflate 1.3.1 Copyright 1995-2024 Mark Adler ":       "pkg:generic/zlib@1.3.1",
		"\n libpng version 1.6.37 - April 14, 2019\n":          "pkg:generic/libpng@1.6.37",
		"libcurl/7.79.1":        "pkg:generic/curl@7.79.1",
		"expat_2.2.9":           "pkg:generic/expat@2.2.9",
		"mbed TLS 2.16.6":       "pkg:generic/mbedtls@2.16.6",
		"SSH-2.0-libssh2_1.9.0": "pkg:generic/libssh2@1.9.0",
		"$LuaVersion: Lua 5.3.5  Copyright (C) 1994-2018 Lua.org, PUC-Rio $":               "pkg:generic/lua@5.3.5",
		"\nGeneral configuration for OpenCV 4.5.2 =====================================\n": "pkg:generic/opencv@4.5.2",
		"WebM Project VP8 Encoder v1.8.0":                                                  "pkg:generic/libvpx@1.8.0",
		"2021.3.5f1":                                                                       "pkg:generic/unity@2021.3.5f1",
		"2.19.6 (stable) (Tue Mar 28 13:41:04 2023 +0000) on \"android_arm64\"":            "pkg:generic/dart@2.19.6",
		"cipher_version\x004.4.0 community":                                                "pkg:generic/sqlcipher@4.4.0",
		"1.0.8, 13-Jul-2019":                                                               "pkg:generic/bzip2@1.0.8",
		"/root/.cargo/registry/src/github.com-1ecc6299db9ec823/tokio-1.28.0/src/runtime/mod.rsinternal err": "pkg:cargo/tokio@1.28.0",

		"OpenSSL %s": "", "OpenSSL 1.1.1": "", "1.2.13": "", "libcurl/%s": "", "deflate 1.2.11": "", "Lavf": "", "Qt 5.15.2": "", "2021.3.5": "", "1999.3.5f1": "",
		"OpenSSL error 1.2 ": "", "/registry/src/x/": "", "/registry/src/x/y-z/a": "",
	} {
		var got []string
		for _, f := range Versions([]byte("\x00\x01x\x00"+text+"\x00tail"), Place{File: "lib.so"}) {
			got = append(got, f.PURL)
		}
		if s := strings.Join(got, " "); s != want {
			t.Errorf("%q: %q, want %q", text, s, want)
		}
	}
}

func TestDart(t *testing.T) {
	text := []byte("\x00\x04package:dio/src/dio.dart\x00\x08package:flutter/material.dart(package:x\x00package:dio/dio.dart package:no/x.txt")
	var got []string
	for _, f := range Versions(text, Place{File: "lib/arm64-v8a/libapp.so"}) {
		got = append(got, f.PURL)
	}
	if d := cmp.Diff([]string{"pkg:pub/dio", "pkg:pub/flutter"}, got); d != "" || len(Versions(text, Place{File: "lib/arm64-v8a/libx.so"})) != 0 {
		t.Error(d)
	}
}

func TestGoBuild(t *testing.T) {
	var b bytes.Buffer
	b.WriteString("junk\x00\xff Go buildinf:\x08\x02")
	b.Write(make([]byte, 16))
	put := func(s string) {
		b.Write(binary.AppendUvarint(nil, uint64(len(s))))
		b.WriteString(s)
	}
	put("go1.21.5 X:foo")
	mark := strings.Repeat("m", 16)
	put(mark + "path\tx\nmod\tx\t(devel)\t\ndep\tgolang.org/x/net\tv0.17.0\th1:x=\ndep\ta.b/c\tv1.0.0\n=>\td.e/f\tv1.2.0\th1:y=\ndep\tbad name\tv1\n" + mark)
	var got []string
	for _, f := range Versions(b.Bytes(), Place{File: "libgojni.so"}) {
		got = append(got, f.PURL)
	}
	want := []string{"pkg:golang/stdlib@1.21.5", "pkg:golang/golang.org/x/net@v0.17.0", "pkg:golang/d.e/f@v1.2.0"}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func BenchmarkVersions(b *testing.B) {
	text := []byte(strings.Repeat("a constant of a library\x00%s: %d\x00\x00\x00\x00/usr/include/x.h\x00", 1<<16))
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		Versions(text, Place{File: "x"})
	}
}
