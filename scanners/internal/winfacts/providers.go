package winfacts

import (
	"encoding/binary"
	"fmt"
	"strings"

	"quaestor/scanners/internal/winreg"
	"quaestor/scanners/inventory"
)

const authentication = `HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Authentication\`

// credentialProviders reads what takes part when somebody signs in.
func (c *Collector) credentialProviders() {
	for _, key := range []string{"Credential Providers", "Credential Provider Filters", "PLAP Providers"} {
		c.each(authentication+key, func(e entry) {
			p := inventory.SecurityProduct{Kind: "credential-provider", Name: first(plain(e.text("")), e.name), Identifier: e.name, Path: c.library(e.name),
				State: "enabled", Privileges: []string{"login"}}
			if e.is("Disabled", 1) {
				p.State = "disabled"
			}
			c.product(p, e.path)
		})
	}
}

// library is the file of a COM class.
func (c *Collector) library(class string) (path string) {
	for _, at := range []string{`HKLM\SOFTWARE\Classes\CLSID\`, `HKLM\SOFTWARE\Classes\WOW6432Node\CLSID\`} {
		c.read(winreg.Join(strings.TrimSuffix(at, `\`), class, "InprocServer32"), func(e entry) { path = first(path, c.env.image(e.text(""))) })
	}
	return path
}

// networkProviders reads what is handed the password at login to reach other computers.
func (c *Collector) networkProviders() {
	c.read(`HKLM\SYSTEM\CurrentControlSet\Control\NetworkProvider\Order`, func(order entry) {
		for name := range strings.SplitSeq(order.text("ProviderOrder"), ",") {
			if name = strings.TrimSpace(name); name == "" || strings.Contains(name, `\`) {
				continue
			}
			c.read(winreg.Join(servicesKey, name, "NetworkProvider"), func(e entry) {
				c.product(inventory.SecurityProduct{Kind: "credential-provider", Name: first(plain(e.text("Name")), name), Identifier: "network-provider:" + name,
					Path: c.env.image(e.text("ProviderPath")), State: "enabled", Privileges: []string{"login"}}, e.path)
			})
		}
	})
}

// Places in an entry of the catalog of Winsock: a path in 260 bytes, then what describes the protocol.
const (
	catalogPath  = 260
	catalogChain = catalogPath + 40 // number of parts of a chain: 0 for a layer, 1 for a protocol
	catalogName  = catalogPath + 116
)

// winsock reads layers and chains in the way of every connection, and what else is asked for addresses of names.
func (c *Collector) winsock() {
	const parameters = servicesKey + `\WinSock2\Parameters\`
	for _, view := range []string{"Catalog_Entries", "Catalog_Entries64"} {
		c.each(parameters+`Protocol_Catalog9\`+view, func(e entry) {
			v, _ := winreg.Find(e.values, "PackedCatalogItem")
			if len(v.Data) < catalogName || binary.LittleEndian.Uint32(v.Data[catalogChain:]) == 1 {
				return
			}
			path, _, _ := strings.Cut(string(v.Data[:catalogPath]), "\x00")
			name := plain(winreg.Value{Type: winreg.TypeString, Data: v.Data[catalogName:min(len(v.Data), catalogName+512)]}.Text())
			c.filter(name, "winsock-layer", path, e.path)
		})
		c.each(parameters+`NameSpace_Catalog5\`+view, func(e entry) {
			if n, ok := e.number("Enabled"); ok && n == 0 {
				return
			}
			if name := plain(e.text("DisplayString")); name != "" { // those of Windows are named by a text in its own files
				c.filter(name, "winsock-namespace", e.text("LibraryPath"), e.path)
			}
		})
	}
}

func (c *Collector) filter(name, identifier, path, at string) {
	if path = c.env.image(path); path != "" {
		c.product(inventory.SecurityProduct{Kind: "network-filter", Name: first(name, base(path)), Identifier: identifier, Path: path, State: "enabled", Privileges: []string{"network-filter"}}, at)
	}
}

// inputMethods reads what stands between the keyboard and every program: text services, and layouts that are programs.
func (c *Collector) inputMethods() {
	for _, root := range []string{`HKLM\SOFTWARE\Microsoft\CTF\TIP`, `HKLM\SOFTWARE\WOW6432Node\Microsoft\CTF\TIP`} {
		c.each(root, func(e entry) {
			name := ""
			if langs, ok := c.below(e, "LanguageProfile"); ok {
				c.eachOf(langs, func(lang entry) {
					c.eachOf(lang, func(profile entry) {
						name = first(name, plain(profile.text("Description")), plain(profile.text("Display Description")))
					})
				})
				langs.key.Close()
			}
			c.inputMethod(first(name, plain(e.text(""))), e.name, c.library(e.name), e.path)
		})
	}
	c.each(`HKLM\SYSTEM\CurrentControlSet\Control\Keyboard Layouts`, func(e entry) {
		if file := e.text("Ime File"); file != "" {
			c.inputMethod(plain(e.text("Layout Text")), "layout:"+e.name, fmt.Sprintf(`%s\System32\%s`, c.env.vars["systemroot"], file), e.path)
		}
	})
}

func (c *Collector) inputMethod(name, identifier, path, at string) {
	c.product(inventory.SecurityProduct{Kind: "input-method", Name: first(name, base(path), identifier), Identifier: identifier, Path: path,
		State: "installed", Privileges: []string{"input-method"}}, at)
}
