// Package backup reads what Finder, iTunes, the Apple Devices app, libimobiledevice and others save of an iPhone or iPad: a folder with
// Manifest.db (or, up to iOS 9, Manifest.mbdb), Info.plist, Manifest.plist and Status.plist, or the same in a zip archive;
// encrypted ones with their password.
//
// Of the hundreds of thousands of files in a backup it opens a dozen that iOS itself keeps about apps, permissions, profiles,
// certificates and networks. Messages, photos, mails, contacts and what apps keep are never opened.
//
// What the package cannot see: the programs of the apps, which no backup holds, and apps whose makers keep their data out of
// backups, beyond their name in the list of Info.plist.
package backup

import (
	"context"
	"errors"
	"fmt"

	"quaestor/scanners"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

const id = "ios/backup"

type scanner struct{ passwords scanners.Passwords }

// New returns the scanner, which has no passwords: see [scanners.Unlock].
func New() scanners.Scanner { return scanner{} }

// With implements [scanners.Unlocker].
func (scanner) With(p scanners.Passwords) scanners.Scanner { return scanner{p} }

// Info implements [scanners.Scanner].
func (scanner) Info() scanners.Info {
	return scanners.Info{
		ID: id, Kind: "ios", Title: "a backup of an iPhone or iPad by Finder, iTunes, Apple Devices or libimobiledevice",
		Platforms: []inventory.Platform{inventory.IOS},
		Reads: []string{"backups with Manifest.db (iOS 10 and later) or Manifest.mbdb (iOS 5 to 9), folder or zip, plain or encrypted with a password",
			"configuration profiles, certificates, VPNs, TCC.db, location permissions, DataUsage.sqlite, app and group containers in them"},
		CannotSee: []string{
			"The programs of the apps: a backup holds their data and, in Info.plist, their names.",
			"Apps that were deleted before the backup, unless they left data, decisions or counts of traffic in it.",
			"Which apps are part of iOS: only those that it noted a decision or traffic of are told, as traces.",
		},
	}
}

// Recognise implements [scanners.Scanner].
func (scanner) Recognise(src *source.Source) bool { return len(look(src)) > 0 }

// Inner implements [scanners.Container]: what lies in an archive beside the folders of its backups.
func (scanner) Inner(src *source.Source) []string {
	if src.IsDir() {
		return nil
	}
	return others(src, look(src))
}

// Scan implements [scanners.Scanner]. An archive may hold several backups, each of which is a device.
func (s scanner) Scan(ctx context.Context, src *source.Source) (*inventory.Inventory, error) {
	places := look(src)
	if len(places) == 0 {
		return nil, fmt.Errorf("%q is no backup of an iPhone; name the folder that holds Manifest.db", src.Name())
	}
	inv := inventory.New()
	var errs []error
	for _, at := range places {
		one, err := newBackup(src, at).read(ctx, s.passwords)
		if errs = append(errs, err); one != nil {
			inv.Merge(one)
		}
		if ctx.Err() != nil {
			return inv, ctx.Err()
		}
	}
	return inv, errors.Join(errs...)
}
