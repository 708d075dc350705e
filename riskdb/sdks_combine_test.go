package riskdb

import (
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"quaestor/scanners/inventory"
)

// sdkWorld knows one SDK with marks of each strength.
func sdkWorld() *DB {
	mark := func(k SignatureKind, v string, s Strength, verified bool) Signature {
		return Signature{Kind: k, Value: v, Strength: s, Basis: Basis{Verified: verified}}
	}
	return New(Tables{SDKs: []SDK{{ID: "kit", Name: "Kit", Signatures: []Signature{
		mark(CodePrefix, "com.kit", StrongMark, true), mark(CodePrefix, "org.kit", StrongMark, true), mark(CodePrefix, "net.kit", StrongMark, false),
		mark(CodeComponent, "com.kit.Main", StrongMark, true), mark(NativeLibrary, "libkit.so", MediumMark, true), mark(NativeLibrary, "libkit2.so", MediumMark, true),
		mark(NativeLibrary, "libstrong.so", StrongMark, true),
		mark(NativeLibrary, "liba.so", WeakMark, true), mark(NativeLibrary, "libb.so", WeakMark, true), mark(NativeLibrary, "libc.so", MediumMark, false),
	}}}})
}

// defining are packages that a file defines, each with a dozen classes.
func defining(names ...string) []inventory.CodePackage { return classes(12, names...) }

// few is a package of which two classes are defined.
func few(name string) []inventory.CodePackage { return classes(2, name) }

// classes are packages with so many classes each.
func classes(n int, names ...string) []inventory.CodePackage {
	out := make([]inventory.CodePackage, len(names))
	for i, name := range names {
		out[i] = inventory.CodePackage{Name: name, Classes: n, File: "classes.dex"}
	}
	return out
}

func TestSDKsIn(t *testing.T) {
	db := sdkWorld()
	for _, c := range []struct {
		name string
		e    CodeEvidence
		want Confidence
	}{
		{"nothing", CodeEvidence{}, ""},
		{"one strong library alone", CodeEvidence{NativeLibraries: []string{"libstrong.so"}}, ConfidenceLow},
		{"one medium library alone", CodeEvidence{NativeLibraries: []string{"libkit.so"}}, ""},
		{"a library that was read", CodeEvidence{NativeRead: true, NativeLibraries: []string{"libstrong.so", "libkit.so"},
			Native: []inventory.NativeCode{{File: "lib/x86/libstrong.so", ABI: "x86"}, {File: "lib/x86/libkit.so", ABI: "x86", Error: "cut off"}}}, ConfidenceModerate},
		{"something else under its name", CodeEvidence{NativeRead: true, NativeLibraries: []string{"libstrong.so", "libkit.so"},
			Native: []inventory.NativeCode{{File: "lib/x86/libkit.so", Error: "not an ELF file"}}}, ""},
		{"one file of the name is a library", CodeEvidence{NativeRead: true, NativeLibraries: []string{"libstrong.so"},
			Native: []inventory.NativeCode{{File: "lib/arm64-v8a/libstrong.so", Error: "not an ELF file"}, {File: "lib/x86/libstrong.so", ABI: "x86"}}}, ConfidenceLow},
		{"nine classes", CodeEvidence{CodePackages: classes(9, "com.kit")}, ConfidenceLow},
		{"nine classes, and a library that names them", CodeEvidence{CodePackages: classes(9, "com.kit"),
			Native: []inventory.NativeCode{{File: "assets/x.so", JNI: []string{"com.kit.Native"}}}}, ConfidenceModerate},
		{"ten classes", CodeEvidence{CodePackages: classes(10, "com.kit")}, ConfidenceModerate},
		{"components that have no class", CodeEvidence{Components: []string{"com.kit.Main", "com.kit.Other"}, Absent: map[string]bool{"com.kit.Main": true, "com.kit.Other": true}}, ""},
		{"one of them has one", CodeEvidence{Components: []string{"com.kit.a.Main", "com.kit.Other"}, Absent: map[string]bool{"com.kit.Other": true}}, ConfidenceModerate},
		{"two classes, and a component without one", CodeEvidence{CodePackages: few("com.kit"), Components: []string{"com.kit.a.Other"}, Absent: map[string]bool{"com.kit.a.Other": true}}, ""},
		{"one weak", CodeEvidence{NativeLibraries: []string{"liba.so"}}, ""},
		{"one weak, seen twice", CodeEvidence{NativeLibraries: []string{"lib/x86/liba.so", "lib/arm64-v8a/liba.so"}}, ""},
		{"medium and not verified", CodeEvidence{NativeLibraries: []string{"libc.so"}}, ""},
		{"two weak", CodeEvidence{NativeLibraries: []string{"liba.so", "libb.so"}}, ConfidenceLow},
		{"one medium", CodeEvidence{CodePackages: defining("net.kit")}, ConfidenceLow},
		{"strong and not verified", CodeEvidence{CodePackages: defining("net.kit.x")}, ConfidenceLow},
		{"medium and weak", CodeEvidence{NativeLibraries: []string{"libkit.so", "liba.so"}}, ConfidenceModerate},
		{"two medium", CodeEvidence{NativeLibraries: []string{"libkit.so", "libkit2.so"}}, ConfidenceModerate},
		{"one strong", CodeEvidence{CodePackages: defining("com.kit")}, ConfidenceModerate},
		{"a component in the package", CodeEvidence{CodePackages: defining("com.kit"), Components: []string{"com.kit.Main", "com.kit.Other"}}, ConfidenceModerate},
		{"two strong", CodeEvidence{CodePackages: defining("com.kit", "org.kit.x")}, ConfidenceHigh},
		{"two classes only", CodeEvidence{CodePackages: few("com.kit")}, ""},
		{"two classes each of two packages", CodeEvidence{CodePackages: append(few("com.kit"), few("org.kit")...)}, ConfidenceLow},
		{"two classes and two more below", CodeEvidence{CodePackages: append(few("com.kit"), few("com.kit.a")...)}, ConfidenceLow},
		{"two classes, and a component", CodeEvidence{CodePackages: few("com.kit"), Components: []string{"com.kit.Other"}}, ConfidenceModerate},
		{"a library that names its classes", CodeEvidence{Native: []inventory.NativeCode{{File: "assets/x.so", JNI: []string{"com.kit.Native"}}}}, ConfidenceLow},
		{"a library in another folder", CodeEvidence{Native: []inventory.NativeCode{{File: "assets/libstrong.so"}}}, ConfidenceLow},
		{"a library named twice", CodeEvidence{NativeLibraries: []string{"liba.so"}, Native: []inventory.NativeCode{{File: "lib/x86/liba.so"}}}, ""},
		{"another label", CodeEvidence{CodePackages: defining("com.kitchen"), Components: []string{"com.kitten.Main"}}, ""},
	} {
		got := Confidence("")
		if found := db.SDKsIn(c.e); len(found) > 0 {
			got = found[0].Confidence
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// TestMoreMarksNeverLower: a further mark never takes an SDK away nor makes it less sure, and the order does not
// matter.
func TestMoreMarksNeverLower(t *testing.T) {
	db := sdkWorld()
	rapid.Check(t, func(t *rapid.T) {
		libs := rapid.SliceOf(rapid.SampledFrom([]string{"liba.so", "libb.so", "libc.so", "libkit.so", "libkit2.so", "libstrong.so", "other.so"})).Draw(t, "libs")
		pkgs := rapid.SliceOf(rapid.SampledFrom([]string{"com.kit", "com.kit.a", "org.kit", "net.kit.b", "org.other"})).Draw(t, "packages")
		n, m := rapid.IntRange(0, len(libs)).Draw(t, "n"), rapid.IntRange(0, len(pkgs)).Draw(t, "m")
		rank := func(libs, pkgs []string) int {
			if found := db.SDKsIn(CodeEvidence{NativeLibraries: libs, CodePackages: defining(pkgs...)}); len(found) > 0 {
				return found[0].Confidence.Rank()
			}
			return 0
		}
		if less, more := rank(libs[:n], pkgs[:m]), rank(libs, pkgs); less > more {
			t.Fatalf("%d with a part, %d with all", less, more)
		}
		one := db.SDKsIn(CodeEvidence{NativeLibraries: libs, CodePackages: defining(pkgs...)})
		two := db.SDKsIn(CodeEvidence{NativeLibraries: rapid.Permutation(libs).Draw(t, "other libs"), CodePackages: defining(rapid.Permutation(pkgs).Draw(t, "other packages")...)})
		if !reflect.DeepEqual(one, two) {
			t.Fatal("the order of the marks matters")
		}
	})
}

// TestMoreClassesNeverLower: nor do further classes of a package, or a library that names it.
func TestMoreClassesNeverLower(t *testing.T) {
	db := sdkWorld()
	rapid.Check(t, func(t *rapid.T) {
		rank := func(name string, from int) int {
			var e CodeEvidence
			for _, p := range []string{"com.kit", "com.kit.a", "net.kit"} {
				if n := rapid.IntRange(from, from+2).Draw(t, name+p); n > 0 {
					e.CodePackages = append(e.CodePackages, inventory.CodePackage{Name: p, Classes: n})
				}
			}
			if rapid.IntRange(from, from+1).Draw(t, name+"native") > 0 {
				e.Native = []inventory.NativeCode{{File: "lib/x86/libz.so", JNI: []string{"com.kit.Native"}}}
			}
			if found := db.SDKsIn(e); len(found) > 0 {
				return found[0].Confidence.Rank()
			}
			return 0
		}
		for from := range 12 { // each takes up where the one before may end
			if less, more := rank("less", from), rank("more", from+2); less > more {
				t.Fatalf("%d with fewer, %d with more", less, more)
			}
		}
	})
}

// TestMarksSayWhere: a mark names the files with the most classes first, and counts all of them.
func TestMarksSayWhere(t *testing.T) {
	e := CodeEvidence{CodePackages: []inventory.CodePackage{
		{Name: "com.kit.a", Classes: 1, File: "classes.dex"}, {Name: "com.kit.b", Classes: 200, File: "classes3.dex"},
		{Name: "com.kit.c", Classes: 2, File: "classes.dex"}, {Name: "com.kit.d", Classes: 9, File: "classes2.dex"},
	}}
	m := sdkWorld().SDKsIn(e)[0].Marks[0]
	want := []Place{{File: "classes3.dex", Item: "com.kit.b", Kind: PlacePackage, Classes: 200}, {File: "classes2.dex", Item: "com.kit.d", Kind: PlacePackage, Classes: 9},
		{File: "classes.dex", Item: "com.kit.c", Kind: PlacePackage, Classes: 2}}
	if !reflect.DeepEqual(m.Places, want) || m.Classes != 212 || m.Count != 4 {
		t.Errorf("%d classes in %d, %+v", m.Classes, m.Count, m.Places)
	}
}
