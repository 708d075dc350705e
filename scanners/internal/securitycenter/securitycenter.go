// Package securitycenter reads the number in which Windows Security Center keeps the state of a registered product:
// productState of AntiVirusProduct, AntiSpywareProduct and FirewallProduct in the WMI namespace root\SecurityCenter2.
//
// Microsoft publishes the words (WSC_SECURITY_PRODUCT_STATE, WSC_SECURITY_SIGNATURE_STATUS, WSC_SECURITY_PROVIDER) and
// not how the number holds them. That is known from what many computers showed: bits 16 to 23 are what the product
// is, 12 to 15 whether it protects, 8 to 11 whether it belongs to Windows, 4 to 7 how old its definitions are. A value
// outside of what was seen is told as nothing, never as "off" or "current".
//
// What the package cannot see: whether what a product reported of itself is true, and products that never registered.
package securitycenter

import (
	"fmt"

	"quaestor/scanners/inventory"
)

// Namespace is where WMI has the products, and Classes are their classes.
const Namespace = `root\SecurityCenter2`

// Classes lists the classes of products in the order in which they are read.
func Classes() []string { return []string{"AntiVirusProduct", "AntiSpywareProduct", "FirewallProduct"} }

// Kind is what the products of a class are registered as, in the words of [inventory.SecurityProduct]; "" for a class
// that is none of [Classes].
func Kind(class string) string {
	switch class {
	case "AntiVirusProduct":
		return "antivirus"
	case "AntiSpywareProduct":
		return "antispyware"
	case "FirewallProduct":
		return "firewall"
	}
	return ""
}

// State is what a productState says.
type State struct {
	Code        uint32
	Providers   []string // "firewall", "auto-update", "antivirus", "antispyware", "internet-settings", "account-control", "service"
	Protection  string   // "on", "off", "snoozed", "expired"; empty when the number says something else
	Definitions string   // "current", "outdated"; empty when the number says something else
	Owner       string   // "windows", "other"; empty when the number says something else
}

var providers = []string{"firewall", "auto-update", "antivirus", "antispyware", "internet-settings", "account-control", "service"}

// Decode reads a productState.
func Decode(code uint32) State {
	s := State{Code: code}
	for bit, name := range providers {
		if code>>(16+bit)&1 == 1 {
			s.Providers = append(s.Providers, name)
		}
	}
	s.Protection = word(code>>12, "off", "on", "snoozed", "expired")
	s.Owner = word(code>>8, "other", "windows")
	s.Definitions = word(code>>4, "current", "outdated")
	return s
}

// word names the lowest four bits of n.
func word(n uint32, words ...string) string {
	if n &= 0xf; int(n) < len(words) {
		return words[n]
	}
	return ""
}

// Text is the number as reports show it.
func (s State) Text() string { return fmt.Sprintf("0x%06x", s.Code) }

// Fill tells a product what its state says. A firewall has no definitions, whatever its number holds.
func (s State) Fill(p *inventory.SecurityProduct) {
	p.State, p.StateCode = s.Protection, s.Text()
	if p.Kind != "firewall" {
		p.Definitions = s.Definitions
	}
}
