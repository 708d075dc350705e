package protection

import (
	"testing"

	"quaestor/scanners/internal/hostroot/hosttest"
)

// TestInclude: the file of Red Hat's service names others that hold the rules; as it comes, all of its lines are comments.
func TestInclude(t *testing.T) {
	for text, want := range map[string]string{
		"# include \"/etc/nftables/main.nft\"\n#include \"/etc/nftables/nat.nft\"\n": "off",
		"# rules\ninclude \"/etc/nftables/main.nft\"\n":                              "on",
		"include \"/etc/nftables/main.nft\"\n":                                       "on",
		"\tinclude\t'/etc/nftables/main.nft'\n":                                      "on",
		"table inet x { chain y { policy drop; } }\n":                                "on",
		"# to include rules, name them here\n":                                       "off",
		"included\n":                                                                 "off",
		"":                                                                           "off",
	} {
		inv := hosttest.Scan(t, Scanner{}, map[string]string{"etc/os-release": "ID=x\n", "etc/sysconfig/nftables.conf": text, "etc/systemd/system/multi-user.target.wants/nftables.service": ""})
		if len(inv.SecurityProducts) != 1 || inv.SecurityProducts[0].State != want {
			t.Errorf("%q: %+v", text, inv.SecurityProducts)
		}
	}
}
