package androidfacts

import (
	"strings"

	"quaestor/scanners/internal/dumpsys"
	"quaestor/scanners/inventory"
)

// addSystem keeps what a dump of the package service says of the system.
func (d *dump) addSystem(s dumpsys.System) {
	if d.system == (dumpsys.System{}) {
		d.system = s
	}
}

// stateSystem states that of the device where nothing told it better.
func (p *Phone) stateSystem() {
	d := &p.Device
	if d.SDK == 0 {
		d.SDK = p.system.SDK
	}
	release, buildType, tags, ok := splitFingerprint(p.system.Fingerprint)
	if !ok {
		return
	}
	fill(&d.OSVersion, release)
	fill(&d.OSBuild, p.system.Fingerprint)
	if d.OSBuild == inventory.Text(p.system.Fingerprint) { // another build has tags of its own
		p.Property("ro.build.type", buildType)
		p.Property("ro.build.tags", tags)
	}
}

// splitFingerprint takes "brand/product/device:release/id/incremental:type/tags" apart.
func splitFingerprint(fingerprint string) (release, buildType, tags string, ok bool) {
	parts := strings.Split(fingerprint, ":")
	if len(parts) != 3 || strings.Count(parts[0], "/") != 2 {
		return "", "", "", false
	}
	release, _, middle := strings.Cut(parts[1], "/")
	buildType, tags, end := strings.Cut(parts[2], "/")
	return release, buildType, tags, middle && end && release != "" && buildType != "" && tags != ""
}
