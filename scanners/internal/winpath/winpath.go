// Package winpath reads what Windows writes where it names programs: command lines, image paths of services and drivers,
// variables of the environment; and finds the file on a volume that they mean.
//
// What the package cannot see: variables that an administrator made up, other drives, and folders of the search path,
// which differ from computer to computer.
package winpath

import (
	"path"
	"slices"
	"strings"
)

// endings are those of files that Windows starts or loads.
var endings = []string{".exe", ".com", ".bat", ".cmd", ".sys", ".dll", ".scr", ".msc", ".cpl", ".vbs", ".js", ".ps1"}

// Executable is the program of a command line, without its arguments, which must not be kept. An unquoted path may have
// spaces in it: it ends with the first word that ends like a program.
func Executable(command string) string {
	command = strings.TrimSpace(command)
	if rest, ok := strings.CutPrefix(command, `"`); ok {
		program, _, _ := strings.Cut(rest, `"`)
		return strings.TrimSpace(program)
	}
	folded := lower(command)
	end := -1
	for _, ending := range endings {
		for at := 0; ; {
			i := strings.Index(folded[at:], ending)
			if i < 0 {
				break
			}
			if at += i + len(ending); at == len(folded) || strings.ContainsRune(" \t,\"", rune(folded[at])) {
				if end < 0 || at < end {
					end = at
				}
				break
			}
		}
	}
	if end < 0 {
		first, _, _ := strings.Cut(command, " ")
		return first
	}
	return command[:end]
}

// lower folds ASCII letters and leaves every byte in its place.
func lower(s string) string {
	b := []byte(s)
	for i, c := range b {
		if 'A' <= c && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return string(b)
}

// Base is the last part of a path, whichever slashes it has.
func Base(p string) string { return p[strings.LastIndexAny(p, `\/`)+1:] }

// variables are those of every computer, and what they lead to on the system's volume.
var variables = map[string]string{
	"systemroot": "Windows", "windir": "Windows", "systemdrive": "", "programfiles": "Program Files", "programw6432": "Program Files",
	"programfiles(x86)": "Program Files (x86)", "commonprogramfiles": "Program Files/Common Files", "commonprogramw6432": "Program Files/Common Files",
	"commonprogramfiles(x86)": "Program Files (x86)/Common Files", "programdata": "ProgramData", "allusersprofile": "ProgramData", "public": "Users/Public",
}

// ofUser are those of an account, below its folder.
var ofUser = map[string]string{"userprofile": "", "appdata": "AppData/Roaming", "localappdata": "AppData/Local", "temp": "AppData/Local/Temp", "tmp": "AppData/Local/Temp"}

// OnVolume is where a path leads on the system's volume, with slashes and without the drive; drive is the letter of that
// volume ("C:"), home the folder of the account that the path is meant for, "" where there is none. It is false for another
// drive, a share, a variable that is not known, and a name without a folder that lies in none where Windows looks first.
func OnVolume(p, drive, home string) (string, bool) {
	p = strings.ReplaceAll(strings.TrimSpace(p), `\`, "/")
	for _, prefix := range []string{"//?/", "/??/", "//./"} {
		p = strings.TrimPrefix(p, prefix)
	}
	folded := lower(p)
	switch {
	case strings.HasPrefix(folded, "/systemroot/"):
		p = "Windows/" + p[len("/systemroot/"):]
	case strings.HasPrefix(folded, "system32/"), strings.HasPrefix(folded, "syswow64/"), strings.HasPrefix(folded, "sysnative/"):
		p = "Windows/" + p
	case strings.HasPrefix(p, "%"):
		name, rest, ok := strings.Cut(folded[1:], "%")
		rest = p[len(p)-len(rest):]
		folder, known := variables[name]
		if !known {
			if folder, known = ofUser[name]; known {
				known, folder = home != "", home+"/"+folder
			}
		}
		if !ok || !known {
			return "", false
		}
		p = folder + "/" + rest
	case drive != "" && strings.HasPrefix(folded, lower(drive)+"/"):
		p = p[len(drive)+1:]
	case strings.HasPrefix(p, "//"), len(p) > 1 && p[1] == ':', strings.HasPrefix(p, "/"):
		return "", false
	case !strings.Contains(p, "/") && p != "":
		p = "Windows/System32/" + p
	}
	p = strings.TrimPrefix(path.Clean("/"+p), "/")
	return p, p != "" && !strings.Contains(p, "%")
}

// System reports whether an account, as a service states it, is that of the system itself, which may do everything:
// "LocalSystem", "NT AUTHORITY\\SYSTEM" in any language, S-1-5-18. LocalService and NetworkService may do little.
func System(account string) bool {
	switch account = strings.ToLower(strings.TrimSpace(account)); account {
	case "localsystem", `.\localsystem`, "system", "s-1-5-18":
		return true
	}
	authority, name, _ := strings.Cut(account, `\`)
	nt := slices.Contains(strings.FieldsFunc(authority, func(r rune) bool { return r == ' ' || r == '-' }), "nt")
	return nt && slices.Contains([]string{"system", "système", "sistema", "localsystem"}, name)
}
