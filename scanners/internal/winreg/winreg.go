// Package winreg is the registry of Windows as its readers see it: keys and values by path, whether they come from
// hives, from an export, from the running system or from a test.
//
// A path begins with a root, HKLM or HKU, and goes on with the names of keys, separated by backslashes:
// `HKLM\SOFTWARE\Microsoft`. Below HKU stand the accounts whose part can be read, by SID or by name. Case does not
// matter. The view of 32-bit programs is its own key, WOW6432Node, and is read as such. CurrentControlSet, which no file
// holds, is resolved by the backends (see [ControlSet]).
//
// What the package cannot see: who may read a key (its security descriptor), and what a running system keeps in memory
// only, such as HARDWARE.
package winreg

import (
	"fmt"
	"io/fs"
	"strings"
	"time"
)

// Registry opens keys by path. An error is [fs.ErrNotExist] where there is no such key and [fs.ErrPermission] where
// the system refuses to open it.
type Registry interface {
	Open(path string) (Key, error)
	// Users names the accounts below HKU that can be read, in the order of their names.
	Users() []string
}

// Key is an open key. Subkeys and values come in the order of the registry; what is returned beside an error was read
// before it.
type Key interface {
	Name() string
	Subkeys() ([]string, error)
	Open(name string) (Key, error) // name may be a path
	Values() ([]Value, error)
	Modified() time.Time // when a value or subkey was last written; zero when not told
	Close() error
}

// Roots of paths.
const (
	LocalMachine = "HKLM"
	Users        = "HKU"
)

// rootNames are all spellings of the roots that tools write.
var rootNames = map[string]string{
	"HKLM": LocalMachine, "HKEY_LOCAL_MACHINE": LocalMachine, "HKU": Users, "HKEY_USERS": Users,
}

// Split takes a path apart: its root, in the short spelling, and the names below. An empty name is left out.
func Split(path string) (root string, names []string, err error) {
	for part := range strings.SplitSeq(path, `\`) {
		if part != "" {
			names = append(names, part)
		}
	}
	if len(names) == 0 {
		return "", nil, fmt.Errorf("the registry path is empty: %w", fs.ErrNotExist)
	}
	root, ok := rootNames[strings.ToUpper(names[0])]
	if !ok {
		return "", nil, fmt.Errorf("the registry path %q begins with no root that is read (HKLM, HKU): %w", path, fs.ErrNotExist)
	}
	return root, names[1:], nil
}

// Join makes a path of names.
func Join(names ...string) string { return strings.Join(names, `\`) }

// Child opens a key below another by the names of the way, and closes what it opened on the way.
func Child(k Key, names []string) (Key, error) {
	for i, name := range names {
		next, err := k.Open(name)
		if i > 0 {
			k.Close()
		}
		if err != nil {
			return nil, err
		}
		k = next
	}
	return k, nil
}

// Get returns a value of a key by name, without regard to case; the name "" is that of the key's default value.
func Get(k Key, name string) (Value, bool) {
	values, _ := k.Values() // what was read before an error may hold it
	return Find(values, name)
}

// Find returns a value by name, without regard to case.
func Find(values []Value, name string) (Value, bool) {
	for _, v := range values {
		if strings.EqualFold(v.Name, name) {
			return v, true
		}
	}
	return Value{}, false
}

// ControlSet is the key below SYSTEM that CurrentControlSet stands for, by the number in SYSTEM\Select.
func ControlSet(current uint64) string {
	if current == 0 || current > 999 {
		current = 1
	}
	return fmt.Sprintf("ControlSet%03d", current)
}

// IsCurrentControlSet reports whether names, those below HKLM, lead into CurrentControlSet.
func IsCurrentControlSet(names []string) bool {
	return len(names) > 1 && strings.EqualFold(names[0], "SYSTEM") && strings.EqualFold(names[1], "CurrentControlSet")
}

// NotExist is the error that a key is not there.
func NotExist(path string) error {
	return fmt.Errorf("there is no registry key %q: %w", path, fs.ErrNotExist)
}
