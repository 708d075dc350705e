package privacyreport

import (
	"bytes"
	"fmt"
	"net/netip"
	"strings"
	"time"

	"quaestor/scanners/internal/tally"
	"quaestor/scanners/inventory"
)

// inWeb is where an app loaded a host when the report says no more than that the app did not ask for it itself.
const inWeb = "web content"

// connect notes that an app exchanged data with a host.
func (r *report) connect(a *app, rec *record, when, first time.Time) {
	r.key = append(append(append(r.key[:0], rec.host...), 0), rec.context...)
	if !rec.byApp {
		r.key = append(r.key, 1)
	}
	at, ok := a.hosts[string(r.key)]
	if !ok {
		if at = r.connection(a, rec); at < 0 {
			return
		}
		if len(a.hosts) < 4*maxHosts { // the same host may be written in several ways
			a.hosts[string(r.key)] = at
		}
	}
	c := &a.Connections[at]
	c.Count += rec.times()
	c.Tracker = c.Tracker || rec.tracker
	if c.Owner == "" {
		c.Owner = inventory.Text(string(rec.owner))
	}
	a.network[at].add(when)
	a.network[at].add(first)
}

// connection is the index of the connection that a record is about, new or known; -1 when it is not kept.
func (r *report) connection(a *app, rec *record) int {
	c := inventory.Connection{Host: host(rec.host), Via: via(rec)}
	if c.Host == "" {
		r.refused.Add(tally.Short(string(rec.host)))
		return -1
	}
	key := c.Host + "\x00" + c.Via
	if at, ok := a.known[key]; ok {
		return at
	}
	if len(a.known) >= maxHosts || r.hosts >= maxAllHosts {
		r.overHost.Add(a.Identifier + " " + c.Host)
		return -1
	}
	r.hosts++
	a.known[key] = len(a.Connections)
	a.Connections = append(a.Connections, c)
	a.network = append(a.network, span{})
	return len(a.Connections) - 1
}

// host is a host name in lower case, or an address; empty when it is neither.
func host(text []byte) string {
	name := strings.TrimSuffix(strings.ToLower(string(text)), ".")
	if _, err := netip.ParseAddr(name); err == nil {
		return name
	}
	if name == "" || len(name) > maxHost || strings.ContainsFunc(name, func(c rune) bool {
		return c < 0x80 && c != '.' && c != '-' && c != '_' && (c < 'a' || c > 'z') && (c < '0' || c > '9') || c == 0xfffd
	}) {
		return ""
	}
	return inventory.Text(name)
}

// via is where an app loaded a host, when it was not by itself. Of the address of a page only the host is kept.
func via(rec *record) string {
	context := rec.context
	if _, rest, ok := bytes.Cut(context, []byte("://")); ok {
		context = rest
	}
	context, _, _ = bytes.Cut(context, []byte{'/'})
	context, _, _ = bytes.Cut(context, []byte{'?'})
	switch {
	case len(context) > 0:
		return inventory.Text(string(context))
	case rec.byApp:
		return ""
	}
	return inWeb
}

// inventory gives the facts.
func (r *report) inventory(name, file, hash string) *inventory.Inventory {
	var all span
	for _, a := range r.list {
		for i := range a.Accesses {
			a.Accesses[i].First, a.Accesses[i].Last = a.spans[i].ends()
		}
		for i := range a.Connections {
			a.Connections[i].First, a.Connections[i].Last = a.network[i].ends()
		}
		t := inventory.Trace{Kind: inventory.TraceUsed, Detail: "noted in the App Privacy Report"}
		t.First, t.Last = a.span.ends()
		r.phone.Trace(a.App, t)
		all.add(a.span.first)
		all.add(a.span.last)
	}
	if first, last := all.ends(); first != nil {
		r.phone.Device.CollectedAt = last // the last that was noted; the report itself does not say when it was made
		r.gap(inventory.GapBlind, 0, nil, fmt.Sprintf("The report covers what iOS noted from %s to %s, seven days at most.", first.Format(time.DateOnly), last.Format(time.DateOnly)), "")
	}
	r.gaps()
	r.phone.Device.Origins = []inventory.Origin{r.phone.Origin(r.file, 0)}
	return r.phone.Inventory(name, file, hash)
}

// gaps says what was left out.
func (r *report) gaps() {
	for _, g := range []struct {
		tally  *tally.Tally
		kind   inventory.GapKind
		detail string
		next   string
	}{
		{&r.broken, inventory.GapMalformed, "Lines are no JSON objects, or longer than any of a report; they were left out.", "Export the report again."},
		{&r.others, inventory.GapUnknownLines, "Lines are of a kind that is not known here.", ""},
		{&r.untimed, inventory.GapUnknownLines, "Times are not written as in a report; what happened then is told without them.", ""},
		{&r.unknown, inventory.GapMalformed, "How often something happened is not told as a count; it is told without one, or with that of other lines.", "Look at these lines by hand."},
		{&r.refused, inventory.GapMalformed, "Hosts are neither names nor addresses; they were left out.", "Look at these lines by hand."},
		{&r.overHost, inventory.GapLimit, fmt.Sprintf("Apps name more than %d hosts, or all together more than %d; the rest was not kept.", maxHosts, maxAllHosts), "Look at the report by hand."},
		{&r.overUse, inventory.GapLimit, fmt.Sprintf("Apps name more than %d kinds of sensors and data; the rest was not kept.", maxSensors), "Look at the report by hand."},
	} {
		if g.tally.Count > 0 {
			r.gap(g.kind, g.tally.Count, g.tally.Samples, g.detail, g.next)
		}
	}
}

func (r *report) gap(kind inventory.GapKind, count int, samples []string, detail, next string) {
	r.phone.Gap(inventory.Gap{Subject: inventory.Text(r.file), Kind: kind, Count: count, Samples: samples, Detail: detail, Next: next})
}
