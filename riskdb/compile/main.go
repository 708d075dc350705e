// Command compile checks the YAML of the risk database and writes it in the form that is built into the
// program: go run ./riskdb/compile, in the root of the repository.
//
// What it cannot see: whether a fact is true. It ends with status 1 and a list of files and lines when the
// records do not hold together, and then writes nothing.
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"quaestor/riskdb"
	"quaestor/riskdb/internal/veil"
	"quaestor/riskdb/internal/yamldb"
)

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

func run(args []string, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("compile", flag.ContinueOnError)
	flags.SetOutput(stderr)
	dir := flags.String("data", filepath.Join("riskdb", "data"), "folder of the YAML; riskdb.bin is written there")
	check := flags.Bool("check", false, "only check; write nothing")
	show := flags.String("decode", "", "print the indicators of this `file` in clear, and do nothing else")
	hide := flags.String("encode", "", "print this `text` as an indicator is stored, and do nothing else")
	if err := flags.Parse(args); err != nil {
		return 2
	}
	switch {
	case *show != "":
		return decode(*show, stdout, stderr)
	case *hide != "":
		fmt.Fprintln(stdout, veil.Hide(*hide))
		return 0
	}
	compiled, err := yamldb.Compile(os.DirFS(*dir))
	if err != nil {
		fmt.Fprintln(stderr, err)
		return 1
	}
	db, err := riskdb.Decode(string(compiled))
	if err != nil {
		fmt.Fprintln(stderr, err)
		return 1
	}
	if !*check {
		if err := os.WriteFile(filepath.Join(*dir, "riskdb.bin"), compiled, 0o644); err != nil {
			fmt.Fprintln(stderr, err)
			return 1
		}
	}
	s := db.Stats()
	fmt.Fprintf(stdout, "%s: %d bytes; %d products, %d vendors (%d verified), %d owners, %d edges, %d measures, %d laws, %d signers, %d releases of systems and models, %d indicators, %d sources\n",
		db.Version(), len(compiled), s.Products, s.Vendors, s.VerifiedVendors, s.Entities, s.Edges, s.Bans, s.Laws, s.Signers, s.Releases, s.Indicators, s.Sources)
	return 0
}
