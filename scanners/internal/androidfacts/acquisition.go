package androidfacts

import (
	"encoding/json"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	"quaestor/scanners/internal/aqfjson"
	"quaestor/scanners/internal/lines"
	"quaestor/scanners/internal/pmlist"
	"quaestor/scanners/internal/tally"
	"quaestor/scanners/inventory"
)

// AddPackagesJSON states what androidqf's packages.json says.
func (p *Phone) AddPackagesJSON(data []byte, file string) error {
	var names, unhashed, fileless, refused tally.Tally
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
		switch {
		case s.FilesError != "":
			refused.Add(s.Name + ": " + s.FilesError)
		case len(s.Files) == 0 && (s.Installed == nil || *s.Installed):
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
	d.problem(&refused, inventory.GapUnreadable, "The phone did not tell where the files of these packages are: they were not hashed.", "Unlock the phone and its profiles, and collect again.")
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
	if s.User == "" {
		a.Disabled = a.Disabled || s.Disabled
		return
	}
	if s.Installed != nil {
		u := setUser(a, s.User)
		u.Installed = u.Installed || *s.Installed
		if s.Disabled {
			u.Enabled = "disabled"
		}
		summarise(a)
	}
}

// AddPackageUsers states for which users of the phone androidqf could not list the packages.
func (p *Phone) AddPackageUsers(data []byte, file string) {
	report, err := aqfjson.ReadUsers(data)
	if err != nil {
		p.Gap(inventory.Gap{Subject: file, Kind: inventory.GapMalformed, Next: "Collect again.",
			Detail: "What tells for which users the packages were listed cannot be read: those of some users may be missing."})
		return
	}
	var missing tally.Tally
	for _, u := range report.Users {
		if u.Status != "collected" {
			missing.Add(fmt.Sprintf("user %d (%s): %s: %s", u.ID, u.Name, u.Status, u.Error))
		}
	}
	if report.Error != "" {
		missing.Add(report.Error)
	}
	d := &dump{Phone: p, path: file}
	d.problem(&missing, inventory.GapUnreadable, "The packages of some users of the phone could not be listed, or not all of them: they are missing.",
		"Unlock these profiles or folders on the phone and collect again.")
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
	case a.Version == "" && a.Started.IsZero():
		p.Gap(inventory.Gap{Subject: file, Kind: inventory.GapMalformed, Detail: "The file does not tell when and with what the acquisition was made.", Next: "Look at the file by hand."})
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
