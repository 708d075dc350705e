// Package inventory holds what Quaestor found on devices, as plain data: facts, never a judgement.
//
// An [Inventory] is one versioned document. It can be written to JSON, kept for years and judged again
// with newer knowledge, without touching the device. Everything in it is a value: no functions, channels,
// open files or pointers into other packages, so that a scanner may run in another process.
//
// What the package cannot see: whether a fact is good or bad. A fact that nobody could look at is a [Gap],
// and a scanner that ran, or could not, leaves a [Run]; an empty list without a Run means "not looked".
//
// Foreign text (labels, package names, paths) is stored as it was found, made valid UTF-8 and cut to
// [MaxText]; writers are responsible for escaping it.
package inventory

import "time"

// Schema names the version of the document, MODEL.REVISION.ADDITION: readers accept any document whose
// model number they know. History:
//
//	1.0.0  first form
//	1.0.1  the names of native libraries of a binary
//	1.0.2  what is inside a binary: code, native code, endpoints, marks, binaries in binaries; signature schemes one
//	       by one; deep links, roles, network security
//	1.0.3  what a phone noted of its apps: traces, accesses, connections, traffic; what an Apple app claims: team,
//	       entitlements, provisioning, privacy manifests, frameworks, extensions; what a profile holds; states of users
//	1.0.4  desktops: extensions of browsers and editors profile by profile, commands that remove, and what a system says
//	       of its security software: states, signers, definitions, who registered it and for whom
//	1.0.5  exports of management systems: when a device last reported, how it is managed, on how many devices an app is that
//	       the source does not name; which app a component is part of; of which facts a source tells only what changed;
//	       files of many documents say where they end
//	1.0.6  components: between which versions one lies, what tells of it and where, licences
const Schema = "quaestor.inventory/1.0.6"

// Inventory is everything one or more scanners found. Lists are sorted by [Inventory.Sort], so that the
// same devices give the same bytes.
type Inventory struct {
	Schema           string            `json:"schema"`
	More             bool              `json:"more,omitempty"`  // others follow: one document of a file that has one for each device
	Parts            int               `json:"parts,omitempty"` // how many such documents come before this one, which is the last of its file
	Devices          []Device          `json:"devices,omitempty"`
	Apps             []App             `json:"apps,omitempty"`
	Binaries         []Binary          `json:"binaries,omitempty"`
	Components       []Component       `json:"components,omitempty"`
	SecurityProducts []SecurityProduct `json:"security_products,omitempty"`
	Profiles         []Profile         `json:"profiles,omitempty"`
	Certificates     []Certificate     `json:"certificates,omitempty"`
	VPNs             []VPN             `json:"vpns,omitempty"`
	Gaps             []Gap             `json:"gaps,omitempty"`
	Runs             []Run             `json:"runs,omitempty"`
}

// New returns an empty inventory of the current schema.
func New() *Inventory { return &Inventory{Schema: Schema} }

// Platform is the operating system family of a device or an app.
type Platform string

// The platforms.
const (
	Android Platform = "android"
	IOS     Platform = "ios"
	Windows Platform = "windows"
	MacOS   Platform = "macos"
	Linux   Platform = "linux"
)

// Device is one phone or computer. Fields that the source does not tell stay empty.
type Device struct {
	ID            string       `json:"id"` // stable across scans of the same device where the source names it; see DeviceID
	Platform      Platform     `json:"platform"`
	Name          string       `json:"name,omitempty"` // host name, device name, or the name of the dump
	Manufacturer  string       `json:"manufacturer,omitempty"`
	Model         string       `json:"model,omitempty"`
	Serial        string       `json:"serial,omitempty"`
	OSName        string       `json:"os_name,omitempty"`    // "Android", "Debian GNU/Linux"
	OSVersion     string       `json:"os_version,omitempty"` // "14", "12.5"
	OSBuild       string       `json:"os_build,omitempty"`   // fingerprint, kernel or build number
	SDK           int          `json:"sdk,omitempty"`        // Android API level
	SecurityPatch string       `json:"security_patch,omitempty"`
	Arch          string       `json:"arch,omitempty"`
	Locale        string       `json:"locale,omitempty"`
	Users         []DeviceUser `json:"users,omitempty"`
	// Properties are further facts under their platform's own name, for example "ro.boot.verifiedbootstate".
	Properties  map[string]string `json:"properties,omitempty"`
	CollectedAt *time.Time        `json:"collected_at,omitempty"` // when the source says it was made; never the clock of the scan
	// LastSeen is when the device last reported to its management, where the source is an export of that; what it reports of the
	// device is not newer.
	LastSeen   *time.Time  `json:"last_seen,omitempty"`
	Management *Management `json:"management,omitempty"`
	// Changes is there where a source tells what changed on the device since an earlier time, and not all that is there.
	Changes *Changes `json:"changes,omitempty"`
	Origins []Origin `json:"origins,omitempty"`
}

// Changes are what a source tells that logs differences alone: what it does not mention is as it was before.
type Changes struct {
	// Kinds are the kinds of facts of which only changes are told: kinds of identifiers of apps, "security" for what security software
	// shows itself by, "device" for states of the device, [AllKinds] for all of these.
	Kinds   []string  `json:"kinds"`
	Removed []Removed `json:"removed,omitempty"` // what the source says is not there any more
}

// AllKinds stands for all kinds of facts.
const AllKinds = "all"

// Removed is a fact that is not there any more.
type Removed struct {
	ID string `json:"id"` // of the app or other fact, as it was before
	// Exact is its ID in case that there were several apps of the same identifier, which only their versions tell apart.
	Exact string `json:"exact,omitempty"`
}

// Management is what a management system says of its hold on a device. Fields that it does not tell stay empty.
type Management struct {
	System string `json:"system,omitempty"` // "amapi", "intune", "apple-mdm", "jamf", "workspace-one", "google-workspace", "fleet", "osquery"
	// Mode is "fully-managed", "work-profile" (of a personal device), "work-profile-organisation" (of one that the organisation
	// owns), "supervised", "device-enrolment", "user-enrolment" (which hides the personal apps), "unmanaged"; empty when not told.
	Mode       string     `json:"mode,omitempty"`
	Ownership  string     `json:"ownership,omitempty"`   // "organisation", "personal"
	State      string     `json:"state,omitempty"`       // the system's own word: "ACTIVE", "retirePending", "Enrolled"
	Compliant  *bool      `json:"compliant,omitempty"`   // with the organisation's rules in that system; no judgement of ours
	EnrolledAt *time.Time `json:"enrolled_at,omitempty"` // when the management took the device in
	Encrypted  *bool      `json:"encrypted,omitempty"`   // its storage is encrypted
	Passcode   *bool      `json:"passcode,omitempty"`    // the screen lock is set
	Tampered   *bool      `json:"tampered,omitempty"`    // the system holds it for rooted, jailbroken or compromised
}

// DeviceUser is a user, work profile, private space or clone space of a device.
type DeviceUser struct {
	ID   string `json:"id"` // Android user number, uid or account name
	Name string `json:"name,omitempty"`
	Kind string `json:"kind,omitempty"` // "owner", "secondary", "work-profile", "private-space", "clone", "guest"; empty when unknown
	// State is "running", "locked" (started, and its storage not unlocked), "paused" (a profile that its user turned
	// off) or "stopped"; empty when not told.
	State string `json:"state,omitempty"`
}

// Origin says where a fact was read.
type Origin struct {
	Scanner string `json:"scanner"`          // scanner ID, for example "android/packages"
	Path    string `json:"path"`             // file as the user would find it; inside an archive "outer.zip!inner.txt"
	Line    int    `json:"line,omitempty"`   // 1-based, where a text file has one line for the fact
	Offset  int64  `json:"offset,omitempty"` // bytes from the beginning of the file, where a binary file has the fact at one place
	SHA256  string `json:"sha256,omitempty"` // of the file, lower-case hex, where it was computed
}

// Gap is something that was not, or could not be, looked at.
type Gap struct {
	Scanner string   `json:"scanner"`
	Device  string   `json:"device,omitempty"`
	Subject string   `json:"subject"` // file, table, entry or package concerned
	Kind    GapKind  `json:"kind"`
	Detail  string   `json:"detail"`         // one sentence: what was not seen, and why
	Next    string   `json:"next,omitempty"` // one sentence: what the reader can do about it
	Count   int      `json:"count,omitempty"`
	Samples []string `json:"samples,omitempty"` // at most a few of the things counted, each cut short
}

// GapKind tells gaps apart by their cause.
type GapKind string

// The kinds of gap. The first group means that something which should have been looked at was not, and
// makes a scan incomplete; the second is a limit that is known and stated.
const (
	GapFailed      GapKind = "failed"      // a scanner failed, panicked or ran out of time
	GapUnreadable  GapKind = "unreadable"  // a file could not be opened or read
	GapMalformed   GapKind = "malformed"   // a file or a part of it does not parse
	GapLimit       GapKind = "limit"       // a limit on size, depth, count or time was reached
	GapEmpty       GapKind = "empty"       // a source yielded nothing although it should
	GapUnsupported GapKind = "unsupported" // nothing here reads this kind of file or version
	// GapStaleDatabase is about the knowledge: everything was looked at, and judged by facts too old to rely on.
	GapStaleDatabase GapKind = "stale-database"

	GapUnknownLines GapKind = "unknown-lines" // parts of a format this version does not know; the rest was read
	GapNotPermitted GapKind = "not-permitted" // needs a right or the owner's consent
	GapBlind        GapKind = "blind"         // this kind of source can never show it
	GapSkipped      GapKind = "skipped"       // left out on purpose, by a setting or because another scanner has it
	// GapStaleDevice is about a device that has not reported to its management for long: what is on it now is not known.
	GapStaleDevice GapKind = "stale-device"
)

// Incomplete reports whether a gap of this kind means that the scan did not do all it was asked to.
func (k GapKind) Incomplete() bool {
	switch k {
	case GapUnknownLines, GapNotPermitted, GapBlind, GapSkipped, GapStaleDevice:
		return false
	}
	return true
}

// RunStatus is how a scanner's run ended.
type RunStatus string

// The run states. A failed run may still have left facts.
const (
	RunSucceeded RunStatus = "succeeded"
	RunPartial   RunStatus = "partial" // facts were found, and at least one gap that makes the scan incomplete
	RunFailed    RunStatus = "failed"
)

// Run says that a scanner looked at a source, and how it went.
type Run struct {
	Scanner string    `json:"scanner"`
	Target  string    `json:"target"`
	Device  string    `json:"device,omitempty"`
	Status  RunStatus `json:"status"`
	Detail  string    `json:"detail,omitempty"` // the error, when not succeeded; what was fetched
	Facts   int       `json:"facts"`            // apps, binaries, components and security products found
}

// Component is a piece of third-party software inside an app, or a package of the operating system.
type Component struct {
	ID      string `json:"id"`
	Device  string `json:"device,omitempty"`
	Binary  string `json:"binary,omitempty"` // SHA-256 of the Binary it is part of
	App     string `json:"app,omitempty"`    // App.ID of the app that it is part of, where only a list says so
	PURL    string `json:"purl"`
	Name    string `json:"name"`
	Version string `json:"version,omitempty"`
	Exact   bool   `json:"exact,omitempty"` // the version was stated, not inferred
	// From and To bound the version where it is not exact, both included. An empty one is open: with both empty, and no
	// version, it may be any.
	From string `json:"version_from,omitempty"`
	To   string `json:"version_to,omitempty"` // see version_from
	// Basis is what tells of it: "record" of a package manager that installed it; "metadata" that its own build put beside it;
	// "text" in its code; "code" of its shape; "name" of a file or of its maker, by which the package is guessed; "list" that somebody made of it, such as an SBOM.
	Basis    string   `json:"basis,omitempty"`
	Text     string   `json:"text,omitempty"`     // as read, where that is more than the version: "OpenSSL 1.1.1k  25 Mar 2021"
	Licences []string `json:"licences,omitempty"` // as stated: SPDX expressions, or names
	Origins  []Origin `json:"origins,omitempty"`
}

// SecurityProduct is software with protective or remote-control privilege, or a mark of such software: what a system has
// registered as antivirus or firewall, what it loads into its kernel, what it starts by itself, what runs. Which product
// several marks belong to is for riskdb to say; the fact here is only what the system said.
type SecurityProduct struct {
	ID     string `json:"id"`
	Device string `json:"device"`
	User   string `json:"user,omitempty"` // account that it is there for; empty for all
	App    string `json:"app,omitempty"`  // App.ID where known
	// Kind is what the system has it as: "antivirus", "antispyware", "firewall" (registered as such), "vpn", "remote-access",
	// "mdm-agent", "device-admin", "accessibility", "input-method", "credential-provider", "password-manager",
	// "network-filter", "browser-policy"; "process", "service", "driver", "kernel-module", "kernel-extension",
	// "system-extension", "launch-daemon", "launch-agent", "login-item", "autostart", "scheduled-task" when only that was seen;
	// "privileged-helper" for a tool of an app that runs as root, "privacy-grant" for what was allowed far-reaching access;
	// "preload" for a library that is loaded into every program, "kernel-program" for one that runs in the kernel (eBPF),
	// "lsm" for a security module of the kernel, "built-in" for what belongs to the system itself.
	Kind       string `json:"kind"`
	Name       string `json:"name"`
	Identifier string `json:"identifier,omitempty"` // under which the system has it: bundle id, GUID, label of a job
	Vendor     string `json:"vendor,omitempty"`     // as stated by the system
	Version    string `json:"version,omitempty"`
	// State is "on", "off", "snoozed", "expired" where the system says so of protection; else "running", "installed",
	// "enabled", "disabled", "waiting" (for the user's consent); empty when not told.
	State string `json:"state,omitempty"`
	// StateCode is the system's own number or word, such as "0x061100"; "mdm-policy" for what the management imposed.
	StateCode string `json:"state_code,omitempty"`
	// Definitions is "current" or "outdated" where the system says how old its knowledge is.
	Definitions string     `json:"definitions,omitempty"`
	UpdatedAt   *time.Time `json:"updated_at,omitempty"` // when the system noted the state or the last update of the definitions
	Start       string     `json:"start,omitempty"`      // "boot", "system", "automatic", "manual", "disabled", "login"
	Process     string     `json:"process,omitempty"`    // executable base name of a running process
	Path        string     `json:"path,omitempty"`       // executable path, without arguments
	Service     string     `json:"service,omitempty"`    // service, unit or driver name
	Team        string     `json:"team,omitempty"`       // Apple developer team
	Signer      *Signer    `json:"signer,omitempty"`     // of the executable
	// Privileges are what it can do there: "kernel", "system-extension", "endpoint-security", "network-filter", "tls-interception",
	// "full-disk-access", "accessibility", "screen-recording", "input-monitoring", "device-admin", "device-owner", "vpn", "root",
	// "input-method", "login", "notification-listener", "driver" and "camera" of a system extension that is for one device, …
	Privileges []string `json:"privileges,omitempty"`
	Origins    []Origin `json:"origins,omitempty"`
}

// Profile is a management or configuration profile, device owner or profile owner.
type Profile struct {
	ID           string   `json:"id"`
	Device       string   `json:"device"`
	User         string   `json:"user,omitempty"`
	Kind         string   `json:"kind"` // device-owner, profile-owner, configuration-profile, provisioning-profile
	Name         string   `json:"name,omitempty"`
	Identifier   string   `json:"identifier,omitempty"`
	Organization string   `json:"organization,omitempty"`
	Description  string   `json:"description,omitempty"` // what its maker says that it is for
	Payloads     []string `json:"payloads,omitempty"`    // what it sets, as the platform names it: "com.apple.vpn.managed"
	// Fixed is that the user cannot remove it.
	Fixed       bool       `json:"fixed,omitempty"`
	InstalledAt *time.Time `json:"installed_at,omitempty"` // as the device noted
	Origins     []Origin   `json:"origins,omitempty"`
}

// Certificate is a certificate authority trusted by the device beyond the system's own store.
type Certificate struct {
	ID      string `json:"id"`
	Device  string `json:"device"`
	User    string `json:"user,omitempty"`
	SHA256  string `json:"sha256"`
	SHA1    string `json:"sha1,omitempty"` // lower-case hex, by which Windows names it
	Subject string `json:"subject,omitempty"`
	Issuer  string `json:"issuer,omitempty"`
	Store   string `json:"store,omitempty"` // where it is trusted: "machine", "user", "policy", "enterprise", "system" (came with it), "mixed", "firefox"
	// Trusted says whether the device takes it for web sites: "yes", "no" (installed, and not turned on), or empty when
	// not told.
	Trusted   string     `json:"trusted,omitempty"`
	Profile   string     `json:"profile,omitempty"`    // Profile.ID that brought it
	NotBefore *time.Time `json:"not_before,omitempty"` // from when it is valid
	NotAfter  *time.Time `json:"not_after,omitempty"`  // until when
	Origins   []Origin   `json:"origins,omitempty"`
}

// MixedStore is the store of an authority in a list that shows those that came with the system and those that were added together.
const MixedStore = "mixed"

// VPN is a configured virtual private network.
type VPN struct {
	ID       string   `json:"id"`
	Device   string   `json:"device"`
	User     string   `json:"user,omitempty"`
	App      string   `json:"app,omitempty"` // package or bundle id of the app that provides it
	Name     string   `json:"name,omitempty"`
	AlwaysOn bool     `json:"always_on,omitempty"`
	Kind     string   `json:"kind,omitempty"`    // "ikev2", "ipsec", "l2tp", "app", "per-app", "dns", "content-filter", "relay", …; empty when not told
	Server   string   `json:"server,omitempty"`  // where it leads
	Profile  string   `json:"profile,omitempty"` // Profile.ID that set it up
	Origins  []Origin `json:"origins,omitempty"`
}

// PassedOver is the detail of gaps of a run that count files that no scanner reads.
const PassedOver = "Files of no kind that is read here were passed over."
