package listing

import (
	"strings"

	"quaestor/scanners/internal/records"
	"quaestor/scanners/internal/securitycenter"
	"quaestor/scanners/inventory"
)

// isSecurityCenter recognises the products that are registered with Windows.
func isSecurityCenter(r records.Record) bool { return r.Has("displayName", "productState") }

func readSecurityCenter(c *computer, r records.Record) {
	p := inventory.SecurityProduct{Name: r.Text("displayName"), Identifier: r.Text("instanceGuid"), UpdatedAt: moment(r, "timestamp")}
	for _, column := range []string{"pathToSignedProductExe", "pathToSignedReportingExe"} {
		if path := r.Text(column); p.Path == "" && !strings.Contains(path, "://") { // Windows registers its own by an address
			p.Path = executable(path)
		}
	}
	code, ok := r.Number("productState")
	state := securitycenter.Decode(uint32(code))
	ok = ok && code >= 0 && code <= 0xffffffff
	if p.Kind = securitycenter.Kind(r.Class); p.Kind == "" && ok {
		p.Kind = registeredAs(state.Providers)
	}
	if p.Kind == "" {
		p.Kind = "antivirus"
	}
	if ok {
		state.Fill(&p)
	}
	c.product(p, r.Line)
}

// registeredAs is what a product is by its own number, where the list does not say which class it is of.
func registeredAs(providers []string) string {
	for _, kind := range []string{"antivirus", "firewall", "antispyware"} {
		for _, p := range providers {
			if p == kind {
				return kind
			}
		}
	}
	return ""
}

// isDefender recognises Get-MpComputerStatus.
func isDefender(r records.Record) bool { return r.Has("AMServiceEnabled", "RealTimeProtectionEnabled") }

// never is the age that Windows tells of definitions that were never updated.
const never = 65535

// outdatedDays is the age in days from which Windows itself asks for an update of the definitions, unless it was set otherwise.
const outdatedDays = 7

func readDefender(c *computer, r records.Record) {
	p := inventory.SecurityProduct{Kind: "built-in", Name: "Microsoft Defender Antivirus", Identifier: "MSFT_MpComputerStatus", Service: "WinDefend", State: "off",
		Version: r.Text("AMProductVersion", "AMServiceVersion"), StateCode: r.Text("AMRunningMode"), UpdatedAt: moment(r, "AntivirusSignatureLastUpdated", "AntispywareSignatureLastUpdated")}
	on, _ := r.Bool("RealTimeProtectionEnabled")
	service, _ := r.Bool("AMServiceEnabled")
	engine, told := r.Bool("AntivirusEnabled")
	if mode := strings.ToLower(p.StateCode); on && service && (engine || !told) && !strings.Contains(mode, "passive") {
		p.State = "on"
	}
	old, told := r.Bool("DefenderSignaturesOutOfDate")
	age, aged := r.Number("AntivirusSignatureAge")
	switch {
	case told && old, aged && (age >= never || !told && age > outdatedDays):
		p.Definitions = "outdated"
	case told || aged:
		p.Definitions = "current"
	}
	c.product(p, r.Line)
	for _, name := range []string{"IsTamperProtected", "AMRunningMode", "BehaviorMonitorEnabled", "NISEnabled", "AntivirusSignatureVersion"} {
		c.property("defender."+name, r.Text(name))
	}
}

func (c *computer) property(name, value string) {
	if value == "" {
		return
	}
	if c.device.Properties == nil {
		c.device.Properties = map[string]string{}
	}
	c.device.Properties[name] = inventory.Text(value)
}

// isFirewall recognises Get-NetFirewallProfile.
func isFirewall(r records.Record) bool {
	return r.Has("Name", "Enabled") && r.HasAny("DefaultInboundAction", "AllowInboundRules", "NotifyOnListen")
}

func readFirewall(c *computer, r records.Record) {
	p := inventory.SecurityProduct{Kind: "built-in", Name: "Windows Firewall", Identifier: "firewall:" + r.Text("Name") + "Profile"}
	if on, ok := r.Bool("Enabled"); ok && on {
		p.State = "on"
	} else if ok {
		p.State = "off"
	}
	c.product(p, r.Line)
}
