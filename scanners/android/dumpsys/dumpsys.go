// Package dumpsys reads a file with the output of Android's dumpsys: `dumpsys package` alone, or a dump of
// several or all services. See scanners/internal/dumpsys for the formats and versions.
//
// What the package cannot see: signing certificates, the content of an app and its label. The times in a dump
// are in the phone's own zone, which the dump does not name.
package dumpsys

import (
	"context"

	"quaestor/scanners"
	"quaestor/scanners/internal/androidfacts"
	"quaestor/scanners/internal/dumpsys"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

const id = "android/dumpsys"

type scanner struct{}

// New returns the scanner.
func New() scanners.Scanner { return scanner{} }

// Info implements [scanners.Scanner].
func (scanner) Info() scanners.Info {
	return scanners.Info{
		ID: id, Kind: "android", Title: "packages, permissions, users and device owners as dumpsys prints them",
		Platforms: []inventory.Platform{inventory.Android},
		Reads:     []string{"dumpsys package, dumpsys, Android 8 to 16"},
		CannotSee: []string{
			"Signing certificates: the dump shows only an opaque id of them.",
			"The content of the apps, their labels and their libraries.",
			"Apps of users whose storage the platform hides from the shell.",
		},
	}
}

// Recognise implements [scanners.Scanner].
func (scanner) Recognise(src *source.Source) bool {
	if src.IsDir() {
		return false
	}
	return dumpsys.Sniff(src.Head()) != ""
}

// Scan implements [scanners.Scanner].
func (s scanner) Scan(ctx context.Context, src *source.Source) (*inventory.Inventory, error) {
	r, err := src.Reader()
	if err != nil {
		return nil, err
	}
	service := dumpsys.Sniff(src.Head())
	if service == "*" {
		service = ""
	}
	file, phone := androidfacts.NewFile(ctx, r), androidfacts.New(id)
	_, err = phone.AddDumpsys(file, src.Name(), service, nil)
	err = phone.ReadProblem(src.Name(), err)
	phone.Hashed(src.Name(), file.Sum())
	phone.Device.Origins = []inventory.Origin{{Scanner: id, Path: src.Name()}}
	if phone.Apps() == 0 {
		phone.Gap(inventory.Gap{Subject: src.Name(), Kind: inventory.GapEmpty, Next: "Collect `dumpsys package` too, as the shell user of adb.",
			Detail: "The dump holds no package: which apps are installed is not known from it."})
	}
	return phone.Inventory(src.Base(), src.Name(), file.Sum()), err
}
