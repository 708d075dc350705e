package riskdb

// Policy is a pack: the authorities whose decisions an organisation applies, and its own rules about what runs on
// its devices. The policy "all" has no list: it applies every authority.
type Policy struct {
	ID            string             `yaml:"id" json:"id" jsonschema:"small letters, digits and single hyphens; what --policy names"`
	Title         string             `yaml:"title" json:"title" jsonschema:"one line, shown in every report"`
	Version       string             `yaml:"version,omitempty" json:"version,omitempty" jsonschema:"of the pack, as its keepers count; shown in every report"`
	Extends       []string           `yaml:"extends,omitempty" json:"extends,omitempty" jsonschema:"packs whose authorities, rules, overrides, allow lists and exceptions this one takes over"`
	Authorities   []string           `yaml:"authorities,omitempty" json:"authorities,omitempty" jsonschema:"authorities whose measures apply, see quaestor explain policies"`
	Jurisdictions []string           `yaml:"jurisdictions,omitempty" json:"jurisdictions,omitempty" jsonschema:"states of the organisation, for information"`
	All           bool               `yaml:"all,omitempty" json:"all,omitempty" jsonschema:"every authority in the database"`
	Severity      []SeverityOverride `yaml:"severity,omitempty" json:"severity,omitempty" jsonschema:"what matters more or less here than by default"`
	Rules         []PackRule         `yaml:"rules,omitempty" json:"rules,omitempty" jsonschema:"rules of the organisation itself"`
	Allow         []Allowance        `yaml:"allow,omitempty" json:"allow,omitempty" jsonschema:"what may be on a device; with at least one entry, every other app gets a finding not-allowed"`
	Groups        []DeviceGroup      `yaml:"groups,omitempty" json:"groups,omitempty" jsonschema:"devices under a name"`
	Exceptions    []Exception        `yaml:"exceptions,omitempty" json:"exceptions,omitempty" jsonschema:"what somebody has approved, and until when"`
	Tests         []PolicyTest       `yaml:"tests,omitempty" json:"tests,omitempty" jsonschema:"what quaestor policy test runs"`
	Note          string             `yaml:"note,omitempty" json:"note,omitempty" jsonschema:"for readers"`
	Sources       []string           `yaml:"sources,omitempty" json:"sources,omitempty" jsonschema:"ids of sources of the database, or of the list sources in the same file"`
}

// SeverityOverride changes how much the findings of a rule, or of an axis, matter to an organisation. It changes
// no confidence, never makes an advice more than medium, and never raises a finding above what its confidence
// allows.
type SeverityOverride struct {
	Rule     string   `yaml:"rule,omitempty" json:"rule,omitempty" jsonschema:"a rule of quaestor explain rules, or PACK/RULE; left out, all of the axis"`
	Axis     Axis     `yaml:"axis,omitempty" json:"axis,omitempty" jsonschema:"compliance, espionage, influence or security; left out, every axis"`
	Severity Severity `yaml:"severity" json:"severity" jsonschema:"critical, high, medium, low or info"`
	Reason   string   `yaml:"reason,omitempty" json:"reason,omitempty" jsonschema:"why"`
}

// PackRule is a rule of an organisation about apps. Every kind of condition that is given must hold; within a
// list, one of its values is enough.
type PackRule struct {
	ID       string   `yaml:"id" json:"id" jsonschema:"unique in the pack; findings name it PACK/RULE"`
	Title    string   `yaml:"title" json:"title" jsonschema:"one line, shown after the name of the app"`
	Axis     Axis     `yaml:"axis" json:"axis" jsonschema:"compliance, espionage, influence or security"`
	Severity Severity `yaml:"severity" json:"severity" jsonschema:"critical, high, medium, low or info; lowered where the confidence does not carry it"`
	Action   Action   `yaml:"action" json:"action" jsonschema:"remove, replace, restrict, update, review or inform"`
	Reason   string   `yaml:"reason" json:"reason" jsonschema:"why, in sentences"`

	Products      []string `yaml:"products,omitempty" json:"products,omitempty" jsonschema:"product ids"`
	Owners        []string `yaml:"owners,omitempty" json:"owners,omitempty" jsonschema:"vendor or owner ids, with everything that they control on the day of the judgement"`
	Jurisdictions []string `yaml:"jurisdictions,omitempty" json:"jurisdictions,omitempty" jsonschema:"codes of states whose law reaches the owner over a verified chain"`
	Categories    []string `yaml:"categories,omitempty" json:"categories,omitempty" jsonschema:"categories of products"`
	Permissions   []string `yaml:"permissions,omitempty" json:"permissions,omitempty" jsonschema:"full names of permissions that the app asks for or holds"`
	SDKs          []string `yaml:"sdks,omitempty" json:"sdks,omitempty" jsonschema:"ids of software development kits whose code the files of the app carry"`
	Platforms     []string `yaml:"platforms,omitempty" json:"platforms,omitempty" jsonschema:"android, ios, windows, macos or linux"`
	Installers    []string `yaml:"installers,omitempty" json:"installers,omitempty" jsonschema:"packages that installed the app"`
	Origins       []string `yaml:"origins,omitempty" json:"origins,omitempty" jsonschema:"system, store, management, other, none or unknown"`
	When          string   `yaml:"when,omitempty" json:"when,omitempty" jsonschema:"an expression in CEL over app, device, product, vendor, owners, jurisdictions, permissions, sdks and more"`

	Sources []string `yaml:"sources,omitempty" json:"sources,omitempty" jsonschema:"ids of sources of the database, or of the list sources in the same file"`
}

// Allowance is what an organisation has approved. Every kind of condition that is given must hold; within a list,
// one of its values is enough.
type Allowance struct {
	Reason     string   `yaml:"reason" json:"reason" jsonschema:"why it was approved"`
	Products   []string `yaml:"products,omitempty" json:"products,omitempty" jsonschema:"product ids"`
	Owners     []string `yaml:"owners,omitempty" json:"owners,omitempty" jsonschema:"vendor or owner ids, with everything that they control"`
	Apps       []string `yaml:"apps,omitempty" json:"apps,omitempty" jsonschema:"identifiers of apps; a star stands for any text"`
	Kinds      []string `yaml:"kinds,omitempty" json:"kinds,omitempty" jsonschema:"kinds of identifier, such as android-package or deb"`
	Installers []string `yaml:"installers,omitempty" json:"installers,omitempty" jsonschema:"packages that installed the app"`
	System     bool     `yaml:"system,omitempty" json:"system,omitempty" jsonschema:"part of the system image"`
}

// DeviceGroup is a set of devices under a name, for rules and exceptions.
type DeviceGroup struct {
	ID      string   `yaml:"id" json:"id" jsonschema:"small letters, digits and single hyphens"`
	Devices []string `yaml:"devices" json:"devices" jsonschema:"ids, serial numbers or names of devices; a star stands for any text"`
}

// Exception says that somebody has approved what a finding is about. The finding stays in the report and is marked.
// Every kind of scope that is given must hold; within a list, one of its values is enough.
type Exception struct {
	ID         string   `yaml:"id" json:"id" jsonschema:"small letters, digits and single hyphens; named in every finding that it covers"`
	ApprovedBy string   `yaml:"approved_by" json:"approved_by" jsonschema:"the person or body who approved it"`
	Reason     string   `yaml:"reason" json:"reason" jsonschema:"why it was approved"`
	Ticket     string   `yaml:"ticket,omitempty" json:"ticket,omitempty" jsonschema:"where the approval is filed"`
	From       Date     `yaml:"from,omitempty" json:"from,omitempty" jsonschema:"first day, YYYY-MM-DD"`
	Until      Date     `yaml:"until" json:"until" jsonschema:"last day, YYYY-MM-DD"`
	Devices    []string `yaml:"devices,omitempty" json:"devices,omitempty" jsonschema:"ids, serial numbers or names of devices; a star stands for any text"`
	Groups     []string `yaml:"groups,omitempty" json:"groups,omitempty" jsonschema:"groups of devices"`
	Products   []string `yaml:"products,omitempty" json:"products,omitempty" jsonschema:"product ids"`
	Apps       []string `yaml:"apps,omitempty" json:"apps,omitempty" jsonschema:"identifiers of apps; a star stands for any text"`
	Rules      []string `yaml:"rules,omitempty" json:"rules,omitempty" jsonschema:"rules of quaestor explain rules, or PACK/RULE"`

	// An exception that names vulnerabilities is about findings of vulnerable components alone.
	Vulnerabilities []string      `yaml:"vulnerabilities,omitempty" json:"vulnerabilities,omitempty" jsonschema:"ids of vulnerabilities, such as a CVE; each of their ids will do"`
	Components      []string      `yaml:"components,omitempty" json:"components,omitempty" jsonschema:"package URLs of components; without a version, every version; a star stands for any text"`
	Justification   Justification `yaml:"justification,omitempty" json:"justification,omitempty" jsonschema:"why the vulnerabilities do not affect it, in a word of VEX: component_not_present, vulnerable_code_not_present, vulnerable_code_not_in_execute_path, vulnerable_code_cannot_be_controlled_by_adversary or inline_mitigations_already_exist"`
}

// PolicyTest is an inventory of a few apps, and the findings that a pack must give for it: all of them that are
// above info, and of those for information the ones that are named.
type PolicyTest struct {
	Name    string       `yaml:"name" json:"name" jsonschema:"what the test shows"`
	AsOf    Date         `yaml:"as_of,omitempty" json:"as_of,omitempty" jsonschema:"day of the judgement; left out, the date of the database"`
	Only    []string     `yaml:"only,omitempty" json:"only,omitempty" jsonschema:"rules that the test is about; findings of others are passed over. Left out, all are compared"`
	Apps    []TestApp    `yaml:"apps,omitempty" json:"apps,omitempty" jsonschema:"what is on the devices"`
	Want    []TestResult `yaml:"want,omitempty" json:"want,omitempty" jsonschema:"left out, the test wants nothing above info"`
	Devices []TestDevice `yaml:"devices,omitempty" json:"devices,omitempty" jsonschema:"left out, one phone"`
}

// TestDevice is a device of a test.
type TestDevice struct {
	Name      string `yaml:"name" json:"name" jsonschema:"name of the device"`
	Platform  string `yaml:"platform,omitempty" json:"platform,omitempty" jsonschema:"left out, android"`
	Serial    string `yaml:"serial,omitempty" json:"serial,omitempty" jsonschema:"serial number"`
	OSVersion string `yaml:"os_version,omitempty" json:"os_version,omitempty" jsonschema:"version of the system"`

	OSName        string `yaml:"os_name,omitempty" json:"os_name,omitempty" jsonschema:"name of the system"`
	Manufacturer  string `yaml:"manufacturer,omitempty" json:"manufacturer,omitempty" jsonschema:"as the device says"`
	Model         string `yaml:"model,omitempty" json:"model,omitempty" jsonschema:"as the device says"`
	SecurityPatch string `yaml:"security_patch,omitempty" json:"security_patch,omitempty" jsonschema:"patch level, YYYY-MM-DD"`
}

// TestApp is an app of a test.
type TestApp struct {
	ID          string   `yaml:"id" json:"id" jsonschema:"identifier, such as a package name"`
	Kind        string   `yaml:"kind,omitempty" json:"kind,omitempty" jsonschema:"of the identifier; left out, android-package"`
	Name        string   `yaml:"name,omitempty" json:"name,omitempty" jsonschema:"what the app calls itself"`
	Device      string   `yaml:"device,omitempty" json:"device,omitempty" jsonschema:"name of a device of the test; left out, the first, or a phone without a name"`
	Installer   string   `yaml:"installer,omitempty" json:"installer,omitempty" jsonschema:"left out, the store of the platform; none means that nothing installed it"`
	System      bool     `yaml:"system,omitempty" json:"system,omitempty" jsonschema:"part of the system image"`
	Permissions []string `yaml:"permissions,omitempty" json:"permissions,omitempty" jsonschema:"full names, all granted"`

	Requested    []string `yaml:"requested,omitempty" json:"requested,omitempty" jsonschema:"full names of permissions that it asks for and does not hold"`
	Version      string   `yaml:"version,omitempty" json:"version,omitempty" jsonschema:"as the app writes it"`
	VersionCode  int      `yaml:"version_code,omitempty" json:"version_code,omitempty" jsonschema:"number of the version on Android"`
	TargetSDK    int      `yaml:"target_sdk,omitempty" json:"target_sdk,omitempty" jsonschema:"Android API level that it is made for"`
	Publisher    string   `yaml:"publisher,omitempty" json:"publisher,omitempty" jsonschema:"as the source states it"`
	Signers      []string `yaml:"signers,omitempty" json:"signers,omitempty" jsonschema:"SHA-256 digests of the signing certificates, lower-case hex"`
	SDKs         []string `yaml:"sdks,omitempty" json:"sdks,omitempty" jsonschema:"ids of software development kits whose code its file carries"`
	Debuggable   bool     `yaml:"debuggable,omitempty" json:"debuggable,omitempty" jsonschema:"a debugger may attach"`
	Privileged   bool     `yaml:"privileged,omitempty" json:"privileged,omitempty" jsonschema:"a system app with further rights"`
	Disabled     bool     `yaml:"disabled,omitempty" json:"disabled,omitempty" jsonschema:"for every user"`
	NotInstalled bool     `yaml:"not_installed,omitempty" json:"not_installed,omitempty" jsonschema:"known to the device, installed for no user"`
	File         bool     `yaml:"file,omitempty" json:"file,omitempty" jsonschema:"a file that was handed in, on no device"`
}

// TestResult is a finding that a test wants. What is left out may have any value.
type TestResult struct {
	App        string     `yaml:"app,omitempty" json:"app,omitempty" jsonschema:"identifier of the app; left out, of a finding about no app"`
	Rule       string     `yaml:"rule" json:"rule" jsonschema:"a rule of quaestor explain rules, or PACK/RULE"`
	Severity   Severity   `yaml:"severity,omitempty" json:"severity,omitempty" jsonschema:"critical, high, medium, low or info"`
	Action     Action     `yaml:"action,omitempty" json:"action,omitempty" jsonschema:"remove, replace, restrict, update, review or inform"`
	Confidence Confidence `yaml:"confidence,omitempty" json:"confidence,omitempty" jsonschema:"high, moderate or low"`
	Exception  string     `yaml:"exception,omitempty" json:"exception,omitempty" jsonschema:"id of the exception that must cover it"`
}
