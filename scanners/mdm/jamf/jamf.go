// Package jamf reads what Jamf Pro exports of Macs, iPhones, iPads and Apple TVs: answers of its API in JSON (computers-inventory,
// computers-inventory-detail, mobile-devices/detail and mobile-devices/{id}/detail), answers of the Classic API in XML and JSON
// (computers, mobiledevices, advanced searches), and the CSV of inventory searches and reports, with a row for each device or for each
// app of it. A file may hold any number of devices, or of answers one after another.
//
// The formats are those of https://developer.jamf.com/jamf-pro/reference and of the export of searches in Jamf Pro.
//
// What the package cannot see: sections that were not asked for, among them the apps; which certificates may vouch for others, so
// that none is told; what lies in extension attributes, which may hold anything and are not kept. It keeps no user, location, network,
// telephone number, IMEI, recovery key and unlock token, although exports hold them. Times of a CSV are taken for UTC, as it names no
// zone.
package jamf

import (
	"bytes"
	"context"
	"errors"

	"quaestor/scanners"
	"quaestor/scanners/internal/csvstream"
	"quaestor/scanners/internal/jsonpart"
	"quaestor/scanners/internal/jsonstream"
	"quaestor/scanners/internal/pages"
	"quaestor/scanners/internal/textstream"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

// ID is that of the scanner.
const ID = "mdm/jamf"

type scanner struct{}

// New returns the scanner.
func New() scanners.Fleet { return scanner{} }

// Info implements [scanners.Scanner].
func (scanner) Info() scanners.Info {
	return scanners.Info{
		ID: ID, Kind: "mdm", Title: "Macs and mobile devices of Jamf Pro",
		Platforms: []inventory.Platform{inventory.MacOS, inventory.IOS},
		Reads: []string{"API: computers-inventory and computers-inventory-detail (v1 to v3), mobile-devices/detail and mobile-devices/{id}/detail (v2), in JSON",
			"Classic API: computers, mobiledevices and advanced searches, in XML and JSON", "CSV of inventory searches and reports, with columns of applications", "plain or gzip, one or many one after another"},
		CannotSee: []string{
			"apps of the system on iPhones and iPads, and apps that a user hides from the management",
			"apps of a Mac outside of the folders that Jamf searches, unless its settings name them",
			"extensions of browsers, what apps may and do, and which certificates may vouch for others",
			"extension attributes: they may hold anything, and are not read",
		},
	}
}

var options = jsonstream.Options{Members: []string{"results", "computer", "mobile_device", "computers", "mobile_devices"}, Depth: 2}

// Recognise implements [scanners.Scanner].
func (scanner) Recognise(src *source.Source) bool {
	head := textstream.Head(src)
	switch text := bytes.TrimLeft(head, " \t\r\n"); {
	case len(text) == 0:
		return false
	case text[0] == '<':
		return looksXML(text)
	case text[0] == '{' || text[0] == '[':
		first, _, ok := jsonstream.Head(head, options)
		return ok && formOf(first.Raw, first.Member) != unknown
	}
	return looksCSV(csvstream.Columns(head))
}

// form is one of the forms of a device in JSON.
type form int

const (
	unknown  form = iota
	computer      // of the API
	mobile        // in a list of the API
	mobileOne
	classicComputer
	classicMobile
)

// formOf tells what an element, perhaps cut off, is by its members.
func formOf(raw []byte, member string) form {
	has := map[string]bool{}
	kind := ""
	var general jsonpart.Value
	_ = jsonpart.Begin(raw).Fields(func(key string, v jsonpart.Value) bool {
		has[key] = true
		switch key {
		case "general":
			general = v
		case "type":
			kind = v.String()
		}
		return len(has) < 100
	}) // a beginning that is cut off is no error here
	// of the first lines of a large element no member but the first may be there
	switch {
	case member == "computer" && has["general"] && isClassic(general), member == "computers" && isListed(has):
		return classicComputer
	case member == "mobile_device" && has["general"] && isClassic(general), member == "mobile_devices" && isListed(has):
		return classicMobile
	case has["mobileDeviceId"] && (has["general"] || has["deviceType"] || has["hardware"]):
		return mobile
	case has["id"] && has["udid"] && (has["general"] || has["hardware"] && has["operatingSystem"]):
		return computer
	case has["id"] && has["udid"] && has["serialNumber"] && (has["osVersion"] || has["lastInventoryUpdateTimestamp"]) && (kind != "" || has["managed"]):
		return mobileOne
	}
	return unknown
}

// isListed reports whether an element is one of a list without sections, as lists and advanced searches of the Classic API have it.
func isListed(has map[string]bool) bool { return has["id"] && has["name"] && has["udid"] }

// isClassic reports whether the section on general facts is one of the Classic API.
func isClassic(general jsonpart.Value) bool {
	found := false
	_ = general.Fields(func(key string, _ jsonpart.Value) bool {
		found = found || key == "serial_number" || key == "udid" || key == "mac_address"
		return !found
	})
	return found
}

// Scan implements [scanners.Scanner].
func (s scanner) Scan(ctx context.Context, src *source.Source) (*inventory.Inventory, error) {
	return scanners.Whole(ctx, s, src)
}

// Split implements [scanners.Fleet].
func (scanner) Split(ctx context.Context, srcs []*source.Source, emit func(scanners.Part) error) (*inventory.Inventory, error) {
	rest := inventory.New()
	var errs []error
	var run pages.Run
	for _, src := range srcs {
		f := &file{pages: run.File(src.Name()), ctx: ctx, name: inventory.Text(src.Name()), emit: emit}
		err := f.read(src)
		if err == nil && f.devices == 0 {
			err = errors.New("it holds no device that can be read; export it again")
		}
		rest.Gaps = append(rest.Gaps, f.trouble.Gaps(f.name)...)
		errs = append(errs, scanners.SourceError(src, err))
		if ctx.Err() != nil {
			return rest, ctx.Err()
		}
	}
	rest.Gaps = append(rest.Gaps, run.Gaps(ID)...)
	return rest, errors.Join(errs...)
}
