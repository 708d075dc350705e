package riskdb

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"quaestor/scanners/inventory"
)

// PolicySetting is what an administrator sets so that a program takes an extension off, or does not load it, for every
// account and profile of a computer.
type PolicySetting struct {
	Name  string // "ExtensionInstallBlocklist"
	Value string // what it has to hold, beside what it holds already
	Where string // registry key, folder or preference domain of that platform; empty where it is not known here
}

// extensible is a program with extensions, and where its policies stand.
type extensible struct {
	name, page            string // for people: "Google Chrome", "chrome://extensions"
	windows, linux, macos string // where policies stand; empty where it is not known here
	command               string // of an editor
}

// extensibles are the programs by their names in Install.Program. Where policies stand is what their makers document.
var extensibles = map[string]extensible{
	"chrome": {name: "Google Chrome", page: "chrome://extensions", windows: `HKLM\SOFTWARE\Policies\Google\Chrome`, linux: "/etc/opt/chrome/policies/managed", macos: "com.google.Chrome"},
	"edge":   {name: "Microsoft Edge", page: "edge://extensions", windows: `HKLM\SOFTWARE\Policies\Microsoft\Edge`, linux: "/etc/opt/edge/policies/managed", macos: "com.microsoft.Edge"},
	"brave":  {name: "Brave", page: "brave://extensions", windows: `HKLM\SOFTWARE\Policies\BraveSoftware\Brave`, linux: "/etc/brave/policies/managed", macos: "com.brave.Browser"},
	"chromium": {name: "Chromium", page: "chrome://extensions", windows: `HKLM\SOFTWARE\Policies\Chromium`, linux: "/etc/chromium/policies/managed",
		macos: "org.chromium.Chromium"},
	"vivaldi":            {name: "Vivaldi", page: "vivaldi://extensions", windows: `HKLM\SOFTWARE\Policies\Vivaldi`, macos: "com.vivaldi.Vivaldi"},
	"opera":              {name: "Opera", page: "opera://extensions"},
	"firefox":            {name: "Firefox", page: "about:addons", windows: `HKLM\SOFTWARE\Policies\Mozilla\Firefox`, linux: "/etc/firefox/policies/policies.json", macos: "org.mozilla.firefox"},
	"thunderbird":        {name: "Thunderbird", page: "Add-ons and Themes", windows: `HKLM\SOFTWARE\Policies\Mozilla\Thunderbird`, linux: "/etc/thunderbird/policies/policies.json", macos: "org.mozilla.thunderbird"},
	"librewolf":          {name: "LibreWolf", page: "about:addons"},
	"waterfox":           {name: "Waterfox", page: "about:addons"},
	"tor-browser":        {name: "Tor Browser", page: "about:addons"},
	"yandex":             {name: "Yandex Browser", page: "browser://extensions"},
	"whale":              {name: "Whale", page: "whale://extensions"},
	"arc":                {name: "Arc", page: "arc://extensions"},
	"opera-gx":           {name: "Opera GX", page: "opera://extensions"},
	"chrome-for-testing": {name: "Chrome for Testing", page: "chrome://extensions"},
	"vscode":             {name: "Visual Studio Code", command: "code"},
	"vscode-insiders":    {name: "Visual Studio Code Insiders", command: "code-insiders"},
	"vscode-server":      {name: "Visual Studio Code Server"},
	"vscodium":           {name: "VSCodium", command: "codium"},
	"code-server":        {name: "code-server", command: "code-server"},
	"cursor":             {name: "Cursor", command: "cursor"},
	"windsurf":           {name: "Windsurf", command: "windsurf"},
	"idea":               {name: "IntelliJ IDEA"},
	"pycharm":            {name: "PyCharm"},
	"webstorm":           {name: "WebStorm"},
	"goland":             {name: "GoLand"},
	"phpstorm":           {name: "PhpStorm"},
	"rider":              {name: "Rider"},
	"clion":              {name: "CLion"},
	"android-studio":     {name: "Android Studio"},
}

// channels are the builds of a browser that obey the same policies as the one without a word behind its name.
var channels = []string{"-beta", "-dev", "-canary", "-nightly"}

// extensibleOf is what is known of a program by its name in Install.Program.
func extensibleOf(program string) extensible {
	if x, ok := extensibles[program]; ok {
		return x
	}
	for _, channel := range channels {
		if x, ok := extensibles[strings.TrimSuffix(program, channel)]; ok {
			x.name += " (" + channel[1:] + ")"
			return x
		}
	}
	return extensible{}
}

// ProgramName is how people call a program with extensions, by its name in Install.Program.
func ProgramName(program string) string { return cmp.Or(extensibleOf(program).name, program) }

func isExtension(kind inventory.IdentifierKind) bool {
	switch kind {
	case inventory.ChromeExtension, inventory.FirefoxAddon, inventory.VSCodeExtension, inventory.JetBrainsPlugin:
		return true
	}
	return false
}

// offExtension says how an extension is taken off: by a policy of each program for all, and in each account by hand.
func (a *assessor) offExtension(app *inventory.App) []RemovalStep {
	var steps []RemovalStep
	var programs []string
	for _, in := range app.Installs {
		if !slices.Contains(programs, in.Program) {
			programs = append(programs, in.Program)
			if s, ok := forcedStep(app, in.Program); ok {
				steps = append(steps, s)
			}
			if s, ok := policyStep(app, in.Program); ok {
				steps = append(steps, s)
			}
		}
	}
	for _, program := range programs {
		var users []string
		for _, in := range app.Installs {
			if in.Program == program && in.Source != "policy" && !slices.Contains(users, in.User) {
				users = append(users, in.User)
				steps = append(steps, extensionStep(app, program, in.User))
			}
		}
	}
	return steps
}

// policyStep is false for a program whose policies are not known here.
func policyStep(app *inventory.App, program string) (RemovalStep, bool) {
	x, id := extensibleOf(program), addressable(app)
	where := map[inventory.Platform]string{inventory.Windows: x.windows, inventory.Linux: x.linux, inventory.MacOS: x.macos}[app.Platform]
	if id == "" || x.windows == "" {
		return RemovalStep{}, false
	}
	s := RemovalStep{Method: RemoveByPolicy, Program: program, Identifier: id, Note: fmt.Sprintf("For every account and profile of %s, also against installing it again.", x.name)}
	if app.IdentifierKind == inventory.FirefoxAddon {
		s.Policy = &PolicySetting{Name: "ExtensionSettings", Value: `{"` + id + `": {"installation_mode": "blocked"}}`, Where: where}
		s.Note = joinSpace(s.Note, "What is blocked is removed too.")
	} else {
		s.Policy = &PolicySetting{Name: "ExtensionInstallBlocklist", Value: id, Where: where}
		s.Note = joinSpace(s.Note, `It is switched off by that; with "installation_mode": "removed" for it in ExtensionSettings it is taken off.`)
	}
	if forced(app, program) {
		s.Note = joinSpace("An administrator's policy installs it: first take it out of that policy, which goes before this one.", s.Note)
	}
	return s, true
}

// forced reports whether a policy installs an extension in some profile of a program.
func forced(app *inventory.App, program string) bool {
	return slices.ContainsFunc(app.Installs, func(in inventory.Install) bool { return in.Program == program && in.Source == "policy" })
}

// forcedStep takes an extension out of the policy that installs it: what that installs has no button to remove it.
func forcedStep(app *inventory.App, program string) (RemovalStep, bool) {
	if !forced(app, program) {
		return RemovalStep{}, false
	}
	x := extensibleOf(program)
	s := RemovalStep{Method: RemoveByPolicy, Program: program, Identifier: addressable(app)}
	for _, in := range app.Installs {
		if in.Program == program && in.Source == "policy" && in.Profile != "" && !slices.Contains(s.Profiles, in.Profile) {
			s.Profiles = append(s.Profiles, in.Profile)
		}
	}
	where := ""
	if w := map[inventory.Platform]string{inventory.Windows: x.windows, inventory.Linux: x.linux, inventory.MacOS: x.macos}[app.Platform]; w != "" {
		where = fmt.Sprintf(" (below %s, or in the management that sets it)", w)
	}
	list := map[inventory.IdentifierKind]string{inventory.ChromeExtension: "ExtensionInstallForcelist or ExtensionSettings", inventory.FirefoxAddon: "ExtensionSettings or Extensions"}[app.IdentifierKind]
	s.Note = fmt.Sprintf("An administrator's policy of %s installs it%s, so that it cannot be removed there by hand: take %s out of %s%s.",
		ProgramName(program), inProfiles(s.Profiles), cmp.Or(s.Identifier, "it"), cmp.Or(list, "that policy"), where)
	return s, true
}

// extensionStep is what one account does, in all its profiles.
func extensionStep(app *inventory.App, program, user string) RemovalStep {
	x := extensibleOf(program)
	s := RemovalStep{User: user, Method: RemoveByHand, Program: program, Identifier: addressable(app)}
	for _, in := range app.Installs {
		if in.Program == program && in.User == user && in.Source != "policy" && in.Profile != "" && !slices.Contains(s.Profiles, in.Profile) {
			s.Profiles = append(s.Profiles, in.Profile)
		}
	}
	as := ""
	if user != "" {
		as = ", " + signedIn(user)
	}
	switch {
	case x.command != "" && s.Identifier != "":
		s.Method, s.Command = RemoveUninstall, []string{x.command, "--uninstall-extension", s.Identifier}
		s.Note = fmt.Sprintf("On the computer%s. The setting extensions.allowed of Visual Studio Code, as a policy, keeps it from coming back.", as)
		if program != "vscode" {
			s.Note = fmt.Sprintf("On the computer%s.", as)
		}
	case app.IdentifierKind == inventory.JetBrainsPlugin:
		s.Note = fmt.Sprintf("In %s%s: Settings > Plugins > Installed, the plug-in %q, Uninstall.", ProgramName(program), as, firstOf(app.Name, app.Identifier))
	case x.page != "":
		s.Note = fmt.Sprintf("In %s%s: open %s, %q, Remove%s.", ProgramName(program), as, x.page, firstOf(app.Name, app.Identifier), inProfiles(s.Profiles))
	default:
		s.Note = fmt.Sprintf("In %q%s: its page of extensions, %q, Remove%s.", program, as, firstOf(app.Name, app.Identifier), inProfiles(s.Profiles))
	}
	return s
}

func inProfiles(profiles []string) string {
	switch len(profiles) {
	case 0:
		return ""
	case 1:
		return fmt.Sprintf(", in the profile %q", profiles[0])
	}
	var quoted []string
	for _, p := range profiles {
		quoted = append(quoted, fmt.Sprintf("%q", p))
	}
	return ", in each of the profiles " + strings.Join(quoted, ", ")
}
