package main

import (
	"fmt"
	"io"
	"os"

	"quaestor/scanners"
	"quaestor/scanners/mdm/mapped"
)

// maxMapping is more bytes than a mapping has.
const maxMapping = 2 << 20

// readMapping reads the file that --map names.
func readMapping(name string) (*mapped.Own, error) {
	if name == "" {
		return nil, nil
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, usageError("--map: %v; check the path", err)
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxMapping))
	if err != nil {
		return nil, usageError("--map: %q cannot be read: %v", name, err)
	}
	own, err := mapped.Parse(name, text)
	if err != nil {
		return nil, usageError("--map: %v", err)
	}
	return own, nil
}

// withMapping gives a mapping to the scanner of mappings.
func withMapping(list []scanners.Scanner, own *mapped.Own) []scanners.Scanner {
	if own == nil {
		return list
	}
	return own.With(list)
}

// tellUnused says that nothing was read by the mapping: its user believes otherwise.
func tellUnused(env Env, cfg scanConfig) {
	if cfg.mapping != nil && !cfg.mapping.Used() {
		say(env, fmt.Sprintf("no file was read by the mapping: other scanners read what there was, or nothing fitted it; write %s:FILE for a file that must be read by it", mapped.Kind))
	}
}
