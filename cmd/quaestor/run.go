package main

import (
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	"golang.org/x/term"
)

// Env is everything the command takes from the outside world.
type Env struct {
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	LookupEnv      func(string) (string, bool)
	Environ        func() []string
	Now            func() time.Time
	Transport      http.RoundTripper // for updates from a mirror; nil for the usual one
}

// Run runs the command line and returns the exit code.
func Run(ctx context.Context, env Env, args []string) int {
	out := &printed{w: env.Stdout}
	env.Stdout = out
	root := newRoot(env)
	root.SetArgs(args)
	err := unknownCommand(root, args)
	if err == nil {
		err = root.ExecuteContext(ctx)
	}
	if lost := out.close(); lost != nil && exitCode(err) < ExitIncomplete { // else it is said, or something worse is
		err = lost
	}
	if err == nil {
		return ExitClean
	}
	var exit *exitError
	if !errors.As(err, &exit) {
		exit = &exitError{code: ExitUsage, err: err}
	}
	if exit.err != nil {
		say(env, string(escapeLines([]byte(shortened(exit.err.Error(), args)))))
	}
	return exit.code
}

// terminal returns the file behind w when it is a terminal.
func terminal(w io.Writer) (*os.File, bool) {
	if p, ok := w.(*printed); ok {
		w = p.w
	}
	f, ok := w.(*os.File)
	return f, ok && term.IsTerminal(int(f.Fd()))
}

// longest is how much of an argument a message repeats.
const longest = 200

// shortened cuts what a message repeats of arguments that are longer than anybody reads.
func shortened(message string, args []string) string {
	for _, a := range args {
		_, value, _ := strings.Cut(a, "=")
		for _, text := range append([]string{a, value}, strings.Split(value, ",")...) {
			if len(text) <= longest {
				continue
			}
			cut := strings.ToValidUTF8(text[:longest], "")
			quoted, quotedCut := strconv.Quote(text), strconv.Quote(cut)
			message = strings.ReplaceAll(message, quoted[1:len(quoted)-1], quotedCut[1:len(quotedCut)-1]+"…")
			message = strings.ReplaceAll(message, text, cut+"…")
		}
	}
	return message
}
