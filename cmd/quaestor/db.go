package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"quaestor/reports/jsonform"
)

const dbLong = `A risk database is built into the program. A newer one, and what further
authorities add to it, comes as a signed bundle: one file, which is installed
from a disk, a folder on a USB stick, or an HTTPS mirror.

Quaestor ships no key of its own. Whoever publishes bundles makes keys with
"db keygen" and hands out the root (1.root.json) by a way that readers trust; the
first "db update" of an authority names it with --root, and it stays pinned.`

func newDB(env Env) *cobra.Command {
	c := &cobra.Command{
		Use:   "db",
		Short: "Look into the risk database, update it, publish one",
		Long:  dbLong,
		Args:  cobra.NoArgs,
		RunE:  func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(newDBStatus(env), newDBSearch(env), newDBExport(env), newDBDiff(env), newDBLicences(env),
		newDBUpdate(env), newDBImportOSV(env), newDBVerify(env), newDBReset(env), newDBKeygen(env), newDBRotate(env), newDBBuild(env), newDBLint(env))
	return c
}

// textOrJSON adds the flag -o to a command that writes text or JSON.
func textOrJSON(c *cobra.Command, format *string) { eitherFormat(c, format, "text", "json") }

// eitherFormat adds the flag for one of two formats, of which the first is the usual one.
func eitherFormat(c *cobra.Command, format *string, usual, other string) {
	c.Flags().StringVarP(format, "output", "o", usual, fmt.Sprintf("`FORMAT`: %s or %s", usual, other))
	run := c.RunE
	c.RunE = func(c *cobra.Command, args []string) error {
		if *format != usual && *format != other {
			return usageError("-o %q: %s writes %s or %s", *format, c.CommandPath(), usual, other)
		}
		return run(c, args)
	}
}

// writeJSON writes a document for programs, as the reports are: what cannot be seen as \u escapes.
func writeJSON(w io.Writer, v any) error { return jsonform.Encode(w, v, "  ") }

// labelled writes a label and a text that is wrapped beside it.
func labelled(w io.Writer, label, text string) {
	if text == "" {
		return
	}
	lines := strings.Split(wrap(text, labelWidth, pageWidth), "\n")
	lines[0] = fmt.Sprintf("%-*s", labelWidth, label) + strings.TrimLeft(lines[0], " ")
	fmt.Fprintln(w, strings.Join(lines, "\n"))
}
