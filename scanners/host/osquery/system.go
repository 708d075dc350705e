package osquery

import (
	"cmp"
	"strings"

	"quaestor/scanners/internal/records"
	"quaestor/scanners/inventory"
)

func fill(into *string, value string) {
	if *into == "" {
		*into = inventory.Text(value)
	}
}

func readOSVersion(h *host, r records.Record) {
	d := &h.device
	d.OSName, d.OSVersion = inventory.Text(r.Text("name")), inventory.Text(r.Text("version"))
	fill(&d.OSBuild, r.Text("build"))
	fill(&d.Arch, processor(r.Text("arch")))
	h.property("os-release.ID", linuxOnly(h, r.Text("platform")))
	h.property("os-release.VERSION_CODENAME", linuxOnly(h, r.Text("codename")))
}

func linuxOnly(h *host, s string) string {
	if h.platform != inventory.Linux {
		return ""
	}
	return s
}

// processor is the architecture in the words of uname(1).
func processor(s string) string {
	switch low := strings.ToLower(s); {
	case low == "64-bit", strings.HasPrefix(low, "x86_64"), low == "amd64":
		return "x86_64"
	case strings.HasPrefix(low, "arm64"), low == "arm 64-bit processor", low == "aarch64":
		return "aarch64"
	case low == "32-bit":
		return "i686"
	}
	return s
}

func readSystemInfo(h *host, r records.Record) {
	d := &h.device
	fill(&d.Manufacturer, r.Text("hardware_vendor"))
	fill(&d.Model, r.Text("hardware_model"))
	if serial := r.Text("hardware_serial"); serial != "0" && serial != "-1" && !strings.EqualFold(serial, "not specified") {
		fill(&d.Serial, serial)
	}
	fill(&d.Arch, processor(r.Text("cpu_type")))
	if h.name == "" {
		fill(&d.Name, r.Text("hostname", "computer_name"))
	}
}

// accounts notes the names of accounts by their numbers, to which other tables refer.
func (h *host) accounts(rows []found) {
	for _, r := range rows {
		if uid, name := r.Text("uid"), r.Text("username"); uid != "" && name != "" && h.users[uid] == "" {
			h.users[uid] = inventory.Text(name)
		}
	}
}

// maxUsers bounds the accounts of one computer.
const maxUsers = 10_000

// readUser lists the people: those with a home among those of people.
func readUser(h *host, r records.Record) {
	home, name := r.Text("directory"), r.Text("username")
	if name == "" || len(h.device.Users) >= maxUsers || person(home) == "" {
		return
	}
	for _, u := range h.device.Users {
		if u.ID == name {
			return
		}
	}
	h.device.Users = append(h.device.Users, inventory.DeviceUser{ID: inventory.Text(name)})
}

// person is whose home a path lies in, "" for none.
func person(path string) string {
	path = strings.ReplaceAll(path, `\`, "/")
	if len(path) > 3 && path[0] == '/' && path[2] == ':' { // "/c:/Users/…"
		path = path[1:]
	}
	if len(path) > 2 && path[1] == ':' {
		path = path[2:]
	}
	for _, homes := range []string{"/Users/", "/home/"} {
		if rest, ok := strings.CutPrefix(path, homes); ok {
			name, _, _ := strings.Cut(rest, "/")
			switch strings.ToLower(name) {
			case "shared", "public", "default", "default user", "all users", "guest":
				return ""
			}
			return inventory.Text(name)
		}
	}
	if path == "/root" || strings.HasPrefix(path, "/root/") {
		return "root"
	}
	return ""
}

// user is the account of a row: by the home that its path lies in, by the table of accounts, or its number.
func (h *host) user(r records.Record, columns ...string) string {
	for _, c := range columns {
		if name := person(r.Text(c)); name != "" {
			return name
		}
	}
	if name := r.Text("username"); name != "" {
		return inventory.Text(name)
	}
	uid := r.Text("uid")
	return cmp.Or(h.users[uid], inventory.Text(uid))
}

func users(name string) []inventory.AppUser {
	if name == "" {
		return nil
	}
	return []inventory.AppUser{{User: name, Installed: true}}
}

func paths(list ...string) []string {
	var out []string
	for _, p := range list {
		if p != "" {
			out = append(out, inventory.Text(p))
		}
	}
	return out
}
