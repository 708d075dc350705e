package winfacts

import (
	"strings"

	"quaestor/scanners/internal/winpath"
	"quaestor/scanners/internal/winreg"
)

// environment is where folders of Windows are, to write paths as a reader of the computer would find them.
type environment struct{ vars map[string]string }

// readEnvironment takes folders from the registry, and where it does not say from what Windows takes by default on the drive that
// it lies on.
func readEnvironment(reg winreg.Registry) environment {
	e := environment{map[string]string{"systemroot": `C:\Windows`, "systemdrive": "C:"}}
	e.set(reg, windowsNT, [][2]string{{"SystemRoot", "systemroot"}})
	drive := e.vars["systemroot"][:2]
	if drive[1] != ':' {
		drive = "C:"
	}
	e.vars["systemdrive"], e.vars["windir"] = drive, e.vars["systemroot"]
	for name, folder := range usualFolders {
		e.vars[name] = drive + folder
	}
	e.set(reg, `HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion`, [][2]string{{"ProgramFilesDir", "programfiles"}, {"ProgramFilesDir (x86)", "programfiles(x86)"},
		{"CommonFilesDir", "commonprogramfiles"}, {"CommonFilesDir (x86)", "commonprogramfiles(x86)"}})
	e.set(reg, windowsNT+`\ProfileList`, [][2]string{{"ProgramData", "programdata"}, {"Public", "public"}})
	e.vars["programw6432"], e.vars["commonprogramw6432"], e.vars["allusersprofile"] = e.vars["programfiles"], e.vars["commonprogramfiles"], e.vars["programdata"]
	return e
}

// usualFolders are where folders lie below the drive of Windows, unless the registry says otherwise.
var usualFolders = map[string]string{"programfiles": `\Program Files`, "programfiles(x86)": `\Program Files (x86)`, "programdata": `\ProgramData`, "public": `\Users\Public`,
	"commonprogramfiles": `\Program Files\Common Files`, "commonprogramfiles(x86)": `\Program Files (x86)\Common Files`}

// set takes variables from the values of a key, in their order. A value may use those that are known already.
func (e environment) set(reg winreg.Registry, path string, names [][2]string) {
	k, err := reg.Open(path)
	if err != nil {
		return
	}
	defer k.Close()
	for _, n := range names {
		v, _ := winreg.Get(k, n[0])
		if folder := e.expand(v.Text()); len(folder) > 2 && !strings.Contains(folder, "%") {
			e.vars[n[1]] = folder
		}
	}
}

// SystemDrive is the letter of the volume that Windows starts from, as in "C:", by its own registry.
func SystemDrive(reg winreg.Registry) string { return readEnvironment(reg).vars["systemdrive"] }

// forUser adds the folders of an account.
func (e environment) forUser(a account) environment {
	vars := map[string]string{}
	for name, value := range e.vars {
		vars[name] = value
	}
	if a.home != "" {
		vars["userprofile"], vars["localappdata"], vars["appdata"] = a.home, a.home+`\AppData\Local`, a.home+`\AppData\Roaming`
	}
	return environment{vars}
}

// expand puts folders in place of variables; one that is not known stays as it is written.
func (e environment) expand(s string) string {
	var out strings.Builder
	for {
		before, rest, ok := strings.Cut(s, "%")
		out.WriteString(before)
		if !ok {
			return out.String()
		}
		name, after, ok := strings.Cut(rest, "%")
		if !ok {
			return out.String() + "%" + rest
		}
		if value, known := e.vars[strings.ToLower(name)]; known {
			out.WriteString(value)
			s = after
			continue
		}
		out.WriteString("%" + name)
		s = "%" + after
		if !strings.Contains(after, "%") {
			return out.String() + s
		}
	}
}

// image is the program of a command as the registry has it, without arguments, as a path with a drive.
func (e environment) image(command string) string {
	p := winpath.Executable(e.expand(command))
	p = strings.ReplaceAll(p, "/", `\`)
	switch lower := strings.ToLower(p); {
	case p == "":
		return ""
	case strings.HasPrefix(lower, `\??\`), strings.HasPrefix(lower, `\\?\`):
		return p[4:]
	case strings.HasPrefix(lower, `\systemroot\`):
		return e.vars["systemroot"] + p[len(`\systemroot`):]
	case strings.HasPrefix(lower, `system32\`), strings.HasPrefix(lower, `syswow64\`):
		return e.vars["systemroot"] + `\` + p
	case strings.HasPrefix(lower, `\windows\`):
		return e.vars["systemdrive"] + p
	}
	return p
}

// hosts are programs that run what their first argument names.
var hosts = map[string]bool{"rundll32.exe": true, "regsvr32.exe": true}

// started is the program that a command starts; for a host of libraries, the library.
func (e environment) started(command string) string {
	p := e.image(command)
	if !hosts[strings.ToLower(base(p))] {
		return p
	}
	expanded := strings.TrimSpace(e.expand(command))
	rest := strings.TrimLeft(expanded, `"`)
	_, rest, _ = strings.Cut(rest[min(len(rest), len(winpath.Executable(expanded))):], " ")
	for word := range strings.FieldsSeq(rest) {
		if strings.HasPrefix(word, "/") || strings.HasPrefix(word, "-") {
			rest = strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(rest), word))
			continue
		}
		break
	}
	if library := e.image(rest); strings.HasSuffix(strings.ToLower(library), ".dll") {
		return library
	}
	return p
}

// plain is a name unless it is a reference to a text in a file ("@%SystemRoot%\x.dll,-1"), which the registry does not hold.
// Such a reference may end with the text that it had: "@oem1.inf,%name%;Name".
func plain(name string) string {
	if !strings.HasPrefix(name, "@") {
		return name
	}
	_, text, _ := strings.Cut(name, ";")
	return strings.TrimSpace(text)
}
