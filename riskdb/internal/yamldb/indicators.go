package yamldb

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"quaestor/riskdb"
	"quaestor/riskdb/internal/lazyregexp"
	"quaestor/riskdb/internal/veil"
	"quaestor/scanners/inventory"
)

var (
	sha1Hex          = lazyregexp.New(`^[0-9a-f]{40}$`)
	indicatorClasses = []riskdb.IndicatorClass{riskdb.Stalkerware, riskdb.Watchware, riskdb.MercenarySpyware, riskdb.ForensicTool}
	// indicatorShapes are what the hidden values of each kind look like.
	indicatorShapes = map[inventory.IdentifierKind]*lazyregexp.Regexp{
		inventory.AndroidPackage: pkgName, inventory.IOSBundle: bundleID, riskdb.CertSHA1: sha1Hex, riskdb.CertSHA256: sha256Hex}
)

// indicators checks the collections, and that every family is of one, under its licence, with marks that are
// hidden and its own.
func (v *checker) indicators() {
	licences := map[string]string{}
	for i, c := range v.set.IndicatorCollections {
		r := v.set.rows["indicator_collections"][i]
		v.required(r, "title", c.Title, "url", c.URL, "format", c.Format, "licence", c.Licence, "attribution", c.Attribution)
		v.ref(r, child(r.node, "licence"), "licence", "licences", c.Licence)
		licences[c.ID] = c.Licence
		for j, u := range append([]string{c.URL}, c.References...) {
			if !strings.HasPrefix(u, "https://") && !strings.HasPrefix(u, "http://") {
				n := child(r.node, "url")
				if j > 0 {
					n = item(child(r.node, "references"), j-1)
				}
				v.problem(r, n, "%q is no web address", u)
			}
		}
	}
	seen := map[string]owner{}
	for i := range v.set.IndicatorFamilies {
		v.family(v.set.rows["indicator_families"][i], &v.set.IndicatorFamilies[i], licences, seen)
	}
}

func (v *checker) family(r row, f *riskdb.IndicatorFamily, licences map[string]string, seen map[string]owner) {
	v.required(r, "name", f.Name)
	v.oneOf(r, "class", string(f.Class), words(indicatorClasses)...)
	if f.Class == riskdb.Watchware && !f.DualUse {
		v.problem(r, child(r.node, "class"), "watchware is dual_use: true")
	}
	if len(f.Collections) == 0 || len(f.Indicators) == 0 {
		v.problem(r, nil, "family %q needs collections, which are to be named, and indicators", f.ID)
	}
	for j, id := range f.Collections {
		n := item(child(r.node, "collections"), j)
		v.ref(r, n, "collection", "indicator_collections", id)
		// A file that names none may be a whole database in one file.
		if l, own := licences[id], v.licenceOf(r.file); l != "" && own != "" && l != own {
			v.problem(r, n, "collection %q is under %s and this file is not: move the family to a file with `licence: %s`", id, l, l)
		}
	}
	for j, in := range f.Indicators {
		v.indicator(r, item(child(r.node, "indicators"), j), in, owner{f.ID, in.Shared, r}, seen)
	}
}

// licenceOf is what a file says of its licence; empty when it is under the default.
func (v *checker) licenceOf(file string) string {
	for _, f := range v.set.licenceOf {
		if f.file == file {
			return f.licence
		}
	}
	return ""
}

func (v *checker) indicator(r row, n *yaml.Node, in riskdb.Indicator, who owner, seen map[string]owner) {
	shape := indicatorShapes[in.Kind]
	if shape == nil {
		v.problem(r, n, "unknown kind of indicator %q", in.Kind)
		return
	}
	clear, err := veil.Show(in.Hidden)
	switch {
	case err != nil:
		v.problem(r, n, "%v", err)
	case !shape.MatchString(clear): // without the value, which is hidden for a reason
		v.problem(r, n, "what is hidden is no %s", in.Kind)
	}
	if in.Shared && strings.TrimSpace(in.Note) == "" {
		v.problem(r, n, "shared, and no note says with whom")
	}
	key := string(in.Kind) + " " + in.Hidden
	old, taken := seen[key]
	switch {
	case taken && old.id == who.id:
		v.problem(r, n, "the indicator is listed twice")
	case taken && !(old.shared && in.Shared):
		v.problem(r, n, "the indicator is listed for %s (%s:%d) too; mark both as shared", old.id, old.where.file, old.where.node.Line)
	}
	seen[key] = who
	if id := v.ordinary(in.Kind, clear); id != "" && !in.Shared {
		v.problem(r, n, "product %q bears the identifier too: mark the indicator as shared", id)
	}
}

// ordinary finds a product that has the identifier.
func (v *checker) ordinary(kind inventory.IdentifierKind, value string) string {
	for _, p := range v.set.Products {
		if slices.ContainsFunc(p.Identifiers, func(id riskdb.Identifier) bool { return id.Kind == kind && id.Value == value }) {
			return p.ID
		}
	}
	return ""
}

// ReadFile reads one data file, without checking what it refers to.
func ReadFile(fsys fs.FS, name string) (*Set, error) {
	raw, err := fs.ReadFile(fsys, name)
	if err != nil {
		return nil, fmt.Errorf("reading the data: %w", err)
	}
	s := &Set{rows: map[string][]row{}}
	s.add(name, raw)
	if len(s.all) > 0 {
		return nil, s.all
	}
	return s, nil
}
