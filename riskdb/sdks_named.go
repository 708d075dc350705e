package riskdb

import (
	"cmp"
	"slices"
	"strings"

	"quaestor/scanners/inventory"
)

// TrackerMatch is an entry of the tracker list whose code an app carries.
type TrackerMatch struct {
	Tracker    *Tracker
	Classes    int     // defined in packages of it
	Places     []Place // the first few
	Confidence Confidence
}

// Attribution is what has to stand wherever entries of the tracker list are shown.
func (db *DB) Attribution(t *Tracker) string {
	for _, l := range db.AllTables().Licences {
		if l.SPDX == t.Licence {
			return strings.TrimSpace(l.Attribution)
		}
	}
	return t.Licence
}

// trackersIn finds the entries of the tracker list whose packages the files of an app define. What an SDK or a prefix
// that is not what it seems stands for is left out, and an entry for the same code as an SDK that was found.
func (db *DB) trackersIn(files []*inventory.Binary, base bool, sdks []SDKMatch) []TrackerMatch {
	var out []TrackerMatch
	at := map[*Tracker]int{}
	for i, b := range files {
		binary := b.SHA256
		if i == 0 && base {
			binary = ""
		}
		for j := range b.CodePackages {
			p := &b.CodePackages[j]
			if h, l := db.MatchCodePrefix(p.Name); h.SDK != nil || l != nil {
				continue
			}
			for _, t := range db.MatchTracker(p.Name) {
				k, ok := at[t]
				if !ok {
					if slices.ContainsFunc(sdks, func(m SDKMatch) bool { return sameCode(t, m.SDK) }) {
						continue
					}
					k = len(out)
					at[t] = k
					out = append(out, TrackerMatch{Tracker: t})
				}
				out[k].Classes += p.Classes
				out[k].Places = append(out[k].Places, Place{Binary: binary, File: p.File, Item: p.Name, Kind: PlacePackage, Classes: p.Classes})
			}
		}
	}
	for i := range out {
		out[i].Places = firstPlaces(out[i].Places)
		if out[i].Confidence = ConfidenceModerate; out[i].Classes < kitClasses {
			out[i].Confidence = ConfidenceLow
		}
	}
	slices.SortFunc(out, func(x, y TrackerMatch) int {
		return cmp.Or(cmp.Compare(x.Tracker.Name, y.Tracker.Name), cmp.Compare(x.Tracker.ID, y.Tracker.ID))
	})
	return out
}

// sameCode reports whether an entry and an SDK are recognised by packages of which one stands in the other.
func sameCode(t *Tracker, s *SDK) bool {
	return strings.EqualFold(t.Name, s.Name) || slices.ContainsFunc(s.Signatures, func(g Signature) bool {
		return g.Kind == CodePrefix && slices.ContainsFunc(t.Code, func(part string) bool {
			part = strings.TrimSuffix(part, ".")
			return underPackage(part, g.Value) || underPackage(g.Value, part)
		})
	})
}
