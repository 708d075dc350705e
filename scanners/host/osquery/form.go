package osquery

import (
	"encoding/base64"
	"strings"

	"quaestor/scanners/internal/jsonpart"
	"quaestor/scanners/internal/jsonstream"
	"quaestor/scanners/internal/records"
)

// form is how a file is read.
type form int

const (
	asWhole   form = iota // rows of tables, read at once
	asLines               // lines of a log, or hosts of Fleet: one after another
	asCounted             // software that Fleet counts, one after another
)

var (
	// entries are lines of a log and hosts: by themselves, in an array, in the body that osqueryd sends to a server, in answers of Fleet and
	// of Kinesis.
	entries = jsonstream.Options{Members: []string{"data", "hosts", "results", "Records", "records"}, MaxElement: maxLine}
	// counts are software titles and versions: answers of Fleet, and what fleetctl prints.
	counts = jsonstream.Options{Members: []string{"software_titles", "software", "spec"}}
)

// formOf tells from the beginning of a file how it is read.
func formOf(text []byte) form {
	if first, _, ok := jsonstream.Head(text, entries); ok {
		switch v := unwrapped(first.Raw); {
		case has(v).log(), has(v).host(), first.Err != nil && cutSnapshot(v):
			return asLines
		}
	}
	if first, _, ok := jsonstream.Head(text, counts); ok && first.Member != "" && has(first.Raw).counted() {
		return asCounted
	}
	return asWhole
}

// members are which members an object has.
type members uint

const (
	hasName members = 1 << iota
	hasIdentifier
	hasTime
	hasAction
	hasRows
	hasHostName
	hasSoftware
	hasNumber
	hasDetail
	hasLabels
	hasHostID
	hasFetched
	hasSource
	hasCount
)

var flags = map[string]members{
	"name": hasName, "hostIdentifier": hasIdentifier, "hostname": hasIdentifier | hasHostName, "unixTime": hasTime, "calendarTime": hasTime, "action": hasAction,
	"columns": hasRows, "snapshot": hasRows, "diffResults": hasRows, "software": hasSoftware, "os_version": hasSoftware, "uuid": hasNumber, "hardware_serial": hasNumber,
	"platform": hasNumber, "detail_updated_at": hasDetail, "label_updated_at": hasLabels, "host_id": hasHostID, "last_fetched": hasFetched, "source": hasSource, "hosts_count": hasCount,
}

// has looks at the members of an object, as far as it goes.
func has(v jsonpart.Value) (m members) {
	_ = v.Fields(func(key string, _ jsonpart.Value) bool { // it may be cut off
		m |= flags[key]
		return true
	})
	return m
}

func (m members) all(of members) bool { return m&of == of }

// log reports whether it is a line of a log, or of a report that Fleet keeps of a query.
func (m members) log() bool {
	return m.all(hasName|hasRows) && m&(hasIdentifier|hasTime) != 0 && m&(hasTime|hasAction) != 0 || m.all(hasHostID|hasFetched|hasRows)
}

// host reports whether it is a host as Fleet describes it.
func (m members) host() bool {
	return m.all(hasHostName|hasSoftware|hasNumber) || m.all(hasDetail|hasLabels)
}

// counted reports whether it is software that Fleet counts.
func (m members) counted() bool { return m.all(hasName | hasSource | hasCount) }

// cutSnapshot reports whether a line that is cut off begins with the rows of a table: osqueryd writes them first.
func cutSnapshot(v jsonpart.Value) bool {
	list := records.Heads(v)
	return len(list) > 1 && list[0].Has("snapshot") && list[1].Group == "snapshot" && tableOf(list[1], "") != nil
}

// maxWrapped is how many wrappers may lie in each other.
const maxWrapped = 4

// unwrapped is the line or host inside of what other systems put around it: Splunk, Elastic, Kinesis, fleetctl. What holds none stays as
// it is.
func unwrapped(v jsonpart.Value) jsonpart.Value {
	if inner, ok := unwrap(v, 0); ok {
		return inner
	}
	return v
}

func unwrap(v jsonpart.Value, depth int) (found jsonpart.Value, ok bool) {
	if m := has(v); m.log() || m.host() {
		return v, true
	}
	if depth == maxWrapped {
		return nil, false
	}
	_ = v.Fields(func(key string, value jsonpart.Value) bool {
		if inner := inside(key, value); inner != nil {
			found, ok = unwrap(inner, depth+1)
		}
		return !ok
	})
	return found, ok
}

// inside is the object that a member of a wrapper holds: as it is, as text, or in base64.
func inside(key string, value jsonpart.Value) jsonpart.Value {
	switch key {
	case "result", "_source", "event", "spec", "host", "kinesis", "_raw", "message", "log", "Data", "data":
	default:
		return nil
	}
	if value.IsObject() {
		return value
	}
	text, ok := value.Text()
	if !ok {
		return nil
	}
	if strings.HasPrefix(text, "ey") || strings.HasPrefix(text, "ew") { // "{" in base64
		if raw, err := base64.StdEncoding.DecodeString(text); err == nil {
			text = string(raw)
		}
	}
	if text = strings.TrimSpace(text); strings.HasPrefix(text, "{") {
		return jsonpart.Value(text)
	}
	return nil
}
