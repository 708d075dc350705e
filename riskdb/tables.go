package riskdb

import "quaestor/scanners/inventory"

// Tables is everything the database knows, as plain rows. Rows refer to one another by ID; [DB] adds the
// indexes. The YAML form of each row has the same fields under the names in the tags.
type Tables struct {
	Version       Version        `yaml:"version,omitempty"`
	Sources       []Source       `yaml:"sources,omitempty"`
	Authorities   []Authority    `yaml:"authorities,omitempty"`
	Policies      []Policy       `yaml:"policies,omitempty"`
	Jurisdictions []Jurisdiction `yaml:"jurisdictions,omitempty"`
	Vendors       []Vendor       `yaml:"vendors,omitempty"`
	Entities      []Entity       `yaml:"entities,omitempty"`
	Edges         []Edge         `yaml:"edges,omitempty"`
	Products      []Product      `yaml:"products,omitempty"`
	Bans          []Ban          `yaml:"bans,omitempty"`
	Permissions   []Permission   `yaml:"permissions,omitempty"`
	Combinations  []Combination  `yaml:"combinations,omitempty"`
	Signers       []Signer       `yaml:"signers,omitempty"`
	TestKeys      []TestKey      `yaml:"test_keys,omitempty"`
	Installers    []Installer    `yaml:"installers,omitempty"`
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
}

// Authority is a body that can ban or advise.
type Authority struct {
	ID           string `yaml:"id"` // be-federal, be-chamber, eu-commission, …
	Name         string `yaml:"name"`
	Jurisdiction string `yaml:"jurisdiction"` // Jurisdiction.Code, or a part of one such as BE-VLG
	Note         string `yaml:"note,omitempty"`
}

// Policy names the authorities whose decisions an organisation applies. The policy "all" has no list: it
// applies every authority.
type Policy struct {
	ID            string   `yaml:"id"`
	Title         string   `yaml:"title"`
	Authorities   []string `yaml:"authorities,omitempty"` // Authority.ID
	Jurisdictions []string `yaml:"jurisdictions,omitempty"`
	All           bool     `yaml:"all,omitempty"`
	Note          string   `yaml:"note,omitempty"`
	Sources       []string `yaml:"sources,omitempty"`
}

// Jurisdiction is a state, what its law can compel, and how the European Union regards its data
// protection. Group is a grouping for reports, never a judgement about a company.
type Jurisdiction struct {
	Code       string     `yaml:"code"` // ISO 3166-1 alpha-2, or EU
	Name       string     `yaml:"name"` // English
	Group      string     `yaml:"group"`
	GroupBasis string     `yaml:"group_basis,omitempty"` // the documents and paragraphs the group rests on
	Adequacy   Adequacy   `yaml:"adequacy"`
	Laws       []Law      `yaml:"laws,omitempty"`
	CitedBy    []Citation `yaml:"cited_by,omitempty"`
	Note       string     `yaml:"note,omitempty"`
}

// Adequacy is the standing of a state under the data-protection law of the European Union. It says nothing
// about access by intelligence services.
type Adequacy struct {
	Status string `yaml:"status"` // member, adequate, none
	Note   string `yaml:"note,omitempty"`
	Basis  `yaml:",inline"`
}

// Law is a law that lets a state compel companies to give access or help.
type Law struct {
	ID               string    `yaml:"id"`
	Name             string    `yaml:"name"`
	Articles         string    `yaml:"articles,omitempty"` // "7", "whole"
	Effect           string    `yaml:"effect"`
	Date             Date      `yaml:"date,omitempty"`
	DateNote         string    `yaml:"date_note,omitempty"`        // in force, amended
	Extraterritorial string    `yaml:"extraterritorial,omitempty"` // what the law says about reach abroad
	Counterpoint     *Citation `yaml:"counterpoint,omitempty"`     // a serious opinion to the contrary
	Note             string    `yaml:"note,omitempty"`
	Basis            `yaml:",inline"`
}

// Citation is what a document says.
type Citation struct {
	Document string   `yaml:"document,omitempty"`
	Text     string   `yaml:"text"`
	Sources  []string `yaml:"sources,omitempty"`
}

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

// ProductKind tells ordinary apps from software with protective privilege.
type ProductKind string

// The product kinds.
const (
	AppProduct      ProductKind = "app"
	SecurityProduct ProductKind = "security"
)

// Identifier kinds beyond those of package inventory.
const (
	AppStoreID        inventory.IdentifierKind = "app-store-id"
	LinuxPackage      inventory.IdentifierKind = "linux-package" // a deb or rpm name; the source does not tell which
	ServiceName       inventory.IdentifierKind = "service"       // Windows service or systemd unit
	DisplayName       inventory.IdentifierKind = "display-name-pattern"
	MacTeamID         inventory.IdentifierKind = "macos-team-id" // of vendors only: it names the signer, not the product
	MacApp            inventory.IdentifierKind = "macos-app"     // file name of the bundle
	MacPath           inventory.IdentifierKind = "macos-path"
	MacLaunchDaemon   inventory.IdentifierKind = "macos-launch-daemon"
	MacMachService    inventory.IdentifierKind = "macos-mach-service"
	MacReceipt        inventory.IdentifierKind = "macos-receipt"
	MacSystemExt      inventory.IdentifierKind = "macos-system-extension"
	KernelDriver      inventory.IdentifierKind = "kernel-driver"
	AndroidCodePrefix inventory.IdentifierKind = "android-code-prefix"
)

// Product is an app or security product with the marks it is recognised by. How sure its country is comes
// from its vendor: see [DB.Vendor] and Vendor.Verified.
type Product struct {
	ID           string       `yaml:"id"`
	Name         string       `yaml:"name"`
	Aliases      []string     `yaml:"aliases,omitempty"`
	Vendor       string       `yaml:"vendor"` // Vendor.ID
	Category     string       `yaml:"category"`
	Kind         ProductKind  `yaml:"kind"`
	SecurityKind string       `yaml:"security_kind,omitempty"` // antivirus, edr, firewall, …
	Neutral      bool         `yaml:"neutral,omitempty"`       // an ordinary app that must raise nothing by itself
	Apps         []string     `yaml:"apps,omitempty"`          // of a security product: Product.ID of its phone apps
	Identifiers  []Identifier `yaml:"identifiers,omitempty"`
	Note         string       `yaml:"note,omitempty"`
}

// Identifier is one mark of a product or a vendor.
type Identifier struct {
	Kind   inventory.IdentifierKind `yaml:"kind"`
	Value  string                   `yaml:"value"`
	Shared bool                     `yaml:"shared,omitempty"` // generic, or used by other products too: needs a second mark
	Note   string                   `yaml:"note,omitempty"`
	Basis  `yaml:",inline"`
}

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

	PositionNoBan BanKind = "position-no-ban" // the authority said that there is none
	NoneFound     BanKind = "none-found"      // a search found none; never proof of permission
)

// Binding reports whether those whom a measure of this kind addresses must follow it.
func (k BanKind) Binding() bool {
	switch k {
	case Warning, Recommendation, Advice, Resolution, StoreRemoval, SDKRemoval, List, PositionNoBan, NoneFound:
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
	Advisory            BanState = "advisory" // never binding, or binding on nobody who carries a device
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
	Deadline       Date     `yaml:"deadline,omitempty"`       // day by which it must be obeyed
	Scope          string   `yaml:"scope"`                    // which devices and people, in words
	AppliesTo      []string `yaml:"applies_to,omitempty"`     // audiences
	NotAppliesTo   []string `yaml:"not_applies_to,omitempty"` // audiences a reader might think are bound, and are not
	Targets        []Target `yaml:"targets,omitempty"`
	ListIncomplete bool     `yaml:"list_incomplete,omitempty"` // the instrument names more targets than are recorded
	ListCount      int      `yaml:"list_count,omitempty"`      // targets the instrument names officially
	Exceptions     string   `yaml:"exceptions,omitempty"`
	LastChecked    Date     `yaml:"last_checked,omitempty"`    // of State
	VerifiedFields []string `yaml:"verified_fields,omitempty"` // when not all of the record is verified
	Note           string   `yaml:"note,omitempty"`
	Basis          `yaml:",inline"`
}

// Begins is the day from which the ban can apply: From, else Issued.
func (b *Ban) Begins() Date {
	if b.From != "" {
		return b.From
	}
	return b.Issued
}

// Stands reports whether the ban is current on the day asOf: begun, not ended, and not revoked, expired,
// suspended, merely announced or of unknown state. A superseded one stood until its last day, where that is
// known. An advisory one stands; see [BanKind.Binding]. That there is no ban never stands as one.
func (b *Ban) Stands(asOf Date) bool {
	if b.Kind == PositionNoBan || b.Kind == NoneFound {
		return false
	}
	switch b.State {
	case InForce, InForceWhenReported, Advisory:
		return b.Begins().Begun(asOf) && !b.Until.Ended(asOf)
	case Superseded:
		return b.Until != "" && b.Begins().Begun(asOf) && !b.Until.Ended(asOf)
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
// (Owner); all products from states; or a category. A target with Products is never a ban of their vendor.
type Target struct {
	Name          string       `yaml:"name"`                    // as the instrument names it
	Products      []string     `yaml:"products,omitempty"`      // Product.ID; the ban is of these alone
	Vendor        string       `yaml:"vendor,omitempty"`        // Vendor.ID, for information unless Owner is set
	Owner         bool         `yaml:"owner,omitempty"`         // all products of Vendor and of what it controls
	Successors    bool         `yaml:"successors,omitempty"`    // and successor apps or services by the same owner
	Jurisdictions []string     `yaml:"jurisdictions,omitempty"` // all products from these states
	Category      string       `yaml:"category,omitempty"`      // all products of this category
	Covers        TargetCovers `yaml:"covers,omitempty"`
	NeverByName   bool         `yaml:"never_by_name,omitempty"` // no identifier is known, and the name is too common to match
	Identifiers   []Identifier `yaml:"identifiers,omitempty"`   // the instrument's own, of products that are no record here
	Examples      []string     `yaml:"examples,omitempty"`
	From          Date         `yaml:"from,omitempty"` // where a list adds targets one by one
	Note          string       `yaml:"note,omitempty"`
}

// Permission is one right an app can ask for: an Android permission, an iOS usage key or an Apple
// entitlement. Weight and Relevance are an assessment, the rest is the platform's.
type Permission struct {
	Name       string   `yaml:"name"`
	Platform   string   `yaml:"platform"`              // android, apple
	Kind       string   `yaml:"kind"`                  // permission, usage-key, entitlement
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
