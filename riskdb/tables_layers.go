package riskdb

// Layer says whose knowledge an overlay is. The base, which is built into the program or installed over it,
// has none.
type Layer struct {
	ID        string `yaml:"id,omitempty"`
	Title     string `yaml:"title,omitempty"`
	Authority string `yaml:"authority,omitempty"` // the body that answers for it, in words
	Date      Date   `yaml:"date,omitempty"`      // the day its facts were last researched
	Note      string `yaml:"note,omitempty"`
}

// Name is how a reader is told the layer: its ID, or "base".
func (l *Layer) Name() string {
	if l == nil || l.ID == "" {
		return "base"
	}
	return l.ID
}

// Withdrawal says that a layer does not stand by a row of those below it. The row is left out of every
// judgement, and stays visible as a disagreement.
type Withdrawal struct {
	Table   string   `yaml:"table"` // the table's name in the YAML: bans, products, …
	ID      string   `yaml:"id"`    // of the row
	Reason  string   `yaml:"reason"`
	Sources []string `yaml:"sources,omitempty"`
}

// Disagreement is a field of a row about which two layers say different things. The upper one decides,
// because whoever runs the program chose to lay it on top; both are shown.
type Disagreement struct {
	Table string
	ID    string // of the row
	Field string // as in the YAML; "withdrawn" where the upper layer withdraws the whole row
	Below string // what the lower layer says
	Above string // what the upper layer says
	Lower *Layer // nil for the base
	Upper *Layer
	// Sources are those of the upper layer's row; the lower layer's are in Below when they differ.
	Sources []string
}
