package riskdb

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"

	"quaestor/scanners/inventory"
)

// RemovalStep is what takes an app off a device for one of its users. It is advice: nothing here is carried out.
type RemovalStep struct {
	User       string // DeviceUser.ID; empty where the source does not tell users apart
	Name       string // as the device calls the user
	Kind       string // "owner", "work-profile", "private-space", "clone", …; empty when not told
	Method     RemovalMethod
	Identifier string   // of the app; empty where it is none by the platform's grammar
	Command    []string // one argument an element, each from the platform's grammar alone; nil where there is none
	Note       string   // what to know or do first, in sentences
}

// RemovalMethod is how an app is taken off.
type RemovalMethod string

// The methods.
const (
	RemoveUninstall RemovalMethod = "uninstall" // the command, or the user on the device
	RemoveDisable   RemovalMethod = "disable"   // a part of the system cannot be uninstalled, only switched off
	RemoveManaged   RemovalMethod = "mdm"       // by whoever manages the profile, because it would be installed again
	RemoveByHand    RemovalMethod = "by-hand"   // by the user, on the device
)

var (
	androidName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]*(\.[A-Za-z][A-Za-z0-9_]*)+$`)
	bundleName  = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9-]*(\.[A-Za-z0-9-]+)*$`)
	userNumber  = regexp.MustCompile(`^[0-9]{1,9}$`)
)

// maxIdentifier is how long an identifier may be on either platform.
const maxIdentifier = 255

// addressable is the identifier of an app where it is one by the grammar of its platform, so that no text of a device can
// become a part of a command.
func addressable(app *inventory.App) string {
	grammar := map[inventory.IdentifierKind]*regexp.Regexp{inventory.AndroidPackage: androidName, inventory.IOSBundle: bundleName}[app.IdentifierKind]
	if grammar == nil || len(app.Identifier) > maxIdentifier || !grammar.MatchString(app.Identifier) {
		return ""
	}
	return app.Identifier
}

// removal says for each user how an app is taken off; nil where no finding asks for that, or where the app is on no phone.
func (a *assessor) removal(f *facts, action Action) []RemovalStep {
	app := f.app
	phone := app.IdentifierKind == inventory.AndroidPackage || app.IdentifierKind == inventory.IOSBundle
	if action != Remove && action != Replace || !phone || app.Device == "" || app.NotInstalled {
		return nil
	}
	d := a.device(app.Device)
	var steps []RemovalStep
	for _, u := range app.Users {
		if u.Installed {
			steps = append(steps, a.removalFor(app, d, u.User))
		}
	}
	if len(steps) == 0 {
		steps = append(steps, a.removalFor(app, d, ""))
	}
	return steps
}

func (a *assessor) removalFor(app *inventory.App, d *inventory.Device, user string) RemovalStep {
	s := RemovalStep{User: user, Method: RemoveUninstall, Identifier: addressable(app)}
	state := ""
	if d != nil {
		if i := slices.IndexFunc(d.Users, func(u inventory.DeviceUser) bool { return u.ID == user }); i >= 0 {
			s.Name, s.Kind, state = d.Users[i].Name, d.Users[i].Kind, d.Users[i].State
		}
	}
	manager := a.managerOf(app.Device, user)
	switch {
	case manager != "" || s.Kind == "work-profile":
		s.Method = RemoveManaged
		s.Note = fmt.Sprintf("Take it back in the management of this profile (%s): what is removed on the phone alone may be installed again.", cmp.Or(manager, "its organisation is not told"))
	case app.Platform == inventory.IOS:
		s.Method = RemoveByHand
		s.Note = "On the phone: hold the icon of the app, then Remove App and Delete App."
	case app.System || app.UpdatedSystem:
		s.Method = RemoveDisable
		s.Note = "It is part of the system, so that it can be switched off for a user and not deleted."
	}
	if app.Platform == inventory.Android && s.Method != RemoveManaged {
		s.Command = androidCommand(s)
	}
	s.Note = joinSpace(s.Note, inTheWay(s, state))
	if user == "" && app.Platform == inventory.Android {
		s.Note = joinSpace(s.Note, "The source does not tell for which users it is installed: look at each.")
	}
	return s
}

// inTheWay says what stands in the way of a step.
func inTheWay(s RemovalStep, state string) string {
	switch {
	case state == "paused" || state == "stopped":
		return "The profile is switched off: switch it on first."
	case state == "locked" || s.Kind == "private-space":
		return "Unlock it first."
	}
	return ""
}

// androidCommand is nil where an identifier is not what Android accepts.
func androidCommand(s RemovalStep) []string {
	if s.Identifier == "" || s.User != "" && !userNumber.MatchString(s.User) {
		return nil
	}
	command := []string{"adb", "shell", "pm", "uninstall"}
	if s.Method == RemoveDisable {
		command[3] = "disable-user"
	}
	if s.User != "" {
		command = append(command, "--user", s.User)
	}
	return append(command, s.Identifier)
}

// managerOf names who manages a user of a device, or the whole device; empty where nobody does as far as is told.
func (a *assessor) managerOf(device, user string) string {
	for i := range a.inv.Profiles {
		p := &a.inv.Profiles[i]
		if p.Device == device && (p.Kind == "device-owner" || p.Kind == "profile-owner" && p.User == user) {
			return quotedManager(p)
		}
	}
	return ""
}

func quotedManager(p *inventory.Profile) string {
	if p.Organization != "" {
		return fmt.Sprintf("%q", p.Organization)
	}
	return fmt.Sprintf("%q, which names no organisation", firstOf(p.Identifier, p.Name, p.Kind))
}
