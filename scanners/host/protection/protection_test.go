package protection

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"quaestor/scanners"
	"quaestor/scanners/internal/hostroot/hosttest"
	"quaestor/scanners/inventory"
)

var _ scanners.Scanner = Scanner{}

func TestScan(t *testing.T) {
	const wants = "etc/systemd/system/multi-user.target.wants/"
	for name, c := range map[string]struct {
		files map[string]string
		want  []string
	}{
		"none":             {map[string]string{}, nil},
		"ufw on":           {map[string]string{"etc/ufw/ufw.conf": "# x\nENABLED=yes\n", wants + "ufw.service": hosttest.Link + "/gone"}, []string{"firewall ufw on"}},
		"ufw off":          {map[string]string{"etc/ufw/ufw.conf": "ENABLED=no\n", wants + "ufw.service": ""}, []string{"firewall ufw off"}},
		"ufw not started":  {map[string]string{"etc/ufw/ufw.conf": "ENABLED=yes\n"}, []string{"firewall ufw off"}},
		"ufw of System V":  {map[string]string{"etc/ufw/ufw.conf": "ENABLED=yes\n", "etc/rcS.d/S01ufw": ""}, []string{"firewall ufw on"}},
		"firewalld":        {map[string]string{"etc/firewalld/firewalld.conf": "", wants + "firewalld.service": ""}, []string{"firewall firewalld on"}},
		"nft empty":        {map[string]string{"etc/nftables.conf": "flush ruleset\n# drop\nchain input { type filter hook input priority 0; }\n", wants + "nftables.service": ""}, []string{"firewall nftables off"}},
		"nft":              {map[string]string{"etc/nftables.conf": "chain input { type filter hook input priority 0; policy drop; }\n", "usr/lib/systemd/system/sysinit.target.wants/nftables.service": ""}, []string{"firewall nftables on"}},
		"iptables, OpenRC": {map[string]string{"etc/sysconfig/iptables": ":INPUT DROP [0:0]\n", "etc/runlevels/default/iptables": ""}, []string{"firewall iptables on"}},
		"selinux":          {map[string]string{"etc/selinux/config": "SELINUX=Enforcing\nSELINUXTYPE=targeted\n"}, []string{"lsm selinux enforcing"}},
		"apparmor":         {map[string]string{"etc/apparmor.d/x": "", "usr/lib/systemd/system/sysinit.target.wants/apparmor.service": ""}, []string{"lsm apparmor enabled"}},
		"apparmor off":     {map[string]string{"etc/apparmor.d/x": ""}, []string{"lsm apparmor disabled"}},
	} {
		c.files["etc/os-release"] = "ID=x\n"
		inv := hosttest.Scan(t, Scanner{}, c.files)
		var got []string
		for _, p := range inv.SecurityProducts {
			if p.ID == "" || p.Device != inv.Devices[0].ID || len(p.Origins) != 1 {
				t.Errorf("%s: identifier, device or origin of %+v", name, p)
			}
			got = append(got, fmt.Sprint(p.Kind, " ", p.Name, " ", p.State))
		}
		if !slices.Equal(got, c.want) || len(inv.Gaps) > 0 {
			t.Errorf("%s: got %q, gaps %+v", name, got, inv.Gaps)
		}
	}
}

func TestUnreadable(t *testing.T) {
	inv := hosttest.Scan(t, Scanner{}, map[string]string{"etc/os-release": "", "etc/nftables.conf/x": ""})
	if len(inv.SecurityProducts) != 0 || len(inv.Gaps) != 1 || inv.Gaps[0].Kind != inventory.GapUnreadable {
		t.Errorf("%+v, gaps %+v", inv.SecurityProducts, inv.Gaps)
	}
}

func FuzzSettings(f *testing.F) {
	f.Add("ENABLED=\"yes\"\nchain { policy drop; }")
	f.Fuzz(func(t *testing.T, text string) {
		if v := setting(text, "ENABLED"); strings.Contains(v, "\n") || len(v) > len(text) {
			t.Errorf("%q", v)
		}
		refuses(text)
	})
}
