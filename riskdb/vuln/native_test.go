package vuln

import (
	"slices"
	"strings"
	"testing"
)

func TestNativeCode(t *testing.T) {
	if len(natives()) < 30 {
		t.Fatalf("%d names are known: native.yaml does not parse?", len(natives()))
	}
	for name, n := range natives() {
		if len(n.Repositories) == 0 || len(n.Tags) == 0 || !strings.HasPrefix(n.Source, "https://") || n.Seen == "" || name != strings.ToLower(name) {
			t.Errorf("%s: %+v", name, n)
		}
		for _, tag := range n.tagsOf("4.5.6") {
			if v, ok := n.version(tag); !ok || v != "4.5.6" {
				t.Errorf("%s: the tag %q is read as %q", name, tag, v)
			}
		}
	}
	if got := natives()["openssl"].tagsOf("1.1.1k"); !slices.Equal(got, []string{"openssl-1.1.1k", "OpenSSL_1_1_1k"}) {
		t.Errorf("%q", got)
	}
	for _, c := range []struct{ name, version, tag string }{ // as they were read
		{"curl", "8.5.0", "curl-8_5_0"}, {"freetype", "2.13.2", "VER-2-13-2"}, {"expat", "2.5.0", "R_2_5_0"}, {"wolfssl", "5.9.2", "v5.9.2-stable"},
		{"openjpeg", "2.1", "version.2.1"}, {"openjpeg", "2.5.0", "v2.5.0"}, {"libssh2", "1.11.1", "libssh2-1.11.1"}, {"libssh2", "1.1", "RELEASE.1.1"},
		{"libxml2", "2.7.3", "LIBXML2.7.3"}, {"libxml2", "2.6.27", "LIBXML2_2_6_27"}, {"libxslt", "1.1.22", "LIBXSLT_1_1_22"},
		{"hermes", "0.15.1", "hermes-v0.15.1"}, {"libsodium", "1.0.21", "1.0.21-FINAL"}, {"polarssl", "1.2.19", "polarssl-1.2.19"},
		{"mbedtls", "2.16.6", "mbedtls-2.16.6"}, {"mbedtls", "3.6.0", "v3.6.0"}, {"ffmpeg", "4.4.1", "n4.4.1"}, {"sqlite", "3.53.3", "version-3.53.3"},
		{"dropbear", "2020.81", "DROPBEAR_2020.81"}, {"nss", "3.110", "NSS_3_110_RTM"}, {"pcre2", "10.42", "pcre2-10.42"}, {"c-ares", "1.19.1", "cares-1_19_1"},
	} {
		n := natives()[c.name]
		if n == nil {
			t.Errorf("%s is not known", c.name)
			continue
		}
		if v, ok := n.version(c.tag); !ok || v != c.version || !slices.Contains(n.tagsOf(c.version), c.tag) {
			t.Errorf("%s: the tag %q is read as %q, %v; the tags of %s are %q", c.name, c.tag, v, ok, c.version, n.tagsOf(c.version))
		}
	}
}
