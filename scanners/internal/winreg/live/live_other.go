//go:build !windows

package live

import "quaestor/scanners/internal/winreg"

// Open returns the registry of this computer.
func Open() (winreg.Registry, error) { return nil, ErrElsewhere }
