package authorities

import (
	"slices"
	"testing"

	"quaestor/scanners/internal/hostroot/hosttest"
)

// TestBesideAnchors: beside its anchors a tool keeps what nobody is to trust; such folders are not read.
func TestBesideAnchors(t *testing.T) {
	inv := hosttest.Scan(t, Scanner{}, map[string]string{
		"etc/os-release": "ID=x\n",
		"etc/pki/ca-trust/source/blacklist/bad.pem":     text(authority(t, "Distrusted")),
		"etc/pki/ca-trust/source/blocklist/bad.pem":     text(authority(t, "Also distrusted")),
		"etc/pki/ca-trust/source/anchors/office/in.pem": text(authority(t, "Within the anchors")),
		"etc/pki/ca-trust/source/direct.pem":            text(authority(t, "Beside the anchors")),
	})
	want := []string{"CN=Beside the anchors,O=Example|machine||yes", "CN=Within the anchors,O=Example|machine||yes"}
	if got := summary(inv); !slices.Equal(got, want) || len(inv.Gaps) > 0 {
		t.Errorf("got %q, gaps %+v", got, inv.Gaps)
	}
}
