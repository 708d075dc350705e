//go:build !linux

package main

import (
	"fmt"
	"os"
)

func killOnSocket() {}

func dialOffline() {
	fmt.Fprintln(os.Stderr, "the kernel filter is there on Linux only")
	os.Exit(1)
}
