// Package labelled measures name resolution against pairs of what an inventory says and what it means.
//
// [Load] gives the set that the rules were made with, [HeldOut] one that was written afterwards and that no rule was
// fitted to, [Drawn] one that was drawn by lot from public lists of names; [Exports] and [ExportsHeldOut] have what management systems show without an
// identifier, and [ExportsDrawn] such names drawn by lot. [Evaluate] compares an index with a set. It reads, for the built-in database:
//
//	set, err := labelled.Load()
//	score := labelled.Evaluate(db.Names(), set)
//	score.All.Precision(), score.All.Recall(), score.Kinds, score.Mistakes
//
// What the package cannot see: how often each spelling occurs. The pairs of the first two sets were chosen to be hard,
// and half of the drawn ones begin like a product's name: the figures say how the rules do on hard names, and not what
// share of a fleet is recognised.
package labelled

import (
	"bytes"
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"quaestor/riskdb/resolve"
	"quaestor/scanners/inventory"
)

//go:embed labelled.yaml
var labelled []byte

//go:embed heldout.yaml
var heldOut []byte

//go:embed drawn.yaml
var drawn []byte

//go:embed exports.yaml
var exports []byte

//go:embed exports-heldout.yaml
var exportsHeldOut []byte

//go:embed exports-drawn.yaml
var exportsDrawn []byte

// Set is a list of pairs, by kind.
type Set struct {
	Kinds []Kind `yaml:"kinds"`
}

// Kind is a group of pairs that are alike: "homoglyph", "near-miss".
type Kind struct {
	Name  string `yaml:"kind"`
	Note  string `yaml:"note"`
	Pairs []Pair `yaml:"pairs"`
}

// Pair is what an inventory says, and what it means: the products of Want (several are a tie), the question whether
// it is Ask, the Vendor alone, or with none of these nothing at all.
type Pair struct {
	Name       string                   `yaml:"name"`
	Publisher  string                   `yaml:"publisher,omitempty"`
	Platform   inventory.Platform       `yaml:"platform,omitempty"`
	Kind       inventory.IdentifierKind `yaml:"identifier_kind,omitempty"`
	Identifier string                   `yaml:"identifier,omitempty"`
	TeamID     string                   `yaml:"team_id,omitempty"`
	Subject    string                   `yaml:"subject,omitempty"`
	Want       []string                 `yaml:"want,omitempty,flow"`
	Ask        string                   `yaml:"ask,omitempty"`
	Vendor     string                   `yaml:"vendor,omitempty"`
}

// Load returns the set that the rules were made with.
func Load() (Set, error) { return Read(labelled) }

// HeldOut returns the set that was written after the rules.
func HeldOut() (Set, error) { return Read(heldOut) }

// ExportsHeldOut returns names as management systems show them, drawn after the rules.
func ExportsHeldOut() (Set, error) { return Read(exportsHeldOut) }

// Drawn returns the set of names that nobody chose.
func Drawn() (Set, error) { return Read(drawn) }

// Exports returns the set of names as systems show them that give no identifiers.
func Exports() (Set, error) { return nameOnly(exports) }

// ExportsDrawn returns names without identifiers that nobody chose.
func ExportsDrawn() (Set, error) { return nameOnly(exportsDrawn) }

// nameOnly reads a set in which no pair has an identifier.
func nameOnly(raw []byte) (Set, error) {
	s, err := Read(raw)
	for _, k := range s.Kinds {
		for i := range k.Pairs {
			k.Pairs[i].Kind = inventory.NameOnly
		}
	}
	return s, err
}

// Read reads a set in the YAML form of labelled.yaml.
func Read(raw []byte) (Set, error) {
	var s Set
	d := yaml.NewDecoder(bytes.NewReader(raw))
	d.KnownFields(true)
	if err := d.Decode(&s); err != nil {
		return Set{}, fmt.Errorf("reading the labelled pairs: %w; each pair has a name and want, ask, vendor or none of these", err)
	}
	return s, nil
}

// Len counts the pairs.
func (s Set) Len() (n int) {
	for _, k := range s.Kinds {
		n += len(k.Pairs)
	}
	return n
}

// Query is what the inventory of a pair says.
func (p Pair) Query() resolve.Query {
	return resolve.Query{Platform: p.Platform, Kind: p.Kind, Identifier: p.Identifier, Name: p.Name, Publisher: p.Publisher, TeamID: p.TeamID, Subject: p.Subject}
}

// expected is what the pair means, in the form of [answer].
func (p Pair) expected() string {
	switch {
	case p.Ask != "":
		return "ask " + p.Ask
	case len(p.Want) > 0:
		want := slices.Clone(p.Want)
		slices.Sort(want)
		return strings.Join(want, " or ")
	case p.Vendor != "":
		return "vendor " + p.Vendor
	}
	return ""
}

// answer is what resolution made of the query: products, else a question, else, where a pair asks for it, a vendor.
func answer(r resolve.Result, vendor bool) string {
	var ids []string
	for _, c := range r.Best() {
		ids = append(ids, c.Product)
	}
	if len(ids) > 0 {
		slices.Sort(ids)
		return strings.Join(ids, " or ")
	}
	if q := r.Questions(); len(q) > 0 {
		return "ask " + q[0].Product
	}
	if m, ok := r.Maker(); ok && vendor {
		return "vendor " + m.Vendor
	}
	return ""
}
