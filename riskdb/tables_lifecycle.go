package riskdb

import "quaestor/scanners/inventory"

// OSProduct is an operating system, or a line of device models, with the support that its maker gives each
// release.
type OSProduct struct {
	ID       string             `yaml:"id"`
	Name     string             `yaml:"name"`
	Platform inventory.Platform `yaml:"platform"`
	Scope    LifecycleScope     `yaml:"scope"`
	// Names are how a device states it: names of the system, or for models of the manufacturer.
	Names   []string `yaml:"names"`
	Meaning string   `yaml:"meaning,omitempty"` // what ends, in the words of the source
	Policy  string   `yaml:"policy,omitempty"`  // address of the maker's own page on support
	AsOf    Date     `yaml:"as_of"`             // the day of the data
	Note    string   `yaml:"note,omitempty"`
	// ExtendedForAll says that every system gets the extended updates, without asking or paying.
	ExtendedForAll bool        `yaml:"extended_for_all,omitempty"`
	Releases       []OSRelease `yaml:"releases"`
	Basis          `yaml:",inline"`
}

// LifecycleScope says what the releases of an OSProduct are.
type LifecycleScope string

// The scopes.
const (
	SystemScope LifecycleScope = "system" // versions of an operating system
	ModelScope  LifecycleScope = "model"  // models of a device
)

// OSRelease is one version of a system, or one model of a device.
type OSRelease struct {
	Cycle    string `yaml:"cycle"`           // "14", "10-22h2", "galaxy-s21"
	Label    string `yaml:"label,omitempty"` // its name, where that is not the cycle
	Codename string `yaml:"codename,omitempty"`
	Level    int    `yaml:"level,omitempty"`    // Android API level, the first of several
	LevelTo  int    `yaml:"level_to,omitempty"` // the last of several
	Released Date   `yaml:"released"`
	// SupportEnds is the last day of full support, where it ends before the security updates do.
	SupportEnds  Date `yaml:"support_ends,omitempty"`
	SecurityEnds Date `yaml:"security_ends,omitempty"` // last day with security updates for everybody
	// ExtendedEnds is the last day of security updates for those who pay, or have asked, for them.
	ExtendedEnds Date `yaml:"extended_ends,omitempty"`
	// Security stands in place of SecurityEnds where the source names no day.
	Security   SecurityWord `yaml:"security,omitempty"`
	Latest     string       `yaml:"latest,omitempty"` // newest version; of Windows the build
	LatestDate Date         `yaml:"latest_date,omitempty"`
	LongTerm   bool         `yaml:"long_term,omitempty"`
}

// SecurityWord says how security support stood on the day of the data.
type SecurityWord string

// The words.
const (
	SecuritySupported SecurityWord = "supported" // and no end was announced
	SecurityEnded     SecurityWord = "ended"     // on a day that is not recorded
)
