package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"quaestor/reports/documents"
	"quaestor/riskdb"
	"quaestor/riskdb/vuln"
)

const dbImportOSVLong = `Import-osv reads advisories on vulnerable software, and keeps them for scans without
a network. Sources are, told apart by their content:

  a folder or an archive as OSV exports it: ECOSYSTEM/all.zip
  a folder or an archive of loose advisories in the form of OSV, JSON or YAML
  known_exploited_vulnerabilities.json or .csv, the KEV catalogue of CISA
  epss_scores-*.csv.gz, the forecasts of FIRST
  an https address of one of these files, or of a mirror of OSV's exports, such as
  ` + vuln.Mirror + `
  of which the ecosystems that --ecosystem names are fetched

What is imported takes the place of the whole ecosystem; the others stay. An import
that fails or is interrupted changes nothing. Advisories that cannot be read are
counted and named, and the others are imported.

The folder has the layout of osv-scanner's offline mode, which can use it, too:
osv-scalibr/ECOSYSTEM/all.zip. It lies beside the installed risk database unless
--osv-dir names another one. "quaestor db status" tells what is in it.

A fetch asks for whole ecosystems, so that nobody learns what is looked up.`

// osvFlags say where advisories lie.
type osvFlags struct{ dir string }

func (o *osvFlags) add(c *cobra.Command) {
	c.Flags().StringVar(&o.dir, "osv-dir", "", "`FOLDER` of the imported advisories (default osv, beside the installed database)")
}

// folder is that folder; "" where the environment does not say where the user's data are.
func (o *osvFlags) folder(env Env, db *databaseFlags) string {
	if o.dir != "" {
		return o.dir
	}
	if dir := db.store(env).Dir; dir != "" {
		return filepath.Join(filepath.Dir(dir), "osv")
	}
	return ""
}

func newDBImportOSV(env Env) *cobra.Command {
	var flags struct {
		osv        osvFlags
		db         databaseFlags
		ecosystems []string
		offline    bool
	}
	c := &cobra.Command{
		Use:   "import-osv FOLDER|FILE|https://…...",
		Short: "Import advisories on vulnerable software, in the form of OSV",
		Long:  dbImportOSVLong,
		Example: `  quaestor db import-osv osv-export/
  quaestor db import-osv npm/all.zip PyPI/all.zip
  quaestor db import-osv --ecosystem Debian,Go,npm,PyPI ` + vuln.Mirror + `
  quaestor db import-osv known_exploited_vulnerabilities.json epss_scores-current.csv.gz`,
		Args: func(c *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usageError("name a folder, a file or an https address with advisories")
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			dir := flags.osv.folder(env, &flags.db)
			if dir == "" {
				return usageError("there is no folder for advisories: name one with --osv-dir")
			}
			if flags.offline {
				for _, a := range args {
					if strings.Contains(a, "://") {
						return usageError("--offline: %q is on the network; bring the export on a disk and name its folder", shownAddress(a))
					}
				}
				if err := refuseNetwork(); err != nil {
					return usageError("--offline: %v", err)
				}
			}
			return importOSV(c.Context(), env, dir, args, flags.ecosystems)
		},
	}
	flags.osv.add(c)
	flags.db.addDir(c)
	c.Flags().StringSliceVar(&flags.ecosystems, "ecosystem", nil, "import only these `ECOSYSTEMS`, such as Go,npm,PyPI,Debian,Maven")
	c.Flags().BoolVar(&flags.offline, "offline", false, "let the system refuse every network connection of this process")
	return c
}

func importOSV(ctx context.Context, env Env, dir string, sources, ecosystems []string) error {
	r, err := vuln.Import(ctx, dir, sources, vuln.Options{Ecosystems: ecosystems, Today: riskdb.DateOf(env.Now()),
		Fetch: func(ctx context.Context, address string, w io.Writer) error {
			return fetchTo(ctx, env.Transport, address, w)
		},
		Say: func(text string) {
			if _, tty := terminal(env.Stderr); tty {
				say(env, text)
			}
		}})
	if r != nil {
		tellImport(env, r)
	}
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return interrupted()
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, vuln.ErrEcosystem), errors.Is(err, vuln.ErrAddress):
		return usageError("%v; nothing has changed", err)
	}
	return &exitError{code: ExitIncomplete, err: fmt.Errorf("the advisories were not imported: %w; nothing has changed", err)}
}

// tellImport writes what came of an import.
func tellImport(env Env, r *vuln.Result) {
	for _, c := range r.Copies {
		fmt.Fprintln(env.Stdout, describeCopy(&c))
	}
	for _, name := range r.Named {
		fmt.Fprintf(env.Stderr, "quaestor: left out: %s\n", name)
	}
	if more := r.Broken - len(r.Named); more > 0 {
		fmt.Fprintf(env.Stderr, "quaestor: %d more advisories that cannot be read were left out\n", more)
	}
	for _, n := range []struct {
		count int
		what  string
	}{{r.Same, "advisories stood there twice"}, {r.Other, "files are no advisories"}, {r.Unknown, "advisories are about no ecosystem that is known here"}} {
		if n.count > 0 {
			fmt.Fprintf(env.Stderr, "quaestor: %d %s\n", n.count, n.what)
		}
	}
	if len(r.Passed) > 0 {
		fmt.Fprintf(env.Stderr, "quaestor: not imported, since only advisories about other ecosystems name it: %s\n", strings.Join(r.Passed, ", "))
	}
}

func describeCopy(c *vuln.Copy) string {
	s := fmt.Sprintf("%-14s %7d", c.Ecosystem, c.Records)
	if c.Newest != "" {
		s += ", newest of " + string(c.Newest)
	}
	s += ", imported " + string(c.Imported)
	if c.Withdrawn > 0 {
		s += fmt.Sprintf(", %d withdrawn", c.Withdrawn)
	}
	if c.Broken > 0 {
		s += fmt.Sprintf(", %d BROKEN", c.Broken)
	}
	return s
}

const (
	exportTime = 30 * time.Minute
	maxExport  = 4 << 30
)

// fetchTo writes what a mirror has to a file. The request says nothing about this computer.
func fetchTo(ctx context.Context, transport http.RoundTripper, address string, w io.Writer) error {
	ctx, cancel := context.WithTimeout(ctx, exportTime)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return err
	}
	request.Header.Set("User-Agent", "quaestor")
	client := http.Client{Transport: transportOr(transport), CheckRedirect: onlyHTTPS}
	answer, err := client.Do(request)
	if err != nil {
		var u *url.Error
		if errors.As(err, &u) {
			err = u.Err
		}
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("the server answers %q", answer.Status)
	}
	n, err := io.Copy(w, io.LimitReader(answer.Body, maxExport+1))
	switch {
	case err != nil:
		return err
	case n > maxExport:
		return fmt.Errorf("%w: it has more than %d bytes", errTooLarge, int64(maxExport))
	case answer.ContentLength >= 0 && n != answer.ContentLength:
		return fmt.Errorf("the answer ended after %d of %d bytes", n, answer.ContentLength)
	}
	return nil
}

// advisories is what db status says of the imported ones.
func advisories(dir string) (list []documents.Advisories, problems []string) {
	list = []documents.Advisories{}
	db, err := vuln.Open(dir)
	switch {
	case errors.Is(err, vuln.ErrNoDatabase):
		return list, nil
	case err != nil:
		return list, []string{err.Error()}
	}
	defer db.Close()
	for _, s := range db.Sources() {
		list = append(list, documents.Advisories{Name: s.Name, Count: s.Advisories, Newest: string(s.Newest), Imported: string(s.Imported), Origin: s.Origin, Licence: s.Licence})
	}
	for _, err := range db.Problems() {
		problems = append(problems, err.Error())
	}
	return list, problems
}
