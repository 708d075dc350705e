package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"golang.org/x/term"
)

// backupPassword is the variable that holds the password of encrypted backups. It sets no flag: what is on a command line,
// other users of a computer see.
const backupPassword = "QUAESTOR_BACKUP_PASSWORD"

// Limits of a file of passwords. Trying one takes seconds.
const (
	maxPasswordFile = 64 << 10
	maxPasswords    = 20
)

// tries is how often the user is asked for the password of one backup.
const tries = 3

// passwords finds the passwords of encrypted backups: those of a file, then that of the environment; where there is neither,
// the user is asked on a terminal, again when what was typed opens a backup not. What was typed is tried with the next
// backup, too. They are kept in memory alone.
type passwords struct {
	env   Env
	bar   *progress
	fixed bool // by a file or the environment: nobody is asked

	mu      sync.Mutex
	given   []string
	asked   map[string]int // how often, by backup
	ended   bool           // the user goes on without, or cannot be asked
	err     error
	reading sync.WaitGroup // readers of the terminal; one that an interrupt left behind ends with the next line
}

func newPasswords(env Env, bar *progress, fromFile []string) *passwords {
	p := &passwords{env: env, bar: bar, given: fromFile, asked: map[string]int{}}
	if s, ok := env.LookupEnv(backupPassword); ok && s != "" {
		p.given = append(p.given[:len(p.given):len(p.given)], s)
	}
	p.fixed = len(p.given) > 0
	return p
}

// find is what scanners ask when they meet an encrypted backup.
func (p *passwords) find(ctx context.Context, what string, tried int) ([]string, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if tried < len(p.given) || p.fixed || p.ended || p.asked[what] == tries {
		return p.given, p.err
	}
	var typed string
	typed, p.err = p.ask(ctx, what, p.asked[what])
	p.asked[what]++
	if p.ended = typed == ""; !p.ended {
		p.given = append(p.given[:len(p.given):len(p.given)], typed)
	}
	return p.given, p.err
}

// ask asks on a terminal, where what is typed is not shown. Nobody is asked when there is none.
func (p *passwords) ask(ctx context.Context, what string, before int) (string, error) {
	in, ok := p.env.Stdin.(*os.File)
	out, tty := terminal(p.env.Stderr)
	if !ok || !tty || !term.IsTerminal(int(in.Fd())) {
		return "", nil
	}
	state, err := term.GetState(int(in.Fd()))
	if err != nil {
		return "", err
	}
	p.bar.pause(true)
	defer p.bar.pause(false)
	begin := "%s is encrypted."
	if before > 0 {
		begin = fmt.Sprintf("That does not open %%s (try %d of %d).", before+1, tries)
	}
	fmt.Fprintf(out, begin+" Its password (not shown; Enter to go on without): ", escapeLines([]byte(fmt.Sprintf("%q", what))))
	defer fmt.Fprintln(out)
	type answer struct {
		typed []byte
		err   error
	}
	answered, fd := make(chan answer, 1), int(in.Fd())
	p.reading.Go(func() {
		typed, err := term.ReadPassword(fd)
		answered <- answer{typed, err}
	})
	select {
	case a := <-answered:
		if errors.Is(a.err, io.EOF) {
			a.err = nil
		}
		return string(a.typed), a.err
	case <-ctx.Done(): // the terminal must not stay without an echo
		return "", errors.Join(ctx.Err(), term.Restore(fd, state))
	}
}

// readPasswords reads a file that holds one password a line. Only the end of a line is no part of it.
func readPasswords(ctx context.Context, name string) ([]string, error) {
	if name == "" {
		return nil, nil
	}
	if name == "-" {
		return nil, usageError(`--password-file: name a file; "-" is not read`)
	}
	data, err := readSoon(ctx, name)
	if err != nil {
		return nil, err
	}
	if len(data) > maxPasswordFile {
		return nil, usageError("--password-file %q: more than %d bytes; it should hold one password a line", name, maxPasswordFile)
	}
	var out []string
	for lines := bufio.NewScanner(bytes.NewReader(bytes.TrimPrefix(data, []byte("\ufeff")))); lines.Scan(); {
		if s := strings.TrimSuffix(lines.Text(), "\r"); s != "" {
			out = append(out, s)
		}
	}
	switch {
	case len(out) == 0:
		return nil, usageError("--password-file %q: no password in it; write one a line", name)
	case len(out) > maxPasswords:
		return nil, usageError("--password-file %q: more than %d passwords; trying one takes seconds", name, maxPasswords)
	}
	return out, nil
}

// passwordWait is how long something may take to write passwords into a pipe.
const passwordWait = time.Minute

// readSoon reads the start of a file. A pipe, such as a shell makes of <(...), is read too, but not waited for forever:
// even to open one that nobody writes to would last until somebody does.
func readSoon(ctx context.Context, name string) ([]byte, error) {
	timed, cancel := context.WithTimeout(ctx, passwordWait)
	defer cancel()
	type content struct {
		data []byte
		err  error
	}
	read := make(chan content, 1)
	go func() {
		f, err := os.Open(name)
		if err != nil {
			read <- content{err: err}
			return
		}
		defer f.Close()
		data, err := io.ReadAll(io.LimitReader(f, maxPasswordFile+1))
		read <- content{data, err}
	}()
	select {
	case c := <-read:
		if c.err != nil {
			return nil, usageError("--password-file: %v", c.err)
		}
		return c.data, nil
	case <-timed.Done():
		if ctx.Err() != nil {
			return nil, &exitError{code: ExitInterrupted, err: fmt.Errorf("interrupted")}
		}
		return nil, usageError("--password-file %q: nothing came for %s; see that what writes to it runs", name, passwordWait)
	}
}
