package sbom

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"quaestor/scanners"
	"quaestor/scanners/internal/scantest"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

var _ scanners.Relative = scanner{}

func inputs(t testing.TB) []string {
	t.Helper()
	all, err := filepath.Glob("testdata/*")
	if err != nil {
		t.Fatal(err)
	}
	out := slices.DeleteFunc(all, func(name string) bool {
		info, err := os.Stat(name)
		return strings.HasSuffix(name, ".golden.json") || err != nil || info.IsDir()
	})
	if len(out) < 6 {
		t.Fatalf("only %d documents", len(out))
	}
	return out
}

func TestGolden(t *testing.T) {
	for _, name := range inputs(t) {
		t.Run(filepath.Base(name), func(t *testing.T) { scantest.Golden(t, scantest.Scan(t, New(), name), name+".golden.json") })
	}
}

// TestPersonal: people who made a document, or a package, are not kept.
func TestPersonal(t *testing.T) {
	for _, name := range inputs(t) {
		text, err := os.ReadFile(name + ".golden.json")
		if err != nil || bytes.Contains(text, []byte("Eve")) || bytes.Contains(text, []byte("@parl.example")) {
			t.Error(name, err)
		}
	}
}

func write(t testing.TB, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "bom")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func purls(inv *inventory.Inventory) (out []string) {
	for _, c := range inv.Components {
		out = append(out, c.PURL)
	}
	slices.Sort(out)
	return out
}

// TestDevice: packages of the system are apps, as a scan of it has them; others are components.
func TestDevice(t *testing.T) {
	inv := scantest.Scan(t, New(), "testdata/device.cdx.json")
	d := inv.Devices[0]
	if len(inv.Devices) != 1 || d.Platform != inventory.Linux || d.OSName != "debian" || d.OSVersion != "12" || d.CollectedAt.Hour() != 6 {
		t.Errorf("%+v", inv.Devices)
	}
	var apps []string
	for _, a := range inv.Apps {
		apps = append(apps, fmt.Sprint(a.IdentifierKind, " ", a.Identifier, " ", a.Version, " ", a.Arch))
	}
	slices.Sort(apps)
	if want := []string{"deb curl 7.88.1-10 amd64", "deb curl 7.88.1-10 i386", "name node 22.1.0 "}; !slices.Equal(apps, want) {
		t.Errorf("%q", apps)
	}
	if want := []string{"pkg:deb/debian/curl@7.88.1-10?arch=amd64&distro=debian-12", "pkg:deb/debian/curl@7.88.1-10?arch=i386&distro=debian-12", "pkg:generic/inner@2", "pkg:generic/innermost", "pkg:maven/com.umeng.umsdk/common@9.4.0", "pkg:npm/%40scope/left-pad@1.3.0"}; !slices.Equal(purls(inv), want) {
		t.Errorf("%q", purls(inv))
	}
	for _, c := range inv.Components {
		if c.Device != d.ID || c.Exact != (c.Version != "") {
			t.Errorf("%+v", c)
		}
	}
	rpm := scantest.App(t, scantest.Scan(t, New(), "testdata/host.spdx.json"), "openssl-libs")
	if rpm.Version != "1:3.0.7-27.el9" || rpm.Publisher != "Red Hat, Inc." {
		t.Errorf("%+v", rpm)
	}
}

// TestApp: what is no device is an app, to which its components belong.
func TestApp(t *testing.T) {
	for name, want := range map[string][]string{
		"app.cdx.xml":    {"pkg:generic/nested@2", "pkg:maven/org.example/lib@1.0"},
		"app.spdx":       {"pkg:maven/org.example/lib@1.0"},
		"app.spdx3.json": {"pkg:cargo/lib@1.0", "pkg:golang/example.org/two@v2.0.0"},
		"github.json":    {"pkg:npm/a@1.0.0"},
	} {
		inv := scantest.Scan(t, New(), filepath.Join("testdata", name))
		if len(inv.Devices) != 0 || len(inv.Apps) != 1 || !slices.Equal(purls(inv), want) {
			t.Errorf("%s: %+v %q", name, inv.Apps, purls(inv))
			continue
		}
		a := inv.Apps[0]
		if name != "github.json" && (a.Name != "Ballot" || a.Version != "3.2" || len(a.Binaries) != 1) {
			t.Errorf("%s: %+v", name, a)
		}
		for _, c := range inv.Components {
			if c.App != a.ID || c.Device != "" {
				t.Errorf("%s: %+v", name, c)
			}
		}
	}
}

// TestSeveral: documents in an array, one after another, one a line and compressed are told apart.
func TestSeveral(t *testing.T) {
	one := func(name string) string {
		return `{"bomFormat":"CycloneDX","components":[{"type":"library","name":"lib","version":"1"}],"specVersion":"1.5","metadata":{"component":{"type":"application","name":"` + name + `"}}}`
	}
	for name, text := range map[string]string{"array": "[" + one("a") + ",\n" + one("b") + "]", "lines": one("a") + "\n" + one("b") + "\n", "together": one("a") + one("b")} {
		var z bytes.Buffer
		w := gzip.NewWriter(&z)
		w.Write([]byte(text))
		w.Close()
		for _, text := range []string{text, z.String()} {
			inv := scantest.Scan(t, New(), write(t, text))
			if len(inv.Apps) != 2 || len(inv.Components) != 2 || inv.Components[0].App == inv.Components[1].App || len(inv.Gaps) > 0 {
				t.Errorf("%s: %+v %+v %+v", name, inv.Apps, inv.Components, inv.Gaps)
			}
		}
	}
}

func TestRecognise(t *testing.T) {
	for text, want := range map[string]bool{
		`{"bomFormat":"CycloneDX","specVersion":"1.4"`:                                true,
		`{"components":[{"bom-ref":"x","name":"a"}],"specVersion":"1.4"}`:             true,
		`{"$schema":"http://cyclonedx.org/schema/bom-1.5.schema.json","components":[`: true,
		`{"SPDXID":"SPDXRef-DOCUMENT","name":"x"`:                                     true,
		`[ {"spdxVersion":"SPDX-2.3"}]`:                                               true,
		`{ "sbom" : {"spdxVersion":"SPDX-2.3","packages":[{"na`:                       true,
		"SPDXVersion: SPDX-2.3\n":                                                     true,
		`<b:bom xmlns:b="http://cyclonedx.org/schema/bom/1.0"/>`:                      true,
		`<!-- x --><bom xmlns="http://cyclonedx.org/schema/bom/1.6">`:                 true,
		`{"packages":[{"name":"a"}]}`:                                                 false,
		`{"specVersion":"1.4","components":[]}`:                                       false,
		`{"name":"a","version":"1","dependencies":{}}`:                                false,
		`{"sbom":{}}`:                                           false,
		`{"sbom":{"sbom":{"sbom":{}}}}`:                         false,
		"SPDX-License-Identifier: MIT\n":                        false,
		`<bom xmlns="http://example.org/"/>`:                    false,
		`<html><bom xmlns="http://cyclonedx.org/schema/bom/"/>`: false,
		"": false,
	} {
		if got := New().Recognise(scantest.Open(t, write(t, text))); got != want {
			t.Errorf("%s: %v", text, got)
		}
	}
}

// TestKin: forms that are not read are named.
func TestKin(t *testing.T) {
	for text, want := range map[string]string{
		`<rdf:RDF xmlns:spdx="http://spdx.org/rdf/terms#">`: "RDF",
		"---\nSPDXID: x\nspdxVersion: \"SPDX-2.3\"\n":       "YAML",
		"name: x\n": "",
	} {
		src := scantest.Open(t, write(t, text))
		if kin := (scanner{}).Kin(src); New().Recognise(src) || !strings.Contains(kin, want) || (kin == "") != (want == "") {
			t.Errorf("%s: %q", text, kin)
		}
	}
}

// TestHostile: nesting, floods and damage are bounded, and told.
func TestHostile(t *testing.T) {
	many := strings.Repeat(`{"type":"library","name":"a"},`, maxItems+5)
	nest := strings.Repeat(`{"name":"a","components":[`, maxNested+3) + strings.Repeat("]}", maxNested+3)
	for name, tt := range map[string]struct {
		text string
		kind inventory.GapKind
	}{
		"too many":      {`{"bomFormat":"CycloneDX","specVersion":"1.5","components":[` + many + `{"name":"b"}]}`, inventory.GapLimit},
		"too deep":      {`{"bomFormat":"CycloneDX","specVersion":"1.5","components":[` + nest + `]}`, inventory.GapLimit},
		"too deep, XML": {`<bom xmlns="http://cyclonedx.org/schema/bom/1.4"><components>` + strings.Repeat("<component><name>a</name><components>", 40) + strings.Repeat("</components></component>", 40) + `</components></bom>`, inventory.GapLimit},
		"much too deep": {`<bom xmlns="http://cyclonedx.org/schema/bom/1.4"><components><component><name>a</name></component>` + strings.Repeat("<x>", 1000), inventory.GapMalformed},
		"an entity":     {`<bom xmlns="http://cyclonedx.org/schema/bom/1.4"><components><component><name>a</name></component><component><name>&a;</name></component></components></bom>`, inventory.GapMalformed},
		"cut":           {`{"bomFormat":"CycloneDX","specVersion":"1.5","components":[{"name":"a"},{"name":`, inventory.GapMalformed},
		"no name":       {`{"spdxVersion":"SPDX-2.3","name":"x","packages":[{"SPDXID":"1"},{"name":"a"}]}`, inventory.GapMalformed},
		"no end":        {"SPDXVersion: SPDX-2.3\nPackageName: a\nPackageComment: <text>\nPackageName: b\n", inventory.GapMalformed},
		"nothing":       {`{"spdxVersion":"SPDX-2.3","name":"x","packages":[]}`, inventory.GapEmpty},
		"odd types":     {`{"spdxVersion":"SPDX-2.3","name":["x"],"packages":[{"name":7,"externalRefs":{}},{"name":"a"}]}`, inventory.GapMalformed},
	} {
		inv, err := New().Scan(context.Background(), scantest.Open(t, write(t, tt.text)))
		if err != nil || len(scantest.Gaps(inv, tt.kind)) == 0 || len(inv.Components) == 0 && tt.kind != inventory.GapEmpty {
			t.Errorf("%s: %v, %d components, %+v", name, err, len(inv.Components), inv.Gaps)
		}
	}
}

// TestURL: package URLs are taken apart.
func TestURL(t *testing.T) {
	for text, want := range map[string]purl{
		"pkg:deb/debian/curl@7.88.1-10%2Bb1?arch=amd64&distro=x": {kind: "deb", namespace: "debian", name: "curl", version: "7.88.1-10+b1", arch: "amd64"},
		"pkg:npm/%40a/b":                  {kind: "npm", namespace: "@a", name: "b"},
		"pkg:golang/example.org/a/b@v1#c": {kind: "golang", namespace: "example.org/a", name: "b", version: "v1"},
		"pkg://PyPI/a@1":                  {kind: "pypi", name: "a", version: "1"},
		"pkg:npm/@a/b":                    {kind: "npm", namespace: "@a", name: "b"},
	} {
		if got, ok := parse(text); !ok || got != want {
			t.Errorf("%s: %+v", text, got)
		}
	}
	for _, text := range []string{"", "pkg:", "pkg:npm", "pkg:/x", "http://x/y", "pkg:npm/"} {
		if _, ok := parse(text); ok {
			t.Errorf("%q is a package URL", text)
		}
	}
}

// FuzzScan: no panic; every component has a name, a package URL and what it is part of.
func FuzzScan(f *testing.F) {
	for _, name := range inputs(f) {
		data, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Add([]byte(fleetList))
	path := filepath.Join(f.TempDir(), "bom")
	f.Fuzz(func(t *testing.T, data []byte) {
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		src, err := source.Open(source.Target{Path: path}, source.DefaultLimits)
		if err != nil {
			t.Fatal(err)
		}
		defer src.Close()
		New().Recognise(src)
		inv, _ := New().Scan(context.Background(), src)
		for _, c := range inv.Components {
			if c.Name == "" || !strings.HasPrefix(c.PURL, "pkg:") || c.Device == "" && c.App == "" {
				t.Errorf("%+v", c)
			}
		}
		for _, a := range inv.Apps {
			if a.ID == "" || a.Identifier == "" {
				t.Errorf("%+v", a)
			}
		}
		if _, err := json.Marshal(inv); err != nil {
			t.Error(err)
		}
	})
}
