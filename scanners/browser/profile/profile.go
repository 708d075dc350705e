// Package profile reads a folder of a browser that was handed in without its computer: a profile, or the folder in which the
// browser keeps all of them.
//
// What the package cannot see: the computer and the account that the folder is from, extensions that lie outside of it, and
// what policies and other programs tell the browser.
package profile

import (
	"bytes"
	"cmp"
	"context"
	"path"
	"regexp"

	"quaestor/scanners"
	"quaestor/scanners/internal/addons"
	"quaestor/scanners/internal/appdata"
	"quaestor/scanners/internal/chromium"
	"quaestor/scanners/internal/firefox"
	"quaestor/scanners/internal/hostroot"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

// ID is the scanner's name.
const ID = "browser/profile"

// Scanner reads folders of browsers.
type Scanner struct{}

// Info implements scanners.Scanner.
func (Scanner) Info() scanners.Info {
	return scanners.Info{
		ID: ID, Kind: "browser", Title: "a browser's profile folder by itself",
		Reads: []string{"a profile, or the folder of all profiles (User Data), of Chromium and browsers made from it",
			"a profile, or the folder with profiles.ini, of Firefox and programs made from it"},
		CannotSee: []string{
			"the computer and the account that a browser profile is from",
			"extensions that are loaded from outside of a browser profile, and what policies and other programs make the browser install",
		},
		Platforms: scanners.Computers(),
	}
}

// Recognise implements scanners.Scanner.
func (Scanner) Recognise(src *source.Source) bool {
	if !src.IsDir() || hostroot.IsHost(src) {
		return false
	}
	h, err := hostroot.Folder(src)
	return err == nil && (chromium.IsFolder(h) || firefox.IsFolder(h))
}

// Damaged implements scanners.Diagnoser.
func (Scanner) Damaged(src *source.Source) string {
	if src.IsDir() || src.Size() > maxSettings {
		return ""
	}
	data, err := src.Bytes()
	switch {
	case err != nil:
		return ""
	case chromium.Damaged(src.Base(), data):
		return "the settings of a browser's profile"
	case firefox.Damaged(src.Base(), data):
		return "a browser's list of add-ons"
	}
	return ""
}

// Scan implements scanners.Scanner.
func (Scanner) Scan(ctx context.Context, src *source.Source) (*inventory.Inventory, error) {
	h, err := hostroot.Folder(src)
	if err != nil {
		return nil, err
	}
	isFirefox := firefox.IsFolder(h)
	inv := inventory.New()
	inv.Devices = []inventory.Device{device(h, src)}
	c := addons.New(h, ID, inv)
	if isFirefox {
		firefox.Folder(ctx, c, src.Name())
	} else {
		chromium.Folder(ctx, c, src.Name())
	}
	c.Finish(ctx)
	return inv, ctx.Err()
}

// device stands for the computer of which nothing is known but its system.
func device(h *hostroot.Host, src *source.Source) inventory.Device {
	name := inventory.Text(path.Base(src.Name()))
	p := platform(h)
	return inventory.Device{ID: inventory.DeviceID(p, "browser profile", src.Name()), Platform: p, Name: name,
		Origins: []inventory.Origin{{Scanner: ID, Path: inventory.Text(src.Name())}}}
}

// Absolute paths that a browser noted, by the systems that have such.
var (
	windowsPath = regexp.MustCompile(`"path":\s*"[A-Za-z]:\\\\`)
	macPath     = regexp.MustCompile(`"path":\s*"/(Applications|Users|Library|private)/`)
	linuxPath   = regexp.MustCompile(`"path":\s*"/`)
)

// maxSettings is how large the files may be in which paths are looked for.
const maxSettings = 16 << 20

// platform concludes the system from paths that the browser noted; it is empty where there are none.
func platform(h *hostroot.Host) inventory.Platform {
	var found inventory.Platform
	for _, dir := range append([]string{"."}, appdata.Folders(h, ".", func(string, error) {})...) {
		for _, file := range []string{"Preferences", "Secure Preferences", "extensions.json"} {
			data, err := appdata.Read(h, path.Join(dir, file), maxSettings)
			if err != nil {
				continue // Scan tells of it
			}
			found = cmp.Or(found, platformOf(data))
		}
	}
	return found
}

func platformOf(data []byte) inventory.Platform {
	switch {
	case !bytes.Contains(data, []byte(`"path"`)):
		return ""
	case windowsPath.Match(data):
		return inventory.Windows
	case macPath.Match(data):
		return inventory.MacOS
	case linuxPath.Match(data):
		return inventory.Linux
	}
	return ""
}
