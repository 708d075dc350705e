package apk

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"quaestor/scanners/inventory"
)

// part is a reading of which only what a choice depends on is set.
func part(path, split string, version int64, minSDK int, signer string) *reading {
	b := inventory.Binary{SHA256: path, Package: "a.b", Split: split, VersionCode: version, MinSDK: minSDK, Origins: []inventory.Origin{{Path: path}}}
	if signer != "" {
		b.Signers = []inventory.Signer{{SHA256: signer}}
	}
	return &reading{bin: b, code: new(code)}
}

// TestVariants checks which parts of a set become an app together.
func TestVariants(t *testing.T) {
	for name, tc := range map[string]struct {
		parts []*reading
		want  []string // of each app the files
		other int      // builds that are in no app
	}{
		"bundletool": {[]*reading{
			part("x.apks!splits/base-master.apk", "", 7, 21, "s"),
			part("x.apks!splits/base-master_2.apk", "", 7, 23, "s"),
			part("x.apks!splits/base-arm64_v8a.apk", "config.arm64_v8a", 7, 21, "s"),
			part("x.apks!splits/base-arm64_v8a_2.apk", "config.arm64_v8a", 7, 23, "s"),
			part("x.apks!standalones/standalone-x86.apk", "", 7, 19, "s"),
			part("x.apks!universal.apk", "", 7, 24, "s"),
		}, []string{"splits/base-master_2.apk splits/base-arm64_v8a_2.apk"}, 4},
		"two versions in a folder": {[]*reading{
			part("d/a.apk", "", 1, 21, "s"), part("d/b.apk", "", 2, 21, "s"),
		}, []string{"d/b.apk", "d/a.apk"}, 0},
		"two signers in a folder": {[]*reading{
			part("d/a.apk", "", 1, 21, "s"), part("d/b.apk", "", 1, 21, "t"),
		}, []string{"d/a.apk", "d/b.apk"}, 0},
		"splits only": {[]*reading{
			part("d/a.apk", "config.de", 1, 21, "s"), part("d/b.apk", "config.fr", 1, 21, "s"),
		}, []string{"d/a.apk d/b.apk"}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			for range tc.parts { // whatever the order
				tc.parts = append(tc.parts[1:], tc.parts[0])
				c := &collection{inv: inventory.New(), readings: slices.Clone(tc.parts)}
				c.apps()
				var got []string
				for _, a := range c.inv.Apps {
					got = append(got, strings.ReplaceAll(strings.Join(a.Binaries, " "), "x.apks!", ""))
				}
				if fmt.Sprint(got) != fmt.Sprint(tc.want) {
					t.Fatalf("apps of %q, want %q", got, tc.want)
				}
				if n := len(c.inv.Binaries); n != len(tc.parts) {
					t.Errorf("%d of %d binaries", n, len(tc.parts))
				}
				others := 0
				for _, g := range c.inv.Gaps {
					if g.Kind == inventory.GapSkipped {
						others += g.Count
					}
				}
				if others != tc.other {
					t.Errorf("%d other builds, want %d", others, tc.other)
				}
			}
		})
	}
}
