// Package vpn finds the virtual private networks that are set up on a Linux computer: connections of NetworkManager,
// WireGuard, OpenVPN, strongSwan and systemd-networkd. Keys, passwords and user names are not read into any fact, and
// networks that are no VPN, such as those of Wi-Fi, are left alone.
//
// What the package cannot see: what programs of VPN services set up by themselves while they run, and whether a
// connection was ever used.
package vpn

import (
	"context"
	"errors"
	"io/fs"
	"net/netip"
	"path"
	"strings"

	"quaestor/scanners"
	"quaestor/scanners/internal/desktopentry"
	"quaestor/scanners/internal/hostroot"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

// ID is the scanner's name.
const ID = "host/vpn"

const (
	maxFile = 1 << 20
	maxVPNs = 2000
)

// Scanner reads how VPNs are set up.
type Scanner struct{}

// Info implements scanners.Scanner.
func (Scanner) Info() scanners.Info {
	return scanners.Info{
		ID: ID, Kind: source.KindHost, Title: "virtual private networks",
		Platforms: []inventory.Platform{inventory.Linux}, Live: []inventory.Platform{inventory.Linux},
		Reads: []string{"/etc/NetworkManager/system-connections/*.nmconnection (VPN and WireGuard alone)", "/etc/wireguard/*.conf", "/etc/openvpn/*.conf, /etc/openvpn/client/*.conf",
			"/etc/swanctl/conf.d, /etc/ipsec.conf (names)", "/etc/systemd/network/*.netdev"},
		CannotSee: []string{"virtual private networks that a program sets up by itself while it runs"},
	}
}

// Recognise implements scanners.Scanner.
func (Scanner) Recognise(src *source.Source) bool {
	h, err := hostroot.Open(src)
	return err == nil && h.Platform() == inventory.Linux
}

// places are folders of files that each set up one connection.
var places = []struct {
	dir, ext string
	read     func(data []byte) (inventory.VPN, bool)
}{
	{"etc/NetworkManager/system-connections", "", networkManager},
	{"usr/lib/NetworkManager/system-connections", "", networkManager},
	{"run/NetworkManager/system-connections", "", networkManager},
	{"etc/wireguard", ".conf", wireGuard},
	{"etc/openvpn", ".conf", openVPN},
	{"etc/openvpn", ".ovpn", openVPN},
	{"etc/openvpn/client", ".conf", openVPN},
	{"etc/openvpn/client", ".ovpn", openVPN},
	{"etc/swanctl/conf.d", ".conf", strongSwan},
	{"etc/systemd/network", ".netdev", netdev},
}

// Scan implements scanners.Scanner.
func (Scanner) Scan(ctx context.Context, src *source.Source) (*inventory.Inventory, error) {
	h, err := hostroot.Open(src)
	if err != nil {
		return nil, err
	}
	inv := inventory.New()
	device := h.Device(ID)
	inv.Devices = []inventory.Device{device}
	c := collector{h: h, inv: inv, device: device.ID}
	for _, p := range places {
		entries, err := h.ReadDir(p.dir)
		c.unread(p.dir, err)
		for _, e := range entries {
			if ctx.Err() != nil {
				return inv, ctx.Err()
			}
			if !e.IsDir() && (p.ext == "" || path.Ext(e.Name()) == p.ext) {
				c.file(path.Join(p.dir, e.Name()), p.read)
			}
		}
	}
	c.ipsec()
	return inv, nil
}

type collector struct {
	h      *hostroot.Host
	inv    *inventory.Inventory
	device string
	full   bool
}

func (c *collector) unread(name string, err error) {
	if err == nil || errors.Is(err, fs.ErrNotExist) {
		return
	}
	g := c.h.Gap(ID, name, err)
	g.Device = c.device
	c.inv.Gaps = append(c.inv.Gaps, g)
}

func (c *collector) file(name string, read func([]byte) (inventory.VPN, bool)) {
	data, err := c.h.ReadFile(name)
	if err != nil {
		c.unread(name, err)
		return
	}
	if v, ok := read(data[:min(len(data), maxFile)]); ok {
		if v.Name == "" {
			v.Name = strings.TrimSuffix(path.Base(name), path.Ext(name))
		}
		c.add(v, name)
	}
}

func (c *collector) add(v inventory.VPN, name string) {
	if len(c.inv.VPNs) == maxVPNs {
		if !c.full {
			c.full = true
			c.inv.Gaps = append(c.inv.Gaps, inventory.Gap{Scanner: ID, Device: c.device, Subject: "virtual private networks", Kind: inventory.GapLimit,
				Detail: "More connections were found than are recorded.", Next: "Look at the computer by hand: this is far more than usual."})
		}
		return
	}
	v.Device, v.Name, v.Server = c.device, inventory.Text(v.Name), inventory.Text(v.Server)
	v.ID = inventory.FactID("vpn", v.Device, v.Kind, v.Name, name)
	v.Origins = []inventory.Origin{c.h.Origin(ID, name, 0)}
	c.inv.VPNs = append(c.inv.VPNs, v)
}

// networkManager reads a connection of NetworkManager, a key file. The service of a VPN names the plug-in:
// org.freedesktop.NetworkManager.openvpn.
func networkManager(data []byte) (inventory.VPN, bool) {
	f := desktopentry.Parse(data)
	v := inventory.VPN{Name: f.String("connection", "id"), User: permitted(f.String("connection", "permissions"))}
	switch f.String("connection", "type") {
	case "vpn":
		service := f.String("vpn", "service-type")
		v.Kind = cut(service[strings.LastIndexByte(service, '.')+1:])
		for _, key := range []string{"remote", "gateway", "server", "address", "right"} {
			if v.Server == "" {
				v.Server = host(f.String("vpn", key))
			}
		}
	case "wireguard":
		v.Kind, v.Server = "wireguard", wireGuardPeer(data)
	default:
		return v, false
	}
	return v, true
}

// permitted is the only user who may use a connection: "user:ann:;".
func permitted(s string) string {
	f := strings.Split(s, ":")
	if len(f) > 1 && f[0] == "user" && strings.Count(s, "user:") == 1 {
		return f[1]
	}
	return ""
}

func cut(s string) string { return s[:min(len(s), 64)] }

// wireGuard reads a file of wg-quick. Its name is that of the interface.
func wireGuard(data []byte) (inventory.VPN, bool) {
	return inventory.VPN{Kind: "wireguard", Server: wireGuardPeer(data)}, true
}

// wireGuardPeer is where the first peer that has an address is.
func wireGuardPeer(data []byte) string {
	for line := range strings.Lines(string(data)) {
		key, value, ok := strings.Cut(line, "=")
		if ok && strings.EqualFold(strings.TrimSpace(key), "endpoint") {
			return host(strings.TrimSpace(value))
		}
	}
	return ""
}

// openVPN reads a configuration of OpenVPN. One without a server to connect to is a server itself.
func openVPN(data []byte) (inventory.VPN, bool) {
	v := inventory.VPN{Kind: "openvpn"}
	client := false
	for line := range strings.Lines(string(data)) {
		words := strings.Fields(line)
		if len(words) == 0 {
			continue
		}
		switch words[0] {
		case "client", "tls-client":
			client = true
		case "remote":
			if client = true; v.Server == "" && len(words) > 1 {
				v.Server = host(words[1])
			}
		}
	}
	return v, client
}

// strongSwan reads a file of swanctl for the first address on the other side.
func strongSwan(data []byte) (inventory.VPN, bool) {
	text := string(data)
	if !strings.Contains(text, "connections") {
		return inventory.VPN{}, false // keys, pools
	}
	v := inventory.VPN{Kind: "ikev2"}
	for line := range strings.Lines(text) {
		key, value, ok := strings.Cut(line, "=")
		if ok && strings.TrimSpace(key) == "remote_addrs" {
			value, _, _ = strings.Cut(value, ",")
			v.Server = host(strings.TrimSpace(value))
			break
		}
	}
	return v, true
}

// netdev reads a device of systemd-networkd, of which only WireGuard's are VPNs.
func netdev(data []byte) (inventory.VPN, bool) {
	f := desktopentry.Parse(data)
	return inventory.VPN{Name: f.String("NetDev", "Name"), Kind: "wireguard", Server: wireGuardPeer(data)}, strings.EqualFold(f.String("NetDev", "Kind"), "wireguard")
}

// ipsec reads the connections of ipsec.conf: "conn NAME" and, in the lines below it, "right=ADDRESS".
func (c *collector) ipsec() {
	const name = "etc/ipsec.conf"
	data, err := c.h.ReadFile(name)
	if err != nil {
		c.unread(name, err)
		return
	}
	for _, v := range connections(string(data[:min(len(data), maxFile)])) {
		c.add(v, name)
	}
}

func connections(text string) (out []inventory.VPN) {
	var cur *inventory.VPN
	for line := range strings.Lines(text) {
		words := strings.Fields(line)
		switch {
		case len(words) == 0 || strings.HasPrefix(words[0], "#"):
		case line[0] != ' ' && line[0] != '\t':
			cur = nil
			if words[0] == "conn" && len(words) == 2 && words[1] != "%default" && len(out) < maxVPNs {
				out = append(out, inventory.VPN{Name: words[1], Kind: "ipsec"})
				cur = &out[len(out)-1]
			}
		case cur != nil:
			if value, ok := strings.CutPrefix(strings.ReplaceAll(strings.TrimSpace(line), " ", ""), "right="); ok && !strings.HasPrefix(value, "%") {
				cur.Server = host(value)
			}
		}
	}
	return out
}

// host is the name or address in front of a port; OpenVPN's plug-in writes "name:port:proto, name2".
func host(s string) string {
	s, _, _ = strings.Cut(s, ",")
	if i := strings.LastIndexByte(s, '@'); i >= 0 {
		s = s[i+1:] // a name of a user before it
	}
	if a, err := netip.ParseAddr(s); err == nil {
		return a.String()
	}
	if strings.HasPrefix(s, "[") {
		inside, _, _ := strings.Cut(s[1:], "]")
		return inside
	}
	s, _, _ = strings.Cut(s, ":")
	return strings.TrimSpace(s)
}
