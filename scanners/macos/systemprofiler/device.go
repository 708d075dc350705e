package systemprofiler

import (
	"cmp"
	"regexp"
	"strings"
	"time"

	"quaestor/scanners/internal/hostroot"
	"quaestor/scanners/internal/plist"
	"quaestor/scanners/inventory"
)

// osShape is "macOS 14.5 (23F79)", also "macOS 10.15.7 (19H2)" and "OS X 10.11.6 (15G22010)".
var osShape = regexp.MustCompile(`^(.*?) ?([0-9][0-9.]*) \(([0-9A-Za-z]+)\)$`)

// accountShape is the account in "Full Name (account)".
var accountShape = regexp.MustCompile(`\(([^()]+)\)$`)

// account is the short name of the account in the name of who is logged in, which is all that is kept of it. An address of e-mail,
// by which some directories name their people, is not kept either.
func account(user string) string {
	m := accountShape.FindStringSubmatch(user)
	if m == nil || strings.ContainsAny(m[1], "@ \t") {
		return ""
	}
	return inventory.Text(m[1])
}

// properties are states that macOS tells of itself, by section.
var properties = map[string][]string{"SPHardwareDataType": {"activation_lock_status"}, "SPSoftwareDataType": {"system_integrity", "secure_vm", "boot_mode"}}

// device describes the Mac by its sections on hardware and software. Without these it is only known by the file.
func (c *collector) device(sections map[string][]any, made *time.Time, hash string) {
	first := func(name string) any {
		if list := sections[name]; len(list) > 0 {
			return list[0]
		}
		return nil
	}
	hardware, software := first("SPHardwareDataType"), first("SPSoftwareDataType")
	d := inventory.Device{Platform: inventory.MacOS, Manufacturer: "Apple", OSName: "macOS", Model: text(hardware, "machine_model"), Serial: text(hardware, "serial_number"),
		Name: cmp.Or(text(software, "local_host_name"), inventory.Text(c.src.Base())), CollectedAt: made, Origins: c.origins}
	if m := osShape.FindStringSubmatch(plist.Text(software, "os_version")); m != nil {
		d.OSName, d.OSVersion, d.OSBuild = inventory.Text(cmp.Or(m[1], "macOS")), inventory.Text(m[2]), inventory.Text(m[3])
	}
	switch chip := plist.Text(hardware, "chip_type"); {
	case strings.HasPrefix(chip, "Apple"):
		d.Arch = "arm64"
	case strings.Contains(plist.Text(hardware, "cpu_type"), "Intel"):
		d.Arch = "x86_64"
	}
	if name := account(plist.Text(software, "user_name")); name != "" {
		d.Users = []inventory.DeviceUser{{ID: name, Name: name}}
	}
	for section, keys := range properties {
		for _, key := range keys {
			if v := text(first(section), key); v != "" {
				if d.Properties == nil {
					d.Properties = map[string]string{}
				}
				d.Properties[key] = v
			}
		}
	}
	switch uuid := plist.Text(hardware, "platform_UUID"); {
	case hostroot.IsUUID(uuid):
		d.ID = hostroot.MacID(uuid)
	case inventory.UsableSerial(d.Serial) != "":
		d.ID = inventory.DeviceID(inventory.MacOS, "serial", inventory.UsableSerial(d.Serial))
	default:
		d.ID = inventory.DeviceID(inventory.MacOS, "system_profiler", hash)
	}
	c.id, c.inv.Devices, c.named = d.ID, []inventory.Device{d}, map[string]int{}
}
