package main

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"quaestor/reports"
	"quaestor/reports/documents"
	"quaestor/riskdb"
	"quaestor/scanners/inventory"
)

// release is the version of this source, the one place where it is written. Bundles that are made for a newer
// program are held against it, however the program was built.
const release = "v0.1.0"

// version is the release, with the commit that the Go tool recorded as build metadata: v1.2.3+0a1b2c3d4e5f.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return release
	}
	revision, modified := "", ""
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision" && len(s.Value) >= 12:
			revision = s.Value[:12]
		case s.Key == "vcs.modified" && s.Value == "true":
			modified = ".changes"
		}
	}
	if revision == "" {
		return release
	}
	return release + "+" + revision + modified
}

const versionLong = `Version shows the program first, then its risk database. Where the database cannot
be used, that stands in its line, and the exit code is 0 all the same: the version
was told. "quaestor db status" is what ends with exit code 4 then.`

func newVersion(env Env) *cobra.Command {
	var format string
	var from databaseFlags
	c := &cobra.Command{
		Use:   "version",
		Short: "Show the versions of the program, its risk database and its formats",
		Long:  versionLong,
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			return showVersion(env, format, from)
		},
	}
	textOrJSON(c, &format)
	from.addBase(c)
	return c
}

func showVersion(env Env, format string, from databaseFlags) error {
	db, err := from.load(env)
	if exitCode(err) == ExitUsage {
		return err
	}
	if err != nil {
		db = nil
	}
	v := versionDocument(env, db, err)
	if format == "json" {
		return writeJSON(env.Stdout, v)
	}
	database := v.Problem
	if d := v.Database; d != nil {
		database = fmt.Sprintf("%s, data of %s, sha256 %s", d.Origin, d.Date, d.SHA256)
	}
	_, err = fmt.Fprintf(env.Stdout, "quaestor   %s (%s, %s)\ndatabase   %s\nreport     %s\ninventory  %s\n",
		version(), v.Go, v.Platform, database, v.Report, v.Inventory)
	return err
}

func versionDocument(env Env, db *usedDatabase, problem error) documents.Version {
	v := documents.Version{Envelope: document("version", riskdb.DateOf(env.Now()), db), Release: release, Go: runtime.Version(),
		Platform: runtime.GOOS + "/" + runtime.GOARCH, Report: reports.Schema, Inventory: inventory.Schema, Documents: []string{}}
	if problem != nil {
		v.Problem = problem.Error()
	}
	for _, k := range documents.Kinds() {
		v.Documents = append(v.Documents, k.Schema())
	}
	return v
}
