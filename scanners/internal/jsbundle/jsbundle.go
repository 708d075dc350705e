// Package jsbundle reads the code and data that app frameworks keep outside of DEX: scripts and pages of React Native
// (plain or as Hermes bytecode), Cordova and Capacitor, literals of Unity's IL2CPP, assemblies of .NET, and the texts
// among the assets. It hands their strings on to a collector of endpoints, and returns the packages that they state.
//
// A package counts with the version that a banner comment, a plugin list or a file header states beside its name.
//
// What the package cannot see: packages of a bundle whose banners were removed, which is the rule for React Native;
// the versions of Capacitor's plugins; scripts that are loaded from the network; encrypted assets.
package jsbundle

import (
	"bytes"
	"strings"

	"quaestor/scanners/internal/components"
	"quaestor/scanners/internal/endpoints"
)

// Kind tells what a file is.
type Kind string

// The kinds of file.
const (
	Text     Kind = "text"       // configuration, pages, scripts
	Script   Kind = "javascript" // a script
	Hermes   Kind = "hermes"     // bytecode of React Native's engine
	Unity    Kind = "unity"      // data of a game, or the literals of its code
	Assembly Kind = "dotnet"     // assemblies, one or many, compressed or not
)

// Facts are what one file says.
type Facts struct {
	Kind       Kind
	Version    string // of the file's format, or of the engine it was made for
	Strings    int    // string constants, where the format has a table of them
	Components []components.Found
	Cut        bool // more than is read: the limit of a table, or of what unpacks
}

// Wants reports whether the entry of that name may be read here: what lies among the assets and the raw resources and
// ends as scripts, pages and configuration do, and the files of the frameworks.
func Wants(name string) bool {
	rest, asset := strings.CutPrefix(name, "assets/")
	if !asset {
		rest, asset = strings.CutPrefix(name, "res/raw/")
	}
	if !asset {
		return strings.HasPrefix(name, "assemblies/") && (strings.HasSuffix(name, ".dll") || strings.HasSuffix(name, ".blob"))
	}
	base := rest[strings.LastIndexByte(rest, '/')+1:]
	switch base {
	case "global-metadata.dat", "globalgamemanagers", "data.unity3d", "mainData":
		return true
	}
	dot := strings.LastIndexByte(base, '.')
	return dot >= 0 && endings[strings.ToLower(base[dot+1:])]
}

var endings = map[string]bool{"js": true, "mjs": true, "cjs": true, "bundle": true, "jsbundle": true, "hbc": true, "html": true, "htm": true,
	"json": true, "xml": true, "properties": true, "conf": true, "cfg": true, "config": true, "ini": true, "yml": true, "yaml": true, "toml": true,
	"txt": true, "lua": true, "env": true, "plist": true, "xhtml": true, "pac": true, "dll": true}

// Read hands the strings of a file on to a collector and returns the rest of what it says. An error tells why a file
// of a known format could not be read by its tables; its bytes were looked through all the same.
func Read(name string, content []byte, to *endpoints.Collector) (Facts, error) {
	switch {
	case bytes.HasPrefix(content, hermesMagic):
		return hermes(name, content, to)
	case bytes.HasPrefix(content, metadataMagic):
		return metadata(name, content, to)
	case bytes.HasPrefix(content, []byte("XALZ")), bytes.HasPrefix(content, []byte("XABA")):
		return assemblies(name, content, to)
	case strings.HasSuffix(name, ".dll"):
		to.Add(content, name)
		return Facts{Kind: Assembly}, nil
	case gameData(name):
		return Facts{Kind: Unity, Components: engine(name, content)}, nil
	}
	if script(name) {
		addScript(name, content, to)
	} else {
		to.Add(content, name)
	}
	return text(name, content, to)
}

// text reads a file that is meant for people, or nearly.
func text(name string, content []byte, to *endpoints.Collector) (Facts, error) {
	f := Facts{Kind: Text}
	base := name[strings.LastIndexByte(name, '/')+1:]
	switch {
	case base == "cordova_plugins.js":
		f.Kind, f.Components = Script, cordova(name, content)
	case base == "capacitor.plugins.json":
		list, err := capacitorPlugins(name, content)
		f.Components = list
		return f, err
	case base == "capacitor.config.json":
		return f, capacitorConfig(name, content, to)
	case script(base) || strings.HasSuffix(base, ".LICENSE.txt"):
		f.Kind, f.Components = Script, banners(name, content)
	}
	return f, nil
}

func script(base string) bool {
	for _, end := range [...]string{".js", ".mjs", ".cjs", ".bundle", ".jsbundle"} {
		if strings.HasSuffix(base, end) {
			return true
		}
	}
	return false
}
