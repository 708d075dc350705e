package main

import (
	"errors"
	"fmt"
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

// exitCodes is the one table of them; help and README are made from it.
var exitCodes = []struct {
	Code    int
	Meaning string
}{
	{ExitClean, "nothing at or above --fail-on was found, and nothing that should have been read was left out"},
	{ExitFindings, "at least one finding at or above --fail-on (default: high)"},
	{ExitUsage, "wrong usage or configuration; nothing was scanned"},
	{ExitIncomplete, "incomplete: a scanner failed, a file did not parse, nothing was collected, or a report could not be written"},
	{ExitDatabase, "the risk database is missing, damaged, expired or older than --max-db-age, or a bundle was refused"},
	{ExitInterrupted, "interrupted; what was done until then is reported"},
}

func exitCodeHelp() string {
	s := "Exit codes (4 goes before 3, and 3 before 1):\n"
	for _, c := range exitCodes {
		s += fmt.Sprintf("  %3d  %s\n", c.Code, c.Meaning)
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
