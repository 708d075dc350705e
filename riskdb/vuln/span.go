package vuln

import (
	"errors"
	"fmt"
	"slices"

	"github.com/google/osv-scalibr/semantic"
)

// span is a run of affected versions.
type span struct {
	from     string // "0" for all before
	to       string // "" for all after
	included bool   // to is affected itself
}

func (s span) String() string {
	before := "before "
	if s.included {
		before = "up to "
	}
	switch {
	case s.from == "0" && s.to == "":
		return "all versions"
	case s.from == "0":
		return before + s.to
	case s.to == "":
		return "from " + s.from
	}
	return "from " + s.from + ", " + before + s.to
}

// order is the ecosystem whose order of versions is used. Releases of native code carry letters and suffixes that
// Debian's order takes as they are meant: 1.1.1k after 1.1.1.
func (c *coordinate) order() string {
	if c.base == gitEcosystem {
		return "Debian"
	}
	return c.base
}

// compare is the order of the ecosystem. Versions that are no versions were kept out before.
func (c *coordinate) compare(a, b string) int {
	v, err := parseVersion(a, c.order())
	if err != nil {
		return 0
	}
	n, _ := v.CompareStr(b)
	return n
}

func (c *coordinate) less(a, b string) bool { return c.compare(a, b) < 0 }

// parseVersion reads a version; what the engine would panic on is an error.
func parseVersion(s, ecosystem string) (v semantic.Version, err error) {
	defer func() {
		if p := recover(); p != nil {
			v, err = nil, semantic.ErrInvalidVersion
		}
	}()
	return semantic.Parse(s, ecosystem)
}

// spans reads the ranges and lists of an advisory. An ecosystem whose versions have no order has lists alone.
func (c *coordinate) spans(entries []affected) (out []span, listed []string, err error) {
	for _, a := range entries {
		listed = append(listed, c.listed(a)...)
		for _, r := range a.Ranges {
			if r.Type != "SEMVER" && r.Type != "ECOSYSTEM" || c.base == gitEcosystem {
				continue
			}
			s, err := c.spansOf(r.Events)
			if errors.Is(err, semantic.ErrUnsupportedEcosystem) {
				continue
			}
			if err != nil {
				return nil, nil, err
			}
			out = append(out, s...)
		}
	}
	return out, listed, nil
}

// listed are the versions that are named one by one; of native code, the tags as versions.
func (c *coordinate) listed(a affected) []string {
	if c.base != gitEcosystem || c.native == nil {
		return a.Versions
	}
	var out []string
	for _, tag := range a.Versions {
		if v, ok := c.native.version(tag); ok {
			out = append(out, v)
		}
	}
	return out
}

// spansOf sorts events as the engine does, and pairs them.
func (c *coordinate) spansOf(events []event) ([]span, error) {
	sorted := slices.Clone(events)
	for _, e := range sorted {
		if v := e.version(); v != "0" {
			if _, err := parseVersion(v, c.order()); err != nil {
				return nil, fmt.Errorf("version %q: %w", cut(v), err)
			}
		}
	}
	slices.SortStableFunc(sorted, func(a, b event) int {
		switch {
		case a.Introduced == "0" && b.Introduced == "0":
			return 0
		case a.Introduced == "0":
			return -1
		case b.Introduced == "0":
			return 1
		}
		return c.compare(a.version(), b.version())
	})
	var out []span
	open := false
	for _, e := range sorted {
		switch {
		case !open && e.Introduced != "":
			out, open = append(out, span{from: e.Introduced}), true
		case open && e.Fixed != "":
			out[len(out)-1].to, open = e.Fixed, false
		case open && e.LastAffected != "":
			out[len(out)-1].to, out[len(out)-1].included, open = e.LastAffected, true, false
		}
	}
	return out, nil
}
