package backup

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path"
	"strings"

	"quaestor/scanners/internal/iosfacts"
	"quaestor/scanners/internal/iosstate"
	"quaestor/scanners/internal/plist"
	"quaestor/scanners/internal/sqlite"
	"quaestor/scanners/internal/tally"
	"quaestor/scanners/inventory"
)

// configurationDomain is where iOS keeps profiles since version 10; earlier it was the home folder.
const configurationDomain = "SysSharedContainerDomain-systemgroup.com.apple.configurationprofiles"

// reader reads one of the files that iOS keeps about its state.
type reader func(b *backup, ctx context.Context, e *entry) error

// readerOf is what reads a file, by the place where iOS keeps it; nil for all others, which are never opened.
func readerOf(domain, name string) reader {
	base := path.Base(name)
	switch {
	case strings.HasPrefix(domain, "AppDomain"):
		return nil // what apps keep is nobody's business
	case domain == "HomeDomain" && name == "Library/TCC/TCC.db":
		return (*backup).readTCC
	case domain == "RootDomain" && name == "Library/Caches/locationd/clients.plist":
		return (*backup).readLocations
	case domain == "WirelessDomain" && name == "Library/Databases/DataUsage.sqlite", base == "netusage.sqlite":
		return (*backup).readUsage
	case base == "TrustStore.sqlite3":
		return (*backup).readTrust
	case domain == "SystemPreferencesDomain" && base == "com.apple.networkextension.plist":
		return (*backup).readNetworks
	case domain == "HomeDomain" && name == "Library/Preferences/.GlobalPreferences.plist":
		return (*backup).readPreferences
	case domain != configurationDomain && domain != "HomeDomain" || !strings.Contains(name, "ConfigurationProfiles/"):
		return nil
	case strings.HasPrefix(base, "profile-") && strings.HasSuffix(base, ".stub"):
		return (*backup).readProfile
	case base == "MDM.plist":
		return (*backup).readMDM
	case base == "CloudConfigurationDetails.plist":
		return (*backup).readEnrolment
	}
	return nil
}

// wanted reports whether a file is one to open, or the log of a database that is.
func wanted(domain, name string) bool {
	return readerOf(domain, strings.TrimSuffix(name, "-wal")) != nil
}

// readState reads all of them. What cannot be read is a gap, and the rest is read.
func (b *backup) readState(ctx context.Context) error {
	for _, e := range b.index.sorted() {
		read := readerOf(e.domain, e.path)
		if read == nil { // the log of a database, which is read with it
			continue
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := read(b, ctx, e); err != nil {
			b.unread(e, err)
		}
	}
	return ctx.Err()
}

// unread says that a file could not be read.
func (b *backup) unread(e *entry, err error) {
	kind, next := problemKind(err), "Make the backup again, or get a whole copy of it."
	if errors.Is(err, sqlite.ErrFormat) || errors.Is(err, sqlite.ErrNoTable) || errors.Is(err, sqlite.ErrLoop) {
		kind = inventory.GapMalformed
	}
	b.Gap(inventory.Gap{Subject: b.name(path.Join(e.fileID[:2], e.fileID)), Kind: kind, Next: next,
		Detail: fmt.Sprintf("%s (%s) of the backup cannot be read: %v.", path.Base(e.path), e.domain, err)})
}

// database opens a file that is a database, with its log, and hands it on.
func (b *backup) database(ctx context.Context, e *entry, use func(db *sqlite.DB, name string) ([]error, error)) error {
	c, err := b.open(e, maxDatabase)
	if err != nil {
		return err
	}
	defer c.Close()
	log := &content{}
	if w := b.index.files[e.domain+"-"+e.path+"-wal"]; w != nil {
		opened, err := b.open(w, maxDatabase)
		if err == nil {
			defer opened.Close()
			log = opened
		} else if !errors.Is(err, errMissing) {
			b.unread(w, err)
		}
	}
	db, err := sqlite.Open(ctx, c.ReaderAt, c.size, log.ReaderAt, log.size)
	if err != nil {
		return err
	}
	problems, err := use(db, c.name)
	if problems = append(db.Problems(), problems...); len(problems) > 0 {
		b.Gap(inventory.Gap{Subject: c.name, Kind: inventory.GapMalformed, Count: len(problems), Samples: texts(problems), Next: "Make the backup again, or get a whole copy of it.",
			Detail: fmt.Sprintf("Parts of %s (%s) are damaged or of another form: what they hold is missing.", path.Base(e.path), e.domain)})
	}
	return err
}

func (b *backup) readTCC(ctx context.Context, e *entry) error {
	return b.database(ctx, e, func(db *sqlite.DB, name string) ([]error, error) {
		all, problems, err := iosstate.TCC(ctx, db)
		b.decisions(all, name)
		return problems, err
	})
}

func (b *backup) readLocations(ctx context.Context, e *entry) error {
	v, name, err := b.propertyList(e)
	if err == nil {
		b.decisions(iosstate.Locations(v), name)
	}
	return err
}

// decisions states what apps were allowed. Programs of the system that have no bundle identifier are left out.
func (b *backup) decisions(all []iosstate.Decision, name string) {
	var programs tally.Tally
	for _, d := range all {
		var a *inventory.App
		if !d.Path && iosfacts.ValidBundleID(d.Client) {
			a = b.seen(d.Client, name)
		}
		if a == nil {
			programs.Add(d.Client)
			continue
		}
		decide(a, d.Permission)
		b.trace(a, inventory.Trace{Kind: inventory.TraceDecision, First: d.Permission.DecidedAt, Last: d.Permission.DecidedAt})
		if d.Used != nil && len(a.Accesses) < maxOfApp {
			a.Accesses = append(a.Accesses, inventory.Access{What: "location", Last: d.Used})
		}
	}
	b.skipped(programs, name, "Decisions about programs that have no bundle identifier are not told.")
}

// maxOfApp is the most permissions, accesses or extensions of an app that are kept. TCC.db knows some forty services.
const maxOfApp = 1000

// decide adds a decision to an app. There may be several about one service, for other programs that it steers.
func decide(a *inventory.App, p inventory.Permission) {
	for i := range a.Permissions {
		if have := &a.Permissions[i]; have.Name == p.Name {
			have.Granted, have.GrantKnown = have.Granted || p.Granted, have.GrantKnown || p.GrantKnown
			return
		}
	}
	if len(a.Permissions) < maxOfApp {
		a.Permissions = append(a.Permissions, p)
	}
}

func (b *backup) skipped(t tally.Tally, name, detail string) {
	if t.Count > 0 {
		b.Gap(inventory.Gap{Subject: name, Kind: inventory.GapSkipped, Count: t.Count, Samples: t.Samples, Detail: detail})
	}
}

func (b *backup) readUsage(ctx context.Context, e *entry) error {
	return b.database(ctx, e, func(db *sqlite.DB, name string) ([]error, error) {
		all, problems, err := iosstate.Usage(ctx, db)
		var programs tally.Tally
		for _, u := range all {
			var a *inventory.App
			if iosfacts.ValidBundleID(u.Bundle) && !b.service(u.Bundle) {
				a = b.seen(u.Bundle, name)
			}
			if a == nil {
				programs.Add(cmp.Or(u.Process, u.Bundle))
				continue
			}
			addTraffic(a, u.Traffic)
			b.trace(a, inventory.Trace{Kind: inventory.TraceUsed, Detail: "the phone counted its traffic", First: u.First, Last: u.Last})
		}
		b.skipped(programs, name, "The traffic of programs that have no bundle identifier, and of services of iOS itself, is not told.")
		return problems, err
	})
}

// service reports whether what traffic was counted for is a part of iOS and no app: nothing else tells of it, and it bears
// Apple's name, or one without a dot, which apps hardly have.
func (b *backup) service(bundle string) bool {
	return b.Known(bundle) == nil && (strings.HasPrefix(bundle, apple) || !strings.Contains(bundle, "."))
}

// addTraffic adds what another program for the app sent and received.
func addTraffic(a *inventory.App, t inventory.Traffic) {
	if a.Traffic == nil {
		a.Traffic = &t
		return
	}
	have := a.Traffic
	have.WifiIn, have.WifiOut = have.WifiIn+t.WifiIn, have.WifiOut+t.WifiOut
	have.CellularIn, have.CellularOut = have.CellularIn+t.CellularIn, have.CellularOut+t.CellularOut
	if have.First == nil || t.First != nil && t.First.Before(*have.First) {
		have.First = t.First
	}
	if have.Last == nil || t.Last != nil && t.Last.After(*have.Last) {
		have.Last = t.Last
	}
}

func (b *backup) readTrust(ctx context.Context, e *entry) error {
	return b.database(ctx, e, func(db *sqlite.DB, name string) ([]error, error) {
		all, problems, err := iosstate.Trusts(ctx, db)
		for _, c := range all {
			c.Origins = []inventory.Origin{b.Origin(name, 0)}
			b.AddCertificate(c)
		}
		return problems, err
	})
}

func (b *backup) readNetworks(_ context.Context, e *entry) error {
	v, name, err := b.propertyList(e)
	if err != nil {
		return err
	}
	all, err := iosstate.Networks(v)
	for _, n := range all {
		n.Origins = []inventory.Origin{b.Origin(name, 0)}
		b.AddVPN(n)
		if a := b.provider(n.App, name); a != nil {
			b.trace(a, inventory.Trace{Kind: inventory.TraceData, Detail: "a network configuration"})
		}
	}
	if err != nil {
		return &malformed{err}
	}
	return nil
}

// provider is the app behind a network; that of an extension belongs to its app.
func (b *backup) provider(bundle, name string) *inventory.App {
	if bundle == "" || !iosfacts.ValidBundleID(bundle) {
		return nil
	}
	if owner := b.owner(bundle); b.Known(bundle) == nil && owner != "" {
		bundle = owner
	}
	return b.seen(bundle, name)
}

func (b *backup) readProfile(_ context.Context, e *entry) error {
	v, name, err := b.propertyList(e)
	if err != nil {
		return err
	}
	p, ok := iosstate.ConfigurationProfile(v)
	if !ok {
		return &malformed{errors.New("it is no configuration profile")}
	}
	origin := []inventory.Origin{b.Origin(name, 0)}
	if p.Profile.Identifier == "" {
		p.Profile.Identifier = strings.TrimSuffix(path.Base(e.path), ".stub")
	}
	p.Profile.Origins = origin
	b.AddProfile(p.Profile)
	for _, c := range p.Certificates {
		c.Origins = origin
		b.AddCertificate(c)
	}
	for _, n := range p.VPNs {
		n.Origins = origin
		b.AddVPN(n)
	}
	b.Property("MDM.ServerURL", p.Server)
	return nil
}

// readMDM notes the server that manages the phone.
func (b *backup) readMDM(_ context.Context, e *entry) error {
	v, _, err := b.propertyList(e)
	b.Property("MDM.ServerURL", iosstate.Host(plist.Text(v, "ServerURL")))
	return err
}

// readEnrolment notes whether an organisation supervises the phone.
func (b *backup) readEnrolment(_ context.Context, e *entry) error {
	v, _, err := b.propertyList(e)
	if _, told := plist.Dict(v)["IsSupervised"]; told {
		b.Property("IsSupervised", fmt.Sprint(plist.Bool(v, "IsSupervised")))
	}
	b.Property("OrganizationName", plist.Text(v, "OrganizationName"))
	b.Property("ConfigurationURL", iosstate.Host(plist.Text(v, "ConfigurationURL")))
	return err
}

// readPreferences notes the languages of the phone and the keyboards of other makers that are turned on.
func (b *backup) readPreferences(_ context.Context, e *entry) error {
	v, name, err := b.propertyList(e)
	if err != nil {
		return err
	}
	b.Device.Locale = inventory.Text(plist.Text(v, "AppleLocale"))
	for _, k := range plist.Texts(v, "AppleKeyboards") {
		if strings.ContainsRune(k, '@') || !strings.ContainsRune(k, '.') || strings.HasPrefix(k, apple) {
			continue // one of the system's: "nl@sw=QWERTY;hw=Automatic"
		}
		b.extension(k, name, inventory.AppExtension{Identifier: inventory.Text(k), Point: "com.apple.keyboard-service"})
	}
	return nil
}
