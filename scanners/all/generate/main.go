// Command generate writes the table of scanners into scanners/README.md. Run it after a scanner was added or says
// something else of itself: go generate ./scanners/all
//
// What it cannot see: whether what a scanner says of itself is true.
package main

import (
	"fmt"
	"os"

	"quaestor/scanners"
	"quaestor/scanners/all"
)

func main() {
	if err := run("../README.md"); err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
}

// run is called in scanners/all, as go generate does.
func run(name string) error {
	text, err := os.ReadFile(name)
	if err != nil {
		return fmt.Errorf("%w; run it with go generate ./scanners/all", err)
	}
	made, err := scanners.InDocument(string(text), all.Scanners())
	if err != nil {
		return err
	}
	return os.WriteFile(name, []byte(made), 0o644)
}
