package winreg

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// Recorded is a registry in memory: for tests, and for exports that are read whole. It is built first and read
// afterwards; reading is safe for concurrent use.
type Recorded struct{ root *recordedKey }

// NewRecorded returns an empty registry.
func NewRecorded() *Recorded { return &Recorded{root: &recordedKey{}} }

// Set makes the key of a path, with those above it, and sets values in it; a value of the same name is replaced. A
// path without a known root is an error.
func (r *Recorded) Set(path string, values ...Value) error {
	k, err := r.make(path)
	if err != nil {
		return err
	}
	for _, v := range values {
		k.put(v)
	}
	return nil
}

// Has reports whether the key of a path was made.
func (r *Recorded) Has(path string) bool { return r.at(path) != nil }

// Subkeys is how many keys lie directly below that of a path.
func (r *Recorded) Subkeys(path string) int {
	k := r.at(path)
	if k == nil {
		return 0
	}
	return len(k.children)
}

func (r *Recorded) at(path string) *recordedKey {
	root, names, err := Split(path)
	if err != nil {
		return nil
	}
	return r.root.find(append([]string{root}, names...))
}

// few is how many values of a key are looked through one by one.
const few = 16

// put sets a value.
func (k *recordedKey) put(v Value) {
	if i := k.place(v.Name); i >= 0 {
		k.values[i] = v
		return
	}
	k.values = append(k.values, v)
	if k.places != nil {
		k.places[fold(v.Name)] = len(k.values) - 1
	}
}

// place is where a value is, -1 where it is not. An export may have any number of values in a key, so the places of many
// are kept.
func (k *recordedKey) place(name string) int {
	if len(k.values) <= few && k.places == nil {
		return slices.IndexFunc(k.values, func(have Value) bool { return strings.EqualFold(have.Name, name) })
	}
	if k.places == nil {
		k.places = make(map[string]int, 2*len(k.values))
		for i := range k.values {
			k.places[fold(k.values[i].Name)] = i
		}
	}
	if i, ok := k.places[fold(name)]; ok {
		return i
	}
	return -1
}

// SetModified says when the key of a path was last written, and makes the key.
func (r *Recorded) SetModified(path string, at time.Time) error {
	k, err := r.make(path)
	if err != nil {
		return err
	}
	k.modified = at
	return nil
}

// Refuse makes a key that cannot be opened: err, which may be [fs.ErrPermission], is what opening it returns.
func (r *Recorded) Refuse(path string, err error) error {
	k, merr := r.make(path)
	if merr != nil {
		return merr
	}
	k.refused = err
	return nil
}

func (r *Recorded) make(path string) (*recordedKey, error) {
	root, names, err := Split(path)
	if err != nil {
		return nil, err
	}
	k := r.root.child(root)
	for _, name := range names {
		k = k.child(name)
	}
	return k, nil
}

// Open implements Registry.
func (r *Recorded) Open(path string) (Key, error) {
	root, names, err := Split(path)
	if err != nil {
		return nil, err
	}
	if root == LocalMachine && IsCurrentControlSet(names) && r.root.find([]string{root, names[0], names[1]}) == nil {
		names[1] = ControlSet(r.current())
	}
	k := r.root.find(append([]string{root}, names...))
	if k == nil {
		return nil, NotExist(path)
	}
	if k.refused != nil {
		return nil, k.refused
	}
	return k, nil
}

// current is the number of the control set that the system last used.
func (r *Recorded) current() uint64 {
	k := r.root.find([]string{LocalMachine, "SYSTEM", "Select"})
	if k == nil {
		return 0
	}
	v, _ := Find(k.values, "Current")
	n, _ := v.Number()
	return n
}

// Users implements Registry.
func (r *Recorded) Users() []string {
	k := r.root.find([]string{Users})
	if k == nil {
		return nil
	}
	names, _ := k.Subkeys() // has no error
	return names
}

// recordedKey is a key in memory. Children are found by their folded name.
type recordedKey struct {
	name     string
	children map[string]*recordedKey
	values   []Value
	places   map[string]int // of values, by their folded name; nil where they are few
	modified time.Time
	refused  error
}

func (k *recordedKey) child(name string) *recordedKey {
	if c := k.children[fold(name)]; c != nil {
		return c
	}
	if k.children == nil {
		k.children = map[string]*recordedKey{}
	}
	c := &recordedKey{name: name}
	k.children[fold(name)] = c
	return c
}

func (k *recordedKey) find(names []string) *recordedKey {
	for _, name := range names {
		if k = k.children[fold(name)]; k == nil {
			return nil
		}
	}
	return k
}

// fold is the form in which names are compared: the registry compares in upper case.
func fold(name string) string { return strings.ToUpper(name) }

// Name implements Key.
func (k *recordedKey) Name() string { return k.name }

// Subkeys implements Key.
func (k *recordedKey) Subkeys() ([]string, error) {
	var names []string
	for _, c := range k.children {
		names = append(names, c.name)
	}
	slices.SortFunc(names, func(a, b string) int { return cmp.Compare(fold(a), fold(b)) })
	return names, nil
}

// Open implements Key.
func (k *recordedKey) Open(name string) (Key, error) {
	c := k.find(slices.DeleteFunc(strings.Split(name, `\`), func(s string) bool { return s == "" }))
	switch {
	case c == nil:
		return nil, NotExist(Join(k.name, name))
	case c.refused != nil:
		return nil, c.refused
	}
	return c, nil
}

// Values implements Key.
func (k *recordedKey) Values() ([]Value, error) { return slices.Clone(k.values), nil }

// Modified implements Key.
func (k *recordedKey) Modified() time.Time { return k.modified }

// Close implements Key.
func (k *recordedKey) Close() error { return nil }
