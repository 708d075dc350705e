package reports

import (
	"quaestor/riskdb"
	"quaestor/scanners/inventory"
)

// DeviceKind is the kind of a subject that is a device as a whole: it has no identifier and no app.
const DeviceKind = "device"

// ExceptionKind is the kind of a subject that is an exception of the policy; its identifier is the exception's.
const ExceptionKind = "exception"

// subject says what a finding is about.
func (b *builder) subject(s riskdb.Subject) Subject {
	out := Subject{Kind: DeviceKind}
	switch {
	case s.App != nil:
		out = b.appSubject(s.App)
	case s.Exception != nil:
		return Subject{Kind: ExceptionKind, Identifier: s.Exception.ID, Name: "Exception " + s.Exception.ID}
	}
	out.Device = s.DeviceID()
	if d := b.devices[out.Device]; d != nil {
		out.DeviceName = d.Name
	}
	if s.Product != nil {
		out.Product, out.Vendor = s.Product.ID, s.Product.Vendor
	}
	return out
}

func (b *builder) appSubject(app *inventory.App) Subject {
	out := Subject{App: app.ID, Kind: string(app.IdentifierKind), Identifier: app.Identifier, Name: app.Name, Version: app.Version, Users: installedFor(app),
		For: b.usersOf(app), Presence: string(app.Presence)}
	if app.Device == "" && len(app.Origins) > 0 {
		out.Path = app.Origins[0].Path
	}
	return out
}
