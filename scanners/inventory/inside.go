package inventory

// Place is where in a binary something was read, so that an analyst can open the file there.
type Place struct {
	Binary string `json:"binary,omitempty"` // SHA-256, where it is another binary than the one that has the fact
	File   string `json:"file,omitempty"`   // entry of the container: "classes2.dex", "lib/arm64-v8a/libx.so"
	Item   string `json:"item,omitempty"`   // class, method, symbol or string in it
}

// Mark is something noticed in a binary that ordinary tools do not make, or code that most apps do not need.
// It is a fact and says nothing of why it is there.
type Mark struct {
	Code   string  `json:"code"`   // stable, AREA/WHAT; a reader has to expect codes that it does not know
	Detail string  `json:"detail"` // one phrase
	Count  int     `json:"count,omitempty"`
	Places []Place `json:"places,omitempty"` // the first few
}

// The codes of marks. Each is explained in scanners/README.md.
const (
	MarkDuplicateNames = "container/duplicate-names"     // two entries of one name: Android refuses the file (before 4.4 it ran the first), tools take either
	MarkUnsafeNames    = "container/unsafe-names"        // names that lead outside, or hold control characters
	MarkEncrypted      = "container/encrypted-flag"      // entries marked encrypted, which Android ignores
	MarkMethod         = "container/unknown-method"      // a compression method that tools refuse
	MarkHeaders        = "container/header-mismatch"     // local header and directory disagree
	MarkHiddenData     = "container/unlisted-data"       // bytes that belong to no entry
	MarkOverlap        = "container/overlapping-entries" // entries that share bytes, or reach into what is no entry
	MarkLeadingData    = "container/leading-data"        // bytes before the archive
	MarkTrailingData   = "container/trailing-data"       // bytes after the archive
	MarkDirectory      = "container/damaged-directory"
	MarkZip64          = "container/zip64"
	MarkManifest       = "manifest/shows-other-text" // attributes that show tools another text than Android
	MarkResources      = "manifest/unusual-binary"   // binary XML or resources built so that tools fail

	MarkJanus         = "signature/janus"             // a DEX file before the archive, under a signature that does not cover it
	MarkManySigners   = "signature/several-signers"   // more than one signer
	MarkOtherSigner   = "signature/different-signers" // the schemes name different signers
	MarkBlockTwice    = "signature/duplicate-block"   // a signing block holds one scheme twice
	MarkStripped      = "signature/stripped"          // a scheme that the signature says is there is missing
	MarkUncovered     = "signature/uncovered-entries" // entries that the signature does not cover
	MarkWeakSignature = "signature/weak"              // a short key or a digest that can be forged
	MarkDebugKey      = "signature/debug-key"         // signed with the build tools' debug certificate
	MarkSourceStamp   = "signature/source-stamp"      // a stamp that says who gave the file out, beside who signed it

	MarkCodeLoading    = "code/dex-loading"     // loads further DEX code while it runs
	MarkNativeLoading  = "code/native-loading"  // loads native code from a path
	MarkReflection     = "code/reflection"      // calls methods by name
	MarkExec           = "code/exec"            // starts programs
	MarkSu             = "code/su"              // names the programs that give root
	MarkRootCheck      = "code/root-check"      // looks whether the phone is rooted
	MarkPacker         = "code/packed"          // built so that the real code appears only while running
	MarkInstalling     = "code/app-installing"  // installs other apps
	MarkWebBridge      = "code/web-bridge"      // gives web pages methods to call
	MarkScreenCapture  = "code/screen-capture"  // can record the screen
	MarkDamagedCode    = "code/damaged"         // a DEX file that breaks its own format
	MarkHiddenCode     = "code/in-other-places" // code outside of the places where Android loads it from
	MarkEmulatorCheck  = "code/emulator-check"  // looks whether it runs on an emulator or under a debugger
	MarkDeviceIdentity = "code/device-identity" // reads identifiers of the device
	MarkHiddenAPI      = "code/hidden-api"      // lifts the system's ban on its internal methods
	MarkAppList        = "code/app-list"        // reads which other apps are installed
	MarkUIControl      = "code/ui-control"      // reads the screen or acts on it as an accessibility service
	MarkLocation       = "code/location"        // asks where the device is
	MarkContacts       = "code/contacts"        // names the address book or the call log
	MarkMessages       = "code/messages"        // sends text messages or names those on the device
	MarkClipboard      = "code/clipboard"       // reads the clipboard, or listens to it
	MarkCamera         = "code/camera"          // opens the camera
	MarkMicrophone     = "code/microphone"      // records sound
)

// SchemeCheck is what checking one signature scheme showed.
type SchemeCheck struct {
	Scheme   string   `json:"scheme"` // "v1", "v2", "v3", "v3.1", "v4"
	Verified bool     `json:"verified"`
	MinSDK   int      `json:"min_sdk,omitempty"` // the API levels that go by it
	MaxSDK   int      `json:"max_sdk,omitempty"` // 0: all later ones
	Error    string   `json:"error,omitempty"`   // why it does not hold
	Signers  []string `json:"signers,omitempty"` // SHA-256 of the certificates
}

// APILevels are Android API levels that follow each other.
type APILevels struct {
	From int `json:"from"`
	To   int `json:"to,omitempty"` // 0: all later ones
}

// PermissionDefinition is a permission that an app defines for others.
type PermissionDefinition struct {
	Name       string `json:"name"`
	Protection string `json:"protection,omitempty"` // "normal", "dangerous", "signature", with flags after "|"
	Group      string `json:"group,omitempty"`      // the permission group it belongs to
}

// DeepLink is an address that opens a component from outside.
type DeepLink struct {
	Scheme   string `json:"scheme"`             // "https", or one of the app's own
	Host     string `json:"host,omitempty"`     // empty: every host; may begin with "*."
	Path     string `json:"path,omitempty"`     // exact, or a prefix or pattern with "*"
	Verified bool   `json:"verified,omitempty"` // autoVerify: the host confirms the app
	Web      bool   `json:"web,omitempty"`      // reachable from a browser (category BROWSABLE)
}

// NetworkSecurity is an app's network security configuration, resolved.
type NetworkSecurity struct {
	File  string        `json:"file,omitempty"`  // the resource it stands in, empty for the platform's default
	Rules []NetworkRule `json:"rules,omitempty"` // the rule for all other hosts first
	Cut   bool          `json:"cut,omitempty"`   // more rules than are kept
}

// NetworkRule says what holds for some hosts.
type NetworkRule struct {
	Domains    []string `json:"domains,omitempty"`     // empty: every host without a rule of its own; ".example.com" with all below it
	Cleartext  bool     `json:"cleartext,omitempty"`   // unencrypted traffic is let through
	SystemCAs  bool     `json:"system_cas,omitempty"`  // trusts the authorities of the system
	UserCAs    bool     `json:"user_cas,omitempty"`    // trusts authorities that the phone's user or owner added
	CustomCAs  int      `json:"custom_cas,omitempty"`  // authorities that the app brings
	Pins       int      `json:"pins,omitempty"`        // keys of which one has to be in the chain
	PinsExpire string   `json:"pins_expire,omitempty"` // YYYY-MM-DD
	DebugOnly  bool     `json:"debug_only,omitempty"`  // only for a debuggable app
}

// Code counts the code of a binary.
type Code struct {
	Files   []CodeFile `json:"files,omitempty"`
	Classes int        `json:"classes"`           // defined, in all files together
	Renamed int        `json:"renamed,omitempty"` // of them, those whose name an obfuscator replaced
}

// CodeFile is one DEX file.
type CodeFile struct {
	File    string `json:"file"`              // its entry in the container
	Version string `json:"version,omitempty"` // "035" to "041", "cdex001"
	Size    int64  `json:"size"`
	Classes int    `json:"classes"`
	Strings int    `json:"strings,omitempty"` // entries of its table of strings
	Error   string `json:"error,omitempty"`   // why it was read in part or not at all
}

// NativeCode is a native library or program.
type NativeCode struct {
	File    string   `json:"file"`          // its entry in the container
	ABI     string   `json:"abi,omitempty"` // processor, in Android's words, as the file says
	Size    int64    `json:"size"`
	BuildID string   `json:"build_id,omitempty"` // hex; of a file for several processors those of all, with spaces between
	SOName  string   `json:"soname,omitempty"`   // the name it gives itself
	Needed  []string `json:"needed,omitempty"`   // libraries it asks for
	JNI     []string `json:"jni,omitempty"`      // classes whose native methods it exports
	Exports int      `json:"exports,omitempty"`  // symbols that others may call
	Error   string   `json:"error,omitempty"`    // why it was read in part or not at all
}

// EndpointKind tells endpoints apart.
type EndpointKind string

// The kinds of endpoint.
const (
	EndpointURL    EndpointKind = "url"
	EndpointHost   EndpointKind = "host"
	EndpointIP     EndpointKind = "ip"
	EndpointEmail  EndpointKind = "email"
	EndpointOnion  EndpointKind = "onion"
	EndpointBucket EndpointKind = "bucket" // storage of a cloud provider
	// EndpointReference is an address that names something and is not called: an XML namespace, a licence, a feature of
	// a parser, a host of a standard's examples. Binary.Hosts does not have it.
	EndpointReference EndpointKind = "reference"
)

// Endpoint is an address that the content of a binary names. That it is named does not show that it is used.
type Endpoint struct {
	Kind   EndpointKind `json:"kind"`
	Value  string       `json:"value"`            // as it is written, without user names and passwords
	Host   string       `json:"host,omitempty"`   // lower case, punycode
	Domain string       `json:"domain,omitempty"` // the part of Host that is registered (public suffix list)
	Count  int          `json:"count,omitempty"`
	Places []Place      `json:"places,omitempty"` // the first few
}
