package vpn

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"quaestor/scanners"
	"quaestor/scanners/internal/hostroot/hosttest"
	"quaestor/scanners/inventory"
)

var _ scanners.Scanner = Scanner{}

func tree() map[string]string {
	const nm = "etc/NetworkManager/system-connections/"
	return map[string]string{
		nm + "office.nmconnection":     "[connection]\nid=Office\ntype=vpn\npermissions=user:ann:;\n\n[vpn]\nservice-type=org.freedesktop.NetworkManager.openvpn\nremote=vpn.example.org:1194:udp, b.example.org\nusername=ann.secret\n\n[vpn-secrets]\npassword=SECRET\n",
		nm + "wg.nmconnection":         "[connection]\nid=Tunnel\ntype=wireguard\n\n[wireguard]\nprivate-key=SECRET\n\n[wireguard-peer.abc=]\nendpoint=[2001:db8::1]:51820\n",
		nm + "Home.nmconnection":       "[connection]\nid=SECRET home\ntype=wifi\n\n[wifi-security]\npsk=SECRET\n",
		"etc/wireguard/wg0.conf":       "[Interface]\nPrivateKey = SECRET\n[Peer]\nEndpoint = 198.51.100.7:51820\n",
		"etc/wireguard/key":            "SECRET",
		"etc/openvpn/client/a.conf":    "client\n;remote none\nremote a.example.org 1194\nremote b.example.org\n<key>\nSECRET\n</key>\n",
		"etc/openvpn/server.conf":      "server 10.8.0.0 255.255.255.0\n",
		"etc/swanctl/conf.d/hq.conf":   "connections {\n hq {\n  remote_addrs = hq.example.org, 192.0.2.1\n }\n}\nsecrets { ike { secret = SECRET } }\n",
		"etc/swanctl/conf.d/p.conf":    "pools { }\n",
		"etc/ipsec.conf":               "config setup\n\nconn %default\n\tright=%any\nconn branch\n\tright = 192.0.2.9\n\trightid=x\n",
		"etc/systemd/network/v.netdev": "[NetDev]\nName=wg9\nKind=wireguard\n[WireGuard]\nPrivateKey=SECRET\n[WireGuardPeer]\nEndpoint=p.example.org:1\n",
		"etc/systemd/network/b.netdev": "[NetDev]\nName=br0\nKind=bridge\n",
	}
}

func TestScan(t *testing.T) {
	inv := hosttest.Scan(t, Scanner{}, tree())
	for i := range inv.VPNs {
		v := &inv.VPNs[i]
		if v.ID == "" || v.Device != inv.Devices[0].ID || len(v.Origins) != 1 {
			t.Errorf("identifier, device or origin of %+v", v)
		}
		v.ID, v.Device, v.Origins = "", "", nil
	}
	want := []inventory.VPN{
		{Name: "Office", Kind: "openvpn", Server: "vpn.example.org", User: "ann"},
		{Name: "Tunnel", Kind: "wireguard", Server: "2001:db8::1"},
		{Name: "wg0", Kind: "wireguard", Server: "198.51.100.7"},
		{Name: "a", Kind: "openvpn", Server: "a.example.org"},
		{Name: "hq", Kind: "ikev2", Server: "hq.example.org"},
		{Name: "wg9", Kind: "wireguard", Server: "p.example.org"},
		{Name: "branch", Kind: "ipsec", Server: "192.0.2.9"},
	}
	if d := cmp.Diff(want, inv.VPNs); d != "" || len(inv.Gaps) > 0 {
		t.Error(d, inv.Gaps)
	}
	if data, err := json.Marshal(inv); err != nil || strings.Contains(strings.ToLower(string(data)), "secret") {
		t.Errorf("a secret or the name of a network is among the facts (%v): %s", err, data)
	}
}

func TestUnreadable(t *testing.T) {
	inv := hosttest.Scan(t, Scanner{}, map[string]string{"etc/wireguard": "a file", "etc/os-release": ""})
	if len(inv.Gaps) != 1 {
		t.Errorf("gaps %+v", inv.Gaps)
	}
}

func TestHost(t *testing.T) {
	for in, want := range map[string]string{"a.example:1:udp, b": "a.example", "[::1]:5": "::1", "2001:db8::7": "2001:db8::7", "u@h": "h", "": "", "192.0.2.1:80": "192.0.2.1"} {
		if got := host(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func FuzzReaders(f *testing.F) {
	for _, text := range tree() {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, p := range places {
			if v, _ := p.read(data); len(v.Server) > len(data)+64 || len(v.Name) > len(data) {
				t.Errorf("%+v", v)
			}
		}
		for _, v := range connections(string(data)) {
			if v.Name == "" || v.Name == "%default" {
				t.Errorf("%+v", v)
			}
		}
	})
}
