package policy

import (
	"slices"
	"strings"

	"quaestor/riskdb"
)

// vulnerabilities checks what an exception says of vulnerable components.
func (c *checker) vulnerabilities(path string, e *riskdb.Exception) {
	for i, id := range e.Vulnerabilities {
		if id == "" || strings.ContainsAny(id, "* \t") {
			c.fault(at(path+".vulnerabilities", i), "%q: write the id of one vulnerability, such as CVE-2026-1234", id)
		}
	}
	for i, purl := range e.Components {
		if !strings.HasPrefix(purl, "pkg:") || !strings.Contains(purl, "/") {
			c.fault(at(path+".components", i), "%q: write a package URL, such as pkg:npm/left-pad@1.3.0, or without @ and the version for all of them", purl)
		}
	}
	if e.Justification != "" {
		oneOf(c, path+".justification", e.Justification, riskdb.Justifications)
		if len(e.Vulnerabilities) == 0 {
			c.fault(path+".justification", "the exception %q says why vulnerabilities do not affect, and names none: list them under vulnerabilities", e.ID)
		}
	}
	if len(e.Vulnerabilities)+len(e.Components) == 0 {
		return
	}
	for i, r := range e.Rules {
		if r != riskdb.RuleVulnerable && !slices.Contains(e.Rules, riskdb.RuleVulnerable) {
			c.fault(at(path+".rules", i), "an exception that names components or vulnerabilities is about rule %s alone: leave rules out", riskdb.RuleVulnerable)
		}
	}
}
