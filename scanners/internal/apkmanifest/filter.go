package apkmanifest

import (
	"slices"
	"strings"

	"quaestor/scanners/internal/axml"
	"quaestor/scanners/inventory"
)

// filter is an intent filter. As in Android, the data elements of one filter are one: each of its schemes goes with
// each of its hosts, and each host with each of its paths.
type filter struct {
	verify     bool
	actions    []string
	categories []string
	schemes    []string
	hosts      []string // with a port, if one is asked for
	paths      []string
	types      bool // it asks for a type of content
}

// filterChild reads what lies in an intent filter.
func (b *builder) filterChild(e *axml.Element) {
	f, c := b.filter, &b.m.Components[b.current]
	switch e.Name {
	case "action":
		name := b.text(e, "name")
		f.actions = b.once(f.actions, "actions of an intent filter", name)
		c.Actions = b.once(c.Actions, "actions of a component", name)
	case "category":
		f.categories = b.once(f.categories, "categories of an intent filter", b.text(e, "name"))
	case "data":
		b.data(e, f, c)
	}
}

func (b *builder) data(e *axml.Element, f *filter, c *inventory.ManifestComponent) {
	scheme, host := b.text(e, "scheme"), b.text(e, "host")
	c.Schemes = b.once(c.Schemes, "schemes of a component", scheme)
	c.Hosts = b.once(c.Hosts, "hosts of a component", host)
	f.schemes = b.once(f.schemes, "schemes of an intent filter", scheme)
	if port := b.text(e, "port"); port != "" && host != "" {
		host += ":" + port
	}
	f.hosts = b.once(f.hosts, "hosts of an intent filter", host)
	f.types = f.types || b.text(e, "mimeType") != ""
	path := func(before, attr, after string) {
		if v := b.text(e, attr); v != "" {
			f.paths = b.once(f.paths, "paths of an intent filter", before+v+after)
		}
	}
	path("", "path", "")
	path("", "pathPrefix", "*")
	path("", "pathPattern", "")
	path("", "pathAdvancedPattern", "")
	path("*", "pathSuffix", "")
}

const (
	actionMain = "android.intent.action.MAIN"
	actionView = "android.intent.action.VIEW"
	category   = "android.intent.category."
)

func (f *filter) action(name string) bool { return slices.Contains(f.actions, name) }

func (f *filter) category(name string) bool { return slices.Contains(f.categories, category+name) }

// launches reports whether the filter shows its activity among the apps of a launcher.
func (f *filter) launches() bool {
	return f.action(actionMain) && (f.category("LAUNCHER") || f.category("LEANBACK_LAUNCHER"))
}

// endFilter takes what the filter says when it has been read.
func (b *builder) endFilter() {
	f := b.filter
	if f == nil || b.current < 0 {
		return
	}
	b.filter = nil
	b.parts[b.current].roles.add(f)
	if !b.activity {
		return
	}
	if f.launches() && b.launcherLabel == "" && b.label != nil {
		var ok bool
		if b.launcherLabel, ok = b.value(b.label); !ok {
			b.unresolved("activity label")
		}
	}
	b.addLinks(f)
}

// addLinks combines schemes, hosts and paths.
func (b *builder) addLinks(f *filter) {
	web := f.action(actionView) && f.category("BROWSABLE")
	for _, scheme := range f.schemes {
		hosts, paths := f.hosts, f.paths
		if len(hosts) == 0 {
			hosts, paths = []string{""}, nil // without a host, Android does not look at paths
		}
		if len(paths) == 0 {
			paths = []string{""}
		}
		for _, host := range hosts {
			for _, path := range paths {
				l := inventory.DeepLink{Scheme: scheme, Host: host, Path: path, Web: web}
				l.Verified = f.verify && host != "" && (strings.EqualFold(scheme, "https") || strings.EqualFold(scheme, "http"))
				if !b.addLink(l) {
					return
				}
			}
		}
	}
}

// addLink adds a link, once; it reports whether there is room for more.
func (b *builder) addLink(l inventory.DeepLink) bool {
	c := &b.m.Components[b.current]
	if slices.Contains(c.Links, l) {
		return true
	}
	if len(c.Links) >= maxFilters {
		b.cut("links of a component", maxFilters)
		return false
	}
	if b.links >= maxLinks {
		b.cut("links", maxLinks)
		return false
	}
	b.links++
	c.Links = append(c.Links, l)
	return true
}
