package riskdb

import (
	"net/url"
	"strings"

	"quaestor/scanners/inventory"
)

// MatchPackage finds whose package a package URL names, whatever its version; zero when nobody's that is known.
func (db *DB) MatchPackage(purl string) SDKHit {
	key := packageKey(purl)
	if key == "" {
		return SDKHit{}
	}
	for packages := db.codeIndex().packages; ; {
		if h, ok := packages[key]; ok {
			return h
		}
		i := strings.LastIndexByte(key, '/')
		if i < 0 {
			return SDKHit{}
		}
		key = key[:i]
	}
}

// caseless are the types of package URLs whose names are written in small letters, whatever a list has.
var caseless = map[string]bool{"npm": true, "pub": true}

// packageKey is what a [PackageName] has of a package URL: type, namespace and name. It is empty for anything else.
func packageKey(purl string) string {
	s, ok := strings.CutPrefix(purl, "pkg:")
	if !ok {
		return ""
	}
	s = strings.TrimLeft(s, "/")
	if i := strings.IndexAny(s, "?#"); i >= 0 {
		s = s[:i]
	}
	// A version stands after the name; the sign before the scope of an npm package, not encoded, is none.
	if at := strings.LastIndexByte(s, '@'); at > 0 && at > strings.LastIndexByte(s, '/')+1 {
		s = s[:at]
	}
	if strings.IndexByte(s, '%') >= 0 {
		decoded, err := url.PathUnescape(s)
		if err != nil {
			return ""
		}
		s = decoded
	}
	kind, name, ok := strings.Cut(s, "/")
	if !ok || name == "" {
		return ""
	}
	if kind = strings.ToLower(kind); caseless[kind] {
		name = strings.ToLower(name)
	}
	return kind + "/" + name
}

// addMaven takes the coordinates of an SDK for which no source was verified, where no mark has them.
func (c *codeTables) addMaven(s *SDK) {
	for _, name := range s.Maven {
		key := "maven/" + strings.ReplaceAll(name, ":", "/")
		if _, known := c.packages[key]; !known {
			c.packages[key] = SDKHit{s, &Signature{Kind: PackageName, Value: key, Strength: StrongMark,
				Basis: Basis{UnverifiedReason: "coordinates as lists of SDKs have them"}}}
		}
	}
}

// listedMarks are the marks among the packages that lists of components name, such as an SBOM or the version files in an
// app: by the app, the file, or the device that they are listed of.
type listedMarks struct {
	apps, files, devices map[string]marksOf
}

// listedMarks finds them in an inventory; it is nil where there are none.
func (db *DB) listedMarks(inv *inventory.Inventory) *listedMarks {
	var l *listedMarks
	for i := range inv.Components {
		c := &inv.Components[i]
		h := db.MatchPackage(c.PURL)
		if h.SDK == nil {
			continue
		}
		if l == nil {
			l = &listedMarks{map[string]marksOf{}, map[string]marksOf{}, map[string]marksOf{}}
		}
		into, key := l.devices, c.Device
		switch {
		case c.App != "":
			into, key = l.apps, c.App
		case c.Binary != "":
			into, key = l.files, c.Binary
		}
		if into[key] == nil {
			into[key] = marksOf{}
		}
		place := Place{Item: c.PURL, Kind: PlaceItem}
		if len(c.Origins) > 0 {
			place.File = c.Origins[0].Path
		}
		into[key].add(h, SDKMark{Seen: c.PURL, Count: 1, Places: []Place{place}})
	}
	return l
}

// about reports whether something is listed of an app, or of a file of it.
func (l *listedMarks) about(app *inventory.App) bool {
	if l == nil {
		return false
	}
	for _, sha := range app.Binaries {
		if l.files[sha] != nil {
			return true
		}
	}
	return l.apps[app.ID] != nil
}

// of are the marks that are listed of an app and of its files.
func (l *listedMarks) of(f *facts) marksOf {
	if l == nil {
		return nil
	}
	out := l.apps[f.app.ID]
	for _, sha := range f.app.Binaries {
		if found := l.files[sha]; found != nil {
			out = out.and(found)
		}
	}
	return out
}

// and are the marks of both. Neither is changed.
func (found marksOf) and(more marksOf) marksOf {
	out := marksOf{}
	for _, marks := range []marksOf{found, more} {
		for sdk, list := range marks {
			for _, m := range list {
				out.add(SDKHit{sdk, m.Signature}, m)
			}
		}
	}
	return out
}

// listedOnly reports whether nothing but lists of components shows the code.
func listedOnly(found []SDKMatch) bool {
	for _, m := range found {
		for _, k := range m.Marks {
			if k.Signature.Kind != PackageName {
				return false
			}
		}
	}
	return len(found) > 0
}
