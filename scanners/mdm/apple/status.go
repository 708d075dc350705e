package apple

import (
	"strings"

	"quaestor/scanners/internal/iosfacts"
	"quaestor/scanners/internal/plist"
)

// items is the value of a status item. Reports nest it by the parts of its name.
func items(v any, name string) any {
	at := plist.Get(v, "StatusItems")
	if flat := plist.Get(at, name); flat != nil {
		return flat
	}
	return plist.Get(at, strings.Split(name, ".")...)
}

// item is a status item that is a text.
func item(v any, name string) string {
	s, _ := items(v, name).(string)
	return s
}

// pending are the states of an app in a status report in which it is not on the device.
var pending = map[string]bool{"optional": true, "queued": true, "prompting-for-consent": true, "prompting-for-login": true, "prompting": true, "needs-redemption": true, "redeeming": true, "validating-purchase": true,
	"downloading": true, "installing": true, "managed-but-uninstalled": true, "failed": true, "user-rejected": true}

// status states what a status report of declarative management says. Its lists are of managed apps, and may tell only what changed.
func (x *device) status(s *said) {
	if plist.Get(s.v, "StatusItems") == nil {
		return
	}
	d := x.d
	x.tell(s, "device.model.identifier", &d.Model, item(s.v, "device.model.identifier"))
	x.tell(s, "device.operating-system.version", &d.OSVersion, item(s.v, "device.operating-system.version"))
	x.tell(s, "device.operating-system.build-version", &d.OSBuild, item(s.v, "device.operating-system.build-version"))
	x.property("SupplementalBuildVersion", item(s.v, "device.operating-system.supplemental.build-version"))
	x.property("SupplementalOSVersionExtra", item(s.v, "device.operating-system.supplemental.extra-version"))
	x.property("PasscodePresent", text(items(s.v, "passcode.is-present")))
	x.property("PasscodeCompliant", text(items(s.v, "passcode.is-compliant")))
	x.property("FDE_Enabled", text(items(s.v, "diskmanagement.filevault.enabled")))
	for _, name := range []string{"app.managed.list", "mdm.app"} {
		for _, e := range plist.List(items(s.v, name)) {
			x.statusApp(s, e)
		}
	}
	x.statusCertificates(s)
}

func (x *device) statusApp(s *said, e any) {
	if plist.Bool(e, "_removed") {
		return
	}
	state := plist.Text(e, "state")
	managed := state != "user-installed-app" && state != "management-rejected" && state != "unknown"
	a := x.stated(s, plist.Text(e, "identifier"), plist.Text(e, "name"), state, !pending[state], managed)
	if a == nil {
		return
	}
	iosfacts.Fill(&a.Version, plist.Text(e, "short-version"))
	iosfacts.Fill(&a.Version, plist.Text(e, "version"))
}

// statusCertificates gives the certificates of a report the form of those in an answer.
func (x *device) statusCertificates(s *said) {
	var list []any
	for _, e := range plist.List(items(s.v, "security.certificate.list")) {
		if !plist.Bool(e, "_removed") && plist.Text(e, "data") != "" {
			list = append(list, map[string]any{"CommonName": plist.Text(e, "subject-summary"), "IsIdentity": plist.Bool(e, "is-identity"), "Data": plist.Text(e, "data")})
		}
	}
	x.certificates(s, list, false)
}
