package riskdb

import (
	"fmt"
	"slices"
	"strings"

	"quaestor/scanners/inventory"
)

// privilegesQuery lists the privileges of security software.
const privilegesQuery = "privileges"

func (e *explainer) privileges() {
	en := e.add("list", privilegesQuery, "What security software may do on a device, the deepest first")
	for _, p := range PrivilegeMeanings {
		en.Facts = append(en.Facts, Fact{Label: p.Name, Text: p.Title + ". " + p.Means})
	}
}

// systemNames are the systems in the order in which they are told.
var systemNames = []struct {
	platform inventory.Platform
	name     string
}{{inventory.Windows, "Windows"}, {inventory.MacOS, "macOS"}, {inventory.Linux, "Linux"}, {inventory.Android, "Android"}, {inventory.IOS, "iOS"}, {"", "any system"}}

// systemsOf counts the marks of security software on each system, so that a reader sees on which it can be found at all.
func systemsOf(p *Product) []Fact {
	if securityKind(p) == "" {
		return nil
	}
	var parts []string
	for _, s := range systemNames {
		kinds := map[inventory.IdentifierKind]int{}
		var order []inventory.IdentifierKind
		for i := range p.Identifiers {
			id := &p.Identifiers[i]
			if platformOf(id) != s.platform {
				continue
			}
			if kinds[id.Kind]++; kinds[id.Kind] == 1 {
				order = append(order, id.Kind)
			}
		}
		var words []string
		for _, k := range order {
			words = append(words, fmt.Sprintf("%d %s", kinds[k], k))
		}
		if len(words) > 0 {
			parts = append(parts, s.name+": "+strings.Join(words, ", "))
		}
	}
	if len(parts) == 0 {
		return nil
	}
	return []Fact{{Label: "Marks", Text: strings.Join(parts, "; ")}}
}

// shownBy are the privileges that the kinds of mark show where they are found.
var shownBy = []struct {
	privilege string
	kinds     []inventory.IdentifierKind
}{
	{"kernel", []inventory.IdentifierKind{KernelDriver, KernelModule, MacKernelExt}},
	{"root", []inventory.IdentifierKind{MacLaunchDaemon}},
	{"tls-interception", []inventory.IdentifierKind{RootName, RootSHA256}},
	{"system-extension", []inventory.IdentifierKind{MacSystemExt}},
	{"input-method", []inventory.IdentifierKind{InputMethod}},
}

// privilegesShown tells what the marks of security software show that it may do. What it holds on a device, a scan tells.
func privilegesShown(p *Product) []Fact {
	if securityKind(p) == "" {
		return nil
	}
	var out []Fact
	for _, s := range shownBy {
		var by []string
		for i := range p.Identifiers {
			if id := &p.Identifiers[i]; slices.Contains(s.kinds, id.Kind) {
				by = append(by, id.Value)
			}
		}
		if len(by) == 0 {
			continue
		}
		m := PrivilegeByName(s.privilege)
		shown := strings.Join(by[:min(len(by), maxShown)], ", ")
		if more := len(by) - maxShown; more > 0 {
			shown += fmt.Sprintf(" and %d more", more)
		}
		out = append(out, Fact{Section: SectionPrivileges, Label: m.Title, Text: fmt.Sprintf("%s Shown by %s.", m.Means, shown)})
	}
	return append(out, Fact{Section: SectionPrivileges, Label: "On a device", Text: "Which of these and of the others it holds there, a scan tells with what shows it: `quaestor explain privileges` lists all."})
}

// maxShown is how many marks stand beside a privilege.
const maxShown = 4
