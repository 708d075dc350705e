package main

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"quaestor/reports"
	"quaestor/scanners/inventory"
)

// release is set by the linker for a release build: -X main.release=v1.2.3.
var release string

// version names the build: the release, else the commit that the Go tool recorded.
func version() string {
	if release != "" {
		return release
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	revision, modified := "", ""
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision" && len(s.Value) >= 12:
			revision = s.Value[:12]
		case s.Key == "vcs.modified" && s.Value == "true":
			modified = "+changes"
		}
	}
	if revision == "" {
		return "devel"
	}
	return "devel-" + revision + modified
}

func newVersion(env Env) *cobra.Command {
	var from databaseFlags
	c := &cobra.Command{
		Use:   "version",
		Short: "Show the versions of the program, its risk database and its formats",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			db, err := from.load(env)
			if err != nil {
				return err
			}
			v := db.Version()
			fmt.Fprintf(env.Stdout, "quaestor   %s (%s, %s/%s)\ndatabase   %s, data of %s, sha256 %s\nreport     %s\ninventory  %s\n",
				version(), runtime.Version(), runtime.GOOS, runtime.GOARCH, db.origin, v.Date, v.SHA256, reports.Schema, inventory.Schema)
			return nil
		},
	}
	from.addBase(c)
	return c
}
