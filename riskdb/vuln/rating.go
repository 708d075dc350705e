package vuln

import (
	"cmp"
	"slices"
	"strings"

	cvss2 "github.com/pandatix/go-cvss/20"
	cvss30 "github.com/pandatix/go-cvss/30"
	cvss31 "github.com/pandatix/go-cvss/31"
	cvss4 "github.com/pandatix/go-cvss/40"

	"quaestor/riskdb"
	"quaestor/scanners/inventory"
)

// ratings reads the vectors of an advisory. One that does not parse is no rating.
func ratings(r *record) []riskdb.Rating {
	vectors := slices.Clone(r.Severity)
	for _, a := range r.Affected {
		vectors = append(vectors, a.Severity...)
	}
	var out []riskdb.Rating
	for _, s := range vectors {
		if rating, ok := rate(s); ok {
			rating.From = r.ID
			out = append(out, rating)
		}
	}
	return out
}

// rate computes the score of a vector.
func rate(s severity) (riskdb.Rating, bool) {
	out := riskdb.Rating{Vector: s.Score}
	var err error
	switch {
	case len(s.Score) > 300:
		return out, false
	case strings.HasPrefix(s.Score, "CVSS:4.0/"):
		var v *cvss4.CVSS40
		if v, err = cvss4.ParseVector(s.Score); err == nil {
			out.System, out.Score = "CVSS:4.0", v.Score()
		}
	case strings.HasPrefix(s.Score, "CVSS:3.1/"):
		var v *cvss31.CVSS31
		if v, err = cvss31.ParseVector(s.Score); err == nil {
			out.System, out.Score = "CVSS:3.1", v.BaseScore()
		}
	case strings.HasPrefix(s.Score, "CVSS:3.0/"):
		var v *cvss30.CVSS30
		if v, err = cvss30.ParseVector(s.Score); err == nil {
			out.System, out.Score = "CVSS:3.0", v.BaseScore()
		}
	case s.Type == "CVSS_V2":
		var v *cvss2.CVSS20
		if v, err = cvss2.ParseVector(strings.Trim(s.Score, "()")); err == nil {
			out.System, out.Score = "CVSS:2.0", v.BaseScore()
		}
	default:
		return out, false
	}
	return out, err == nil
}

// distinct sorts ratings, the newest system first and of each the highest score, and keeps one of each vector.
func distinct(list []riskdb.Rating) []riskdb.Rating {
	slices.SortFunc(list, func(a, b riskdb.Rating) int {
		return cmp.Or(strings.Compare(b.System, a.System), cmp.Compare(b.Score, a.Score), strings.Compare(a.Vector, b.Vector), byFame(a.From, b.From))
	})
	return slices.CompactFunc(list, func(a, b riskdb.Rating) bool { return a.Vector == b.Vector })
}

// clean takes out of foreign text what cannot be shown.
func clean(s string) string { return inventory.Text(s) }
