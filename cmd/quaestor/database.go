package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"runtime"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"quaestor/reports"
	"quaestor/riskdb"
	"quaestor/riskdb/bundle"
	"quaestor/riskdb/installed"
	"quaestor/riskdb/overlay"
	"quaestor/scanners/inventory"
)

// databaseFlags say which risk database a command uses.
type databaseFlags struct {
	db, dir, root string
	overlays      []string
}

// add gives the flags to a command that reads the database.
func (d *databaseFlags) add(c *cobra.Command) {
	d.addBase(c)
	c.Flags().StringArrayVar(&d.overlays, "overlay", nil, "lay the YAML in `FOLDER`, which nobody signed, upon the database; repeatable")
}

// addBase gives those that choose a database without unsigned overlays.
func (d *databaseFlags) addBase(c *cobra.Command) {
	c.Flags().StringVar(&d.db, "db", "", "`DATABASE`: \"embedded\", \"installed\", or a bundle FILE (default the installed one, else embedded)")
	d.addDir(c)
	d.addRoot(c)
}

func (d *databaseFlags) addRoot(c *cobra.Command) {
	c.Flags().StringVar(&d.root, "db-root", "", "root metadata `FILE` by which a bundle that is not installed is checked (default the pinned one)")
}

func (d *databaseFlags) addDir(c *cobra.Command) {
	c.Flags().StringVar(&d.dir, "db-dir", "", "`FOLDER` of the installed database (default the user's data folder)")
}

// usedDatabase is a risk database and where it came from.
type usedDatabase struct {
	*riskdb.DB
	origin  string           // embedded, installed or bundle
	dir     string           // of the installed one
	bundles []installed.Slot // what it was made of, the lowest first; none for the embedded one
	folders []string         // of unsigned overlays, as "ID from FOLDER"
}

const (
	embeddedDatabase  = "embedded"
	installedDatabase = "installed"
	bundleDatabase    = "bundle"
)

func (d *databaseFlags) store(env Env) *installed.Store {
	dir := d.dir
	if dir == "" {
		dir = installed.DefaultDir(runtime.GOOS, env.LookupEnv)
	}
	return &installed.Store{Dir: dir, Tool: version()}
}

// load reads the database that the flags choose. An installed one that cannot be used is an error: another one in
// its place would give other answers without a word.
//
// One that has expired is used, with a line that says so.
func (d *databaseFlags) load(env Env) (*usedDatabase, error) {
	u, err := d.read(env)
	if err != nil {
		return u, err
	}
	if stale := u.stale(riskdb.DateOf(env.Now()), 0); stale != "" {
		fmt.Fprintf(env.Stderr, "quaestor: %s %s\n", stale, newerDatabase)
	}
	return u, nil
}

// read is load, for commands that say themselves what an expired database means.
func (d *databaseFlags) read(env Env) (*usedDatabase, error) {
	u, err := d.choose(env)
	if err == nil {
		err = u.lay(d.overlays)
	}
	var exit *exitError
	if err != nil && !errors.As(err, &exit) {
		err = &exitError{code: ExitDatabase, err: fmt.Errorf("the risk database cannot be used: %w", err)}
	}
	return u, err
}

// base is load for what lies upon a database: the built-in one unless --db says otherwise, so that the same folder
// gives the same answer on every machine.
func (d *databaseFlags) base(env Env) (*usedDatabase, error) {
	if d.db == "" {
		fixed := *d
		fixed.db = embeddedDatabase
		return fixed.load(env)
	}
	return d.load(env)
}

func (d *databaseFlags) choose(env Env) (*usedDatabase, error) {
	if d.root != "" && (d.db == "" || d.db == embeddedDatabase || d.db == installedDatabase) {
		return nil, usageError("--db-root is the root of a bundle that --db names: add --db FILE, or leave it out")
	}
	switch d.db {
	case "":
		return d.usual(env)
	case embeddedDatabase:
		return embedded()
	case installedDatabase:
		u, err := d.usual(env)
		if err == nil && u.origin != installedDatabase {
			err = usageError("no risk database is installed in %q: install one with `quaestor db update`, or use --db embedded", d.store(env).Dir)
		}
		return u, err
	}
	return d.fromFile(env)
}

// lay puts folders of YAML on top, the last one uppermost. Nobody signed them: whoever runs the program names
// them, and they are told apart in the report.
func (u *usedDatabase) lay(folders []string) error {
	for _, folder := range folders {
		if info, err := os.Stat(folder); err != nil || !info.IsDir() {
			return usageError("--overlay: %q is no folder; a signed overlay is a bundle: install it with `quaestor db update`", folder)
		}
		tables, err := overlay.Read(os.DirFS(folder), u.DB)
		if err != nil {
			return usageError("--overlay %s: %v", folder, err)
		}
		db, err := riskdb.Stack(u.DB, tables)
		if err != nil {
			return usageError("--overlay %s: %v", folder, err)
		}
		u.DB, u.folders = db, append(u.folders, tables.Layer.ID+" from "+folder)
	}
	return nil
}

func embedded() (*usedDatabase, error) {
	db, err := riskdb.Load()
	return &usedDatabase{DB: db, origin: embeddedDatabase}, err
}

// usual is the installed database, or the one built in where nothing is installed.
func (d *databaseFlags) usual(env Env) (*usedDatabase, error) {
	s := d.store(env)
	if s.Dir == "" {
		return embedded()
	}
	db, slots, err := s.Load()
	if err != nil {
		return nil, err
	}
	if db == nil {
		return embedded()
	}
	return &usedDatabase{DB: db, origin: installedDatabase, dir: s.Dir, bundles: slots}, nil
}

// fromFile reads a bundle that is not installed: a whole database, or an overlay upon the usual one.
func (d *databaseFlags) fromFile(env Env) (*usedDatabase, error) {
	file, err := readBundle(d.db)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, errNoFile) {
		return nil, usageError("--db: %v", err)
	}
	if err != nil {
		return nil, fmt.Errorf("--db: %w", err)
	}
	root, err := readRoot(d.root)
	if err != nil {
		return nil, usageError("--db-root: %v", err)
	}
	checked, tables, err := d.store(env).Inspect(file, root, time.Time{}) // whether it is stale is judged on the day of the judgement
	if err != nil {
		return nil, fmt.Errorf("%s is refused: %w", d.db, withFlag(err, "--db-root"))
	}
	slot := installed.Slot{Kind: checked.Kind, Authority: checked.Authority, Installed: &installed.Entry{Sequence: checked.Sequence, Built: checked.Built,
		Facts: checked.Facts, Expires: riskdb.DateOf(checked.Expires), Signers: checked.Signers, Bundle: checked.FileSHA256}}
	if checked.Kind == bundle.Full {
		db, err := riskdb.FromTables(tables)
		return &usedDatabase{DB: db, origin: bundleDatabase, bundles: []installed.Slot{slot}}, err
	}
	below, err := d.usual(env)
	if err != nil {
		return nil, err
	}
	below.DB, err = riskdb.Stack(below.DB, *tables)
	below.origin, below.bundles = bundleDatabase, append(below.bundles, slot)
	return below, err
}

// withFlag adds to a missing root the flag by which this command takes it.
func withFlag(err error, flag string) error {
	if errors.Is(err, installed.ErrNoRoot) {
		return fmt.Errorf("%w (%s FILE)", err, flag)
	}
	return err
}

// readBundle reads a file, up to the size that a bundle may have.
func readBundle(name string) ([]byte, error) { return readLimited(name, bundle.MaxSize) }

// readRoot reads root metadata; nil when no file is named.
func readRoot(name string) ([]byte, error) {
	if name == "" {
		return nil, nil
	}
	return readLimited(name, 1<<20)
}

func readLimited(name string, limit int64) ([]byte, error) {
	info, err := os.Stat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("%q: %w", name, fs.ErrNotExist)
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("%q %w", name, errNoFile)
	case info.Size() > limit:
		return nil, fmt.Errorf("%q: %w: it is larger than %d bytes", name, errTooLarge, limit)
	}
	return os.ReadFile(name)
}

var (
	errTooLarge = errors.New("too large")
	errNoFile   = errors.New("is no file")
)

// stamp says in a report where the database came from.
func (u *usedDatabase) stamp(r *reports.Report) {
	r.Database.Provenance = u.provenance()
	age := daysBetween(u.Version().Date, riskdb.Date(r.AsOf))
	r.Database.AgeDays, r.Database.Expired = &age, u.expired(riskdb.Date(r.AsOf)) != nil
	if u.origin != embeddedDatabase || len(u.folders) > 0 {
		r.Database.Version += ", " + u.String()
	}
}

// String is the origin in words: "embedded", or "installed: bundle 7 of be-ccb, expires 2026-12-31".
func (u *usedDatabase) String() string {
	var parts []string
	for _, s := range u.bundles {
		what := "bundle"
		if s.Kind == bundle.Overlay {
			what = "overlay"
		}
		parts = append(parts, fmt.Sprintf("%s %d of %s, expires %s", what, s.Installed.Sequence, s.Authority, s.Installed.Expires))
	}
	for _, f := range u.folders {
		parts = append(parts, "unsigned overlay "+f)
	}
	if len(parts) == 0 {
		return u.origin
	}
	return u.origin + ": " + strings.Join(parts, "; ")
}

func (u *usedDatabase) provenance() *reports.Provenance {
	p := &reports.Provenance{Origin: u.origin, Bundles: []reports.Bundle{}}
	for _, s := range u.bundles {
		e := s.Installed
		p.Bundles = append(p.Bundles, reports.Bundle{Kind: string(s.Kind), Authority: s.Authority, Sequence: e.Sequence, Facts: string(e.Facts),
			Expires: string(e.Expires), Signers: e.Signers, SHA256: e.Bundle})
	}
	return p
}

// stale says what keeps the database from being relied on as of a day; "" when nothing does.
func (u *usedDatabase) stale(asOf riskdb.Date, maxAge int) string {
	if s := u.expired(asOf); s != nil {
		return fmt.Sprintf("The bundle %d of %q says that it is not to be relied on after %s.", s.Installed.Sequence, s.Authority, s.Installed.Expires)
	}
	if date := u.Version().Date; maxAge > 0 && daysBetween(date, asOf) > maxAge {
		return fmt.Sprintf("The risk database is of %s, which is %d days before %s; --max-db-age allows %d.", date, daysBetween(date, asOf), asOf, maxAge)
	}
	return ""
}

// expired is the first bundle that its signers no longer want relied on as of a day; nil for none.
func (u *usedDatabase) expired(asOf riskdb.Date) *installed.Slot {
	for i := range u.bundles {
		if u.bundles[i].Installed.Expires < asOf {
			return &u.bundles[i]
		}
	}
	return nil
}

const newerDatabase = "Install a newer one with `quaestor db update`, or use a newer version of the program."

// staleGap is how a report says it.
func staleGap(text string) inventory.Gap {
	return inventory.Gap{Scanner: "riskdb", Subject: "risk database", Kind: inventory.GapStaleDatabase, Detail: text, Next: newerDatabase}
}

// parseAge reads the age in days that a flag has: 30d, 4w, or a duration of Go.
func parseAge(flag, text string) (days int, err error) {
	if text == "" {
		return 0, nil
	}
	wrong := usageError("%s %q: write days or weeks, such as 30d or 4w", flag, text)
	for unit, each := range map[string]int{"d": 1, "w": 7} {
		if number, ok := strings.CutSuffix(text, unit); ok {
			n, err := strconv.Atoi(number)
			if err != nil || n < 1 || n > 36500 {
				return 0, wrong
			}
			return n * each, nil
		}
	}
	d, err := time.ParseDuration(text)
	if err != nil || d < 24*time.Hour {
		return 0, wrong
	}
	return int(d.Hours() / 24), nil
}
