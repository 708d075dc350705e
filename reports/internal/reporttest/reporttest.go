// Package reporttest makes the reports that the writers are tested with.
//
// The texts are realistic and not authoritative: the risk database is the place for facts.
//
// What the package cannot see: whether reports.New would make such a report.
package reporttest

import (
	"fmt"

	"quaestor/reports"
)

// HostileName is an app label made to break terminals and tables: it reverses the reading order, clears the
// screen, sets the window title, starts a new line, hides letters, stacks accents and ends in the middle of a
// character.
const HostileName = "TikTok\u202Egnp.exe\x1b[2J\x1b]0;owned\x07\r\nfake row │ high\u200B\u2066\U000E0041Z\u0301\u0302\u0303\u0304\u0305\u0306\u0307\xe2\x82"

// Full is a report on one phone with two users that has something of everything.
func Full() *reports.Report {
	r := header()
	r.Devices = []reports.Device{phone()}
	r.Findings = []reports.Finding{tiktokBan(), tiktokReach(), kaspersky(), wechat(), unknownOrigin(), belgianInfo()}
	r.Gaps = gaps()
	r.Runs = []reports.Run{
		{Scanner: "android/packages", Target: "androidqf-2026-11-20.zip", Device: "android-5f1d", Status: "partial", Facts: 312},
		{Scanner: "apk", Target: "androidqf-2026-11-20.zip!apks/base.apk", Status: "failed", Detail: "the file is cut off: 1,024 of 8,388,608 bytes", Facts: 0},
	}
	r.Apps = []reports.App{
		app(r.Findings[0].Subject, "35.1.3", r.Findings[0].ID, r.Findings[1].ID),
		app(r.Findings[2].Subject, "11.104.4.1", r.Findings[2].ID),
		app(r.Findings[3].Subject, "8.0.50", r.Findings[3].ID),
		app(r.Findings[4].Subject, "1.0\x1b[31m", r.Findings[4].ID),
		app(r.Findings[5].Subject, "9.2.0", r.Findings[5].ID),
		{ID: "app-0006", Device: "android-5f1d", Kind: "android-package", Identifier: "org.mozilla.firefox", Name: "Firefox 浏览器 🦊", Version: "120.1", Installer: "com.android.vending", Inside: inside()},
	}
	r.CodeReach = []reports.CodeReach{codeReach()}
	r.Verdict = verdict("findings", "5 findings on 1 device and 312 apps. Proposed for removal: TikTok, Kaspersky Antivirus. Not everything could be looked at.", r)
	return r
}

// Clean is a report without findings above info and without gaps that matter.
func Clean() *reports.Report {
	r := header()
	r.Devices = []reports.Device{phone()}
	r.Findings = []reports.Finding{belgianInfo()}
	r.Gaps = gaps()[3:4]
	r.Runs = []reports.Run{{Scanner: "android/packages", Target: "phone", Device: "android-5f1d", Status: "succeeded", Facts: 2}}
	r.Apps = []reports.App{
		app(r.Findings[0].Subject, "9.2.0", r.Findings[0].ID),
		{ID: "app-0006", Device: "android-5f1d", Kind: "android-package", Identifier: "org.mozilla.firefox", Name: "Firefox"},
	}
	r.Verdict = verdict("clean", "No finding on 1 device and 2 apps.", r)
	return r
}

// File is a report on an APK that is on no device.
func File() *reports.Report {
	r := header()
	f := sdkFinding()
	r.Findings = []reports.Finding{f}
	r.Gaps = gaps()[3:4]
	r.Runs = []reports.Run{{Scanner: "apk", Target: "torch.apk", Status: "succeeded", Facts: 2}}
	a := app(f.Subject, "2.1", f.ID)
	a.Installer, a.Inside = "", inside()
	r.Apps = []reports.App{a}
	reach := codeReach()
	reach.Device, reach.DeviceName, reach.Unread, reach.Read = "", "", 0, 1
	r.CodeReach = []reports.CodeReach{reach}
	r.Verdict = verdict("findings", "1 finding on 1 app.", r)
	return r
}

// Incomplete is a report on a folder in which nothing could be read.
func Incomplete() *reports.Report {
	r := header()
	r.Gaps = []reports.Gap{{
		Scanner: "apk", Subject: "broken.apk", Kind: "malformed", Incomplete: true,
		Detail: "The file is not a readable APK.", Next: "Copy the file again and repeat the scan.",
	}}
	r.Runs = []reports.Run{{Scanner: "apk", Target: "broken.apk", Status: "failed", Detail: "zip: not a valid zip file"}}
	r.Verdict = verdict("incomplete", "Nothing was collected, so nothing can be said.", r)
	return r
}

// Fleet is a report on many devices that all carry the apps of [Full], with one more finding and one gap a
// device.
func Fleet(devices int) *reports.Report {
	r := header()
	for n := range devices {
		d := phone()
		d.ID, d.Name = fmt.Sprintf("android-%04d", n), fmt.Sprintf("phone-%04d", n)
		d.Verdict = reports.DeviceFindings
		r.Devices = append(r.Devices, d)
		for _, f := range []reports.Finding{tiktokBan(), wechat(), belgianInfo()} {
			f.ID = fmt.Sprintf("%s-%04d", f.ID, n)
			f.Subject.Device, f.Subject.DeviceName, f.Subject.App = d.ID, d.Name, fmt.Sprintf("app-%s-%04d", f.Subject.Product, n)
			r.Findings = append(r.Findings, f)
			r.Apps = append(r.Apps, app(f.Subject, f.Subject.Version, f.ID))
		}
		own := unknownOrigin()
		own.ID = fmt.Sprintf("finding-own-%04d", n)
		own.Subject.Device, own.Subject.DeviceName = d.ID, d.Name
		own.Subject.App = fmt.Sprintf("app-own-%04d", n)
		own.Subject.Identifier, own.Subject.Name = fmt.Sprintf("com.example.tool%04d", n), fmt.Sprintf("Tool %d", n)
		own.Title, own.Params = own.Subject.Name+": origin unknown", map[string]string{"product": own.Subject.Name}
		r.Findings = append(r.Findings, own)
		r.Apps = append(r.Apps, app(own.Subject, "1", own.ID))
		g := gaps()[0]
		g.Device, g.DeviceName, g.Subject = d.ID, d.Name, fmt.Sprintf("phone-%04d.zip!apks/base.apk", n)
		r.Gaps = append(r.Gaps, g)
		r.Runs = append(r.Runs, reports.Run{Scanner: "android/packages", Target: d.Name + ".zip", Device: d.ID, Status: "partial", Facts: 312})
	}
	r.Verdict = verdict("findings", fmt.Sprintf("%d findings on %d devices. Proposed for removal: TikTok. Not everything could be looked at.", 3*devices, devices), r)
	return r
}

func header() *reports.Report {
	return &reports.Report{
		Schema: reports.Schema,
		Tool:   reports.Tool{Name: "quaestor", Version: "0.1.0"},
		AsOf:   "2026-11-22",
		Database: reports.Database{
			Version: "2026.11.15", Date: "2026-11-15", SHA256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
			Products: 412, Vendors: 287, Bans: 143, Sources: 901,
			Provenance: &reports.Provenance{Origin: "installed", Bundles: []reports.Bundle{{Kind: "full", Authority: "example", Sequence: 7, Facts: "2026-11-15",
				Expires: "2027-03-31", Signers: []string{"f1db572650f67bb4"}, SHA256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"}}},
			Overlays: []reports.Overlay{{ID: "chamber", Title: "Notes of the security office", Authority: "Chamber of Representatives", Date: "2026-11-20",
				Disagreements: []string{
					`jurisdiction of vendors opera: base says "CN", chamber says "NO".`,
					"chamber withdraws bans be-bru-tiktok-2023 of base: it was temporary.",
					`scope of bans be-fed-tiktok-2024-indefinite: base says "federal devices", chamber says "federal devices and those of the Chamber".`,
					`share of edges own-058: base says "19.9", chamber says "20".`,
				}}},
		},
		Policies: []reports.Policy{{
			ID: "be", Title: "Belgium", Authorities: []string{"Federal government of Belgium", "Chamber of Representatives", "Flemish Government"},
			Note: "The federal decisions bind the federal administration; the Chamber decides for itself.",
		}},
		Disclaimer: "No finding is no clean bill of health. This report says what was found with the sources named, on the day named; " +
			"what was not looked at is listed. It proposes; an authorised person decides.",
	}
}

func phone() reports.Device {
	return reports.Device{
		ID: "android-5f1d", Name: "Phone of member 17", Platform: "android", Model: "Google Pixel 8", OS: "Android 14",
		SecurityPatch: "2024-02-05", Serial: "3A1FDEADBEEF", CollectedAt: "2026-11-20T09:30:00Z", Users: []string{"0", "10"}, Apps: 312,
	}
}

func app(s reports.Subject, version string, findings ...string) reports.App {
	return reports.App{
		ID: s.App, Device: s.Device, Kind: s.Kind, Identifier: s.Identifier, Name: s.Name, Version: version,
		Users: s.Users, Product: s.Product, Vendor: s.Vendor, Findings: findings, Installer: "com.android.vending",
	}
}

// verdict counts what the report holds, as reports.New does.
func verdict(status, sentence string, r *reports.Report) reports.Verdict {
	v := reports.Verdict{
		Status: status, Sentence: sentence, Complete: true, Devices: len(r.Devices), Apps: len(r.Apps), Findings: len(r.Findings),
		BySeverity: map[string]int{}, ByAction: map[string]int{},
	}
	for _, f := range r.Findings {
		v.BySeverity[f.Severity]++
		v.ByAction[f.Action]++
	}
	for _, g := range r.Gaps {
		v.Complete = v.Complete && !g.Incomplete
	}
	for _, axis := range reports.Axes() {
		v.Axes = append(v.Axes, axisLevel(axis, r.Findings))
	}
	return v
}

func axisLevel(axis string, findings []reports.Finding) reports.AxisLevel {
	level := reports.AxisLevel{Axis: axis, Severity: "none"}
	for _, severity := range reports.Severities() {
		for _, f := range findings {
			if f.Axis == axis && f.Severity == severity {
				level.Findings++
				if level.Severity == "none" {
					level.Severity = severity
				}
			}
		}
	}
	return level
}
