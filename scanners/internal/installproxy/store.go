package installproxy

import (
	"strconv"

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
	if id := plist.Int(metadata, "itemId"); id > 0 && a.StoreID == "" {
		a.StoreID = strconv.FormatInt(id, 10)
	}
	fill(&a.Publisher, plist.Text(metadata, "artistName"))
	fill(&a.Genre, plist.Text(metadata, "genre"))
	fill(&a.Name, plist.Text(metadata, "itemName"), plist.Text(metadata, "title"))
	fill(&a.Version, plist.Text(metadata, "bundleShortVersionString"))
	return nil
}
