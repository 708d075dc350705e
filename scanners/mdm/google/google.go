// Package google reads what Google Workspace says of devices, as JSON: answers of the Directory API for mobile devices
// (mobiledevices.list and get) and for browsers that are managed (chromebrowsers, with projection=FULL), of the Cloud Identity API
// (devices.list and get), and the report of installed apps of the Chrome Management API (countInstalledApps); one answer, pages
// one after another, arrays, one device a line.
//
// The formats are those of https://developers.google.com/workspace/admin/directory/reference/rest/v1/mobiledevices,
// https://support.google.com/chrome/a/answer/9681204, https://cloud.google.com/identity/docs/reference/rest/v1/devices and
// https://developers.google.com/chrome/management/reference/rest/v1/customers.reports/countInstalledApps.
//
// What the package cannot see: apps of iPhones and computers, and of phones whose management is not advanced; on which devices
// an app of the report of installed apps is; devices of ChromeOS, which no other scanner reads either. It does not keep whose a device is,
// its accounts and its numbers in the mobile network.
package google

import (
	"bytes"
	"context"
	"errors"

	"quaestor/scanners"
	"quaestor/scanners/internal/jsonpart"
	"quaestor/scanners/internal/jsonstream"
	"quaestor/scanners/internal/pages"
	"quaestor/scanners/internal/tally"
	"quaestor/scanners/internal/textstream"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

// ID is that of the scanner.
const ID = "mdm/google"

// system is the management, as an inventory calls it.
const system = "google-workspace"

type scanner struct{}

// New returns the scanner.
func New() scanners.Fleet { return scanner{} }

// Info implements [scanners.Scanner].
func (scanner) Info() scanners.Info {
	return scanners.Info{
		ID: ID, Kind: "mdm", Title: "devices and browsers of Google Workspace",
		Platforms: scanners.Platforms(),
		Reads: []string{"Directory API: mobiledevices.list and get (projection FULL), chromebrowsers (version 1.1beta1, projection FULL), in JSON",
			"Cloud Identity API: devices.list and get, in JSON", "Chrome Management API: reports:countInstalledApps, in JSON",
			"one answer, pages one after another, arrays, one device a line; plain or gzip"},
		CannotSee: []string{
			"apps of iPhones and of computers: Google lists those of Android alone, and extensions of managed browsers",
			"apps outside of the managed profile or account of a phone",
			"who signed apps, and where they came from",
		},
	}
}

// kind is what an element of an export is.
type kind int

const (
	unknown kind = iota
	mobile
	chromeOS
	identity
	browser
	installed
)

// members are the lists that answers hold.
var members = map[string]kind{"mobiledevices": mobile, "chromeosdevices": chromeOS, "devices": identity, "browsers": browser, "installedApps": installed}

var options = jsonstream.Options{Members: []string{"mobiledevices", "chromeosdevices", "devices", "browsers", "installedApps"}}

// Recognise implements [scanners.Scanner].
func (scanner) Recognise(src *source.Source) bool {
	first, outside, ok := jsonstream.Head(textstream.Head(src), options)
	return ok && (kindOf(&first) != unknown || ofOneBrowser(outside))
}

// ofOneBrowser reports whether members around a list are those of a browser by itself, whose own list is not of devices.
func ofOneBrowser(outside []jsonstream.Member) bool {
	for _, m := range outside {
		if m.Name == "kind" && string(m.Value) == `"admin#directory#browserdevice"` {
			return true
		}
	}
	return false
}

// kindOf tells by its members what an element is, perhaps cut off. Names that other systems use too do not count alone.
func kindOf(e *jsonstream.Element) kind {
	has := map[string]bool{}
	var stated, name []byte
	c := jsonpart.NewCursor(e.Raw)
	for member := range c.Members() {
		switch string(member) {
		case "kind":
			stated = bytes.Clone(c.Bytes())
		case "name":
			name = bytes.Clone(c.Bytes())
		default:
			has[string(member)] = true
		}
	}
	switch of := members[e.Member]; {
	case string(stated) == "admin#directory#mobiledevice", (of == mobile || e.Member == "") && has["resourceId"] && (has["firstSync"] || has["lastSync"]):
		return mobile
	case string(stated) == "admin#directory#chromeosdevice", of == chromeOS && has["deviceId"]:
		return chromeOS
	case string(stated) == "admin#directory#browserdevice", of == browser && has["deviceId"] && has["machineName"]:
		return browser
	case (of == identity || e.Member == "") && isDevice(name) && (has["deviceType"] || has["deviceId"] || has["ownerType"] || has["lastSyncTime"]):
		return identity
	case (of == installed || e.Member == "") && has["appId"] && (has["browserDeviceCount"] || has["osUserCount"] || has["appInstallType"]):
		return installed
	}
	return unknown
}

// isDevice reports whether s is the name of a device of Cloud Identity: "devices/ID".
func isDevice(s []byte) bool {
	rest, ok := bytes.CutPrefix(s, []byte("devices/"))
	return ok && len(rest) > 0 && bytes.IndexByte(rest, '/') < 0
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
		f := file{src: src, pages: run.File(src.Name()), name: inventory.Text(src.Name()), rest: rest}
		errs = append(errs, scanners.SourceError(src, f.split(ctx, emit)))
		if ctx.Err() != nil {
			break
		}
	}
	rest.Gaps = append(rest.Gaps, run.Gaps(ID)...)
	return rest, errors.Join(errs...)
}

// file is one file that is being read.
type file struct {
	src      *source.Source
	name     string
	rest     *inventory.Inventory // what belongs to no device
	trouble  jsonstream.Trouble
	chromeOS tally.Tally
	fleet    *fleet
	pages    *pages.File
	alone    bool // a browser by itself
}

var errUnknown = errors.New("it is no device, browser or app of Google Workspace")

func (f *file) split(ctx context.Context, emit func(scanners.Part) error) error {
	text, err := textstream.Open(f.src)
	if err != nil {
		return err
	}
	o := options
	defer f.pages.Done()
	o.Outside = func(m jsonstream.Member) {
		f.alone = f.alone || ofOneBrowser([]jsonstream.Member{m})
		f.pages.Outside(m)
	}
	err = jsonstream.Elements(text, o, func(e jsonstream.Element) error {
		f.pages.Element(e, e.Member)
		if e.Err != nil {
			f.trouble.Add(e, e.Err)
			return ctx.Err()
		}
		if part := f.part(&e); part != nil {
			return emit(part)
		}
		return ctx.Err()
	})
	f.told()
	return err
}

// part is what reads an element, if it is a device that is read.
func (f *file) part(e *jsonstream.Element) scanners.Part {
	name := f.name
	switch kindOf(e) {
	case mobile:
		return func() *inventory.Inventory { return mobileFacts(e, name) }
	case identity:
		return func() *inventory.Inventory { return identityFacts(e, name) }
	case browser:
		return func() *inventory.Inventory { return browserFacts(e, name) }
	case chromeOS:
		f.chromeOS.Add(jsonpart.Value(e.Raw).Get("model").String())
	case installed:
		f.installed(e)
	default:
		f.trouble.Add(*e, errUnknown)
	}
	return nil
}

// told says what of the file belongs to no device.
func (f *file) told() {
	f.rest.Gaps = append(f.rest.Gaps, f.trouble.Gaps(f.name)...)
	if f.chromeOS.Count > 0 {
		f.gap(inventory.GapUnsupported, f.chromeOS.Count, f.chromeOS.Samples, "Devices of ChromeOS are not read: the list tells none of their apps and extensions.",
			"Export the report of installed apps of the Chrome Management API for what is on them.")
	}
	if f.alone {
		f.gap(inventory.GapUnsupported, 1, nil, "The answer is about one browser by itself, which is not read in this form.", "Export the list of browsers, with projection=FULL.")
	}
	f.fleetFacts()
}

func (f *file) gap(kind inventory.GapKind, count int, samples []string, detail, next string) {
	for i := range samples {
		samples[i] = inventory.Text(samples[i])
	}
	f.rest.Gaps = append(f.rest.Gaps, inventory.Gap{Subject: f.name, Kind: kind, Detail: detail, Next: next, Count: count, Samples: samples})
}
