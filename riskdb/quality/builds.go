package main

import (
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"slices"
	"strings"

	"quaestor/scanners/inventory"
)

// Build is a way in which the files of ordinary Android apps are built.
type Build struct {
	ID        string            `yaml:"id"`
	Note      string            `yaml:"note"`
	Classes   int               `yaml:"classes"`
	Renamed   int               `yaml:"renamed,omitempty"`
	TargetSDK int               `yaml:"target_sdk,omitempty"`
	Marks     map[string]string `yaml:"marks,omitempty"`   // code, and the entry that bears it
	Carries   map[string]string `yaml:"carries,omitempty"` // entry, and its format; "self" is the app itself, as an APK
	Hosts     []string          `yaml:"hosts,omitempty"`
	Libraries []string          `yaml:"libraries,omitempty"` // native libraries
	// NoLibraries are files under the names of native libraries that are none.
	NoLibraries []string `yaml:"no_libraries,omitempty"`
	// Leftovers are components that the manifest declares, as merging manifests leaves them, and no class stands behind.
	Leftovers []string       `yaml:"leftovers,omitempty"`
	Stubs     map[string]int `yaml:"stubs,omitempty"` // packages of which a few classes are defined, and how many
}

// buildOf is how a control is taken to be built: each way in turn, by its place among the controls.
func (cs *Controls) buildOf(c *Control, place int) *Build {
	if c.Platform != inventory.Android || len(cs.Builds) == 0 {
		return nil
	}
	return &cs.Builds[place%len(cs.Builds)]
}

// apply puts into the file of a control what an ordinary build leaves there, and gives the files inside it.
func (w *Build) apply(b *inventory.Binary) []inventory.Binary {
	b.TargetSDK = w.TargetSDK
	b.Code = &inventory.Code{Classes: w.Classes, Renamed: w.Renamed, Files: []inventory.CodeFile{{File: "classes.dex", Classes: w.Classes}}}
	b.CodePackages = append(b.CodePackages, inventory.CodePackage{Name: b.Package, Classes: w.Classes - w.Renamed, File: "classes.dex"},
		inventory.CodePackage{Name: "androidx.core.app", Classes: 60, File: "classes.dex"}, inventory.CodePackage{Name: "a.a.b", Classes: w.Renamed + 1, Renamed: w.Renamed, File: "classes2.dex"})
	for _, name := range slices.Sorted(maps.Keys(w.Stubs)) {
		b.CodePackages = append(b.CodePackages, inventory.CodePackage{Name: name, Classes: w.Stubs[name], File: "classes.dex"})
	}
	for _, class := range b.Manifest { // what the control declares is there
		if dot := strings.LastIndexByte(class.Name, '.'); dot > 0 {
			b.CodePackages = append(b.CodePackages, inventory.CodePackage{Name: class.Name[:dot], Classes: 1, File: "classes.dex"})
		}
	}
	for _, class := range w.Leftovers {
		b.Manifest = append(b.Manifest, inventory.ManifestComponent{Kind: "service", Name: class})
	}
	w.link(b)
	b.Hosts = sorted(append(b.Hosts, w.Hosts...))
	for _, code := range slices.Sorted(maps.Keys(w.Marks)) {
		b.Marks = append(b.Marks, inventory.Mark{Code: code, Detail: "as ordinary builds bear it", Count: 1, Places: []inventory.Place{{File: w.Marks[code]}}})
	}
	var inside []inventory.Binary
	for _, file := range slices.Sorted(maps.Keys(w.Carries)) {
		sum := sha256.Sum256([]byte(b.SHA256 + " " + file))
		in := inventory.Binary{SHA256: hex.EncodeToString(sum[:]), Format: w.Carries[file], Inside: []inventory.Place{{Binary: b.SHA256, File: file}}}
		if in.Format == "self" {
			in.Format, in.Package = "apk", b.Package
		}
		inside = append(inside, in)
	}
	return inside
}

// link puts native libraries into the file, as a scanner that reads them tells it, and what is none under their names.
func (w *Build) link(b *inventory.Binary) {
	for _, name := range sorted(append(b.NativeLibs, w.Libraries...)) {
		b.Native = append(b.Native, inventory.NativeCode{File: "lib/arm64-v8a/" + name, ABI: "arm64-v8a", Size: 1 << 20})
	}
	b.NativeLibs = sorted(slices.Concat(b.NativeLibs, w.Libraries, w.NoLibraries))
	if len(b.NativeLibs) > 0 {
		b.ABIs = []string{"arm64-v8a"}
	}
}

// built counts the controls that are judged with the facts of a build.
func (cs *Controls) built(controls []Control) int {
	n := 0
	for i := range controls {
		if cs.buildOf(&controls[i], i) != nil {
			n++
		}
	}
	return n
}
