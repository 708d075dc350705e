package sbom

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"quaestor/scanners/internal/scantest"
	"quaestor/scanners/inventory"
)

const spdx3 = `{"@context":"https://spdx.org/rdf/VERSION/spdx-context.jsonld","@graph":[{"type":"software_Package","spdxId":"urn:a","name":"a","software_packageVersion":"1"}]}`

// TestNewerVersion: a version that is not known is told, and what can be read is read.
func TestNewerVersion(t *testing.T) {
	cyclone := func(v string) string {
		return `{"bomFormat":"CycloneDX","specVersion":"` + v + `","components":[{"type":"library","name":"a","purl":"pkg:npm/a@1"}]}`
	}
	spdx := func(v string) string {
		return `{"spdxVersion":"` + v + `","SPDXID":"SPDXRef-DOCUMENT","name":"d","packages":[{"SPDXID":"SPDXRef-a","name":"a","versionInfo":"1"}]}`
	}
	for text, want := range map[string]string{
		cyclone("1.0"): "", cyclone("1.6"): "", cyclone("1.7"): "", cyclone("1.9"): `version "1.9" of CycloneDX, of which 1.7`, cyclone("2.0"): `version "2.0"`, cyclone("x"): `version "x"`, cyclone(""): "does not say",
		cyclone("1.10"): `version "1.10"`, spdx("SPDX-2.2"): "", spdx("SPDX-2.3"): "", spdx("SPDX-2.2.1"): "", spdx("SPDX-4.0"): `version "4.0" of SPDX, of which 3.0`,
		`<bom xmlns="http://cyclonedx.org/schema/bom/1.9"><components><component type="library"><name>a</name></component></components></bom>`: `version "1.9"`,
		"SPDXVersion: SPDX-4.1\nSPDXID: SPDXRef-DOCUMENT\nDocumentName: d\nPackageName: a\nSPDXID: SPDXRef-a\n":                                `version "4.1"`,
		strings.Replace(spdx3, "VERSION", "3.0.1", 1): "", strings.Replace(spdx3, "VERSION", "3.4.0", 1): `version "3.4" of SPDX`,
	} {
		name := filepath.Join(t.TempDir(), "bom")
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		inv := scantest.Scan(t, New(), name)
		gaps := scantest.Gaps(inv, inventory.GapUnknownLines)
		switch {
		case len(inv.Components) != 1:
			t.Errorf("%s: %+v", text, inv.Components)
		case want == "" && len(gaps) > 0, want != "" && (len(gaps) != 1 || !strings.Contains(gaps[0].Detail, want)):
			t.Errorf("%s: %+v, want %q", text, gaps, want)
		}
	}
}
