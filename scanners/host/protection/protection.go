// Package protection tells how the protection that a Linux system has of its own is set up: its firewall, and in copies the
// access control of the kernel, which host/processes sees on a running computer.
//
// What the package cannot see: rules that were loaded by hand or by another program and are in no file, and whether rules
// are good ones; only that they turn something away.
package protection

import (
	"context"
	"errors"
	"io/fs"
	"path"
	"strings"

	"quaestor/scanners"
	"quaestor/scanners/internal/hostroot"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

// ID is the scanner's name.
const ID = "host/protection"

const maxFile = 4 << 20

// Scanner reads how firewall and access control are set up.
type Scanner struct{}

// Info implements scanners.Scanner.
func (Scanner) Info() scanners.Info {
	return scanners.Info{
		ID: ID, Kind: source.KindHost, Title: "firewall and access control of the system",
		Platforms: []inventory.Platform{inventory.Linux}, Live: []inventory.Platform{inventory.Linux},
		Reads:     []string{"/etc/ufw/ufw.conf", "/etc/firewalld/firewalld.conf", "/etc/nftables.conf", "/etc/iptables/rules.v4", "/etc/sysconfig/{nftables.conf,iptables}", "/etc/selinux/config", "/etc/apparmor.d"},
		CannotSee: []string{"rules of the firewall that are in no file"},
	}
}

// firewall is a service that sets the rules, and the file that it reads.
type firewall struct {
	name, unit, file string
	on               func(text string) bool // by the file, where the service starts
}

var firewalls = []firewall{
	{"ufw", "ufw.service", "etc/ufw/ufw.conf", func(text string) bool { return strings.EqualFold(setting(text, "ENABLED"), "yes") }},
	{"firewalld", "firewalld.service", "etc/firewalld/firewalld.conf", func(string) bool { return true }},
	{"nftables", "nftables.service", "etc/nftables.conf", refuses},
	{"nftables", "nftables.service", "etc/sysconfig/nftables.conf", func(text string) bool { return refuses(text) || includes(text) }},
	{"iptables", "netfilter-persistent.service", "etc/iptables/rules.v4", refuses},
	{"iptables", "iptables.service", "etc/sysconfig/iptables", refuses},
}

// refuses reports whether rules turn anything away.
func refuses(text string) bool {
	for line := range strings.Lines(text) {
		line, _, _ = strings.Cut(line, "#")
		for _, word := range strings.FieldsFunc(strings.ToLower(line), func(r rune) bool { return strings.ContainsRune(" \t\r\n;{}", r) }) {
			if word == "drop" || word == "reject" {
				return true
			}
		}
	}
	return false
}

// includes reports whether rules of other files are taken in, which are not looked at.
func includes(text string) bool {
	for line := range strings.Lines(text) {
		if words := strings.Fields(line); len(words) > 1 && words[0] == "include" {
			return true
		}
	}
	return false
}

// setting is the value of a variable in a file of shell assignments.
func setting(text, key string) string {
	for line := range strings.Lines(text) {
		if value, ok := strings.CutPrefix(strings.TrimSpace(line), key+"="); ok {
			return strings.Trim(strings.TrimSpace(value), `"'`)
		}
	}
	return ""
}

// Recognise implements scanners.Scanner.
func (Scanner) Recognise(src *source.Source) bool {
	h, err := hostroot.Open(src)
	return err == nil && h.Platform() == inventory.Linux
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
	starts := c.starting()
	for _, f := range firewalls {
		if text, ok := c.read(f.file); ok {
			state := "off"
			if starts[f.unit] && f.on(text) {
				state = "on"
			}
			c.add(inventory.SecurityProduct{Kind: "firewall", Name: f.name, Service: f.unit, State: state}, f.file)
		}
	}
	if !h.Live() {
		c.access(starts)
	}
	return inv, ctx.Err()
}

type collector struct {
	h      *hostroot.Host
	inv    *inventory.Inventory
	device string
}

// access records the access control that the next start of the computer turns on.
func (c *collector) access(starts map[string]bool) {
	const selinux, profiles = "etc/selinux/config", "etc/apparmor.d"
	if text, ok := c.read(selinux); ok {
		c.add(inventory.SecurityProduct{Kind: "lsm", Name: "selinux", State: inventory.Text(strings.ToLower(setting(text, "SELINUX")))}, selinux)
	}
	if c.h.Exists(profiles) {
		state := "disabled"
		if starts["apparmor.service"] {
			state = "enabled"
		}
		c.add(inventory.SecurityProduct{Kind: "lsm", Name: "apparmor", Service: "apparmor.service", State: state}, profiles)
	}
}

func (c *collector) add(p inventory.SecurityProduct, name string) {
	p.Device = c.device
	p.ID = inventory.FactID("security", p.Device, p.Kind, p.Name, name)
	p.Origins = []inventory.Origin{c.h.Origin(ID, name, 0)}
	c.inv.SecurityProducts = append(c.inv.SecurityProducts, p)
}

func (c *collector) unread(name string, err error) {
	if err == nil || errors.Is(err, fs.ErrNotExist) {
		return
	}
	g := c.h.Gap(ID, name, err)
	g.Device = c.device
	c.inv.Gaps = append(c.inv.Gaps, g)
}

// read is a file's text, and whether it is there and may be read.
func (c *collector) read(name string) (string, bool) {
	data, err := c.h.ReadFile(name)
	c.unread(name, err)
	return string(data[:min(len(data), maxFile)]), err == nil
}

// starting are the services that systemd starts by itself. OpenRC and System V start theirs by their own names.
func (c *collector) starting() map[string]bool {
	out := map[string]bool{}
	for _, dir := range []string{"etc/systemd/system", "usr/lib/systemd/system", "lib/systemd/system"} {
		folders, err := c.h.ReadDir(dir)
		c.unread(dir, err)
		for _, f := range folders {
			if path.Ext(f.Name()) != ".wants" && path.Ext(f.Name()) != ".requires" {
				continue
			}
			units, _ := c.h.ReadDir(path.Join(dir, f.Name())) // host/processes reports what cannot be read
			for _, u := range units {
				out[u.Name()] = true
			}
		}
	}
	for _, dir := range []string{"etc/runlevels/default", "etc/runlevels/boot", "etc/rc2.d", "etc/rcS.d"} {
		scripts, _ := c.h.ReadDir(dir)
		for _, s := range scripts {
			name := s.Name()
			if len(name) > 3 && name[0] == 'S' && name[1] >= '0' && name[1] <= '9' {
				name = name[3:]
			}
			out[name+".service"] = true
		}
	}
	return out
}
