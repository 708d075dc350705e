package apple

import (
	"fmt"
	"strconv"
	"time"

	"quaestor/scanners/internal/plist"
	"quaestor/scanners/inventory"
)

// information are the members of DeviceInformation that are kept as properties. Others name a person, a subscription or a place.
var information = []string{"SupplementalBuildVersion", "SupplementalOSVersionExtra", "ModelNumber", "ModemFirmwareVersion", "IsSupervised", "AwaitingConfiguration", "IsMultiUser", "IsCloudBackupEnabled", "LastCloudBackupDate",
	"IsActivationLockEnabled", "IsDeviceLocatorServiceEnabled", "IsMDMLostModeEnabled", "IsNetworkTethered", "SystemIntegrityProtectionEnabled", "SupportsiOSAppInstalls", "DiagnosticSubmissionEnabled", "AppAnalyticsEnabled"}

// updates are those of the settings for updates of a Mac.
var updates = []string{"CatalogURL", "IsDefaultCatalog", "AutoCheckEnabled", "AutomaticAppInstallationEnabled", "AutomaticOSInstallationEnabled", "AutomaticSecurityUpdatesEnabled", "BackgroundDownloadEnabled", "PreviousScanDate"}

// security are the members of SecurityInfo that are kept as properties. Recovery keys are none of them.
var security = []string{"HardwareEncryptionCaps", "PasscodePresent", "PasscodeCompliant", "PasscodeCompliantWithProfiles", "PasscodeLockGracePeriodEnforced", "AutoLockTime", "FDE_Enabled", "FDE_HasPersonalRecoveryKey", "FDE_HasInstitutionalRecoveryKey",
	"SystemIntegrityProtectionEnabled", "RemoteDesktopEnabled", "AuthenticatedRootVolumeEnabled", "IsRecoveryLockEnabled"}

var securityParts = map[string][]string{
	"FirmwarePasswordStatus": {"PasswordExists", "AllowOroms"},
	"ManagementStatus":       {"EnrolledViaDEP", "UserApprovedEnrollment", "IsUserEnrollment", "IsActivationLockManageable"},
	"SecureBoot":             {"SecureBootLevel", "ExternalBootLevel"},
	"FirewallSettings":       {"FirewallEnabled", "BlockAllIncoming", "StealthMode"},
}

// reduced are the members of SecureBoot.ReducedSecurity.
var reduced = []string{"AllowsAnyAppleSignedOS", "AllowsUserKextApproval", "AllowsMDM"}

// restrictions are those that decide what can come onto a device or leave it.
var restrictions = []string{"allowAppInstallation", "allowUIAppInstallation", "allowMarketplaceAppInstallation", "allowWebDistributionAppInstallation", "allowEnterpriseAppTrust", "allowUIConfigurationProfileInstallation", "allowUntrustedTLSPrompt",
	"allowVPNCreation", "allowUSBRestrictedMode", "allowHostPairing", "allowCloudBackup", "allowOpenFromManagedToUnmanaged", "allowOpenFromUnmanagedToManaged", "forceEncryptedBackup", "allowSafari", "allowScreenShot", "allowAssistant"}

// state states what one answer says of the device itself.
func (x *device) state(s *said) {
	v := s.v
	if info := plist.Dict(v, "QueryResponses"); info != nil {
		x.information(s, info)
	}
	if plist.Text(v, "MessageType") == "Authenticate" {
		x.information(s, v)
	}
	x.message(s)
	x.keep("", v["SecurityInfo"], security)
	for _, part := range []string{"FirmwarePasswordStatus", "ManagementStatus", "SecureBoot", "FirewallSettings"} {
		x.keep(part+".", plist.Get(v, "SecurityInfo", part), securityParts[part])
	}
	x.keep("SecureBoot.ReducedSecurity.", plist.Get(v, "SecurityInfo", "SecureBoot", "ReducedSecurity"), reduced)
	x.firewall(s)
	for _, name := range restrictions {
		x.keep("GlobalRestrictions."+name+".", plist.Get(v, "GlobalRestrictions", "restrictedBool", name), []string{"value"})
	}
	x.status(s)
}

// information states what the device says of itself.
func (x *device) information(s *said, info map[string]any) {
	d := x.d
	if name := plist.Text(info, "DeviceName"); name != "" && !x.seen["name"] {
		x.seen["name"], d.Name = true, inventory.Text(name)
	}
	for _, key := range []string{"ProductName", "ModelName"} {
		if m := plist.Text(info, key); m != "" {
			x.tell(s, key, &d.Model, m)
			break
		}
	}
	x.tell(s, "OSVersion", &d.OSVersion, plist.Text(info, "OSVersion"))
	x.tell(s, "BuildVersion", &d.OSBuild, plist.Text(info, "BuildVersion"))
	if silicon, told := info["IsAppleSilicon"].(bool); told && d.Arch == "" {
		d.Arch = map[bool]string{true: "arm64", false: "x86_64"}[silicon]
	}
	x.keep("", info, information)
	x.keep("OSUpdateSettings.", info["OSUpdateSettings"], updates)
}

// message states what the messages besides answers say.
func (x *device) message(s *said) {
	m := x.d.Management
	switch plist.Text(s.v, "MessageType") {
	case "CheckOut":
		if m.State == "" {
			m.State = "CheckOut"
		}
	case "Authenticate", "TokenUpdate":
		if m.State == "" {
			m.State = "Enrolled"
		}
	}
}

// keep keeps members as properties under their own names.
func (x *device) keep(prefix string, from any, names []string) {
	members := plist.Dict(from)
	for _, name := range names {
		if v, told := members[name]; told {
			x.property(prefix+name, text(v))
		}
	}
}

// text is a plain value in words, empty for any other.
func text(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case bool:
		return strconv.FormatBool(v)
	case int64, uint64:
		return fmt.Sprint(v)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case time.Time:
		return v.UTC().Format(time.RFC3339)
	}
	return ""
}

// firewall tells of the firewall of a Mac as other scanners do.
func (x *device) firewall(s *said) {
	on, told := plist.Get(s.v, "SecurityInfo", "FirewallSettings", "FirewallEnabled").(bool)
	if !told || x.seen["firewall"] {
		return
	}
	x.seen["firewall"] = true
	p := inventory.SecurityProduct{Device: x.d.ID, Kind: "built-in", Name: "macOS Application Firewall", Identifier: "com.apple.alf", Vendor: "Apple", State: map[bool]string{true: "on", false: "off"}[on], Origins: []inventory.Origin{s.origin}}
	p.ID = inventory.FactID("product", x.d.ID, p.Kind, p.Identifier)
	x.inv.SecurityProducts = append(x.inv.SecurityProducts, p)
}

// management sums up how the device is managed, from what it said.
func (x *device) management() {
	m, p := x.d.Management, x.d.Properties
	is := func(name string) *bool {
		b, err := strconv.ParseBool(p[name])
		if err != nil {
			return nil
		}
		return &b
	}
	yes := func(name string) bool { b := is(name); return b != nil && *b }
	x.user = x.user || yes("ManagementStatus.IsUserEnrollment")
	m.Passcode = is("PasscodePresent")
	m.Encrypted = is("FDE_Enabled")
	// the storage of a device that can encrypt always is; a key that nobody else has protects it only if there is a passcode, whose lack is
	// told by itself
	switch caps := p["HardwareEncryptionCaps"]; {
	case m.Encrypted != nil:
	case caps == "0":
		no := false
		m.Encrypted = &no
	case caps == "3" && m.Passcode != nil && *m.Passcode:
		yes := true
		m.Encrypted = &yes
	}
	switch _, told := p["IsSupervised"]; {
	case x.user:
		m.Mode, m.Ownership = "user-enrolment", "personal"
	case yes("IsSupervised"):
		m.Mode = "supervised"
	case told:
		m.Mode = "device-enrolment"
	}
	if yes("ManagementStatus.EnrolledViaDEP") {
		m.Ownership = "organisation"
	}
	if m.State == "CheckOut" {
		m.Mode = "unmanaged"
	}
}
