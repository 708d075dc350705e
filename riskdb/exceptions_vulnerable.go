package riskdb

import (
	"slices"
	"strings"
)

// Justification is why a vulnerability of a component does not affect what the component is part of, in the words that
// those who exchange such statements (VEX) agreed on: https://www.cisa.gov/resources-tools/resources/minimum-requirements-vulnerability-exploitability-exchange-vex.
type Justification string

// The justifications.
const (
	ComponentNotPresent Justification = "component_not_present"
	CodeNotPresent      Justification = "vulnerable_code_not_present"
	CodeNotExecuted     Justification = "vulnerable_code_not_in_execute_path"
	CodeNotControlled   Justification = "vulnerable_code_cannot_be_controlled_by_adversary"
	AlreadyMitigated    Justification = "inline_mitigations_already_exist"
)

// Justifications lists them all.
var Justifications = []Justification{ComponentNotPresent, CodeNotPresent, CodeNotExecuted, CodeNotControlled, AlreadyMitigated}

// onVulnerabilities reports whether the exception is about vulnerable components alone.
func (e *Exception) onVulnerabilities() bool {
	return len(e.Vulnerabilities) > 0 || len(e.Components) > 0 || e.Justification != ""
}

// aboutVulnerable reports whether a finding is about a component and a vulnerability in the scope of the exception.
func (e *Exception) aboutVulnerable(fd *Finding) bool {
	v := fd.Vulnerable
	if v == nil {
		return false
	}
	if len(e.Vulnerabilities) > 0 && !slices.ContainsFunc(e.Vulnerabilities, v.Vulnerability.called) {
		return false
	}
	return len(e.Components) == 0 || slices.ContainsFunc(e.Components, func(purl string) bool { return purlCovers(purl, v.Component.PURL) })
}

// called reports whether a vulnerability has an id.
func (v *Vulnerability) called(id string) bool {
	return strings.EqualFold(v.ID, id) || slices.ContainsFunc(v.Aliases, func(a string) bool { return strings.EqualFold(a, id) })
}

// purlCovers reports whether the package URL of an exception covers that of a component. One without a version covers every
// version, and one without qualifiers whatever they are.
func purlCovers(pattern, purl string) bool {
	if anyGlob([]string{pattern}, purl) {
		return true
	}
	bare, _, _ := strings.Cut(purl, "?")
	if anyGlob([]string{pattern}, bare) {
		return true
	}
	if versioned(pattern) {
		return false
	}
	return anyGlob([]string{strings.TrimPrefix(pattern, "pkg:")}, packageKey(purl))
}

// versioned reports whether a package URL names a version.
func versioned(purl string) bool {
	bare, _, _ := strings.Cut(purl, "?")
	return strings.LastIndexByte(bare, '@') > strings.LastIndexByte(bare, '/')+1
}
