// Command quaestor inventories the apps and security software on official devices, judges them against a
// sourced risk database, and proposes what has to go. Run `quaestor --help`.
//
// What the command cannot see: anything outside the targets it is given, and what the report lists under
// "not looked at". It never changes a target, and opens no network connection, except for `db update` from an
// https address, and to the adb server or usbmuxd for a phone that is plugged in.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	collectRarely()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // the second interrupt ends the program at once
	os.Exit(Run(ctx, Env{Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, LookupEnv: os.LookupEnv, Environ: os.Environ, Now: time.Now}, os.Args[1:]))
}
