package elffile

import (
	"maps"
	"slices"
	"strings"
	"sync"
)

// statement is a text by which software states its version, whoever builds it. Each was seen in a file of that version
// or, where the comment names them, in sources.
type statement struct {
	needle string   // how the text begins; the version does where the first # is, which stands for a digit
	name   string   // of the software
	after  []string // one of which follows the version; the empty one is the end of the constant
	asked  []string // libraries that have the text for others, in a header: a file that asks for one is not it
	beside mark     // another text of the same software, where films, sounds or programs have the statement too
}

var end = []string{""}

// statements name both the software and its version in one text; a lone "1.2.13" is nobody's.
var statements = []statement{
	{"OpenSSL #", "openssl", []string{" "}, []string{"libssl", "libcrypto"}, openSSL},
	{" part of OpenSSL #", "openssl", []string{" "}, nil, unmarked}, // until 1.0.2, in every part
	{"LibreSSL #", "libressl", end, []string{"libssl", "libcrypto"}, openSSL},
	{"deflate #", "zlib", []string{" Copyright"}, nil, unmarked},
	{"inflate #", "zlib", []string{" Copyright"}, nil, unmarked},
	{"libpng version #", "libpng", []string{"", " - ", "\n"}, []string{"libpng", "libpng12", "libpng14", "libpng15", "libpng16", "libpng17"}, unmarked},
	{"libcurl/#", "curl", end, []string{"libcurl", "libcurl-gnutls", "libcurl-nss"}, unmarked},
	{"expat_#", "expat", end, nil, unmarked},
	{"mbed TLS #", "mbedtls", end, []string{"libmbedcrypto", "libmbedtls"}, unmarked},
	{"Mbed TLS #", "mbedtls", end, []string{"libmbedcrypto", "libmbedtls"}, unmarked},
	{"PolarSSL #", "polarssl", end, []string{"libpolarssl"}, unmarked}, // include/polarssl/version.h of https://github.com/Mbed-TLS/mbedtls at polarssl-1.2.19
	{"wolfSSL #", "wolfssl", end, nil, unmarked},
	{"Enabled GnuTLS #", "gnutls", []string{" logging"}, nil, unmarked},
	{"Version: NSS #", "nss", []string{"", " "}, nil, unmarked},
	{"libopus #", "opus", end, nil, opus},
	{"WebM Project VP8 Encoder v#", "libvpx", end, nil, unmarked}, {"WebM Project VP8 Decoder v#", "libvpx", end, nil, unmarked},
	{"WebM Project VP9 Encoder v#", "libvpx", end, nil, unmarked}, {"WebM Project VP9 Decoder v#", "libvpx", end, nil, unmarked},
	{"AOMedia Project AV1 Encoder v#", "libaom", end, nil, unmarked}, {"AOMedia Project AV1 Decoder v#", "libaom", end, nil, unmarked},
	{"AOMedia Project AV1 Encoder #", "libaom", end, nil, unmarked}, {"AOMedia Project AV1 Decoder #", "libaom", end, nil, unmarked},
	{"libjpeg-turbo version #", "libjpeg-turbo", []string{" (build"}, []string{"libjpeg", "libturbojpeg"}, unmarked},
	{"LIBTIFF, Version #", "libtiff", []string{"\n"}, nil, unmarked},
	{"SSH-2.0-libssh2_#", "libssh2", []string{"", "\r"}, nil, unmarked},
	{"SSH-2.0-libssh_#", "libssh", []string{"", "\r"}, nil, unmarked},
	{"SSH-2.0-dropbear_#", "dropbear", []string{"", "\r"}, nil, unmarked},
	{"$LuaVersion: Lua #", "lua", []string{" "}, nil, unmarked}, {"$Lua: Lua #", "lua", []string{" "}, nil, unmarked},
	{"LuaJIT #", "luajit", end, []string{"libluajit-5", "libluajit"}, unmarked},
	{"mruby #", "mruby", []string{" ("}, nil, unmarked},
	{"General configuration for OpenCV #", "opencv", []string{" ="}, nil, unmarked},
	{"Qt #.#", "qt", []string{" ("}, nil, unmarked},
	{"cocos2d-x-#", "cocos2d-x", end, nil, unmarked}, // cocos/cocos2d.cpp of https://github.com/cocos2d/cocos2d-x
	{"cocos2d-x #", "cocos2d-x", end, nil, unmarked}, // cocos2dx/cocos2d.cpp of 2.2.6
	{"libsndfile-#", "libsndfile", end, nil, unmarked},
	{"reference libFLAC #", "flac", []string{" "}, nil, flac},
	{"Xiph.Org libVorbis #", "libvorbis", end, nil, unmarked},
	{"libarchive #", "libarchive", end, nil, unmarked},
	{"ImageMagick #", "imagemagick", []string{" Q"}, nil, unmarked},
	{"PROJ #.#", "proj", end, nil, unmarked},
	{"GDAL #.#", "gdal", []string{", released"}, nil, unmarked},
	{"https://nodejs.org/download/release/v#", "nodejs", []string{"/node-v"}, nil, unmarked},
}

// mark is a text that only the software itself has.
type mark int

const (
	unmarked mark = iota
	openSSL
	opus
	flac
	codecContext
	formatContext
	sqlCipher
	markCount
)

// marks are the texts. Those of FFmpeg are names of its contexts, and constants of their own.
var marks = map[string]mark{
	"OPENSSLDIR: ": openSSL, " part of OpenSSL #": openSSL,
	"corrupted stream\x00": opus, "FLAC__STREAM_": flac,
	"AVCodecContext\x00": codecContext, "AVFormatContext\x00": formatContext,
	"cipher_version\x00": sqlCipher,
}

// forms are the texts that a function of their own reads.
var forms = map[string]func(v *versions, s []byte) bool{
	"OpenSSL 1.1.# (": (*versions).standIn, "BoringSSL\x00": (*versions).boring,
	"Lavc##.": (*versions).signed, "Lavf##.": (*versions).signed, "WebRTC-": (*versions).trial, "icudt##": (*versions).unicode,
	"++UE#+Release-": (*versions).unreal, "Chrome/##": (*versions).browser, "Cronet/##": (*versions).cronet,
	"8.## ####-##-##\x00": (*versions).expressions, "10.## ####-##-##\x00": (*versions).expressions, "1.0.#, #": (*versions).bzip2,
	"20##.#.#": (*versions).unity, "6000.#.#": (*versions).unity, "5.#.#f#": (*versions).unity, "5.#.#p#": (*versions).unity,
	"20##-##-## ##:##:##": (*versions).sourceID, "LAME#.#": (*versions).lame,
}

// within are the texts that may stand in the middle of a constant, or behind one.
var within = map[string]func(v *versions, text []byte, at int){
	"FFmpeg version ": (*versions).build, string(registry): (*versions).crates, string(goMagic): (*versions).goBuild,
	"# (stable) (": (*versions).dartVersion, "# (beta) (": (*versions).dartVersion, "# (dev) (": (*versions).dartVersion,
	"community\x00#.#": (*versions).cipher, "commercial\x00#.#": (*versions).cipher,
	" community\x00": (*versions).cipherBefore, " commercial\x00": (*versions).cipherBefore,
}

// finder finds all of them, and has what reads each.
var finder = sync.OnceValues(func() (*needles, []reader) {
	var list []string
	var readers []reader
	add := func(needle string, r reader) {
		list = append(list, needle)
		readers = append(readers, r)
	}
	for i := range statements {
		add(statements[i].needle, reader{statement: &statements[i]})
	}
	for _, needle := range sortedKeys(marks) {
		add(needle, reader{mark: marks[needle]})
	}
	for _, needle := range sortedKeys(forms) {
		add(needle, reader{form: forms[needle]})
	}
	for _, needle := range sortedKeys(within) {
		add(needle, reader{within: within[needle]})
	}
	return newNeedles(list), readers
})

// reader is what reads the text of a needle; one of them is there.
type reader struct {
	statement *statement
	mark      mark
	form      func(v *versions, s []byte) bool
	within    func(v *versions, text []byte, at int)
}

// lead is how much of a statement stands before the version.
func (s *statement) lead() int { return strings.IndexByte(s.needle, '#') }

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
