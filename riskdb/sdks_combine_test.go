package riskdb

import (
	"reflect"
	"testing"

	"pgregory.net/rapid"
)

// sdkWorld knows one SDK with marks of each strength.
func sdkWorld() *DB {
	mark := func(k SignatureKind, v string, s Strength, verified bool) Signature {
		return Signature{Kind: k, Value: v, Strength: s, Basis: Basis{Verified: verified}}
	}
	return New(Tables{SDKs: []SDK{{ID: "kit", Name: "Kit", Signatures: []Signature{
		mark(CodePrefix, "com.kit", StrongMark, true), mark(CodePrefix, "org.kit", StrongMark, true), mark(CodePrefix, "net.kit", StrongMark, false),
		mark(CodeComponent, "com.kit.Main", StrongMark, true), mark(NativeLibrary, "libkit.so", MediumMark, true), mark(NativeLibrary, "libkit2.so", MediumMark, true),
		mark(NativeLibrary, "liba.so", WeakMark, true), mark(NativeLibrary, "libb.so", WeakMark, true), mark(NativeLibrary, "libc.so", MediumMark, false),
	}}}})
}

func TestSDKsIn(t *testing.T) {
	db := sdkWorld()
	for _, c := range []struct {
		name string
		e    CodeEvidence
		want Confidence
	}{
		{"nothing", CodeEvidence{}, ""},
		{"one weak", CodeEvidence{NativeLibraries: []string{"liba.so"}}, ""},
		{"one weak, seen twice", CodeEvidence{NativeLibraries: []string{"lib/x86/liba.so", "lib/arm64-v8a/liba.so"}}, ""},
		{"medium and not verified", CodeEvidence{NativeLibraries: []string{"libc.so"}}, ""},
		{"two weak", CodeEvidence{NativeLibraries: []string{"liba.so", "libb.so"}}, ConfidenceLow},
		{"one medium", CodeEvidence{NativeLibraries: []string{"libkit.so"}}, ConfidenceLow},
		{"strong and not verified", CodeEvidence{CodePackages: []string{"net.kit.x"}}, ConfidenceLow},
		{"medium and weak", CodeEvidence{NativeLibraries: []string{"libkit.so", "liba.so"}}, ConfidenceModerate},
		{"two medium", CodeEvidence{NativeLibraries: []string{"libkit.so", "libkit2.so"}}, ConfidenceModerate},
		{"one strong", CodeEvidence{CodePackages: []string{"com.kit"}}, ConfidenceModerate},
		{"a component in the package", CodeEvidence{CodePackages: []string{"com.kit"}, Components: []string{"com.kit.Main", "com.kit.Other"}}, ConfidenceModerate},
		{"two strong", CodeEvidence{CodePackages: []string{"com.kit", "org.kit.x"}}, ConfidenceHigh},
		{"another label", CodeEvidence{CodePackages: []string{"com.kitchen"}, Components: []string{"com.kitten.Main"}}, ""},
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
		libs := rapid.SliceOf(rapid.SampledFrom([]string{"liba.so", "libb.so", "libc.so", "libkit.so", "libkit2.so", "other.so"})).Draw(t, "libs")
		pkgs := rapid.SliceOf(rapid.SampledFrom([]string{"com.kit", "com.kit.a", "org.kit", "net.kit.b", "org.other"})).Draw(t, "packages")
		n, m := rapid.IntRange(0, len(libs)).Draw(t, "n"), rapid.IntRange(0, len(pkgs)).Draw(t, "m")
		rank := func(libs, pkgs []string) int {
			if found := db.SDKsIn(CodeEvidence{NativeLibraries: libs, CodePackages: pkgs}); len(found) > 0 {
				return found[0].Confidence.Rank()
			}
			return 0
		}
		if less, more := rank(libs[:n], pkgs[:m]), rank(libs, pkgs); less > more {
			t.Fatalf("%d with a part, %d with all", less, more)
		}
		one := db.SDKsIn(CodeEvidence{NativeLibraries: libs, CodePackages: pkgs})
		two := db.SDKsIn(CodeEvidence{NativeLibraries: rapid.Permutation(libs).Draw(t, "other libs"), CodePackages: rapid.Permutation(pkgs).Draw(t, "other packages")})
		if !reflect.DeepEqual(one, two) {
			t.Fatal("the order of the marks matters")
		}
	})
}
