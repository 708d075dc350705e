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
	"strings"

	"github.com/spf13/cobra"

	"quaestor/riskdb/bundle"
	"quaestor/riskdb/installed"
)

const dbUpdateLong = `Update installs a bundle: a file; the newest acceptable ones of a folder, such as a
USB stick; or, from an https address, a file or the latest.qdb of a folder.

The first update of an authority needs --root, the root metadata it hands out; from
then on it is pinned, and new roots are followed when the old ones signed them. A
bundle that is forged, cut, expired, older than what was accepted or made for a
newer program is refused with exit code 4, and the installed one stays.

An https update asks for one file and sends nothing about this computer. --offline
refuses it; it is the only command that opens a connection.`

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
	scheme, _, remote := strings.Cut(source, "://")
	if remote && scheme != "https" {
		return usageError("%q: bundles come from https addresses, files and folders only", source)
	}
	if offline {
		if remote {
			return usageError("--offline: %q is on the network; bring the bundle on a disk and name its file or folder", source)
		}
		if err := refuseNetwork(); err != nil {
			return usageError("--offline: %v", err)
		}
	}
	if remote {
		file, err := fetch(ctx, u.env.Transport, source)
		if err != nil {
			return fetchError(ctx, source, err)
		}
		return u.install(source, file)
	}
	info, err := os.Stat(source)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return usageError("%q does not exist", source)
	case err != nil:
		return usageError("%v", err)
	case info.IsDir():
		return u.folder(source)
	}
	file, err := readBundle(source)
	if err != nil {
		return usageError("%v", err)
	}
	return u.install(source, file)
}

// fetchError tells an interruption, and what did not arrive, from a bundle that is bad.
func fetchError(ctx context.Context, source string, err error) error {
	if ctx.Err() != nil {
		return &exitError{code: ExitInterrupted, err: errors.New("interrupted; the installed database stays in use")}
	}
	return usageError("%q could not be fetched: %v; the installed database stays in use", source, err)
}

func (u *updater) install(name string, file []byte) error {
	r, err := u.store.Install(file, u.root, u.env.Now())
	if err != nil {
		return u.refused(name, err)
	}
	u.tell(r)
	return nil
}

// refused is exit code 4 for what is wrong with a bundle, and 2 for what the user can mend here.
func (u *updater) refused(name string, err error) error {
	switch {
	case errors.Is(err, installed.ErrNoRoot):
		return usageError("%q: %v", name, withFlag(err, "--root"))
	case errors.Is(err, fs.ErrPermission), errors.Is(err, installed.ErrFolder):
		return usageError("%v", err)
	}
	return &exitError{code: ExitDatabase, err: fmt.Errorf("%q is refused: %w; the database in use stays as it is", name, err)}
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
func (u *updater) folder(dir string) error {
	names, err := filepath.Glob(filepath.Join(escapeGlob(dir), "*"+bundle.Extension))
	if err != nil {
		return usageError("%v", err)
	}
	if len(names) == 0 {
		return usageError("%q holds no bundle (*%s)", dir, bundle.Extension)
	}
	if len(names) > maxBundles {
		return usageError("%q holds %d bundles; name one of them, or a folder of at most %d", dir, len(names), maxBundles)
	}
	offers, refusals := u.offers(names)
	if len(offers) == 0 {
		return u.refused(dir, errors.Join(append([]error{errors.New("none of its bundles is acceptable")}, refusals...)...))
	}
	for _, err := range refusals {
		fmt.Fprintf(u.env.Stderr, "quaestor: passed over: %v\n", err)
	}
	for _, o := range offers {
		file, err := readBundle(o.name)
		if err != nil {
			return usageError("%v", err)
		}
		if err := u.install(o.name, file); err != nil {
			return err
		}
	}
	return nil
}

// escapeGlob keeps a folder's name from being a pattern.
func escapeGlob(dir string) string {
	if filepath.Separator == '\\' {
		return strings.NewReplacer("[", "[[]", "*", "[*]", "?", "[?]").Replace(dir)
	}
	return strings.NewReplacer(`\`, `\\`, "[", `\[`, "*", `\*`, "?", `\?`).Replace(dir)
}

// offers finds the newest acceptable bundle of each authority, whole databases first.
func (u *updater) offers(names []string) ([]offer, []error) {
	best := map[string]offer{}
	var refusals []error
	for _, name := range names {
		file, err := readBundle(name)
		if err == nil {
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
		RunE: func(*cobra.Command, []string) error {
			store := from.store(env)
			if store.Dir == "" {
				return usageError("there is no folder for the risk database: name one with --db-dir")
			}
			if err := store.Reset(forget); err != nil {
				return usageError("%v", err)
			}
			fmt.Fprintf(env.Stdout, "The risk database built into the program is used again.\n")
			return nil
		},
	}
	from.addDir(c)
	c.Flags().BoolVar(&forget, "forget", false, "forget the trusted roots and the numbers that were accepted")
	return c
}
