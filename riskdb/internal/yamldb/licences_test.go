package yamldb

import (
	"strings"
	"testing"
	"testing/fstest"

	"quaestor/riskdb"
)

const shared = `licence: ODbL-1.0
licences:
- {spdx: ODbL-1.0, name: Open Database License, url: "https://opendatacommons.org/licenses/odbl/1-0/", share_alike: true, attribution: Made by others}
installers:
- {package: org.example.market, name: Market, kind: store, verified: true, confidence: high, sources: [src]}
`

func TestRowsAreHeldUnderTheLicenceOfTheirFile(t *testing.T) {
	s, err := Read(fstest.MapFS{"a.yaml": {Data: []byte(base)}, "odbl/b.yaml": {Data: []byte(shared)}})
	if err != nil {
		t.Fatal(err)
	}
	if ps := s.Validate(); len(ps) > 0 {
		t.Fatal(ps)
	}
	var got []riskdb.Holding
	for _, h := range s.Holdings {
		if h.Table == "installers" {
			got = append(got, h)
		}
	}
	if len(got) != 2 || got[0] != (riskdb.Holding{File: "a.yaml", Licence: "Apache-2.0", Table: "installers", Rows: 1}) ||
		got[1] != (riskdb.Holding{File: "odbl/b.yaml", Licence: "ODbL-1.0", Table: "installers", Rows: 1}) {
		t.Errorf("got %+v", got)
	}
	if len(s.Licences) != 2 || !s.Licences[1].ShareAlike || s.Licences[1].Attribution != "Made by others" {
		t.Errorf("licences %+v", s.Licences)
	}
}

func TestLicenceFaults(t *testing.T) {
	for _, c := range []struct{ name, a, b, want string }{
		{"none stated", strings.Replace(base, ", default: true", "", 1), "", "a.yaml:1: no licence"},
		{"unknown", base, "licence: GPL-3.0-only\n" + base[strings.Index(base, "installers:"):strings.Index(base, "licences:")], "b.yaml:1: unknown licence GPL-3.0-only"},
		{"two defaults", base, "licences:\n- {spdx: MIT, name: MIT, url: x, default: true}\n", `"MIT": "Apache-2.0" is the default already`},
		{"no words for an identifier", base, "licences:\n- {spdx: the usual one, name: MIT, url: x}\n", "write its SPDX identifier"},
		{"no address", base, "licences:\n- {spdx: MIT, name: MIT, url: \"\"}\n", "needs a name and a url"},
		{"counted by hand", base, "holdings:\n- {file: a.yaml, licence: MIT, table: vendors, rows: 1}\n", "take them out"},
	} {
		files := map[string]string{"a.yaml": c.a}
		if c.b != "" {
			files["b.yaml"] = c.b
		}
		if ps := validate(t, files); !strings.Contains(ps.Error(), c.want) {
			t.Errorf("%s: got %v, want %s", c.name, ps, c.want)
		}
	}
}
