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
	"path"
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
		Reads: []string{"bug report as zip, folder or text, Android 8 to 16"},
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

// mainEntry is the name of the main text in an archive or folder: the one that main_entry.txt names, or the one
// that begins as a bug report.
func mainEntry(src *source.Source) string {
	fsys, err := src.FS()
	if err != nil {
		return ""
	}
	if name := strings.TrimSpace(string(head(src, "main_entry.txt"))); fs.ValidPath(name) && dumpstate.Looks(head(src, name)) {
		return name
	}
	entries, err := fs.ReadDir(fsys, ".")
	if err != nil {
		return ""
	}
	looked := 0
	for _, e := range entries {
		ext := path.Ext(e.Name())
		if !e.Type().IsRegular() || ext != ".txt" && ext != ".log" {
			continue
		}
		if looked++; looked > 30 {
			return ""
		}
		if dumpstate.Looks(head(src, e.Name())) {
			return e.Name()
		}
	}
	return ""
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
