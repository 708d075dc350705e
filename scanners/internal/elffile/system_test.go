package elffile

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// systemLibraries are libraries that a distribution builds by themselves, and the source packages they come from.
var systemLibraries = []struct{ file, source, name string }{
	{"libcrypto.so.3", "openssl", "openssl"}, {"libz.so.1", "zlib", "zlib"}, {"libpng16.so.16", "libpng1.6", "libpng"}, {"libexpat.so.1", "expat", "expat"},
	{"libsqlite3.so.0", "sqlite3", "sqlite"}, {"libcurl.so.4", "curl", "curl"}, {"libbz2.so.1.0", "bzip2", "bzip2"}, {"libpcre2-8.so.0", "pcre2", "pcre2"},
	{"libssh2.so.1", "libssh2", "libssh2"}, {"libtiff.so.6", "tiff", "libtiff"}, {"libjpeg.so.62", "libjpeg-turbo", "libjpeg-turbo"}, {"libavcodec.so.59", "ffmpeg", "ffmpeg"},
	{"libgnutls.so.30", "gnutls28", "gnutls"}, {"liblua5.4.so.0", "lua5.4", "lua"}, {"libopus.so.0", "opus", "opus"}, {"libarchive.so.13", "libarchive", "libarchive"},
}

// The libraries of this system have the versions that its own records name.
func TestSystem(t *testing.T) {
	installed := sources(t)
	looked := 0
	for _, l := range systemLibraries {
		files, _ := filepath.Glob("/usr/lib/*/" + l.file)
		more, _ := filepath.Glob("/lib/*/" + l.file)
		files = append(files, more...)
		if len(files) == 0 || installed[l.source] == "" {
			continue
		}
		data, err := os.ReadFile(files[0])
		if err != nil {
			continue
		}
		code, detail, err := Parse(data, l.file)
		if err != nil {
			t.Errorf("%s: %v", files[0], err)
		}
		var got []string
		for _, r := range detail.Regions {
			for _, f := range Versions(data[r.Offset:r.Offset+r.Size], Place{File: l.file, Offset: r.Offset, Needed: code.Needed}) {
				if f.Name == l.name && f.Version != "" {
					got = append(got, f.Version)
				}
			}
		}
		looked++
		switch {
		case len(got) == 0:
			t.Logf("%s states no version", files[0])
		case len(got) > 1 || got[0] != installed[l.source]:
			t.Errorf("%s: %q, and the package is %s", files[0], got, installed[l.source])
		}
	}
	if looked == 0 {
		t.Skip("the system's own libraries are not here")
	}
	t.Logf("%d libraries", looked)
}

// sources are the versions of source packages without what Debian adds to them.
func sources(t *testing.T) map[string]string {
	text, err := os.ReadFile("/var/lib/dpkg/status")
	if err != nil {
		t.Skip("the records of a system of Debian's are not here: /var/lib/dpkg/status")
	}
	out := map[string]string{}
	for entry := range strings.SplitSeq(string(text), "\n\n") {
		fields := map[string]string{}
		for line := range strings.Lines(entry) {
			if key, value, ok := strings.Cut(line, ": "); ok && line[0] != ' ' {
				fields[key] = strings.TrimSpace(value)
			}
		}
		name, _, _ := strings.Cut(fields["Source"], " ")
		if name == "" {
			name = fields["Package"]
		}
		version := fields["Version"]
		if _, rest, ok := strings.Cut(version, ":"); ok {
			version = rest
		}
		if _, really, ok := strings.Cut(version, "+really"); ok {
			version = really
		}
		if i := strings.IndexAny(version, "-+~"); i >= 0 {
			version = version[:i]
		}
		version = strings.TrimSuffix(strings.TrimSuffix(version, ".dfsg"), ".ds")
		out[name] = version
	}
	return out
}
