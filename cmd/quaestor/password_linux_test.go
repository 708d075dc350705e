package main

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"time"
)

// TestPasswordPipe: a pipe is read as a file is, and one that nobody writes to, or ends, does not outlast the scan.
func TestPasswordPipe(t *testing.T) {
	pipe := filepath.Join(t.TempDir(), "p")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Skipf("no named pipes here: %v", err)
	}
	written := make(chan error, 1)
	go func() { written <- os.WriteFile(pipe, []byte("one\ntwo\n"), 0o600) }()
	if got, err := readPasswords(t.Context(), pipe); err != nil || !slices.Equal(got, []string{"one", "two"}) {
		t.Errorf("%q, %v", got, err)
	}
	if err := <-written; err != nil {
		t.Error(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if got, err := readPasswords(ctx, pipe); exitCode(err) != ExitInterrupted {
		t.Errorf("without a writer: %q, %v", got, err)
	}
	w, err := os.OpenFile(pipe, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	w.WriteString("one\n")
	if got, err := readPasswords(ctx, pipe); exitCode(err) != ExitInterrupted {
		t.Errorf("without an end: %q, %v", got, err)
	}
}
