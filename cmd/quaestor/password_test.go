package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestReadPasswords(t *testing.T) {
	dir := t.TempDir()
	for name, c := range map[string]struct {
		content string
		want    []string
		says    string
	}{
		"one":          {"geheim", []string{"geheim"}, ""},
		"lines":        {"\ufeffone \r\n\r\n two\nthree\n", []string{"one ", " two", "three"}, ""},
		"empty":        {"\r\n\n", nil, "no password in it"},
		"many":         {strings.Repeat("x\n", maxPasswords+1), nil, "more than 20 passwords"},
		"as many":      {strings.Repeat("x\n", maxPasswords), slices.Repeat([]string{"x"}, maxPasswords), ""},
		"another file": {strings.Repeat("x", maxPasswordFile+1), nil, "bytes"},
	} {
		file := filepath.Join(dir, "p")
		if err := os.WriteFile(file, []byte(c.content), 0o600); err != nil {
			t.Fatal(err)
		}
		got, err := readPasswords(t.Context(), file)
		if !slices.Equal(got, c.want) || (err == nil) != (c.says == "") || err != nil && !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
	for _, name := range []string{"-", filepath.Join(dir, "none"), dir} {
		if _, err := readPasswords(t.Context(), name); exitCode(err) != ExitUsage {
			t.Errorf("%q: %v", name, err)
		}
	}
}

// What the user gives is tried in the order of file and environment; without a terminal nobody is asked.
func TestPasswordsGiven(t *testing.T) {
	env := Env{Stdin: strings.NewReader("typed\n"), Stderr: &strings.Builder{}, Now: time.Now,
		LookupEnv: func(name string) (string, bool) { return "from the environment", name == backupPassword }}
	p := newPasswords(env, newProgress(env), []string{"from a file"})
	if got, err := p.find(t.Context(), "x", 0); err != nil || !slices.Equal(got, []string{"from a file", "from the environment"}) {
		t.Errorf("%q, %v", got, err)
	}
	if got, err := p.find(t.Context(), "x", 2); err != nil || len(got) != 2 {
		t.Errorf("when none opens it: %q, %v", got, err)
	}
	env.LookupEnv = func(string) (string, bool) { return "", false }
	if got, err := newPasswords(env, newProgress(env), nil).find(t.Context(), "x", 0); err != nil || len(got) != 0 {
		t.Errorf("%q, %v", got, err)
	}
}

// asking is a user at a terminal.
func asking(t *testing.T) (p *passwords, terminal *os.File) {
	t.Helper()
	user, program := pseudoTerminal(t)
	env := Env{Stdin: program, Stderr: program, Now: time.Now, LookupEnv: func(string) (string, bool) { return "", false }}
	return newPasswords(env, newProgress(env), nil), user
}

// until reads what the program shows until it shows a text.
func until(t *testing.T, terminal *os.File, text string) string {
	t.Helper()
	var shown []byte
	for buf := make([]byte, 256); !strings.Contains(string(shown), text); {
		n, err := terminal.Read(buf)
		if err != nil {
			t.Fatalf("%v after %q", err, shown)
		}
		shown = append(shown, buf[:n]...)
	}
	return string(shown)
}

// TestAsked: the user is asked once, and what is typed is not shown.
func TestAsked(t *testing.T) {
	p, user := asking(t)
	type answer struct {
		words []string
		err   error
	}
	answered := make(chan answer)
	go func() {
		words, err := p.find(t.Context(), "a\x1b[31mbackup", 0)
		answered <- answer{words, err}
	}()
	if shown := until(t, user, "without): "); strings.Contains(shown, "\x1b") {
		t.Errorf("an escape gets through: %q", shown)
	}
	waitForSilence(t, user)
	if _, err := user.WriteString("geheim\n"); err != nil {
		t.Fatal(err)
	}
	if a := <-answered; a.err != nil || !slices.Equal(a.words, []string{"geheim"}) {
		t.Errorf("%q, %v", a.words, a.err)
	}
	if again, err := p.find(t.Context(), "another", 0); err != nil || !slices.Equal(again, []string{"geheim"}) {
		t.Errorf("again: %q, %v", again, err)
	}
	if shown := until(t, user, "\n"); strings.Contains(shown, "geheim") {
		t.Errorf("the password is shown: %q", shown)
	}
	if !echoes(t, user) {
		t.Error("the terminal does not show any more what is typed")
	}
}

// TestAskedThreeTimes: a wrong password is followed by the question, three times for one backup, each without an echo; Enter
// ends it for all.
func TestAskedThreeTimes(t *testing.T) {
	p, user := asking(t)
	ask := func(what string, tried int, typed, shows string) []string {
		t.Helper()
		answered := make(chan []string)
		go func() {
			words, err := p.find(t.Context(), what, tried)
			if err != nil {
				t.Error(err)
			}
			answered <- words
		}()
		if shown := until(t, user, "without): "); !strings.Contains(shown, shows) {
			t.Errorf("%q is shown, not %q", shown, shows)
		}
		waitForSilence(t, user)
		user.WriteString(typed + "\n")
		words := <-answered
		until(t, user, "\n")
		return words
	}
	ask("one", 0, "a", "is encrypted")
	ask("one", 1, "b", "That does not open \"one\" (try 2 of 3)")
	if words := ask("one", 2, "c", "try 3 of 3"); !slices.Equal(words, []string{"a", "b", "c"}) {
		t.Errorf("%q", words)
	}
	if words, err := p.find(t.Context(), "one", 3); err != nil || len(words) != 3 {
		t.Errorf("after three: %q, %v", words, err)
	}
	if words := ask("two", 3, "", "is encrypted"); len(words) != 3 {
		t.Errorf("%q", words)
	}
	if words, err := p.find(t.Context(), "three", 3); err != nil || len(words) != 3 {
		t.Errorf("after Enter: %q, %v", words, err)
	}
}

// TestAskingInterrupted: Ctrl-C ends the question, and leaves the terminal as it was.
func TestAskingInterrupted(t *testing.T) {
	p, user := asking(t)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() {
		_, err := p.find(ctx, "x", 0)
		ended <- err
	}()
	until(t, user, "without): ")
	waitForSilence(t, user)
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if !echoes(t, user) {
		t.Error("the terminal does not show any more what is typed")
	}
	user.WriteString("\n")
	p.reading.Wait()
}
