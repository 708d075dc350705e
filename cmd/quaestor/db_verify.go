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
	"quaestor/riskdb/installed"
)

const dbVerifyLong = `Verify says what is in a bundle, who signed it, and whether it would be accepted
today; if not, why. It is checked by the root that --root names, else by the pinned
one. A bundle that no trusted root speaks for is refused: that it is consistent in
itself says nothing about who made it. What is installed counts as for an update:
an older bundle is refused. Nothing is installed.`

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
				return unread(err)
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
			r := checkFile(args[0], file, trusted, from.store(env), env.Now(), true)
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

// checkFile verifies a bundle by a root, or by the pinned one, and says what is in it as far as that can be read. It
// is judged as an update would, or without what is installed.
func checkFile(name string, file, root []byte, store *installed.Store, now time.Time, asUpdate bool) *documents.Verify {
	sum := sha256.Sum256(file)
	r := &documents.Verify{Envelope: document("db-verify", riskdb.DateOf(now), nil), File: name, Bytes: len(file), SHA256: hex.EncodeToString(sum[:]), Trusted: "root"}
	judge := store.Inspect
	if asUpdate {
		judge = store.Check
	}
	checked, tables, err := judge(file, root, now)
	if err != nil {
		r.Reason, r.Trusted = withFlag(err, "--root").Error(), "nothing"
		if checked, tables = byItself(file); checked == nil {
			return r
		}
	} else {
		r.Accepted = true
		if root == nil || asUpdate && store.Pins(checked.Kind, checked.Authority) {
			r.Trusted = "pinned"
		}
	}
	r.Bundle, r.Signers = &checked.Info, checked.Signers
	r.Expires, r.RootVersion, r.RootExpires = checked.Expires.Format(time.DateOnly), checked.RootVersion, checked.RootExpires.Format(time.DateOnly)
	if tables != nil {
		for _, t := range tables.Counts() {
			r.Tables = append(r.Tables, documents.RowCount{Table: t.Name, Rows: t.Rows})
		}
	}
	return r
}

// byItself reads a bundle that is refused by the root that it brings, to show what it says; nil when that is nothing.
func byItself(file []byte) (*bundle.Checked, *riskdb.Tables) {
	own, err := bundle.OwnRoot(file)
	if err != nil {
		return nil, nil
	}
	checked, err := bundle.Check(file, bundle.Trust{Root: own}, time.Time{})
	if err != nil {
		return nil, nil
	}
	tables, err := checked.Tables()
	if err != nil && !errors.Is(err, bundle.ErrFuture) {
		return nil, nil
	}
	return checked, tables
}
