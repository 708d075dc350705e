package appstore

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
	"time"

	"quaestor/scanners/internal/iosfacts"
	"quaestor/scanners/internal/plist"
	"quaestor/scanners/inventory"
)

// table is one that tells of apps: the names it has or had, the columns that are read, and what a row states. Columns
// with accounts, addresses and tokens are never among them.
type table struct {
	names   []string
	columns []string
	shared  bool // databases of others may have one of the name too
	read    func(s *scan, a *inventory.App, r row)
}

// tables in the order of how well they know what is on the device; the first to tell a fact is believed.
var tables = []*table{
	{[]string{"current_apps", "current_apps_crossfire", "current_apps_ocelot", "current_apps_personalization"},
		[]string{"bundle_id", "item_id", "item_name", "vendor_name", "short_version", "bundle_version", "is_beta", "is_clip", "is_system_app", "deletion_date", "timestamp"}, false, current},
	{[]string{"app_install"},
		[]string{"bundle_id", "bundle_name", "bundle_version", "vendor_name", "item_id", "timestamp", "install_finished_timestamp", "redownload", "store_metadata"}, false, install},
	{[]string{"app_updates"},
		[]string{"bundle_id", "store_item_id", "install_date", "timestamp", "is_offloaded", "store_item_data"}, false, update},
	{[]string{"mapi_app_update"},
		[]string{"bundle_id", "item_id", "install_date", "timestamp", "metadata"}, false, catalogUpdate},
	{[]string{"purchase_history_apps", "purchase_history_apps_table"},
		[]string{"bundle_id", "store_item_id", "title", "long_title", "developer_name", "genre_name", "date_purchased", "family_shared"}, false, purchase},
	{[]string{"beta_app_info"},
		[]string{"bundle_id", "bundle_short_version", "bundle_version", "last_seen_date"}, false, beta},
	{[]string{"launch_events", "active_launch_events"},
		[]string{"bundle_id", "containing_bundle_id", "launch_start_time", "launch_end_time"}, true, launch},
}

// tableFor is how a table of some name is read, nil for another one.
func tableFor(name string) *table {
	for _, t := range tables {
		if slices.Contains(t.names, name) {
			return t
		}
	}
	return nil
}

// hasTable reports whether the statement that makes a table, with a column of bundle identifiers, is in the first bytes of a database.
func hasTable(head []byte, name string) bool {
	for {
		at := bytes.Index(head, []byte(name))
		if at < 0 {
			return false
		}
		before := bytes.TrimRight(head[:at], "\"'[`")
		head = head[at+len(name):]
		after := head[:min(len(head), 4096)]
		if makes(before[max(0, len(before)-14):]) && bytes.IndexAny(after, " (\"'`]") == 0 && bytes.Contains(after, []byte("bundle_id")) {
			return true
		}
	}
}

// makes reports whether a statement that ends like this goes on with the name of the table that it makes.
func makes(s []byte) bool {
	s = bytes.ToUpper(s)
	return bytes.HasSuffix(s, []byte("TABLE ")) || bytes.HasSuffix(s, []byte("EXISTS "))
}

// row is a row of a table, by the names of its columns. A column that is not there reads as empty.
type row struct {
	columns []string
	values  []any
}

func (r row) get(column string) any {
	if at := slices.Index(r.columns, column); at >= 0 {
		return r.values[at]
	}
	return nil
}

func (r row) text(column string) string {
	s, _ := r.get(column).(string)
	return s
}

func (r row) time(column string) *time.Time { return iosfacts.Time(r.get(column)) }

func (r row) yes(column string) bool {
	n, _ := r.get(column).(int64)
	return n != 0
}

// data is what a column holds as text or bytes.
func (r row) data(column string) []byte {
	switch v := r.get(column).(type) {
	case []byte:
		return v
	case string:
		return []byte(v)
	}
	return nil
}

// number is a number of the store, which is never 0 or negative.
func (r row) number(column string) string {
	if n, _ := r.get(column).(int64); n > 0 {
		return strconv.FormatInt(n, 10)
	}
	return ""
}

// current is what the store takes for installed, or noted as removed.
func current(s *scan, a *inventory.App, r row) {
	iosfacts.Fill(&a.Name, r.text("item_name"))
	iosfacts.Fill(&a.Publisher, r.text("vendor_name"))
	iosfacts.Fill(&a.StoreID, r.number("item_id"))
	a.System = a.System || r.yes("is_system_app")
	if r.yes("is_beta") {
		iosfacts.Fill(&a.Distribution, "testflight")
	}
	if r.yes("is_clip") {
		iosfacts.AddText(&a.Flags, "app-clip")
	}
	if r.get("deletion_date") != nil {
		gone := r.time("deletion_date")
		s.Trace(a, inventory.Trace{Kind: inventory.TraceRemoved, First: gone, Last: gone})
		return
	}
	version := r.text("short_version")
	if version == "" {
		version = r.text("bundle_version")
	}
	iosfacts.Fill(&a.Version, version)
	at := r.time("timestamp")
	s.Trace(a, inventory.Trace{Kind: inventory.TraceUpdated, Detail: "the store lists it as on the device", First: at, Last: at})
	s.Installed(a)
}

// install is an installation by the store that was begun on this device.
func install(s *scan, a *inventory.App, r row) {
	meta := metadata(r.data("store_metadata"))
	iosfacts.Fill(&a.Name, plist.Text(meta, "itemName"))
	iosfacts.Fill(&a.Name, r.text("bundle_name"))
	iosfacts.Fill(&a.Publisher, plist.Text(meta, "artistName"))
	iosfacts.Fill(&a.Publisher, r.text("vendor_name"))
	iosfacts.Fill(&a.Genre, plist.Text(meta, "genre"))
	iosfacts.Fill(&a.StoreID, r.number("item_id"))
	detail, at := "an installation was begun on this device", r.time("timestamp")
	if end := r.time("install_finished_timestamp"); end != nil {
		detail = "it was installed on this device"
		iosfacts.Fill(&a.Version, plist.Text(meta, "bundleShortVersionString"))
		iosfacts.Fill(&a.Version, r.text("bundle_version"))
		if a.FirstInstalled == nil {
			a.FirstInstalled = end
		}
		at = end
	}
	if r.yes("redownload") {
		detail += ", again"
	}
	s.Trace(a, inventory.Trace{Kind: inventory.TraceBought, Detail: detail, First: at, Last: at})
}

// metadata is what the store sent with an app, of which the archive also names the buyer; only what is asked for is read.
func metadata(data []byte) any {
	if !plist.Looks(data) {
		return nil
	}
	v, err := plist.Decode(data)
	if err == nil && plist.Archived(v) {
		v, err = plist.Unarchive(v)
	}
	if err != nil {
		return nil
	}
	return v
}

// update is an update that the store offered, or installed if it tells when. Its version is the offered one.
func update(s *scan, a *inventory.App, r row) {
	var item struct {
		Name    string `json:"name"`
		Artist  string `json:"artistName"`
		Version string `json:"displayVersion"`
	}
	_ = json.Unmarshal(r.data("store_item_data"), &item) // without it the row still tells of the app
	iosfacts.Fill(&a.StoreID, r.number("store_item_id"))
	if r.yes("is_offloaded") {
		iosfacts.AddText(&a.Flags, "offloaded")
	}
	updated(s, a, r, item.Name, item.Artist, item.Version)
}

// catalogUpdate is the same in the form that the store's catalogue has had since iOS 14.
func catalogUpdate(s *scan, a *inventory.App, r row) {
	var item struct {
		Attributes struct {
			Name      string `json:"name"`
			Artist    string `json:"artistName"`
			Genre     string `json:"genreDisplayName"`
			Platforms struct {
				IOS struct {
					Latest struct {
						Version string `json:"versionDisplay"`
					} `json:"latestVersionInfo"`
				} `json:"ios"`
			} `json:"platformAttributes"`
		} `json:"attributes"`
	}
	_ = json.Unmarshal(r.data("metadata"), &item)
	iosfacts.Fill(&a.Genre, item.Attributes.Genre)
	iosfacts.Fill(&a.StoreID, r.number("item_id"))
	updated(s, a, r, item.Attributes.Name, item.Attributes.Artist, item.Attributes.Platforms.IOS.Latest.Version)
}

func updated(s *scan, a *inventory.App, r row, name, artist, version string) {
	iosfacts.Fill(&a.Name, name)
	iosfacts.Fill(&a.Publisher, artist)
	iosfacts.Fill(&a.Distribution, "app-store")
	detail, at := "an update was offered", r.time("timestamp")
	if installed := r.time("install_date"); installed != nil {
		detail, at = "an update was installed", installed
		iosfacts.Fill(&a.Version, version)
		if a.Updated == nil || installed.After(*a.Updated) {
			a.Updated = installed
		}
	}
	if version != "" {
		detail += ": version " + version
	}
	s.Trace(a, inventory.Trace{Kind: inventory.TraceUpdated, Detail: detail, First: at, Last: at})
}

// purchase is an app that the account got, for money or not, on whatever device.
func purchase(s *scan, a *inventory.App, r row) {
	iosfacts.Fill(&a.Name, r.text("title"))
	iosfacts.Fill(&a.Name, r.text("long_title"))
	iosfacts.Fill(&a.Publisher, r.text("developer_name"))
	iosfacts.Fill(&a.Genre, r.text("genre_name"))
	iosfacts.Fill(&a.StoreID, r.number("store_item_id"))
	detail, at := "", r.time("date_purchased")
	if r.yes("family_shared") {
		detail = "shared by the family"
	}
	s.Trace(a, inventory.Trace{Kind: inventory.TraceBought, Detail: detail, First: at, Last: at})
}

// beta is an app in TestFlight.
func beta(s *scan, a *inventory.App, r row) {
	iosfacts.Fill(&a.Distribution, "testflight")
	detail := "a test version from TestFlight"
	if v := r.text("bundle_short_version"); v != "" {
		detail += ": " + v
	}
	at := r.time("last_seen_date")
	s.Trace(a, inventory.Trace{Kind: inventory.TraceBought, Detail: detail, First: at, Last: at})
}

// launch is that an app was started.
func launch(s *scan, a *inventory.App, r row) {
	first, last := r.time("launch_start_time"), r.time("launch_end_time")
	if last == nil {
		last = first
	}
	s.Trace(a, inventory.Trace{Kind: inventory.TraceUsed, First: first, Last: last})
}
