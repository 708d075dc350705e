package riskdb

// Permission is one right an app can ask for: an Android permission, an iOS usage key or an Apple
// entitlement. Weight and Relevance are an assessment, the rest is the platform's.
type Permission struct {
	Name       string   `yaml:"name"`
	Platform   string   `yaml:"platform"`              // android, apple
	Kind       string   `yaml:"kind"`                  // permission, usage-key, entitlement, decision (of the user, in the list that Apple calls TCC), extension-point
	Level      string   `yaml:"level,omitempty"`       // base protection level: normal, dangerous, signature, internal
	Flags      []string `yaml:"flags,omitempty"`       // of the protection level
	UserPrompt bool     `yaml:"user_prompt,omitempty"` // the user is asked
	Special    bool     `yaml:"special,omitempty"`     // granted on a settings page of its own
	Category   string   `yaml:"category"`              // microphone, location, …
	Weight     int      `yaml:"weight"`                // 1 to 5, what it can do to a holder of office
	Relevance  string   `yaml:"relevance,omitempty"`   // one phrase for people
	Basis      `yaml:",inline"`
}

// Combination is a set of permissions that together allow more than each. It is context for a finding
// about origin or special access, seldom a finding by itself.
type Combination struct {
	ID       string   `yaml:"id"`
	AllOf    []string `yaml:"all_of"`
	Severity string   `yaml:"severity"` // critical, high, medium, low
	Note     string   `yaml:"note"`
	Ordinary string   `yaml:"ordinary,omitempty"` // which ordinary apps hold it too, and how many
	Basis    `yaml:",inline"`
}

// Expectation is what apps of a category usually reach, by their purpose. Such access is not news.
type Expectation struct {
	Category string   `yaml:"category"` // of products
	Access   []string `yaml:"access"`   // categories of permissions
	Basis    `yaml:",inline"`
}

// Signer lists the certificates that sign a package where it is genuine.
type Signer struct {
	Package string `yaml:"package"`
	Name    string `yaml:"name,omitempty"`
	Certs   []Cert `yaml:"certs"`
}

// Cert is a signing certificate on the channels where it was seen. A package may have another key on a
// channel that is not listed.
type Cert struct {
	SHA256   string   `yaml:"sha256"` // of the DER certificate, lower-case hex
	Build    string   `yaml:"build"`  // release, userdebug
	Channels []string `yaml:"channels,omitempty"`
	MinSDK   int      `yaml:"min_sdk,omitempty"` // used from this API level of the device on
	MaxSDK   int      `yaml:"max_sdk,omitempty"`
	Note     string   `yaml:"note,omitempty"`
	Basis    `yaml:",inline"`
}

// Genuine reports whether the certificate clears an app on an ordinary device: keys of debug builds do not.
func (c *Cert) Genuine() bool { return c.Build == "release" }

// TestKey is a certificate whose private key is public, so that its signature proves nothing.
type TestKey struct {
	SHA256 string `yaml:"sha256"`
	Name   string `yaml:"name"`
	Note   string `yaml:"note,omitempty"`
	Basis  `yaml:",inline"`
}

// Installer is a package that installs others on Android.
type Installer struct {
	Package string        `yaml:"package"`
	Name    string        `yaml:"name"`
	Kind    InstallerKind `yaml:"kind"`
	Note    string        `yaml:"note,omitempty"`
	Basis   `yaml:",inline"`
}

// InstallerKind says what stands behind an installation.
type InstallerKind string

// The installer kinds.
const (
	Store      InstallerKind = "store"      // an app store that checks what it offers
	Management InstallerKind = "management" // a device-management agent
	Updater    InstallerKind = "updater"    // the maker's or carrier's own update service
	Sideloader InstallerKind = "sideloader" // installs whatever file the user gives it
)

// Vouches reports whether somebody other than the user chose what it installs.
func (i *Installer) Vouches() bool { return i.Kind != Sideloader }
