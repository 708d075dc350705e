// Package usbmux reads an iPhone or iPad that is plugged in and trusts this computer: who it is, every app that it
// lists, its configuration profiles, the state of its supervision and its provisioning profiles.
//
// It speaks the protocols that Finder, iTunes and libimobiledevice use, starts no program, does not pair, and changes
// nothing on the phone. Of the phone's values it asks only for those that it keeps: never for numbers, accounts or
// addresses.
//
// What the package cannot see: what apps may do (permissions that the user gave are not told over the cable, a
// backup has them), what apps did, apps that were removed, the code of apps, and the content of profiles. It was made
// from the published protocols and tested against a simulated phone and the tools of libimobiledevice, not with a real phone.
package usbmux

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"quaestor/scanners"
	"quaestor/scanners/internal/codesign"
	"quaestor/scanners/internal/lockdown"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

// ID is the scanner's name.
const ID = "ios/usbmux"

// Scanner reads iPhones that are plugged in.
type Scanner struct {
	mux   *lockdown.Mux
	roots codesign.Roots
}

// New returns a scanner that asks the usbmuxd of this computer.
func New() Scanner { return Scanner{mux: &lockdown.Mux{}, roots: codesign.Apple()} }

// Info implements scanners.Scanner.
func (Scanner) Info() scanners.Info {
	return scanners.Info{
		ID: ID, Kind: source.KindIPhone, Title: "iPhones and iPads that are plugged in",
		Platforms: []inventory.Platform{inventory.IOS}, Live: scanners.Computers(), OnlyLive: true,
		Reads: []string{"iPhones, iPads and others that trust this computer, through usbmuxd (tested with a simulated phone, for lack of a real one)"},
		CannotSee: []string{
			"what the user allowed each app (microphone, camera, photos, location): scan a backup for it",
			"what apps did and whom they talked to: the phone's owner can export an App Privacy Report",
			"the code of apps, and apps that were removed",
			"what configuration profiles set in detail, and certificates that the user trusts: scan a backup for them",
		},
	}
}

// Recognise implements scanners.Scanner.
func (Scanner) Recognise(src *source.Source) bool {
	return src.Attached() && src.Kind() == source.KindIPhone
}

// Attached implements scanners.Lister. A phone that cannot be read is a gap.
func (s Scanner) Attached(ctx context.Context) ([]string, []inventory.Gap, error) {
	list, err := s.devices(ctx)
	if err != nil {
		return nil, nil, err
	}
	var names []string
	var gaps []inventory.Gap
	for _, d := range list {
		if d.State == StateReady {
			names = append(names, d.UDID)
			continue
		}
		kind := d.kind
		if kind == inventory.GapNotPermitted { // all of the phone, and not a part of it, stayed closed
			kind = inventory.GapUnreadable
		}
		gaps = append(gaps, inventory.Gap{Subject: source.KindIPhone + ":" + d.UDID, Kind: kind, Detail: d.Detail, Next: d.Next})
	}
	return names, gaps, nil
}

// muxError says what to do where usbmuxd does not answer.
func muxError(err error) error {
	if errors.Is(err, fs.ErrPermission) {
		return &blocked{way{is: err, detail: sentence(err), next: "Scan as a user who may open the socket of usbmuxd."}}
	}
	if Absent(err) {
		return &blocked{way{is: err, detail: sentence(err), next: withoutMux()}}
	}
	return refused(err)
}

// Scan implements scanners.Scanner.
func (s Scanner) Scan(ctx context.Context, src *source.Source) (*inventory.Inventory, error) {
	at, err := s.find(ctx, src.Target().Path)
	if err != nil {
		return nil, err
	}
	phone, err := s.mux.Open(ctx, at)
	if err == nil {
		defer phone.Close()
		err = s.begin(ctx, phone, at.UDID)
	}
	if err != nil {
		return nil, refused(err)
	}
	return s.collector(ctx, phone, at.UDID).collect()
}

// find looks for a phone among those that are there. The name of one may be written with or without its hyphen.
func (s Scanner) find(ctx context.Context, udid string) (lockdown.Attached, error) {
	list, err := s.mux.List(ctx)
	if err != nil {
		return lockdown.Attached{}, muxError(err)
	}
	for _, at := range list {
		if plain(at.UDID) == plain(udid) {
			return at, nil
		}
	}
	return lockdown.Attached{}, &blocked{way{detail: fmt.Sprintf("No iPhone %.64q is plugged in.", udid), next: "See `quaestor devices` for those that are."}}
}

func plain(udid string) string { return strings.ToLower(strings.ReplaceAll(udid, "-", "")) }

// blocked is the error of a phone that cannot be read, with what to do about it.
type blocked struct {
	why way
}

// Error implements error.
func (b *blocked) Error() string { return b.why.detail }

// Next is what the reader can do about it.
func (b *blocked) Next() string { return b.why.next }

// Unwrap is what stood in the way.
func (b *blocked) Unwrap() error { return b.why.is }

// refused is the error of a phone that cannot be read.
func refused(err error) error {
	if err == nil || interrupted(err) {
		return err
	}
	return &blocked{standing(err)}
}

func lower(s string) string { return strings.ToLower(s[:1]) + s[1:] }

func sentence(err error) string {
	s := inventory.Text(err.Error())
	return strings.ToUpper(s[:1]) + strings.TrimSuffix(s[1:], ".") + "."
}
