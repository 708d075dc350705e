package riskdb

import (
	"fmt"
	"slices"

	"quaestor/scanners/inventory"
)

// PrivilegeMeaning says what one privilege lets software do.
type PrivilegeMeaning struct {
	Name  string
	Title string // as a heading of a table
	Means string // one sentence
}

// PrivilegeMeanings lists the privileges of security software, the deepest first.
var PrivilegeMeanings = []PrivilegeMeaning{
	{"kernel", "Kernel", "It runs code in the kernel: nothing on the device is hidden from it, and nothing there can stop it."},
	{"device-owner", "Device owner", "It manages the whole device: it installs and removes apps, changes settings and can erase it."},
	{"root", "System account", "It runs with the full rights of the system: it can read and change every file."},
	{"endpoint-security", "Endpoint security", "It is told of every program that starts and every file that is opened, and can forbid it."},
	{"tls-interception", "TLS interception", "The device trusts a certificate authority of it, so that it can read encrypted traffic that passes it."},
	{"network-filter", "Network filter", "It sees the connections of all programs and can change or block them."},
	{"vpn", "VPN", "It can lead the traffic of the device to a server of its choice."},
	{"full-disk-access", "Full disk access", "It can read the files of every program, also mail, messages and backups."},
	{"system-extension", "System extension", "It extends the system by a program that the system itself starts and keeps alive."},
	{"accessibility", "Accessibility", "It reads what is on the screen of every app and can act in the user's place."},
	{"screen-recording", "Screen recording", "It can see the screen."},
	{"input-monitoring", "Input monitoring", "It can see what is typed in every program."},
	{"input-method", "Input method", "What is typed with it passes through it."},
	{"login", "Login", "It takes part when somebody signs in to the device, and is handed what is typed there."},
	{"device-admin", "Device administration", "It can lock the device, set rules for its password and, on some systems, erase it."},
	{"notification-listener", "Notifications", "It reads the notifications of every app, with the codes and messages in them."},
	{"browser-content", "Web pages", "It can read and change every page that is open in a browser."},
}

// Privilege finds what a privilege means; nil for a word that is not known.
func PrivilegeByName(name string) *PrivilegeMeaning {
	i := slices.IndexFunc(PrivilegeMeanings, func(m PrivilegeMeaning) bool { return m.Name == name })
	if i < 0 {
		return nil
	}
	return &PrivilegeMeanings[i]
}

// byKind is the privilege that a kind of fact is by itself.
var byKind = map[string]string{"driver": "kernel", "kernel-module": "kernel", "kernel-extension": "kernel", "kernel-program": "kernel", "system-extension": "system-extension",
	"launch-daemon": "root", "credential-provider": "login", "input-method": "input-method", "vpn": "vpn", "network-filter": "network-filter",
	"device-admin": "device-admin", "accessibility": "accessibility", "notification-listener": "notification-listener"}

// sameWord are words of scanners for privileges that have another name here.
var sameWord = map[string]string{"kernel-module": "kernel", "kernel-extension": "kernel", "kernel-driver": "kernel", "profile-owner": "device-admin", "content-filter": "network-filter", "system": "root"}

// held is a list of privileges, in which each stands once.
type held []Privilege

func (h *held) add(name string, e Evidence) {
	name = firstOf(sameWord[name], name)
	if PrivilegeByName(name) == nil {
		return
	}
	i := slices.IndexFunc(*h, func(p Privilege) bool { return p.Name == name })
	if i < 0 {
		*h = append(*h, Privilege{Name: name})
		i = len(*h) - 1
	}
	if !slices.ContainsFunc((*h)[i].Evidence, func(x Evidence) bool { return x.Detail == e.Detail }) {
		(*h)[i].Evidence = append((*h)[i].Evidence, e)
	}
}

// sorted puts the deepest first.
func (h held) sorted() []Privilege {
	slices.SortStableFunc(h, func(x, y Privilege) int { return rankOf(x.Name) - rankOf(y.Name) })
	return h
}

func rankOf(privilege string) int {
	return slices.IndexFunc(PrivilegeMeanings, func(m PrivilegeMeaning) bool { return m.Name == privilege })
}

// fromFact adds what a fact says or is by itself. What waits for the user's consent, or is switched off, is not held.
func (h *held) fromFact(sp *inventory.SecurityProduct) {
	if sp.State == "waiting" || sp.State == "disabled" || sp.Start == "disabled" {
		return
	}
	e := heldEvidence(sp)
	for _, name := range sp.Privileges {
		h.add(name, e)
	}
	if name := byKind[sp.Kind]; name != "" && !(name == "root" && sp.User != "" && sp.User != "root") {
		h.add(name, e)
	}
}

// heldEvidence says by what the system shows that a program has a privilege.
func heldEvidence(sp *inventory.SecurityProduct) Evidence {
	words := firstOf(factWords[sp.Kind], "The system has %q as "+plainWords(sp.Kind))
	e := Evidence{Kind: ByStatement, Supports: true, Reliability: 'B', Credibility: 2, Origin: factOrigin(sp.Origins),
		Detail: fmt.Sprintf(words, firstOf(sp.Identifier, sp.Service, sp.Name)) + stateWords(sp) + "."}
	if sp.Kind == "antivirus" || sp.Kind == "antispyware" || sp.Kind == "firewall" { // the identifier is a number that says nothing to a reader
		e.Detail = nameRegistered(sp).Detail
	}
	return e
}

// byDecision is the privilege that a decision of the user gives a program of macOS.
var byDecision = map[string]string{"kTCCServiceSystemPolicyAllFiles": "full-disk-access", "kTCCServiceAccessibility": "accessibility", "kTCCServiceScreenCapture": "screen-recording",
	"kTCCServiceListenEvent": "input-monitoring", "kTCCServiceEndpointSecurityClient": "endpoint-security"}

// allHosts are the patterns of web sites by which an extension may read every page.
var allHosts = []string{"<all_urls>", "*://*/*", "https://*/*", "http://*/*"}

// fromApp adds what an installed app was given.
func (h *held) fromApp(f *facts) {
	app := f.app
	for _, p := range f.permissions {
		if name := byDecision[p.Name]; name != "" && p.Granted {
			h.add(name, Evidence{Kind: ByPermission, Supports: true, Reliability: 'B', Credibility: 2, Origin: origin(app), Detail: fmt.Sprintf("The user allowed %q to %q.", p.Name, app.Identifier)})
		}
	}
	for _, in := range app.Installs {
		if in.State != "disabled" && in.State != "blocked" && slices.ContainsFunc(in.Hosts, func(host string) bool { return slices.Contains(allHosts, host) }) {
			h.add("browser-content", Evidence{Kind: ByPermission, Supports: true, Reliability: 'B', Credibility: 2, Origin: origin(app),
				Detail: fmt.Sprintf("The extension %q may read every page in %s.", app.Identifier, in.Program)})
		}
	}
}
