package vuln

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/google/osv-scalibr/enricher/vulnmatch/osvlocal"
	"github.com/google/osv-scalibr/extractor"
	"github.com/google/osv-scalibr/semantic"
	osvpb "github.com/ossf/osv-schema/bindings/go/osvschema"
)

// verdict is what an advisory says of a version, or of all that a component may have.
type verdict struct {
	affected bool
	certain  bool
	words    string   // the affected versions
	fixed    []string // nearest first
}

// judge asks of an advisory whether it concerns a component.
func (c *coordinate) judge(r *record, b bounds) (verdict, error) {
	entries := c.entries(r)
	if len(entries) == 0 {
		return verdict{}, nil
	}
	spans, listed, err := c.spans(entries)
	if err != nil {
		return verdict{}, err
	}
	var v verdict
	switch {
	case !b.exact:
		v.affected, v.certain = c.within(spans, listed, b)
	case !c.asked():
		b.from, b.to = c.version, c.version
		some, _ := c.within(spans, nil, b)
		v.affected, v.certain = some || slices.Contains(listed, c.version), true
	default:
		if v.affected, err = c.ask(r.ID, entries); err != nil {
			return v, err
		}
		v.certain = true
		b.from, b.to = c.version, c.version
	}
	if v.affected {
		v.words, v.fixed = c.tell(spans, listed, b)
		return v, nil
	}
	if slices.ContainsFunc(entries, c.silent) || c.otherTags(listed) {
		return v, errUndecided
	}
	return v, nil
}

// errUndecided is that an advisory names a package, and nothing by which its version could be told an affected one or none.
var errUndecided = errors.New("it names no versions that can be compared")

// silent reports whether a part of an advisory has nothing that a version can be compared with: neither a list of versions nor
// a range of them, but a range of commits, or one of versions that have no order.
func (c *coordinate) silent(a affected) bool {
	if len(c.listed(a)) > 0 {
		return false
	}
	spans, _, err := c.spans([]affected{a})
	return err == nil && len(spans) == 0
}

// otherTags reports whether the tags that an advisory lists are written otherwise than any that the version may have in a repository
// whose tags are not known, or the version is a commit: then that none is the same says nothing.
func (c *coordinate) otherTags(listed []string) bool {
	if c.base != gitEcosystem || len(listed) == 0 {
		return false
	}
	if isCommit(c.version) {
		return true
	}
	return c.native == nil && !slices.ContainsFunc(listed, func(tag string) bool {
		return slices.ContainsFunc(c.tags, func(own string) bool { return head(own) == head(tag) })
	})
}

// head is what stands before the numbers of a tag.
func head(tag string) string {
	if i := strings.IndexAny(tag, "0123456789"); i >= 0 {
		return tag[:i]
	}
	return tag
}

func isCommit(s string) bool {
	return (len(s) == 40 || len(s) == 64) && strings.Trim(s, "0123456789abcdef") == ""
}

// asked reports whether the engine can decide. It does not see packages of some ecosystems, and panics where versions
// have no order; there, versions that an advisory lists are compared.
func (c *coordinate) asked() bool {
	p := c.forEngine()
	if p.PURLType == "" {
		return false
	}
	_, err := parseVersion("1", c.base)
	return c.base == gitEcosystem || !errors.Is(err, semantic.ErrUnsupportedEcosystem)
}

// entries are the parts of an advisory that are about the component, written as the engine compares them.
func (c *coordinate) entries(r *record) []affected {
	var out []affected
	for _, a := range r.Affected {
		base, release := splitEcosystem(a.Package.Ecosystem)
		switch {
		case c.base == gitEcosystem:
			if !slices.ContainsFunc(a.Ranges, func(v versions) bool { return v.Type == "GIT" && slices.Contains(c.repos, repoName(v.Repo)) }) {
				continue
			}
		case base != c.base || nameIn(base, a.Package.Name) != c.name || !c.concerns(release):
			continue
		}
		out = append(out, a)
	}
	return out
}

// ask lets the engine decide on one version. It is handed fresh copies, since it sorts them, and of ranges those that
// it compares: a range of commits before them would end its search.
func (c *coordinate) ask(id string, entries []affected) (yes bool, err error) {
	defer func() {
		if p := recover(); p != nil {
			yes, err = false, fmt.Errorf("versions cannot be compared: %v", p)
		}
	}()
	v := &osvpb.Vulnerability{Id: id}
	for _, a := range entries {
		v.Affected = append(v.Affected, c.proto(a))
	}
	packages := []*extractor.Package{c.forEngine()}
	if c.base == gitEcosystem {
		packages = packages[:0]
		for _, tag := range c.tags {
			p := c.forEngine()
			p.Version = tag
			packages = append(packages, p)
		}
	}
	for _, p := range packages {
		if len(osvlocal.VulnerabilitiesAffectingPackage([]*osvpb.Vulnerability{v}, p)) > 0 {
			return true, nil
		}
	}
	return false, nil
}

func (c *coordinate) proto(a affected) *osvpb.Affected {
	out := &osvpb.Affected{Versions: a.Versions}
	if c.base != gitEcosystem {
		out.Package = &osvpb.Package{Ecosystem: c.base, Name: c.name}
	}
	for _, r := range a.Ranges {
		git := r.Type == "GIT"
		if git != (c.base == gitEcosystem) {
			continue
		}
		p := &osvpb.Range{Type: osvpb.Range_Type(osvpb.Range_Type_value[r.Type])}
		if git {
			p.Repo = c.repos[0]
		}
		for _, e := range r.Events {
			p.Events = append(p.Events, &osvpb.Event{Introduced: e.Introduced, Fixed: e.Fixed, LastAffected: e.LastAffected, Limit: e.Limit})
		}
		out.Ranges = append(out.Ranges, p)
	}
	return out
}

// bounds are the versions that a component may have.
type bounds struct {
	exact    bool
	from, to string // both included; empty is open
}

// within compares bounds with the affected versions: whether one of them is, and whether all are.
func (c *coordinate) within(spans []span, listed []string, b bounds) (some, all bool) {
	for _, s := range spans {
		if b.to != "" && s.from != "0" && c.less(b.to, s.from) {
			continue
		}
		if b.from != "" && s.to != "" && (c.less(s.to, b.from) || !s.included && !c.less(b.from, s.to)) {
			continue
		}
		some = true
		below := s.from == "0" || b.from != "" && !c.less(b.from, s.from)
		above := s.to == "" || b.to != "" && (c.less(b.to, s.to) || s.included && !c.less(s.to, b.to))
		all = all || below && above
	}
	if !some {
		some = slices.ContainsFunc(listed, func(v string) bool {
			return (b.from == "" || !c.less(v, b.from)) && (b.to == "" || !c.less(b.to, v))
		})
	}
	return some, all
}

// tell says which versions are affected, and which mend it. Of several ranges it takes those that the versions in
// question lie in.
func (c *coordinate) tell(spans []span, listed []string, b bounds) (words string, fixed []string) {
	var parts []string
	for _, s := range spans {
		if some, _ := c.within([]span{s}, nil, b); !some {
			continue
		}
		parts = append(parts, s.String())
		if s.to != "" && !s.included {
			fixed = append(fixed, s.to)
		}
	}
	slices.SortFunc(fixed, c.compare)
	fixed = slices.Compact(fixed)
	if len(parts) == 0 && len(listed) > 0 {
		parts = append(parts, fmt.Sprintf("%d versions that the advisory lists", len(listed)))
		if len(listed) <= 3 {
			parts = []string{strings.Join(listed, ", ")}
		}
	}
	slices.Sort(parts)
	return strings.Join(slices.Compact(parts), "; "), fixed
}
