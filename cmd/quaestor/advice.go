package main

import (
	"context"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"quaestor/riskdb"
	"quaestor/riskdb/vuln"
	"quaestor/scanners/inventory"
)

// The ways to look vulnerabilities up.
const (
	vulnsAuto   = "auto"
	vulnsLocal  = "local"
	vulnsOnline = "online"
	vulnsOff    = "off"
)

var vulnsModes = []string{vulnsAuto, vulnsLocal, vulnsOnline, vulnsOff}

// defaultOSVAge is the default of --max-osv-age.
const defaultOSVAge = "30d"

// adviceFlags say how a scan looks up the vulnerabilities of components.
type adviceFlags struct {
	osv    osvFlags
	mode   string
	age    string
	maxAge int      // in days; 0 for any
	skip   []string // patterns of names that are not sent to a service
}

func (a *adviceFlags) add(c *cobra.Command) {
	a.osv.add(c)
	c.Flags().StringVar(&a.mode, "vulns", vulnsAuto, "look up vulnerabilities of components `WHERE`: local (imported advisories), online (asks api.osv.dev), auto (local if there are any) or off")
	c.Flags().StringSliceVar(&a.skip, "vulns-skip", nil, "with --vulns online, `NAMES` of components that are not sent, such as @our-scope/*; repeatable")
	c.Flags().StringVar(&a.age, "max-osv-age", defaultOSVAge, "`AGE` from which on imported advisories are too old, such as 30d; or never")
}

// check validates the flags.
func (a *adviceFlags) check(offline bool) (err error) {
	switch {
	case a.mode == "" && a.age == "": // no command line set them
		a.mode = vulnsAuto
		return nil
	case !slices.Contains(vulnsModes, a.mode):
		return usageError("--vulns %q: choose %s or %s", a.mode, strings.Join(vulnsModes[:3], ", "), vulnsOff)
	case a.mode == vulnsOnline && offline:
		return usageError("--vulns online asks a service on the network, and --offline forbids that: choose local, or leave --offline out")
	case len(a.skip) > 0 && a.mode != vulnsOnline:
		return usageError("--vulns-skip keeps names from being sent, and only --vulns online sends any")
	case slices.ContainsFunc(a.skip, func(pattern string) bool { _, err := path.Match(pattern, ""); return err != nil }):
		return usageError("--vulns-skip %q: a pattern such as @our-scope/* is not closed", a.skip)
	case a.age == "never":
		return nil
	case a.age == "":
		return usageError("--max-osv-age: write days or weeks, such as 30d or 4w, or never")
	}
	a.maxAge, err = parseAge("--max-osv-age", a.age)
	return err
}

// adviser is who is asked. One that was named and is not there is an error; without a word about it, what nobody
// asked for is a gap.
func (a *adviceFlags) adviser(ctx context.Context, env Env, db *databaseFlags) (riskdb.Adviser, error) {
	switch a.mode {
	case vulnsOff:
		return vuln.Off, nil
	case vulnsOnline:
		return a.online(ctx, env), nil
	}
	dir := a.osv.folder(env, db)
	opened, err := vuln.Open(dir)
	switch {
	case err == nil:
		opened.Limit(a.maxAge)
		return opened, nil
	case a.mode == vulnsLocal:
		return nil, &exitError{code: ExitDatabase, err: fmt.Errorf("--vulns local: %q: %w", dir, err)}
	case errors.Is(err, vuln.ErrNoDatabase):
		return vuln.NoDatabase, nil
	}
	return vuln.Without{Kind: inventory.GapUnreadable, Detail: fmt.Sprintf("The imported advisories cannot be read: %v.", err),
		Next: "Import them again with `quaestor db import-osv`."}, nil
}

// lacking says what a database that was demanded could not tell; "" where it was whole, or not demanded.
func (a *adviceFlags) lacking(gaps []inventory.Gap) string {
	if a.mode != vulnsLocal {
		return ""
	}
	if g := vuln.Lacking(gaps); g != nil {
		return strings.TrimSpace(fmt.Sprintf("--vulns local: %s: %s %s", g.Subject, g.Detail, g.Next))
	}
	return ""
}
