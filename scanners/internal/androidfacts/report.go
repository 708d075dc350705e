package androidfacts

import (
	"strconv"
	"strings"

	"quaestor/scanners/internal/dumpstate"
	"quaestor/scanners/inventory"
)

// AddReport states what the header and the properties of a bug report say about the device.
func (p *Phone) AddReport(r *dumpstate.Report, file string) {
	r.Properties.Close()
	p.AddProperties(&r.Properties.Properties, file)
	d := &p.Device
	print := r.Header["Build fingerprint"]
	fill(&d.OSBuild, print)
	if n, err := strconv.Atoi(r.Header["Android SDK version"]); err == nil && d.SDK == 0 {
		d.SDK = n
	}
	maker, version := fromFingerprint(print)
	fill(&d.Manufacturer, maker)
	fill(&d.OSVersion, version)
	for key, name := range map[string]string{"Kernel": "kernel", "Bootloader": "bootloader", "Bugreport format version": "bugreport.format"} {
		if v := r.Header[key]; v != "" {
			p.property(name, v)
		}
	}
	if r.Time != "" {
		p.property("dumpstate.local_time", r.Time)
	}
	if !r.Found {
		p.Gap(inventory.Gap{Subject: file, Kind: inventory.GapMalformed, Detail: "The bug report has no section of system properties: serial number and patch level are not known.",
			Next: "Take the bug report again."})
	}
	if !r.Done {
		p.Gap(inventory.Gap{Subject: file, Kind: inventory.GapMalformed, Detail: "The bug report lacks its last line: it was cut short, and what should follow is missing.",
			Next: "Take the bug report again and wait for its end."})
	}
}

// fromFingerprint takes the brand and the version out of BRAND/PRODUCT/DEVICE:VERSION/BUILD/NUMBER:TYPE/TAGS.
func fromFingerprint(s string) (brand, version string) {
	product, rest, ok := strings.Cut(s, ":")
	brand, _, named := strings.Cut(product, "/")
	version, _, told := strings.Cut(rest, "/")
	if !ok || !named || !told {
		return "", ""
	}
	return brand, version
}
