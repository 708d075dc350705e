package reports

import (
	"cmp"
	"slices"
	"time"

	"quaestor/riskdb"
	"quaestor/scanners/inventory"
)

// User is a user, profile or space of a device.
type User struct {
	ID    string `json:"id"`
	Name  string `json:"name,omitempty" jsonschema:"as the device calls it"`
	Kind  string `json:"kind,omitempty" jsonschema:"owner, secondary, work-profile, private-space, clone, guest; absent where it is not told"`
	State string `json:"state,omitempty" jsonschema:"running, locked, paused or stopped; absent where it is not told"`
}

// Trace is what an app left, or what a device or a store noted of it.
type Trace struct {
	Kind   string `json:"kind" jsonschema:"used, store-update, install, decision, listed-before, in-backup, data-left, store-purchase, install-begun, removed; readers have to expect others"`
	Text   string `json:"text,omitempty" jsonschema:"the kind in a few words"`
	Proves string `json:"proves,omitempty" jsonschema:"what such a trace proves, and what not"`
	Detail string `json:"detail,omitempty" jsonschema:"as the source says"`
	First  string `json:"first,omitempty" jsonschema:"when it was first noted, RFC 3339"`
	Last   string `json:"last,omitempty" jsonschema:"when it was last noted, RFC 3339"`
}

// RemovalStep is what takes an app off a device for one of its users.
type RemovalStep struct {
	User       string   `json:"user,omitempty" jsonschema:"id of the user; absent where the source does not tell users apart"`
	Name       string   `json:"name,omitempty" jsonschema:"as the device calls the user"`
	Kind       string   `json:"kind,omitempty" jsonschema:"of the user: owner, work-profile, private-space, clone, …"`
	Method     string   `json:"method" jsonschema:"uninstall, disable (a part of the system), mdm (by whoever manages the profile or the computer), by-hand, policy (by a setting of the browser)"`
	Identifier string   `json:"identifier,omitempty" jsonschema:"package name, product code or the like; absent where it is none by the grammar of the platform"`
	Command    []string `json:"command,omitempty" jsonschema:"one argument an element, made of the serial number, the user number and the identifier alone, each checked; absent where there is none"`
	Program    string   `json:"program,omitempty" jsonschema:"of an extension: the browser or editor that has it"`
	Profiles   []string `json:"profiles,omitempty" jsonschema:"of an extension: the profiles of the program that have it; absent for all"`
	Policy     *Setting `json:"policy,omitempty" jsonschema:"of a step by policy: what an administrator sets"`
	Stated     string   `json:"stated,omitempty" jsonschema:"the command that the computer itself states: foreign text, which nobody checked. Look at it before it is used, and hand it to no shell unseen"`
	Note       string   `json:"note,omitempty" jsonschema:"what to know or do first"`
}

// Setting is what an administrator sets in the policies of a program.
type Setting struct {
	Name  string `json:"name" jsonschema:"of the policy, as the maker of the program documents it"`
	Value string `json:"value" jsonschema:"what it has to hold beside what it holds already"`
	Where string `json:"where,omitempty" jsonschema:"registry key, folder, file or preference domain; absent where it is not known"`
}

func users(d *inventory.Device) []User {
	var out []User
	for _, u := range d.Users {
		out = append(out, User{ID: u.ID, Name: u.Name, Kind: u.Kind, State: u.State})
	}
	return out
}

// usersOf are the users with an app, with their kinds; nil where the device has no more than one.
func (b *builder) usersOf(app *inventory.App) []User {
	d := b.devices[app.Device]
	if d == nil || len(d.Users) < 2 {
		return nil
	}
	var out []User
	for _, id := range installedFor(app) {
		u := User{ID: id}
		if i := slices.IndexFunc(d.Users, func(u inventory.DeviceUser) bool { return u.ID == id }); i >= 0 {
			u = User{ID: id, Name: d.Users[i].Name, Kind: d.Users[i].Kind, State: d.Users[i].State}
		}
		out = append(out, u)
	}
	return out
}

func traces(app *inventory.App) []Trace {
	var out []Trace
	for _, t := range app.Traces {
		text, proves := riskdb.TraceWordsOf(app, t.Kind)
		out = append(out, Trace{Kind: t.Kind, Text: text, Proves: proves, Detail: t.Detail, First: moment(t.First), Last: moment(t.Last)})
	}
	kinds := riskdb.TraceKinds()
	order := func(t Trace) int {
		if i := slices.Index(kinds, t.Kind); i >= 0 {
			return i
		}
		return len(kinds)
	}
	slices.SortStableFunc(out, func(x, y Trace) int { return cmp.Or(cmp.Compare(order(x), order(y)), cmp.Compare(y.Last, x.Last)) })
	return out
}

func moment(t *time.Time) string {
	if t == nil {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

func removal(steps []riskdb.RemovalStep) []RemovalStep {
	var out []RemovalStep
	for _, s := range steps {
		x := RemovalStep{User: s.User, Name: s.Name, Kind: s.Kind, Method: string(s.Method), Identifier: s.Identifier, Command: s.Command, Note: s.Note,
			Program: s.Program, Profiles: s.Profiles, Stated: s.Stated}
		if p := s.Policy; p != nil {
			x.Policy = &Setting{Name: p.Name, Value: p.Value, Where: p.Where}
		}
		out = append(out, x)
	}
	return out
}
