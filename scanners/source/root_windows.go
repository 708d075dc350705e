package source

import (
	"path/filepath"

	"golang.org/x/sys/windows"
)

// liveRoot is the root folder of the running computer: that of the drive with Windows on it, wherever the program was
// started.
func liveRoot() string {
	dir, err := windows.GetSystemWindowsDirectory()
	if err != nil || filepath.VolumeName(dir) == "" {
		return `C:\`
	}
	return filepath.VolumeName(dir) + `\`
}
