package riskdb

import "testing"

func TestAuthenticode(t *testing.T) {
	for subject, want := range map[string]string{
		"CN=AnyDesk Software GmbH, O=AnyDesk Software GmbH, C=DE":              "CN=AnyDesk Software GmbH, O=AnyDesk Software GmbH",
		`CN="Example, Inc.", O="Example, Inc.", L=Springfield, S=Oregon, C=US`: "CN=Example, Inc., O=Example, Inc.",
		`C=US,O=Example\, Inc.,CN=Example\, Inc.`:                              "CN=Example, Inc., O=Example, Inc.",
		"CN=上海贝锐信息科技股份有限公司, O=上海贝锐信息科技股份有限公司, L=上海, C=CN":                      "CN=上海贝锐信息科技股份有限公司, O=上海贝锐信息科技股份有限公司",
		"cn=Someone":               "CN=Someone",
		"O=Example":                "",
		"":                         "",
		`CN="`:                     `CN="`,
		`CN=a\`:                    `CN=a\`,
		"SERIALNUMBER=CN=no":       "",
		"CN=First, CN=Second, O=X": "CN=First, O=X",
		`CN="Say ""hi""", O=X`:     `CN=Say "hi", O=X`,
	} {
		if got := Authenticode(subject); got != want {
			t.Errorf("%q: got %q, want %q", subject, got, want)
		}
	}
}

func FuzzAuthenticode(f *testing.F) {
	f.Add(`CN="Example, Inc.", O=Example\, Inc., C=US`)
	f.Add(`O="`)
	f.Add(`CN=\`)
	f.Fuzz(func(t *testing.T, s string) { Authenticode(s) })
}
