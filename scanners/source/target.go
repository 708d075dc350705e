package source

import (
	"cmp"
	"fmt"
	"os"
	"strings"
)

// KindHost is the kind of this computer, or of a root file system in a folder.
const KindHost = "host"

// The kinds of phones that are plugged in. Their path is the serial number, or empty for every phone that is there.
const (
	KindADB    = "adb"
	KindIPhone = "iphone"
)

// Target is what a user names on the command line: [KIND:]PATH.
type Target struct {
	Kind string // "" when the kind is to be found by content
	Path string
	// Shown is what readers see in place of the path, for a file that was fetched from somewhere else.
	Shown string
}

// ParseTarget splits a known kind off s. Anything before a colon that is not a known kind belongs to the
// path, so that C:\dump and file names with colons work.
func ParseTarget(s string, kinds []string) Target {
	for _, k := range kinds {
		if rest, ok := strings.CutPrefix(s, k+":"); ok {
			return Target{Kind: k, Path: rest}
		}
	}
	return Target{Path: s}
}

// Live reports whether the target is a computer's root file system rather than a dump.
func (t Target) Live() bool { return t.Kind == KindHost }

// Attached reports whether the target is a phone that is plugged in: it has no content, and its scanner opens it.
func (t Target) Attached() bool { return t.Kind == KindADB || t.Kind == KindIPhone }

// String is the target as the user would write it.
func (t Target) String() string {
	if t.Kind == "" {
		return t.Path
	}
	return t.Kind + ":" + t.Path
}

// IsTarget reports whether a source is what the user named, and not a file in it.
func (s *Source) IsTarget() bool {
	t := s.Target()
	return s.Name() == cmp.Or(t.Shown, strings.ReplaceAll(t.Path, `\`, "/"))
}

// Check reports whether a target can be opened at all, so that a mistyped path is told before any work.
func Check(t Target) error {
	if t.Path == "" && t.Live() || t.Attached() {
		return nil
	}
	if t.Path == "" {
		return fmt.Errorf("%q names no path; write %sPATH", t.String(), t.String())
	}
	if _, err := os.Lstat(t.Path); err != nil {
		return fmt.Errorf("cannot open %q: %w; check the path", t.Path, reason(err))
	}
	return nil
}
