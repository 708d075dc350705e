package apkmanifest

import (
	"archive/zip"
	"context"
	"io"
	"slices"
	"testing"

	"quaestor/scanners/internal/arsc"
	"quaestor/scanners/internal/axml"
	"quaestor/scanners/inventory"
)

// unpack reads an entry of an APK of our own making.
func unpack(tb testing.TB, apk, name string) []byte {
	tb.Helper()
	z, err := zip.OpenReader("../../apk/testdata/" + apk)
	if err != nil {
		tb.Fatal(err)
	}
	defer z.Close()
	f, err := z.Open(name)
	if err != nil {
		tb.Fatal(err)
	}
	data, err := io.ReadAll(f)
	if err != nil {
		tb.Fatal(err)
	}
	return data
}

func TestParseWithoutResources(t *testing.T) {
	m, err := Parse(context.Background(), unpack(t, "plain.apk", "AndroidManifest.xml"), nil)
	if err != nil {
		t.Fatal(err)
	}
	if m.Package != "eu.example.agenda" || m.Label != "" || m.VersionCode != 1<<32|42 || len(m.Permissions) != 6 {
		t.Errorf("%+v", m)
	}
	if !slices.Contains(m.Unresolved, "application label") || !slices.Contains(m.Unresolved, "manifest versionName") {
		t.Errorf("unresolved: %q", m.Unresolved)
	}
}

func TestParseWithResources(t *testing.T) {
	table, err := arsc.Parse(unpack(t, "plain.apk", "resources.arsc"))
	if err != nil {
		t.Fatal(err)
	}
	m, err := Parse(context.Background(), unpack(t, "plain.apk", "AndroidManifest.xml"), table)
	if err != nil || m.Label != "Diary" || m.Labels["nl"] != "Agenda" || m.Version != "3.1.4" || len(m.Unresolved) != 0 {
		t.Errorf("%+v, %v", m, err)
	}
}

func TestName(t *testing.T) {
	pkg, split, err := Name(context.Background(), unpack(t, "split/split_config.arm64_v8a.apk", "AndroidManifest.xml"))
	if pkg != "eu.example.votes" || split != "config.arm64_v8a" || err != nil {
		t.Errorf("%q %q %v", pkg, split, err)
	}
	if _, _, err := Name(context.Background(), []byte("garbage garbage garbage")); err == nil {
		t.Error("garbage has a name")
	}
}

// build runs elements through a builder, as Parse does.
func build(t *testing.T, elements ...*axml.Element) *Manifest {
	t.Helper()
	b := newBuilder(nil)
	for _, e := range elements {
		if err := b.element(e); err != nil {
			t.Fatal(err)
		}
	}
	b.finish()
	return b.m
}

// el makes an element from a depth, a name and pairs of attribute and value.
func el(depth int, name string, attrs ...string) *axml.Element {
	e := &axml.Element{Depth: depth, Name: name}
	for i := 0; i+1 < len(attrs); i += 2 {
		e.Attrs = append(e.Attrs, axml.Attr{Name: attrs[i], Value: attrs[i+1]})
	}
	return e
}

func TestExported(t *testing.T) {
	for _, tc := range []struct {
		kind, exported string
		filter         bool
		target         string
		want           bool
	}{
		{"activity", "", false, "30", false},
		{"activity", "", true, "30", true},
		{"activity", "false", true, "30", false},
		{"activity", "true", false, "30", true},
		{"activity", "-1", false, "30", true},
		{"service", "", true, "30", true},
		{"receiver", "", false, "10", false},
		{"provider", "", false, "30", false},
		{"provider", "", true, "30", false},
		{"provider", "", false, "16", true},
		{"provider", "false", false, "16", false},
		{"provider", "", false, "VanillaIceCream", false},
	} {
		elements := []*axml.Element{
			el(1, "manifest", "package", "a.b"),
			el(2, "uses-sdk", "minSdkVersion", "9", "targetSdkVersion", tc.target),
			el(2, "application"),
			el(3, tc.kind, "name", ".C"),
		}
		if tc.exported != "" {
			elements[3].Attrs = append(elements[3].Attrs, axml.Attr{Name: "exported", Value: tc.exported})
		}
		if tc.filter {
			elements = append(elements, el(4, "intent-filter"), el(5, "action", "name", "x"))
		}
		m := build(t, elements...)
		if len(m.Components) != 1 || m.Components[0].Name != "a.b.C" || m.Components[0].Exported != tc.want {
			t.Errorf("%+v: %+v", tc, m.Components)
		}
	}
}

// TestPermissionTwice checks that asking twice covers every level that one of the two covers.
func TestPermissionTwice(t *testing.T) {
	m := build(t,
		el(1, "manifest", "package", "a.b"),
		el(2, "uses-permission", "name", "P", "maxSdkVersion", "18"),
		el(2, "uses-permission-sdk-23", "name", "P", "maxSdkVersion", "30"),
		el(2, "uses-permission-sdk-23", "name", "Q"),
		el(2, "uses-permission", "name", "Q"),
		el(2, "uses-permission-sdk-m", "name", "R"),
		el(2, "uses-permission", "name", ""),
		el(2, "application"),
		el(3, "uses-permission", "name", "NotHere"),
	)
	want := []inventory.Permission{
		{Name: "P", Requested: true, MaxSDK: 30},
		{Name: "Q", Requested: true},
		{Name: "R", Requested: true, MinSDK: 23},
	}
	if !slices.EqualFunc(m.Permissions, want, func(a, b inventory.Permission) bool {
		return a.Name == b.Name && a.Requested == b.Requested && a.MinSDK == b.MinSDK && a.MaxSDK == b.MaxSDK
	}) {
		t.Errorf("%+v", m.Permissions)
	}
}

func TestLauncherLabel(t *testing.T) {
	m := build(t,
		el(1, "manifest", "package", "a.b"),
		el(2, "application"),
		el(3, "activity", "name", "X", "label", "Not shown"),
		el(4, "intent-filter"),
		el(5, "action", "name", "android.intent.action.MAIN"),
		el(4, "intent-filter"),
		el(5, "category", "name", "android.intent.category.LAUNCHER"),
		el(3, "activity", "name", "Y", "label", "Shown"),
		el(4, "intent-filter"),
		el(5, "category", "name", "android.intent.category.LAUNCHER"),
		el(5, "action", "name", "android.intent.action.MAIN"),
	)
	if m.Label != "Shown" {
		t.Errorf("label %q", m.Label)
	}
}

func TestClassName(t *testing.T) {
	for name, want := range map[string]string{"": "", ".A": "p.q.A", "A": "p.q.A", "x.A": "x.A", "A$B": "p.q.A$B"} {
		if got := className("p.q", name); got != want {
			t.Errorf("className(%q) = %q, want %q", name, got, want)
		}
	}
}

// FuzzParse parses manifests with the resources of one of our APKs, which hostile references then meet.
func FuzzParse(f *testing.F) {
	table := unpack(f, "plain.apk", "resources.arsc")
	for _, name := range []string{"plain.apk", "clone.apk", "hostile.apk", "split/base.apk"} {
		f.Add(unpack(f, name, "AndroidManifest.xml"), table)
	}
	f.Fuzz(func(t *testing.T, data, resources []byte) {
		table, _ := arsc.Parse(resources)
		m, err := Parse(context.Background(), data, table)
		if m == nil || err == nil && m.Package == "" {
			t.Fatalf("%+v, %v", m, err)
		}
		seen := make(map[string]bool)
		for _, p := range m.Permissions {
			if p.Name == "" || seen[p.Name] || len(p.Name) > inventory.MaxText {
				t.Errorf("permission %q", p.Name)
			}
			seen[p.Name] = true
		}
	})
}
