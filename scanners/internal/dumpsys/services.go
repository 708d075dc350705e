package dumpsys

import (
	"strconv"
	"strings"
)

// maxFacts is the most facts taken from the dump of one of these services.
const maxFacts = 10_000

// users reads `dumpsys user` and `pm list users`.
type users struct {
	h    *Handler
	user *DeviceUser
	n    int
}

func (u *users) line(line []byte, number int) error {
	text := strings.TrimSpace(string(line))
	if found, ok := ParseUser(text); ok {
		u.flush()
		if u.n++; u.n <= maxFacts {
			found.Line = number
			if _, after, ok := strings.Cut(text, "} "); ok && after == "running" { // pm list users
				found.State = "RUNNING"
			}
			u.user = &found
		}
		return nil
	}
	if u.user != nil {
		u.detail(text)
	}
	return nil
}

// detail reads what stands below the line of a user.
func (u *users) detail(text string) {
	if v, ok := strings.CutPrefix(text, "Type: "); ok && u.user.Type == "" {
		u.user.Type = v
	}
	if v, ok := strings.CutPrefix(text, "State: "); ok && u.user.State == "" {
		u.user.State = v
	}
	u.user.NoDebugging = u.user.NoDebugging || text == "no_debugging_features"
}

func (u *users) flush() {
	if u.user != nil && u.h.User != nil {
		u.h.User(*u.user)
	}
	u.user = nil
}

func (u *users) end(bool) error { u.flush(); return nil }

// ParseUser reads "UserInfo{10:Work profile:1030} serialNo=10 …". The name may hold anything, colons and
// braces included.
func ParseUser(text string) (DeviceUser, bool) {
	rest, ok := strings.CutPrefix(text, "UserInfo{")
	end := strings.LastIndexByte(rest, '}')
	if !ok || end < 0 {
		return DeviceUser{}, false
	}
	id, rest, ok := strings.Cut(rest[:end], ":")
	at := strings.LastIndexByte(rest, ':')
	if _, err := strconv.Atoi(id); !ok || err != nil || at < 0 || len(id) > 9 {
		return DeviceUser{}, false
	}
	flags, err := strconv.ParseInt(rest[at+1:], 16, 64)
	name := rest[:at]
	if name == "null" {
		name = ""
	}
	return DeviceUser{ID: id, Name: name, Flags: flags}, err == nil
}

// owners reads `dumpsys device_policy`.
type owners struct {
	h       *Handler
	owner   *Owner
	admins  string // user whose administrators are being listed, "" for none
	indent  int    // of the heading of that list
	adminAt int    // indent of the administrators below it
	n       int
}

func (o *owners) line(line []byte, number int) error {
	text := strings.TrimSpace(string(line))
	if text == "" {
		return nil
	}
	indent := len(line) - len(strings.TrimLeft(string(line), " \t"))
	switch {
	case strings.HasPrefix(text, "Device Owner"):
		o.begin(Owner{Device: true, User: userIn(text, "0"), Line: number})
	case strings.HasPrefix(text, "Profile Owner (User "):
		o.begin(Owner{User: userIn(text, ""), Line: number})
	case strings.HasPrefix(text, "Enabled Device Admins (User "):
		o.flush()
		o.admins, o.indent, o.adminAt = userIn(text, ""), indent, 0
	case o.owner != nil:
		o.ownerLine(text)
	case o.admins != "":
		o.adminLine(text, indent, number)
	}
	return nil
}

func (o *owners) begin(owner Owner) {
	o.flush()
	if o.n++; o.n <= maxFacts {
		o.owner = &owner
	}
}

func (o *owners) ownerLine(text string) {
	switch {
	case strings.HasPrefix(text, "admin="):
		o.owner.Component = Component(strings.TrimPrefix(text, "admin="))
	case strings.HasPrefix(text, "name="):
		if o.owner.Name = strings.TrimPrefix(text, "name="); o.owner.Name == "null" {
			o.owner.Name = ""
		}
	case strings.HasPrefix(text, "package=") && o.owner.Component == "":
		o.owner.Component = strings.TrimPrefix(text, "package=")
	case strings.HasPrefix(text, "User ID: "):
		o.owner.User = strings.TrimPrefix(text, "User ID: ")
	}
}

func (o *owners) adminLine(text string, indent, number int) {
	if indent <= o.indent {
		o.admins = ""
		return
	}
	if o.adminAt == 0 {
		o.adminAt = indent
	}
	name, ok := strings.CutSuffix(text, ":")
	if indent != o.adminAt || !ok || !strings.Contains(name, "/") || o.h.Service == nil {
		return
	}
	if o.n++; o.n <= maxFacts {
		o.h.Service(Service{Kind: "device-admin", Component: Component(name), User: o.admins, Line: number})
	}
}

func (o *owners) flush() {
	if o.owner != nil && o.owner.Component != "" && o.h.Owner != nil {
		o.h.Owner(*o.owner)
	}
	o.owner, o.admins = nil, ""
}

func (o *owners) end(bool) error { o.flush(); return nil }

// userIn takes the number out of "… (User 10 …".
func userIn(text, otherwise string) string {
	_, rest, ok := strings.Cut(text, "(User ")
	digits := rest[:len(rest)-len(strings.TrimLeft(rest, "0123456789"))]
	if !ok || digits == "" || len(digits) > 9 {
		return otherwise
	}
	return digits
}

// Component makes "package/class" of how Android prints a component: ComponentInfo{a/b}, {a/b} or a/.B.
func Component(s string) string {
	s = strings.TrimSpace(s)
	s = strings.TrimPrefix(s, "ComponentInfo")
	s = strings.TrimSuffix(strings.TrimPrefix(s, "{"), "}")
	if pkg, class, ok := strings.Cut(s, "/."); ok {
		return pkg + "/" + pkg + "." + class
	}
	return s
}

// accessibility reads `dumpsys accessibility`: which services are switched on.
type accessibility struct {
	h      *Handler
	user   string
	inside bool // of the list in the form of one service a line
	n      int
}

func (a *accessibility) line(line []byte, number int) error {
	text := strings.TrimSpace(string(line))
	if _, rest, ok := strings.Cut(text, "attributes:{id="); ok {
		a.user = rest[:len(rest)-len(strings.TrimLeft(rest, "0123456789"))]
	}
	lower := strings.ToLower(text)
	switch rest, ok := strings.CutPrefix(lower, "enabled services:"); {
	case ok && strings.TrimSpace(rest) == "{":
		a.inside = true
	case ok:
		for _, s := range strings.Split(text[len("enabled services:"):], ",") {
			a.add(strings.Trim(s, "{} "), number)
		}
	case a.inside && strings.HasPrefix(text, "}"):
		a.inside = false
	case a.inside:
		if _, s, ok := strings.Cut(text, ":"); ok {
			a.add(strings.TrimSpace(s), number)
		}
	}
	return nil
}

func (a *accessibility) add(s string, number int) {
	s = Component(s)
	if a.n++; a.n <= maxFacts && strings.Contains(s, "/") && a.h.Service != nil {
		a.h.Service(Service{Kind: "accessibility", Component: s, User: a.user, Line: number})
	}
}

func (a *accessibility) end(bool) error { return nil }

// listeners reads `dumpsys notification`: which apps read notifications.
type listeners struct {
	h      *Handler
	inside bool
	n      int
}

func (l *listeners) line(line []byte, number int) error {
	text := strings.TrimSpace(string(line))
	switch {
	case strings.HasPrefix(text, "All notification listeners ("):
		l.inside = true
	case l.inside && strings.HasPrefix(text, "ComponentInfo{"):
		if l.n++; l.n <= maxFacts && l.h.Service != nil {
			l.h.Service(Service{Kind: "notification-listener", Component: Component(text), Line: number})
		}
	default:
		l.inside = false
	}
	return nil
}

func (l *listeners) end(bool) error { return nil }

// vpns reads `dumpsys vpn_management`: which app is chosen for a VPN, by user.
type vpns struct {
	h    *Handler
	vpn  *VPN
	list bool
	n    int
}

func (v *vpns) line(line []byte, number int) error {
	text := strings.TrimSpace(string(line))
	if text == "VPNs:" {
		v.list = true
		return nil
	}
	user, pkg, ok := strings.Cut(text, ": ")
	switch {
	case v.list && ok && user != "" && len(user) <= 9 && strings.Trim(user, "0123456789") == "":
		v.flush()
		if v.n++; v.n <= maxFacts && pkg != "[Legacy VPN]" {
			v.vpn = &VPN{User: user, Package: pkg, Line: number}
		}
	case v.vpn != nil && strings.Contains(text, "alwaysOn=true"):
		v.vpn.AlwaysOn = true
	}
	return nil
}

func (v *vpns) flush() {
	if v.vpn != nil && v.h.VPN != nil {
		v.h.VPN(*v.vpn)
	}
	v.vpn = nil
}

func (v *vpns) end(bool) error { v.flush(); return nil }
