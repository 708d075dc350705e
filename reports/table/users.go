package table

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"quaestor/reports"
	"quaestor/reports/safetext"
)

// kindOfUser are the words for the kinds of users.
var kindOfUser = map[string]string{"owner": "owner", "secondary": "user", "work-profile": "work profile",
	"private-space": "private space", "clone": "clone space", "guest": "guest"}

// userWords names a user of a device: "owner (user 0)", "work profile “Werk” (user 10)". Whose phone it is, its own name
// says already.
func userWords(id, name, kind string) string {
	text := kindOfUser[kind]
	switch {
	case kind != "" && text == "":
		text = words(kind)
	case text == "":
		text = "user"
	}
	if name != "" && kind != "owner" && name != id { // computers know their users by the name alone
		text += " “" + name + "”"
	}
	if id == "" {
		return text
	}
	if text == "user" {
		return text + " " + id
	}
	return withParens(text, "user "+id)
}

// userWidth is how wide a line about a user may be beside an app, so that the column does not push the others away.
const userWidth = 28

// userLines is "owner (user 0): uninstall", or the same in two lines.
func userLines(u reports.User, how string) []string {
	line := joined(": ", userWords(u.ID, u.Name, u.Kind), how)
	if safetext.Width(line) <= userWidth {
		return []string{line}
	}
	if u.Name == u.ID && userWords("", "", u.Kind) == "user" { // nothing to say but the name
		return []string{joined(": ", "user "+u.ID, how)}
	}
	return []string{userWords("", u.Name, u.Kind), joined(": ", "user "+u.ID, how)}
}

// methodWords are the words for how an app is taken off.
var methodWords = map[string]string{"uninstall": "uninstall", "disable": "switch off", "mdm": "remove in the MDM", "by-hand": "by hand", "policy": "by policy"}

// stepWords is one line: for whom, and how.
func stepWords(s reports.RemovalStep) string {
	how := cmp.Or(methodWords[s.Method], words(s.Method))
	if s.User == "" && s.Kind == "" {
		return how
	}
	return userWords(s.User, s.Name, s.Kind) + ": " + how
}

// removal shows the steps with their commands and what to know first: what is proposed, or what can be done if people decide so.
func (v *view) removal(f *reports.Finding) {
	v.steps("To remove", f.Removal)
	v.steps("If it goes", f.Removable)
}

func (v *view) steps(title string, steps []reports.RemovalStep) {
	for i, s := range steps {
		v.label("  ", strong, map[bool]string{true: title}[i == 0], sentences(stepWords(s), s.Note))
		if len(s.Command) > 0 {
			v.label("  ", normal, "  command", commandLine(s.Command))
		}
		if p := s.Policy; p != nil {
			v.label("  ", normal, "  set", withParens(p.Name+": "+p.Value, p.Where))
		}
		if s.Stated != "" {
			v.label("  ", normal, "  it states", s.Stated)
		}
	}
}

// commandLine is a command as it is typed. Arguments are identifiers and words that were checked before; what holds a
// character of which some shell makes something else stands in quotes.
func commandLine(args []string) string {
	out := make([]string, len(args))
	for i, a := range args {
		out[i] = a
		if a == "" || strings.ContainsFunc(a, func(r rune) bool {
			return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("@%_+=:./-", r))
		}) {
			out[i] = strconv.Quote(a)
		}
	}
	return strings.Join(out, " ")
}

// accounts are the accounts of a computer by the names that its people know them by: Linux tells them by numbers. Those of phones,
// which are of several kinds, stay as they are.
func (v *view) accounts(device string, ids []string) []string {
	i := slices.IndexFunc(v.r.Devices, func(d reports.Device) bool { return d.ID == device })
	if i < 0 {
		return ids
	}
	var out []string
	for _, id := range ids {
		for _, u := range v.r.Devices[i].UserList {
			if u.ID == id && u.Kind == "" && u.Name != "" {
				id = u.Name
				break
			}
		}
		out = append(out, id)
	}
	return out
}
