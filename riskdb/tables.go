package riskdb

// Tables is everything the database knows, as plain rows. Rows refer to one another by ID; [DB] adds the
// indexes. The YAML form of each row has the same fields under the names in the tags.
type Tables struct {
	Version       Version        `yaml:"version,omitempty"`
	Layer         Layer          `yaml:"layer,omitempty"`
	Withdrawals   []Withdrawal   `yaml:"withdraw,omitempty"`
	Sources       []Source       `yaml:"sources,omitempty"`
	Authorities   []Authority    `yaml:"authorities,omitempty"`
	Policies      []Policy       `yaml:"policies,omitempty"`
	Jurisdictions []Jurisdiction `yaml:"jurisdictions,omitempty"`
	Vendors       []Vendor       `yaml:"vendors,omitempty"`
	Entities      []Entity       `yaml:"entities,omitempty"`
	Edges         []Edge         `yaml:"edges,omitempty"`
	Products      []Product      `yaml:"products,omitempty"`
	Marks         []Marks        `yaml:"marks,omitempty"` // moved to products and vendors when the data is read
	Bans          []Ban          `yaml:"bans,omitempty"`
	Permissions   []Permission   `yaml:"permissions,omitempty"`
	Combinations  []Combination  `yaml:"combinations,omitempty"`
	Expectations  []Expectation  `yaml:"expectations,omitempty"`
	Signers       []Signer       `yaml:"signers,omitempty"`
	TestKeys      []TestKey      `yaml:"test_keys,omitempty"`
	Installers    []Installer    `yaml:"installers,omitempty"`
	Postures      []PostureCheck `yaml:"postures,omitempty"`
	Payloads      []Payload      `yaml:"payloads,omitempty"`
	Protections   []Protection   `yaml:"protections,omitempty"`
	Roots         []RootList     `yaml:"roots,omitempty" table:"later"`
	OSProducts    []OSProduct    `yaml:"os_products,omitempty" table:"later"`

	IndicatorCollections []IndicatorCollection `yaml:"indicator_collections,omitempty" table:"later"`
	IndicatorFamilies    []IndicatorFamily     `yaml:"indicator_families,omitempty" table:"later"`

	Licences []Licence `yaml:"licences,omitempty" table:"later"`
	Holdings []Holding `yaml:"holdings,omitempty" table:"later"` // counted by the compiler

	// Tables of the code inside apps. DB has a method of the same name for each.
	SDKs          []SDK           `yaml:"sdks,omitempty" table:"later"`
	Lookalikes    []Lookalike     `yaml:"lookalikes,omitempty" table:"later"`
	VendorDomains []VendorDomains `yaml:"vendor_domains,omitempty" table:"later"`
	Trackers      []Tracker       `yaml:"trackers,omitempty" table:"later"`
}

// Version says of which day the knowledge is.
type Version struct {
	Date Date   `yaml:"date"`           // the day the facts were last researched
	Note string `yaml:"note,omitempty"` // what changed, for people
}

// Grade is how sure the people who recorded a fact are of it, in five steps. It is not the confidence of a
// finding, which is derived from evidence; a finding can be no surer than the facts it rests on.
type Grade string

// The grades, surest first.
const (
	GradeHigh       Grade = "high"
	GradeMediumHigh Grade = "medium-high"
	GradeMedium     Grade = "medium"
	GradeLowMedium  Grade = "low-medium"
	GradeLow        Grade = "low"
)

// Rank is 5 for the surest grade, 1 for the least and 0 for none.
func (g Grade) Rank() int {
	switch g {
	case GradeHigh:
		return 5
	case GradeMediumHigh:
		return 4
	case GradeMedium:
		return 3
	case GradeLowMedium:
		return 2
	case GradeLow:
		return 1
	}
	return 0
}

// Basis is what a fact rests on. A verified fact was found in a public source; it was not checked on a
// live device or in a live store.
type Basis struct {
	Verified         bool     `yaml:"verified"`
	UnverifiedReason string   `yaml:"unverified_reason,omitempty"`
	Confidence       Grade    `yaml:"confidence,omitempty"`
	Sources          []string `yaml:"sources,omitempty"` // Source.ID
}

// Source is a document that states a fact.
type Source struct {
	ID    string `yaml:"id"`
	Title string `yaml:"title"`
	URL   string `yaml:"url"`            // empty when it was not recorded; Note then says so
	Date  Date   `yaml:"date,omitempty"` // of publication, or of the copy that was read
	// Accessed is the day it was read, for a source without a date of its own.
	Accessed Date   `yaml:"accessed,omitempty"`
	Licence  string `yaml:"licence,omitempty"` // of the source's content, where facts were taken as a list
	Note     string `yaml:"note,omitempty"`
	// CrossCheck marks a list that facts were only compared with. It verifies none by itself.
	CrossCheck bool `yaml:"cross_check,omitempty"`
}

// Authority is a body that can ban or advise.
type Authority struct {
	ID           string `yaml:"id"` // be-federal, be-chamber, eu-commission, …
	Name         string `yaml:"name"`
	Jurisdiction string `yaml:"jurisdiction"` // Jurisdiction.Code, or a part of one such as BE-VLG
	Note         string `yaml:"note,omitempty"`
}
