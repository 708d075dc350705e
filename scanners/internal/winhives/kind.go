package winhives

import (
	"slices"
	"strings"

	"quaestor/scanners/internal/winreg"
	"quaestor/scanners/internal/winreg/hive"
)

// Kind is which hive of a computer a file is.
type Kind string

// The hives that are read.
const (
	Software Kind = "SOFTWARE"
	System   Kind = "SYSTEM"
	User     Kind = "NTUSER.DAT"
	Classes  Kind = "UsrClass.dat"
)

// marks are keys at the top that only one kind of hive has.
var marks = []struct {
	kind Kind
	keys []string // all of these
}{
	{Software, []string{"Classes", "Microsoft"}},
	{Software, []string{"Microsoft", "Policies"}},
	{Software, []string{"Microsoft", "WOW6432Node"}},
	{System, []string{"Select"}},
	{System, []string{"ControlSet001"}},
	{User, []string{"Software", "Environment"}},
	{User, []string{"Software", "Control Panel"}},
	{User, []string{"Software", "Volatile Environment"}},
	{Classes, []string{"Local Settings"}},
}

// names are the ends of file names as the header of a hive has them.
var names = map[string]Kind{"software": Software, "system": System, "ntuser.dat": User, "ntuser.man": User, "usrclass.dat": Classes}

// KindOf tells by its content which hive it is, "" for one that is not read here.
func KindOf(h *hive.Hive) Kind {
	root, err := h.Root()
	if err != nil {
		return names[lastName(h.Name)] // so that what is wrong with it is said
	}
	keys, _ := root.Subkeys() // those that can be read
	has := func(name string) bool {
		return slices.ContainsFunc(keys, func(k string) bool { return strings.EqualFold(k, name) })
	}
	for _, m := range marks {
		if !slices.ContainsFunc(m.keys, func(k string) bool { return !has(k) }) {
			return m.kind
		}
	}
	if k, err := root.Open(`Software\Microsoft\Windows\CurrentVersion`); err == nil { // an account's that holds no more than programs wrote
		_ = k.Close()
		return User
	}
	return names[lastName(h.Name)]
}

func lastName(path string) string {
	return strings.ToLower(path[strings.LastIndexAny(path, `\/`)+1:])
}

// AccountOf tells from the hive of an account whose it is, by the home folder that Windows noted in it, "" where it did not.
func AccountOf(h *hive.Hive) string {
	root, err := h.Root()
	if err != nil {
		return ""
	}
	for _, way := range []string{`Software\Microsoft\Windows\CurrentVersion\Explorer\Shell Folders`, `Volatile Environment`} {
		k, err := root.Open(way)
		if err != nil {
			continue
		}
		for _, name := range []string{"AppData", "Local AppData", "Desktop", "USERPROFILE", "Personal"} {
			v, _ := winreg.Get(k, name)
			if user := afterUsers(v.Text()); user != "" {
				return user
			}
		}
	}
	return afterUsers(h.Name)
}

// afterUsers is the name of the home folder in a path of Windows.
func afterUsers(path string) string {
	parts := strings.FieldsFunc(path, func(r rune) bool { return r == '\\' || r == '/' })
	for i, part := range parts[:max(0, len(parts)-1)] {
		if strings.EqualFold(part, "Users") || strings.EqualFold(part, "Documents and Settings") {
			return parts[i+1]
		}
	}
	return ""
}

// AccountByPath is the name of the home folder in the path of a file, "" where there is none.
func AccountByPath(file string) string {
	if user := afterUsers(file); !strings.EqualFold(user, lastName(file)) {
		return user
	}
	return ""
}
