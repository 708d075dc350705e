package reports

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"quaestor/riskdb"
	"quaestor/scanners/inventory"
)

// So many hosts of an app, and of a device, are named in a report; the inventory has all.
const (
	maxAppHosts    = 20
	maxDeviceHosts = 300
)

// Access is that an app used a sensor or data, as the device noted it.
type Access struct {
	What  string `json:"what" jsonschema:"the platform's own word: camera, contacts, location, …"`
	Count int    `json:"count,omitempty" jsonschema:"how often"`
	Last  string `json:"last,omitempty" jsonschema:"the last time, RFC 3339"`
}

// Host is a server that apps exchanged data with, as the device noted it, and whose it is.
type Host struct {
	Host     string `json:"host" jsonschema:"name or address"`
	Owner    string `json:"owner,omitempty" jsonschema:"whose server it is; absent where nobody says"`
	By       string `json:"owner_by,omitempty" jsonschema:"who says whose it is: risk-database, or device, which nobody has checked"`
	Vendor   string `json:"vendor,omitempty" jsonschema:"id of the owner in the risk database"`
	Country  string `json:"country,omitempty" jsonschema:"state whose law reaches the owner, as recorded"`
	Priority bool   `json:"priority,omitempty" jsonschema:"the texts behind the database name the state as a priority concern, and a source places the owner there"`
	Web      bool   `json:"web,omitempty" jsonschema:"only web content that was opened in the app did; absent where an app did so by itself"`
	Apps     int    `json:"apps,omitempty" jsonschema:"of a device: how many apps did"`
	Count    int    `json:"count,omitempty" jsonschema:"how often"`
	Last     string `json:"last,omitempty" jsonschema:"the last time, RFC 3339"`
}

// Sensor is what apps used of a device.
type Sensor struct {
	What  string   `json:"what" jsonschema:"the platform's own word: camera, contacts, location, …"`
	Apps  []string `json:"apps" jsonschema:"ids of the apps"`
	Count int      `json:"count,omitempty" jsonschema:"how often"`
	Last  string   `json:"last,omitempty" jsonschema:"the last time, RFC 3339"`
}

// host says whose a host is: by the database, else as the device states.
func (b *builder) host(host, stated string) Host {
	if b.hosts == nil {
		b.hosts = b.db.HostOwners(b.a.AsOf)
	}
	if o := b.hosts.Of(host); o != nil {
		return Host{Host: host, Owner: o.Name, By: "risk-database", Vendor: o.Vendor, Country: o.State, Priority: o.Priority && o.Certainty != riskdb.ConfidenceLow}
	}
	if stated != "" {
		return Host{Host: host, Owner: stated, By: "device"}
	}
	return Host{Host: host}
}

func accesses(list []inventory.Access) []Access {
	var out []Access
	for _, a := range list {
		out = append(out, Access{What: a.What, Count: a.Count, Last: moment(a.Last)})
	}
	slices.SortStableFunc(out, func(x, y Access) int { return cmp.Or(cmp.Compare(y.Count, x.Count), cmp.Compare(x.What, y.What)) })
	return out
}

// tally gathers what was noted of one host.
type tally struct {
	stated string
	web    bool
	apps   map[string]bool
	count  int
	last   *time.Time
}

// tallies gathers hosts.
type tallies map[string]*tally

func (ts tallies) add(app string, c *inventory.Connection, web bool) {
	t := ts[c.Host]
	if t == nil {
		t = &tally{web: true, apps: map[string]bool{}}
		ts[c.Host] = t
	}
	t.web = t.web && web
	t.stated = cmp.Or(t.stated, c.Owner)
	t.apps[app] = true
	t.count += max(c.Count, 1)
	if c.Last != nil && (t.last == nil || c.Last.After(*t.last)) {
		t.last = c.Last
	}
}

// list is those hosts first whose owners' state the texts name, then those used most.
func (b *builder) list(ts tallies, limit int) []Host {
	out := make([]Host, 0, len(ts))
	for host, t := range ts {
		h := b.host(host, t.stated)
		h.Web, h.Apps, h.Count, h.Last = t.web, len(t.apps), t.count, moment(t.last)
		out = append(out, h)
	}
	slices.SortFunc(out, func(x, y Host) int {
		return cmp.Or(compareBool(y.Priority, x.Priority), compareBool(x.Web, y.Web), cmp.Compare(y.Count, x.Count), strings.Compare(x.Host, y.Host))
	})
	return slices.Clip(out[:min(len(out), limit)])
}

// exchanged adds the exchanges of an app to those that are named, and to visited the hosts that tell which sites a person
// opened: those are counted alone, unless a finding is about them. What calls itself a browser is spared too, known or not.
func (b *builder) exchanged(app *inventory.App, named tallies, visited map[string]bool) {
	if len(app.Connections) == 0 {
		return
	}
	browser := riskdb.IsBrowser(app, b.a.Products[app.ID]) || strings.Contains(strings.ToLower(app.Identifier), "browser")
	for i := range app.Connections {
		c := &app.Connections[i]
		web := browser || c.Via != ""
		if web && !b.judged[app.ID][c.Host] {
			visited[c.Host] = true
		} else {
			named.add(app.ID, c, web)
		}
	}
}

// without counts the hosts that are visited and not named.
func without(visited map[string]bool, named tallies) int {
	n := 0
	for host := range visited {
		if named[host] == nil {
			n++
		}
	}
	return n
}

// judgedHosts are the hosts that findings name, by app.
func judgedHosts(findings []riskdb.Finding) map[string]map[string]bool {
	out := map[string]map[string]bool{}
	for i := range findings {
		app := findings[i].Subject.App
		for _, e := range findings[i].Evidence {
			for _, host := range e.Hosts {
				if app == nil {
					continue
				}
				if out[app.ID] == nil {
					out[app.ID] = map[string]bool{}
				}
				out[app.ID][host] = true
			}
		}
	}
	return out
}

// contacts adds to an app the hosts that it exchanged data with, the first few, and how many there are.
func (b *builder) contacts(out *App, app *inventory.App) {
	if len(app.Connections) == 0 {
		return
	}
	ts, visited := tallies{}, map[string]bool{}
	b.exchanged(app, ts, visited)
	list := b.list(ts, maxAppHosts)
	for i := range list {
		list[i].Apps = 0
	}
	out.Contacts, out.ContactCount, out.VisitedCount = list, len(ts), without(visited, ts)
}

// Traffic is how much an app sent and received, in bytes, as the device counted.
type Traffic struct {
	WifiIn      int64  `json:"wifi_in,omitempty" jsonschema:"received over Wi-Fi"`
	WifiOut     int64  `json:"wifi_out,omitempty" jsonschema:"sent over Wi-Fi"`
	CellularIn  int64  `json:"cellular_in,omitempty" jsonschema:"received over the mobile network"`
	CellularOut int64  `json:"cellular_out,omitempty" jsonschema:"sent over the mobile network"`
	First       string `json:"first,omitempty" jsonschema:"since when it was counted, RFC 3339"`
	Last        string `json:"last,omitempty" jsonschema:"until when, RFC 3339"`
}

func traffic(t *inventory.Traffic) *Traffic {
	if t == nil {
		return nil
	}
	return &Traffic{WifiIn: t.WifiIn, WifiOut: t.WifiOut, CellularIn: t.CellularIn, CellularOut: t.CellularOut, First: moment(t.First), Last: moment(t.Last)}
}

// noted adds to a device what was noted of all its apps together.
func (b *builder) noted(d *Device) {
	ts, visited, sensors := tallies{}, map[string]bool{}, map[string]*Sensor{}
	for i := range b.inv.Apps {
		app := &b.inv.Apps[i]
		if app.Device != d.ID {
			continue
		}
		b.exchanged(app, ts, visited)
		for j := range app.Accesses {
			addSensor(sensors, app.ID, &app.Accesses[j])
		}
	}
	d.VisitedCount = without(visited, ts)
	if len(ts) > 0 {
		d.Hosts, d.HostCount = b.list(ts, maxDeviceHosts), len(ts)
	}
	for _, s := range sensors {
		slices.Sort(s.Apps)
		s.Apps = slices.Compact(s.Apps)
		d.Sensors = append(d.Sensors, *s)
	}
	slices.SortFunc(d.Sensors, func(x, y Sensor) int {
		return cmp.Or(cmp.Compare(len(y.Apps), len(x.Apps)), cmp.Compare(y.Count, x.Count), cmp.Compare(x.What, y.What))
	})
}

func addSensor(into map[string]*Sensor, app string, a *inventory.Access) {
	s := into[a.What]
	if s == nil {
		s = &Sensor{What: a.What}
		into[a.What] = s
	}
	s.Apps = append(s.Apps, app)
	s.Count += max(a.Count, 1)
	s.Last = max(s.Last, moment(a.Last))
}
