// Command adbphone lets a simulated phone be connected to, to try by hand what the tests try:
//
//	go run ./scanners/internal/adb/adbsim/adbphone -record pixel-15 -apps 300
//	adb connect 127.0.0.1:PORT
//
// It runs until it is interrupted, and writes each command that the phone is given to standard error when -v is set.
//
// What it cannot show: how a real phone answers; see package adbsim.
package main

import (
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"time"

	"quaestor/scanners/internal/adb/adbsim"
)

func main() {
	record := flag.String("record", "pixel-15", "which phone: "+strings.Join(adbsim.Records(), ", "))
	apps := flag.Int("apps", 0, "how many more apps it has")
	auth := flag.String("auth", "trusting", "whether it lets a computer in that it does not know: trusting, refusing or asking")
	cut := flag.Int64("cut", 0, "pull the cable after that many bytes; 0 is never")
	delay := flag.Duration("delay", 0, "wait before each packet")
	verbose := flag.Bool("v", false, "write the commands that it is given")
	flag.Parse()
	if err := run(*record, *apps, *auth, adbsim.Faults{CutAfter: *cut, Delay: *delay}, *verbose); err != nil {
		fmt.Fprintln(os.Stderr, "adbphone:", err)
		os.Exit(1)
	}
}

func run(record string, apps int, auth string, faults adbsim.Faults, verbose bool) error {
	p, err := adbsim.Load(record)
	if err != nil {
		return err
	}
	defer p.Close()
	known := map[string]adbsim.Auth{"trusting": adbsim.Trusting, "refusing": adbsim.Refusing, "asking": adbsim.Asking}
	var ok bool
	if p.Auth, ok = known[auth]; !ok {
		return fmt.Errorf("-auth %q is none of trusting, refusing and asking", auth)
	}
	p.AddApps(apps)
	p.Arm(faults)
	addr, err := p.Listen()
	if err != nil {
		return err
	}
	fmt.Println("adb connect", addr)
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, os.Interrupt)
	for seen := 0; ; {
		select {
		case <-stop:
			return nil
		case <-time.After(200 * time.Millisecond):
		}
		list := p.Commands()
		for _, c := range list[seen:] {
			if verbose {
				fmt.Fprintln(os.Stderr, c)
			}
		}
		seen = len(list)
	}
}
