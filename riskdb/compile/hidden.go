package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"

	"quaestor/riskdb/internal/veil"
	"quaestor/riskdb/internal/yamldb"
)

// decode prints the indicators of a data file in clear, one a line, for a reviewer.
func decode(file string, stdout, stderr io.Writer) int {
	name := filepath.Base(file)
	set, err := yamldb.ReadFile(os.DirFS(filepath.Dir(file)), name)
	if err != nil {
		fmt.Fprintln(stderr, err)
		return 1
	}
	status := 0
	for _, f := range set.IndicatorFamilies {
		for _, in := range f.Indicators {
			clear, err := veil.Show(in.Hidden)
			if err != nil {
				fmt.Fprintf(stderr, "%s: %s: %v\n", name, f.ID, err)
				status = 1
				continue
			}
			fmt.Fprintf(stdout, "%s\t%s\t%s\n", f.ID, in.Kind, clear)
		}
	}
	if len(set.IndicatorFamilies) == 0 {
		fmt.Fprintf(stderr, "%s holds no indicator_families\n", name)
		status = 1
	}
	return status
}
