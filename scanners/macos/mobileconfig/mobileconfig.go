// Package mobileconfig reads configuration profiles that are handed in as files: a profile (.mobileconfig), signed or not, and
// the list of a Mac's profiles that `profiles show -output stdout-xml` writes.
//
// What the package cannot see: whether a profile that was handed in is installed anywhere; who signed it, which macOS checks when
// it is installed.
package mobileconfig

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"quaestor/scanners"
	"quaestor/scanners/internal/cms"
	"quaestor/scanners/internal/machost"
	"quaestor/scanners/internal/macprofile"
	"quaestor/scanners/internal/plist"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

// ID is the scanner's ID.
const ID = "macos/mobileconfig"

// maxSize is the most bytes of a file that is looked at.
const maxSize = 16 << 20

// Scanner reads files with profiles.
type Scanner struct{}

// Info implements scanners.Scanner.
func (Scanner) Info() scanners.Info {
	return scanners.Info{
		ID: ID, Kind: machost.Kind, Platforms: []inventory.Platform{inventory.MacOS, inventory.IOS}, Title: "configuration profiles in files",
		Reads:      []string{"profiles as they are handed out (.mobileconfig), signed or not", "the output of `profiles show -output stdout-xml`"},
		CannotSee:  []string{"whether a profile is installed anywhere, unless a Mac listed it", "who signed a profile: only that somebody did"},
		Extensions: []string{".mobileconfig"},
	}
}

// Recognise implements scanners.Scanner.
func (Scanner) Recognise(src *source.Source) bool {
	if src.IsDir() || src.ReaderAt() == nil || src.Size() > maxSize || !plist.Looks(src.Head()) && !cms.Looks(src.Head()) {
		return false
	}
	if !bytes.Contains(src.Head(), []byte("Payload")) && !bytes.Contains(src.Head(), []byte("ProfileI")) {
		return false // a list of something else, which need not be read whole
	}
	data, err := src.Bytes()
	if err != nil {
		return false
	}
	v, _, err := macprofile.Decode(data)
	return err == nil && macprofile.Is(v)
}

// Scan implements scanners.Scanner.
func (Scanner) Scan(_ context.Context, src *source.Source) (*inventory.Inventory, error) {
	inv := inventory.New()
	data, err := src.Bytes()
	if err != nil {
		return inv, err
	}
	v, signed, err := macprofile.Decode(data)
	if err != nil {
		return inv, fmt.Errorf("%q cannot be read: %w; export it again", src.Name(), err)
	}
	sum := sha256.Sum256(data)
	hash := hex.EncodeToString(sum[:])
	origins := []inventory.Origin{{Scanner: ID, Path: inventory.Text(src.Name()), SHA256: hash}}
	list, cut := macprofile.Parse(v)
	if cut {
		inv.Gaps = append(inv.Gaps, inventory.Gap{Subject: inventory.Text(src.Name()), Kind: inventory.GapLimit, Detail: "It holds more profiles than are told.", Next: "Look at it by hand."})
	}
	// A profile that was handed in is on no device that is known: what it would do is told of one that bears the file's name.
	d := inventory.Device{ID: inventory.DeviceID(inventory.MacOS, "profiles", hash), Platform: inventory.MacOS, Name: inventory.Text(src.Base()), Origins: origins}
	if server, _ := macprofile.Add(inv, d.ID, list, origins); server != "" {
		d.Properties = map[string]string{"MDM.ServerURL": server}
	}
	inv.Devices = []inventory.Device{d}
	alone := plist.Text(v, "PayloadType") == "Configuration"
	if alone {
		inv.Gaps = append(inv.Gaps, inventory.Gap{Device: d.ID, Subject: inventory.Text(src.Name()), Kind: inventory.GapBlind, Detail: "The profile is a file: what is told is what it would do, and of no device that is known."})
	}
	if alone && signed {
		inv.Gaps = append(inv.Gaps, inventory.Gap{Device: d.ID, Subject: inventory.Text(src.Name()), Kind: inventory.GapSkipped, Detail: "The profile is signed; who signed it was not checked.", Next: "Install it on no device before that is known."})
	}
	return inv, nil
}
