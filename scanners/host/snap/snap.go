// Package snap finds the snaps of a computer, from the mounted snaps, the daemon's state and, where neither
// can be read, the names of the snap files.
//
// What the package cannot see: which permissions (interfaces) are connected where the daemon's state cannot be read, which is
// root's alone; then it tells only what a snap asks for.
package snap

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"quaestor/scanners"
	"quaestor/scanners/internal/hostroot"
	"quaestor/scanners/internal/ospurl"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

// ID is the scanner's name.
const ID = "host/snap"

const (
	stateFile = "var/lib/snapd/state.json"
	snapDir   = "var/lib/snapd/snaps"
)

// mounts are where snaps are mounted, by distribution.
var mounts = []string{"snap", "var/lib/snapd/snap"}

// Scanner reads the snaps of a computer.
type Scanner struct{}

// Info implements scanners.Scanner.
func (Scanner) Info() scanners.Info {
	return scanners.Info{
		ID: ID, Kind: source.KindHost, Title: "snaps",
		Platforms: []inventory.Platform{inventory.Linux}, Live: []inventory.Platform{inventory.Linux},
		Reads:     []string{"/snap/*/current/meta/snap.yaml", "/var/lib/snapd/state.json", "/var/lib/snapd/snaps", "/var/lib/snapd/assertions"},
		CannotSee: []string{"which of the interfaces that a snap asks for are connected, without the rights of root"},
	}
}

// Recognise implements scanners.Scanner.
func (Scanner) Recognise(src *source.Source) bool {
	h, err := hostroot.Open(src)
	return err == nil && (h.Exists(stateFile) || h.Exists(snapDir) || hasMounted(h))
}

// hasMounted reports whether a snap is mounted, on a computer or copy without snapd's own files.
func hasMounted(h *hostroot.Host) bool {
	for _, mount := range mounts {
		entries, err := h.ReadDir(mount)
		if err == nil && slices.ContainsFunc(entries, func(e fs.DirEntry) bool {
			return e.IsDir() && h.Exists(path.Join(mount, e.Name(), "current/meta/snap.yaml"))
		}) {
			return true
		}
	}
	return false
}

// Scan implements scanners.Scanner.
func (Scanner) Scan(ctx context.Context, src *source.Source) (*inventory.Inventory, error) {
	h, err := hostroot.Open(src)
	if err != nil {
		return nil, err
	}
	inv := inventory.New()
	device := h.Device(ID)
	inv.Devices = []inventory.Device{device}
	c := collector{h: h, inv: inv, device: device.ID, found: make(map[string]*found), licences: map[string][]string{}}
	c.state()
	c.files()
	c.mounted()
	for _, name := range slices.Sorted(maps.Keys(c.found)) {
		if ctx.Err() != nil {
			return inv, ctx.Err()
		}
		c.app(c.found[name])
	}
	ospurl.Add(inv, ospurl.Of(device), c.licences)
	return inv, nil
}

// found is what the sources say of one snap; the mounted snap is believed before the state, and the state
// before the name of the file.
type found struct {
	name, revision string
	snapID         string
	channel        string
	disabled       bool
	stated         bool            // the daemon's state was read
	connected      map[string]bool // plugs, by that state
	meta           snapYAML
	origins        []inventory.Origin
}

type collector struct {
	h        *hostroot.Host
	inv      *inventory.Inventory
	device   string
	found    map[string]*found
	licences map[string][]string // as stated, by the ID of the app
}

func (c *collector) snap(name string, file string) *found {
	s := c.found[name]
	if s == nil {
		s = &found{name: name}
		c.found[name] = s
	}
	s.origins = append(s.origins, c.h.Origin(ID, file, 0))
	return s
}

func (c *collector) gap(kind inventory.GapKind, name, detail, next string) {
	c.inv.Gaps = append(c.inv.Gaps, inventory.Gap{Scanner: ID, Device: c.device, Subject: inventory.Text(c.h.Source().Join(name)),
		Kind: kind, Detail: inventory.Text(detail), Next: next})
}

// unread notes why a file was not read; absence is no gap.
func (c *collector) unread(name string, err error) {
	if err == nil || errors.Is(err, fs.ErrNotExist) {
		return
	}
	g := c.h.Gap(ID, name, err)
	g.Device = c.device
	c.inv.Gaps = append(c.inv.Gaps, g)
}

// state reads the daemon's own record, which only root may.
func (c *collector) state() {
	data, err := c.h.ReadFile(stateFile)
	if err != nil {
		c.unread(stateFile, err)
		return
	}
	snaps, err := parseState(data)
	if err != nil {
		c.gap(inventory.GapMalformed, stateFile, fmt.Sprintf("The record of installed snaps does not parse: %v.", err), "Run snap list on the computer and compare.")
	}
	for _, name := range slices.Sorted(maps.Keys(snaps)) {
		st := snaps[name]
		s := c.snap(name, stateFile)
		s.revision, s.snapID, s.channel, s.disabled = st.revision, st.snapID, st.channel, !st.active
		s.stated, s.connected = true, st.connected
	}
}

// files takes names and revisions from the snap files themselves: NAME_REVISION.snap. Several revisions are
// kept for going back.
func (c *collector) files() {
	entries, err := c.h.ReadDir(snapDir)
	c.unread(snapDir, err)
	for _, e := range entries {
		base, ok := strings.CutSuffix(e.Name(), ".snap")
		i := strings.LastIndex(base, "_")
		if !ok || i < 1 {
			continue
		}
		if s := c.found[base[:i]]; s != nil && s.revision != "" {
			continue // the state or the current mount knows which one is in use
		}
		c.snap(base[:i], path.Join(snapDir, e.Name()))
	}
}

// mounted reads snap.yaml of every snap that is mounted.
func (c *collector) mounted() {
	for _, mount := range mounts {
		entries, err := c.h.ReadDir(mount)
		c.unread(mount, err)
		for _, e := range entries {
			if !e.IsDir() {
				continue // a note to readers lies beside the snaps
			}
			name := path.Join(mount, e.Name(), "current/meta/snap.yaml")
			data, err := c.h.ReadFile(name)
			if err != nil {
				c.unread(name, err)
				continue
			}
			meta, err := parseYAML(data)
			if err != nil {
				c.gap(inventory.GapMalformed, name, fmt.Sprintf("The description of the snap does not parse: %v.", err), "Run snap info on the computer.")
				continue
			}
			s := c.snap(e.Name(), name)
			s.meta = meta
			if s.revision == "" {
				s.revision, _ = c.h.Link(path.Join(mount, e.Name(), "current"))
			}
		}
	}
}

func (c *collector) app(s *found) {
	a := inventory.App{
		ID: inventory.AppID(c.device, inventory.SnapPackage, s.name), Device: c.device, Platform: inventory.Linux,
		IdentifierKind: inventory.SnapPackage, Identifier: inventory.Text(s.name),
		Name: inventory.Text(s.meta.Title), Version: inventory.Text(s.meta.Version), Publisher: c.publisher(s.snapID),
		System:   slices.Contains([]string{"base", "core", "os", "kernel", "gadget", "snapd"}, s.meta.Type),
		Disabled: s.disabled, Permissions: s.meta.permissions(s.stated, s.connected), Origins: s.origins,
	}
	if len(s.meta.Architectures) == 1 {
		a.Arch = inventory.Text(s.meta.Architectures[0])
	}
	for _, f := range []struct{ name, value string }{
		{"channel", s.channel}, {"confinement", s.meta.Confinement}, {"grade", s.meta.Grade}, {"revision", s.revision},
	} {
		if f.value != "" {
			a.Flags = append(a.Flags, inventory.Text(f.name+":"+f.value))
		}
	}
	if s.meta.License != "" {
		c.licences[a.ID] = []string{inventory.Text(s.meta.License)}
	}
	c.inv.Apps = append(c.inv.Apps, a)
}
