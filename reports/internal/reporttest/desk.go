package reporttest

import (
	"fmt"

	"quaestor/reports"
)

// Desk is a report on a Windows computer and a Linux one: security software that is known and that is not, extensions of
// browsers, and removal steps of computers.
func Desk() *reports.Report {
	r := header()
	r.Devices = []reports.Device{
		{ID: "windows-9a0c", Name: "PC-17", Platform: "windows", OS: "Windows 11 Pro 23H2", Apps: 4, Users: []string{"eva", "jan"}, UserList: []reports.User{{ID: "eva"}, {ID: "jan"}},
			SecuritySeen: []string{reports.SeenRegister, reports.SeenKernel, reports.SeenStarted, reports.SeenApps}, SecurityUnseen: []string{reports.SeenRunning}},
		{ID: "linux-77aa", Name: "desk-4", Platform: "linux", OS: "Debian GNU/Linux 12", Apps: 1, SecuritySeen: []string{reports.SeenApps},
			SecurityUnseen: []string{reports.SeenKernel, reports.SeenStarted, reports.SeenRunning}},
	}
	r.Findings = []reports.Finding{endpoint(), coupons()}
	r.SecuritySoftware = []reports.SecuritySoftware{endpointSoftware(), unknownGuard()}
	r.Apps = []reports.App{
		{ID: "app-w1", Device: "windows-9a0c", Kind: "msi-product-code", Identifier: "{12345678-90AB-CDEF-1234-567890ABCDEF}", Name: "Kaspersky Endpoint Security", Version: "12.3.0.493",
			Publisher: "AO Kaspersky Lab", Arch: "x86", Product: "kaspersky-endpoint", Vendor: "kaspersky", UninstallCommand: "MsiExec.exe /I{12345678-90AB-CDEF-1234-567890ABCDEF}", Findings: []string{"finding-endpoint"}},
		couponApp(),
		{ID: "app-w3", Device: "windows-9a0c", Kind: "firefox-addon", Identifier: "words@example.org", Name: "Words", Version: "3.1",
			Installs: []reports.Install{{Program: "firefox", ProgramName: "Firefox", User: "eva", Profile: "a1b2.default", State: "enabled", Source: "store", Hosts: []string{"https://dictionary.example/*"}}}},
		{ID: "app-w4", Device: "windows-9a0c", Kind: "msix-family", Identifier: "Example.Notes", Name: "Notes", Version: "1"},
		{ID: "app-l1", Device: "linux-77aa", Kind: "deb", Identifier: "bash", Name: "bash", Version: "5.2"},
	}
	r.Gaps = []reports.Gap{{Scanner: "windows/listing", Device: "windows-9a0c", DeviceName: "PC-17", Subject: "uninstall.json", Kind: "blind", Detail: "What runs is not in a listing."}}
	r.Runs = []reports.Run{{Scanner: "windows/registry", Target: "PC-17", Device: "windows-9a0c", Status: "succeeded", Facts: 6}}
	r.Verdict = verdict("findings", "2 findings on 2 devices and 5 apps. Proposed for removal: Coupon Finder. To be replaced: Kaspersky Endpoint Security.", r)
	return r
}

// ManyPackages is a report on a Linux computer with n packages of which one has a finding.
func ManyPackages(n int) *reports.Report {
	r := header()
	r.Devices = []reports.Device{{ID: "linux-77aa", Name: "desk-4", Platform: "linux", OS: "Debian GNU/Linux 12", Apps: n, SecuritySeen: []string{reports.SeenApps}}}
	for i := range n {
		r.Apps = append(r.Apps, reports.App{ID: fmt.Sprintf("app-%04d", i), Device: "linux-77aa", Kind: "deb", Identifier: fmt.Sprintf("package-%04d", i), Version: "1"})
	}
	r.Apps[n/2].Findings = []string{"finding-one"}
	r.Verdict = verdict("clean", "No finding.", r)
	return r
}

const product = "Kaspersky Endpoint Security"

func mark(kind, detail string) reports.Evidence {
	return reports.Evidence{Kind: kind, Detail: detail, Supports: true, Reliability: "B", Credibility: 2, Scanner: "windows/registry", Path: "PC-17/Windows/System32/config/SYSTEM"}
}

func toRussia() []reports.ChainLink {
	c := kaspersky().Chain
	c[0].From = product
	return c
}

func endpointSoftware() reports.SecuritySoftware {
	driver := mark("process", `The driver "klif" is loaded into the kernel.`)
	return reports.SecuritySoftware{
		ID: "security-1", Device: "windows-9a0c", Name: product, Kind: "antivirus", Recognised: true, Confidence: "high", Product: "kaspersky-endpoint", Vendor: "kaspersky",
		VendorName: "AO Kaspersky Lab", Version: "12.3.0.493", State: "on", Definitions: "outdated",
		Privileges: []reports.Privilege{
			{Name: "kernel", Title: "Kernel", Means: "It runs code in the kernel: nothing on the device is hidden from it, and nothing there can stop it.", Evidence: []reports.Evidence{driver}},
			{Name: "network-filter", Title: "Network filter", Means: "It sees the connections of all programs and can change or block them.", Evidence: []reports.Evidence{mark("process", `The driver "klim6" filters the network.`)}},
			{Name: "tls-interception", Title: "TLS interception", Means: "The device trusts a certificate authority of it.", Evidence: []reports.Evidence{mark("record", "The root certificate \"Kaspersky Anti-Virus Personal Root Certificate\".")}},
		},
		Marks: []reports.Evidence{mark("record", `Registered with Windows as antivirus: "Kaspersky Endpoint Security".`), driver, mark("identifier", "The product code is the one the database lists.")},
		Reach: &reports.LawReach{State: "RU", Name: "Russia", Confidence: "high"}, Chain: toRussia(), Apps: []string{"app-w1"}, Findings: []string{"finding-endpoint"},
	}
}

func unknownGuard() reports.SecuritySoftware {
	return reports.SecuritySoftware{ID: "security-2", Device: "windows-9a0c", Name: "Honest Guard " + HostileName, Kind: "firewall", Confidence: "low", StatedVendor: "Honest Guard Ltd.", State: "snoozed",
		Marks: []reports.Evidence{mark("record", `Registered with Windows as firewall: "Honest Guard".`)}, Users: []string{"jan"},
		Note: "The risk database knows no such product: who stands behind it has to be found out."}
}

func endpoint() reports.Finding {
	f := kaspersky()
	f.ID, f.Title = "finding-endpoint", product+": security software of an owner within reach of the law of Russia"
	f.Params = map[string]string{"product": product, "vendor": "AO Kaspersky Lab", "state": "RU"}
	f.Subject = reports.Subject{Device: "windows-9a0c", DeviceName: "PC-17", App: "app-w1", Kind: "msi-product-code", Identifier: "{12345678-90AB-CDEF-1234-567890ABCDEF}", Name: product, Version: "12.3.0.493",
		Product: "kaspersky-endpoint", Vendor: "kaspersky"}
	f.Chain = toRussia()
	f.Evidence = []reports.Evidence{mark("identifier", "The product code is the one the database lists.")}
	f.Removal = []reports.RemovalStep{{Method: "uninstall", Identifier: f.Subject.Identifier, Command: []string{"msiexec.exe", "/x", f.Subject.Identifier},
		Stated: "MsiExec.exe /I{12345678-90AB-CDEF-1234-567890ABCDEF}", Note: "On the computer, as an administrator."}}
	return f
}

func couponApp() reports.App {
	at := func(program, name, user, profile string) reports.Install {
		return reports.Install{Program: program, ProgramName: name, User: user, Profile: profile, State: "enabled", Source: "sideloaded", AllSites: true, Hosts: []string{"<all_urls>"},
			UpdateURL: "https://coupons.example/update.xml"}
	}
	return reports.App{ID: "app-w2", Device: "windows-9a0c", Kind: "chrome-extension", Identifier: "abcdefghijklmnopabcdefghijklmnop", Name: "Coupon Finder", Version: "2.0", Findings: []string{"finding-coupons"},
		Installs: []reports.Install{at("chrome", "Google Chrome", "eva", "Default"), at("chrome", "Google Chrome", "eva", "Profile 1"), at("edge", "Microsoft Edge", "jan", "Default")}}
}

func coupons() reports.Finding {
	a := couponApp()
	return reports.Finding{ID: "finding-coupons", Rule: "indicator", Title: "Coupon Finder is listed as malicious", Axis: "security", Severity: "high", Confidence: "high", STIX: 85, Action: "remove",
		Reason: "A list of malicious extensions names its identifier.", Params: map[string]string{"product": "Coupon Finder"}, Sources: []reports.Source{},
		Subject:  reports.Subject{Device: a.Device, DeviceName: "PC-17", App: a.ID, Kind: a.Kind, Identifier: a.Identifier, Name: a.Name, Version: a.Version},
		Evidence: []reports.Evidence{mark("identifier", "The identifier of the extension is on the list.")},
		Removal: []reports.RemovalStep{
			{Method: "policy", Program: "chrome", Identifier: a.Identifier, Policy: &reports.Setting{Name: "ExtensionInstallBlocklist", Value: a.Identifier, Where: `HKLM\SOFTWARE\Policies\Google\Chrome`}, Note: "For every account and profile of Google Chrome."},
			{Method: "by-hand", User: "eva", Program: "chrome", Profiles: []string{"Default", "Profile 1"}, Identifier: a.Identifier, Note: "In Google Chrome, signed in as \"eva\": open chrome://extensions."},
			{Method: "by-hand", User: "jan", Program: "edge", Profiles: []string{"Default"}, Identifier: a.Identifier, Note: "In Microsoft Edge, signed in as \"jan\": open edge://extensions."},
		}}
}
