package jamf

import (
	"cmp"
	"strings"
	"time"

	"quaestor/scanners/internal/checkin"
	"quaestor/scanners/inventory"
)

// proComputer is a Mac as computers-inventory has it. A section that was not asked for is null.
type proComputer struct {
	ID      string `json:"id"`
	UDID    string `json:"udid"`
	General struct {
		Name             string `json:"name"`
		Supervised       *bool  `json:"supervised"`
		ReportDate       stamp  `json:"reportDate"`
		LastContactTime  stamp  `json:"lastContactTime"`
		LastEnrolledDate string `json:"lastEnrolledDate"`
		RemoteManagement struct {
			Managed *bool `json:"managed"`
		} `json:"remoteManagement"`
		EnrolledViaADE   *bool `json:"enrolledViaAutomatedDeviceEnrollment"`
		UserApproved     *bool `json:"userApprovedMdm"`
		EnrollmentMethod struct {
			ObjectType string `json:"objectType"`
		} `json:"enrollmentMethod"`
	} `json:"general"`
	Hardware struct {
		Model        string `json:"model"`
		Identifier   string `json:"modelIdentifier"`
		Serial       string `json:"serialNumber"`
		Architecture string `json:"processorArchitecture"`
		Silicon      *bool  `json:"appleSilicon"`
	} `json:"hardware"`
	System struct {
		Name         string `json:"name"`
		Version      string `json:"version"`
		Build        string `json:"build"`
		Supplemental string `json:"supplementalBuildVersion"`
		Response     string `json:"rapidSecurityResponse"`
		FileVault    string `json:"fileVault2Status"`
	} `json:"operatingSystem"`
	Disk struct {
		FileVault *bool `json:"fileVault2Enabled"`
		Boot      struct {
			State string `json:"partitionFileVault2State"`
		} `json:"bootPartitionEncryptionDetails"`
	} `json:"diskEncryption"`
	Storage struct {
		Disks []struct {
			Partitions []struct {
				Name  string `json:"name"`
				Type  string `json:"partitionType"`
				State string `json:"fileVault2State"`
			} `json:"partitions"`
		} `json:"disks"`
	} `json:"storage"`
	Security struct {
		SIP           string `json:"sipStatus"`
		Gatekeeper    string `json:"gatekeeperStatus"`
		XProtect      string `json:"xprotectVersion"`
		NoAutoLogin   *bool  `json:"autoLoginDisabled"`
		RemoteDesktop *bool  `json:"remoteDesktopEnabled"`
		RecoveryLock  *bool  `json:"recoveryLockEnabled"`
		Firewall      *bool  `json:"firewallEnabled"`
		SecureBoot    string `json:"secureBootLevel"`
		ExternalBoot  string `json:"externalBootLevel"`
	} `json:"security"`
	Applications *[]struct {
		Name         string `json:"name"`
		Path         string `json:"path"`
		Version      string `json:"version"`
		ShortVersion string `json:"cfBundleShortVersionString"`
		Bundle       string `json:"bundleId"`
		Store        bool   `json:"macAppStore"`
	} `json:"applications"`
	Profiles []struct {
		Username   string `json:"username"`
		Installed  string `json:"lastInstalled"`
		Removable  *bool  `json:"removable"`
		Name       string `json:"displayName"`
		Identifier string `json:"profileIdentifier"`
	} `json:"configurationProfiles"`
	Receipts struct {
		Jamf      []string `json:"installedByJamfPro"`
		Installer []string `json:"installedByInstallerSwu"`
	} `json:"packageReceipts"`
	Services []struct {
		Name string `json:"name"`
	} `json:"services"`
	Plugins []struct {
		Name    string `json:"name"`
		Version string `json:"version"`
		Path    string `json:"path"`
	} `json:"plugins"`
}

func (c *proComputer) record() *record {
	g, h, s := &c.General, &c.Hardware, &c.System
	r := &record{id: c.ID, name: g.Name, serial: h.Serial, udid: c.UDID, mac: true, model: h.Identifier, modelName: h.Model, system: s.Name, version: s.Version, build: s.Build,
		arch: architecture(h.Architecture, h.Silicon), managed: g.RemoteManagement.Managed, supervised: g.Supervised, automated: g.EnrolledViaADE, method: g.EnrollmentMethod.ObjectType,
		receipts: append(c.Receipts.Jamf, c.Receipts.Installer...), listed: c.Applications != nil, encrypted: cmp.Or(fileVault(s.FileVault), fileVault(c.Disk.Boot.State), c.partitions().encrypted(), c.Disk.FileVault)}
	r.when(&r.reported, string(g.ReportDate))
	r.when(&r.contacted, string(g.LastContactTime))
	r.when(&r.enrolled, g.LastEnrolledDate)
	x := &c.Security
	r.properties = map[string]string{"supplementalBuildVersion": s.Supplemental, "rapidSecurityResponse": s.Response, "fileVault2Status": s.FileVault, "sipStatus": x.SIP, "secureBootLevel": x.SecureBoot, "externalBootLevel": x.ExternalBoot,
		"remoteDesktopEnabled": truth(x.RemoteDesktop), "autoLoginDisabled": truth(x.NoAutoLogin), "recoveryLockEnabled": truth(x.RecoveryLock), "userApprovedMdm": truth(g.UserApproved)}
	r.protection(x.Gatekeeper, x.XProtect, x.Firewall)
	if c.Applications != nil {
		for _, a := range *c.Applications {
			r.apps = append(r.apps, app{bundle: a.Bundle, name: a.Name, version: cmp.Or(a.ShortVersion, a.Version), path: a.Path, store: a.Store})
		}
	}
	for _, p := range c.Profiles {
		q := profile{identifier: p.Identifier, name: p.Name, user: p.Username != "", fixed: is(p.Removable, false)}
		r.when(&q.installed, p.Installed)
		r.profiles = append(r.profiles, q)
	}
	for _, e := range c.Services {
		r.services = append(r.services, e.Name)
	}
	for _, p := range c.Plugins {
		r.plugins = append(r.plugins, app{name: p.Name, version: p.Version, path: p.Path})
	}
	return r
}

// partitions are those of the disks, in the form of the Classic API.
func (c *proComputer) partitions() (out disks) {
	for _, d := range c.Storage.Disks {
		for _, p := range d.Partitions {
			out.list = append(out.list, partition{Name: p.Name, Type: p.Type, State2: p.State})
		}
	}
	return out
}

// proMobile is a mobile device as the API has it in a list, with sections, and by itself, with an object for its system.
type proMobile struct {
	MobileDeviceID string `json:"mobileDeviceId"`
	DeviceType     string `json:"deviceType"`
	ID             string `json:"id"`
	Type           string `json:"type"`
	proGeneral
	General  proGeneral  `json:"general"`
	Hardware proHardware `json:"hardware"`
	proSections
	IOS      *proOne `json:"ios"`
	TVOS     *proOne `json:"tvos"`
	WatchOS  *proOne `json:"watchos"`
	VisionOS *proOne `json:"visionos"`
}

// proGeneral are general facts: of a section in a list, of the device itself elsewhere.
type proGeneral struct {
	UDID             string `json:"udid"`
	Name             string `json:"name"`
	DisplayName      string `json:"displayName"`
	Serial           string `json:"serialNumber"`
	Version          string `json:"osVersion"`
	Build            string `json:"osBuild"`
	Supplemental     string `json:"osSupplementalBuildVersion"`
	Response         string `json:"osRapidSecurityResponse"`
	Managed          *bool  `json:"managed"`
	Supervised       *bool  `json:"supervised"`
	Inventory        stamp  `json:"lastInventoryUpdateDate"`
	InventoryStamp   stamp  `json:"lastInventoryUpdateTimestamp"`
	Enrolled         string `json:"lastEnrolledDate"`
	EnrolledStamp    string `json:"lastEnrollmentTimestamp"`
	Ownership        string `json:"deviceOwnershipType"`
	OwnershipLevel   string `json:"deviceOwnershipLevel"`
	EnrollmentMethod string `json:"enrollmentMethod"`
}

type proHardware struct {
	Serial     string `json:"serialNumber"`
	Model      string `json:"model"`
	Identifier string `json:"modelIdentifier"`
	Number     string `json:"modelNumber"`
}

// proSections are the sections that both forms have.
type proSections struct {
	Applications *[]struct {
		Identifier   string `json:"identifier"`
		Name         string `json:"name"`
		Version      string `json:"version"`
		ShortVersion string `json:"shortVersion"`
		Management   string `json:"managementStatus"`
	} `json:"applications"`
	Profiles     []proProfile `json:"profiles"`
	Configured   []proProfile `json:"configurationProfiles"`
	Provisioning []proProfile `json:"provisioningProfiles"`
	Security     struct {
		Protected  *bool `json:"dataProtected"`
		Passcode   *bool `json:"passcodePresent"`
		Compliant  *bool `json:"passcodeCompliant"`
		Jailbroken *bool `json:"jailBreakDetected"`
		Lock       *bool `json:"activationLockEnabled"`
	} `json:"security"`
}

type proProfile struct {
	Name       string `json:"displayName"`
	Identifier string `json:"identifier"`
	UUID       string `json:"uuid"`
	Removable  *bool  `json:"removable"`
}

// proOne is what a device by itself has for its system.
type proOne struct {
	proHardware
	proSections
	Supervised *bool `json:"supervised"`
}

func (m *proMobile) record() *record {
	one := cmp.Or(map[string]*proOne{"ios": m.IOS, "tvos": m.TVOS, "watchos": m.WatchOS, "visionos": m.VisionOS}[strings.ToLower(m.Type)], m.IOS, m.TVOS, m.WatchOS, m.VisionOS, &proOne{})
	a, b, h := &m.General, &m.proGeneral, &m.Hardware
	r := &record{id: cmp.Or(m.MobileDeviceID, m.ID), name: cmp.Or(a.DisplayName, a.Name, b.Name, b.DisplayName), serial: cmp.Or(h.Serial, b.Serial, a.Serial), udid: cmp.Or(a.UDID, b.UDID), model: cmp.Or(h.Identifier, one.Identifier), modelName: cmp.Or(h.Model, one.Model),
		system: cmp.Or(m.DeviceType, m.Type), version: cmp.Or(a.Version, b.Version), build: cmp.Or(a.Build, b.Build), managed: cmp.Or(a.Managed, b.Managed), supervised: cmp.Or(a.Supervised, b.Supervised, one.Supervised),
		ownership: cmp.Or(a.Ownership, a.OwnershipLevel, b.OwnershipLevel, b.Ownership), method: cmp.Or(a.EnrollmentMethod, b.EnrollmentMethod)}
	r.system = strings.NewReplacer("ios", "iOS", "tvos", "tvOS", "watchos", "watchOS", "visionos", "visionOS").Replace(r.system)
	r.when(&r.reported, firstOf(a.Inventory, b.InventoryStamp, a.InventoryStamp, b.Inventory))
	r.when(&r.enrolled, cmp.Or(a.Enrolled, b.EnrolledStamp, a.EnrolledStamp, b.Enrolled))
	r.properties = map[string]string{"osSupplementalBuildVersion": cmp.Or(a.Supplemental, b.Supplemental), "osRapidSecurityResponse": cmp.Or(a.Response, b.Response), "modelNumber": cmp.Or(h.Number, one.Number)}
	r.sections(&m.proSections)
	r.sections(&one.proSections)
	return r
}

// sections takes what a device has and how it is protected.
func (r *record) sections(s *proSections) {
	if s.Applications != nil {
		r.listed = true
		for _, a := range *s.Applications {
			r.apps = append(r.apps, app{bundle: a.Identifier, name: a.Name, version: cmp.Or(a.ShortVersion, a.Version), managed: strings.EqualFold(a.Management, "managed")})
		}
	}
	for _, p := range append(s.Profiles, s.Configured...) {
		r.profiles = append(r.profiles, profile{identifier: cmp.Or(p.Identifier, p.UUID), name: p.Name, fixed: is(p.Removable, false)})
	}
	for _, p := range s.Provisioning {
		r.profiles = append(r.profiles, profile{kind: "provisioning-profile", identifier: cmp.Or(p.UUID, p.Identifier), name: p.Name})
	}
	x := &s.Security
	r.passcode, r.tampered = cmp.Or(r.passcode, x.Passcode), cmp.Or(r.tampered, x.Jailbroken)
	r.protected(x.Protected)
	for name, value := range map[string]*bool{"passcodeCompliant": x.Compliant, "activationLockEnabled": x.Lock} {
		if value != nil {
			r.properties[name] = truth(value)
		}
	}
}

// truth is a truth value in words, empty where it is not told.
func truth(b *bool) string {
	switch {
	case b == nil:
		return ""
	case *b:
		return "true"
	}
	return "false"
}

// architecture is that of a Mac's processor.
func architecture(name string, silicon *bool) string {
	switch name = strings.ToLower(name); {
	case strings.HasPrefix(name, "arm64"), is(silicon, true):
		return "arm64"
	case name == "i386", name == "x86_64", is(silicon, false):
		return "x86_64"
	}
	return name
}

// fileVault is whether a Mac's disk is encrypted, by the word for it; nil where that does not tell.
func fileVault(state string) *bool {
	yes, no := true, false
	switch s := strings.ToUpper(strings.NewReplacer(" ", "_", "-", "_").Replace(strings.TrimSpace(state))); {
	case s == "ALL_ENCRYPTED", s == "BOOT_ENCRYPTED", s == "ENCRYPTED", s == "VALID", s == "ALL_PARTITIONS_ENCRYPTED", s == "BOOT_PARTITIONS_ENCRYPTED", s == "BOOT_PARTITION_ENCRYPTED":
		return &yes
	case s == "NOT_ENCRYPTED", s == "UNENCRYPTED", s == "DECRYPTED", s == "DECRYPTING", s == "NO_PARTITIONS_ENCRYPTED", s == "NOT_STARTED":
		return &no
	}
	return nil
}

// protection tells of the parts of macOS that protect it as other scanners do.
func (r *record) protection(gatekeeper, xprotect string, firewall *bool) {
	add := func(name, identifier, version, state, code string) {
		r.products = append(r.products, inventory.SecurityProduct{Kind: "built-in", Name: name, Identifier: identifier, Vendor: "Apple", Version: inventory.Text(version), State: state, StateCode: inventory.Text(code)})
	}
	if firewall != nil {
		add("macOS Application Firewall", "com.apple.alf", "", map[bool]string{true: "on", false: "off"}[*firewall], "")
	}
	switch g := strings.ToUpper(strings.ReplaceAll(gatekeeper, " ", "_")); g {
	case "", "NOT_COLLECTED", "NOT_AVAILABLE":
	case "DISABLED", "OFF":
		add("Gatekeeper", "com.apple.gatekeeper", "", "off", gatekeeper)
	default:
		add("Gatekeeper", "com.apple.gatekeeper", "", "on", gatekeeper)
	}
	if xprotect != "" {
		add("XProtect", "com.apple.XProtect", xprotect, "installed", "")
	}
}

// layouts of times that leave no doubt.
var layouts = []string{time.RFC3339Nano, "2006-01-02T15:04:05.999-0700", "2006-01-02 15:04:05", "2006-01-02 at 3:04 PM", "2006/01/02 at 3:04 PM", "2006-01-02 3:04:05 PM", "2006/01/02 15:04:05", "2006-01-02 at 15:04", "2006/01/02 at 15:04", "2006-01-02", "2006/01/02",
	"January 2 2006 at 3:04 PM", "2 January 2006 at 3:04 PM"}

// when takes a time. One whose day and month may be the other way round is not taken, and told.
func (r *record) when(to *time.Time, s string) {
	if s = strings.TrimSpace(s); s == "" {
		return
	}
	if to == &r.reported || to == &r.contacted {
		r.unread = s
	}
	if checkin.IsNever(s) {
		return
	}
	if t, ok := parse(s, layouts); ok {
		*to = t
		return
	}
	a, dayFirst := parse(s, []string{"02/01/2006 at 3:04 PM", "02/01/2006 15:04:05", "02/01/2006 at 15:04", "02/01/2006", "2/1/2006 3:04 PM"})
	b, monthFirst := parse(s, []string{"01/02/2006 at 3:04 PM", "01/02/2006 15:04:05", "01/02/2006 at 15:04", "01/02/2006", "1/2/2006 3:04 PM"})
	switch {
	case dayFirst && (!monthFirst || a.Equal(b)):
		*to = a
	case monthFirst && !dayFirst:
		*to = b
	case dayFirst && monthFirst:
		r.unclear = append(r.unclear, inventory.Text(s))
	default:
		r.illegible = append(r.illegible, inventory.Text(s))
	}
}

func parse(s string, layouts []string) (time.Time, bool) {
	for _, layout := range layouts {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC(), t.Year() > 2000 && t.Year() < 2120
		}
	}
	return time.Time{}, false
}
