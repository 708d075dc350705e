// Package bugreport reads an Android bug report: the zip archive that `adb bugreport` and the phone's developer
// options make, the same unpacked, or its main text file.
//
// What the package cannot see: signing certificates, the content of an app and its label. Of the archive only
// the main text is read; logs, traces and the copy of the file system in it are left out.
package bugreport

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"strings"

	"quaestor/scanners"
	"quaestor/scanners/internal/androidfacts"
	"quaestor/scanners/internal/dumpstate"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

const id = "android/bugreport"

type scanner struct{}

// New returns the scanner.
func New() scanners.Scanner { return scanner{} }

// Info implements [scanners.Scanner].
func (scanner) Info() scanners.Info {
	return scanners.Info{
		ID: id, Kind: "android", Title: "an Android bug report",
		Platforms: []inventory.Platform{inventory.Android},
		Reads:     []string{"bug report as zip, folder with main_entry.txt, or text, Android 8 to 16"},
		CannotSee: []string{
			"Signing certificates: the report shows only an opaque id of them.",
			"The content of the apps, their labels and their libraries.",
		},
	}
}

// Recognise implements [scanners.Scanner].
func (scanner) Recognise(src *source.Source) bool {
	if !src.IsDir() && !src.IsZip() {
		return dumpstate.Looks(src.Head())
	}
	return mainEntry(src) != ""
}

// mainEntry is the name of the main text that an archive's or folder's main_entry.txt names. Without it the
// texts in a folder are files like any other: one of them being a bug report says nothing about the rest.
func mainEntry(src *source.Source) string {
	name := strings.TrimSpace(string(head(src, entryFile)))
	if fs.ValidPath(name) && dumpstate.Looks(head(src, name)) {
		return name
	}
	return ""
}

const entryFile = "main_entry.txt"

// Inner implements [scanners.Container]: what lies beside the main text may be of another phone.
func (scanner) Inner(src *source.Source) []string {
	if !src.IsDir() {
		return nil
	}
	fsys, err := src.FS()
	if err != nil {
		return nil
	}
	entries, err := fs.ReadDir(fsys, ".")
	if err != nil {
		return nil
	}
	main, names := mainEntry(src), []string(nil)
	for _, e := range entries {
		if e.Type().IsRegular() && e.Name() != main && e.Name() != entryFile {
			names = append(names, e.Name())
		}
	}
	return names
}

// head is the first bytes of a file, nothing where it cannot be read.
func head(src *source.Source, name string) []byte {
	r, err := src.OpenFile(name)
	if err != nil {
		return nil
	}
	defer r.Close()
	b, _ := io.ReadAll(io.LimitReader(r, 1024))
	return b
}

// Scan implements [scanners.Scanner].
func (s scanner) Scan(ctx context.Context, src *source.Source) (*inventory.Inventory, error) {
	r, name, err := open(src)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	file, phone, report := androidfacts.NewFile(ctx, r), androidfacts.New(id), &dumpstate.Report{}
	_, err = phone.AddDumpsys(file, name, "", func(line []byte, _ int) { report.Line(line) })
	err = phone.ReadProblem(name, err)
	phone.AddReport(report, name)
	phone.Hashed(name, file.Sum())
	phone.Device.Origins = []inventory.Origin{{Scanner: id, Path: name}}
	if phone.Apps() == 0 {
		phone.Gap(inventory.Gap{Subject: name, Kind: inventory.GapEmpty, Detail: "The bug report holds no dump of the package service: which apps are installed is not known from it.",
			Next: "Collect `dumpsys package`."})
	}
	if src.IsDir() || src.IsZip() {
		phone.Gap(inventory.Gap{Subject: src.Name(), Kind: inventory.GapSkipped, Detail: "Of the bug report only the main text was read, not the logs, traces and files beside it."})
	}
	return phone.Inventory(src.Base(), src.Name(), file.Sum()), err
}

// open opens the main text and names it.
func open(src *source.Source) (io.ReadCloser, string, error) {
	if !src.IsDir() && !src.IsZip() {
		r, err := src.Reader()
		return io.NopCloser(r), src.Name(), err
	}
	name := mainEntry(src)
	if name == "" {
		return nil, "", fmt.Errorf("%q holds no main text of a bug report; take the bug report again", src.Name())
	}
	r, err := src.OpenFile(name)
	return r, src.Join(name), err
}
