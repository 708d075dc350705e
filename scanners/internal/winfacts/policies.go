package winfacts

import (
	"encoding/json"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"quaestor/scanners/inventory"
)

// enrollments reads which services manage the computer. The account that enrolled it is not kept.
func (c *Collector) enrollments() {
	c.each(`HKLM\SOFTWARE\Microsoft\Enrollments`, func(e entry) {
		provider := e.text("ProviderID")
		state, known := e.number("EnrollmentState")
		if !guid.MatchString(e.name) || provider == "" || known && state != 1 {
			return
		}
		p := inventory.Profile{Device: c.Device, Kind: "device-owner", Name: inventory.Text(provider), Identifier: inventory.Text(strings.ToUpper(e.name)), Organization: host(e.text("DiscoveryServiceFullURL"))}
		c.read(`HKLM\SOFTWARE\Microsoft\PolicyManager\Providers\`+e.name+`\default\Device`, func(areas entry) {
			names, err := areas.key.Subkeys()
			c.unread(areas.path, err)
			for _, name := range names[:min(len(names), 1000)] {
				p.Payloads = append(p.Payloads, inventory.Text(name))
			}
		})
		p.ID = inventory.FactID("profile", c.Device, p.Kind, p.User, p.Identifier)
		p.Origins = c.origin(e.path)
		c.Inv.Profiles = append(c.Inv.Profiles, p)
		c.product(inventory.SecurityProduct{Kind: "mdm-agent", Name: provider, Identifier: host(e.text("DiscoveryServiceFullURL")), State: "enabled", Privileges: []string{"device-owner"}}, e.path)
	})
}

// host is the computer that a URL leads to, without account and path.
func host(text string) string {
	u, err := url.Parse(text)
	if err != nil {
		return ""
	}
	return inventory.Text(u.Hostname())
}

// browsers are programs that take extensions by policy, and their keys below Policies and below Software.
var browsers = []struct{ program, key string }{
	{"chrome", `Google\Chrome`}, {"edge", `Microsoft\Edge`}, {"brave", `BraveSoftware\Brave`}, {"chromium", "Chromium"}, {"vivaldi", "Vivaldi"},
}

// extensionID is how extensions of Chrome are called.
var extensionID = regexp.MustCompile(`^[a-p]{32}$`)

// browserPolicies reads extensions that an administrator or another program puts into browsers.
func (c *Collector) browserPolicies() {
	c.extensions(`HKLM\SOFTWARE\`, nil)
	for _, u := range c.users {
		c.extensions(u.path(`Software\`), &u)
	}
}

func (c *Collector) extensions(root string, u *account) {
	for _, b := range browsers {
		c.read(root+`Policies\`+b.key+`\ExtensionInstallForcelist`, func(e entry) {
			for _, v := range e.values {
				id, update, _ := strings.Cut(strings.TrimSpace(v.Text()), ";")
				c.extension(b.program, id, update, "policy", u, e.path)
			}
		})
		c.read(root+`Policies\`+b.key, func(e entry) { c.settings(b.program, e, u) })
		c.each(root+`Policies\`+b.key+`\ExtensionSettings`, func(e entry) {
			if forced(e.text("installation_mode")) {
				c.extension(b.program, e.name, e.text("update_url"), "policy", u, e.path)
			}
		})
		for _, view := range []string{"", `WOW6432Node\`} {
			c.each(root+view+b.key+`\Extensions`, func(e entry) { c.extension(b.program, e.name, e.text("update_url"), "sideloaded", u, e.path) })
		}
	}
}

func forced(mode string) bool { return mode == "force_installed" || mode == "normal_installed" }

// settings reads the policy that is one text in JSON.
func (c *Collector) settings(program string, e entry, u *account) {
	text := e.text("ExtensionSettings")
	if text == "" {
		return
	}
	var all map[string]struct {
		Mode   string `json:"installation_mode"`
		Update string `json:"update_url"`
	}
	if err := json.Unmarshal([]byte(text), &all); err != nil {
		c.gap(inventory.GapMalformed, c.origin(e.path)[0].Path, "The policy ExtensionSettings of a browser does not parse.", "Look at the policies of the browser by hand.")
		return
	}
	for _, id := range slices.Sorted(maps.Keys(all)) {
		if s := all[id]; forced(s.Mode) {
			c.extension(program, id, s.Update, "policy", u, e.path)
		}
	}
}

// extension records that a browser is told to install an extension; whether it has, its profiles say.
func (c *Collector) extension(program, id, update, source string, u *account, path string) {
	if !extensionID.MatchString(id) {
		return
	}
	in := inventory.Install{Program: program, Source: source, UpdateURL: inventory.Text(update)}
	if u != nil {
		in.User = inventory.Text(u.name)
	}
	app := inventory.App{ID: inventory.AppID(c.Device, inventory.ChromeExtension, id), Device: c.Device, Platform: inventory.Windows, IdentifierKind: inventory.ChromeExtension, Identifier: id}
	if i, ok := c.seen[app.ID]; !ok || !slices.ContainsFunc(c.Inv.Apps[i].Installs, func(have inventory.Install) bool {
		return have.Program == in.Program && have.User == in.User && have.Source == in.Source
	}) {
		app.Installs = []inventory.Install{in}
	}
	c.app(app, path)
}
