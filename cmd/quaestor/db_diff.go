package main

import (
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"

	"quaestor/riskdb"
	"quaestor/riskdb/bundle"
	"quaestor/riskdb/export"
)

const dbDiffLong = `Diff lists the rows that were added, removed or changed from one risk database to
another, with the fields that changed. Each is "embedded", "installed", a bundle file
or a folder of YAML data. A bundle that no trusted root speaks for is compared all
the same, with a warning: look before you trust.`

func newDBDiff(env Env) *cobra.Command {
	var format string
	var from databaseFlags
	c := &cobra.Command{
		Use:     "diff OLD NEW",
		Short:   "Compare two risk databases, row by row",
		Long:    dbDiffLong,
		Example: "  quaestor db diff installed db-8.qdb\n  quaestor db diff embedded riskdb/data -o json",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 2 {
				return usageError("name two databases: embedded, installed, a bundle file or a folder of data")
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error {
			old, err := from.named(env, args[0])
			if err != nil {
				return err
			}
			new, err := from.named(env, args[1])
			if err != nil {
				return err
			}
			changes, err := export.Diff(old, new)
			if err != nil {
				return err
			}
			if format == "json" {
				return writeJSON(env.Stdout, append([]export.Change{}, changes...))
			}
			writeChanges(env, changes)
			return nil
		},
	}
	textOrJSON(c, &format)
	from.addDir(c)
	return c
}

// named reads the tables of a database that an argument names.
func (d *databaseFlags) named(env Env, name string) (*riskdb.Tables, error) {
	switch name {
	case embeddedDatabase, installedDatabase:
		from := databaseFlags{dir: d.dir}
		if name == embeddedDatabase {
			from.db = name
		}
		db, err := from.load(env)
		if err != nil {
			return nil, err
		}
		if db.origin != name {
			return nil, usageError("no risk database is installed in %q", d.store(env).Dir)
		}
		t := db.AllTables()
		return &t, nil
	}
	info, err := os.Stat(name)
	if err != nil {
		return nil, usageError("%q is neither embedded, installed, a bundle nor a folder of data", name)
	}
	if info.IsDir() {
		t, err := export.FromYAML(os.DirFS(name))
		if err != nil {
			return nil, usageError("%v", err)
		}
		return t, nil
	}
	return d.unpacked(env, name)
}

// unpacked reads the tables of a bundle file, trusted or not.
func (d *databaseFlags) unpacked(env Env, name string) (*riskdb.Tables, error) {
	file, err := readBundle(name)
	if err != nil {
		return nil, usageError("%v", err)
	}
	_, tables, err := d.store(env).Inspect(file, nil, time.Time{})
	if err == nil {
		return tables, nil
	}
	own, ownErr := bundle.OwnRoot(file)
	if ownErr == nil {
		checked, again := bundle.Check(file, bundle.Trust{Root: own}, time.Time{})
		if again == nil {
			fmt.Fprintf(env.Stderr, "quaestor: %q is compared, and not to be trusted: %v\n", name, err)
			tables, err = checked.Tables()
		}
	}
	if err != nil {
		return nil, &exitError{code: ExitDatabase, err: fmt.Errorf("%q cannot be read: %w", name, err)}
	}
	return tables, nil
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
