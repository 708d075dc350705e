package winfacts

import (
	"strings"

	"quaestor/scanners/internal/winreg"
	"quaestor/scanners/inventory"
)

const explorer = `Microsoft\Windows\CurrentVersion\`

// runKeys are the keys whose values Windows starts at login, and where Windows notes which of them the user turned off.
var runKeys = []struct{ key, approved string }{
	{explorer + `Run`, "Run"},
	{explorer + `RunOnce`, ""},
	{explorer + `RunServices`, ""},
	{explorer + `Policies\Explorer\Run`, ""},
	{`WOW6432Node\` + explorer + `Run`, "Run32"},
	{`WOW6432Node\` + explorer + `RunOnce`, ""},
}

// autostarts reads what starts at login, for everybody and for each account.
func (c *Collector) autostarts() {
	for _, k := range runKeys {
		c.run(`HKLM\SOFTWARE\`, k.key, k.approved, nil)
		for _, u := range c.users {
			c.run(u.path(`Software\`), k.key, k.approved, &u)
		}
	}
}

func (c *Collector) run(root, key, approved string, u *account) {
	off := map[string]bool{}
	if approved != "" {
		c.read(root+explorer+`Explorer\StartupApproved\`+approved, func(e entry) {
			for _, v := range e.values {
				off[strings.ToLower(v.Name)] = len(v.Data) > 0 && v.Data[0]&1 != 0
			}
		})
	}
	env := c.envOf(u)
	c.read(root+key, func(e entry) {
		for _, v := range e.values {
			path := env.started(v.Text())
			if path == "" || v.Name == "" && path == base(path) {
				continue
			}
			p := inventory.SecurityProduct{Kind: "autostart", Name: first(v.Name, base(path)), Identifier: e.name, Path: path, Start: "login", State: "enabled"}
			if off[strings.ToLower(v.Name)] {
				p.State = "disabled"
			}
			if u != nil {
				p.User = u.name
			}
			c.product(p, e.path)
		}
	})
}

// hook is a value that makes Windows load something besides its own, with what stands in it on every computer.
type hook struct {
	path, value, kind string
	start             string
	privileges        []string
	usual             []string
}

// hooks are the places of such values.
var hooks = []hook{
	{`HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\Winlogon`, "Shell", "autostart", "login", nil, []string{"explorer.exe"}},
	{`HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\Winlogon`, "Userinit", "autostart", "login", nil, []string{"userinit.exe"}},
	{`HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\Windows`, "AppInit_DLLs", "autostart", "login", []string{"input-monitoring"}, nil},
	{`HKLM\SOFTWARE\WOW6432Node\Microsoft\Windows NT\CurrentVersion\Windows`, "AppInit_DLLs", "autostart", "login", []string{"input-monitoring"}, nil},
	{`HKLM\SYSTEM\CurrentControlSet\Control\Lsa`, "Authentication Packages", "credential-provider", "boot", []string{"login"}, []string{"msv1_0", "SshdPinAuthLsa"}},
	{`HKLM\SYSTEM\CurrentControlSet\Control\Lsa`, "Notification Packages", "credential-provider", "boot", []string{"login"}, []string{"scecli", "rassfm"}},
	{`HKLM\SYSTEM\CurrentControlSet\Control\Lsa`, "Security Packages", "credential-provider", "boot", []string{"login"},
		[]string{`""`, "kerberos", "msv1_0", "schannel", "wdigest", "tspkg", "pku2u", "cloudap", "livessp", "negoexts"}},
	{`HKLM\SYSTEM\CurrentControlSet\Control\Session Manager`, "BootExecute", "autostart", "boot", nil, []string{"autocheck", "autochk"}},
}

// logonHooks reads what Windows loads beyond its own when it starts and when somebody logs in, and programs that start instead
// of others.
func (c *Collector) logonHooks() {
	for _, h := range hooks {
		c.read(h.path, func(e entry) { c.hooked(h, e) })
	}
	for _, path := range []string{`HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\`, `HKLM\SOFTWARE\WOW6432Node\Microsoft\Windows NT\CurrentVersion\`} {
		c.instead(path+"Image File Execution Options", "Debugger")
		c.instead(path+"SilentProcessExit", "MonitorProcess")
	}
}

func (c *Collector) hooked(h hook, e entry) {
	v, _ := winreg.Find(e.values, h.value)
	for _, text := range v.List() {
		for _, part := range parts(h.value, text) {
			path := c.env.started(part)
			name := base(path)
			if name == "" || oneOf(name, h.usual) {
				continue
			}
			c.product(inventory.SecurityProduct{Kind: h.kind, Name: name, Identifier: h.value, Path: path, Start: h.start, State: "enabled", Privileges: h.privileges}, e.path)
		}
	}
}

// parts takes a value apart that names several programs in one text.
func parts(value, text string) []string {
	switch value {
	case "Shell", "Userinit":
		return strings.Split(text, ",")
	case "AppInit_DLLs":
		return strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' })
	}
	return []string{text}
}

func oneOf(name string, names []string) bool {
	for _, n := range names {
		if strings.EqualFold(n, name) {
			return true
		}
	}
	return false
}

// instead reads programs that Windows starts when another one is to start, or has ended.
func (c *Collector) instead(path, value string) {
	c.each(path, func(e entry) {
		if program := c.env.started(e.text(value)); program != "" {
			c.product(inventory.SecurityProduct{Kind: "autostart", Name: e.name, Identifier: value, Path: program, State: "enabled"}, e.path)
		}
	})
}
