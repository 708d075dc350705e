package yamldb

import (
	"cmp"
	"reflect"
	"slices"

	"go.yaml.in/yaml/v3"

	"quaestor/riskdb"
	"quaestor/riskdb/internal/lazyregexp"
)

// spdxID is an SPDX licence identifier, or one of a licence that SPDX does not list.
var spdxID = lazyregexp.New(`^[A-Za-z0-9][A-Za-z0-9.+-]*$`)

// hold counts the rows of each table of a file, under the licence that the file names.
func (s *Set) hold(file, licence string, t *riskdb.Tables, top *yaml.Node) {
	if n := child(top, "holdings"); n != nil {
		s.problem(file, n.Line, "holdings are counted when the data is compiled: take them out")
	}
	tables := reflect.ValueOf(t).Elem()
	for i := range tables.NumField() {
		name := yamlName(tables.Type().Field(i))
		if list := tables.Field(i); list.Kind() == reflect.Slice && list.Len() > 0 && name != "licences" && name != "holdings" && name != "withdraw" {
			s.held = append(s.held, riskdb.Holding{File: file, Licence: licence, Table: name, Rows: list.Len()})
		}
	}
	line := 1
	if n := child(top, "licence"); n != nil {
		line = n.Line
	}
	s.licenceOf = append(s.licenceOf, fileLicence{file, line, licence})
}

// fileLicence is what a file says of its licence, and where.
type fileLicence struct {
	file    string
	line    int
	licence string
}

// licences checks that each file is under a licence that is described.
func (v *checker) licences() {
	s := v.set
	standard := ""
	for i, l := range s.Licences {
		r := s.rows["licences"][i]
		switch {
		case !spdxID.MatchString(l.SPDX):
			v.problem(r, nil, "licence %q: write its SPDX identifier, or LicenseRef-NAME", l.SPDX)
		case l.Name == "" || l.URL == "":
			v.problem(r, nil, "licence %q needs a name and a url", l.SPDX)
		case l.Default && standard != "":
			v.problem(r, nil, "licence %q: %q is the default already", l.SPDX, standard)
		case l.Default:
			standard = l.SPDX
		}
	}
	for _, f := range s.licenceOf {
		switch {
		case f.licence == "" && standard == "":
			s.problem(f.file, 1, "no licence: write `licence: SPDX` at the top, or mark one of the table licences as the default")
		case f.licence != "" && !v.has("licences", f.licence):
			s.problem(f.file, f.line, "unknown licence "+f.licence+": describe it in the table licences")
		}
	}
}

// countHoldings fills in the holdings, once all files are read and the default is known.
func (s *Set) countHoldings() {
	standard := ""
	for _, l := range s.Licences {
		if l.Default {
			standard = l.SPDX
		}
	}
	s.Holdings = slices.Clone(s.held)
	for i := range s.Holdings {
		s.Holdings[i].Licence = cmp.Or(s.Holdings[i].Licence, standard)
	}
	slices.SortFunc(s.Holdings, func(a, b riskdb.Holding) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Table, b.Table))
	})
}
