package reports

import (
	"slices"

	"quaestor/riskdb"
	"quaestor/scanners/inventory"
)

// SecuritySoftware is one program with protective or remote-control privilege on one device: whose it is, whose law can
// reach its owner, and what it may do there.
type SecuritySoftware struct {
	ID           string      `json:"id" jsonschema:"stable for the same product on the same device"`
	Device       string      `json:"device"`
	Name         string      `json:"name" jsonschema:"of the product; else as the device states it, which is foreign text"`
	Kind         string      `json:"kind" jsonschema:"antivirus, edr, firewall, vpn, remote-access, mdm-agent, password-manager, input-method, certificate-authority, monitoring, other; readers have to expect others"`
	Recognised   bool        `json:"recognised" jsonschema:"its marks are enough to say which product it is; what the device itself registers as protection, and nobody here knows, is listed as not recognised"`
	Confidence   string      `json:"confidence" jsonschema:"that it is this product: high, moderate or low"`
	Product      string      `json:"product,omitempty" jsonschema:"id of the product in the risk database"`
	Vendor       string      `json:"vendor,omitempty" jsonschema:"id of the vendor in the risk database"`
	VendorName   string      `json:"vendor_name,omitempty" jsonschema:"name of that vendor"`
	StatedVendor string      `json:"stated_vendor,omitempty" jsonschema:"as the device or a signature states it, which is foreign text"`
	Version      string      `json:"version,omitempty"`
	State        string      `json:"state,omitempty" jsonschema:"on, off, snoozed, expired where the device says so of protection; else running, enabled, waiting, disabled, installed; absent where it is not told"`
	Definitions  string      `json:"definitions,omitempty" jsonschema:"current or outdated, where the device says how old its knowledge is"`
	Users        []string    `json:"users,omitempty" jsonschema:"accounts that it is there for; absent for all"`
	Privileges   []Privilege `json:"privileges,omitempty" jsonschema:"what it may do there, the deepest first"`
	Marks        []Evidence  `json:"marks" jsonschema:"everything that it was recognised by, the strongest first"`
	Reach        *LawReach   `json:"reach,omitempty" jsonschema:"the state whose law can reach its owner; absent where no owner is known"`
	Chain        []ChainLink `json:"chain,omitempty" jsonschema:"from the product to that state and its law, as findings have it"`
	Apps         []string    `json:"apps,omitempty" jsonschema:"ids of the apps of the report that are a part of it"`
	Findings     []string    `json:"findings,omitempty" jsonschema:"ids of the findings about it"`
	Note         string      `json:"note,omitempty" jsonschema:"what keeps it from being sure"`
}

// Privilege is what a program may do on a device, and what shows it.
type Privilege struct {
	Name     string     `json:"name" jsonschema:"kernel, device-owner, root, tls-interception, network-filter, remote-control, …; readers have to expect others"`
	Title    string     `json:"title" jsonschema:"the same in words"`
	Means    string     `json:"means,omitempty" jsonschema:"what it lets a program do, in one sentence"`
	Evidence []Evidence `json:"evidence"`
}

// PrivilegeNames lists what [Privilege.Name] may be, the deepest first.
func PrivilegeNames() []string {
	var out []string
	for _, m := range riskdb.PrivilegeMeanings {
		out = append(out, m.Name)
	}
	return out
}

// LawReach is a state whose law can reach an owner.
type LawReach struct {
	State      string `json:"state" jsonschema:"ISO 3166 code"`
	Name       string `json:"name"`
	Confidence string `json:"confidence" jsonschema:"of the whole way to it: high, moderate or low"`
	Disputed   bool   `json:"disputed,omitempty" jsonschema:"the layers of the database disagree about a step"`
}

// What a source can tell of security software.
const (
	SeenApps     = "apps"
	SeenRegister = "registered"
	SeenKernel   = "kernel"
	SeenStarted  = "started"
	SeenStates   = "states"
	SeenRunning  = "running"
	SeenAccess   = "access"
	SeenTrust    = "authorities"
	SeenVPN      = "vpn"
)

// SecuritySeen lists what sources can tell of security software, in the order of reports.
func SecuritySeen() []string {
	return []string{SeenRegister, SeenKernel, SeenStarted, SeenStates, SeenRunning, SeenAccess, SeenTrust, SeenVPN, SeenApps}
}

// security is the security software of all devices, each with the findings about it.
func (b *builder) security(findings []Finding) []SecuritySoftware {
	var out []SecuritySoftware
	for i := range b.a.Security {
		s := &b.a.Security[i]
		x := SecuritySoftware{ID: s.ID, Device: s.Device, Name: s.Name, Kind: s.Kind, Recognised: s.Recognised, Confidence: string(s.Confidence), Vendor: s.Vendor,
			StatedVendor: s.StatedVendor, Version: s.Version, State: s.State, Definitions: s.Definitions, Users: s.Users, Marks: evidence(s.Marks), Apps: s.Apps,
			Findings: concerning(s, findings), Note: s.Note}
		if s.Product != nil {
			x.Product = s.Product.ID
		}
		if v := b.db.Vendor(s.Vendor); v != nil {
			x.VendorName = v.Name
		}
		for _, p := range s.Privileges {
			x.Privileges = append(x.Privileges, privilege(p))
		}
		if r := s.Reach; r != nil {
			x.Reach = &LawReach{State: r.State, Name: r.Name, Confidence: string(r.Confidence), Disputed: r.Disputed}
		}
		x.Chain = b.links(s.Chain)
		out = append(out, x)
	}
	return out
}

func privilege(p riskdb.Privilege) Privilege {
	out := Privilege{Name: p.Name, Title: p.Name, Evidence: evidence(p.Evidence)}
	if i := slices.IndexFunc(riskdb.PrivilegeMeanings, func(m riskdb.PrivilegeMeaning) bool { return m.Name == p.Name }); i >= 0 {
		out.Title, out.Means = riskdb.PrivilegeMeanings[i].Title, riskdb.PrivilegeMeanings[i].Means
	}
	return out
}

// concerning are the findings about security software: about an app or a mark of it, or about its product on that device.
func concerning(s *riskdb.SecuritySoftware, findings []Finding) (ids []string) {
	for i := range findings {
		f := &findings[i]
		of := f.Subject
		same := of.App != "" && (slices.Contains(s.Apps, of.App) || slices.Contains(s.Facts, of.App))
		if of.Device == s.Device && (same || s.Product != nil && of.Product == s.Product.ID) {
			ids = append(ids, f.ID)
		}
	}
	return ids
}

// securitySeen says what the sources told of a device that security software shows itself by.
func (b *builder) securitySeen(d *inventory.Device, apps int) []string {
	seen := map[string]bool{SeenApps: apps > 0}
	for i := range b.inv.SecurityProducts {
		if sp := &b.inv.SecurityProducts[i]; sp.Device == d.ID {
			as := seenAs(sp.Kind)
			seen[as] = true
			if as == SeenKernel || as == SeenStarted {
				seen[SeenStates] = seen[SeenStates] || sp.State == "running" || sp.State == "stopped"
			}
		}
	}
	seen[SeenTrust] = slices.ContainsFunc(b.inv.Certificates, func(c inventory.Certificate) bool { return c.Device == d.ID })
	seen[SeenVPN] = seen[SeenVPN] || slices.ContainsFunc(b.inv.VPNs, func(v inventory.VPN) bool { return v.Device == d.ID })
	var out []string
	for _, what := range SecuritySeen() {
		if seen[what] {
			out = append(out, what)
		}
	}
	return out
}

// securityUnseen is what a device of its platform shows security software by, and no source told of.
func securityUnseen(p inventory.Platform, seen []string) []string {
	expected := []string{SeenApps}
	switch p {
	case inventory.Windows:
		expected = []string{SeenRegister, SeenKernel, SeenStarted, SeenRunning, SeenApps}
	case inventory.MacOS, inventory.Linux:
		expected = []string{SeenKernel, SeenStarted, SeenRunning, SeenApps}
	case inventory.Android:
		expected = []string{SeenAccess, SeenApps}
	}
	return slices.DeleteFunc(expected, func(what string) bool { return slices.Contains(seen, what) })
}

func seenAs(kind string) string {
	switch kind {
	case "antivirus", "antispyware", "firewall":
		return SeenRegister
	case "driver", "kernel-module", "kernel-extension", "system-extension", "lsm":
		return SeenKernel
	case "service", "launch-daemon", "launch-agent", "login-item", "autostart", "scheduled-task":
		return SeenStarted
	case "process":
		return SeenRunning
	case "vpn":
		return SeenVPN
	}
	return SeenAccess
}
