package riskdb

// SecuritySoftware is one program with protective or remote-control privilege on one device, with every mark by which it
// was found there: what the system has registered, installed, loads, starts or runs. Software that the system itself
// registers as protection and that nobody here knows is listed too, without a Product.
type SecuritySoftware struct {
	ID      string // stable for the same product on the same device
	Device  string // Device.ID
	Product *Product
	Name    string // of the product; else as the system states it
	// Kind is one of [SecurityKinds]: of the product, else what the system has it as.
	Kind         string
	Vendor       string // Vendor.ID; empty where nobody is recorded
	StatedVendor string // as the system, a signature or a publisher's field states it
	Version      string
	// State is "on", "off", "snoozed", "expired" where the system says so of protection, else "running", "enabled",
	// "waiting", "disabled", "installed"; empty when not told.
	State       string
	Definitions string   // "current" or "outdated" where the system says so
	Users       []string // accounts that it is there for; empty for all
	Privileges  []Privilege
	Marks       []Evidence // everything that it was recognised by, the strongest first
	Recognised  bool       // the marks are enough to say that it is Product
	Confidence  Confidence // that it is; low where it was not recognised
	// Reach is the state whose law can reach the owner, nil where none is recorded; Chain the way there, as findings have it.
	Reach *StateReach
	Chain []Link
	Apps  []string // App.ID of what of it is installed
	Facts []string // SecurityProduct.ID, Certificate.ID, VPN.ID and Profile.ID of its marks
	Note  string   // what keeps it from being sure
}

// Privilege is what security software may do on a device, with what shows it.
type Privilege struct {
	Name     string // one of [PrivilegeMeanings]
	Evidence []Evidence
}

// SecurityKinds lists what security software is, in the order of reports.
var SecurityKinds = []string{"antivirus", "edr", "firewall", "vpn", "remote-access", "mdm-agent", "password-manager",
	"input-method", "certificate-authority", "monitoring", "other"}
