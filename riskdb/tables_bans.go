package riskdb

// BanKind says what an authority did.
type BanKind string

// The kinds of ban. The first group binds those it addresses, the second acts elsewhere than on a device,
// the third advises, the fourth says that there is none.
const (
	BanOrder       BanKind = "ban"
	BanExtension   BanKind = "ban-extension"
	Restriction    BanKind = "restriction"
	NetworkBlock   BanKind = "network-block"
	MarketBan      BanKind = "market-ban"
	WarningBinding BanKind = "warning-binding"
	PolicyRule     BanKind = "policy"
	DPAOrder       BanKind = "dpa-order"
	Sanction       BanKind = "sanction"

	StoreRemoval BanKind = "store-removal"
	SDKRemoval   BanKind = "sdk-removal"
	List         BanKind = "list" // of equipment that may not be bought or authorised

	Warning        BanKind = "warning"
	Recommendation BanKind = "recommendation"
	Advice         BanKind = "advice"
	Resolution     BanKind = "resolution"
	NotApproved    BanKind = "not-approved" // only approved apps are allowed and this is none of them; nobody banned it
	Request        BanKind = "request"      // an authority asks others to act

	PositionNoBan BanKind = "position-no-ban" // the authority said that there is none
	NoneFound     BanKind = "none-found"      // a search found none; never proof of permission
)

// Binding reports whether those whom a measure of this kind addresses must follow it.
func (k BanKind) Binding() bool {
	switch k {
	case Warning, Recommendation, Advice, Resolution, NotApproved, Request, StoreRemoval, SDKRemoval, List, PositionNoBan, NoneFound:
		return false
	}
	return true
}

// BanState is where a ban stood when it was last checked.
type BanState string

// The states of a ban.
const (
	InForce             BanState = "in-force"
	InForceWhenReported BanState = "in-force-when-reported" // and not checked since
	Superseded          BanState = "superseded"
	Revoked             BanState = "revoked"
	Expired             BanState = "expired"
	Suspended           BanState = "suspended"
	CourtSuspended      BanState = "court-suspended" // by a court, until it decides
	Advisory            BanState = "advisory"        // never binding, or binding on nobody who carries a device
	Announced           BanState = "announced"
	StateUnknown        BanState = "unknown" // known to have been temporary or pending; the outcome was not found
)

// Ban is one instrument of an authority about products, vendors or states.
type Ban struct {
	ID             string   `yaml:"id"`
	Kind           BanKind  `yaml:"kind"`
	State          BanState `yaml:"state"`
	StateNote      string   `yaml:"state_note,omitempty"` // the state in the words of the record
	SupersededBy   string   `yaml:"superseded_by,omitempty"`
	Authority      string   `yaml:"authority"`                // as the record names it
	AuthorityID    string   `yaml:"authority_id"`             // Authority.ID
	Jurisdiction   string   `yaml:"jurisdiction"`             // Jurisdiction.Code, or a part of one such as US-TX
	Instrument     string   `yaml:"instrument,omitempty"`     // title or reference
	Issued         Date     `yaml:"issued,omitempty"`         // decided, published, or first reported
	From           Date     `yaml:"from,omitempty"`           // takes effect; empty when that is not told apart from Issued
	Until          Date     `yaml:"until,omitempty"`          // last day
	Deadline       Date     `yaml:"deadline,omitempty"`       // day by which an app must be off the devices
	Steps          []Step   `yaml:"steps,omitempty"`          // what else has a day of its own
	Scope          string   `yaml:"scope"`                    // which devices and people, in words
	AppliesTo      []string `yaml:"applies_to,omitempty"`     // audiences
	NotAppliesTo   []string `yaml:"not_applies_to,omitempty"` // audiences a reader might think are bound, and are not
	Targets        []Target `yaml:"targets,omitempty"`
	ListIncomplete bool     `yaml:"list_incomplete,omitempty"` // the instrument names more targets than are recorded
	ListCount      int      `yaml:"list_count,omitempty"`      // targets the instrument names officially
	Exceptions     string   `yaml:"exceptions,omitempty"`
	LastChecked    Date     `yaml:"last_checked,omitempty"`    // of State
	Review         Date     `yaml:"review,omitempty"`          // day by which State should be checked again
	VerifiedFields []string `yaml:"verified_fields,omitempty"` // when not all of the record is verified
	Note           string   `yaml:"note,omitempty"`
	Basis          `yaml:",inline"`
}

// Step is something that a measure wants done by a day, besides its main deadline.
type Step struct {
	By   Date   `yaml:"by"`
	What string `yaml:"what"`
}

// Begins is the day from which the ban can apply: From, else Issued.
func (b *Ban) Begins() Date {
	if b.From != "" {
		return b.From
	}
	return b.Issued
}

// Stands reports whether the ban is current on the day asOf: surely begun (one that is dated "2025" begins with the
// last day of that year, see [Date.Passed]), not ended, and not revoked, expired,
// suspended (also by a court), merely announced or of unknown state. A superseded one stood until its last day, where that is
// known. An advisory one stands; see [BanKind.Binding]. That there is no ban never stands as one.
func (b *Ban) Stands(asOf Date) bool {
	if b.Kind == PositionNoBan || b.Kind == NoneFound {
		return false
	}
	switch b.State {
	case InForce, InForceWhenReported, Advisory:
		return b.Begins().Passed(asOf) && !b.Until.Ended(asOf)
	case Superseded:
		return b.Until != "" && b.Begins().Passed(asOf) && !b.Until.Ended(asOf)
	}
	return false
}

// TargetCovers says what of a target is banned.
type TargetCovers string

// What a target covers. Only software, the empty value, can apply to an installed app.
const (
	CoversSoftware  TargetCovers = ""
	CoversEquipment TargetCovers = "equipment" // devices and network gear
	CoversSanction  TargetCovers = "sanction"  // dealings with the company
	CoversSDK       TargetCovers = "sdk"       // code inside other apps
	CoversCriteria  TargetCovers = "criteria"  // a test to be applied by people; names nobody
)

// Target is what a ban is about, in one way only: products; everything of a vendor and of what it owns
// (Owner), or of the vendor alone (NamedOnly); all products from states; or a category. A target with Products is never a ban of their vendor.
type Target struct {
	Name          string       `yaml:"name"`                    // as the instrument names it
	Products      []string     `yaml:"products,omitempty"`      // Product.ID; the ban is of these alone
	Vendor        string       `yaml:"vendor,omitempty"`        // Vendor.ID, for information unless Owner is set
	Owner         bool         `yaml:"owner,omitempty"`         // all products of Vendor and of what it controls
	NamedOnly     bool         `yaml:"named_only,omitempty"`    // with Owner: the instrument names Vendor and says nothing of those it controls
	Successors    bool         `yaml:"successors,omitempty"`    // and successor apps or services by the same owner
	Clause        string       `yaml:"clause,omitempty"`        // the successor clause in the words of the instrument
	Jurisdictions []string     `yaml:"jurisdictions,omitempty"` // all products from these states
	Category      string       `yaml:"category,omitempty"`      // all products of this category
	Covers        TargetCovers `yaml:"covers,omitempty"`
	NeverByName   bool         `yaml:"never_by_name,omitempty"` // no identifier is known, and the name is too common to match
	Identifiers   []Identifier `yaml:"identifiers,omitempty"`   // the instrument's own, of products that are no record here
	Examples      []string     `yaml:"examples,omitempty"`
	From          Date         `yaml:"from,omitempty"` // where a list adds targets one by one
	Note          string       `yaml:"note,omitempty"`
}
