package riskdb

// Vendor is the group of companies that publishes products under one name.
type Vendor struct {
	ID   string `yaml:"id"`
	Name string `yaml:"name"`
	HQ   string `yaml:"hq,omitempty"`   // country of the headquarters
	Seat string `yaml:"seat,omitempty"` // country of the registered seat
	// Jurisdiction is the country whose law can reach the group in practice: operational headquarters or
	// ultimate controller, never an offshore seat. It is empty where there is none to name: an individual
	// author, or a group for which the sources are not enough.
	Jurisdiction string       `yaml:"jurisdiction,omitempty"`
	Links        []string     `yaml:"links,omitempty"` // further countries with a link that does not make a jurisdiction
	Identifiers  []Identifier `yaml:"identifiers,omitempty"`
	Note         string       `yaml:"note,omitempty"`
	Basis        `yaml:",inline"`
}

// Entity is an owner that publishes nothing itself: a holding, a fund, a subsidiary, or a person where a
// person is the recorded owner. IDs of vendors and entities are one space.
type Entity struct {
	ID      string `yaml:"id"`
	Name    string `yaml:"name"`
	Kind    string `yaml:"kind"` // company, fund, person, state-body, group
	Country string `yaml:"country,omitempty"`
	Note    string `yaml:"note,omitempty"`
	Basis   `yaml:",inline"`
}

// EdgeKind is how a parent is connected with a child.
type EdgeKind string

// The kinds of edge. Only the first two are control.
const (
	Owns          EdgeKind = "owns"
	Controls      EdgeKind = "controls"
	Minority      EdgeKind = "minority"
	GoldenShare   EdgeKind = "golden-share"
	JointVenture  EdgeKind = "joint-venture"
	Former        EdgeKind = "former"    // the side that left; Until is its last day
	AnnouncedDeal EdgeKind = "announced" // agreed or reported, and not known to be completed
)

// Edge is one dated tie between a child and a parent, each a Vendor or an Entity.
type Edge struct {
	ID          string   `yaml:"id"`
	Child       string   `yaml:"child"`
	Parent      string   `yaml:"parent"`
	ChildNamed  string   `yaml:"child_named,omitempty"`  // as the source names it, where that is not the record's name
	ParentNamed string   `yaml:"parent_named,omitempty"` // likewise
	Kind        EdgeKind `yaml:"kind"`
	Share       float64  `yaml:"share,omitempty"` // percent, 0 when the source names none
	From        Date     `yaml:"from,omitempty"`
	Until       Date     `yaml:"until,omitempty"` // last day; empty when it still holds as far as known
	Note        string   `yaml:"note,omitempty"`
	Basis       `yaml:",inline"`
}
