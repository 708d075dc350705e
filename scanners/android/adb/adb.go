// Package adb reads Android phones that are plugged in, through the adb server of this computer: what `android:` sources
// read of a dump, asked of the phone itself, for every one of its users.
//
// Every question is a command that only reads, and nothing is written to the phone. The questions go over several
// connections at once. Which are asked is one table, in questions.go; what the answers mean is known in
// scanners/internal/androidfacts, so that a phone that is scanned and one that was dumped give the same facts. On request
// the apps' APKs are fetched into a folder of this computer, see [Options], and scanned there.
//
// What the package cannot see: what apps store, because adb's user may not; users and profiles whose owner or
// organisation refuses adb; certificate authorities that a user installed, on all phones but old ones. A phone whose system was
// changed may answer whatever it likes, hashes of APKs included.
package adb

import (
	"context"
	"fmt"
	"strings"

	"quaestor/scanners"
	client "quaestor/scanners/internal/adb"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

const id = "android/adb"

// Options say what is fetched from phones. The zero value fetches nothing.
type Options struct {
	Pull Pull
	// Dir is the folder that APKs are fetched into, one file for each content; it is made when it is not there.
	Dir string
	// Choose names packages to fetch besides those that the scanner's own marks name, and why. It is asked with what
	// was found, and only with [PullSuspicious].
	Choose func(*inventory.Inventory) map[string]string
	// Progress, if set, is told what is being done; it may be called from several goroutines.
	Progress func(Progress)
	// Fetched, if set, is told at the end what lies in Dir of a phone. It may be called from several goroutines.
	Fetched func(Fetched)

	server   *client.Server // nil for that of this computer
	maxBytes int64          // to fetch from one phone; 0 for the default
}

// Pull says which APKs are fetched.
type Pull string

// The values of Pull.
const (
	PullNone       Pull = "none"
	PullSuspicious Pull = "suspicious"
	PullAll        Pull = "all"
)

// Progress is what is being done with a phone.
type Progress struct {
	Serial      string
	Doing       string // "asking", "finding", "hashing", "fetching"
	Done, Total int    // questions, apps, or APKs
	Bytes       int64  // fetched so far
}

// Fetched says what of a phone's APKs lies in the folder for fetched ones, each content once.
type Fetched struct {
	Serial string
	Dir    string
	Files  int   // that are there
	Bytes  int64 // of these
	New    int   // files that were not there before
}

// The versions of Android whose answers were met, recorded or by their source.
const (
	oldest = 6
	newest = 16
)

type scanner struct{ o Options }

// New returns the scanner.
func New(o Options) scanners.Scanner { return &scanner{o} }

// Info implements [scanners.Scanner].
func (s *scanner) Info() scanners.Info {
	info := scanners.Info{
		ID: id, Kind: source.KindADB, Title: "an Android phone that is plugged in, through the adb server of this computer",
		Platforms: []inventory.Platform{inventory.Android}, Live: scanners.Computers(), OnlyLive: true,
		Reads: []string{"adb: every phone that is plugged in and allowed this computer", "adb:SERIAL one of them", fmt.Sprintf("Android %d to %d", oldest, newest)},
		CannotSee: []string{
			"What apps store: adb's user may not read it.",
			"Users and profiles that are locked or whose owner refuses adb, such as a private space; see the gaps about users.",
			"Apps that a changed system hides: a phone answers about itself.",
			"Apps that were removed, and what an app does on the network.",
		},
	}
	if s.o.Pull != PullAll { // with it, the gaps name those that could not be fetched
		info.CannotSee = append(info.CannotSee, "The content and the certificates of apps that were not fetched with --pull.")
	}
	return info
}

// Recognise implements [scanners.Scanner]. No file is a phone.
func (*scanner) Recognise(src *source.Source) bool {
	return src.Attached() && src.Kind() == source.KindADB
}

func (s *scanner) server() *client.Server {
	if s.o.server != nil {
		return s.o.server
	}
	return &client.Server{}
}

// Attached implements [scanners.Lister].
func (s *scanner) Attached(ctx context.Context) ([]string, []inventory.Gap, error) {
	devices, err := Devices(ctx, s.server())
	if err != nil {
		return nil, nil, unread(err)
	}
	var names []string
	var gaps []inventory.Gap
	for _, d := range devices {
		if d.Ready {
			names = append(names, d.Serial)
			continue
		}
		gaps = append(gaps, inventory.Gap{Subject: inventory.Text(source.KindADB + ":" + d.Serial), Kind: inventory.GapUnreadable,
			Detail: fmt.Sprintf("The phone is plugged in and was not read: %s.", d.State), Next: d.Next})
	}
	return names, gaps, nil
}

// Scan implements [scanners.Scanner].
func (s *scanner) Scan(ctx context.Context, src *source.Source) (*inventory.Inventory, error) {
	serial := src.Target().Path
	if serial == "" {
		return nil, fmt.Errorf("no phone is named; write adb:SERIAL, or adb: for every phone that is plugged in")
	}
	server := s.server()
	if err := server.Start(ctx); err != nil {
		return nil, unread(err)
	}
	e := &examination{phone: server.Open(serial), serial: serial, name: src.Name(), progress: s.o.Progress}
	inv, err := e.run(ctx)
	return inv, unread(err)
}

// blocked is the error of a phone that cannot be read, or of the way to it, which says apart what to do.
type blocked struct {
	err  error
	next string
}

// Error implements error.
func (b *blocked) Error() string { return client.Cause(b.err) }

// Next is what the reader can do about it.
func (b *blocked) Next() string { return b.next }

// Unwrap is what stood in the way.
func (b *blocked) Unwrap() error { return b.err }

// unread parts an error of the client into what happened and what to do.
func unread(err error) error {
	if next := client.Next(err); next != "" {
		return &blocked{err, next}
	}
	return err
}

// sentence makes an error fit to stand in a gap.
func sentence(err error) string {
	s := strings.TrimSuffix(inventory.Text(err.Error()), ".") + "."
	return strings.ToUpper(s[:1]) + s[1:]
}
