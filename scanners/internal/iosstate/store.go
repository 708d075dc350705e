package iosstate

import (
	"strconv"
	"strings"
	"time"

	"quaestor/scanners/internal/iosfacts"
	"quaestor/scanners/internal/plist"
	"quaestor/scanners/inventory"
)

// StoreRecord is what iTunesMetadata.plist tells of an app. The account that got it is not in it.
type StoreRecord struct {
	Name, Seller, Genre, Version, StoreID, Source string
	Distribution                                  string
	Bought                                        *time.Time
}

// Store reads iTunesMetadata.plist, which lies beside an app and in the Info.plist of a backup.
func Store(v any) StoreRecord {
	r := StoreRecord{
		Name: plist.Text(v, "itemName"), Seller: plist.Text(v, "artistName"), Genre: plist.Text(v, "genre"),
		Version: plist.Text(v, "bundleShortVersionString"), Source: plist.Text(v, "sourceApp"),
	}
	if r.Name == "" {
		r.Name = plist.Text(v, "playlistName") // older
	}
	if n := plist.Int(v, "itemId"); n > 0 {
		r.StoreID = strconv.FormatInt(n, 10)
	}
	r.Distribution = distribution(v, r.StoreID)
	r.Bought = moment(plist.Get(v, "com.apple.iTunesStore.downloadInfo", "purchaseDate"))
	if r.Bought == nil {
		r.Bought = moment(plist.Get(v, "purchaseDate"))
	}
	return r
}

// distribution is how the app came, as far as the record tells.
func distribution(v any, storeID string) string {
	switch distributor := plist.Text(v, "distributorInfo", "distributorID"); {
	case distributor != "" && !strings.HasPrefix(distributor, "com.apple."):
		return "marketplace"
	case plist.Get(v, "betaExternalVersionIdentifier") != nil && plist.Int(v, "betaExternalVersionIdentifier") != 0:
		return "testflight"
	case storeID != "":
		return "app-store"
	}
	return ""
}

// moment is a date, also one that was written as text.
func moment(v any) *time.Time {
	switch t := v.(type) {
	case time.Time:
		return iosfacts.Valid(t)
	case string:
		if at, err := time.Parse(time.RFC3339, t); err == nil {
			return iosfacts.Valid(at)
		}
	}
	return nil
}

// Apply states the record of an app. What is known of it already stays.
func (r StoreRecord) Apply(a *inventory.App) {
	iosfacts.Fill(&a.Name, r.Name)
	iosfacts.Fill(&a.Publisher, r.Seller)
	iosfacts.Fill(&a.Genre, r.Genre)
	iosfacts.Fill(&a.Version, r.Version)
	iosfacts.Fill(&a.StoreID, r.StoreID)
	iosfacts.Fill(&a.Distribution, r.Distribution)
	if r.Source != "" && !a.InstallerKnown {
		a.Installer, a.InstallerKnown = inventory.Text(r.Source), true
	}
}
