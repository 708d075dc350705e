package inventory

import "time"

// IdentifierKind says in which registry an app's identifier is unique.
type IdentifierKind string

// The identifier kinds. The values are shared with the risk database.
const (
	AndroidPackage IdentifierKind = "android-package"
	IOSBundle      IdentifierKind = "ios-bundle"
	MacBundle      IdentifierKind = "macos-bundle"
	WingetID       IdentifierKind = "winget"
	DebPackage     IdentifierKind = "deb"
	RPMPackage     IdentifierKind = "rpm"
	FlatpakApp     IdentifierKind = "flatpak"
	SnapPackage    IdentifierKind = "snap"
	DesktopEntry   IdentifierKind = "desktop-entry"
	Process        IdentifierKind = "process" // executable base name
	// ChromeExtension is an extension of Chrome or a browser made from it; UninstallKey the key below Uninstall in
	// the registry of Windows, MSIProductCode such a key that is the GUID of an installer package, in braces.
	ChromeExtension IdentifierKind = "chrome-extension"
	UninstallKey    IdentifierKind = "uninstall-key"
	MSIProductCode  IdentifierKind = "msi-product-code"
	// MSIXFamily is the name of a packaged app of Windows, from the store or not, before the hash of its publisher:
	// the part of the package family name ahead of the underscore.
	MSIXFamily IdentifierKind = "msix-family"
	// FirefoxAddon is an add-on of Firefox or a browser made from it, VSCodeExtension "publisher.name" of Visual Studio Code
	// and editors made from it, JetBrainsPlugin a plug-in of an editor of JetBrains.
	FirefoxAddon    IdentifierKind = "firefox-addon"
	VSCodeExtension IdentifierKind = "vscode-extension"
	JetBrainsPlugin IdentifierKind = "jetbrains-plugin"
	// AlpinePackage and ArchPackage are packages of apk and pacman, AppImage the name that a program of one file gives itself.
	AlpinePackage IdentifierKind = "alpine"
	ArchPackage   IdentifierKind = "arch"
	AppImage      IdentifierKind = "appimage"
	// MacReceipt is an installer package that the Installer of macOS noted, Homebrew a formula or cask, Chocolatey a
	// package of that manager.
	MacReceipt IdentifierKind = "macos-receipt"
	Homebrew   IdentifierKind = "homebrew"
	Chocolatey IdentifierKind = "chocolatey"
	NameOnly   IdentifierKind = "name" // the source gave no identifier, Identifier repeats the name
)

// Known reports whether k is one of the identifier kinds of this version.
func (k IdentifierKind) Known() bool {
	switch k {
	case AndroidPackage, IOSBundle, MacBundle, WingetID, DebPackage, RPMPackage, FlatpakApp, SnapPackage, DesktopEntry, Process, ChromeExtension, UninstallKey, MSIProductCode, MSIXFamily,
		FirefoxAddon, VSCodeExtension, JetBrainsPlugin, AlpinePackage, ArchPackage, AppImage, MacReceipt, Homebrew, Chocolatey, NameOnly:
		return true
	}
	return false
}

// App is one installed app on one device, with everything the device says about it. An APK that was
// handed in as a file is an App without a Device.
type App struct {
	ID             string         `json:"id"` // see AppID
	Device         string         `json:"device,omitempty"`
	Platform       Platform       `json:"platform"`
	IdentifierKind IdentifierKind `json:"identifier_kind"`
	Identifier     string         `json:"identifier"`
	Name           string         `json:"name,omitempty"` // label, when the source has one
	Version        string         `json:"version,omitempty"`
	VersionCode    int64          `json:"version_code,omitempty"`
	Publisher      string         `json:"publisher,omitempty"` // maintainer, vendor or developer as the source states it
	Homepage       string         `json:"homepage,omitempty"`
	Arch           string         `json:"arch,omitempty"`
	SourcePackage  string         `json:"source_package,omitempty"` // what a distribution built it from, "name" or "name (version)"

	MinSDK     int    `json:"min_sdk,omitempty"`
	TargetSDK  int    `json:"target_sdk,omitempty"`
	UID        int    `json:"uid,omitempty"` // Android app id of the first user
	SharedUser string `json:"shared_user,omitempty"`

	System         bool     `json:"system,omitempty"`         // part of the system image
	UpdatedSystem  bool     `json:"updated_system,omitempty"` // a system app replaced by an update
	Privileged     bool     `json:"privileged,omitempty"`
	Debuggable     bool     `json:"debuggable,omitempty"`
	Disabled       bool     `json:"disabled,omitempty"`        // for every user
	NotInstalled   bool     `json:"not_installed,omitempty"`   // known to the package manager but installed for no user
	Apex           bool     `json:"apex,omitempty"`            // an Android APEX module, not an app
	Flags          []string `json:"flags,omitempty"`           // the platform's own flag names
	Installer      string   `json:"installer,omitempty"`       // package that installed it; see InstallerKnown
	InstallerKnown bool     `json:"installer_known,omitempty"` // the source has an installer column; Installer "" then means none (sideloaded or preloaded)
	Initiator      string   `json:"initiator,omitempty"`       // package that asked for the installation
	Originator     string   `json:"originator,omitempty"`      // where the initiator says the package came from
	PackageSource  string   `json:"package_source,omitempty"`  // Android: "store", "local-file", "downloaded-file", "other"

	FirstInstalled *time.Time `json:"first_installed,omitempty"`
	Updated        *time.Time `json:"updated,omitempty"`
	// LocalTime is true when the times were written without a zone and are stored as if UTC.
	LocalTime bool `json:"local_time,omitempty"`

	Paths       []string     `json:"paths,omitempty"` // APKs or executables on the device
	Users       []AppUser    `json:"users,omitempty"`
	Permissions []Permission `json:"permissions,omitempty"`
	Signers     []Signer     `json:"signers,omitempty"`  // as the device reports them; a Binary's own are in Binary
	Binaries    []string     `json:"binaries,omitempty"` // SHA-256 of each Binary (base first, then splits)

	// Presence is what the source proves; anything but PresenceInstalled is less than that the app is there now.
	Presence Presence `json:"presence,omitempty"`
	Traces   []Trace  `json:"traces,omitempty"`
	Team     string   `json:"team,omitempty"` // Apple developer team that signed it, as the device says
	// Concluded is from what the identifier was concluded, where the source does not state it: "program-cache", "extensions",
	// "folder-name", "data-container".
	Concluded string `json:"concluded,omitempty"`
	StoreID   string `json:"store_id,omitempty"` // its number in the App Store
	Genre     string `json:"genre,omitempty"`    // what the store calls its kind
	// Distribution is how it came: "app-store", "testflight", "enterprise", "ad-hoc", "development", "marketplace",
	// "developer-id" (of an identified maker, outside of the store), "system", or empty when not told.
	Distribution string         `json:"distribution,omitempty"`
	Extensions   []AppExtension `json:"extensions,omitempty"`
	Groups       []string       `json:"groups,omitempty"` // shared containers by which it exchanges data with other apps of its maker
	Accesses     []Access       `json:"accesses,omitempty"`
	Connections  []Connection   `json:"connections,omitempty"`
	Traffic      *Traffic       `json:"traffic,omitempty"`

	// Installs are the places of an extension or plug-in: one for each profile of each program that it extends.
	Installs []Install `json:"installs,omitempty"`
	// UninstallCommand is the command by which the system says it is removed, without anybody being asked where it states
	// one; foreign text.
	UninstallCommand string `json:"uninstall_command,omitempty"`

	// DeviceCount is on how many devices a source counts the app without saying which; the app's Device is then the fleet itself.
	DeviceCount int `json:"device_count,omitempty"`

	Origins []Origin `json:"origins,omitempty"`
}

// AppUser is the state of an app for one user of the device. The same app may be installed for the owner
// and absent in the work profile.
type AppUser struct {
	User           string     `json:"user"`
	Installed      bool       `json:"installed"`
	Hidden         bool       `json:"hidden,omitempty"`
	Suspended      bool       `json:"suspended,omitempty"`
	Stopped        bool       `json:"stopped,omitempty"`
	NotLaunched    bool       `json:"not_launched,omitempty"`
	Instant        bool       `json:"instant,omitempty"`
	Enabled        string     `json:"enabled,omitempty"` // "default", "enabled", "disabled", "disabled-user", "disabled-until-used"; empty when not told
	FirstInstalled *time.Time `json:"first_installed,omitempty"`
}

// Permission is one permission an app asks for or holds, under the platform's own name: "android.permission.CAMERA";
// on Apple's systems the key of Info.plist for what is asked for ("NSCameraUsageDescription") and the service of the
// list of decisions for what was given or refused ("kTCCServiceCamera").
type Permission struct {
	Name       string   `json:"name"`
	Requested  bool     `json:"requested,omitempty"` // in the manifest
	Granted    bool     `json:"granted,omitempty"`   // for at least one user; false also when the source does not tell, see GrantKnown
	GrantKnown bool     `json:"grant_known,omitempty"`
	GrantedTo  []string `json:"granted_to,omitempty"` // users; empty with Granted for an install-time permission
	MaxSDK     int      `json:"max_sdk,omitempty"`    // requested only up to this API level
	MinSDK     int      `json:"min_sdk,omitempty"`    // uses-permission-sdk-23 and later: only from this API level
	Implied    bool     `json:"implied,omitempty"`    // added by the system because of an old target SDK
	Flags      []string `json:"flags,omitempty"`
	// Purpose is what an Apple app says it needs it for.
	Purpose   string     `json:"purpose,omitempty"`
	DecidedAt *time.Time `json:"decided_at,omitempty"` // when the user was last asked
}

// Signer is a certificate that signs an app.
type Signer struct {
	SHA256  string `json:"sha256,omitempty"` // of the DER certificate, lower-case hex
	SHA1    string `json:"sha1,omitempty"`
	Subject string `json:"subject,omitempty"`
	Scheme  string `json:"scheme,omitempty"` // "v1", "v2", "v3", "v3.1", or the platform's word
	// Verified is true only when the signature over the content was checked and holds. A signer that a
	// device or an export merely names is not verified.
	Verified  bool       `json:"verified,omitempty"`
	Lineage   bool       `json:"lineage,omitempty"`    // an earlier key in a v3 rotation
	NotBefore *time.Time `json:"not_before,omitempty"` // the certificate says from when it is valid
	NotAfter  *time.Time `json:"not_after,omitempty"`
	Key       string     `json:"key,omitempty"`      // algorithm of the public key: "RSA", "EC", "DSA"
	KeyBits   int        `json:"key_bits,omitempty"` // its length
	// Rights are what an earlier key of a rotation may still do, as its lineage says: "installed-data",
	// "shared-uid", "permission", "rollback", "auth".
	Rights []string `json:"rights,omitempty"`
}
