// Package mapping reads exports of any system by a mapping: a file that says where the list of an export is in CSV or JSON, and which
// column or member tells what.
//
// Rows are read one after another, in any order, put together by device, and handed on device by device; see packages csvstream,
// jsonstream and regroup. A mapping that does not fit is refused with what the export has instead: nothing found and not looked must not
// look alike.
//
// What the package cannot see: whether a mapping means what the export means.
package mapping

// Version begins every mapping file.
const Version = "quaestor.mapping/1"

// File is a mapping file.
type File struct {
	Mapping   string   `json:"mapping" jsonschema:"quaestor.mapping/1"`
	Name      string   `json:"name" jsonschema:"what the export is, for readers of the report"`
	System    string   `json:"system,omitempty" jsonschema:"the management system, in small letters with hyphens"`
	Format    string   `json:"format" jsonschema:"csv or json"`
	List      Names    `json:"list,omitempty" jsonschema:"of JSON: the path to the list, with dots; without it, the document is the list, or holds an object a line"`
	Apps      *Field   `json:"apps,omitempty" jsonschema:"of JSON: the path, in an element of the list, to the list of its apps, or several paths; without it, an element is one app, or a device without apps; optional: an export in which no device has it is read all the same"`
	Device    Device   `json:"device" jsonschema:"what tells of the device"`
	App       *App     `json:"app,omitempty" jsonschema:"what tells of an app; without it, the export lists devices alone"`
	CannotSee []string `json:"cannot_see,omitempty" jsonschema:"sentences: what such an export never shows"`
}

// Device says what tells of a device. One of id, hardware_id, serial and name is needed, unless the export counts apps on all devices.
type Device struct {
	Platform      Field  `json:"platform" jsonschema:"android, ios, windows, macos or linux; \"ignore\" for devices to leave out"`
	ID            *Field `json:"id,omitempty" jsonschema:"the system's own number of the device"`
	HardwareID    *Field `json:"hardware_id,omitempty" jsonschema:"the UDID of an iPhone, the UUID of the hardware of a computer"`
	Serial        *Field `json:"serial,omitempty" jsonschema:"the serial number"`
	Name          *Field `json:"name,omitempty" jsonschema:"what the device is called"`
	Manufacturer  *Field `json:"manufacturer,omitempty"`
	Model         *Field `json:"model,omitempty"`
	OSName        *Field `json:"os_name,omitempty"`
	OSVersion     *Field `json:"os_version,omitempty"`
	OSBuild       *Field `json:"os_build,omitempty"`
	SecurityPatch *Field `json:"security_patch,omitempty"`
	Arch          *Field `json:"arch,omitempty"`
	LastSeen      *Field `json:"last_seen,omitempty" jsonschema:"when the device last reported; of several rows the latest counts"`
	Mode          *Field `json:"mode,omitempty" jsonschema:"fully-managed, work-profile, work-profile-organisation, supervised, device-enrolment, user-enrolment or unmanaged"`
	Ownership     *Field `json:"ownership,omitempty" jsonschema:"organisation or personal"`
	State         *Field `json:"state,omitempty" jsonschema:"the system's own word"`
	Compliant     *Field `json:"compliant,omitempty" jsonschema:"true or false"`
	EnrolledAt    *Field `json:"enrolled_at,omitempty" jsonschema:"when the management took the device in"`
	Encrypted     *Field `json:"encrypted,omitempty" jsonschema:"true or false"`
	Passcode      *Field `json:"passcode,omitempty" jsonschema:"true or false"`
	Tampered      *Field `json:"tampered,omitempty" jsonschema:"true or false: rooted, jailbroken or compromised"`
}

// App says what tells of an app. One of identifier and name is needed.
type App struct {
	Identifier   *Field `json:"identifier,omitempty" jsonschema:"package name, bundle id, key of the registry"`
	Kind         *Field `json:"kind,omitempty" jsonschema:"in which registry the identifier is unique, such as ios-bundle; auto: by the platform of the device"`
	Name         *Field `json:"name,omitempty"`
	Version      *Field `json:"version,omitempty"`
	Publisher    *Field `json:"publisher,omitempty"`
	SignerSHA256 *Field `json:"signer_sha256,omitempty" jsonschema:"digest of the certificate that signed the app"`
	SHA256       *Field `json:"sha256,omitempty" jsonschema:"digest of the file of the app"`
	Installed    *Field `json:"installed,omitempty" jsonschema:"true or false; without it, what is listed is installed"`
	System       *Field `json:"system,omitempty" jsonschema:"true or false: part of the system"`
	Devices      *Field `json:"devices,omitempty" jsonschema:"on how many devices it is, where the export does not say which"`
}

// Field says where a value stands and what it means. In short, a text is the name of a column, and a list of texts several of them.
type Field struct {
	Column   Names             `json:"column,omitempty" jsonschema:"of CSV, the name of a column; of JSON, the path of a member with dots (a dot in a name as \\.); of several, the first that has a value counts"`
	Value    string            `json:"value,omitempty" jsonschema:"the same value for every row"`
	Values   map[string]string `json:"values,omitempty" jsonschema:"what the export's values mean; a star stands for any text; capitals do not matter"`
	Is       Names             `json:"is,omitempty" jsonschema:"of true or false: the values that mean true; any other means false"`
	Formats  Names             `json:"formats,omitempty" jsonschema:"of times: how they are written, such as DD.MM.YYYY HH:mm, M/D/YYYY h:mm:ss A, unix, unix-ms"`
	Zone     string            `json:"zone,omitempty" jsonschema:"of times that state none: Europe/Brussels, +02:00, UTC (the default)"`
	Optional bool              `json:"optional,omitempty" jsonschema:"an export without the column is read all the same"`
}

// Names is a text or a list of texts.
type Names []string
