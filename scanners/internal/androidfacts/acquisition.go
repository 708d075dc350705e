package androidfacts

import (
	"bytes"
	"encoding/json"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	"quaestor/scanners/internal/aqfjson"
	"quaestor/scanners/internal/dumpsys"
	"quaestor/scanners/internal/lines"
	"quaestor/scanners/internal/pmlist"
	"quaestor/scanners/internal/tally"
	"quaestor/scanners/inventory"
)

// AddPackagesJSON states what androidqf's packages.json says.
func (p *Phone) AddPackagesJSON(data []byte, file string) error {
	var names, unhashed, fileless tally.Tally
	files := 0
	sum, err := aqfjson.Read(data, func(s *aqfjson.Package) error {
		if !pmlist.ValidName(s.Name) {
			names.Add(s.Name)
			return nil
		}
		a := p.app(s.Name)
		if a == nil {
			return nil
		}
		addOrigin(a, p.origin(file, 0))
		listedPackage(a, s)
		for _, f := range s.Files {
			files++
			if !p.addFile(a, &f, file) {
				unhashed.Add(f.Path)
			}
		}
		if len(s.Files) == 0 {
			fileless.Add(s.Name)
		}
		return nil
	})
	d := &dump{Phone: p, path: file}
	d.unknownKeys("packages.json", &sum.Unknown, "fields")
	d.problem(&sum.Broken, inventory.GapMalformed, "Entries of the list are no packages, or cannot be read whole.", "Collect the packages again.")
	d.problem(&names, inventory.GapMalformed, "Names of packages are not valid.", "Look at these packages by hand.")
	d.problem(&unhashed, inventory.GapBlind, fmt.Sprintf("APK files of %d have no hash: they cannot be told from changed ones.", files), "Collect again without the fast mode.")
	d.problem(&fileless, inventory.GapBlind, "Packages have no files: they belong to another user of the phone, or only their data is left.", "See the dump of the package service, which tells for whom each package is installed.")
	if sum.Dropped > 0 {
		p.Gap(inventory.Gap{Subject: file, Kind: inventory.GapLimit, Count: sum.Dropped, Detail: "A package has more files than are kept.", Next: "Look at it by hand."})
	}
	if err != nil {
		p.Gap(inventory.Gap{Subject: file, Kind: inventory.GapMalformed, Detail: inventory.Text("The list of packages cannot be read whole: " + err.Error() + "."), Next: "Collect the packages again."})
	}
	return err
}

func listedPackage(a *inventory.App, s *aqfjson.Package) {
	if s.Told {
		a.InstallerKnown = true
		fill(&a.Installer, s.Installer)
	}
	if _, id := User(s.UID); s.UID > 0 && a.UID == 0 {
		a.UID = id
		a.System = a.System || id < FirstAppID
	}
	a.System = a.System || s.System
	a.Disabled = a.Disabled || s.Disabled
}

// addFile states an APK file, and reports whether its hash is known.
func (p *Phone) addFile(a *inventory.App, f *aqfjson.File, file string) bool {
	addPath(a, f.Path)
	pathFacts(a, f.Path)
	if c := f.Cert; c != nil && len(a.Signers) < 100 && !slices.ContainsFunc(a.Signers, func(s inventory.Signer) bool { return s.SHA256 == c.SHA256 }) {
		s := inventory.Signer{SHA256: c.SHA256, SHA1: c.SHA1, Subject: inventory.Text(c.Subject)}
		if t, err := time.Parse(time.RFC3339, c.ValidTo); err == nil {
			t = t.UTC()
			s.NotAfter = &t
		}
		a.Signers = append(a.Signers, s)
	}
	if f.SHA256 == "" {
		return false
	}
	if slices.Contains(a.Binaries, f.SHA256) {
		return true
	}
	b := inventory.Binary{SHA256: f.SHA256, Format: "apk", FileNames: []string{inventory.Text(path.Base(f.Path))}, Package: a.Identifier,
		Origins: []inventory.Origin{p.origin(file, 0)}}
	if split, ok := strings.CutPrefix(b.FileNames[0], "split_"); ok {
		b.Format, b.Split = "apk-split", strings.TrimSuffix(split, ".apk")
	}
	if b.Format == "apk" {
		a.Binaries = slices.Insert(a.Binaries, 0, f.SHA256)
	} else {
		a.Binaries = append(a.Binaries, f.SHA256)
	}
	if !p.hashes[f.SHA256] { // two packages may hold the same file
		p.hashes[f.SHA256] = true
		p.binaries = append(p.binaries, b)
	}
	return true
}

// AddAcquisition states when and with what an acquisition was made.
func (p *Phone) AddAcquisition(data []byte, file string) {
	var a struct {
		Version   string    `json:"androidqf_version"`
		Started   time.Time `json:"started"`
		Completed time.Time `json:"completed"`
	}
	if err := json.Unmarshal(lines.Decode(data), &a); err != nil {
		p.Gap(inventory.Gap{Subject: file, Kind: inventory.GapMalformed, Detail: "What tells when the acquisition was made cannot be read.", Next: "Look at the file by hand."})
		return
	}
	p.property("androidqf.version", a.Version)
	switch {
	case !a.Completed.IsZero():
		t := a.Completed.UTC()
		p.Device.CollectedAt = &t
	case !a.Started.IsZero():
		t := a.Started.UTC()
		p.Device.CollectedAt = &t
		p.Gap(inventory.Gap{Subject: file, Kind: inventory.GapMalformed, Detail: "The acquisition was begun and not completed.", Next: "Collect again."})
	}
}

// AddRootBinaries states the paths at which androidqf found programs that root a phone.
func (p *Phone) AddRootBinaries(data []byte, file string) {
	var paths []string
	if err := json.Unmarshal(lines.Decode(data), &paths); err != nil {
		p.Gap(inventory.Gap{Subject: file, Kind: inventory.GapMalformed, Detail: "The list of programs that root a phone cannot be read.", Next: "Look at the file by hand."})
		return
	}
	p.property("androidqf.root_binaries", strings.Join(paths, ", "))
}

// settings are the settings that tell about protection, by namespace and name.
var settings = []string{"global.adb_enabled", "global.adb_wifi_enabled", "global.development_settings_enabled", "global.package_verifier_enable",
	"global.package_verifier_user_consent", "global.verifier_verify_adb_installs", "global.http_proxy", "global.private_dns_mode", "global.private_dns_specifier",
	"secure.install_non_market_apps", "secure.default_input_method", "secure.accessibility_enabled", "secure.always_on_vpn_app", "secure.always_on_vpn_lockdown",
	"secure.sms_default_application", "global.stay_on_while_plugged_in", "secure.lockscreen.disabled", "secure.user_setup_complete"}

// AddSettings states what `settings list NAMESPACE` says.
func (p *Phone) AddSettings(data []byte, namespace, file string) {
	n := 0
	for line := range bytes.Lines(lines.Decode(data)) {
		n++
		key, value, ok := strings.Cut(strings.TrimRight(string(line), "\r\n"), "=")
		if !ok || value == "" || value == "null" {
			continue
		}
		name := namespace + "." + key
		if slices.Contains(settings, name) {
			p.property("settings."+name, value)
		}
		switch name {
		case "secure.enabled_accessibility_services":
			p.components("accessibility", value, file, n)
		case "secure.enabled_notification_listeners":
			p.components("notification-listener", value, file, n)
		case "secure.always_on_vpn_app":
			p.addTunnel(dumpsys.VPN{User: "0", Package: value, AlwaysOn: true, Line: n}, file)
		}
	}
}

func (p *Phone) components(kind, value, file string, line int) {
	for i, c := range strings.Split(value, ":") {
		if strings.Contains(c, "/") && i < 1000 {
			p.addPrivilege(dumpsys.Service{Kind: kind, Component: dumpsys.Component(c), Line: line}, file)
		}
	}
}
