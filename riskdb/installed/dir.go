package installed

import "path/filepath"

// DefaultDir is where a user's database lies on an operating system, "" when the environment does not say.
func DefaultDir(goos string, lookup func(string) (string, bool)) string {
	in := func(variable string, below ...string) string {
		if v, _ := lookup(variable); filepath.IsAbs(v) {
			return filepath.Join(append([]string{v}, below...)...)
		}
		return ""
	}
	switch goos {
	case "windows":
		return in("LOCALAPPDATA", "quaestor", "db")
	case "darwin":
		return in("HOME", "Library", "Application Support", "quaestor", "db")
	}
	if dir := in("XDG_DATA_HOME", "quaestor", "db"); dir != "" {
		return dir
	}
	return in("HOME", ".local", "share", "quaestor", "db")
}
