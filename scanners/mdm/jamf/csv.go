package jamf

import (
	"errors"
	"io"
	"slices"
	"strings"

	"quaestor/scanners/internal/checkin"
	"quaestor/scanners/internal/csvstream"
	"quaestor/scanners/internal/jsonstream"
	"quaestor/scanners/internal/regroup"
)

// plain is the name of a column without what differs between exports.
func plain(name string) string {
	return strings.ToLower(strings.TrimSpace(strings.NewReplacer("_", " ", "-", " ", "  ", " ").Replace(name)))
}

// columns are those of the device, by what they are called in searches of Macs, of mobile devices, and in older versions.
var columns = map[string]func(r *record, value string){
	"computer name": setName, "display name": setName, "mobile device name": setName, "device name": setName, "name": setName,
	"serial number":          func(r *record, v string) { r.serial = v },
	"udid":                   func(r *record, v string) { r.udid = v },
	"model identifier":       func(r *record, v string) { r.model = v },
	"model":                  func(r *record, v string) { r.modelName = v },
	"operating system":       func(r *record, v string) { r.setSystem(v) },
	"os type":                func(r *record, v string) { r.system = v },
	"operating system name":  func(r *record, v string) { r.system = v },
	"operating system build": func(r *record, v string) { r.build = v }, "os build": func(r *record, v string) { r.build = v },
	"operating system version": setVersion, "os version": setVersion, "ios version": setVersion, "tvos version": setVersion,
	"operating system rapid security response": func(r *record, v string) { r.set("rapidSecurityResponse", v) }, "rapid security response": func(r *record, v string) { r.set("rapidSecurityResponse", v) },
	"architecture type": func(r *record, v string) { r.arch = architecture(v, nil) }, "processor architecture": func(r *record, v string) { r.arch = architecture(v, nil) },
	"last inventory update": func(r *record, v string) { r.when(&r.reported, v) },
	"last check in":         func(r *record, v string) { r.when(&r.contacted, v) },
	"last enrollment":       func(r *record, v string) { r.when(&r.enrolled, v) },
	"managed":               func(r *record, v string) { r.managed = loose(v).truth() },
	"supervised":            func(r *record, v string) { r.supervised = loose(v).truth() },
	"enrolled via automated device enrollment": func(r *record, v string) { r.automated = loose(v).truth() },
	"device ownership type":                    func(r *record, v string) { r.ownership = v }, "device ownership level": func(r *record, v string) { r.ownership = v },
	"filevault 2 status": func(r *record, v string) { r.encrypted = fileVault(v); r.set("fileVault2Status", v) },
	"data protection":    func(r *record, v string) { r.protected(loose(v).truth()) },
	"passcode status":    func(r *record, v string) { r.passcode = loose(v).truth() },
	"jailbreak detected": func(r *record, v string) { r.tampered = loose(v).truth() },
	"system integrity protection": func(r *record, v string) {
		r.set("sipStatus", v)
	},
	"gatekeeper": func(r *record, v string) { r.protection(v, "", nil) }, "gatekeeper status": func(r *record, v string) { r.protection(v, "", nil) },
	"xprotect definitions version": func(r *record, v string) { r.protection("", v, nil) },
	"firewall enabled":             func(r *record, v string) { r.protection("", "", loose(v).truth()) },
	"secure boot level":            func(r *record, v string) { r.set("secureBootLevel", v) },
	"remote desktop enabled":       func(r *record, v string) { r.set("remoteDesktopEnabled", v) },
	"jamf pro computer id":         setID, "jss computer id": setID, "jamf pro mobile device id": setID, "jss mobile device id": setID, "computer id": setID, "mobile device id": setID,
}

// reports are the columns of times of reports.
var reports = []string{"last inventory update", "last check in"}

func setName(r *record, v string) { r.name = v }

func setID(r *record, v string) { r.id = v }

func setVersion(r *record, v string) { r.version = v }

// setSystem takes the name of a system with its version: "macOS 15.6".
func (r *record) setSystem(v string) {
	at := strings.LastIndexByte(v, ' ')
	if at < 0 || v[at+1:] == "" || v[at+1] < '0' || v[at+1] > '9' {
		r.system = v
		return
	}
	if r.system = v[:at]; r.version == "" {
		r.version = v[at+1:]
	}
}

func (r *record) set(name, value string) {
	if r.properties == nil {
		r.properties = map[string]string{}
	}
	r.properties[name] = value
}

// column takes the value of a column of a search.
func (r *record) column(name, value string) {
	switch take := columns[plain(name)]; {
	case take == nil:
	case value != "":
		take(r, value)
	case r.unread == "" && slices.Contains(reports, plain(name)):
		r.unread = checkin.Never // there is a place for the time, and nothing in it
	}
}

// Columns of an app, the better ones first.
var (
	bundleColumns  = []string{"application bundle id", "application bundle identifier", "bundle id", "bundle identifier", "app identifier", "application identifier", "identifier"}
	titleColumns   = []string{"application title", "application name", "app name", "title"}
	versionColumns = []string{"application short version", "app short version", "short version", "application version", "app version", "version"}
	pathColumns    = []string{"application path", "path"}
	storeColumns   = []string{"mac app store", "app store"}
)

// Columns that name the device, the better ones first.
var keyColumns = []string{"serial number", "udid", "jamf pro computer id", "jss computer id", "jamf pro mobile device id", "jss mobile device id", "computer id", "mobile device id", "computer name", "mobile device name", "display name", "device name"}

// looksCSV reports whether a table is an export of Jamf Pro, by names of columns that no other system has together.
func looksCSV(header []string) bool {
	has := func(names ...string) bool {
		return slices.ContainsFunc(header, func(h string) bool { return slices.Contains(names, plain(h)) })
	}
	own := has("jamf pro computer id", "jss computer id", "jamf pro mobile device id", "jss mobile device id")
	name := has("computer name", "mobile device name", "display name", "device name")
	return has(keyColumns...) && (own || name && has("last inventory update") || has("computer name") && has("last check in", "application title"))
}

// table is a CSV that is being read.
type table struct {
	header                              []string
	keys                                []int
	device                              []int // columns of the device
	bundle, title, version, path, store int
	mac                                 bool
}

func newTable(header []string) *table {
	t := &table{header: make([]string, len(header))}
	for i, h := range header {
		t.header[i] = plain(h)
	}
	first := func(names []string) int {
		for _, n := range names {
			if at := slices.Index(t.header, n); at >= 0 {
				return at
			}
		}
		return -1
	}
	t.bundle, t.title, t.version, t.path, t.store = first(bundleColumns), first(titleColumns), first(versionColumns), first(pathColumns), first(storeColumns)
	for _, k := range keyColumns {
		if at := slices.Index(t.header, k); at >= 0 {
			t.keys = append(t.keys, at)
		}
	}
	for i, h := range t.header {
		if columns[h] != nil {
			t.device = append(t.device, i)
		}
	}
	t.mac = slices.ContainsFunc(t.header, func(h string) bool {
		return h == "computer name" || strings.HasSuffix(h, "computer id") || h == "last check in" || h == "filevault 2 status"
	})
	return t
}

// separator stands between the fields of a row that is kept. A field that holds it is cut there.
const separator = "\x1f"

// csv reads a table. The rows of one device may lie anywhere in it.
func (f *file) csv(text io.Reader) error {
	rows := csvstream.NewReader(text)
	header, err := rows.Header()
	if err != nil {
		return err
	}
	t := newTable(header)
	groups := regroup.New(regroup.DefaultMemory)
	defer groups.Close()
	for {
		row, err := rows.Read()
		var broken *csvstream.RowError
		switch {
		case errors.As(err, &broken):
			f.trouble.Add(jsonstream.Element{Line: broken.Line}, errors.New(broken.Reason))
			continue
		case errors.Is(err, io.EOF):
			return f.groups(t, groups)
		case err != nil:
			return errors.Join(err, f.groups(t, groups))
		}
		if err := errors.Join(t.add(f, groups, row), f.ctx.Err()); err != nil {
			return err
		}
	}
}

// add puts a row to those of its device: what it says of the device, and of an app.
func (t *table) add(f *file, groups *regroup.Groups, row csvstream.Row) error {
	key := ""
	for _, k := range t.keys {
		if v := strings.TrimSpace(string(row.Fields[k])); key == "" && v != "" {
			key = t.header[k] + separator + strings.ToLower(v)
		}
	}
	if key == "" {
		f.trouble.Add(jsonstream.Element{Line: row.Line}, errors.New("the row names no device"))
		return nil
	}
	of := []byte("d")
	for _, i := range t.device {
		of = append(append(of, separator...), row.Fields[i]...)
	}
	if err := groups.AddOnce([]byte(key), of, int64(row.Line)); err != nil {
		return err
	}
	if t.bundle < 0 && t.title < 0 {
		return nil
	}
	e := []byte("a")
	for _, i := range []int{t.bundle, t.title, t.version, t.path, t.store} {
		if e = append(e, separator...); i >= 0 {
			e = append(e, row.Fields[i]...)
		}
	}
	return groups.Add([]byte(key), e, int64(row.Line))
}

// groups hands on the devices of a table.
func (f *file) groups(t *table, groups *regroup.Groups) error {
	return groups.Each(func(g regroup.Group) error {
		return f.part(int(g.Rows[0].Mark), func() (*record, error) { return t.record(g.Rows), nil })
	})
}

// record is a device by its rows. Of what differs between them the last row counts.
func (t *table) record(rows []regroup.Row) *record {
	r := &record{mac: t.mac, properties: map[string]string{}, listed: t.bundle >= 0 || t.title >= 0}
	for i := len(rows) - 1; i >= 0; i-- {
		fields := strings.Split(rows[i].Text, separator)
		if fields[0] != "d" {
			continue
		}
		for n, at := range t.device {
			if n+1 < len(fields) {
				r.column(t.header[at], strings.TrimSpace(fields[n+1]))
			}
		}
		break
	}
	for _, row := range rows {
		fields := strings.Split(row.Text, separator)
		if fields[0] != "a" || len(fields) < 6 {
			continue
		}
		a := app{bundle: strings.TrimSpace(fields[1]), name: fields[2], version: fields[3], path: strings.TrimSpace(fields[4]), store: is(loose(fields[5]).truth(), true)}
		if a.bundle != "" || strings.TrimSpace(a.name) != "" { // a device without apps has a row all the same
			r.apps = append(r.apps, a)
		}
	}
	return r
}
