package main

import (
	"fmt"
	"io"
	"os/exec"
)

// tool is a program that reads an APK.
type tool struct {
	name string
	argv []string // the files come behind
	many bool     // reads several files in one process
	slow bool     // takes part in a few rounds only
	ends []int    // exit codes beside 0 that are no failure
}

// ours are the program and its measure.
func ours(s settings) []tool {
	return []tool{
		{name: "floor", argv: []string{s.floor}, many: true, ends: []int{1}},
		// 1: findings; 3: something could not be looked at, which the report says.
		{name: "quaestor", argv: []string{s.quaestor, "scan"}, many: true, ends: []int{1, 3}},
	}
}

// allTools are these and the peers. Peers may refuse a file: that is their result.
func allTools(s settings) []tool {
	return append(ours(s),
		tool{name: "unzip -t", argv: []string{"unzip", "-tqq"}, ends: []int{1, 2, 3}},
		tool{name: "aapt", argv: []string{"aapt", "dump", "badging"}, ends: []int{1}},
		tool{name: "apksigner", argv: []string{"apksigner", "verify"}, slow: true, ends: []int{1, 2}},
		tool{name: "androguard axml", argv: []string{"androguard", "axml"}, slow: true, ends: []int{1}},
		tool{name: "syft", argv: []string{"syft", "scan", "-q"}, slow: true, ends: []int{1}},
	)
}

// present says which tools are absent, and returns the others.
func present(out io.Writer, tools []tool) []tool {
	var found []tool
	for _, t := range tools {
		if _, err := exec.LookPath(t.argv[0]); err != nil {
			fmt.Fprintf(out, "%s: absent (%s is not installed), so not measured\n", t.name, t.argv[0])
			continue
		}
		found = append(found, t)
	}
	fmt.Fprintln(out)
	return found
}
