package software

import (
	"context"
	"slices"
	"testing"

	"github.com/anchore/syft/syft/file"
	"github.com/anchore/syft/syft/pkg"
)

// What a package is called after names that people gave says so; what Maven, a maker's group or a list of dependencies
// states is a fact.
func TestGuessed(t *testing.T) {
	r := read(t, map[string]string{
		"guava-31.1.jar":  archive(map[string]string{"META-INF/MANIFEST.MF": "Bundle-SymbolicName: com.google.guava\nBundle-Version: 31.1\n"}),
		"nothing-2.0.jar": archive(map[string]string{"a.class": "x"}),
		"vendor-1.0.jar":  archive(map[string]string{"META-INF/MANIFEST.MF": "Implementation-Vendor-Id: org.vendor\nImplementation-Title: vendor\nImplementation-Version: 1.0\n"}),
		"maven-1.0.jar":   archive(map[string]string{"META-INF/maven/org.maven/maven/pom.properties": pom("org.maven", "maven", "1.0")}),
	})
	want := []string{
		"pkg:maven/com.google.guava/guava@31.1 name guava-31.1.jar!META-INF/MANIFEST.MF",
		"pkg:maven/nothing/nothing@2.0 name nothing-2.0.jar!",
		"pkg:maven/org.maven/maven@1.0 metadata maven-1.0.jar!META-INF/maven/org.maven/maven/pom.properties",
		"pkg:maven/org.vendor/vendor@1.0 metadata vendor-1.0.jar!META-INF/MANIFEST.MF",
	}
	if got := lines(r); !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}

// A library of .NET that only its own description names is not known to be the package of that name.
func TestGuessedNuGet(t *testing.T) {
	w := &work{ctx: context.Background(), set: set{by: map[string]*Found{}}}
	at := file.NewLocationSet(file.NewLocation("bin/a.dll"))
	for name, metadata := range map[string]any{"Listed": pkg.DotnetDepsEntry{Name: "Listed", Version: "1.0.0"}, "Called": pkg.DotnetPortableExecutableEntry{ProductName: "Called"}} {
		w.take(&tree{}, &pkg.Package{Name: name, Version: "1.0.0", PURL: "pkg:nuget/" + name + "@1.0.0", Type: pkg.DotnetPkg, Locations: at, Metadata: metadata}, Metadata)
	}
	want := []string{"pkg:nuget/Called@1.0.0 name bin/a.dll", "pkg:nuget/Listed@1.0.0 metadata bin/a.dll"}
	if got := lines(&Result{Found: w.set.list()}); !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}
