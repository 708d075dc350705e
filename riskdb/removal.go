package riskdb

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

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
	// Program and Profiles are where an extension is: the browser or editor, and its profiles; of a policy all of them.
	Program  string
	Profiles []string
	Policy   *PolicySetting // what to set, of a step by policy
	// Stated is the command that the computer itself states: foreign text, which nobody checked.
	Stated string
}

// RemovalMethod is how an app is taken off.
type RemovalMethod string

// The methods.
const (
	RemoveUninstall RemovalMethod = "uninstall" // the command, or the user on the device
	RemoveDisable   RemovalMethod = "disable"   // a part of the system cannot be uninstalled, only switched off
	RemoveManaged   RemovalMethod = "mdm"       // by whoever manages the profile, because it would be installed again
	RemoveByHand    RemovalMethod = "by-hand"   // by the user, on the device
	RemoveByPolicy  RemovalMethod = "policy"    // by a setting of a browser that an administrator sets
)

var (
	androidName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]*(\.[A-Za-z][A-Za-z0-9_]*)+$`)
	bundleName  = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9-]*(\.[A-Za-z0-9-]+)*$`)
	userNumber  = regexp.MustCompile(`^[0-9]{1,9}$`)
	// adb takes what holds a colon and is no address as a pattern (product:, model:, usb:) that may mean another phone.
	adbSerial = regexp.MustCompile(`^([A-Za-z0-9][A-Za-z0-9._-]{0,99}|[0-9]{1,3}(\.[0-9]{1,3}){3}:[0-9]{1,5})$`)
)

// maxIdentifier is how long an identifier may be on either platform.
const maxIdentifier = 255

// addressable is the identifier of an app where it is one by the grammar of its platform, so that no text of a device can
// become a part of a command.
func addressable(app *inventory.App) string {
	grammar := grammars[app.IdentifierKind]
	if grammar == nil || len(app.Identifier) > maxIdentifier || !grammar.MatchString(app.Identifier) {
		return ""
	}
	return app.Identifier
}

// waysOff says for each user how what a finding is about is taken off: as advice where the finding asks for that, and of a
// grave one that leaves it to people as what can be done.
func (a *assessor) waysOff(f *facts, fd *Finding) {
	switch grave := fd.Severity.Rank() >= High.Rank(); {
	case fd.Action == Remove || fd.Action == Replace:
		fd.Removal = a.removal(f)
	case grave && (fd.Action == Restrict || fd.Action == Review) && f.standing == nil:
		fd.Removable = a.removal(f)
	}
	if names := partNames(f); len(names) > 1 && len(fd.Removal)+len(fd.Removable) > 0 {
		fd.Reason = joinSpace(fd.Reason, fmt.Sprintf("On the device it is installed as %d programs or packages: %s.", len(names), quotedList(names)))
	}
}

// removal says for each user how an app is taken off, with what else of its product is installed; nil where the app is on no device.
func (a *assessor) removal(f *facts) []RemovalStep {
	if f.app.DeviceCount > 0 {
		return []RemovalStep{ofFleet(f.app)}
	}
	var steps []RemovalStep
	for _, part := range removedParts(f) {
		steps = append(steps, a.takenOff(part)...)
	}
	return steps
}

// ofFleet is about an app of which a source counts the devices and names none: no command reaches them.
func ofFleet(app *inventory.App) RemovalStep {
	return RemovalStep{Method: RemoveManaged, Identifier: addressable(app),
		Note: fmt.Sprintf("It is counted on %s. Let the management list the devices that have it, take it off there, and forbid it.", countOf(app.DeviceCount, "device"))}
}

// takenOff is about one app, or one package of a program.
func (a *assessor) takenOff(f *facts) []RemovalStep {
	app := f.app
	phone := app.IdentifierKind == inventory.AndroidPackage || app.IdentifierKind == inventory.IOSBundle
	switch {
	case app.NotInstalled:
		return nil
	case isExtension(app.IdentifierKind):
		return a.offExtension(app)
	case app.Device == "":
		return nil
	case !phone:
		return a.onDesktop(f, a.device(app.Device))
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
	case d != nil && d.Management != nil && app.Platform == inventory.Android: // who reads it has the management at hand, and not the phone
		s.Method = RemoveManaged
		s.Note = "Take it back in the management of the device, and forbid it there: what is removed on the phone alone may be installed again."
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
		a.onAndroid(app, d, &s)
	}
	s.Note = joinSpace(inTheWay(s, state), s.Note)
	if user == "" && app.Platform == inventory.Android {
		s.Note = joinSpace(s.Note, "The source does not tell for which users it is installed: look at each.")
	}
	return s
}

// onAndroid adds the command and what has to be done before it; adb cannot act for a user about whom it may not even ask.
func (a *assessor) onAndroid(app *inventory.App, d *inventory.Device, s *RemovalStep) {
	if slices.ContainsFunc(a.access[app.ID], func(p *inventory.SecurityProduct) bool { return slices.Contains(p.Privileges, "device-admin") }) {
		s.Note = joinSpace(s.Note, "It is an active device admin, which Android does not let go: first deactivate it on the phone, under Settings > Security > Device admin apps.")
	}
	serial, named := serialOf(d)
	switch {
	case a.refused(d, s.User):
		s.Method = RemoveByHand
		s.Note = joinSpace(s.Note, "The phone does not let adb act for this user: open it on the phone, hold the icon of the app, then Uninstall.")
	case named:
		s.Command = androidCommand(*s, serial)
	default:
		if s.Command = androidCommand(*s, ""); s.Command != nil {
			s.Note = joinSpace(s.Note, "The command names no phone, because its serial number is not told or is none: plug in this one alone.")
		}
	}
}

// serialOf is what adb calls a phone: as it was reached, else its serial number; none where that is not what adb accepts.
func serialOf(d *inventory.Device) (string, bool) {
	if d == nil {
		return "", false
	}
	serial := d.Serial
	if name, ok := reachedAs(d); ok {
		serial = strings.TrimPrefix(name, "adb:")
	}
	return serial, adbSerial.MatchString(serial) && serial != "unknown"
}

// reachedAs is the name of the target under which a phone was asked through adb.
func reachedAs(d *inventory.Device) (string, bool) {
	for _, o := range d.Origins {
		if strings.HasPrefix(o.Path, "adb:") && !strings.Contains(o.Path, "!") {
			return o.Path, true
		}
	}
	return "", false
}

// refused reports whether a phone said that adb may not ask about a user.
func (a *assessor) refused(d *inventory.Device, user string) bool {
	if d == nil || user == "" {
		return false
	}
	name, ok := reachedAs(d)
	return ok && slices.ContainsFunc(a.inv.Gaps, func(g inventory.Gap) bool {
		return g.Device == d.ID && g.Kind == inventory.GapNotPermitted && g.Subject == name+" user "+user
	})
}

// inTheWay says what stands in the way of a step.
func inTheWay(s RemovalStep, state string) string {
	switch {
	case (state == "paused" || state == "stopped") && (s.Kind == "secondary" || s.Kind == "guest"):
		return "This user does not run: switch to it on the phone first."
	case state == "paused" || state == "stopped":
		return "The profile is switched off: switch it on first."
	case state == "locked" || s.Kind == "private-space":
		return "Unlock it first."
	}
	return ""
}

// androidCommand is nil where an identifier is not what Android accepts. A serial that is not empty was checked.
func androidCommand(s RemovalStep, serial string) []string {
	if s.Identifier == "" || s.User != "" && !userNumber.MatchString(s.User) {
		return nil
	}
	command := []string{"adb"}
	if serial != "" {
		command = append(command, "-s", serial)
	}
	verb := map[bool]string{true: "disable-user", false: "uninstall"}[s.Method == RemoveDisable]
	command = append(command, "shell", "pm", verb)
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
