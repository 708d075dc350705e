package inventory

import "time"

// Presence says what a source proves about an app being on the device.
type Presence string

// The values of presence.
const (
	PresenceInstalled Presence = ""      // the source lists what is installed
	PresenceTrace     Presence = "trace" // the source proves that the app was there, or was got by the account, at some time: see App.Traces
)

// Trace is something on a device that an app left, or that a store or the system noted about it.
type Trace struct {
	// Kind is one of the Trace constants; a reader has to expect kinds that it does not know.
	Kind   string     `json:"kind"`
	Detail string     `json:"detail,omitempty"` // one phrase, where the kind does not say it all
	First  *time.Time `json:"first,omitempty"`  // when it was first noted
	Last   *time.Time `json:"last,omitempty"`   // when it was last noted
}

// The kinds of trace.
const (
	TraceBought    = "store-purchase" // got from a store by the account: free, paid or again; perhaps on another device
	TraceUpdated   = "store-update"   // the store offered or installed an update on this device
	TraceInstalled = "install"        // the system noted that it was installed or updated, whatever it came from
	TraceBegun     = "install-begun"  // the system made a place for it; it need never have been installed
	TraceRemoved   = "removed"        // the system noted that it was removed
	TraceUsed      = "used"           // it ran, or used a sensor or the network, on this device
	TraceData      = "data-left"      // folders or files of it, without its program
	TraceDecision  = "decision"       // the user allowed or refused it an access
	TraceListed    = "listed-before"  // an earlier reading of the device lists it as installed, and a newer one does not
	TraceBackup    = "in-backup"      // the backup holds data of it, and does not list it as installed
)

// Access is that an app used, or asked for, a sensor or data, as the device noted it.
type Access struct {
	What  string     `json:"what"`            // the platform's own word: "camera", "contacts", "location", "microphone", "photos", …
	Count int        `json:"count,omitempty"` // how often
	First *time.Time `json:"first,omitempty"` // the first time that was noted
	Last  *time.Time `json:"last,omitempty"`  // the last time
}

// Connection is that an app exchanged data with a host, as the device noted it.
type Connection struct {
	Host string `json:"host"` // name or address
	// Owner is the owner of the host as the device states it, which is nobody's proof.
	Owner string `json:"owner,omitempty"`
	// Via is the web page or other context in which the app loaded the host; empty where the app did so by itself.
	Via string `json:"via,omitempty"`
	// Tracker is that the device marks the host as one that may profile people across apps and sites.
	Tracker bool       `json:"tracker,omitempty"`
	Count   int        `json:"count,omitempty"` // how often
	First   *time.Time `json:"first,omitempty"` // the first time that was noted
	Last    *time.Time `json:"last,omitempty"`  // the last time
}

// Traffic is how much an app sent and received, in bytes.
type Traffic struct {
	WifiIn      int64      `json:"wifi_in,omitempty"`      // received over Wi-Fi
	WifiOut     int64      `json:"wifi_out,omitempty"`     // sent over Wi-Fi
	CellularIn  int64      `json:"cellular_in,omitempty"`  // received over the mobile network
	CellularOut int64      `json:"cellular_out,omitempty"` // sent over the mobile network
	First       *time.Time `json:"first,omitempty"`        // since when it was counted
	Last        *time.Time `json:"last,omitempty"`         // until when
}

// AppExtension is a part of an app that the system runs on its own: a keyboard, a VPN, a share sheet.
type AppExtension struct {
	Identifier string `json:"identifier"`      // its bundle identifier
	Name       string `json:"name,omitempty"`  // as readers see it
	Point      string `json:"point,omitempty"` // "com.apple.keyboard-service", "com.apple.networkextension.packet-tunnel", …
	File       string `json:"file,omitempty"`  // its folder inside the app
}

// Framework is code of others that lies in an app as a bundle or library of its own.
type Framework struct {
	File       string `json:"file"`                 // inside the app: "Frameworks/Foo.framework"
	Name       string `json:"name,omitempty"`       // of the bundle or library
	Identifier string `json:"identifier,omitempty"` // its bundle identifier
	Version    string `json:"version,omitempty"`    // as it states
	Team       string `json:"team,omitempty"`       // Apple developer team that signed it
}

// Entitlement is a right that the signature of an Apple app claims.
type Entitlement struct {
	Name   string   `json:"name"`             // "com.apple.developer.healthkit"
	Values []string `json:"values,omitempty"` // "true", or the elements of a list, each cut short
}

// Provisioning is the profile by which an Apple app may run.
type Provisioning struct {
	UUID     string     `json:"uuid,omitempty"`      // of the profile
	Name     string     `json:"name,omitempty"`      // as its team calls it
	Kind     string     `json:"kind,omitempty"`      // "development", "ad-hoc", "enterprise", "app-store"
	Team     string     `json:"team,omitempty"`      // Apple developer team
	TeamName string     `json:"team_name,omitempty"` // the name that Apple registered for the team
	AppID    string     `json:"app_id,omitempty"`    // the apps that it allows, perhaps with an asterisk
	Devices  int        `json:"devices,omitempty"`   // how many it names; which ones is nobody's business
	Created  *time.Time `json:"created,omitempty"`   // when it was made
	Expires  *time.Time `json:"expires,omitempty"`   // until when it allows the app to run
	// Verified is true when the signature over the profile holds and leads to Apple's root.
	Verified bool `json:"verified,omitempty"`
}

// PrivacyManifest is what a PrivacyInfo.xcprivacy file states of the code beside it.
type PrivacyManifest struct {
	File            string          `json:"file"`                       // inside the app
	Tracking        bool            `json:"tracking,omitempty"`         // the code says that it tracks people across apps and sites
	TrackingDomains []string        `json:"tracking_domains,omitempty"` // hosts that it tracks with
	Collected       []CollectedData `json:"collected,omitempty"`        // data that it says it collects
	Reasons         []ReasonedAPI   `json:"reasons,omitempty"`          // interfaces that it says it calls, and why
}

// CollectedData is a kind of data that a privacy manifest says is collected.
type CollectedData struct {
	Type     string   `json:"type"`               // "NSPrivacyCollectedDataTypePreciseLocation"
	Linked   bool     `json:"linked,omitempty"`   // to the person
	Tracking bool     `json:"tracking,omitempty"` // used to track the person
	Purposes []string `json:"purposes,omitempty"` // "NSPrivacyCollectedDataTypePurposeAnalytics"
}

// ReasonedAPI is a category of interfaces that may only be called for stated reasons, and the reasons stated.
type ReasonedAPI struct {
	Category string   `json:"category"`          // "NSPrivacyAccessedAPICategoryUserDefaults"
	Reasons  []string `json:"reasons,omitempty"` // "CA92.1", as Apple lists them
}
