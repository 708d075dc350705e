package osquery

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"quaestor/scanners/internal/jsonstream"
	"quaestor/scanners/internal/records"
	"quaestor/scanners/inventory"
)

// maxCounted is how many pieces of software are kept of those that are counted, of one platform.
const maxCounted = 100_000

// shown are the names of platforms for readers.
var shown = map[inventory.Platform]string{inventory.Windows: "Windows", inventory.MacOS: "macOS", inventory.IOS: "iOS", inventory.Android: "Android", inventory.Linux: "Linux"}

// counted reads software titles or versions, with the number of hosts that each is on. All hosts of a platform stand for one device.
func (s *split) counted(f *file) error {
	fleets := map[inventory.Platform]*host{}
	err := s.stream(f, counts, func(e jsonstream.Element) error {
		r, err := decode(e.Raw)
		if err != nil || !r.Has("name", "source", "hosts_count") {
			return fmt.Errorf("%w: it is no software that is counted", errEntry)
		}
		r.Line = e.Line
		p := platformOf(r)
		if fleets[p] == nil {
			fleets[p] = fleetOf(f, p)
		}
		fleets[p].count(r)
		return nil
	})
	for _, p := range slices.Sorted(maps.Keys(fleets)) {
		if err := s.emit(fleets[p].facts); err != nil {
			return err
		}
	}
	return err
}

// fleetOf stands for all hosts of a platform; "" for software that is on several.
func fleetOf(f *file, p inventory.Platform) *host {
	h := newHost(f, "")
	h.platform = p
	h.device = inventory.Device{ID: inventory.DeviceID(p, "fleet", "all hosts"), Platform: p, Name: strings.Join(strings.Fields("Fleet: all "+shown[p]+" hosts"), " "),
		Management: &inventory.Management{System: "fleet"}, Origins: f.origin(0)}
	h.gap(inventory.GapBlind, "The export counts the hosts that software is on, and does not say which.", "Export /api/v1/fleet/hosts with populate_software=true.")
	return h
}

// count takes one piece of software: each of its versions where their hosts are counted, else the software as such.
func (h *host) count(r records.Record) {
	if h.over > 0 || len(h.apps)+len(h.parts) >= maxCounted {
		h.over++
		return
	}
	read := sources[r.Text("source")]
	if read == nil {
		h.other.Add(r.Text("source") + ": " + r.Text("name"))
		return
	}
	versions := r.List("versions")
	each := len(versions) > 0
	for _, v := range versions {
		one, _ := records.From(v)
		each = each && one.Has("hosts_count")
	}
	if !each && len(versions) != 1 {
		versions = []any{map[string]any{}}
	}
	for _, v := range versions {
		one, ok := records.From(v)
		if !ok {
			continue
		}
		n, told := one.Number("hosts_count")
		if !told {
			n, _ = r.Number("hosts_count")
		}
		if n <= 0 {
			continue // it can be installed, and is nowhere
		}
		with := records.New(r.Line)
		with.Set("version", one.Text("version"))
		if one.Text("version") == "" {
			with = records.New(r.Line)
		}
		for _, c := range r.Columns() {
			with.Set(c, r.Value(c))
		}
		h.counted = int(min(n, 1<<31-1))
		read(h, with)
	}
}
