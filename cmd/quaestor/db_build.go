package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"quaestor/reports/documents"
	"quaestor/riskdb"
	"quaestor/riskdb/bundle"
	"quaestor/riskdb/export"
	"quaestor/riskdb/installed"
	"quaestor/riskdb/keydir"
	"quaestor/riskdb/overlay"
)

const dbBuildLong = `Build checks a folder of YAML, compiles it and signs it as a bundle. The folder holds
a whole database, as riskdb/data does, or with --as-overlay what one authority lays on
one: the built-in database, unless --db names another. Without a folder, the database
that --db names is packed again, else the installed one, else the built-in one.

The same data, keys, dates and numbers give the same file, byte for byte. The day
of building is --as-of, else SOURCE_DATE_EPOCH, else today.`

// buildConfig is what the flags of db build say.
type buildConfig struct {
	out, keys, authority, title, minTool, expires, asOf string
	sequence                                            int64
	overlay                                             bool
	base                                                databaseFlags
}

func newDBBuild(env Env) *cobra.Command {
	var cfg buildConfig
	c := &cobra.Command{
		Use:   "build [FOLDER]",
		Short: "Compile and sign a bundle",
		Long:  dbBuildLong,
		Example: `  quaestor db build riskdb/data --authority example --keys keys --sequence 7 --expires 2027-03-31 --out db-7.qdb
  quaestor db build our-overlay --as-overlay --keys keys --sequence 1 --expires 2027-03-31 --out ours-1.qdb`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			if cfg.out == "" || cfg.keys == "" || cfg.expires == "" || cfg.sequence < 1 {
				return usageError("db build needs --out FILE, --keys FOLDER, --expires DATE and --sequence NUMBER, which rises with every bundle")
			}
			return cfg.build(env, args)
		},
	}
	f := c.Flags()
	f.StringVar(&cfg.out, "out", "", "bundle `FILE` to write")
	f.StringVar(&cfg.keys, "keys", "", "`FOLDER` that db keygen made; its root keys may be away")
	f.Int64Var(&cfg.sequence, "sequence", 0, "`NUMBER` of the bundle, higher than any before")
	f.StringVar(&cfg.expires, "expires", "", "last `DATE` on which it is to be relied on, YYYY-MM-DD")
	f.StringVar(&cfg.asOf, "as-of", "", "`DATE` of building (default SOURCE_DATE_EPOCH, else today)")
	f.StringVar(&cfg.authority, "authority", "", "`ID` of who publishes it; an overlay has its layer's")
	f.StringVar(&cfg.title, "title", "", "`TEXT` for people")
	f.StringVar(&cfg.minTool, "min-version", "", "oldest `VERSION` of quaestor that may read it, such as v1.2.3")
	f.BoolVar(&cfg.overlay, "as-overlay", false, "the folder is an overlay upon the database that --db names")
	cfg.base.addBase(c)
	return c
}

func (cfg *buildConfig) build(env Env, args []string) error {
	day, err := cfg.day(env)
	if err != nil {
		return err
	}
	end, err := endOf(cfg.expires, "--expires", time.Time{})
	if err != nil {
		return err
	}
	start, err := time.Parse(time.DateOnly, string(day))
	if err != nil {
		return err
	}
	if end.Before(start) {
		return usageError("--expires %s lies before the day of building, %s: nobody would accept the bundle", cfg.expires, day)
	}
	tables, err := cfg.tables(env, args)
	if err != nil {
		return err
	}
	roots, err := keydir.Roots(cfg.keys)
	if err != nil {
		return usageError("--keys: %v", err)
	}
	keys, err := keydir.Keys(filepath.Join(cfg.keys, keydir.BundleKeys))
	if err != nil {
		return usageError("--keys: %v", err)
	}
	warnExposed(env, filepath.Join(cfg.keys, keydir.BundleKeys))
	info := bundle.Info{Kind: bundle.Full, Authority: cfg.authority, Title: cfg.title, Sequence: cfg.sequence, Built: day, MinTool: cfg.minTool}
	if cfg.overlay {
		info.Kind, info.Authority = bundle.Overlay, tables.Layer.ID
		if cfg.authority != "" && cfg.authority != info.Authority {
			return usageError("--authority %q: the layer's id is %q, and both have to be the same", cfg.authority, info.Authority)
		}
	}
	file, err := bundle.Build(bundle.Draft{Info: info, Tables: tables, Expires: end, Roots: roots, Keys: keys})
	if err != nil {
		return usageError("%v", err)
	}
	r := checkFile(cfg.out, file, roots[0], &installed.Store{}, start, false)
	if !r.Accepted {
		return usageError("the bundle would be refused on %s, and is not written: %s", day, r.Reason)
	}
	if err := toFile(cfg.out, func(w io.Writer) error { _, err := w.Write(file); return err }); err != nil {
		return usageError("cannot write %s: %v", cfg.out, reason(err))
	}
	if err := os.Chmod(cfg.out, 0o644); err != nil { // it is public
		return err
	}
	writeCheck(env, r)
	if end.Before(env.Now()) {
		fmt.Fprintf(env.Stderr, "quaestor: built as of %s; today it is refused, because it has expired\n", day)
	}
	return nil
}

// day is the day of building.
func (cfg *buildConfig) day(env Env) (riskdb.Date, error) {
	if cfg.asOf != "" {
		d, err := riskdb.ParseDate(cfg.asOf)
		if err != nil || len(d) != len(time.DateOnly) {
			return "", usageError("--as-of %q: write a day as YYYY-MM-DD", cfg.asOf)
		}
		return d, nil
	}
	if epoch, ok := env.LookupEnv("SOURCE_DATE_EPOCH"); ok && epoch != "" {
		seconds, err := strconv.ParseInt(epoch, 10, 64)
		if err != nil || seconds < 0 {
			return "", usageError("SOURCE_DATE_EPOCH=%q: write seconds since 1970", epoch)
		}
		return riskdb.DateOf(time.Unix(seconds, 0).UTC()), nil
	}
	return riskdb.DateOf(env.Now()), nil
}

// tables reads the folder, or the database itself when none is named.
func (cfg *buildConfig) tables(env Env, args []string) (*riskdb.Tables, error) {
	if len(args) == 1 && !cfg.overlay {
		t, err := export.FromYAML(os.DirFS(args[0]))
		if err != nil {
			return nil, usageError("%v", err)
		}
		return t, nil
	}
	load := cfg.base.load
	if len(args) == 1 {
		load = cfg.base.base
	}
	base, err := load(env)
	if err != nil {
		return nil, err
	}
	if len(args) == 0 {
		if cfg.overlay || len(base.Layers()) > 0 {
			return nil, usageError("name the folder of the overlay; a database with overlays is not packed as a whole")
		}
		t := base.AllTables()
		return &t, nil
	}
	t, err := overlay.Read(os.DirFS(args[0]), base.DB)
	if err != nil {
		return nil, usageError("%v", err)
	}
	if t.Layer.ID == "" {
		return nil, errors.Join(usageError("%s is no overlay: write layer: {id: …, title: …} in one of its files", args[0]))
	}
	fmt.Fprintf(env.Stderr, "quaestor: the overlay is checked upon the %s database of %s\n", base.origin, base.Version().Date)
	return &t, nil
}

func writeCheck(env Env, r *documents.Verify) {
	w := env.Stdout
	verdict := "accepted"
	if !r.Accepted {
		verdict = "REFUSED: " + r.Reason
	}
	labelled(w, "Bundle", fmt.Sprintf("%s (%d bytes)", r.File, r.Bytes))
	labelled(w, "Verdict", verdict)
	labelled(w, "SHA-256", r.SHA256)
	b := r.Bundle
	if b == nil {
		return
	}
	labelled(w, "Published", fmt.Sprintf("by %s, %s, number %d, built %s", b.Authority, b.Kind, b.Sequence, b.Built))
	labelled(w, "Title", b.Title)
	labelled(w, "Facts of", string(b.Facts))
	labelled(w, "Needs", b.MinTool)
	labelled(w, "Expires", r.Expires)
	if r.Signers != nil {
		labelled(w, "Signed by", shortKeys(r.Signers))
		labelled(w, "Root", fmt.Sprintf("%d, expires %s", r.RootVersion, r.RootExpires))
	}
	if len(r.Tables) > 0 {
		fmt.Fprintln(w, "Rows")
	}
	for _, t := range r.Tables {
		fmt.Fprintf(w, "  %-14s %6d\n", t.Table, t.Rows)
	}
}
