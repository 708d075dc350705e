package resolve

import "quaestor/scanners/inventory"

// Product is one product as the index needs it.
type Product struct {
	ID       string
	Vendor   string   // Vendor.ID
	Names    []string // as the product calls itself; the first is the one that reasons use
	Open     []string // beginnings of names, after which words of security software may follow: "Kaspersky"
	Category string
	// Platforms on which an identifier of the product is known; none when it is not known on any.
	Platforms []inventory.Platform
}

// Vendor is the maker of products, with the names that it publishes under.
type Vendor struct {
	ID    string
	Names []string // the first is the one that reasons use
}

// Listed is an entry that an exact identifier belongs to: a product, or for a mark of the maker a vendor.
type Listed struct {
	Product, Vendor string
	Shared          bool // used by several products: needs a second mark
	Doubtful        bool // the listing is not verified
}

// Lookup finds what an exact identifier belongs to.
type Lookup func(kind inventory.IdentifierKind, value string) []Listed

// Query is what an inventory says about one app. Fields that it does not tell stay empty.
type Query struct {
	Platform   inventory.Platform
	Kind       inventory.IdentifierKind
	Identifier string
	Name       string
	Publisher  string // as the source states it; a name, or the subject of a certificate
	TeamID     string // Apple's, of a signature that holds
	Subject    string // of a certificate by an authority, of a signature that holds
}

// Confidence is how sure a candidate is.
type Confidence string

// The confidences. Package resolve never says high: that needs a signature over the content or a file hash.
const (
	Moderate Confidence = "moderate"
	Low      Confidence = "low"
)

// Via says which of the things in a [Query] named the candidate.
type Via string

// The ways, surest first.
const (
	ByIdentifier    Via = "identifier"
	ByNameAndSigner Via = "name-and-signer"
	BySigner        Via = "signer"
	ByName          Via = "name"
	ByPublisher     Via = "publisher"
)

// How says how a name came to be that of the candidate.
type How string

// The ways of a name.
const (
	AsWritten      How = "as-written"     // but for case, spaces, width, version and the like
	Transliterated How = "transliterated" // read in Latin letters
	Lookalike      How = "lookalike"      // only the shape is alike
)

// Candidate is a product or a vendor that the query may mean.
type Candidate struct {
	Product    string // empty when only the maker is told
	Vendor     string
	Via        Via
	How        How // of a name
	Confidence Confidence
	Reason     string // one sentence
	// Doubt is why the candidate is only a question: letters of another script, or another publisher.
	Doubt string
	// Common is true where the name is an ordinary word, which says little without the publisher.
	Common bool
	// Brief is true of a name so short that apps of several makers are bound to bear it.
	Brief     bool
	Publisher Agreement
	rank      int
}

// Agreement is how a stated publisher compares with the vendor of a candidate.
type Agreement string

// The agreements.
const (
	PublisherUnstated Agreement = ""
	PublisherAgrees   Agreement = "agrees"
	PublisherUnknown  Agreement = "unknown" // neither the vendor's nor another's name
	PublisherOther    Agreement = "other"   // the name of another vendor
)

// Result is the candidates for one query, best first.
type Result []Candidate

// Best lists the products that are equally good and free of doubt: none, one, or all that are tied.
func (r Result) Best() []Candidate {
	var out []Candidate
	for _, c := range r {
		if c.Product == "" || c.Doubt != "" || len(out) > 0 && c.rank != out[0].rank {
			continue
		}
		out = append(out, c)
	}
	return out
}

// Product is the one product that the query means; empty when there is none, or a tie.
func (r Result) Product() string {
	if best := r.Best(); len(best) == 1 {
		return best[0].Product
	}
	return ""
}

// Questions lists the products that the name resembles but, for the doubt that each states, does not identify.
func (r Result) Questions() []Candidate {
	var out []Candidate
	for _, c := range r {
		if c.Product != "" && c.Doubt != "" {
			out = append(out, c)
		}
	}
	return out
}

// Maker is the vendor that a signer or publisher names, where no product is told.
func (r Result) Maker() (Candidate, bool) {
	for _, c := range r {
		if c.Product == "" && c.Vendor != "" {
			return c, true
		}
	}
	return Candidate{}, false
}
