// Package dex reads Dalvik executables: what classes they define, which string constants they hold, and where their
// code calls what most apps do not need. It reads versions 035 to 041 with the containers of 041, and of compact DEX
// (cdex001) the classes and strings.
//
// Everything is read in place and in time and memory linear in the bytes: tables that reach beyond the file are cut,
// bytes that several entries share are read a bounded number of times, and whatever was left out is a gap. The map
// list is not looked at: every table needed here stands in the header too, and tools and devices disagree about it.
//
// What the package cannot see: code that is unpacked, fetched or decrypted while the app runs; what reflection calls;
// which value an argument has, but for string constants of the same method; calls of compact DEX; and whether code that
// is there is ever reached.
package dex

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"quaestor/scanners/inventory"
)

// Facts are what one DEX file, or one container of several, says. They hold nothing of the data but Strings.
type Facts struct {
	Files    []inventory.CodeFile // several for a container
	Classes  int                  // defined, duplicates counted as often as they stand there
	Renamed  int
	Packages []inventory.CodePackage // sorted by name
	Marks    []inventory.Mark        // sorted by code
	// Strings yields the string constants: MUTF-8, without those that are only type descriptors, short prototypes,
	// names of fields and methods, or source files. A string that is both a name and a constant is left out, which
	// loses no address: names have no dots, slashes or colons. Names of parameters and of local variables for
	// debuggers are not told from constants. Then come the texts that code fills arrays with. The bytes are valid as long
	// as the data handed to Read is.
	Strings func(yield func(s []byte) bool)
	Gaps    []string

	packages []packageCount
	notes    []note
	names    []uint64 // hashes of the names of defined classes
}

// ErrNotDex is for data that does not begin like a DEX file.
var ErrNotDex = errors.New("not a DEX file")

// IsDex reports whether a file that begins with head is a DEX or compact DEX file of any version.
func IsDex(head []byte) bool {
	if len(head) < 8 || (!bytes.HasPrefix(head, []byte("dex\n")) && !bytes.HasPrefix(head, []byte("cdex"))) {
		return false
	}
	for _, c := range head[4:7] {
		if c < '0' || c > '9' {
			return false
		}
	}
	return head[7] == 0
}

// Read takes the facts of the DEX file that data holds; name is its entry in the container of the app. With an error
// the Facts hold what was read up to where the file breaks off; they are never nil.
func Read(ctx context.Context, data []byte, name string) (*Facts, error) {
	name = inventory.Text(name)
	facts := &Facts{Strings: func(func([]byte) bool) {}}
	if !IsDex(data) {
		return facts, fmt.Errorf("%q is %w; look at it with other tools", name, ErrNotDex)
	}
	c := newCollector(name, len(data))
	files, err := open(data, c)
	for i, f := range files {
		e := c.read(ctx, f)
		if e == nil && f.info.Error != "" {
			e = errors.New(f.info.Error)
		}
		if e != nil && err == nil {
			err = fmt.Errorf("DEX file %d in %q was read in part: %w; look at it with other tools", i+1, name, e)
		}
	}
	c.fill(facts)
	facts.Strings = func(yield func([]byte) bool) {
		left := 3 * sharing(len(files)) * len(data)
		for _, f := range files {
			if !f.constants(&left, yield) {
				return
			}
		}
		arrays(data, &left, yield)
	}
	return facts, err
}
