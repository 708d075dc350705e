package riskdb

// SDK is code that apps carry and that somebody else wrote, with the marks it is recognised by. That an app
// carries it is no proof that it runs, and says nothing about what it sends.
type SDK struct {
	ID      string   `yaml:"id"`
	Name    string   `yaml:"name"`
	Aliases []string `yaml:"aliases,omitempty"`
	Vendor  string   `yaml:"vendor,omitempty"` // Vendor.ID, where the vendor is a record
	// VendorName is the vendor or its part as the lists of SDKs name it.
	VendorName string `yaml:"vendor_name,omitempty"`
	// Country is for a vendor that is no record; a recorded vendor has its own.
	Country  *SDKCountry `yaml:"country,omitempty"`
	Category string      `yaml:"category"`
	// Local marks a library that calls no server of who wrote it: never a finding.
	Local bool `yaml:"local,omitempty"`
	// With names the SDKs that bring this one along. Beside one of them it tells nothing more.
	With []string `yaml:"with,omitempty"` // SDK.ID
	URL  string   `yaml:"url,omitempty"`
	// Maven are coordinates that no source was verified for. They are marks too, a step weaker than those that one was.
	Maven      []string    `yaml:"maven,omitempty"`
	Note       string      `yaml:"note,omitempty"`
	Licence    string      `yaml:"licence,omitempty"` // Licence.SPDX, where it is not the database's own
	Signatures []Signature `yaml:"signatures"`
}

// SDKCountry is the state whose law can reach a vendor of SDKs, with what that rests on.
type SDKCountry struct {
	Code  string `yaml:"code"` // Jurisdiction.Code
	Basis `yaml:",inline"`
}

// Signature is one mark of an SDK.
type Signature struct {
	Kind     SignatureKind `yaml:"kind"`
	Value    string        `yaml:"value"`
	Strength Strength      `yaml:"strength"`
	Note     string        `yaml:"note,omitempty"`
	Basis    `yaml:",inline"`
}

// SignatureKind says what a signature is a mark of.
type SignatureKind string

// The kinds of signature.
const (
	NativeLibrary SignatureKind = "native-library" // file name below lib/ABI
	CodePrefix    SignatureKind = "code-prefix"    // package of defined classes, with all below it
	CodeComponent SignatureKind = "component"      // full class name of a component in the manifest
	// AppleFramework is the name of a framework in an app of Apple's systems, without its ending.
	AppleFramework SignatureKind = "apple-framework"
	// PackageName is a package of a registry as its package URL names it, decoded and without version: "maven/com.example/sdk".
	// One segment less stands for all packages below it.
	PackageName SignatureKind = "purl"
)

// Strength says how distinctive a mark is.
type Strength string

// The strengths.
const (
	StrongMark Strength = "strong" // nobody else's
	MediumMark Strength = "medium" // hardly anybody else's; sure with a second one
	WeakMark   Strength = "weak"   // generic, or of several SDKs: tells nothing by itself
)

// Rank is 3 for strong, 1 for weak and 0 for none.
func (s Strength) Rank() int {
	switch s {
	case StrongMark:
		return 3
	case MediumMark:
		return 2
	case WeakMark:
		return 1
	}
	return 0
}

// Lookalike is a prefix of code that is not what it seems. It is tried before the signatures of SDKs.
type Lookalike struct {
	Prefix     string        `yaml:"prefix"`
	Name       string        `yaml:"name"`
	VendorName string        `yaml:"vendor_name"` // whom the name suggests
	Kind       LookalikeKind `yaml:"kind"`
	Reason     string        `yaml:"reason"`
	SDK        string        `yaml:"sdk,omitempty"` // SDK.ID that it really belongs to; empty when no SDK
	Basis      `yaml:",inline"`
}

// LookalikeKind says why a prefix is not what it seems.
type LookalikeKind string

// The kinds of lookalike.
const (
	OpenSource     LookalikeKind = "open-source-no-service"
	BundledCopy    LookalikeKind = "bundled-copy-or-shim"
	TooGeneric     LookalikeKind = "too-generic"
	MisleadingName LookalikeKind = "misleading-name"
)

// VendorDomains are the domains of a company. A domain says whose server it is, and not what is sent there.
type VendorDomains struct {
	ID         string      `yaml:"id"`
	Vendor     string      `yaml:"vendor,omitempty"`      // Vendor.ID, where the company is a record
	VendorName string      `yaml:"vendor_name,omitempty"` // where it is none
	Country    *SDKCountry `yaml:"country,omitempty"`     // where it is none
	Note       string      `yaml:"note,omitempty"`
	Domains    []string    `yaml:"domains"` // each with all below it
	Basis      `yaml:",inline"`
}

// Tracker is an entry of the tracker list of Exodus Privacy. The list is under a share-alike licence, so that it
// is a table of its own, which no judgement uses.
type Tracker struct {
	ID         string      `yaml:"id"`
	Name       string      `yaml:"name"`
	Website    string      `yaml:"website,omitempty"`
	Categories []string    `yaml:"categories,omitempty"`
	Country    *SDKCountry `yaml:"country,omitempty"`
	Code       []string    `yaml:"code,omitempty"`    // parts of class names, as the list has them
	Network    string      `yaml:"network,omitempty"` // regular expression for hosts, as the list has it
	Note       string      `yaml:"note,omitempty"`
	Licence    string      `yaml:"licence"` // Licence.SPDX
	Basis      `yaml:",inline"`
}
