package scanners

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"quaestor/scanners/inventory"
)

// programs finds what Windows installed, by the ways in which other sources call it.
type programs struct {
	apps      []inventory.App
	installed map[string][]int // indices by device and a way to call the program
	ways      map[string]bool  // the kinds of ways among them
}

func programsOf(apps []inventory.App) programs {
	p := programs{apps, map[string][]int{}, map[string]bool{}}
	named := false
	for i := range apps {
		named = named || byNameAlone(&apps[i])
	}
	for i := range apps {
		a := &apps[i]
		if a.Device == "" {
			continue
		}
		if a.Platform != inventory.Windows {
			if named && identified(a) {
				p.add(i, "name", words(a.Name))
			}
			continue
		}
		switch a.IdentifierKind {
		case inventory.UninstallKey, inventory.MSIProductCode:
			p.add(i, "key", string(a.IdentifierKind), a.Identifier)
			if a.Name != "" {
				p.add(i, "name", strings.TrimSpace(a.Name))
				p.add(i, "words", words(bare(a.Name)))
			}
		case inventory.MSIXFamily:
			p.add(i, "package", a.Identifier)
		}
	}
	return p
}

func (p programs) add(i int, way ...string) {
	key := wayTo(p.apps[i].Device, way)
	p.installed[key], p.ways[way[0]] = append(p.installed[key], i), true
}

func wayTo(device string, way []string) string {
	return device + "\x00" + strings.ToLower(strings.Join(way, "\x00"))
}

// called is the only app that a listing without a key of the registry tells of.
func (p programs) called(i int) (int, bool) {
	a := &p.apps[i]
	switch {
	case byNameAlone(a):
		return p.only(i, func(w *inventory.App) bool { return sameVersion(a.Version, w.Version) }, "name", words(a.Name))
	case a.Platform != inventory.Windows || a.Device == "":
	case a.IdentifierKind == inventory.WingetID:
		return p.ofWinget(i)
	case a.IdentifierKind == inventory.NameOnly && a.Name != "" && a.Version != "":
		return p.only(i, func(w *inventory.App) bool { return strings.EqualFold(w.Version, a.Version) }, "name", strings.TrimSpace(a.Name))
	}
	return 0, false
}

// byNameAlone reports whether a system lists an app of a phone or a Mac without its identifier, and of which version it is.
func byNameAlone(a *inventory.App) bool {
	return a.IdentifierKind == inventory.NameOnly && a.Platform != inventory.Windows && lists(a) && a.Version != "" && words(a.Name) != ""
}

// identified reports whether an app of a phone or a Mac is listed by its identifier, with a name.
func identified(a *inventory.App) bool {
	switch a.IdentifierKind {
	case inventory.AndroidPackage, inventory.IOSBundle, inventory.MacBundle:
		return lists(a) && words(a.Name) != ""
	}
	return false
}

// sameKey is the only app that another source lists by the same key of the registry, with its view or its account.
func (p programs) sameKey(i int) (int, bool) {
	a := &p.apps[i]
	if a.Platform != inventory.Windows || a.Device == "" || a.IdentifierKind != inventory.UninstallKey && a.IdentifierKind != inventory.MSIProductCode {
		return 0, false
	}
	return p.only(i, func(w *inventory.App) bool { return lessExact(a, w) }, "key", string(a.IdentifierKind), a.Identifier)
}

// only is the one app that is called so, fits, and is not of another processor.
func (p programs) only(i int, fits func(w *inventory.App) bool, way ...string) (int, bool) {
	found := -1
	if !p.ways[way[0]] { // as in lists of names alone
		return 0, false
	}
	for _, w := range p.installed[wayTo(p.apps[i].Device, way)] {
		if w == i || !agree(p.apps[w].Arch, p.apps[i].Arch) || !fits(&p.apps[w]) {
			continue
		}
		if found >= 0 {
			return 0, false
		}
		found = w
	}
	return max(found, 0), found >= 0
}

// ofWinget finds what winget calls by publisher and name: by the name that Windows shows, by the name of a packaged app, or by
// publisher and name together.
func (p programs) ofWinget(i int) (int, bool) {
	a := &p.apps[i]
	version := func(w *inventory.App) bool { return a.Version == "" || sameVersion(a.Version, w.Version) }
	if a.Name != "" {
		if w, ok := p.only(i, version, "name", strings.TrimSpace(a.Name)); ok {
			return w, true
		}
	}
	if w, ok := p.only(i, version, "package", a.Identifier); ok {
		return w, true
	}
	publisher, name, ok := strings.Cut(a.Identifier, ".")
	if !ok || a.Name != "" {
		return 0, false
	}
	publisher, name = words(publisher), words(name)
	if w, ok := p.only(i, version, "words", publisher+name); ok {
		return w, true
	}
	return p.only(i, func(w *inventory.App) bool {
		return version(w) && publisher != "" && (publisher == name || strings.HasPrefix(words(w.Publisher), publisher))
	}, "words", name)
}

// lessExact reports whether a is a listing of the same key as w, from another source that tells less of where the key stands.
func lessExact(a, w *inventory.App) bool {
	if !strings.EqualFold(strings.TrimSpace(a.Name), strings.TrimSpace(w.Name)) || !sameVersion(a.Version, w.Version) || sameFile(a.Origins, w.Origins) {
		return false
	}
	named := func(x *inventory.App) bool {
		return slices.ContainsFunc(x.Users, func(u inventory.AppUser) bool { return !inventory.Unnamed(u.User) })
	}
	switch {
	case len(a.Users) == 0 && len(w.Users) == 0:
		return a.Arch == "" && w.Arch != ""
	case len(a.Users) > 0 && len(w.Users) > 0:
		return !named(a) && named(w)
	}
	return false
}

// sameFile reports whether two facts were read in one file, of whose parts one knows what the others do.
func sameFile(x, y []inventory.Origin) bool {
	file := func(o inventory.Origin) string {
		name, _, _ := strings.Cut(o.Path, "!")
		return name
	}
	return slices.ContainsFunc(x, func(a inventory.Origin) bool {
		return slices.ContainsFunc(y, func(b inventory.Origin) bool { return file(a) == file(b) })
	})
}

// version is one of numbers alone; zeros at its end and before a number say nothing.
var version = regexp.MustCompile(`^[0-9]+(\.[0-9]+)*$`)

func sameVersion(x, y string) bool {
	if strings.EqualFold(x, y) {
		return true
	}
	return version.MatchString(x) && version.MatchString(y) && slices.Equal(numbers(x), numbers(y))
}

func numbers(version string) []string {
	parts := strings.Split(version, ".")
	for i := range parts {
		parts[i] = strings.TrimLeft(parts[i], "0")
	}
	for len(parts) > 0 && parts[len(parts)-1] == "" {
		parts = parts[:len(parts)-1]
	}
	return parts
}

// behindName is what installers put behind the name of a program: processor and language in brackets, and its version.
var behindName = regexp.MustCompile(`\s*\([^()]*\)|\s+[vV]?[0-9]+(\.[0-9]+)+\S*`)

func bare(name string) string { return behindName.ReplaceAllString(name, "") }

// words is a text without all that is neither letter nor digit.
func words(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, text)
}

// agree reports whether two sources do not contradict each other.
func agree(x, y string) bool { return x == "" || y == "" || strings.EqualFold(x, y) }
