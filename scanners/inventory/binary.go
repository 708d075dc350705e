package inventory

// Binary is one software file, named by its hash and shared by all installs of it: an APK, IPA or
// executable.
type Binary struct {
	SHA256    string   `json:"sha256"`
	Size      int64    `json:"size"`
	Format    string   `json:"format"`               // "apk", "apk-split", "elf", …
	FileNames []string `json:"file_names,omitempty"` // under which it was seen; the same file may bear several
	Split     string   `json:"split,omitempty"`      // name of the split; empty for a base

	Package           string            `json:"package,omitempty"`
	Label             string            `json:"label,omitempty"`
	Labels            map[string]string `json:"labels,omitempty"` // by locale, "" is the default
	Version           string            `json:"version,omitempty"`
	VersionCode       int64             `json:"version_code,omitempty"`
	MinSDK            int               `json:"min_sdk,omitempty"`
	TargetSDK         int               `json:"target_sdk,omitempty"`
	CompileSDK        int               `json:"compile_sdk,omitempty"`
	MaxSDK            int               `json:"max_sdk,omitempty"`
	MinSDKCodename    string            `json:"min_sdk_codename,omitempty"` // a preview name in place of a number
	TargetSDKCodename string            `json:"target_sdk_codename,omitempty"`
	SharedUser        string            `json:"shared_user,omitempty"`
	Debuggable        bool              `json:"debuggable,omitempty"`
	TestOnly          bool              `json:"test_only,omitempty"`
	AllowBackup       bool              `json:"allow_backup,omitempty"`
	Cleartext         bool              `json:"cleartext,omitempty"`         // usesCleartextTraffic="true"
	NoCode            bool              `json:"no_code,omitempty"`           // hasCode="false"
	SplitRequired     bool              `json:"split_required,omitempty"`    // does not run without its splits
	ApplicationClass  string            `json:"application_class,omitempty"` // the class that starts first
	ComponentFactory  string            `json:"component_factory,omitempty"` // the class that makes the app's classes, and so starts even before it
	UsesLibraries     []string          `json:"uses_libraries,omitempty"`    // shared libraries of the device
	// Queries are the other apps that it says it looks for: "package:NAME", "provider:AUTHORITY", "intent:ACTION";
	// and the one whose process it runs in as a test, "instrumentation:NAME".
	Queries []string `json:"queries,omitempty"`
	// NetworkSecurity is what holds for connections: by the configuration that the manifest names, or, without a
	// File, by the platform's default for the app's target. Nil where no manifest was read.
	NetworkSecurity *NetworkSecurity `json:"network_security,omitempty"`

	Permissions        []Permission `json:"permissions,omitempty"`
	DefinedPermissions []string     `json:"defined_permissions,omitempty"`
	// PermissionDefinitions are the same with who may hold them.
	PermissionDefinitions []PermissionDefinition `json:"permission_definitions,omitempty"`
	Features              []string               `json:"features,omitempty"`
	Manifest              []ManifestComponent    `json:"manifest,omitempty"` // activities, services, receivers, providers

	// Signed tells what was found of a signature: SignatureUnknown when it was not looked at.
	Signed         SignatureState `json:"signed,omitempty"`
	SignatureError string         `json:"signature_error,omitempty"`
	// SignedFrom is the lowest Android API level from which on the signature holds as apksigner judges, where the app
	// says that it runs on lower ones. 0: it holds wherever the app runs, if Signed is valid.
	SignedFrom int `json:"signed_from,omitempty"`
	// Uncovered are the API levels from the app's lowest on that go by no scheme that holds, although Signed is valid.
	// Phones with them refuse the app. Apksigner passes over some: those below 28 of a file that v3 alone signs.
	Uncovered    []APILevels   `json:"uncovered_levels,omitempty"`
	Schemes      []string      `json:"schemes,omitempty"` // schemes that verify
	SchemeChecks []SchemeCheck `json:"scheme_checks,omitempty"`
	Signers      []Signer      `json:"signers,omitempty"`

	ABIs         []string      `json:"abis,omitempty"`        // native code folders
	NativeLibs   []string      `json:"native_libs,omitempty"` // names of the files in them, each once
	DexFiles     int           `json:"dex_files,omitempty"`
	Entries      int           `json:"entries,omitempty"`  // entries of the container
	Oddities     []string      `json:"oddities,omitempty"` // container facts in words: duplicate names, bad methods, …
	Marks        []Mark        `json:"marks,omitempty"`    // the same, and what was noticed elsewhere, with codes
	Code         *Code         `json:"code,omitempty"`     // nil where no code was looked at
	CodePackages []CodePackage `json:"code_packages,omitempty"`
	Native       []NativeCode  `json:"native,omitempty"`
	Hosts        []string      `json:"hosts,omitempty"` // the hosts of all endpoints, each once
	Endpoints    []Endpoint    `json:"endpoints,omitempty"`
	// What an Apple app states or claims.
	Team             string            `json:"team,omitempty"` // of the signature of its main program
	Provisioning     *Provisioning     `json:"provisioning,omitempty"`
	Entitlements     []Entitlement     `json:"entitlements,omitempty"`
	Extensions       []AppExtension    `json:"extensions,omitempty"`
	Frameworks       []Framework       `json:"frameworks,omitempty"`
	PrivacyManifests []PrivacyManifest `json:"privacy_manifests,omitempty"`
	// Encrypted is that the store's encryption still lies on its main program, so that code and strings are not readable.
	Encrypted bool `json:"encrypted,omitempty"`

	// Inside says where the file lies in other binaries. What it holds is its own and not that of the outer one.
	// Empty for a file that stands alone.
	Inside  []Place  `json:"inside,omitempty"`
	Origins []Origin `json:"origins,omitempty"`
}

// SignatureState says what checking a binary's signature showed.
type SignatureState string

// The signature states.
const (
	SignatureUnknown  SignatureState = ""
	SignatureValid    SignatureState = "valid"
	SignatureInvalid  SignatureState = "invalid"
	SignatureUnsigned SignatureState = "unsigned"
)

// ManifestComponent is an activity, service, receiver or provider that an app declares.
type ManifestComponent struct {
	Kind            string     `json:"kind"` // activity, activity-alias, service, receiver, provider
	Name            string     `json:"name"` // full class name
	Exported        bool       `json:"exported,omitempty"`
	Disabled        bool       `json:"disabled,omitempty"`         // enabled="false": asleep until code enables it
	Permission      string     `json:"permission,omitempty"`       // needed to call it
	ReadPermission  string     `json:"read_permission,omitempty"`  // what a provider asks of those who read
	WritePermission string     `json:"write_permission,omitempty"` // what it asks of those who write
	Authorities     []string   `json:"authorities,omitempty"`      // names under which a provider is called
	Process         string     `json:"process,omitempty"`          // where it runs, if not in the app's own process
	Actions         []string   `json:"actions,omitempty"`
	Schemes         []string   `json:"schemes,omitempty"`
	Hosts           []string   `json:"hosts,omitempty"`
	Links           []DeepLink `json:"links,omitempty"` // web addresses and schemes that open it
	// Roles are the special services that the component offers to the system: "accessibility",
	// "notification-listener", "device-admin", "vpn", "input-method", "dialer", "sms", "home", "assistant",
	// "call-screening", "autofill", "credential-provider", "wallpaper", "print", "companion", "launcher", ….
	Roles []string `json:"roles,omitempty"`
	// Abilities are what a file of the component asks for: of an accessibility service "read-screen",
	// "perform-gestures", "read-keys", "take-screenshot", of a device administrator "policy:" and its name.
	Abilities []string `json:"abilities,omitempty"`
}

// CodePackage counts the classes that a binary defines in one package.
type CodePackage struct {
	Name    string `json:"name"`
	Classes int    `json:"classes"`
	Renamed int    `json:"renamed,omitempty"` // classes whose own name an obfuscator replaced
	File    string `json:"file,omitempty"`    // the first code file that defines one of them
}
