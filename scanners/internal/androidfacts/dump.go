package androidfacts

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"quaestor/scanners/internal/dumpsys"
	"quaestor/scanners/internal/pmlist"
	"quaestor/scanners/internal/tally"
	"quaestor/scanners/inventory"
)

// maxEntries is the most list entries — permissions and users — that are kept of one dump. A phone with a
// thousand apps has a hundred thousand.
const maxEntries = 2_000_000

// maxShared is the most permissions that are handed from shared users to their packages in one dump.
const maxShared = 1_000_000

// dump collects one dump of services into a phone.
type dump struct {
	*Phone
	path   string
	whole  bool            // a phone said that it answered to the end
	seen   map[string]bool // packages of this dump
	hidden []*dumpsys.Package
	shared []*dumpsys.SharedUser
	member map[string][]string // packages by shared user
	left   int                 // list entries that may still be kept
	twice  tally.Tally
	heavy  tally.Tally // packages whose lists were not kept
	names  tally.Tally // names that cannot be packages
}

// AddDumpsys reads a dump from r, which comes from the file path. Service is what stands in it before any
// mark, see [dumpsys.Read]; other, if not nil, is given the lines outside any service's dump.
func (p *Phone) AddDumpsys(r io.Reader, path, service string, other func(line []byte, number int)) (*dumpsys.Summary, error) {
	return p.newDump(path).read(r, service, other)
}

// AddAnswer reads what a phone that is plugged in answered to `dumpsys SERVICE`. It is whole, for the command came to its
// end, so that nothing has to be made of how the text ends.
func (p *Phone) AddAnswer(r io.Reader, path, service string) (*dumpsys.Summary, error) {
	d := p.newDump(path)
	d.whole = true
	return d.read(r, service, nil)
}

func (p *Phone) newDump(path string) *dump {
	return &dump{Phone: p, path: path, left: p.entries, seen: map[string]bool{}, member: map[string][]string{}}
}

func (d *dump) read(r io.Reader, service string, other func(line []byte, number int)) (*dumpsys.Summary, error) {
	sum, err := dumpsys.Read(r, service, &dumpsys.Handler{
		Package: d.addPackage, SharedUser: d.addShared,
		Apex: d.addApex, System: d.addSystem, User: d.addUser, Owner: d.addOwner, Service: d.addService, VPN: d.addVPN, Op: d.addOp, Role: d.addRole, Tunnel: d.addConnected, Other: other,
	})
	d.originals()
	d.shareOut()
	d.gaps(sum)
	d.described = d.described || sum.Packages > 0
	if other == nil { // a larger text says itself whether it is whole
		d.openEnd(sum)
	}
	return sum, err
}

func (d *dump) addShared(s *dumpsys.SharedUser) error {
	if d.left -= 1 + entries(s.Install, s.Users); d.left < 0 {
		d.heavy.Add("shared user " + s.Name)
		return nil
	}
	d.shared = append(d.shared, s)
	return nil
}

// entries counts the list entries of a block.
func entries(install []dumpsys.Grant, users []dumpsys.UserState) int {
	n := len(install)
	for _, u := range users {
		n += 1 + len(u.Runtime)
	}
	return n
}

func (d *dump) addPackage(s *dumpsys.Package) error {
	if !pmlist.ValidName(s.Name) {
		d.names.Add(s.Name)
		return nil
	}
	if s.Hidden && !strings.HasPrefix(s.CodePath, "/data/") {
		if len(d.hidden) < d.most {
			d.hidden = append(d.hidden, &dumpsys.Package{Name: s.Name, Line: s.Line, CodePath: s.CodePath, VersionName: s.VersionName, VersionCode: s.VersionCode})
		}
		return nil
	}
	if d.seen[s.Name] {
		d.twice.Add(fmt.Sprintf("line %d: %s", s.Line, s.Name))
		return nil
	}
	a := d.app(s.Name)
	if a == nil {
		return nil
	}
	d.seen[s.Name] = true
	addOrigin(a, d.origin(d.path, s.Line))
	packageFacts(a, s)
	if d.left -= len(s.Requested) + entries(s.Install, s.Users); d.left < 0 {
		d.heavy.Add(s.Name)
	} else {
		permissionFacts(a, s)
		userFacts(a, s)
	}
	if s.SharedUser != "" {
		d.member[s.SharedUser] = append(d.member[s.SharedUser], s.Name)
	}
	return nil
}

// fill sets a text that is not known yet. Where two dumps of one phone differ, the first stands.
func fill(to *string, from string) {
	if *to == "" {
		*to = inventory.Text(from)
	}
}

func packageFacts(a *inventory.App, s *dumpsys.Package) {
	fill(&a.Version, s.VersionName)
	fill(&a.Arch, s.ABI)
	fill(&a.SharedUser, s.SharedUser)
	fill(&a.Installer, s.Installer)
	fill(&a.Initiator, s.Initiator)
	fill(&a.Originator, s.Originator)
	if s.VersionCode != 0 {
		a.VersionCode = s.VersionCode
	}
	if s.MinSDK != 0 {
		a.MinSDK = s.MinSDK
	}
	if s.TargetSDK != 0 {
		a.TargetSDK = s.TargetSDK
	}
	if s.AppID > 0 {
		a.UID = s.AppID
	}
	// Versions before 13 print no line when there is no installer: a whole block tells.
	a.InstallerKnown = a.InstallerKnown || s.Complete || s.Installer != ""
	if source := map[int]string{1: "other", 2: "store", 3: "local-file", 4: "downloaded-file"}[s.PackageSource]; source != "" {
		a.PackageSource = source
	}
	codeFacts(a, s)
	flagFacts(a, s)
	timeFacts(a, s)
}

// codeFacts states where the code is: a folder with base.apk and splits, or one APK file.
func codeFacts(a *inventory.App, s *dumpsys.Package) {
	pathFacts(a, s.CodePath)
	switch {
	case s.CodePath == "" || slices.ContainsFunc(a.Paths, func(p string) bool { return strings.HasPrefix(p, s.CodePath+"/") }):
	case strings.HasSuffix(s.CodePath, ".apk") || !strings.HasPrefix(s.CodePath, "/data/"):
		addPath(a, s.CodePath)
	default:
		addPath(a, s.CodePath+"/base.apk")
		for _, split := range s.Splits {
			addPath(a, s.CodePath+"/split_"+split+".apk")
		}
	}
}

func flagFacts(a *inventory.App, s *dumpsys.Package) {
	for _, f := range slices.Concat(s.Flags, s.PrivateFlags) {
		addFlag(a, inventory.Text(f))
	}
	a.System = a.System || slices.Contains(s.Flags, "SYSTEM")
	a.UpdatedSystem = a.UpdatedSystem || slices.Contains(s.Flags, "UPDATED_SYSTEM_APP")
	a.Debuggable = a.Debuggable || slices.Contains(s.Flags, "DEBUGGABLE")
	a.Privileged = a.Privileged || slices.Contains(s.PrivateFlags, "PRIVILEGED")
}

// archived is the flag of an app whose code was removed while its icon and its data were kept.
const archived = "archived"

func addFlag(a *inventory.App, f string) {
	if len(a.Flags) < 200 && !slices.Contains(a.Flags, f) {
		a.Flags = append(a.Flags, f)
	}
}

func timeFacts(a *inventory.App, s *dumpsys.Package) {
	first := localTime(s.FirstInstalled)
	for _, u := range s.Users {
		if t := localTime(u.FirstInstalled); t != nil && u.Installed && (first == nil || t.Before(*first)) {
			first = t
		}
	}
	if a.FirstInstalled == nil {
		a.FirstInstalled = first
	}
	if a.Updated == nil {
		a.Updated = localTime(s.Updated)
	}
	a.LocalTime = a.FirstInstalled != nil || a.Updated != nil
}

// localTime reads a time as dumpsys prints it, in the phone's own zone and without naming it. The first day of
// 1970 stands for "never".
func localTime(s string) *time.Time {
	t, err := time.Parse("2006-01-02 15:04:05", s)
	if err != nil || t.Year() < 1971 {
		return nil
	}
	return &t
}

func userFacts(a *inventory.App, s *dumpsys.Package) {
	for _, u := range s.Users {
		if u.Archived {
			addFlag(a, archived)
		}
		state := setUser(a, u.ID)
		state.Installed = state.Installed || u.Installed
		state.Hidden, state.Suspended, state.Stopped = u.Hidden, u.Suspended, u.Stopped
		state.NotLaunched, state.Instant = u.NotLaunched, u.Instant
		if u.Enabled >= 0 {
			state.Enabled = enabledState(u.Enabled)
		}
		if u.Installed {
			state.FirstInstalled = localTime(u.FirstInstalled)
		}
	}
	summarise(a)
}

// summarise states of an app what holds for all of its users.
func summarise(a *inventory.App) {
	installed, disabled := 0, 0
	for _, u := range a.Users {
		if u.Installed {
			installed++
			if strings.HasPrefix(u.Enabled, "disabled") {
				disabled++
			}
		}
	}
	a.NotInstalled = len(a.Users) > 0 && installed == 0
	a.Disabled = a.Disabled || installed > 0 && disabled == installed
}

func enabledState(n int) string {
	names := []string{"default", "enabled", "disabled", "disabled-user", "disabled-until-used"}
	if n < len(names) {
		return names[n]
	}
	return fmt.Sprint(n)
}

// originals states which apps are updates of a system app.
func (d *dump) originals() {
	for _, h := range d.hidden {
		a := d.app(h.Name)
		if a == nil {
			continue
		}
		a.System, a.UpdatedSystem = true, true
		if !d.seen[h.Name] { // the update was removed and the original is not active either
			a.NotInstalled = true
			fill(&a.Version, h.VersionName)
			addPath(a, h.CodePath)
			addOrigin(a, d.origin(d.path, h.Line))
		}
	}
}

func (d *dump) addApex(x dumpsys.Apex) {
	a := d.app(x.Name)
	if a == nil {
		return
	}
	a.Apex, a.System = true, true
	a.VersionCode = max(a.VersionCode, x.Version)
	addPath(a, x.Path)
	addOrigin(a, d.origin(d.path, 0))
}
