// Package netsec resolves an Android app's network security configuration, the file in res/xml that says which
// certificate authorities the app trusts, for which hosts, and where it lets unencrypted traffic through. It
// follows the platform's XmlConfigSource and NetworkSecurityConfig: what a rule does not say it takes from the
// rule around it, then from the base, then from the platform's default for the app's target.
//
// What the package cannot see: code that checks certificates itself or not at all, which no configuration binds,
// and the WebView's and native libraries' own handling.
package netsec

import (
	"fmt"

	"quaestor/scanners/internal/axml"
	"quaestor/scanners/inventory"
)

// Limits on one configuration.
const (
	maxRules   = 1_000
	maxDomains = 5_000 // of all rules together
	maxNesting = 64
)

// API levels at which the platform's default changed.
const (
	nougat = 24 // authorities that the user added are not trusted any more
	pie    = 28 // unencrypted traffic is not let through any more
)

// Options is what the defaults depend on.
type Options struct {
	Target         int // effective target API level
	Cleartext      bool
	CleartextGiven bool // the manifest has usesCleartextTraffic
}

// Default is what holds for an app without a configuration: one rule, and no file.
func Default(o Options) *inventory.NetworkSecurity {
	rule := platform(o.Target)
	if o.CleartextGiven {
		rule.Cleartext = o.Cleartext
	}
	return &inventory.NetworkSecurity{Rules: []inventory.NetworkRule{rule}}
}

func platform(target int) inventory.NetworkRule {
	return inventory.NetworkRule{Cleartext: target < pie, SystemCAs: true, UserCAs: target < nougat}
}

// Parse resolves a configuration that walk hands over. The rule for all hosts comes first. With an error, the
// configuration is one that Android refuses, and with it to open connections; what was read until then is returned,
// nil when nothing was.
func Parse(walk func(axml.Handler) (axml.Report, error), o Options) (*inventory.NetworkSecurity, axml.Report, error) {
	p := &parser{domains: make(map[string]bool)}
	report, err := walk(axml.Handler{Start: p.start, Text: p.text, End: p.end})
	if !p.root {
		if err == nil {
			err = fmt.Errorf("the root element is not network-security-config")
		}
		return nil, report, err
	}
	if err == nil && p.problem != "" {
		err = fmt.Errorf("a network security configuration that Android refuses: %s", p.problem)
	}
	return p.result(platform(o.Target)), report, err
}
