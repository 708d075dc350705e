package osquery

import (
	"cmp"
	"strings"

	"quaestor/scanners/internal/hostroot"
	"quaestor/scanners/internal/records"
	"quaestor/scanners/internal/whose"
	"quaestor/scanners/internal/winfacts"
	"quaestor/scanners/inventory"
)

// numbers are what rows tell a computer by, whatever its name: the UUID of its hardware, and the number that Windows gave it. That by
// which Linux is known, its machine-id, is in no table.
type numbers struct{ uuid, machineGUID, phone string }

func (n *numbers) fill(with numbers) {
	n.uuid, n.machineGUID, n.phone = cmp.Or(n.uuid, with.uuid), cmp.Or(n.machineGUID, with.machineGUID), cmp.Or(n.phone, with.phone)
}

// numberOf are those that one record tells: a row of system_info or registry, the decorations of a log, a host of Fleet.
func numberOf(r records.Record) numbers {
	var n numbers
	switch {
	case isLog(r):
		d, _ := records.From(r.Value("decorations"))
		n.uuid = d.Text("host_uuid", "hardware_uuid")
	case isFleetHost(r):
		n.uuid, n.phone = r.Text("uuid"), phoneID(platformOf(r), r)
	case r.Has("uuid") && r.HasAny("hardware_serial", "hardware_model", "hardware_vendor", "cpu_brand", "hostname"):
		n.uuid = r.Text("uuid")
	case strings.EqualFold(r.Text("name"), "MachineGuid") && strings.HasSuffix(strings.ToLower(r.Text("key")), `\software\microsoft\cryptography`):
		n.machineGUID = r.Text("data")
	}
	if !hostroot.IsUUID(n.uuid) || inventory.UsableSerial(n.uuid) == "" {
		n.uuid = ""
	}
	if !hostroot.IsUUID(n.machineGUID) {
		n.machineGUID = ""
	}
	return n
}

// deviceID is the identifier by which a scan of the computer itself knows it, "" where nothing tells that.
func deviceID(p inventory.Platform, n numbers) string {
	switch {
	case p == inventory.MacOS && n.uuid != "":
		return hostroot.MacID(n.uuid)
	case p == inventory.Windows && n.machineGUID != "":
		return winfacts.MachineID(n.machineGUID)
	case p == inventory.IOS || p == inventory.Android:
		return n.phone
	}
	return ""
}

// phoneID is the identifier by which a scan of a phone itself knows it, as far as Fleet tells that.
func phoneID(p inventory.Platform, r records.Record) string {
	serial := inventory.UsableSerial(r.Text("hardware_serial"))
	switch udid := strings.ToLower(strings.ReplaceAll(r.Text("uuid"), "-", "")); {
	case p == inventory.IOS && udid != "":
		return inventory.DeviceID(p, udid)
	case p == inventory.IOS && serial != "":
		return inventory.DeviceID(p, "serial", strings.ToUpper(serial))
	case p == inventory.Android && serial != "":
		return inventory.DeviceID(p, serial)
	}
	return ""
}

// computer is which one it is, by its number where a row or a file beside tells it, else by its name or where the file lies.
func (h *host) computer() whose.Computer {
	for _, t := range known {
		if t.name != "system_info" && t.name != "registry" {
			continue
		}
		for _, r := range h.rows[t] {
			h.numbers.fill(numberOf(r.Record))
		}
	}
	who := whose.Host(h.name)
	if h.name == "" {
		who = h.file.nameless[h.platform]
	}
	if id := deviceID(h.platform, h.numbers); id != "" {
		who.ID = id
	} else if h.name != "" {
		who.ID = h.file.numbered[h.platform][strings.ToLower(h.name)]
	}
	return who
}

// readRegistry passes over values of the registry: that which numbers the machine has been looked at already.
func readRegistry(h *host, r records.Record) {
	if numberOf(r) == (numbers{}) {
		h.values.Add(r.Text("key") + `\` + r.Text("name"))
	}
}
