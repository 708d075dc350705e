package hive

import (
	"cmp"
	"slices"
	"strings"

	"quaestor/scanners/internal/winreg"
)

// Set is a registry made of hives, each of which stands at a path. It is not safe for concurrent use.
type Set struct{ mounts []mount }

// mount is a hive and where it stands.
type mount struct {
	path  []string // root and names, folded
	shown []string // as they were given
	hive  *Hive
	root  *Key
}

// Mount puts a hive at a path, such as `HKLM\SOFTWARE`, `HKU\anna` or `HKU\anna\Software\Classes`. The error says that
// the hive has no readable root.
func (s *Set) Mount(path string, h *Hive) error {
	root, names, err := winreg.Split(path)
	if err != nil {
		return err
	}
	key, err := h.Root()
	if err != nil {
		return err
	}
	m := mount{shown: append([]string{root}, names...), hive: h, root: key}
	for _, name := range m.shown {
		m.path = append(m.path, fold(name))
	}
	s.mounts = append(s.mounts, m)
	slices.SortStableFunc(s.mounts, func(a, b mount) int { return cmp.Compare(len(b.path), len(a.path)) }) // the deepest first
	return nil
}

// Open implements winreg.Registry.
func (s *Set) Open(path string) (winreg.Key, error) {
	m, names, err := s.find(path)
	if err != nil {
		return nil, err
	}
	return m.root.Open(winreg.Join(names...))
}

// Locate tells in which hive a path is, by the path where it was mounted, and the way inside of it.
func (s *Set) Locate(path string) (mounted, inside string, ok bool) {
	m, names, err := s.find(path)
	if err != nil {
		return "", "", false
	}
	return winreg.Join(m.shown...), winreg.Join(names...), true
}

func (s *Set) find(path string) (mount, []string, error) {
	root, names, err := winreg.Split(path)
	if err != nil {
		return mount{}, nil, err
	}
	if root == winreg.LocalMachine && winreg.IsCurrentControlSet(names) {
		names = slices.Clone(names)
		names[1] = winreg.ControlSet(s.current())
	}
	way := append([]string{root}, names...)
	for _, m := range s.mounts {
		if len(m.path) <= len(way) && slices.EqualFunc(m.path, way[:len(m.path)], func(a, b string) bool { return a == fold(b) }) {
			return m, way[len(m.path):], nil
		}
	}
	return mount{}, nil, winreg.NotExist(path)
}

// current is the number of the control set that the system last used.
func (s *Set) current() uint64 {
	k, err := s.Open(`HKLM\SYSTEM\Select`)
	if err != nil {
		return 0
	}
	v, _ := winreg.Get(k, "Current")
	n, _ := v.Number()
	return n
}

// Users implements winreg.Registry.
func (s *Set) Users() []string {
	var names []string
	for _, m := range s.mounts {
		if len(m.shown) > 1 && m.shown[0] == winreg.Users && !slices.ContainsFunc(names, func(n string) bool { return strings.EqualFold(n, m.shown[1]) }) {
			names = append(names, m.shown[1])
		}
	}
	slices.Sort(names)
	return names
}
