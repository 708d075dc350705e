package main

import (
	"crypto/rand"
	"fmt"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"quaestor/riskdb"
	"quaestor/riskdb/bundle"
	"quaestor/riskdb/keydir"
)

const dbKeygenLong = `Keygen makes the keys of an authority that publishes risk databases, in a folder of
its own: root keys, which say which keys may sign and belong offline; bundle keys,
which sign bundles; and 1.root.json, which readers are given to trust. Private keys
are files readable by their owner alone, unencrypted. Nothing is overwritten.`

func newDBKeygen(env Env) *cobra.Command {
	var p keydir.Plan
	var expires string
	c := &cobra.Command{
		Use:     "keygen FOLDER",
		Short:   "Make the keys of an authority that publishes bundles",
		Long:    dbKeygenLong,
		Example: "  quaestor db keygen keys\n  quaestor db keygen keys --root-keys 3 --root-threshold 2",
		Args:    oneArgument("name a new folder for the keys"),
		RunE: func(_ *cobra.Command, args []string) (err error) {
			if p.Expires, err = rootEnd(env, expires); err != nil {
				return err
			}
			if err := keydir.Create(args[0], rand.Reader, p); err != nil {
				return usageError("%v", err)
			}
			return describeKeys(env, args[0], 1)
		},
	}
	f := c.Flags()
	f.IntVar(&p.RootKeys, "root-keys", 1, "`NUMBER` of root keys")
	f.IntVar(&p.RootThreshold, "root-threshold", 1, "`NUMBER` of root keys that have to sign a new root")
	f.IntVar(&p.BundleKeys, "bundle-keys", 1, "`NUMBER` of bundle keys")
	f.IntVar(&p.BundleThreshold, "bundle-threshold", 1, "`NUMBER` of bundle keys that have to sign a bundle")
	f.StringVar(&expires, "expires", "", "last `DATE` of the root, YYYY-MM-DD (default in five years)")
	return c
}

const dbRotateLong = `Rotate replaces keys of an authority: it makes new ones, and the next root, signed
by the root keys of both. Readers follow by themselves with the next bundle, and
refuse what the old bundle keys sign from then on. The files of the old keys stay;
destroy them when no bundle has to be signed with them any more.`

func newDBRotate(env Env) *cobra.Command {
	var rootKeys, bundleKeys bool
	var expires string
	c := &cobra.Command{
		Use:     "rotate FOLDER",
		Short:   "Replace keys of an authority, so that readers follow",
		Long:    dbRotateLong,
		Example: "  quaestor db rotate keys --bundle-keys\n  quaestor db rotate keys --root-keys --bundle-keys",
		Args:    oneArgument("name the folder that `db keygen` made"),
		RunE: func(_ *cobra.Command, args []string) error {
			if !rootKeys && !bundleKeys {
				return usageError("say which keys to replace: --bundle-keys, --root-keys or both")
			}
			end, err := rootEnd(env, expires)
			if err != nil {
				return err
			}
			warnExposed(env, filepath.Join(args[0], keydir.RootKeys))
			warnExposed(env, filepath.Join(args[0], keydir.BundleKeys))
			n, err := keydir.Rotate(args[0], rand.Reader, rootKeys, bundleKeys, end)
			if err != nil {
				return usageError("%v", err)
			}
			return describeKeys(env, args[0], n)
		},
	}
	c.Flags().BoolVar(&rootKeys, "root-keys", false, "make new root keys")
	c.Flags().BoolVar(&bundleKeys, "bundle-keys", false, "make new bundle keys")
	c.Flags().StringVar(&expires, "expires", "", "last `DATE` of the new root, YYYY-MM-DD (default in five years)")
	return c
}

func describeKeys(env Env, dir string, version int64) error {
	text, err := readRoot(filepath.Join(dir, fmt.Sprintf("%d.root.json", version)))
	if err != nil {
		return err
	}
	r, err := bundle.DescribeRoot(text)
	if err != nil {
		return err
	}
	w := env.Stdout
	labelled(w, "Root", fmt.Sprintf("%s, expires %s", filepath.Join(dir, fmt.Sprintf("%d.root.json", version)), r.Expires.Format(time.DateOnly)))
	labelled(w, "Root keys", fmt.Sprintf("%d of %d have to sign: %s", r.RootThreshold, len(r.RootKeys), shortKeys(r.RootKeys)))
	labelled(w, "Bundle keys", fmt.Sprintf("%d of %d have to sign: %s", r.BundleThreshold, len(r.BundleKeys), shortKeys(r.BundleKeys)))
	labelled(w, "Next", fmt.Sprintf("Keep %s offline, apart from %s. Hand out 1.root.json by a way that readers trust.",
		filepath.Join(dir, keydir.RootKeys), filepath.Join(dir, keydir.BundleKeys)))
	return nil
}

// rootEnd is the last second of a root. One that has ended already would never be trusted.
func rootEnd(env Env, expires string) (time.Time, error) {
	end, err := endOf(expires, "--expires", env.Now().AddDate(5, 0, 0))
	if err == nil && end.Before(env.Now()) {
		err = usageError("--expires %s lies in the past: nobody would trust the root", expires)
	}
	return end, err
}

// warnExposed names private keys that other users of the computer can read.
func warnExposed(env Env, dir string) {
	names, err := keydir.Exposed(dir)
	for _, name := range names {
		fmt.Fprintf(env.Stderr, "quaestor: warning: the private key %s can be read by others; run chmod 600 on it, and replace it with `quaestor db rotate` if somebody may have\n", name)
	}
	if err != nil {
		fmt.Fprintf(env.Stderr, "quaestor: warning: whether others can read the private keys is not known: %v\n", err)
	}
}

// endOf is the last second of a day that a flag names.
func endOf(text, flag string, standard time.Time) (time.Time, error) {
	if text == "" {
		text = standard.UTC().Format(time.DateOnly)
	}
	if d, err := riskdb.ParseDate(text); err != nil || len(d) != len(time.DateOnly) {
		return time.Time{}, usageError("%s %q: write a day as YYYY-MM-DD", flag, text)
	}
	day, err := time.Parse(time.DateOnly, text)
	return day.Add(24*time.Hour - time.Second), err
}
