package installproxy

import (
	"quaestor/scanners/internal/iosstate"
	"quaestor/scanners/internal/plist"
	"quaestor/scanners/inventory"
)

// DescribeStore adds what the App Store noted beside an app when it was got: iTunesMetadata, a property list, either
// as data or read already. The account that got it, which is noted there too, is not read. That another marketplace
// gave the app is known from this alone: the signer is the same.
func DescribeStore(a *inventory.App, metadata any) error {
	if data, ok := metadata.([]byte); ok {
		v, err := plist.Decode(data)
		if err != nil {
			return err
		}
		metadata = v
	}
	record := iosstate.Store(metadata)
	record.Apply(a)
	if record.Distribution == "marketplace" {
		a.Distribution = record.Distribution
	}
	return nil
}
