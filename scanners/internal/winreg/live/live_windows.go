package live

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"golang.org/x/sys/windows/registry"

	"quaestor/scanners/internal/winreg"
)

const access = registry.QUERY_VALUE | registry.ENUMERATE_SUB_KEYS | registry.WOW64_64KEY

// Limits on what one key returns.
const (
	maxNames = 200_000
	maxValue = 4 << 20
)

// Open returns the registry of this computer.
func Open() (winreg.Registry, error) { return system{}, nil }

type system struct{}

// Open implements winreg.Registry.
func (system) Open(path string) (winreg.Key, error) {
	root, names, err := winreg.Split(path)
	if err != nil {
		return nil, err
	}
	from := registry.LOCAL_MACHINE
	if root == winreg.Users {
		from = registry.USERS
	}
	return open(from, winreg.Join(names...), path)
}

// Users implements winreg.Registry.
func (system) Users() []string {
	k, err := registry.OpenKey(registry.USERS, "", access)
	if err != nil {
		return nil
	}
	defer k.Close()
	names, _ := k.ReadSubKeyNames(maxNames) // what was read before an error are accounts all the same
	names = slices.DeleteFunc(names, func(name string) bool { return !isAccount(name) })
	slices.Sort(names)
	return names
}

// open opens a key; shown is its path for the error. The error is the system's own, which tells absence and refusal.
func open(from registry.Key, path, shown string) (winreg.Key, error) {
	k, err := registry.OpenKey(from, path, access)
	if err != nil {
		return nil, fmt.Errorf("cannot open the registry key %q: %w", shown, err)
	}
	return &key{k: k, path: shown}, nil
}

type key struct {
	k    registry.Key
	path string
}

// Name implements winreg.Key.
func (k *key) Name() string { return k.path[strings.LastIndexByte(k.path, '\\')+1:] }

// Subkeys implements winreg.Key.
func (k *key) Subkeys() ([]string, error) {
	names, err := k.k.ReadSubKeyNames(maxNames)
	return names, end(err)
}

// end takes the end of a list for what it is.
func end(err error) error {
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

// Open implements winreg.Key.
func (k *key) Open(name string) (winreg.Key, error) {
	name = strings.Trim(name, `\`)
	return open(k.k, name, winreg.Join(k.path, name))
}

// Values implements winreg.Key.
func (k *key) Values() ([]winreg.Value, error) {
	names, err := k.k.ReadValueNames(maxNames)
	errs := []error{end(err)}
	values := make([]winreg.Value, 0, len(names))
	for _, name := range names {
		v, err := k.value(name)
		if err != nil {
			errs = append(errs, fmt.Errorf("cannot read the value %q of %q: %w", name, k.path, err))
			continue
		}
		values = append(values, v)
	}
	return values, errors.Join(errs...)
}

// value reads one value, whose size may change while it is read.
func (k *key) value(name string) (winreg.Value, error) {
	buf := make([]byte, 512)
	for {
		n, kind, err := k.k.GetValue(name, buf)
		if err == nil {
			return winreg.Value{Name: name, Type: kind, Data: slices.Clone(buf[:n])}, nil
		}
		if !errors.Is(err, registry.ErrShortBuffer) || n > maxValue || len(buf) > maxValue {
			return winreg.Value{}, err
		}
		buf = make([]byte, max(n, 2*len(buf)))
	}
}

// Modified implements winreg.Key.
func (k *key) Modified() time.Time {
	info, err := k.k.Stat()
	if err != nil {
		return time.Time{}
	}
	return info.ModTime().UTC()
}

// Close implements winreg.Key.
func (k *key) Close() error { return k.k.Close() }
