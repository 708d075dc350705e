// Package reports defines the Report: the one document that every reader gets, whatever the format.
//
// A Report is made by [New] from the facts (an inventory) and the judgement (an assessment) and holds
// everything a writer may show. Writers live in a folder each, choose form and order, and decide nothing:
// no writer computes a severity, drops a finding or hides a gap.
//
// The JSON form of a Report is a published contract: its schema is reports/schema/report.schema.json,
// generated from these types. A field is added with a new addition number, never renamed or reused.
//
// What the package cannot see: anything that is in neither the inventory nor the assessment. There is no
// clock in it; the same input gives the same Report.
package reports

import "quaestor/riskdb"

// Schema names the version of the document, MODEL.REVISION.ADDITION. Readers accept any document whose
// model number they know. History:
//
//	1.0.0  first form
//	1.0.1  stix_confidence of a finding; review and clause of a measure
//	1.0.2  findings about a device as a whole: kind "device", no app and no identifier; findings of a device
//	1.0.3  overlays of the database; exception, positions and policy_rule of a finding; findings about an
//	       exception; excepted of the verdict; version and rules of a policy;
//	       what_if of the report
//	1.0.4  provenance of the database
//	1.0.5  the overlay that a measure comes from
//	1.0.6  age_days and expired of the database, and the gap stale-database; allow_list and exceptions of a policy
//	1.0.7  places of evidence; inside of an app; context of a finding; code_reach of the report
//	1.0.8  built, native_files, not_native, some_libraries, open and some_open of the inside of an app; same_as and inside
//	       of the files in it; an app of which no file was read has no inside;
//	       files of the report and the verdict, and findings about them: kind "file", the identifier is the SHA-256;
//	       codenames of previews in place of API levels
//	1.0.9  presence and traces of an app, and traces counted beside apps; removal of a finding, for each user; users of a
//	       device and of a subject with their kinds; profiles, authorities, VPNs, posture, sensors and hosts of a device; what
//	       an app used and contacted, and what stores and devices tell of Apple's apps
//	1.0.10 security_software and unknown_privileged of the report; security_seen and security_unseen of a device; installs, publisher, arch and uninstall_command of an app;
//	       of a removal step the method policy, where it stands, what to set, and the command that the system states
//	1.0.11 stale_after_days of the report; verdict, last_seen, stale, stale_days, management, scanners and fleet of a device; the gap
//	       stale-device; stale_devices and devices_by_verdict of the verdict; device_count of an app and a subject; the lists of a
//	       report of many devices may stand device by device, findings by severity first; changes of a device
//	1.0.12 component and vulnerability of a finding, evidence of kind component, justification of an exception; advisories of the
//	       database; components_checked and vulnerabilities of the verdict
const Schema = "quaestor.report/1.0.12"

// Report is the document.
type Report struct {
	Schema   string   `json:"schema" jsonschema:"version of this document, quaestor.report/MODEL.REVISION.ADDITION"`
	Tool     Tool     `json:"tool"`
	AsOf     string   `json:"as_of" jsonschema:"date of the judgement, YYYY-MM-DD: bans and ownership are taken as of this day"`
	Database Database `json:"database"`
	Policies []Policy `json:"policies"`
	// StaleAfter is the limit from which on a device is stale.
	StaleAfter int `json:"stale_after_days,omitempty" jsonschema:"after how many days without a report to its management a device counts as stale; absent where none does"`
	// ComponentsChecked is how many components were looked up among advisories. What readers see is the number in the verdict.
	ComponentsChecked int `json:"-"`

	Verdict   Verdict     `json:"verdict"`
	Devices   []Device    `json:"devices"`
	Apps      []App       `json:"apps" jsonschema:"every app looked at, with or without findings"`
	Files     []App       `json:"files,omitempty" jsonschema:"files with code that are no app and lie in none, in the form of apps: kind file, the identifier is the SHA-256"`
	Findings  []Finding   `json:"findings"`
	CodeReach []CodeReach `json:"code_reach,omitempty" jsonschema:"for each device with apps whose files were read: what the code of each vendor inside them can reach; files on no device are one group"`
	// SecuritySoftware is the software with the deepest privilege.
	SecuritySoftware []SecuritySoftware `json:"security_software,omitempty" jsonschema:"for each device the software with protective or remote-control privilege: whose it is, what it may do, whose law reaches it; see security_seen of the device for what was looked at"`
	// UnknownPrivileged is what has the rights of the kernel or the system, and nobody here knows.
	UnknownPrivileged []UnknownPrivileged `json:"unknown_privileged,omitempty" jsonschema:"for each device that has any: what runs in the kernel or with the full rights of the system, belongs to no product that is known, and is not the system's own"`

	Gaps   []Gap   `json:"gaps" jsonschema:"what was not, or could not be, looked at"`
	WhatIf *WhatIf `json:"what_if,omitempty" jsonschema:"what changes against other policies; absent when nothing was compared"`
	Runs   []Run   `json:"runs" jsonschema:"which scanner looked at what, and how it went"`
	// Components are what the apps and systems are made of. They are for lists of software (SBOM); this document does not have them.
	Components []ListedComponent `json:"-"`
	Disclaimer string            `json:"disclaimer" jsonschema:"the limits of this report in one paragraph; show it with every result"`
}

// Tool is the program that made the report.
type Tool struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

// Database is the risk database that was used.
type Database struct {
	Version  string `json:"version"`
	Date     string `json:"date" jsonschema:"date of the data, YYYY-MM-DD"`
	SHA256   string `json:"sha256"`
	Products int    `json:"products"`
	Vendors  int    `json:"vendors"`
	Bans     int    `json:"bans"`
	Sources  int    `json:"sources"`
	AgeDays  *int   `json:"age_days,omitempty" jsonschema:"days from the date of the data to that of the judgement"`
	Expired  bool   `json:"expired,omitempty" jsonschema:"its signers no longer want it relied on at the date of the judgement"`
	// Provenance says where the database came from.
	Provenance *Provenance `json:"provenance,omitempty"`
	// Overlays are what further authorities laid on the database, the lowest first.
	Overlays []Overlay `json:"overlays,omitempty" jsonschema:"what further authorities laid on the database, the lowest first"`
	// Advisories are the collections that were asked about vulnerable components.
	Advisories []AdviceSource `json:"advisories,omitempty" jsonschema:"collections of advisories and ratings that were asked about components; absent where none was"`
}

// Provenance says where a database came from.
type Provenance struct {
	Origin  string   `json:"origin" jsonschema:"embedded: built into the program; installed: by db update; bundle: a file named with --db"`
	Bundles []Bundle `json:"bundles" jsonschema:"the signed bundles it was made of, the lowest first; none for the embedded one"`
}

// Bundle is a signed file that a database was made of.
type Bundle struct {
	Kind      string   `json:"kind" jsonschema:"full: a whole database; overlay: what one authority lays on it"`
	Authority string   `json:"authority" jsonschema:"who publishes it"`
	Sequence  int64    `json:"sequence" jsonschema:"number of the bundle; it rises with each of an authority"`
	Facts     string   `json:"facts" jsonschema:"the day its facts were last researched"`
	Expires   string   `json:"expires" jsonschema:"the last day on which its signers want it relied on"`
	Signers   []string `json:"signers" jsonschema:"IDs of the keys that signed it"`
	SHA256    string   `json:"sha256" jsonschema:"of the file"`
}

// Overlay is what one authority adds to the database, or disagrees with in it.
type Overlay struct {
	ID            string   `json:"id"`
	Title         string   `json:"title"`
	Authority     string   `json:"authority"`
	Date          string   `json:"date" jsonschema:"the day its facts were last researched, YYYY-MM-DD"`
	Disagreements []string `json:"disagreements,omitempty" jsonschema:"each in one sentence: what the layers below it say, and what it says"`
}

// Policy is a policy pack that was applied.
type Policy struct {
	ID          string   `json:"id"`
	Title       string   `json:"title"`
	Version     string   `json:"version,omitempty"`
	Authorities []string `json:"authorities" jsonschema:"names of the authorities whose measures were applied"`
	Rules       int      `json:"rules,omitempty" jsonschema:"rules of the pack's own, with those of the packs that it extends"`
	AllowList   int      `json:"allow_list,omitempty" jsonschema:"entries of its allow list"`
	Exceptions  int      `json:"exceptions,omitempty" jsonschema:"exceptions that it holds"`
	Note        string   `json:"note,omitempty"`
}

// Verdict sums the report up. The four axes stay apart: there is no blended score.
type Verdict struct {
	Status   string         `json:"status" jsonschema:"findings: at least one finding above info; clean: none; incomplete: none, but something that should have been looked at was not"`
	Sentence string         `json:"sentence" jsonschema:"the verdict in words"`
	Complete bool           `json:"complete" jsonschema:"false when a scanner failed, a file would not parse, nothing was collected, every device is stale, there is no finding and of a device only changes are told, or the risk database is too old to rely on"`
	Devices  int            `json:"devices" jsonschema:"devices that a source names; what an export counts over all devices is none"`
	Stale    int            `json:"stale_devices,omitempty" jsonschema:"of the devices, those that have not reported to their management for too long: what is on them now is not known"`
	ByDevice map[string]int `json:"devices_by_verdict,omitempty" jsonschema:"how many devices have which verdict"`
	Apps     int            `json:"apps" jsonschema:"apps told of; those that are installed are these less traces"`
	Traces   int            `json:"traces,omitempty" jsonschema:"of the apps, those of which traces are known and that no source lists as installed"`
	Files    int            `json:"files,omitempty" jsonschema:"files with code that are no app and lie in none"`
	Findings int            `json:"findings" jsonschema:"all of them, also those under an exception"`
	Excepted int            `json:"excepted,omitempty" jsonschema:"findings under an exception, which by_severity, by_action, axes and status leave out"`
	// Vulnerabilities are of the findings those of rule vulnerable-component that count.
	Vulnerabilities   int `json:"vulnerabilities,omitempty" jsonschema:"of the findings, those about vulnerable components above info and under no exception"`
	ComponentsChecked int `json:"components_checked,omitempty" jsonschema:"components that were looked up among the advisories of the database"`

	BySeverity map[string]int `json:"by_severity"`
	ByAction   map[string]int `json:"by_action"`
	Axes       []AxisLevel    `json:"axes" jsonschema:"worst severity on each axis"`
}

// AxisLevel is the worst severity on one axis, "none" without a finding.
type AxisLevel struct {
	Axis     string `json:"axis" jsonschema:"espionage, influence, security or compliance"`
	Severity string `json:"severity"`
	Findings int    `json:"findings"`
}

// Device is one phone or computer.
type Device struct {
	ID            string `json:"id"`
	Name          string `json:"name"`
	Platform      string `json:"platform"`
	Model         string `json:"model,omitempty" jsonschema:"manufacturer and model"`
	OS            string `json:"os,omitempty" jsonschema:"name and version"`
	SecurityPatch string `json:"security_patch,omitempty"`
	Serial        string `json:"serial,omitempty"`
	Unidentified  bool   `json:"unidentified,omitempty" jsonschema:"of a phone: the source names neither its serial number nor a UDID, so that another source may be of the same one"`
	OSName        string `json:"-"` // the parts of OS
	OSVersion     string `json:"-"`
	// Verdict is on this device alone.
	Verdict        string      `json:"verdict,omitempty" jsonschema:"the first that fits: findings (above info, on it or its apps), stale, incomplete (something on it was not looked at that should have been, or only changes are told), clean"`
	LastSeen       string      `json:"last_seen,omitempty" jsonschema:"when it last reported to its management, as an export says, RFC 3339; what the export tells of it is not newer"`
	Stale          bool        `json:"stale,omitempty" jsonschema:"that is longer ago than stale_after_days of the report: what is on it now is not known"`
	StaleDays      int         `json:"stale_days,omitempty" jsonschema:"of a stale device: days from its last report to that of the judgement"`
	Management     *Management `json:"management,omitempty" jsonschema:"what a management system says of its hold on the device"`
	Changes        *Changes    `json:"changes,omitempty" jsonschema:"the source logs what changed on the device, and not all that is there: what it does not mention stands as it was before"`
	Scanners       []string    `json:"scanners,omitempty" jsonschema:"scanners that told of the device"`
	Fleet          bool        `json:"fleet,omitempty" jsonschema:"no device: what an export counts over all devices, without saying on which"`
	CollectedAt    string      `json:"collected_at,omitempty" jsonschema:"when the source says it was made, RFC 3339"`
	Users          []string    `json:"users,omitempty"`
	UserList       []User      `json:"user_list,omitempty" jsonschema:"the users, profiles and spaces of the device, one by one"`
	Apps           int         `json:"apps" jsonschema:"apps told of; those that are installed are these less traces"`
	Traces         int         `json:"traces,omitempty" jsonschema:"of the apps, those of which traces are known and that no source lists as installed"`
	Profiles       []Profile   `json:"profiles,omitempty" jsonschema:"who manages it, and what profiles set"`
	Authorities    []Authority `json:"authorities,omitempty" jsonschema:"certificate authorities that were added to those of the system"`
	VPNs           []VPN       `json:"vpns,omitempty" jsonschema:"virtual private networks and the like that are set up"`
	Posture        []Posture   `json:"posture,omitempty" jsonschema:"states that leave it open; each is a finding too"`
	Notes          []string    `json:"notes,omitempty" jsonschema:"states that a scan over a cable needs, in sentences; no findings"`
	Sensors        []Sensor    `json:"sensors,omitempty" jsonschema:"what apps used, as the device noted"`
	Hosts          []Host      `json:"hosts,omitempty" jsonschema:"servers that apps exchanged data with, as the device noted: first those whose owners are within reach of a state that the texts name, then those used most; the first few"`
	HostCount      int         `json:"host_count,omitempty" jsonschema:"how many there are"`
	VisitedCount   int         `json:"visited_count,omitempty" jsonschema:"further servers that browsers contacted, or web pages that were opened in apps: they tell what a person visited, so that they are counted and not named, unless a finding is about them"`
	SecuritySeen   []string    `json:"security_seen,omitempty" jsonschema:"what the sources told that security software shows itself by: registered (with the system, as protection), kernel (drivers, modules, extensions), started (services and what starts by itself), states (which services and drivers run), running (all programs that run), access (special rights), authorities, vpn, apps"`
	SecurityUnseen []string    `json:"security_unseen,omitempty" jsonschema:"of these, what such a device shows security software by and no source told of: nothing can be said of it"`
	Findings       []string    `json:"findings,omitempty" jsonschema:"ids of the findings about the device as a whole"`
}

// App is one app that was looked at.
type App struct {
	ID           string      `json:"id"`
	Device       string      `json:"device,omitempty"`
	Kind         string      `json:"kind" jsonschema:"registry of the identifier: android-package, deb, flatpak, …"`
	Identifier   string      `json:"identifier"`
	Name         string      `json:"name,omitempty"`
	Version      string      `json:"version,omitempty"`
	Installer    string      `json:"installer,omitempty"`
	System       bool        `json:"system,omitempty"`
	Presence     string      `json:"presence,omitempty" jsonschema:"trace where no source lists it as installed; absent where one does"`
	Traces       []Trace     `json:"traces,omitempty" jsonschema:"what it left, or what the device or a store noted of it, the surest first"`
	Users        []string    `json:"users,omitempty" jsonschema:"users of the device for whom it is installed"`
	Team         string      `json:"team,omitempty" jsonschema:"Apple developer team that signed it, as the device says; see inside for that of the file"`
	StoreID      string      `json:"store_id,omitempty" jsonschema:"its number in the App Store"`
	Genre        string      `json:"genre,omitempty" jsonschema:"what the store calls its kind"`
	Distribution string      `json:"distribution,omitempty" jsonschema:"how it came: app-store, testflight, enterprise, ad-hoc, development, marketplace, system"`
	Groups       []string    `json:"groups,omitempty" jsonschema:"shared containers by which it exchanges data with other apps of its maker"`
	Extensions   []Extension `json:"extensions,omitempty" jsonschema:"parts that the system runs on their own"`
	Asks         []Reach     `json:"asks,omitempty" jsonschema:"of Apple's systems: what it asks for, was allowed or refused, and claims"`
	Accesses     []Access    `json:"accesses,omitempty" jsonschema:"what it used, as the device noted"`
	Contacts     []Host      `json:"contacts,omitempty" jsonschema:"servers that it exchanged data with, as the device noted; the first few"`
	ContactCount int         `json:"contact_count,omitempty" jsonschema:"how many there are"`
	VisitedCount int         `json:"visited_count,omitempty" jsonschema:"further servers that web pages opened in it contacted, of a browser all: they tell what a person visited, so that they are counted and not named, unless a finding is about them"`
	Traffic      *Traffic    `json:"traffic,omitempty" jsonschema:"how much it sent and received, as the device counted"`
	Publisher    string      `json:"publisher,omitempty" jsonschema:"of a program of a computer: its publisher or maintainer, as the computer states it; foreign text"`
	Arch         string      `json:"arch,omitempty" jsonschema:"processor that it is for, as the source says"`
	Installs     []Install   `json:"installs,omitempty" jsonschema:"of an extension or plug-in: each browser or editor, account and profile that has it"`
	// UninstallCommand is foreign text.
	UninstallCommand string   `json:"uninstall_command,omitempty" jsonschema:"the command by which the computer says that it is removed: foreign text, which nobody checked and nothing runs"`
	Product          string   `json:"product,omitempty" jsonschema:"id of the product in the risk database, where it was recognised"`
	ProductName      string   `json:"product_name,omitempty" jsonschema:"name of that product"`
	Vendor           string   `json:"vendor,omitempty"`
	SHA256           []string `json:"sha256,omitempty"`
	DeviceCount      int      `json:"device_count,omitempty" jsonschema:"on how many devices an export counts it that it does not name; the device is then the fleet"`
	Inside           *Inside  `json:"inside,omitempty" jsonschema:"what its files show; absent where none was read"`
	Findings         []string `json:"findings,omitempty" jsonschema:"ids of the findings about this app"`
}

// Finding is one judged fact.
type Finding struct {
	ID         string            `json:"id" jsonschema:"stable for the same rule, app and device; see the id of the device"`
	Rule       string            `json:"rule" jsonschema:"see quaestor explain RULE"`
	PolicyRule string            `json:"policy_rule,omitempty" jsonschema:"PACK/RULE, where a rule of a policy pack made the finding"`
	Title      string            `json:"title"`
	Reason     string            `json:"reason" jsonschema:"why, in sentences"`
	Caveat     string            `json:"caveat,omitempty" jsonschema:"what is uncertain and what would settle it"`
	Axis       string            `json:"axis"`
	Severity   string            `json:"severity" jsonschema:"critical, high, medium, low or info"`
	Confidence string            `json:"confidence" jsonschema:"high, moderate or low"`
	STIX       int               `json:"stix_confidence" jsonschema:"the same on the scale from 0 to 100 of STIX 2.1: high 85, moderate 50, low 15"`
	Action     string            `json:"action" jsonschema:"remove, replace, restrict, update, review or inform"`
	Subject    Subject           `json:"subject"`
	Params     map[string]string `json:"params,omitempty" jsonschema:"the values in the texts, for translation and rules of your own"`
	Exception  *Exception        `json:"exception,omitempty" jsonschema:"who approved it; a finding with an exception does not count for the verdict nor for the exit code"`
	Positions  []Position        `json:"positions,omitempty" jsonschema:"what each authority of the chosen policies says about the product, where there is more than one answer"`
	Measures   []Measure         `json:"measures,omitempty" jsonschema:"bans, warnings and positions behind the finding, the first is the leading one"`
	Chain      []ChainLink       `json:"chain,omitempty" jsonschema:"from the app to the law that reaches its owner"`
	Reach      []Reach           `json:"reach,omitempty" jsonschema:"what the permissions give access to"`
	Context    []Circumstance    `json:"context,omitempty" jsonschema:"what raised or lowered the severity, and what stands beside it: no finding by itself"`
	Removal    []RemovalStep     `json:"removal,omitempty" jsonschema:"where the finding asks for it: how the app is taken off, for each user who has it. Advice: nothing of it was carried out"`
	Removable  []RemovalStep     `json:"removable,omitempty" jsonschema:"of a grave finding that leaves it to people whether the app goes: how it would be taken off. No advice to do so"`
	// Component and Vulnerability are of rule vulnerable-component.
	Component     *Component     `json:"component,omitempty" jsonschema:"of rule vulnerable-component: what is vulnerable"`
	Vulnerability *Vulnerability `json:"vulnerability,omitempty" jsonschema:"of rule vulnerable-component: what is known to be wrong with it"`
	Evidence      []Evidence     `json:"evidence"`
	Sources       []Source       `json:"sources"`
	// Weak is what a finding of rule vulnerable-component rests on, for lists of software.
	Weak *riskdb.Vulnerable `json:"-"`
}

// Circumstance is something about an app that ordinary apps have too.
type Circumstance struct {
	Effect string `json:"effect" jsonschema:"raises, lowers, or beside: told without effect"`
	Text   string `json:"text" jsonschema:"in one line"`
}

// Exception is the approval of what a finding is about, for a time.
type Exception struct {
	ID         string `json:"id"`
	ApprovedBy string `json:"approved_by" jsonschema:"person or body"`
	Reason     string `json:"reason" jsonschema:"why it was approved"`
	Until      string `json:"until" jsonschema:"last day"`
	From       string `json:"from,omitempty"`
	Ticket     string `json:"ticket,omitempty" jsonschema:"where the approval is filed"`
	// Justification is of an exception that says that a vulnerability does not affect.
	Justification string `json:"justification,omitempty" jsonschema:"why a vulnerability does not affect, in a word of VEX: component_not_present, vulnerable_code_not_present, vulnerable_code_not_in_execute_path, vulnerable_code_cannot_be_controlled_by_adversary or inline_mitigations_already_exist"`
}

// Position is what one authority says about a product, or that a policy records nothing.
type Position struct {
	Policies  []string `json:"policies" jsonschema:"chosen policies that apply the authority"`
	Authority string   `json:"authority,omitempty" jsonschema:"id of the authority; absent where the policy records nothing"`
	Stance    string   `json:"stance" jsonschema:"banned, restricted, discouraged, warned of, position without ban, no measure recorded, …"`
	Binding   bool     `json:"binding"`
	Since     string   `json:"since,omitempty"`
	Measure   string   `json:"measure,omitempty" jsonschema:"id of the measure"`
	Text      string   `json:"text" jsonschema:"all of it in one line"`
}

// Subject is what a finding is about: an app, a device as a whole, or an exception of the policy.
type Subject struct {
	Device     string   `json:"device,omitempty"`
	DeviceName string   `json:"device_name,omitempty"`
	App        string   `json:"app,omitempty"`
	Kind       string   `json:"kind" jsonschema:"registry of the identifier; \"device\" for a finding about the device as a whole, which has no app and an empty identifier; \"exception\" for one about an exception of the policy"`
	Identifier string   `json:"identifier"`
	Name       string   `json:"name,omitempty"`
	Version    string   `json:"version,omitempty"`
	Users      []string `json:"users,omitempty"`
	For        []User   `json:"for,omitempty" jsonschema:"the users with their names and kinds, where the device has several"`
	Presence   string   `json:"presence,omitempty" jsonschema:"trace where the source does not list it as installed: see the traces of the app; absent where it does"`
	Path       string   `json:"path,omitempty" jsonschema:"of an app that was handed in as a file: where it lies"`
	Product    string   `json:"product,omitempty"`
	Vendor     string   `json:"vendor,omitempty"`
	// DeviceCount is of an app that no device is named for.
	DeviceCount int `json:"device_count,omitempty" jsonschema:"on how many devices an export counts the app that it does not name; the device is then the fleet"`
}

// Measure is an act of an authority: a ban, or something less, and which it is.
type Measure struct {
	ID           string   `json:"id"`
	Kind         string   `json:"kind" jsonschema:"ban, warning, recommendation, resolution, position-no-ban, …"`
	Binding      bool     `json:"binding"`
	State        string   `json:"state" jsonschema:"in-force, in-force-when-reported, advisory, …"`
	Authority    string   `json:"authority"`
	Jurisdiction string   `json:"jurisdiction"`
	Instrument   string   `json:"instrument"`
	Since        string   `json:"since" jsonschema:"the day from which the measure, or the first of those that it prolongs, is in force"`
	Prolonged    string   `json:"prolonged,omitempty" jsonschema:"the day from which the present instrument prolongs it"`
	Until        string   `json:"until,omitempty"`
	Deadline     string   `json:"deadline,omitempty"`
	Review       string   `json:"review,omitempty" jsonschema:"day by which its state should be checked again"`
	Scope        string   `json:"scope"`
	BindsNot     []string `json:"binds_not,omitempty" jsonschema:"who is expressly outside the scope"`
	Clause       string   `json:"clause,omitempty" jsonschema:"its successor clause, in the words of the instrument"`
	Overlay      string   `json:"overlay,omitempty" jsonschema:"id of the overlay that records it; absent for the base of the database"`
	Via          string   `json:"via" jsonschema:"product, owner, jurisdiction, category, or, without settling that the product is meant, affiliate, successor, example: how the measure reaches the app"`
	Sources      []Source `json:"sources"`
}

// ChainLink is one step of the jurisdiction chain.
type ChainLink struct {
	From       string   `json:"from"`
	Relation   string   `json:"relation" jsonschema:"published by, owned by, controlled by, under the law of, subject to; note stands beside the line from the app to the law"`
	To         string   `json:"to"`
	Kind       string   `json:"kind" jsonschema:"what To is: vendor, owner, state, law"`
	ID         string   `json:"id,omitempty"`
	Since      string   `json:"since,omitempty"`
	Until      string   `json:"until,omitempty"`
	Share      string   `json:"share,omitempty"`
	Verified   bool     `json:"verified"`
	Confidence string   `json:"confidence"`
	Note       string   `json:"note,omitempty"`
	Sources    []Source `json:"sources,omitempty"`
}

// Reach is one kind of thing that permissions open.
type Reach struct {
	Category    string   `json:"category" jsonschema:"microphone, location, contacts, …"`
	Permissions []string `json:"permissions"`
	Granted     string   `json:"granted" jsonschema:"yes, no, or unknown where the source does not tell"`
	Limited     bool     `json:"limited,omitempty" jsonschema:"it is held for a part only, such as photos that the user picked"`
}

// Evidence is one piece of what a finding rests on.
type Evidence struct {
	Kind        string `json:"kind" jsonschema:"name, identifier, signer, file-hash, installer, permission, process, record, statement, code, host, file, component"`
	Detail      string `json:"detail"`
	Supports    bool   `json:"supports" jsonschema:"false when the piece speaks against the finding"`
	Reliability string `json:"reliability" jsonschema:"Admiralty code of the source, A to F"`
	Credibility int    `json:"credibility" jsonschema:"Admiralty code of the information, 1 to 6"`
	Scanner     string `json:"scanner,omitempty"`
	Path        string `json:"path,omitempty"`
	Line        int    `json:"line,omitempty"`
	SHA256      string `json:"sha256,omitempty"`
	// Places are where in the file of the app it was seen.
	Places []Place `json:"places,omitempty" jsonschema:"where in the file of the app it was seen, the first few, so that it can be looked at there"`
}

// Place is a place in the file of an app.
type Place struct {
	Binary  string `json:"binary,omitempty" jsonschema:"SHA-256 of the file, where it is not the first of the app's"`
	File    string `json:"file,omitempty" jsonschema:"entry of the file: classes2.dex, lib/arm64-v8a/libx.so"`
	Item    string `json:"item,omitempty" jsonschema:"what in it: a package, a class, a string"`
	Kind    string `json:"kind,omitempty" jsonschema:"what the item is: package, component, jni-class, string, item"`
	Classes int    `json:"classes,omitempty" jsonschema:"how many classes of the package are defined"`
}

// Source is a public text that a fact of the risk database rests on.
type Source struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	URL   string `json:"url,omitempty"`
	Date  string `json:"date,omitempty"`
}

// Gap is something that was not, or could not be, looked at.
type Gap struct {
	Scanner    string   `json:"scanner"`
	Device     string   `json:"device,omitempty"`
	DeviceName string   `json:"device_name,omitempty"`
	Subject    string   `json:"subject"`
	Kind       string   `json:"kind" jsonschema:"failed, unreadable, malformed, limit, empty, unsupported, stale-database (these make a scan incomplete); stale-device, unknown-lines, not-permitted, blind, skipped"`
	Incomplete bool     `json:"incomplete" jsonschema:"true when something that should have been looked at was not"`
	Detail     string   `json:"detail"`
	Next       string   `json:"next,omitempty"`
	Count      int      `json:"count,omitempty"`
	Samples    []string `json:"samples,omitempty"`
}

// Run says that a scanner looked at a target, and how it went.
type Run struct {
	Scanner string `json:"scanner"`
	Target  string `json:"target"`
	Device  string `json:"device,omitempty"`
	Status  string `json:"status" jsonschema:"succeeded, partial or failed"`
	Detail  string `json:"detail,omitempty"`
	Facts   int    `json:"facts"`
}
