package dumpsys

// Package is what the dump says about one package. Texts are as printed; "null" is "".
type Package struct {
	Name       string // as the system calls it
	Manifest   string // name in the manifest, where the system keeps an older one
	Line       int    // of the block's first line
	Hidden     bool   // the original of a system app that was updated
	AppID      int
	SharedUser string

	CodePath    string
	Splits      []string // without base
	ABI         string
	VersionName string
	VersionCode int64
	MinSDK      int
	TargetSDK   int
	Scheme      int // signature scheme version the system recorded, 0 when not told

	Flags        []string
	PrivateFlags []string

	TimeStamp      string
	FirstInstalled string // until Android 12; later by user
	Updated        string
	Installer      string
	Initiator      string
	Originator     string
	UpdateOwner    string
	PackageSource  int // -1 when not told

	Requested []string
	Declared  []string
	Install   []Grant
	Users     []UserState

	Complete bool // the block has its end
}

// Grant is the state of one permission.
type Grant struct {
	Name    string
	Granted bool
	Known   bool   // the line says whether it is granted
	User    string // "" when for all users
	Flags   []string
}

// UserState is the state of a package for one user.
type UserState struct {
	ID                                                          string
	Installed, Hidden, Suspended, Stopped, NotLaunched, Instant bool
	Enabled                                                     int // COMPONENT_ENABLED_STATE; -1 when not told
	FirstInstalled                                              string
	InstallReason                                               int // -1 when not told
	Archived                                                    bool
	Runtime                                                     []Grant
}

// SharedUser is a user id that several packages share, with the permissions all of them hold.
type SharedUser struct {
	Name    string
	AppID   int
	Install []Grant
	Users   []UserState
}

// Apex is an active APEX module.
type Apex struct {
	Name, Path string
	Version    int64
}

// System is the version of the system as the package service keeps it: that under which it last wrote what it knows of
// the packages, which it does at every start.
type System struct {
	SDK         int    // API level, 0 when not told
	Fingerprint string // of the build
}

// DeviceUser is a user of the device.
type DeviceUser struct {
	ID, Name, Type string
	Flags          int64
	State          string // "RUNNING_UNLOCKED", "RUNNING_LOCKED", "-1", …; "RUNNING" where only that is told; "" when nothing is
	NoDebugging    bool   // its owner, or who manages it, allows no debugging: adb may not ask for it
	Line           int
}

// Owner is a device or profile owner.
type Owner struct {
	Device    bool
	User      string
	Component string
	Name      string
	Line      int
}

// Service is a component with a privilege over the device: an accessibility service, a notification listener
// or a device administrator.
type Service struct {
	Kind      string // "accessibility", "notification-listener", "device-admin"
	Component string // package/class
	User      string
	Line      int
}

// VPN is an app that provides or may provide a VPN to a user.
type VPN struct {
	User, Package string
	AlwaysOn      bool
	Line          int
}
