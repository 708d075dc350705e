package apkmanifest

import (
	"context"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"quaestor/scanners/internal/arsc"
	"quaestor/scanners/internal/axml"
	"quaestor/scanners/internal/protoxml"
	"quaestor/scanners/inventory"
)

const forms = "../protoxml/testdata"

func readFile(tb testing.TB, name ...string) []byte {
	tb.Helper()
	data, err := os.ReadFile(filepath.Join(append([]string{forms}, name...)...))
	if err != nil {
		tb.Fatal(err)
	}
	return data
}

// parseForm parses the test app in one form, with the files that it names.
func parseForm(t *testing.T, form string) *Manifest {
	t.Helper()
	manifest := readFile(t, form, "AndroidManifest.xml")
	var m *Manifest
	var err error
	if form == "proto" {
		table, tableErr := protoxml.ParseTable(readFile(t, form, "resources.pb"))
		if tableErr != nil {
			t.Fatal(tableErr)
		}
		m, err = ParseProto(context.Background(), manifest, table)
	} else {
		table, tableErr := arsc.Parse(readFile(t, form, "resources.arsc"))
		if tableErr != nil {
			t.Fatal(tableErr)
		}
		m, err = Parse(context.Background(), manifest, table)
	}
	if err != nil {
		t.Fatal(err)
	}
	err = m.ReadFiles(context.Background(), func(path string) ([]byte, error) {
		return os.ReadFile(filepath.Join(forms, form, filepath.FromSlash(path)))
	})
	if err != nil {
		t.Error(err)
	}
	return m
}

// TestForms: an app says the same as an APK and as a bundle.
func TestForms(t *testing.T) {
	apk, bundle := parseForm(t, "binary"), parseForm(t, "proto")
	if d := cmp.Diff(apk, bundle, cmpopts.IgnoreUnexported(Manifest{})); d != "" {
		t.Errorf("-apk +bundle:\n%s", d)
	}
	pkg, _, err := NameProto(context.Background(), readFile(t, "proto", "AndroidManifest.xml"))
	if pkg != "eu.example.bundle" || err != nil {
		t.Errorf("%q, %v", pkg, err)
	}
}

// TestFacts checks what the test app says.
func TestFacts(t *testing.T) {
	m := parseForm(t, "binary")
	is := func(what string, got, want any) {
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %+v, want %+v", what, got, want)
		}
	}
	is("label", m.Label, "Minutes")
	is("labels", m.Labels, map[string]string{"": "Minutes", "nl": "Notulen", "pt-BR": "Atas"})
	is("version", m.Version, "2.5")
	is("split required", m.SplitRequired, true)
	is("application", m.ApplicationClass, "eu.example.bundle.App")
	is("factory", m.ComponentFactory, "eu.example.Factory")
	is("backup", m.AllowBackup, false)
	is("libraries", m.Libraries, []string{"org.apache.http.legacy"})
	is("queries", m.Queries, []string{"instrumentation:eu.example.target"})
	is("defined", m.Defined, []string{"eu.example.bundle.OPEN"})
	is("definitions", m.Definitions, []inventory.PermissionDefinition{
		{Name: "eu.example.bundle.OPEN", Protection: "signature|privileged|development", Group: "eu.example.GROUP"},
		{Name: "eu.example.tree", Protection: "tree"},
	})
	is("components", m.Components, []inventory.ManifestComponent{
		{Kind: "activity", Name: "eu.example.bundle.Main", Exported: true, Permission: "eu.example.bundle.ALL",
			Actions: []string{"android.intent.action.MAIN", "android.intent.action.VIEW"},
			Schemes: []string{"https", "bundle"}, Hosts: []string{"a.example.eu", "b.example.eu"},
			Links: []inventory.DeepLink{
				{Scheme: "https", Host: "a.example.eu", Path: "/x*", Verified: true, Web: true},
				{Scheme: "https", Host: "b.example.eu:8443", Path: "/x*", Verified: true, Web: true},
				{Scheme: "bundle", Host: "a.example.eu", Path: "/x*", Web: true},
				{Scheme: "bundle", Host: "b.example.eu:8443", Path: "/x*", Web: true},
			}, Roles: []string{"launcher"}},
		{Kind: "service", Name: "eu.example.bundle.Reader", Exported: true, Disabled: true, Process: ":reader",
			Permission: "android.permission.BIND_ACCESSIBILITY_SERVICE", Actions: []string{"android.accessibilityservice.AccessibilityService"},
			Roles: []string{"accessibility"}, Abilities: []string{"read-screen", "perform-gestures"}},
		{Kind: "receiver", Name: "eu.example.bundle.Admin", Exported: true, Permission: "android.permission.BIND_DEVICE_ADMIN",
			Actions: []string{"android.app.action.DEVICE_ADMIN_ENABLED"}, Roles: []string{"device-admin"},
			Abilities: []string{"policy:wipe-data", "policy:force-lock"}},
		{Kind: "provider", Name: "eu.example.bundle.Files", Exported: true, Permission: "eu.example.bundle.OPEN",
			ReadPermission: "eu.example.bundle.OPEN", WritePermission: "eu.example.bundle.ALL", Authorities: []string{"eu.example.files", "eu.example.more"}},
	})
	is("network security", m.NetworkSecurity, &inventory.NetworkSecurity{File: "res/xml/network.xml", Rules: []inventory.NetworkRule{
		{SystemCAs: true, UserCAs: true},
		{Domains: []string{".example.eu", "api.example.org"}, SystemCAs: true, UserCAs: true, Pins: 2, PinsExpire: "2027-01-31"},
		{Domains: []string{"old.example.eu"}, Cleartext: true, CustomCAs: 1, Pins: 2, PinsExpire: "2027-01-31"},
		{SystemCAs: true, UserCAs: true, CustomCAs: 1, DebugOnly: true},
	}})
	if len(m.Marks)+len(m.Unresolved)+len(m.Cut) != 0 {
		t.Errorf("%+v %q %q", m.Marks, m.Unresolved, m.Cut)
	}
}

// TestDuplicateElements: Android reads the first application element, and no permission name from a resource.
func TestDuplicateElements(t *testing.T) {
	b := newBuilder(nil)
	for _, e := range []*struct {
		depth int
		name  string
		attrs []string
	}{
		{1, "manifest", []string{"package", "a.b"}},
		{2, "uses-permission", []string{"name", "@7f010001"}},
		{2, "application", []string{"name", ".First"}},
		{3, "service", []string{"name", ".Seen"}},
		{2, "application", []string{"name", ".Second"}},
		{3, "service", []string{"name", ".Unseen"}},
	} {
		if err := b.element(el(e.depth, e.name, e.attrs...)); err != nil {
			t.Fatal(err)
		}
	}
	b.finish()
	b.marks(axml.Report{})
	var codes []string
	for _, mark := range b.m.Marks {
		codes = append(codes, mark.Code)
	}
	if len(b.m.Permissions) != 0 || b.m.ApplicationClass != "a.b.First" || len(b.m.Components) != 1 ||
		!slices.Equal(codes, []string{inventory.MarkManifest, inventory.MarkResources}) {
		t.Errorf("%+v, marks %q", b.m, codes)
	}
}
