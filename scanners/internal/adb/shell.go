package adb

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

const (
	// maxStdout is how much of a command's answer is kept: several times the longest `dumpsys package`.
	maxStdout = 64 << 20
	maxStderr = 64 << 10
)

// Output is what a command on the phone answered.
type Output struct {
	Stdout []byte
	Stderr []byte
	Exit   int  // 0 to 255; -1 when it is not known because the answer was cut
	Cut    bool // the answer was longer than what is kept, and not read further
	Merged bool // the phone is too old to tell standard error from standard output: Stdout has both
}

// ExitError says that a command on the phone failed.
type ExitError struct {
	Command string
	Exit    int
	Stderr  string
}

func (e *ExitError) Error() string {
	if e.Stderr == "" {
		return fmt.Sprintf("%q on the phone ended with exit code %d", e.Command, e.Exit)
	}
	return fmt.Sprintf("%q on the phone ended with exit code %d: %s", e.Command, e.Exit, quote(strings.TrimSpace(e.Stderr)))
}

// Quote makes one word of the phone's shell out of s, whatever s holds.
func Quote(s string) string {
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// commandLine quotes every argument. A zero byte ends a string on the phone, so that what follows would not count.
func commandLine(argv []string) (string, error) {
	if len(argv) == 0 {
		return "", errors.New("no command to run on the phone")
	}
	words := make([]string, len(argv))
	for i, a := range argv {
		if strings.IndexByte(a, 0) >= 0 {
			return "", fmt.Errorf("argument %s cannot be handed to a phone: it has a zero byte", quote(a))
		}
		words[i] = Quote(a)
	}
	return strings.Join(words, " "), nil
}

// Run runs a command on the phone. Each argument is quoted for the phone's shell: it is one word there and cannot
// become a command. That a command fails is no error here: see Output.Exit.
func (p *Phone) Run(ctx context.Context, argv ...string) (*Output, error) {
	var b upTo
	out, err := p.RunTo(ctx, &b, argv...)
	if out != nil {
		out.Stdout = b.kept.Bytes()
	}
	return out, err
}

// RunTo is Run for an answer that is kept by whoever asks: it goes to w, and Output.Stdout stays empty. When w answers
// [ErrTooLong] nothing more is read, and the output counts as cut.
func (p *Phone) RunTo(ctx context.Context, w io.Writer, argv ...string) (*Output, error) {
	st, err := p.start(ctx, argv)
	if err != nil {
		return nil, err
	}
	defer st.Close()
	out := &Output{Merged: st.merged()}
	_, err = io.Copy(w, st)
	var exit *ExitError
	switch {
	case errors.Is(err, ErrTooLong):
		out.Cut, out.Exit = true, -1
	case errors.As(err, &exit):
		out.Exit = exit.Exit
	case err != nil:
		out.Stderr = st.stderr()
		return out, err
	}
	out.Stderr = st.stderr()
	return out, nil
}

// Stream runs a command and hands out its standard output while it comes. The end of the stream is io.EOF only when
// the command succeeded; when it failed it is an *ExitError. Closing early ends the command. How much is read is up
// to the caller.
func (p *Phone) Stream(ctx context.Context, argv ...string) (io.ReadCloser, error) {
	return p.start(ctx, argv)
}

// upTo keeps the beginning of an answer.
type upTo struct{ kept bytes.Buffer }

// Write implements io.Writer.
func (u *upTo) Write(p []byte) (int, error) {
	if left := maxStdout - u.kept.Len(); len(p) > left {
		u.kept.Write(p[:left])
		return left, ErrTooLong
	}
	return u.kept.Write(p)
}

// stream is the running command, in either form of the shell.
type stream interface {
	io.ReadCloser
	stderr() []byte
	merged() bool
}

func (p *Phone) start(ctx context.Context, argv []string) (stream, error) {
	line, err := commandLine(argv)
	if err != nil {
		return nil, err
	}
	features, err := p.Features(ctx)
	if err != nil {
		return nil, err
	}
	if features["shell_v2"] {
		c, err := p.open(ctx, "shell,v2,raw:"+line)
		if err != nil {
			return nil, err
		}
		return &shell2{c: c, command: argv[0]}, nil
	}
	c, raw, err := p.openOld(ctx, line+"; echo "+marker+"$?")
	if err != nil {
		return nil, err
	}
	return &shell1{c: c, command: argv[0], known: raw}, nil
}

// openOld opens a command on a phone without the newer shell: raw where that exists, which is from Android 5, and
// else through the terminal that the old shell comes with.
func (p *Phone) openOld(ctx context.Context, line string) (c *conn, raw bool, err error) {
	p.mu.Lock()
	noExec := p.noExec
	p.mu.Unlock()
	if !noExec {
		c, err := p.open(ctx, "exec:"+line)
		if !errors.Is(err, ErrRefused) {
			return c, true, err
		}
		p.mu.Lock()
		p.noExec = true
		p.mu.Unlock()
	}
	c, err = p.open(ctx, "shell:"+line)
	return c, false, err
}

// exit is the end of a stream after the command's exit code is known.
func exit(command string, code int, stderr []byte) error {
	if code == 0 {
		return io.EOF
	}
	return &ExitError{Command: command, Exit: code, Stderr: string(stderr)}
}

// marker stands before the exit code that the old shell is made to print as the last thing.
const marker = "quaestor-exit:"

// maxTail is the longest end of an old shell's answer that can be the marker: with a code of three digits, and a
// line end that a terminal makes two or three bytes of.
const maxTail = len(marker) + 3 + 3

// cutMarker takes the marker off the end of an answer.
func cutMarker(tail []byte) (rest []byte, code int, ok bool) {
	line := bytes.TrimRight(tail, "\r\n")
	at := bytes.LastIndex(line, []byte(marker))
	if at < 0 {
		return tail, 0, false
	}
	n, err := strconv.ParseUint(string(line[at+len(marker):]), 10, 8)
	if err != nil {
		return tail, 0, false
	}
	return tail[:at], int(n), true
}
