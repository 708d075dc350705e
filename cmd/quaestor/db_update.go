package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"quaestor/riskdb/bundle"
	"quaestor/riskdb/installed"
)

const dbUpdateLong = `Update installs a bundle: a file; the newest acceptable ones of a folder, such as a
USB stick; or, from an https address, a file or the latest.qdb of a folder.

The first update of an authority needs --root, the root metadata it hands out; from
then on it is pinned, and new roots are followed when the old ones signed them. A
bundle that is forged, cut, expired, older than what was accepted or made for a
newer program is refused with exit code 4, and the installed one stays. One that
cannot be fetched or read ends with exit code 3.

An https update asks for one file and sends nothing about this computer. --offline
refuses it. The other commands that open a connection are "db import-osv" with an
address, and "scan --vulns online".`

func newDBUpdate(env Env) *cobra.Command {
	var from databaseFlags
	var root string
	var offline bool
	c := &cobra.Command{
		Use:   "update FILE|FOLDER|https://…",
		Short: "Install a newer risk database, or an authority's overlay",
		Long:  dbUpdateLong,
		Example: `  quaestor db update db-7.qdb --root 1.root.json
  quaestor db update /media/usb --offline
  quaestor db update https://example.org/quaestor/`,
		Args: oneArgument("name a bundle, a folder of bundles or an https address"),
		RunE: func(c *cobra.Command, args []string) error {
			trusted, err := readRoot(root)
			if err != nil {
				return usageError("--root: %v", err)
			}
			store := from.store(env)
			if store.Dir == "" {
				return usageError("there is no folder for the risk database: name one with --db-dir")
			}
			u := updater{env: env, store: store, root: trusted}
			return u.update(c.Context(), args[0], offline)
		},
	}
	from.addDir(c)
	c.Flags().StringVar(&root, "root", "", "root metadata `FILE` of the authority, for its first bundle")
	c.Flags().BoolVar(&offline, "offline", false, "let the system refuse every network connection of this process")
	return c
}

type updater struct {
	env   Env
	store *installed.Store
	root  []byte
}

func (u *updater) update(ctx context.Context, source string, offline bool) error {
	address, err := mirrorAddress(source)
	if err != nil {
		return err
	}
	if offline {
		if address != nil {
			return usageError("--offline: %q is on the network; bring the bundle on a disk and name its file or folder", shownAddress(source))
		}
		if err := refuseNetwork(); err != nil {
			return usageError("--offline: %v", err)
		}
	}
	if address != nil {
		file, err := fetch(ctx, u.env.Transport, address)
		if err != nil {
			return fetchError(ctx, source, err)
		}
		return u.install(ctx, shownAddress(source), file)
	}
	if info, err := os.Stat(source); err == nil && info.IsDir() {
		return u.folder(ctx, source)
	}
	file, err := readBundle(source)
	if err != nil {
		return unread(err)
	}
	return u.install(ctx, source, file)
}

// fetchError tells an interruption, and what did not arrive, from a bundle that is bad.
func fetchError(ctx context.Context, source string, err error) error {
	code, what := ExitIncomplete, "could not be fetched"
	switch {
	case ctx.Err() != nil:
		return interrupted()
	case errors.Is(err, errTooLarge):
		code, what = ExitDatabase, "is refused"
	}
	return &exitError{code: code, err: fmt.Errorf("%q %s: %s; the installed database stays in use", shownAddress(source), what, shownError(err))}
}

// unread is the error of a bundle's file: 2 for a name of nothing, 4 for what no bundle can be, and 3 for what the
// system does not let us read.
func unread(err error) error {
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, errNoFile):
		return usageError("%v", err)
	case errors.Is(err, errTooLarge):
		return &exitError{code: ExitDatabase, err: fmt.Errorf("%w; it is refused", err)}
	}
	return &exitError{code: ExitIncomplete, err: fmt.Errorf("the bundle could not be read: %w", err)}
}

func interrupted() error {
	return &exitError{code: ExitInterrupted, err: errors.New("interrupted; the installed database stays in use")}
}

func (u *updater) install(ctx context.Context, name string, file []byte) error {
	r, err := u.store.Install(ctx, file, u.root, u.env.Now())
	if err != nil {
		return u.refused(ctx, name, err)
	}
	u.tell(r)
	return nil
}

// refused is exit code 4 for what is wrong with a bundle, and 3 for what keeps it from being installed here.
func (u *updater) refused(ctx context.Context, name string, err error) error {
	switch {
	case ctx.Err() != nil:
		return interrupted()
	case errors.Is(err, installed.ErrBusy), errors.Is(err, fs.ErrPermission), errors.Is(err, installed.ErrFolder):
		return &exitError{code: ExitIncomplete, err: fmt.Errorf("%q is not installed: %w", name, err)}
	}
	return &exitError{code: ExitDatabase, err: fmt.Errorf("%q is refused: %w; the database in use stays as it is", name, withFlag(err, "--root"))}
}

func (u *updater) tell(r *installed.Result) {
	e := r.Installed
	what := fmt.Sprintf("bundle %d of %s, facts of %s, expires %s, signed by %s", e.Sequence, r.Authority, e.Facts, e.Expires, shortKeys(e.Signers))
	switch {
	case r.Same:
		what = "Already in use: " + what
	case r.Before != nil:
		what = fmt.Sprintf("Installed: %s; before it %d", what, r.Before.Sequence)
	default:
		what = "Installed: " + what
	}
	if r.Accepted > 0 {
		what += fmt.Sprintf(". Its root replaces the bundle keys, so that number %d, which was accepted under the old ones, no longer counts", r.Accepted)
	}
	fmt.Fprintln(u.env.Stdout, wrap(what+".", 0, pageWidth))
}

// maxBundles is how many bundles of a folder are looked at.
const maxBundles = 256

// offer is a bundle of a folder that would be accepted.
type offer struct {
	name      string
	kind      bundle.Kind
	authority string
	sequence  int64
}

// folder installs, of each authority, the newest bundle that is acceptable. The others are named, and do not keep it
// out.
func (u *updater) folder(ctx context.Context, dir string) error {
	names, err := bundlesIn(dir)
	if err != nil {
		return err
	}
	offers, refusals := u.offers(ctx, names)
	if ctx.Err() != nil {
		return interrupted()
	}
	if len(offers) == 0 {
		return noneOf(dir, refusals)
	}
	for _, err := range refusals {
		fmt.Fprintf(u.env.Stderr, "quaestor: passed over: %v\n", err)
	}
	for _, o := range offers {
		file, err := readBundle(o.name)
		if err != nil {
			return unread(err)
		}
		if err := u.install(ctx, o.name, file); err != nil {
			return err
		}
	}
	return nil
}

// noneOf is the error of a folder without an acceptable bundle. What is refused goes before what cannot be read.
func noneOf(dir string, refusals []error) error {
	code := ExitIncomplete
	for _, err := range refusals {
		if exitCode(err) != ExitIncomplete {
			code = ExitDatabase
		}
	}
	all := errors.Join(append([]error{errors.New("none of its bundles is acceptable")}, refusals...)...)
	return &exitError{code: code, err: fmt.Errorf("%q: %w; the database in use stays as it is", dir, all)}
}

// bundlesIn names the bundles of a folder.
func bundlesIn(dir string) ([]string, error) {
	files, err := os.ReadDir(dir)
	if err != nil {
		return nil, unread(err)
	}
	var names []string
	for _, f := range files {
		if filepath.Ext(f.Name()) == bundle.Extension {
			names = append(names, filepath.Join(dir, f.Name()))
		}
	}
	switch {
	case len(names) == 0:
		return nil, usageError("%q holds no bundle (*%s)", dir, bundle.Extension)
	case len(names) > maxBundles:
		return nil, usageError("%q holds %d bundles; name one of them, or a folder of at most %d", dir, len(names), maxBundles)
	}
	return names, nil
}

// offers finds the newest acceptable bundle of each authority, whole databases first.
func (u *updater) offers(ctx context.Context, names []string) ([]offer, []error) {
	best := map[string]offer{}
	var refusals []error
	for _, name := range names {
		if ctx.Err() != nil {
			return nil, nil
		}
		file, err := readBundle(name)
		if err != nil {
			err = unread(err)
		} else {
			var c *bundle.Checked
			if c, _, err = u.store.Check(file, u.root, u.env.Now()); err == nil {
				key := string(c.Kind) + " " + c.Authority
				if c.Sequence > best[key].sequence {
					best[key] = offer{name, c.Kind, c.Authority, c.Sequence}
				}
				continue
			}
		}
		refusals = append(refusals, fmt.Errorf("%q: %w", filepath.Base(name), err))
	}
	var out []offer
	for _, o := range best {
		out = append(out, o)
	}
	slices.SortFunc(out, func(a, b offer) int {
		return cmp.Or(cmp.Compare(a.kind, b.kind), cmp.Compare(a.authority, b.authority))
	})
	return out, refusals
}

const dbResetLong = `Reset takes away the installed risk database and its overlays, so that the one built
into the program is used again. Roots stay pinned and numbers remembered, so that an
older bundle is refused as before; --forget lets go of them too.`

func newDBReset(env Env) *cobra.Command {
	var from databaseFlags
	var forget bool
	c := &cobra.Command{
		Use:   "reset",
		Short: "Go back to the risk database built into the program",
		Long:  dbResetLong,
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			store := from.store(env)
			if store.Dir == "" {
				return usageError("there is no folder for the risk database: name one with --db-dir")
			}
			if err := store.Reset(c.Context(), forget); err != nil {
				if c.Context().Err() != nil {
					return interrupted()
				}
				code := ExitIncomplete
				if errors.Is(err, installed.ErrDamaged) {
					code = ExitDatabase
				}
				return &exitError{code: code, err: err}
			}
			fmt.Fprintf(env.Stdout, "The risk database built into the program is used again.\n")
			return nil
		},
	}
	from.addDir(c)
	c.Flags().BoolVar(&forget, "forget", false, "forget the trusted roots and the numbers that were accepted")
	return c
}
