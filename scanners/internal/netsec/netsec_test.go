package netsec

import (
	"context"
	"encoding/xml"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"quaestor/scanners/internal/axml"
	"quaestor/scanners/inventory"
)

// written hands over a document in plain XML as the reader of binary XML does.
func written(doc string) func(axml.Handler) (axml.Report, error) {
	return func(h axml.Handler) (axml.Report, error) {
		d := xml.NewDecoder(strings.NewReader(doc))
		depth := 0
		for {
			token, err := d.Token()
			if err != nil {
				return axml.Report{}, nil
			}
			switch t := token.(type) {
			case xml.StartElement:
				depth++
				e := axml.Element{Name: t.Name.Local, Depth: depth}
				for _, a := range t.Attr {
					e.Attrs = append(e.Attrs, axml.Attr{Name: a.Name.Local, Value: a.Value})
				}
				err = h.Start(&e)
			case xml.EndElement:
				err = h.End(depth)
				depth--
			case xml.CharData:
				err = h.Text(string(t))
			}
			if err != nil {
				return axml.Report{}, err
			}
		}
	}
}

const (
	pinA = "7HIpactkIAq2Y49orFOOQKurWxmmSFZhBCoQYcRhJ3Y="
	pinB = "fwza0LRMXouZHRC8Ei+4PyuldPDcf3UKgO/04cDM1oE="
)

func TestDefault(t *testing.T) {
	for _, tc := range []struct {
		o    Options
		want inventory.NetworkRule
	}{
		{Options{Target: 35}, inventory.NetworkRule{SystemCAs: true}},
		{Options{Target: 28}, inventory.NetworkRule{SystemCAs: true}},
		{Options{Target: 27}, inventory.NetworkRule{SystemCAs: true, Cleartext: true}},
		{Options{Target: 24}, inventory.NetworkRule{SystemCAs: true, Cleartext: true}},
		{Options{Target: 23}, inventory.NetworkRule{SystemCAs: true, Cleartext: true, UserCAs: true}},
		{Options{Target: 23, CleartextGiven: true}, inventory.NetworkRule{SystemCAs: true, UserCAs: true}},
		{Options{Target: 35, CleartextGiven: true, Cleartext: true}, inventory.NetworkRule{SystemCAs: true, Cleartext: true}},
	} {
		want := &inventory.NetworkSecurity{Rules: []inventory.NetworkRule{tc.want}}
		if d := cmp.Diff(want, Default(tc.o)); d != "" {
			t.Errorf("%+v: -want +got:\n%s", tc.o, d)
		}
	}
}

func TestParse(t *testing.T) {
	for name, tc := range map[string]struct {
		doc  string
		o    Options
		want []inventory.NetworkRule
		err  string
	}{
		"empty": {``, Options{Target: 30}, []inventory.NetworkRule{{SystemCAs: true}}, ""},
		"the attribute of the manifest does not count": {``, Options{Target: 30, CleartextGiven: true, Cleartext: true}, []inventory.NetworkRule{{SystemCAs: true}}, ""},
		"old target": {``, Options{Target: 23}, []inventory.NetworkRule{{SystemCAs: true, UserCAs: true, Cleartext: true}}, ""},
		"base": {`<base-config cleartextTrafficPermitted="true"><trust-anchors><certificates src="user"/><certificates src="@7f010000"/><certificates src="@7f010001"/></trust-anchors></base-config>`,
			Options{Target: 30}, []inventory.NetworkRule{{Cleartext: true, UserCAs: true, CustomCAs: 2}}, ""},
		"anchors that trust nobody": {`<base-config><trust-anchors/></base-config>`, Options{Target: 30}, []inventory.NetworkRule{{}}, ""},
		"base after a domain": {`<domain-config><domain>a.eu</domain></domain-config><base-config cleartextTrafficPermitted="true"/>`, Options{Target: 30},
			[]inventory.NetworkRule{{SystemCAs: true, Cleartext: true}, {Domains: []string{"a.eu"}, SystemCAs: true, Cleartext: true}}, ""},
		"nested": {`<base-config cleartextTrafficPermitted="false"/>
			<domain-config cleartextTrafficPermitted="true"><domain includeSubdomains="true"> A.eu
			</domain><trust-anchors><certificates src="user"/></trust-anchors>
			<pin-set expiration="2030-01-01"><pin digest="SHA-256">` + pinA + `</pin><pin digest="SHA-256">` + pinB + `</pin><pin digest="SHA-256">` + pinB + `</pin></pin-set>
			<domain-config cleartextTrafficPermitted="false"><domain>b.a.eu</domain><domain-config><domain>c.a.eu</domain><trust-anchors><certificates src="system"/></trust-anchors></domain-config></domain-config>
			</domain-config>`, Options{Target: 23}, []inventory.NetworkRule{
			{SystemCAs: true, UserCAs: true},
			{Domains: []string{".a.eu"}, Cleartext: true, UserCAs: true, Pins: 2, PinsExpire: "2030-01-01"},
			{Domains: []string{"b.a.eu"}, UserCAs: true, Pins: 2, PinsExpire: "2030-01-01"},
			{Domains: []string{"c.a.eu"}, SystemCAs: true, Pins: 2, PinsExpire: "2030-01-01"}}, ""},
		"debug": {`<debug-overrides cleartextTrafficPermitted="true"><trust-anchors><certificates src="user"/></trust-anchors></debug-overrides>`, Options{Target: 30},
			[]inventory.NetworkRule{{SystemCAs: true}, {SystemCAs: true, UserCAs: true, DebugOnly: true}}, ""},
		"debug over a base": {`<base-config><trust-anchors><certificates src="user"/><certificates src="@7f010000"/></trust-anchors></base-config>
			<debug-overrides><trust-anchors><certificates src="system"/><certificates src="@7f010001"/></trust-anchors></debug-overrides>`, Options{Target: 30},
			[]inventory.NetworkRule{{UserCAs: true, CustomCAs: 1}, {SystemCAs: true, UserCAs: true, CustomCAs: 2, DebugOnly: true}}, ""},
		"unknown elements": {`<x><base-config cleartextTrafficPermitted="true"/></x><domain-config><domain>a.eu</domain><y><trust-anchors><certificates src="user"/></trust-anchors></y></domain-config>`,
			Options{Target: 30}, []inventory.NetworkRule{{SystemCAs: true}, {Domains: []string{"a.eu"}, SystemCAs: true}}, ""},
		"two bases": {`<base-config/><base-config cleartextTrafficPermitted="true"/>`, Options{Target: 30}, []inventory.NetworkRule{{SystemCAs: true}}, "two elements"},
		"same domain twice": {`<domain-config><domain>a.eu</domain></domain-config><domain-config><domain>A.eu</domain><domain>b.eu</domain></domain-config>`, Options{Target: 30},
			[]inventory.NetworkRule{{SystemCAs: true}, {Domains: []string{"a.eu"}, SystemCAs: true}, {Domains: []string{"b.eu"}, SystemCAs: true}}, "twice"},
		"no domain":      {`<domain-config cleartextTrafficPermitted="true"/>`, Options{Target: 30}, []inventory.NetworkRule{{SystemCAs: true}}, "without a domain"},
		"domain in base": {`<base-config><domain>a.eu</domain></base-config>`, Options{Target: 30}, []inventory.NetworkRule{{SystemCAs: true}}, "a domain in"},
		"bad pin": {`<domain-config><domain>a.eu</domain><pin-set><pin digest="SHA-1">` + pinA + `</pin></pin-set></domain-config>`, Options{Target: 30},
			[]inventory.NetworkRule{{SystemCAs: true}, {Domains: []string{"a.eu"}, SystemCAs: true, Pins: 1}}, "no SHA-256"},
		"bad source": {`<base-config><trust-anchors><certificates src="all"/></trust-anchors></base-config>`, Options{Target: 30}, []inventory.NetworkRule{{}}, `certificates from "all"`},
	} {
		t.Run(name, func(t *testing.T) {
			n, _, err := Parse(written("<network-security-config>"+tc.doc+"</network-security-config>"), tc.o)
			if tc.err == "" && err != nil || tc.err != "" && (err == nil || !strings.Contains(err.Error(), tc.err)) {
				t.Errorf("error %v, want %q", err, tc.err)
			}
			if d := cmp.Diff(tc.want, n.Rules); d != "" {
				t.Errorf("-want +got:\n%s", d)
			}
		})
	}
}

func TestNotAConfiguration(t *testing.T) {
	if n, _, err := Parse(written("<x/>"), Options{}); n != nil || err == nil {
		t.Errorf("%+v, %v", n, err)
	}
	broken := errors.New("broken")
	if n, _, err := Parse(func(axml.Handler) (axml.Report, error) { return axml.Report{}, broken }, Options{}); n != nil || !errors.Is(err, broken) {
		t.Errorf("%+v, %v", n, err)
	}
}

func TestLimits(t *testing.T) {
	n, _, err := Parse(written("<network-security-config>"+strings.Repeat("<domain-config/>", maxRules+1)+"</network-security-config>"), Options{Target: 30})
	if !n.Cut || len(n.Rules) > maxRules+1 || err == nil {
		t.Errorf("cut %v, %d rules, %v", n.Cut, len(n.Rules), err)
	}
	deep := strings.Repeat("<domain-config><domain>a</domain>", maxNesting+10)
	if n, _, _ := Parse(written("<network-security-config>"+deep), Options{Target: 30}); !n.Cut {
		t.Error("nesting is not limited")
	}
}

func FuzzParse(f *testing.F) {
	data, err := os.ReadFile("../protoxml/testdata/binary/res/xml/network.xml")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data, 30)
	f.Fuzz(func(t *testing.T, data []byte, target int) {
		n, _, err := Parse(func(h axml.Handler) (axml.Report, error) { return axml.Walk(context.Background(), data, h) }, Options{Target: target})
		if n == nil && err == nil {
			t.Error("neither a configuration nor an error")
		}
		if n != nil && (len(n.Rules) == 0 || n.Rules[0].Domains != nil) {
			t.Errorf("%+v", n.Rules)
		}
	})
}
