package privacyreport

import (
	"bytes"
)

// mayProfile is the domainType by which iOS marks a domain that it has seen to collect data across apps and sites, and that may
// profile people. All others are 2.
const mayProfile = 1

// record is one line of a report. The texts belong to the line.
type record struct {
	app       []byte // bundle identifier
	appKind   []byte // how app names it, where the line says
	when      []byte
	first     []byte
	network   bool
	access    bool
	what      []byte // sensor or data
	kind      []byte // "intervalBegin", "intervalEnd", "event"
	interval  []byte // what beginning and end share
	aside     bool   // the system showed the data, and gave the app what its user chose
	count     int
	uncounted bool // it says how often in a way that is no count
	host      []byte
	owner     []byte
	tracker   bool
	context   []byte
	byApp     bool // the app asked for the host by itself
}

// parse reads a line of any version. It reports false for a JSON object that is no record, such as one of another
// kind of event; an error says that the line is no JSON object.
func parse(line []byte) (r record, known bool, err error) {
	var stream, service, typ, initiated []byte
	domain := false
	err = object(line, func(name []byte, v value) {
		switch string(name) {
		case "type":
			typ = v.text()
		case "accessor":
			r.accessor(v)
		case "bundleID", "hasApp.bundleName":
			r.app = v.text()
		case "category":
			r.what = v.text()
		case "tccService":
			service = v.text()
		case "stream":
			stream = v.text()
		case "kind":
			r.kind = v.text()
		case "identifier":
			r.interval = v.text()
		case "timeStamp", "timestamp", "lastTimeStamp":
			r.when = v.text()
		case "firstTimeStamp":
			r.first = v.text()
		case "domain":
			r.host, domain = v.text(), true
		case "domainType":
			kind, ok := v.number()
			r.tracker = ok && kind == mayProfile
		case "domainOwner":
			r.owner = v.text()
		case "context":
			r.context = v.text()
		case "initiatedType":
			initiated = v.text()
		case "hits", "accessCount":
			n, ok := v.number()
			r.count, r.uncounted = n, !ok
		case "outOfProcess":
			r.aside = string(v) == "true"
		}
	})
	if err != nil {
		return r, false, err
	}
	r.network = string(typ) == "networkActivity" || len(typ) == 0 && domain
	r.access = string(typ) == "access" || len(typ) == 0 && !domain && len(r.app) > 0
	r.byApp = !bytes.EqualFold(initiated, []byte("NonAppInitiated"))
	if len(r.what) == 0 {
		r.what = service
	}
	if len(r.what) == 0 { // the first version: "com.apple.privacy.accounting.stream.location"
		r.what = stream[bytes.LastIndexByte(stream, '.')+1:]
	}
	return r, r.whole(), nil
}

// whole reports whether a record has what one of its kind needs.
func (r *record) whole() bool {
	if len(r.app) == 0 {
		return false
	}
	return r.network && len(r.host) > 0 || r.access && len(r.what) > 0
}

func (r *record) accessor(v value) {
	if len(v) == 0 || v[0] != '{' {
		return
	}
	_ = object(v, func(name []byte, v value) { // it was checked with the line
		switch string(name) {
		case "identifier":
			r.app = v.text()
		case "identifierType":
			r.appKind = v.text()
		}
	})
}

// times is how often a record says that something happened: once where it does not say; nothing is added where what it
// says is no count.
func (r *record) times() int {
	if r.uncounted {
		return 0
	}
	return max(r.count, 1)
}
