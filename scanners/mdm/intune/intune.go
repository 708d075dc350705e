// Package intune reads what Microsoft Intune says of the devices that it manages and of the apps on them: answers of Microsoft Graph
// (JSON, in pages or as PowerShell saves them), reports of the export API and lists that the portal exports (CSV and JSON).
//
//   - deviceManagement/managedDevices, also with its detectedApps
//     (https://learn.microsoft.com/graph/api/resources/intune-devices-manageddevice)
//   - deviceManagement/detectedApps, also with its managedDevices
//     (https://learn.microsoft.com/graph/api/resources/intune-devices-detectedapp)
//   - the reports AppInvRawData, AppInvByDevice, DevicesByAppInv, AppInvAggregate, Devices, DevicesWithInventory, DeviceCompliance,
//     DefenderAgents and UnhealthyDefenderAgents
//     (https://learn.microsoft.com/intune/intune-service/fundamentals/reports-export-graph-available-reports)
//
// What one run is given belongs together: a list of devices tells the serial numbers and last check-ins of the devices that a report
// lists apps of. Names, addresses and telephone numbers of users are not kept.
//
// What the package cannot see: identifiers of apps. Intune lists names and publishers; on personal devices it lists at most the apps
// that it installed itself (https://learn.microsoft.com/intune/intune-service/apps/app-discovered-apps).
package intune

import (
	"context"
	"strings"

	"quaestor/scanners"
	"quaestor/scanners/internal/csvstream"
	"quaestor/scanners/internal/jsonpart"
	"quaestor/scanners/internal/jsonstream"
	"quaestor/scanners/internal/textstream"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

// ID is the scanner's name.
const ID = "mdm/intune"

type scanner struct{}

// New returns the scanner.
func New() scanners.Fleet { return scanner{} }

// Info implements [scanners.Scanner].
func (scanner) Info() scanners.Info {
	return scanners.Info{
		ID: ID, Kind: "mdm", Title: "devices and discovered apps of Microsoft Intune",
		Reads: []string{"Microsoft Graph: managedDevices, detectedApps, each with the other; one object, lists, pages, one object a line",
			"reports AppInvRawData, AppInvByDevice, DevicesByAppInv, AppInvAggregate, Devices, DevicesWithInventory, DeviceCompliance, DefenderAgents, UnhealthyDefenderAgents",
			"CSV and JSON, also in gzip and zip, in UTF-8, UTF-16 or a code page"},
		CannotSee: []string{
			"Identifiers of most apps: Intune lists names and publishers, by which another app may go too.",
			"When apps were listed: Intune asks most devices once in seven days, so that a list may be older than the last check-in.",
			"Personal apps, where Intune manages a work profile, a user's enrolment or a personal device.",
			"Extensions of browsers, packages of Linux, and what an app is allowed.",
		},
		Platforms: scanners.Platforms(),
	}
}

// Recognise implements [scanners.Scanner].
func (scanner) Recognise(src *source.Source) bool {
	if src.IsDir() {
		return false
	}
	f, _ := look(textstream.Head(src))
	return f != unknown
}

// Scan implements [scanners.Scanner].
func (s scanner) Scan(ctx context.Context, src *source.Source) (*inventory.Inventory, error) {
	return scanners.Whole(ctx, s, src)
}

// options say where the lists of Graph and of reports are.
var options = jsonstream.Options{Members: []string{"value", "values", "Values"}}

// contexts are what Graph says that its answers are.
var contexts = []struct {
	part string
	form form
}{{"#deviceManagement/managedDevices", device}, {"/managedDevices", device}, {"#deviceManagement/detectedApps", appCounted}}

// look tells from the beginning of a text what its rows or elements are.
func look(head []byte) (f form, isJSON bool) {
	first, outside, ok := jsonstream.Head(head, options)
	if !ok {
		if text := strings.TrimLeft(string(head[:min(len(head), 100)]), " \t\r\n"); strings.HasPrefix(text, "{") || strings.HasPrefix(text, "[") {
			return emptyList(string(head)), true
		}
		var s set
		for _, name := range csvstream.Columns(head) {
			if f := fieldOf(name); f != none {
				s[f] = true
			}
		}
		return s.form(), false
	}
	s := setOf(jsonpart.Value(first.Raw), names{})
	if f := s.form(); f != unknown {
		return f, true
	}
	for _, m := range outside {
		if m.Name == "@odata.context" && s.any(fDisplayName, fName) {
			return contextForm(string(m.Value)), true
		}
	}
	return unknown, true
}

// contextForm is the form of what a context of Graph names.
func contextForm(context string) form {
	if !strings.Contains(context, "#deviceManagement/") {
		return unknown
	}
	for _, c := range contexts {
		if strings.Contains(context, c.part) {
			return c.form
		}
	}
	return unknown
}

// emptyList is the form of an answer without elements.
func emptyList(head string) form {
	if _, context, ok := strings.Cut(head, `"@odata.context"`); ok {
		context, _, _ = strings.Cut(context, "\n")
		return contextForm(context)
	}
	return unknown
}
