package software

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	packageurl "github.com/package-url/packageurl-go"

	"quaestor/scanners/internal/components"
	"quaestor/scanners/inventory"
)

// Limits of what is kept.
const (
	maxComponents = 20_000
	maxPlaces     = 100 // of each, and of these are shown
	shownPlaces   = 5
	maxLicences   = 10
	maxLicence    = 200 // bytes; a longer one is the text of a licence
)

// What tells of a component; see inventory.Component.
const (
	Metadata = "metadata"
	Text     = "text"
	Name     = "name"
	List     = "list"
)

// trust orders what tells of a component: what was installed before what only is to be.
var trust = map[string]int{Metadata: 3, Text: 2, Name: 1, List: 0}

// Found is a piece of software that a file states.
type Found struct {
	PURL, Name, Version string
	Basis               string
	Text                string
	Licences            []string
	Files               []string // where, sorted
}

// set gathers what the files state, each once.
type set struct {
	by  map[string]*Found
	cut int
}

// add notes what a file states. What has no name or no package URL is nothing that can be looked up.
func (s *set) add(f Found, file string) {
	if f.PURL == "" || f.Name == "" || len(f.PURL) > inventory.MaxText || len(f.Version) > 4*components.MaxVersion {
		return
	}
	have := s.by[f.PURL]
	if have == nil {
		if len(s.by) >= maxComponents {
			s.cut++
			return
		}
		f.Files = []string{file}
		s.by[f.PURL] = &f
		return
	}
	if trust[f.Basis] > trust[have.Basis] {
		have.Basis, have.Text = f.Basis, f.Text
		have.Files = nil
	} else if trust[f.Basis] < trust[have.Basis] {
		return
	}
	if len(have.Licences) == 0 {
		have.Licences = f.Licences
	}
	if i, seen := slices.BinarySearch(have.Files, file); !seen {
		have.Files = slices.Insert(have.Files, i, file)
		have.Files = have.Files[:min(len(have.Files), maxPlaces)]
	}
}

// list is all of it, in the order of the package URLs.
func (s *set) list() []Found {
	out := make([]Found, 0, len(s.by))
	for _, k := range slices.Sorted(maps.Keys(s.by)) {
		out = append(out, *s.by[k])
	}
	return out
}

// purl makes a package URL. Names keep their case: advisories are looked up by them.
func purl(kind, namespace, name, version string) string {
	if name == "" {
		return ""
	}
	u := packageurl.PackageURL{Type: kind, Namespace: namespace, Name: name, Version: version}
	return u.ToString()
}

// licences keeps what may be the name of a licence.
func licences(stated ...string) (out []string) {
	for _, s := range stated {
		s = strings.TrimSpace(s)
		if s == "" || len(s) > maxLicence || strings.ContainsAny(s, "\n\r") || strings.HasPrefix(s, "sha256:") || slices.Contains(out, s) || len(out) == maxLicences {
			continue
		}
		out = append(out, inventory.Text(s))
	}
	return out
}

// Components are what was found as components of an app, a device or both. Each says where it was read.
func Components(found []Found, scanner, where, device, app string) []inventory.Component {
	out := make([]inventory.Component, 0, len(found))
	for i := range found {
		f := &found[i]
		c := inventory.Component{ID: inventory.FactID("component", cmp.Or(app, device), f.PURL), Device: device, App: app, PURL: inventory.Text(f.PURL), Name: inventory.Text(f.Name),
			Version: inventory.Text(f.Version), Exact: f.Version != "", Basis: f.Basis, Text: inventory.Text(f.Text), Licences: f.Licences}
		for _, file := range f.Files[:min(len(f.Files), shownPlaces)] {
			c.Origins = append(c.Origins, inventory.Origin{Scanner: scanner, Path: inventory.Text(strings.TrimSuffix(where+file, "!"))})
		}
		out = append(out, c)
	}
	return out
}
