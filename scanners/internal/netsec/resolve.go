package netsec

import "quaestor/scanners/inventory"

// result resolves what the configs say. Debug overrides are a rule of their own, as they hold only for a
// debuggable app.
func (p *parser) result(platform inventory.NetworkRule) *inventory.NetworkSecurity {
	out := &inventory.NetworkSecurity{Cut: p.cut}
	base := platform
	if p.base != nil {
		p.base.fill(&base)
	}
	out.Rules = append(out.Rules, base)
	for _, c := range p.all {
		if len(c.domains) == 0 {
			continue
		}
		rule := c.resolve(base)
		rule.Domains = c.domains
		out.Rules = append(out.Rules, rule)
	}
	if p.debug != nil && p.debug.anchors != nil {
		rule := base
		rule.DebugOnly = true
		rule.SystemCAs = rule.SystemCAs || p.debug.anchors.system
		rule.UserCAs = rule.UserCAs || p.debug.anchors.user
		rule.CustomCAs += p.debug.anchors.custom
		out.Rules = append(out.Rules, rule)
	}
	return out
}

// resolve gives the rule of a config: its own words over those of the ones around it, over the base.
func (c *config) resolve(base inventory.NetworkRule) inventory.NetworkRule {
	if c == nil {
		return base
	}
	rule := c.parent.resolve(base)
	c.fill(&rule)
	return rule
}

// fill replaces in rule what the config says. Anchors replace the ones around as a whole.
func (c *config) fill(rule *inventory.NetworkRule) {
	if c.cleartext != nil {
		rule.Cleartext = *c.cleartext
	}
	if a := c.anchors; a != nil {
		rule.SystemCAs, rule.UserCAs, rule.CustomCAs = a.system, a.user, a.custom
	}
	if c.pins != nil {
		rule.Pins, rule.PinsExpire = c.pins.count, c.pins.expires
	}
}
