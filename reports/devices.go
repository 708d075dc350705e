package reports

import (
	"strings"

	"quaestor/scanners/inventory"
)

// unidentified reports a phone whose source names nothing that tells it from others: it is told by the file that was read. A management
// tells its devices apart, with serial numbers or without.
func unidentified(d *inventory.Device) bool {
	phone := d.Platform == inventory.Android || d.Platform == inventory.IOS
	return phone && d.Serial == "" && d.Properties["UniqueDeviceID"] == "" && d.Management == nil
}

// deviceNames are the names of devices. Those that have one in common, because each is told by a file of that name, are called by as
// much of the path of the file as tells them apart.
func deviceNames(devices []inventory.Device) []string {
	names := make([]string, len(devices))
	sharing := map[string][]int{}
	for i := range devices {
		names[i] = devices[i].Name
		if unidentified(&devices[i]) && len(devices[i].Origins) > 0 {
			sharing[names[i]] = append(sharing[names[i]], i)
		}
	}
	for _, at := range sharing {
		for n := 2; len(at) > 1 && n <= maxParts && alike(names, at); n++ {
			for _, i := range at {
				names[i] = lastParts(devices[i].Origins[0].Path, n)
			}
		}
	}
	return names
}

// maxParts is how much of a path stands for a name at most.
const maxParts = 6

// alike reports whether two of some names are the same.
func alike(names []string, at []int) bool {
	seen := map[string]bool{}
	for _, i := range at {
		if seen[names[i]] {
			return true
		}
		seen[names[i]] = true
	}
	return false
}

// lastParts are the last n parts of a path.
func lastParts(path string, n int) string {
	parts := strings.Split(strings.Trim(strings.ReplaceAll(path, "\\", "/"), "/"), "/")
	return strings.Join(parts[max(0, len(parts)-n):], "/")
}
