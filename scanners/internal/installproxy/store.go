package installproxy

import (
	"strconv"

	"quaestor/scanners/internal/iosfacts"
	"quaestor/scanners/internal/plist"
	"quaestor/scanners/inventory"
)

// DescribeStore adds what the App Store noted beside an app when it was got: iTunesMetadata, a property list, either
// as data or read already. The account that got it, which is noted there too, is not read.
func DescribeStore(a *inventory.App, metadata any) error {
	if data, ok := metadata.([]byte); ok {
		v, err := plist.Decode(data)
		if err != nil {
			return err
		}
		metadata = v
	}
	if id := plist.Int(metadata, "itemId"); id > 0 {
		iosfacts.Fill(&a.StoreID, strconv.FormatInt(id, 10))
	}
	iosfacts.Fill(&a.Publisher, plist.Text(metadata, "artistName"))
	iosfacts.Fill(&a.Genre, plist.Text(metadata, "genre"))
	iosfacts.Fill(&a.Name, plist.Text(metadata, "itemName"))
	iosfacts.Fill(&a.Version, plist.Text(metadata, "bundleShortVersionString"))
	return nil
}
