package dex

import (
	"fmt"
	"testing"

	"quaestor/scanners/internal/dextest"
)

func TestClassify(t *testing.T) {
	for want, names := range map[naming][]string{
		renamed: {"a", "aa", "a0", "zz", "oj2", "0Sa", "a$1", "a$a", "a$Companion", "Main$a", "Main$b1", "Main$1$a", "R$a", "IlIlI", "lI1", "o0OO", "OOOO", "do", "class", "Main$if",
			"zzabc", "zzfx$zza", "p6a0c1f3b", "d41d8cd98f00b204e9800998ecf8427e", "ۖ", "ā", "a\u0300b", "\u200b", "Раypal"},
		short:   {"aqxh", "Log", "Tag", "Map$Entry", "kotx", "URI", "III", "Foo", "R2$id", "Foo$on$1"},
		capital: {"A", "Z", "A$1"},
		kept: {"Main", "R", "R$id", "R$string", "BuildConfig", "Main$Inner", "Main$1", "Main$1$2", "Main$$ExternalSyntheticLambda0", "-$$Lambda$Foo$abc", "-Util", "Main$on$1",
			"Main$WhenMappings", "$Proxy1", "package-info", "Äpfel", "测试", "Голос", "", "Facade", "Deadbeef", "Iolo"},
	} {
		for _, name := range names {
			if got := classify([]byte(name)); got != want {
				t.Errorf("%q is %d, want %d", name, got, want)
			}
		}
	}
}

// TestRenamedPackages: the doubtful names count by what stands beside them.
func TestRenamedPackages(t *testing.T) {
	small := func(n int) (out []string) {
		for i := range n {
			out = append(out, string(rune('a'+i)))
		}
		return out
	}
	tests := map[string]struct {
		classes []string
		want    int
	}{
		"a developer's short names":           {[]string{"Log", "Tag", "A", "Main", "View"}, 0},
		"an obfuscator's":                     {append(small(12), "Log", "A", "Aa"), 15},
		"an obfuscator's beside kept ones":    {append(small(3), "Log", "A", "MainActivity", "SettingsActivity"), 3},
		"capital letters after all small":     {append(small(26), append([]string{"A", "B", "Tag"}, kept40...)...), 28},
		"one short name alone shows no habit": {[]string{"a", "Log"}, 1},
	}
	for name, test := range tests {
		var f dextest.File
		for _, c := range test.classes {
			f.Classes = append(f.Classes, dextest.Class{Name: "com.app." + c})
		}
		facts := read(t, f.Bytes())
		if facts.Renamed != test.want || facts.Packages[0].Renamed != test.want {
			t.Errorf("%s: %d of %d classes are renamed, want %d", name, facts.Renamed, facts.Classes, test.want)
		}
	}
}

// kept40 are names of developers.
var kept40 = func() (out []string) {
	for i := range 40 {
		out = append(out, fmt.Sprintf("Fragment%d", i))
	}
	return out
}()
