// Package workspaceone reads what Workspace ONE UEM (once AirWatch) and Workspace ONE Intelligence export: answers of the REST API about
// devices (/mdm/devices/search), their apps (DeviceApps, app_items) and apps in all (/mam/apps/search), reports of Intelligence and
// the console's lists as CSV. The folder maps says which member and column tells what. Users, addresses, phone numbers and
// numbers of radios are never read.
//
// The API is described at https://docs.omnissa.com and, on every server, at /api/help. An answer about the apps of one device does not say
// which device that is. The list may be added to the device's own object, one a line; or the answer lies in a folder with the list of
// devices, and the name of its file, or of its folder, has the number, UUID, UDID or serial number of the device: "apps-101.json".
//
// What the package cannot see: personal apps where the privacy settings hide them, and which device a bare list of apps is of whose name
// does not say.
package workspaceone

import (
	"context"
	"embed"
	"fmt"
	"sync"

	"quaestor/scanners"
	"quaestor/scanners/internal/mapping"
	"quaestor/scanners/internal/textstream"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

// ID is the scanner's name.
const ID = "mdm/workspaceone"

//go:embed maps/*.yaml
var files embed.FS

// maps are the forms of exports.
var maps = sync.OnceValue(func() []*mapping.Map { return mapping.All(files) })

// bare are the forms that do not say which device they are of.
var bare = map[string]bool{"api-2-apps.yaml": true, "api-3-apps.yaml": true}

// Scanner reads exports of Workspace ONE.
type Scanner struct{}

// Info implements [scanners.Scanner].
func (Scanner) Info() scanners.Info {
	return scanners.Info{ID: ID, Kind: "mdm", Title: "devices and apps of Workspace ONE",
		Reads: []string{"REST API: devices, devices with DeviceApps or app_items added, apps of one device in a file named by it, apps in all, as JSON",
			"Workspace ONE Intelligence: reports of apps with their devices, as CSV", "lists of devices that the console exports, as CSV"},
		CannotSee: []string{"Personal apps where the privacy settings hide them.", "Which device an answer about the apps of one device is of, unless the device's object stands around it or the file's name says it.",
			"Apps of the system, and signatures of apps."},
		Platforms: scanners.Platforms(),
	}
}

// Recognise implements [scanners.Scanner].
func (Scanner) Recognise(src *source.Source) bool { return find(src) != nil }

func find(src *source.Source) *mapping.Map {
	head := textstream.Head(src)
	if len(head) == 0 || src.IsZip() {
		return nil
	}
	return mapping.Find(maps(), head)
}

// Scan implements [scanners.Scanner].
func (s Scanner) Scan(ctx context.Context, src *source.Source) (*inventory.Inventory, error) {
	return scanners.Whole(ctx, s, src)
}

// Split implements [scanners.Fleet].
func (Scanner) Split(ctx context.Context, srcs []*source.Source, emit func(scanners.Part) error) (*inventory.Inventory, error) {
	var list []mapping.Export
	for _, src := range srcs {
		m := find(src)
		if m == nil {
			return nil, fmt.Errorf("%q is no export of Workspace ONE", src.Base())
		}
		list = append(list, mapping.Export{Source: src, Map: m, Bare: bare[m.File()], Also: []string{"Uuid", "Udid"}})
	}
	return mapping.Split(ctx, ID, list, emit)
}
