package osquery

import (
	"cmp"
	"strconv"
	"strings"

	"quaestor/scanners/internal/hostroot"
	"quaestor/scanners/internal/jsonpart"
	"quaestor/scanners/internal/records"
)

// maxLine is the most bytes of a line; a snapshot of all files of a computer is longer, and not for us.
const maxLine = 32 << 20

// isLog recognises a line of the log of osqueryd.
func isLog(r records.Record) bool {
	return r.Has("name") && r.HasAny("hostIdentifier", "hostname", "calendarTime", "unixTime") && r.HasAny("columns", "snapshot", "diffResults") && r.HasAny("unixTime", "calendarTime", "action")
}

// logHost is the computer of a line: its name where the line is decorated with it, else the identifier that osqueryd was told to use.
func logHost(r records.Record) string {
	d, _ := records.From(r.Value("decorations"))
	if name := d.Text("hostname", "computer_name", "host_name"); name != "" {
		return name
	}
	return r.Text("hostIdentifier", "hostname")
}

// line is one of a log: what one query gave at one time. Its rows are not decoded.
type line struct {
	name, host   string
	uuid, serial string // of the computer, as decorations tell
	at           int64  // seconds since 1970; 0 where not told
	counter      int64  // of the results of the query; -1 where not told
	report       bool   // of what Fleet keeps of a query: the rows that there are
	action       string
	columns      jsonpart.Value
	snapshot     jsonpart.Value
	diff         jsonpart.Value
	has          members
}

// parseLine reads the members of a line. An error says that it is damaged.
func parseLine(v jsonpart.Value) (l line, err error) {
	l.counter = -1
	var identifier, hostName, calendar, fetched string
	err = v.Fields(func(key string, value jsonpart.Value) bool {
		l.has |= flags[key]
		switch key {
		case "name":
			l.name, _ = value.Text()
		case "hostIdentifier":
			identifier, _ = value.Text()
		case "hostname":
			hostName, _ = value.Text()
		case "host_name":
			l.host, _ = value.Text()
		case "unixTime":
			l.at = integer(value, 0)
		case "calendarTime":
			calendar, _ = value.Text()
		case "last_fetched":
			fetched, _ = value.Text()
		case "counter":
			l.counter = integer(value, -1)
		case "action":
			l.action, _ = value.Text()
		case "columns":
			l.columns = value
		case "snapshot":
			l.snapshot = value
		case "diffResults":
			l.diff = value
		case "decorations":
			l.decorated(value)
		}
		return true
	})
	if l.report = l.has.all(hasHostID | hasFetched); l.report {
		calendar, l.counter = fetched, 0
	}
	l.host = strings.TrimSpace(cmp.Or(l.host, identifier, hostName))
	if at, _ := records.Time(calendar); l.at == 0 && at != nil {
		l.at = at.Unix()
	}
	if l.uuid == "" && hostroot.IsUUID(identifier) {
		l.uuid = identifier
	}
	l.uuid = strings.ToLower(l.uuid)
	return l, err
}

// decorated takes what osqueryd adds to a line about the computer.
func (l *line) decorated(v jsonpart.Value) {
	var names [3]string
	_ = v.Fields(func(key string, value jsonpart.Value) bool { // the line itself is whole
		text, _ := value.Text()
		switch key {
		case "hostname":
			names[0] = text
		case "computer_name":
			names[1] = text
		case "host_name":
			names[2] = text
		case "hardware_serial":
			l.serial = text
		case "host_uuid", "hardware_uuid":
			if hostroot.IsUUID(text) && strings.Trim(text, "0-") != "" {
				l.uuid = text
			}
		}
		return true
	})
	if name := cmp.Or(names[0], names[1], names[2]); name != "" {
		l.host = name
	}
}

// integer is a number, which may be written as text.
func integer(v jsonpart.Value, without int64) int64 {
	text := string(v)
	if s, ok := v.Text(); ok {
		text = s
	}
	if n, err := strconv.ParseInt(strings.TrimSpace(text), 10, 64); err == nil {
		return n
	}
	return without
}

// first is the first row that a line holds; nil for none.
func (l *line) first() (row jsonpart.Value) {
	take := func(v jsonpart.Value) bool {
		row = v
		return false
	}
	for _, list := range []jsonpart.Value{l.snapshot, l.diff.Get("added"), l.diff.Get("removed")} {
		if _ = list.Items(take); row != nil { // what is damaged is met when it is read
			return row
		}
	}
	if l.columns.IsObject() {
		return l.columns
	}
	return nil
}

// count is how many rows a line holds.
func (l *line) count() (n int) {
	for _, list := range []jsonpart.Value{l.snapshot, l.diff.Get("added"), l.diff.Get("removed")} {
		_ = list.Items(func(jsonpart.Value) bool { n++; return true })
	}
	if l.columns.IsObject() {
		n++
	}
	return n
}
