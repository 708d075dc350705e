// Package androidqf reads what androidqf collects from an Android phone — a folder or a zip archive with
// packages.json, getprop.txt, dumpsys.txt and more — and any other folder that holds the properties of one phone
// beside its package lists or dumps.
//
// All of it becomes one device. APK files in the folder are left to the scanner for APKs; the hashes that
// packages.json tells join its findings with these.
//
// What the package cannot see: what androidqf did not collect, encrypted acquisitions, and whether a hash or a
// certificate in packages.json is that of the file on the phone.
package androidqf

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"path"
	"strings"

	"quaestor/scanners"
	"quaestor/scanners/internal/androidfacts"
	"quaestor/scanners/internal/getprop"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

const id = "android/androidqf"

type scanner struct{}

// New returns the scanner.
func New() scanners.Scanner { return scanner{} }

// Info implements [scanners.Scanner].
func (scanner) Info() scanners.Info {
	return scanners.Info{
		ID: id, Kind: "android", Title: "an androidqf acquisition, or a folder with the dumps of one phone",
		Platforms: []inventory.Platform{inventory.Android},
		Reads:     []string{"androidqf 1.0 to 1.8, folder or zip", "getprop with pm list packages or dumpsys in one folder"},
		CannotSee: []string{
			"Changes on the phone after the acquisition.",
			"Whether the hashes and certificates that the acquisition states are those of the files: only the APKs themselves show it.",
		},
	}
}

// Recognise implements [scanners.Scanner].
func (scanner) Recognise(src *source.Source) bool {
	if !src.IsDir() && !src.IsZip() {
		return false
	}
	_, ok := look(src)
	return ok
}

// Inner implements [scanners.Container]: the APKs that were pulled from the phone, and files of other kinds.
func (scanner) Inner(src *source.Source) []string {
	l, ok := look(src)
	if !ok {
		return nil
	}
	names := l.apks
	for _, f := range l.files {
		if f.kind == other {
			names = append(names, f.name)
		}
	}
	return names
}

// Scan implements [scanners.Scanner].
func (s scanner) Scan(ctx context.Context, src *source.Source) (*inventory.Inventory, error) {
	l, ok := look(src)
	if !ok {
		return nil, fmt.Errorf("%q is no acquisition of a phone; name the folder that holds packages.json", src.Name())
	}
	a := &acquired{Phone: androidfacts.New(id), src: src, ctx: ctx, layout: l}
	a.Device.Origins = []inventory.Origin{{Scanner: id, Path: src.Name()}}
	err := a.readAll()
	if err == nil && a.Apps() == 0 {
		err = fmt.Errorf("no file in %q tells which packages are installed; collect again", src.Name())
	}
	a.missing()
	a.together()
	return a.Inventory(path.Base(src.Base()), src.Name(), hex.EncodeToString(a.sums)), err
}

// acquired is an acquisition that is being read.
type acquired struct {
	*androidfacts.Phone
	src    *source.Source
	ctx    context.Context
	layout *layout

	sums     []byte // hash of the hashes of all files read
	services []string
	packages bool // a dump of the package service
	skipped  []string
}

// readAll reads the files in an order in which the best source of a fact comes first. A file that cannot be
// read is a gap; only when the context is done reading stops.
func (a *acquired) readAll() error {
	for _, k := range []kind{acquisition, properties, packagesJSON, dump, packageList, settings, rootBinaries, packageUsers} {
		for _, f := range a.layout.files {
			if f.kind != k {
				continue
			}
			if f.damaged {
				a.damaged(f)
				continue
			}
			if err := a.ctx.Err(); err != nil {
				return err
			}
			if err := a.read(f); errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
				return err
			}
		}
	}
	for _, f := range a.layout.files {
		if f.kind == leftOut {
			a.skipped = append(a.skipped, path.Base(f.name))
		}
	}
	return nil
}

// damaged states that a file which belongs to the acquisition does not hold what its name says. The list of
// packages and what androidqf tells of itself may still show something.
func (a *acquired) damaged(f file) {
	name := a.src.Join(f.name)
	a.Gap(inventory.Gap{Subject: name, Kind: inventory.GapMalformed, Next: "Collect again, and wait for the end.",
		Detail: fmt.Sprintf("%q belongs to the acquisition, and is empty, cut short or not what its name says: what it should tell is missing.", path.Base(f.name))})
	if f.kind == packagesJSON {
		if b, err := a.src.ReadFile(f.name); err == nil {
			a.AddPackagesJSON(b, name) // its error says the same again
		}
	}
}

// read reads one file.
func (a *acquired) read(f file) error {
	name := a.src.Join(f.name)
	r, err := a.src.OpenFile(f.name)
	if err != nil {
		return a.ReadProblem(name, err)
	}
	defer r.Close()
	in := androidfacts.NewFile(a.ctx, r)
	switch f.kind {
	case dump:
		err = a.readDump(in, name, f.service)
	case packageList:
		err = a.AddPackageList(in, name)
	case properties:
		var props *getprop.Properties
		if props, err = getprop.Read(in); props != nil {
			a.AddProperties(props, name)
		}
	default:
		return a.readWhole(f, name)
	}
	a.hashed(name, in.Sum())
	return a.ReadProblem(name, err)
}

func (a *acquired) readDump(in *androidfacts.File, name, service string) error {
	if service == "*" {
		service = ""
	}
	sum, err := a.AddDumpsys(in, name, service, nil)
	a.services = append(a.services, sum.Read...)
	a.packages = a.packages || sum.Packages > 0
	return err
}

// readWhole reads the files that are no streams of lines.
func (a *acquired) readWhole(f file, name string) error {
	b, err := a.src.ReadFile(f.name)
	if err != nil {
		return a.ReadProblem(name, err)
	}
	sum := sha256.Sum256(b)
	a.hashed(name, hex.EncodeToString(sum[:]))
	switch f.kind {
	case packagesJSON:
		return a.AddPackagesJSON(b, name)
	case acquisition:
		a.AddAcquisition(b, name)
	case rootBinaries:
		a.AddRootBinaries(b, name)
	case packageUsers:
		a.AddPackageUsers(b, name)
	case settings:
		namespace := strings.TrimSuffix(strings.TrimPrefix(path.Base(f.name), "settings_"), ".txt")
		a.AddSettings(b, namespace, name)
	}
	return nil
}

func (a *acquired) hashed(name, sum string) {
	a.Hashed(name, sum)
	next := sha256.Sum256(append(a.sums, sum...))
	a.sums = next[:]
}

// missing states what this acquisition could hold and does not.
func (a *acquired) missing() {
	l := a.layout
	blind := func(absent bool, detail, next string) {
		if absent {
			a.Gap(inventory.Gap{Subject: a.src.Name(), Kind: inventory.GapBlind, Detail: detail, Next: next})
		}
	}
	blind(!l.named(properties), "No properties were collected: maker, model, version and patch level are not known.", "Collect getprop.")
	blind(!a.packages, "No dump of the package service was collected: permissions, users, versions and times of the apps are not known.", "Collect dumpsys package.")
	blind(!l.named(packagesJSON), "No packages.json was collected: hashes and certificates of the apps are not known.", "Collect with androidqf, or scan the APKs.")
	blind(!a.dumped("user"), "The users of the phone were not dumped: a work profile or a second user may be missing.", "Collect dumpsys user.")
	blind(!a.dumped("device_policy"), "Device and profile owners were not dumped.", "Collect dumpsys device_policy.")
	blind(!a.dumped("accessibility") && l.has(settings) == 0, "Accessibility services were not collected.", "Collect dumpsys accessibility.")
	if len(a.skipped) > 0 {
		a.Gap(inventory.Gap{Subject: a.src.Name(), Kind: inventory.GapSkipped, Count: len(a.skipped), Samples: a.skipped[:min(len(a.skipped), 5)],
			Detail: "Files that show a moment of the phone (processes, storage, logs, backups) are not read."})
	}
	if l.more {
		a.Gap(inventory.Gap{Subject: a.src.Name(), Kind: inventory.GapLimit, Detail: fmt.Sprintf("More than %d files: the rest was not looked at.", maxNames),
			Next: "Scan a folder that holds the dumps of one phone and nothing else."})
	}
}

func (a *acquired) dumped(service string) bool {
	for _, s := range a.services {
		if s == service {
			return true
		}
	}
	return false
}

// together says that lists were taken for those of one phone where nothing but the folder ties them together.
func (a *acquired) together() {
	n := a.layout.has(packageList) + a.layout.has(dump)
	if n < 2 || a.layout.has(packagesJSON)+a.layout.has(acquisition) > 0 {
		return
	}
	a.Gap(inventory.Gap{Subject: a.src.Name(), Kind: inventory.GapBlind, Count: n,
		Detail: "The package lists and dumps in this folder were read as those of one phone, because it holds the properties of one.",
		Next:   "If they are of several phones, give each a folder of its own."})
}
