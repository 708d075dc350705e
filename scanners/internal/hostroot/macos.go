package hostroot

import (
	"cmp"
	"maps"
	"path"
	"regexp"
	"runtime"
	"slices"
	"strings"

	"quaestor/scanners/internal/plist"
	"quaestor/scanners/inventory"
)

const (
	macVersion = "System/Library/CoreServices/SystemVersion.plist"
	// macData is where macOS mounts the volume of everything that changes. A running Mac shows its folders at the top; in a
	// copy made of the two volumes they lie below this folder alone.
	macData     = "System/Volumes/Data"
	macNetwork  = "Library/Preferences/SystemConfiguration/preferences.plist"
	macComputer = "private/var/db/dslocal/nodes/Default/computers/localhost.plist"
)

// isMac reports what only macOS has in its root folder: its version, or, on a copy of the data volume alone, its state
// beside the folders of its people. An iPhone has the former too, and no people.
func (h *Host) isMac() bool {
	return h.Exists(macVersion) && (h.Exists("Users") || h.Exists(macData) || !h.Exists("private/var/mobile")) || h.Exists("private/var/db") && h.Exists("Users")
}

// Mac is where something of a Mac lies: below the top folder, or, in a copy of both volumes, on that of the data.
func (h *Host) Mac(name string) string {
	if !h.Live() {
		if data := path.Join(macData, name); h.Exists(data) {
			return data
		}
	}
	return name
}

// MacPath is the path by which the Mac itself knows what lies at a place of its root folder.
func MacPath(name string) string { return "/" + strings.TrimPrefix(name, macData+"/") }

// plist reads a property list, nil where there is none that can be read.
func (h *Host) plist(name string) any {
	data, err := h.ReadFile(h.Mac(name))
	if err != nil {
		return nil
	}
	v, _ := plist.Decode(data)
	return v
}

// macDevice describes a Mac. Its identifier comes from the UUID of the hardware where files tell it, so that it is the same
// under any host name, and for whatever else states that UUID: see [MacID].
func (h *Host) macDevice(scanner string) inventory.Device {
	version, network := h.plist(macVersion), h.plist(macNetwork)
	d := inventory.Device{Platform: inventory.MacOS, Manufacturer: "Apple",
		Name:   inventory.Text(cmp.Or(plist.Text(network, "System", "System", "ComputerName"), plist.Text(network, "System", "Network", "HostNames", "LocalHostName"), h.src.Base())),
		OSName: inventory.Text(plist.Text(version, "ProductName")), OSVersion: inventory.Text(plist.Text(version, "ProductVersion")),
		OSBuild: inventory.Text(plist.Text(version, "ProductBuildVersion")), Model: inventory.Text(plist.Text(network, "Model")),
		Locale: inventory.Text(plist.Text(h.plist("Library/Preferences/.GlobalPreferences.plist"), "AppleLocale")),
	}
	d.OSName = cmp.Or(d.OSName, "macOS")
	if h.Live() && runtime.GOOS == "darwin" {
		d.Arch = map[string]string{"arm64": "arm64", "amd64": "x86_64"}[runtime.GOARCH]
	}
	if host := plist.Text(network, "System", "System", "HostName"); host != "" {
		setProperty(&d, "HostName", host)
	}
	if uuid := h.hardwareUUID(); uuid != "" {
		d.ID = MacID(uuid)
	} else {
		d.ID = inventory.DeviceID(d.Platform, "name", d.Name, h.src.Name())
	}
	if h.Exists(macVersion) {
		d.Origins = []inventory.Origin{h.Origin(scanner, macVersion, 0)}
	} else {
		d.Origins = []inventory.Origin{h.Origin(scanner, h.Mac(macNetwork), 0)}
	}
	return d
}

// MacID is the identifier of a Mac by the UUID of its hardware, as system_profiler and osquery state it too.
func MacID(uuid string) string {
	return inventory.DeviceID(inventory.MacOS, "uuid", strings.ToLower(uuid))
}

var uuidShape = regexp.MustCompile(`^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$`)

// IsUUID reports whether s is a UUID.
func IsUUID(s string) bool { return uuidShape.MatchString(s) }

// hardwareUUID is the UUID that the Mac keeps of its hardware: in its own record of the directory service, which only root
// reads, else in the names of settings that hold for this Mac alone (Library/Preferences/ByHost), of which a move from an older
// Mac leaves some behind, so that the most frequent one counts.
func (h *Host) hardwareUUID() string {
	record := h.plist(macComputer)
	for _, key := range []string{"hardwareuuid", "dsAttrTypeStandard:HardwareUUID"} {
		if all := plist.Texts(record, key); len(all) > 0 && IsUUID(all[0]) {
			return all[0]
		}
	}
	seen := map[string]int{}
	users, _ := h.Users()
	for _, u := range users {
		entries, _ := h.ReadDir(path.Join(u.Home, "Library/Preferences/ByHost"))
		for _, e := range entries {
			name := strings.TrimSuffix(e.Name(), ".plist")
			if uuid := name[strings.LastIndexByte(name, '.')+1:]; IsUUID(uuid) {
				seen[strings.ToUpper(uuid)]++
			}
		}
	}
	best := ""
	for _, uuid := range slices.Sorted(maps.Keys(seen)) {
		if best == "" || seen[uuid] > seen[best] {
			best = uuid
		}
	}
	return best
}
