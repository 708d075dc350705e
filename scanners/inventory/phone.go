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
	First  *time.Time `json:"first,omitempty"`
	Last   *time.Time `json:"last,omitempty"`
}

// The kinds of trace.
const (
	TraceBought   = "store-purchase" // got from a store by the account: free, paid or again; perhaps on another device
	TraceUpdated  = "store-update"   // the store offered or installed an update on this device
	TraceRemoved  = "removed"        // the system noted that it was removed
	TraceUsed     = "used"           // it ran, or used a sensor or the network, on this device
	TraceData     = "data-left"      // folders or files of it, without its program
	TraceDecision = "decision"       // the user allowed or refused it an access
	TraceBackup   = "in-backup"      // the backup holds data of it, and does not list it as installed
)

// Access is that an app used, or asked for, a sensor or data, as the device noted it.
type Access struct {
	What  string     `json:"what"` // the platform's own word: "camera", "contacts", "location", "microphone", "photos", …
	Count int        `json:"count,omitempty"`
	First *time.Time `json:"first,omitempty"`
	Last  *time.Time `json:"last,omitempty"`
}

// Connection is that an app exchanged data with a host, as the device noted it.
type Connection struct {
	Host string `json:"host"`
	// Owner is the owner of the host as the device states it, which is nobody's proof.
	Owner string `json:"owner,omitempty"`
	// Via is the web page or other context in which the app loaded the host; empty where the app did so by itself.
	Via   string     `json:"via,omitempty"`
	Count int        `json:"count,omitempty"`
	First *time.Time `json:"first,omitempty"`
	Last  *time.Time `json:"last,omitempty"`
}

// Traffic is how much an app sent and received, in bytes.
type Traffic struct {
	WifiIn      int64      `json:"wifi_in,omitempty"`
	WifiOut     int64      `json:"wifi_out,omitempty"`
	CellularIn  int64      `json:"cellular_in,omitempty"`
	CellularOut int64      `json:"cellular_out,omitempty"`
	First       *time.Time `json:"first,omitempty"`
	Last        *time.Time `json:"last,omitempty"`
}

// AppExtension is a part of an app that the system runs on its own: a keyboard, a VPN, a share sheet.
type AppExtension struct {
	Identifier string `json:"identifier"`
	Name       string `json:"name,omitempty"`
	Point      string `json:"point,omitempty"` // "com.apple.keyboard-service", "com.apple.networkextension.packet-tunnel", …
	File       string `json:"file,omitempty"`  // its folder inside the app
}

// Framework is code of others that lies in an app as a bundle or library of its own.
type Framework struct {
	File       string `json:"file"` // inside the app: "Frameworks/Foo.framework"
	Name       string `json:"name,omitempty"`
	Identifier string `json:"identifier,omitempty"`
	Version    string `json:"version,omitempty"`
	Team       string `json:"team,omitempty"`
}

// Entitlement is a right that the signature of an Apple app claims.
type Entitlement struct {
	Name   string   `json:"name"`
	Values []string `json:"values,omitempty"` // "true", or the elements of a list, each cut short
}

// Provisioning is the profile by which an Apple app may run.
type Provisioning struct {
	UUID     string     `json:"uuid,omitempty"`
	Name     string     `json:"name,omitempty"`
	Kind     string     `json:"kind,omitempty"` // "development", "ad-hoc", "enterprise", "app-store"
	Team     string     `json:"team,omitempty"`
	TeamName string     `json:"team_name,omitempty"`
	AppID    string     `json:"app_id,omitempty"`
	Devices  int        `json:"devices,omitempty"` // how many it names; which ones is nobody's business
	Created  *time.Time `json:"created,omitempty"`
	Expires  *time.Time `json:"expires,omitempty"`
	// Verified is true when the signature over the profile holds and leads to Apple's root.
	Verified bool `json:"verified,omitempty"`
}

// PrivacyManifest is what a PrivacyInfo.xcprivacy file states of the code beside it.
type PrivacyManifest struct {
	File            string          `json:"file"`
	Tracking        bool            `json:"tracking,omitempty"`
	TrackingDomains []string        `json:"tracking_domains,omitempty"`
	Collected       []CollectedData `json:"collected,omitempty"`
	Reasons         []ReasonedAPI   `json:"reasons,omitempty"`
}

// CollectedData is a kind of data that a privacy manifest says is collected.
type CollectedData struct {
	Type     string   `json:"type"`
	Linked   bool     `json:"linked,omitempty"` // to the person
	Tracking bool     `json:"tracking,omitempty"`
	Purposes []string `json:"purposes,omitempty"`
}

// ReasonedAPI is a category of interfaces that may only be called for stated reasons, and the reasons stated.
type ReasonedAPI struct {
	Category string   `json:"category"`
	Reasons  []string `json:"reasons,omitempty"`
}
