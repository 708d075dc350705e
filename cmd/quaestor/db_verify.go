package main

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"quaestor/reports/documents"
	"quaestor/riskdb"
	"quaestor/riskdb/bundle"
)

const dbVerifyLong = `Verify says what is in a bundle, who signed it, and whether it would be accepted
today; if not, why. It is checked by the root that --root names, else by the pinned
one. A bundle that no trusted root speaks for is refused: that it is consistent in
itself says nothing about who made it. Nothing is installed.`

func newDBVerify(env Env) *cobra.Command {
	var format, root, asOf string
	var from databaseFlags
	c := &cobra.Command{
		Use:     "verify FILE",
		Short:   "Check a bundle and show what is in it",
		Long:    dbVerifyLong,
		Example: "  quaestor db verify db-7.qdb --root 1.root.json",
		Args:    oneArgument("name a bundle"),
		RunE: func(_ *cobra.Command, args []string) error {
			file, err := readBundle(args[0])
			if err != nil {
				return usageError("%v", err)
			}
			trusted, err := readRoot(root)
			if err != nil {
				return usageError("--root: %v", err)
			}
			if asOf != "" {
				end, err := endOf(asOf, "--as-of", time.Time{})
				if err != nil {
					return err
				}
				env.Now = func() time.Time { return end }
			}
			r, err := checkFile(env, args[0], file, trusted, from.dir)
			if err != nil {
				return err
			}
			if format == "json" {
				if err := writeJSON(env.Stdout, r); err != nil {
					return err
				}
			} else {
				writeCheck(env, r)
			}
			if !r.Accepted {
				return &exitError{code: ExitDatabase, err: fmt.Errorf("%s is refused: %s", args[0], r.Reason)}
			}
			return nil
		},
	}
	textOrJSON(c, &format)
	c.Flags().StringVar(&root, "root", "", "root metadata `FILE` that is trusted (default the pinned one)")
	c.Flags().StringVar(&asOf, "as-of", "", "check expiry as of this `DATE` (default today)")
	from.addDir(c)
	return c
}

// checkFile verifies a bundle by a root, or by the pinned one, and says what is in it as far as that can be read.
func checkFile(env Env, name string, file, root []byte, dir string) (*documents.Verify, error) {
	from := databaseFlags{dir: dir}
	sum := sha256.Sum256(file)
	r := &documents.Verify{Envelope: document("db-verify", riskdb.DateOf(env.Now()), nil), File: name, Bytes: len(file), SHA256: hex.EncodeToString(sum[:]), Trusted: "pinned"}
	if root != nil {
		r.Trusted = "root"
	}
	checked, tables, err := from.store(env).Inspect(file, root, env.Now())
	if err == nil {
		r.Accepted = true
	} else {
		r.Reason = withFlag(err, "--root").Error()
		own, rootErr := bundle.OwnRoot(file)
		if rootErr != nil {
			return r, nil
		}
		r.Trusted = "nothing"
		var again error
		if checked, again = bundle.Check(file, bundle.Trust{Root: own}, time.Time{}); again != nil {
			return r, nil
		}
		if tables, again = checked.Tables(); again != nil && !errors.Is(again, bundle.ErrFuture) {
			return r, nil
		}
	}
	r.Bundle, r.Signers = &checked.Info, checked.Signers
	r.Expires, r.RootVersion, r.RootExpires = checked.Expires.Format(time.DateOnly), checked.RootVersion, checked.RootExpires.Format(time.DateOnly)
	if tables != nil {
		for _, t := range tables.Counts() {
			r.Tables = append(r.Tables, documents.RowCount{Table: t.Name, Rows: t.Rows})
		}
	}
	return r, nil
}
