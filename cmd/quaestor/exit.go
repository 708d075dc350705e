package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
)

// The exit codes. Where several hold, 4 goes before 3 and 3 before 1. They are never a count.
const (
	ExitClean       = 0
	ExitFindings    = 1
	ExitUsage       = 2
	ExitIncomplete  = 3
	ExitDatabase    = 4
	ExitInterrupted = 130
)

// exitMeaning is what a code means.
type exitMeaning struct {
	Code    int
	Meaning string
}

// exitCodes is the one table of them for all commands, shown by `quaestor --help` and in README.
var exitCodes = []exitMeaning{
	{ExitClean, "nothing at or above --fail-on was found, and nothing that should have been read was left out; other commands: done"},
	{ExitFindings, "at least one finding at or above --fail-on (default: high); `policy test`: a test failed; `db lint`: an error; `selftest`: a format lost something"},
	{ExitUsage, "wrong usage or configuration, and nothing was scanned; `explain`: nothing is known; `policy check`: a fault"},
	{ExitIncomplete, "incomplete: a scanner failed, a file did not parse, nothing was collected, a report could not be written, or a bundle could not be fetched, read or installed"},
	{ExitDatabase, "the risk database is missing, damaged, expired or older than --max-db-age, or a bundle was refused"},
	{ExitInterrupted, "interrupted; what was done until then is reported"},
}

// scanCodes are the codes of scan.
var scanCodes = []exitMeaning{
	{ExitClean, "nothing at or above --fail-on was found, and nothing that should have been read was left out"},
	{ExitFindings, "at least one finding at or above --fail-on (default: high)"},
	{ExitUsage, "wrong usage or configuration; nothing was scanned"},
	exitCodes[3], {ExitDatabase, "the risk database is missing, damaged, expired or older than --max-db-age; with --vulns local, so are advisories that were needed (--max-osv-age)"}, exitCodes[5],
}

// codesOf are the codes of commands that give more than 0 for done and 2 for wrong usage, by their path.
var codesOf = map[string][]exitMeaning{
	"quaestor explain":       {{ExitClean, "something is known"}, {ExitUsage, "wrong usage, or nothing is known under that name"}, {ExitDatabase, "the risk database, or the advisories in --osv-dir, are missing or damaged, or a bundle was refused"}},
	"quaestor devices":       {{ExitClean, "listed, even if no phone is plugged in or none can be scanned"}, {ExitIncomplete, "neither Android phones nor iPhones could be asked for: see what to install"}, {ExitInterrupted, "interrupted"}},
	"quaestor db status":     {{ExitClean, "the risk database can be used"}, {ExitDatabase, "the risk database or imported advisories are missing or damaged, or a bundle was refused"}},
	"quaestor db update":     {{ExitClean, "installed, or in use already"}, {ExitUsage, "wrong usage, or the source could not be read; nothing has changed"}, {ExitDatabase, "the bundle was refused; nothing has changed"}, {ExitInterrupted, "interrupted; nothing has changed"}},
	"quaestor db import-osv": {{ExitClean, "imported; advisories that could not be read are named"}, {ExitUsage, "wrong usage, or a source that is not there; nothing has changed"}, {ExitIncomplete, "a source could not be fetched or read, or has no advisories; nothing has changed"}, {ExitInterrupted, "interrupted; nothing has changed"}},
	"quaestor db verify":     {{ExitClean, "the bundle would be accepted"}, {ExitDatabase, "the bundle would be refused"}},
	"quaestor db lint":       {{ExitClean, "no error"}, {ExitFindings, "an error, or with --strict a warning"}, {ExitUsage, "wrong usage, or the folder cannot be read"}},
	"quaestor policy check":  {{ExitClean, "the files can be used"}, {ExitUsage, "wrong usage, or a fault; with --strict also a warning"}},
	"quaestor policy test":   {{ExitClean, "every test passed"}, {ExitFindings, "a test failed"}, {ExitUsage, "wrong usage, a policy that cannot be used, or no test in it"}},
	"quaestor selftest":      {{ExitClean, "every format holds all that was planted"}, {ExitFindings, "a format lost something"}},
	"quaestor version":       {{ExitClean, "the version was told, whatever is wrong with the risk database"}},
}

// exitCodeHelp is the table under the help of a command.
func exitCodeHelp(c *cobra.Command) string {
	switch path := c.CommandPath(); path {
	case c.Root().CommandPath():
		return codeTable("Exit codes (4 goes before 3, and 3 before 1):", exitCodes)
	case "quaestor scan":
		return codeTable("Exit codes (4 goes before 3, and 3 before 1):", scanCodes)
	default:
		return codeTable("Exit codes:", commandCodes(c, codesOf[path]))
	}
}

// commandCodes adds what holds for every command to what is said of one.
func commandCodes(c *cobra.Command, own []exitMeaning) []exitMeaning {
	out := slices.Clone(own)
	add := func(m exitMeaning) {
		if !slices.ContainsFunc(out, func(x exitMeaning) bool { return x.Code == m.Code }) {
			out = append(out, m)
		}
	}
	add(exitMeaning{ExitClean, "done"})
	add(exitMeaning{ExitUsage, "wrong usage or configuration; nothing was done"})
	if c.Flags().Lookup("db") != nil && c.CommandPath() != "quaestor version" {
		add(exitMeaning{ExitDatabase, "the risk database is missing or damaged, or a bundle was refused"})
	}
	slices.SortFunc(out, func(a, b exitMeaning) int { return a.Code - b.Code })
	return out
}

func codeTable(title string, codes []exitMeaning) string {
	s := title + "\n"
	for _, c := range codes {
		lines := strings.Split(wrap(c.Meaning, 7, pageWidth), "\n")
		lines[0] = fmt.Sprintf("  %3d  %s", c.Code, strings.TrimLeft(lines[0], " "))
		s += strings.Join(lines, "\n") + "\n"
	}
	return s
}

// exitError carries an exit code, and a message where there is something to say.
type exitError struct {
	code int
	err  error
}

func (e *exitError) Error() string {
	if e.err == nil {
		return fmt.Sprintf("exit code %d", e.code)
	}
	return e.err.Error()
}

func (e *exitError) Unwrap() error { return e.err }

// exitCode is the code that an error carries, 0 for none.
func exitCode(err error) int {
	var exit *exitError
	switch {
	case err == nil:
		return ExitClean
	case errors.As(err, &exit):
		return exit.code
	}
	return ExitUsage
}

func usageError(format string, args ...any) error {
	return &exitError{code: ExitUsage, err: fmt.Errorf(format, args...)}
}
