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
		if len(n.Repositories) == 0 || len(n.Tags) == 0 || !strings.HasPrefix(n.Source, "https://") || name != strings.ToLower(name) {
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
	for name, tags := range map[string]string{"curl": "curl-8_5_0", "freetype": "VER-2-13-2", "expat": "R_2_5_0", "wolfssl": "v5.6.4-stable"} {
		if _, ok := natives()[name].version(tags); !ok {
			t.Errorf("%s: the tag %q is not read", name, tags)
		}
	}
}
