// Package scanners defines what a scanner is and runs scanners over sources.
//
// A scanner is a plain function from a [source.Source] to an [inventory.Inventory]: no goroutine that outlives
// it, no clock, no network, no risk data, no output. The runner adds scheduling, time limits, panic isolation, progress and
// the Run record. Adding a scanner is one folder and one line in scanners/all; see README.md beside this file.
//
// What the package cannot see: whether a fact matters.
package scanners

import (
	"context"

	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

// Info describes a scanner to the runner and to the reader of `quaestor scanners`.
type Info struct {
	ID        string   // path of its folder below scanners/, for example "android/packages"
	Kind      string   // target prefix: apk, android, host, inventory
	Title     string   // what it reads, in a few words
	Reads     []string // formats and versions
	CannotSee []string // what such a source never shows; the runner makes each a Gap of kind blind
	// Extensions are file name endings of what it reads, such as ".apk". They never decide what a file is;
	// a file that bears one and is not recognised is reported as malformed instead of passed over.
	Extensions []string
	// Platforms are the systems whose devices and apps it reads about, in the order of [Platforms]. Files of any of them
	// are read on every system that Quaestor runs on.
	Platforms []inventory.Platform
	// Live are the systems on which it reads what is running or plugged in: the computer itself, or a phone on its cable.
	// A scanner of files and copies alone has none.
	Live []inventory.Platform
	// OnlyLive is that it reads nothing else: of a file or a copied volume it sees nothing.
	OnlyLive bool
}

// Platforms returns all platforms, in the order in which they are listed.
func Platforms() []inventory.Platform {
	return []inventory.Platform{inventory.Windows, inventory.MacOS, inventory.Linux, inventory.Android, inventory.IOS}
}

// Computers returns the platforms that Quaestor itself runs on.
func Computers() []inventory.Platform {
	return []inventory.Platform{inventory.Windows, inventory.MacOS, inventory.Linux}
}

// Scanner reads one kind of source.
type Scanner interface {
	Info() Info
	// Recognise tells from content, never from the name alone, whether src is for this scanner. It is called
	// for every file and folder of a walk, so it looks at src.Head or at a few names only.
	Recognise(src *source.Source) bool
	// Scan returns the facts in src. What could not be looked at is a Gap in the inventory; an error means
	// that nothing, or not the main thing, could be read: facts returned beside an error are kept. Scan stops
	// soon after ctx is done. It need not sort, nor set Run records or Gap.Scanner. An error that has a method Next
	// says with it, in one sentence, what the reader can do.
	Scan(ctx context.Context, src *source.Source) (*inventory.Inventory, error)
}

// Unpacker is implemented by scanners that look into files compressed in some format besides gzip. No other scanner is asked
// about such a file, whose first bytes may look like anything.
type Unpacker interface {
	Unpacks(format string) bool
}

// Relative is implemented by scanners that can tell what a file is that belongs to their field and that they do not
// read, so that it is named and not taken for a file of unknown kind. Kin says it in a few words, or "" for any other file.
type Relative interface {
	Kin(src *source.Source) string
}

// Diagnoser is implemented by scanners that can tell from the first bytes of a file which they do not recognise that it was
// meant to be one of theirs and is damaged. Damaged says what it was meant to be, or "" for any other file.
type Diagnoser interface {
	Damaged(src *source.Source) string
}

// Describer is implemented by the scanner that can tell what a file looks like that none recognises, and what its user can do with it.
// Describe says both, the first to stand behind "It looks like", or "" for any other file.
type Describer interface {
	Describe(src *source.Source) (what, next string)
}

// Surveyor is implemented by a scanner that can read what the user named as a whole, where no other scanner reads what is in it.
// Survey is asked once of a folder or an archive, with the IDs of the scanners that take something in it.
type Surveyor interface {
	Survey(ctx context.Context, src *source.Source, taken []string) bool
}

// Sealer is implemented by a scanner that knows archives which hold nothing for any scanner but itself, such as libraries. They are
// not searched: in a folder that it surveys it reads them, in another they are passed over.
type Sealer interface {
	Sealed(src *source.Source) bool
}

// Container is implemented by scanners whose sources hold further sources, such as an acquisition folder
// with APKs in it. Inner names them, relative to src; the runner offers each to the other scanners.
type Container interface {
	Inner(src *source.Source) []string
}

// Lister is implemented by scanners of phones that are plugged in. Attached names those that are there and may be
// read, by what stands behind the kind on the command line; what stands in the way of reading others is a Gap.
type Lister interface {
	Attached(ctx context.Context) ([]string, []inventory.Gap, error)
}

// Follower is implemented by scanners that fetch files which other scanners read, such as the apps of a phone.
// Follow is called once, after Scan, with what Scan found; what it names is scanned next. Done is called when all of
// that is scanned, so that what was fetched can be taken away.
type Follower interface {
	Follow(ctx context.Context, src *source.Source, inv *inventory.Inventory) (next []source.Target, done func(), err error)
}

// Companion is implemented by scanners that read some files only as a part of another one that lies beside them.
// Such a file is neither scanned alone nor reported as passed over.
type Companion interface {
	Companion(src *source.Source) bool
}
