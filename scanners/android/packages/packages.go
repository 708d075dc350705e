// Package packages reads a file with the output of `pm list packages` or `cmd package list packages`, the
// quickest way to ask an Android phone what is on it. See scanners/internal/pmlist for the forms it takes.
//
// What the package cannot see: permissions, signers, labels, the content of an APK, and, where the listing was
// made without the flags for them, installers, versions and users. A listing names no device: two listings of
// one phone are two devices here.
package packages

import (
	"context"
	"fmt"

	"quaestor/scanners"
	"quaestor/scanners/internal/androidfacts"
	"quaestor/scanners/internal/pmlist"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

const id = "android/packages"

type scanner struct{}

// New returns the scanner.
func New() scanners.Scanner { return scanner{} }

// Info implements [scanners.Scanner].
func (scanner) Info() scanners.Info {
	return scanners.Info{
		ID: id, Kind: "android", Title: "installed packages as `pm list packages` prints them",
		Platforms: []inventory.Platform{inventory.Android},
		Reads:     []string{"pm list packages, cmd package list packages, with any flags, Android 4 to 16"},
		CannotSee: []string{
			"Permissions, whether granted or only requested.",
			"Signing certificates: an app that bears a listed package name may come from someone else.",
			"The content of the apps, their labels and their libraries.",
			"Users, work profiles and secure folders that the listing was not made for.",
		},
	}
}

// Recognise implements [scanners.Scanner].
func (scanner) Recognise(src *source.Source) bool {
	return !src.IsDir() && pmlist.Looks(src.Head())
}

// Scan implements [scanners.Scanner].
func (s scanner) Scan(ctx context.Context, src *source.Source) (*inventory.Inventory, error) {
	r, err := src.Reader()
	if err != nil {
		return nil, err
	}
	file, phone := androidfacts.NewFile(ctx, r), androidfacts.New(id)
	err = phone.ReadProblem(src.Name(), phone.AddPackageList(file, src.Name()))
	phone.Hashed(src.Name(), file.Sum())
	phone.Device.Origins = []inventory.Origin{{Scanner: id, Path: src.Name()}}
	if err == nil && phone.Apps() == 0 {
		err = fmt.Errorf("%q holds no package lines; list the packages again", src.Name())
	}
	return phone.Inventory(src.Base(), src.Name(), file.Sum()), err
}
