package main

import (
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"

	"quaestor/reports/documents"
	"quaestor/riskdb"
	"quaestor/riskdb/bundle"
	"quaestor/riskdb/export"
	"quaestor/riskdb/lint"
	"quaestor/riskdb/overlay"
)

const dbDiffLong = `Diff lists the rows that were added, removed or changed from one risk database to
another, with the fields that changed. Each is "embedded", "installed", a bundle file
or a folder of YAML data. An overlay is laid on the other one, so that its rows alone
show; two overlays are compared with each other. A bundle that no trusted root speaks for is compared all
the same, with a warning: look before you trust.`

func newDBDiff(env Env) *cobra.Command {
	var format string
	var from databaseFlags
	c := &cobra.Command{
		Use:     "diff OLD NEW",
		Short:   "Compare two risk databases, row by row",
		Long:    dbDiffLong,
		Example: "  quaestor db diff installed db-8.qdb\n  quaestor db diff embedded riskdb/data -o json\n  quaestor db diff embedded our-overlay/",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 2 {
				return usageError("name two databases: embedded, installed, a bundle file or a folder of data")
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error {
			a, b, err := from.pair(env, args[0], args[1])
			if err != nil {
				return err
			}
			changes, err := export.Diff(&a.tables, &b.tables)
			if err != nil {
				return err
			}
			if format == "json" {
				day := riskdb.DateOf(env.Now())
				return writeJSON(env.Stdout, documents.Diff{Envelope: document("db-diff", day, nil), Old: a.described(day), New: b.described(day),
					Changes: append([]export.Change{}, changes...)})
			}
			writeChanges(env, changes)
			return nil
		},
	}
	textOrJSON(c, &format)
	from.addDir(c)
	from.addRoot(c)
	return c
}

// side is one of the two that are compared.
type side struct {
	origin  string
	tables  riskdb.Tables
	release riskdb.Release
	expires riskdb.Date // of a bundle
}

// sideOf is a side of tables that are not in use.
func sideOf(origin string, t *riskdb.Tables) (*side, error) {
	if t.Layer.ID != "" {
		return &side{origin: origin, tables: *t, release: riskdb.Release{Date: t.Layer.Date}}, nil // a version when it is laid
	}
	db, err := riskdb.FromTables(t)
	if err != nil {
		return nil, err
	}
	return &side{origin: origin, tables: *t, release: db.Version()}, nil
}

func (s *side) described(day riskdb.Date) documents.Database {
	v := s.release
	return documents.Database{Version: v.String(), Date: string(v.Date), SHA256: v.SHA256, Origin: s.origin, AgeDays: daysBetween(v.Date, day), Expired: s.expires != "" && s.expires < day}
}

func (s *side) overlay() bool { return s.tables.Layer.ID != "" }

// lay puts an overlay on the other side.
func (s *side) lay(base *side) error {
	db, err := riskdb.FromTables(&base.tables)
	if err != nil {
		return err
	}
	if db, err = riskdb.Stack(db, s.tables); err != nil {
		return usageError("the overlay %q does not go with the other database: %v", s.tables.Layer.ID, err)
	}
	s.tables, s.release = db.AllTables(), db.Version()
	return nil
}

// pair reads both sides. An overlay beside a whole database lies on that one.
func (d *databaseFlags) pair(env Env, old, new string) (*side, *side, error) {
	a, err := d.named(env, old)
	if err != nil {
		return nil, nil, err
	}
	b, err := d.named(env, new)
	if err != nil {
		return nil, nil, err
	}
	switch {
	case a.overlay() && !b.overlay():
		err = a.lay(b)
	case b.overlay() && !a.overlay():
		err = b.lay(a)
	}
	return a, b, err
}

// named reads the database that an argument names.
func (d *databaseFlags) named(env Env, name string) (*side, error) {
	if name == embeddedDatabase || name == installedDatabase {
		from := databaseFlags{dir: d.dir, db: name}
		db, err := from.load(env)
		if err != nil {
			return nil, err
		}
		return &side{origin: name, tables: db.AllTables(), release: db.Version()}, nil
	}
	info, err := os.Stat(name)
	if err != nil {
		return nil, usageError("%q is neither embedded, installed, a bundle nor a folder of data", name)
	}
	if !info.IsDir() {
		return d.unpacked(env, name)
	}
	t, err := folderTables(name)
	if err != nil {
		return nil, usageError("%v", err)
	}
	return sideOf("folder", t)
}

// folderTables reads a folder of YAML: a whole database, or an overlay upon the built-in one.
func folderTables(dir string) (*riskdb.Tables, error) {
	upper, err := lint.IsOverlay(os.DirFS(dir))
	if err != nil {
		return nil, err
	}
	if !upper {
		return export.FromYAML(os.DirFS(dir))
	}
	base, err := riskdb.Load()
	if err != nil {
		return nil, err
	}
	t, err := overlay.Read(os.DirFS(dir), base)
	return &t, err
}

// unpacked reads the tables of a bundle file, trusted or not.
func (d *databaseFlags) unpacked(env Env, name string) (*side, error) {
	file, err := readBundle(name)
	if err != nil {
		return nil, unread(err)
	}
	root, err := readRoot(d.root)
	if err != nil {
		return nil, usageError("--db-root: %v", err)
	}
	checked, tables, err := d.store(env).Inspect(file, root, time.Time{})
	if err != nil {
		own, ownErr := bundle.OwnRoot(file)
		if ownErr == nil {
			if again, e := bundle.Check(file, bundle.Trust{Root: own}, time.Time{}); e == nil {
				fmt.Fprintf(env.Stderr, "quaestor: %q is compared, and not to be trusted: %v\n", name, withFlag(err, "--db-root"))
				checked = again
				tables, err = again.Tables()
			}
		}
	}
	if err != nil {
		return nil, &exitError{code: ExitDatabase, err: fmt.Errorf("%q cannot be read: %w", name, err)}
	}
	s, err := sideOf(bundleDatabase, tables)
	if err == nil {
		s.expires = riskdb.DateOf(checked.Expires)
	}
	return s, err
}

func writeChanges(env Env, changes []export.Change) {
	w := env.Stdout
	if len(changes) == 0 {
		fmt.Fprintln(w, "No row differs.")
		return
	}
	count := map[string]int{}
	table := ""
	for _, c := range changes {
		if c.Table != table {
			table = c.Table
			fmt.Fprintln(w, table)
		}
		count[c.What]++
		fmt.Fprintf(w, "  %-8s %s\n", c.What, c.ID)
		for _, f := range c.Fields {
			fmt.Fprintln(w, wrap(fmt.Sprintf("%s: %s → %s", f.Field, orNone(f.Old), orNone(f.New)), 11, pageWidth))
		}
	}
	fmt.Fprintf(w, "%d added, %d removed, %d changed.\n", count["added"], count["removed"], count["changed"])
}

func orNone(text string) string {
	if text == "" {
		return "(none)"
	}
	return text
}
