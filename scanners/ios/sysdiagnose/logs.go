package sysdiagnose

import (
	"bytes"
	"strings"
	"time"

	"quaestor/scanners/internal/iosfacts"
	"quaestor/scanners/internal/lines"
	"quaestor/scanners/inventory"
)

// state is what the installation logs tell of one app.
type state struct {
	installed, removed event
	begun              event     // only a place for it on the screen was made
	kind               string    // of the last installation, as the log says: Customer, Developer, System, …
	version, build     string    // of the last one that was installed, as far as it is told
	told               [2]string // version and build that are about to be installed
}

// event is when something was logged, and where.
type event struct {
	at   time.Time
	file string
	line int
}

// later keeps the later of two events.
func (e *event) later(x event) {
	if e.file == "" || x.at.After(e.at) {
		*e = x
	}
}

// maxApps is the most apps that are kept of the logs.
const maxApps = 20_000

// app is the state of an app; nil when the name is no identifier, or there are too many.
func (c *collector) app(bundle string) *state {
	if s := c.apps[bundle]; s != nil {
		return s
	}
	if !iosfacts.ValidBundleID(bundle) || len(c.apps) >= maxApps {
		return nil
	}
	s := &state{}
	c.apps[bundle] = s
	c.order = append(c.order, bundle)
	return s
}

// installations reads the log of the service that installs and removes apps.
func (c *collector) installations(name string, data []byte) error {
	r := lines.New(bytes.NewReader(data))
	for r.Next() {
		line := string(r.Bytes())
		at, ok := c.stamp(line)
		if !ok {
			continue
		}
		e := event{at: at, file: name, line: r.Number()}
		if kind, bundle, ok := successful(line); ok {
			c.installed(kind, bundle, e)
		} else if bundle, ok := after(line, "Uninstalling identifier ", " "); ok {
			if s := c.app(bundle); s != nil {
				s.removed.later(e)
			}
		} else if rest, ok := after(line, "Made container live for ", ""); ok {
			bundle, home, _ := strings.Cut(rest, " at ")
			c.home(bundle, home)
		} else {
			c.version(line)
		}
	}
	return r.Err()
}

func (c *collector) installed(kind, bundle string, e event) {
	s := c.app(bundle)
	if s == nil {
		return
	}
	if strings.Contains(kind, "Placeholder") {
		s.begun.later(e)
		return
	}
	if s.installed.file == "" || !s.installed.at.After(e.at) {
		s.kind, s.version, s.build = kind, s.told[0], s.told[1]
	}
	s.told = [2]string{}
	s.installed.later(e)
}

// version takes the version that is about to be installed: "Installing <MIInstallableBundle ID=…; Version=…, ShortVersion=…>",
// or of a part that is patched "Attempting Delta patch update of ID from 1 (1.0) to 2 (1.1)".
func (c *collector) version(line string) {
	if rest, ok := after(line, "Installing <MIInstallableBundle ID=", ">"); ok {
		bundle, rest, _ := strings.Cut(rest, ";")
		build, _ := after(rest, "Version=", ",")
		short, _ := after(rest, "ShortVersion=", "")
		c.tell(bundle, short, build)
		return
	}
	rest, ok := after(line, "Delta patch update of ", "")
	if !ok {
		return
	}
	bundle, rest, _ := strings.Cut(rest, " from ")
	to, _ := after(rest, " to ", "")
	build, short, _ := strings.Cut(to, " (")
	short, _, _ = strings.Cut(short, ")")
	c.tell(bundle, short, build)
}

func (c *collector) tell(bundle, short, build string) {
	for _, v := range []*string{&short, &build} {
		if *v == "(null)" || len(*v) > maxVersion {
			*v = ""
		}
	}
	if short == "" && build == "" { // a placeholder, or an installation that tells nothing
		if s := c.apps[bundle]; s != nil {
			s.told = [2]string{}
		}
		return
	}
	if s := c.app(bundle); s != nil {
		s.told = [2]string{short, build}
	}
}

// maxVersion is the longest version that is kept.
const maxVersion = 64

// stamp is the time at the beginning of a line, "Mon Apr  7 06:13:34 2025", in the time zone of the phone.
func (c *collector) stamp(line string) (time.Time, bool) {
	if len(line) < 26 || line[24] != ' ' {
		return time.Time{}, false
	}
	t, err := time.ParseInLocation("Mon Jan _2 15:04:05 2006", line[:24], c.zone)
	return t, err == nil && iosfacts.Valid(t) != nil
}

// successful reads "Install Successful for (Customer:ID)"; before iOS 13 the parentheses held the identifier alone.
func successful(line string) (kind, bundle string, ok bool) {
	text, ok := after(line, "Install Successful for (", ")")
	if !ok {
		if text, ok = after(line, "Install successful for (", ")"); !ok {
			return "", "", false
		}
	}
	if kind, bundle, ok := strings.Cut(text, ":"); ok {
		return kind, bundle, true
	}
	return "", text, true
}

// after is what stands behind mark, up to end or the end of the line.
func after(line, mark, end string) (string, bool) {
	_, rest, ok := strings.Cut(line, mark)
	if ok && end != "" {
		rest, _, _ = strings.Cut(rest, end)
	}
	return strings.TrimSpace(rest), ok
}

const bundlesIn = "containers/Bundle/Application/"

// home notes whose program lies in a container. A container whose name was told for two apps is nobody's.
func (c *collector) home(bundle, at string) {
	_, rest, ok := strings.Cut(at, bundlesIn)
	uuid, _, _ := strings.Cut(rest, "/")
	if !ok || uuid == "" || !iosfacts.ValidBundleID(bundle) || len(c.homes) >= maxApps {
		return
	}
	if old, known := c.homes[uuid]; known && old != bundle {
		bundle = ""
	}
	c.homes[uuid] = bundle
}

// process is an app that ran when the archive was made.
type process struct {
	uuid, folder string
	path         string
	line         int
	file         string
}

// maxProcesses is the most processes of apps that are kept. Phones run a few hundred processes.
const maxProcesses = 10_000

// processes reads the list of processes and keeps those of apps.
func (c *collector) processes(name string, data []byte) error {
	r := lines.New(bytes.NewReader(data))
	for r.Next() {
		line := string(r.Bytes())
		at := strings.Index(line, bundlesIn)
		if at < 0 || len(c.running) >= maxProcesses {
			continue
		}
		uuid, rest, _ := strings.Cut(line[at+len(bundlesIn):], "/")
		folder, _, ok := strings.Cut(rest, ".app/")
		if !ok || uuid == "" || folder == "" || strings.Contains(folder, "/") {
			continue
		}
		begin := strings.LastIndexByte(line[:at], ' ') + 1
		c.running = append(c.running, process{uuid: uuid, folder: folder, path: line[begin:at+len(bundlesIn)] + uuid + "/" + folder + ".app", line: r.Number(), file: name})
	}
	return r.Err()
}

// domains reads which apps open links to which web domains; the system keeps that for apps that are installed.
func (c *collector) domains(name string, data []byte) error {
	r := lines.New(bytes.NewReader(data))
	for r.Next() {
		value, ok := strings.CutPrefix(strings.TrimSpace(string(r.Bytes())), "App ID:")
		if !ok {
			continue
		}
		team, bundle, ok := strings.Cut(strings.TrimSpace(value), ".")
		if !ok || !iosfacts.IsTeam(team) {
			continue
		}
		if a := c.trace(bundle, name, r.Number(), inventory.Trace{Kind: inventory.TraceData, Detail: "the system keeps the web domains whose links it opens"}); a != nil {
			iosfacts.Fill(&a.Team, team)
		}
	}
	return r.Err()
}
