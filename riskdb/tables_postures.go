package riskdb

import "quaestor/scanners/inventory"

// PostureCheck is a state of a device that leaves it open, and the values by which it says so. Several properties may tell
// the same; one is enough. What every phone has that is looked at over a cable, USB debugging and the developer options, is
// shown in reports and no check. How much each weighs is an assessment.
type PostureCheck struct {
	ID       string             `yaml:"id"`
	Platform inventory.Platform `yaml:"platform,omitempty"` // empty for any, of what a management says
	Title    string             `yaml:"title"`              // of the finding
	Why      string             `yaml:"why"`                // what it means, in sentences
	Ordinary string             `yaml:"ordinary,omitempty"` // whose devices are so without harm
	Severity Severity           `yaml:"severity"`
	MaxSDK   int                `yaml:"max_sdk,omitempty"` // up to this API level; 0 for all
	Values   []PostureValue     `yaml:"values"`
	Basis    `yaml:",inline"`
}

// PostureValue is a property of a device, or what its management says of it ("management.tampered", "management.encrypted",
// "management.passcode"), and the values of it that a check is about. "*" is any but those in Except.
type PostureValue struct {
	Property string   `yaml:"property"`
	Values   []string `yaml:"values"`
	Except   []string `yaml:"except,omitempty"`
}

// Payload is a kind of setting in a configuration profile of Apple's systems that changes who sees the traffic of a device, or who
// manages it.
type Payload struct {
	Type  string `yaml:"type"` // as Apple names it; those below it in the name too
	Does  string `yaml:"does"` // in a phrase
	Basis `yaml:",inline"`
}

// Protection is what a system says of software that protects it, and what that means. How much each weighs is an assessment.
type Protection struct {
	State    string   `yaml:"state"`              // "off", "snoozed", "expired", or "outdated" of its definitions
	Says     string   `yaml:"says"`               // in a phrase
	Means    string   `yaml:"means"`              // in a sentence
	Severity Severity `yaml:"severity"`           // of an antivirus
	Firewall Severity `yaml:"firewall,omitempty"` // of a firewall, where it is another
	Basis    `yaml:",inline"`
}
