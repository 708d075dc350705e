// Package amapi reads what the Android Management API says of the devices of an enterprise: answers of enterprises.devices.list and
// enterprises.devices.get, as JSON: one, several pages one after another, arrays of devices, or one device a line.
//
// The format is that of https://developers.google.com/android/management/reference/rest/v1/enterprises.devices. Of an app it states the
// package, its version, how it came, the digest of its APK and the SHA-1 digests of the certificates that sign it.
// Apps that are noted as removed are no apps of the device.
//
// What the package cannot see: the personal side of a device with a work profile; apps where the policy does not ask for reports of
// them (statusReportingSettings.applicationReportsEnabled); what an app may and does. It does not keep whose a device is, nor its
// network, and of the states that apps report (keyedAppStates) nothing.
package amapi

import (
	"bytes"
	"context"
	"errors"

	"quaestor/scanners"
	"quaestor/scanners/internal/jsonpart"
	"quaestor/scanners/internal/jsonstream"
	"quaestor/scanners/internal/pages"
	"quaestor/scanners/internal/textstream"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

// ID is that of the scanner.
const ID = "mdm/amapi"

type scanner struct{}

// New returns the scanner.
func New() scanners.Fleet { return scanner{} }

// Info implements [scanners.Scanner].
func (scanner) Info() scanners.Info {
	return scanners.Info{
		ID: ID, Kind: "mdm", Title: "devices of the Android Management API",
		Platforms: []inventory.Platform{inventory.Android},
		Reads: []string{"answers of enterprises.devices.list and enterprises.devices.get (version 1) in JSON: one, pages one after another, arrays, one device a line",
			"plain or gzip"},
		CannotSee: []string{
			"the personal side of devices with a work profile: only apps in the profile are reported",
			"what apps may and do, and what is in them: the API tells no permissions",
			"what changed on a device since its last status report",
			"certificates, VPNs and extensions of browsers",
		},
	}
}

var options = jsonstream.Options{Members: []string{"devices"}}

// Recognise implements [scanners.Scanner].
func (scanner) Recognise(src *source.Source) bool {
	first, _, ok := jsonstream.Head(textstream.Head(src), options)
	return ok && looks(first.Raw)
}

// looks reports whether an element, perhaps cut off, is a device: by its name, or, where its members are sorted and its name comes too
// late, by the reports of its apps.
func looks(raw []byte) bool {
	c := jsonpart.NewCursor(raw)
	named, reports := false, false
	for name := range c.Members() {
		switch string(name) {
		case "name":
			named = named || isName(c.Bytes())
		case "applicationReports":
			reports = reports || reportsApps(c)
		}
	}
	return named || reports
}

// reportsApps reports whether the first element of a list is the report of an app.
func reportsApps(c *jsonpart.Cursor) (found bool) {
	for range c.Items() {
		pkg, source := false, false
		for name := range c.Members() {
			switch string(name) {
			case "packageName":
				pkg = true
			case "applicationSource", "userFacingType", "packageSha256Hash":
				source = true
			}
		}
		found = found || pkg && source
	}
	return found
}

// isName reports whether s is the name of a device: "enterprises/E/devices/D".
func isName(s []byte) bool {
	rest, ok := bytes.CutPrefix(s, []byte("enterprises/"))
	enterprise, device, both := bytes.Cut(rest, []byte("/devices/"))
	return ok && both && len(enterprise) > 0 && len(device) > 0 && !bytes.ContainsRune(enterprise, '/') && !bytes.ContainsRune(device, '/')
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
		gaps, err := split(ctx, src, run.File(src.Name()), emit)
		rest.Gaps = append(rest.Gaps, gaps...)
		errs = append(errs, scanners.SourceError(src, err))
		if ctx.Err() != nil {
			break
		}
	}
	rest.Gaps = append(rest.Gaps, run.Gaps(ID)...)
	return rest, errors.Join(errs...)
}

var errNoDevice = errors.New("it names no device")

// split cuts one file into devices.
func split(ctx context.Context, src *source.Source, of *pages.File, emit func(scanners.Part) error) ([]inventory.Gap, error) {
	text, err := textstream.Open(src)
	if err != nil {
		return nil, err
	}
	var trouble jsonstream.Trouble
	file := inventory.Text(src.Name())
	defer of.Done()
	o := options
	o.Outside = of.Outside
	err = jsonstream.Elements(text, o, func(e jsonstream.Element) error {
		of.Element(e, "devices")
		if e.Err == nil && !bytes.Contains(e.Raw, []byte(`"enterprises/`)) {
			e.Err = errNoDevice
		}
		if e.Err != nil {
			trouble.Add(e, e.Err)
			return ctx.Err()
		}
		return emit(func() *inventory.Inventory { return facts(&e, file) })
	})
	return trouble.Gaps(file), err
}
