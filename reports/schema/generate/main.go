// Command generate writes the schema files in reports/schema from the Go types. Run it from the top of the
// source tree after a change to the types: go run ./reports/schema/generate
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"quaestor/reports/schema/internal/build"
)

func main() {
	if err := run("."); err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
}

func run(root string) error {
	files, err := build.All(root)
	if err != nil {
		return err
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(root, "reports", "schema", name), text, 0o644); err != nil {
			return err
		}
	}
	return nil
}
