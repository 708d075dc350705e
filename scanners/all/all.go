// Package all is the one readable list of scanners. A test compares it with the folders.
package all

import (
	"quaestor/scanners"
	"quaestor/scanners/android/packages"
	"quaestor/scanners/apk"
	"quaestor/scanners/host/dpkg"
	"quaestor/scanners/host/rpm"
	"quaestor/scanners/host/system"
	"quaestor/scanners/saved"
)

// Scanners returns a new instance of every scanner. Where two recognise the same source, the first in this
// list gets it, so the more particular stands before the more general.
func Scanners() []scanners.Scanner {
	return []scanners.Scanner{
		saved.New(),
		apk.New(),
		packages.New(),
		dpkg.New(),
		rpm.New(),
		system.New(),
	}
}
