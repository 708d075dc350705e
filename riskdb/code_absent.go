package riskdb

import (
	"slices"
	"strings"

	"quaestor/scanners/inventory"
)

// absent lists the components of a manifest in whose package no file of the app, and none that lies inside one, defines a
// class: a library was taken out and its entry in the manifest stayed, as merging manifests leaves it. It is nil where
// that cannot be told, because not all code was read.
func (a *assessor) absent(files []*inventory.Binary, inside []unit) map[string]bool {
	if !allCodeRead(files) {
		return nil
	}
	defined := map[string]bool{}
	note := func(b *inventory.Binary) {
		for i := range b.CodePackages {
			defined[b.CodePackages[i].Name] = true
		}
	}
	for _, b := range files {
		note(b)
	}
	for _, u := range inside {
		note(u.bin)
	}
	out := map[string]bool{}
	for _, b := range files {
		for i := range b.Manifest {
			class := b.Manifest[i].Name
			if dot := strings.LastIndexByte(class, '.'); dot > 0 && !defined[class[:dot]] {
				out[class] = true
			}
		}
	}
	return out
}

// allCodeRead reports whether all code of an app was read: the base is there, with the splits that it needs, each DEX file
// to its end, and nothing was built so that its real code appears only while it runs.
func allCodeRead(files []*inventory.Binary) bool {
	if len(files) == 0 || files[0].Split != "" || files[0].Code == nil || files[0].SplitRequired && len(files) == 1 {
		return false
	}
	return !slices.ContainsFunc(files, func(b *inventory.Binary) bool {
		return !looked(b) || b.Code == nil && b.DexFiles > 0 || hidesCode(b)
	})
}

// hidesCode reports whether a file was built, or broken, so that its code cannot be read.
func hidesCode(b *inventory.Binary) bool {
	return b.Code != nil && slices.ContainsFunc(b.Code.Files, func(f inventory.CodeFile) bool { return f.Error != "" }) ||
		slices.ContainsFunc(b.Marks, func(m inventory.Mark) bool {
			return m.Code == inventory.MarkPacker || m.Code == inventory.MarkDamagedCode
		})
}

// looked reports whether somebody looked into the file: other sources than the file itself tell no more than its name,
// hash and signers.
func looked(b *inventory.Binary) bool {
	return b.Code != nil || b.Entries > 0 || b.DexFiles > 0 || len(b.Manifest)+len(b.CodePackages)+len(b.Native)+len(b.NativeLibs) > 0
}
