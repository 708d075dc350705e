package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"

	"quaestor/riskdb"
	"quaestor/scanners/inventory"
)

// corpus holds lists of what is installed on devices of other people, beside the repository.
var corpus = filepath.Join(root, "..", "shared", "corpus", "dumps")

// TestRealListsAccuseOnlyWhatIsKnown judges lists that nobody here wrote. Everything above information is named.
func TestRealListsAccuseOnlyWhatIsKnown(t *testing.T) {
	m := taken(t)
	for _, c := range []struct {
		file     string
		line     *regexp.Regexp // the identifier, and the publisher where there is one
		platform inventory.Platform
		kind     inventory.IdentifierKind
		least    int
		known    []string // identifiers that findings are expected for
	}{
		{"linux-debian12-dpkg-status.txt", regexp.MustCompile(`(?m)^Package: (\S+)$`), inventory.Linux, inventory.DebPackage, 100, nil},
		{"shapes/android-pm-list-packages-i-U.pixel9pro.system.txt", regexp.MustCompile(`(?m)^package:(\S+) `), inventory.Android, inventory.AndroidPackage, 5, nil},
		{"shapes/android-pm-list-packages-i-U.pixel9pro.user.txt", regexp.MustCompile(`(?m)^package:(\S+) `), inventory.Android, inventory.AndroidPackage, 5,
			[]string{"com.zhiliaoapp.musically"}},
		{"shapes/windows-uninstall-list.real-2021.txt", regexp.MustCompile(`(?m)^Name=(.*?), Version=.*Publisher=(.*?) *$`), inventory.Windows, inventory.NameOnly, 8, nil},
		{"storeSystem-josh_ios17-app_updates.bundle_ids.txt", regexp.MustCompile(`(?m)^(\S+)$`), inventory.IOS, inventory.IOSBundle, 40,
			[]string{"com.zhiliaoapp.musically"}},
	} {
		t.Run(filepath.Base(c.file), func(t *testing.T) {
			raw, err := os.ReadFile(filepath.Join(corpus, filepath.FromSlash(c.file)))
			if os.IsNotExist(err) {
				t.Skipf("%s is not beside the repository", c.file)
			} else if err != nil {
				t.Fatal(err)
			}
			var list []Control
			for _, found := range c.line.FindAllStringSubmatch(string(raw), -1) {
				one := Control{Name: found[1], Platform: c.platform, Kind: c.kind, ID: found[1]}
				if len(found) > 2 {
					one.Publisher = found[2]
				}
				list = append(list, one)
			}
			if len(list) < c.least {
				t.Fatalf("%d found in the file, want %d or more", len(list), c.least)
			}
			p, err := m.db.SelectPolicies(riskdb.DefaultPolicy)
			if err != nil {
				t.Fatal(err)
			}
			got := map[string]bool{}
			for _, f := range riskdb.Assess(m.db, p, inventoryOf(&Controls{}, list), m.asOf).Findings {
				if f.Severity.Rank() <= riskdb.Info.Rank() || f.Subject.App == nil {
					continue
				}
				got[f.Subject.App.Identifier] = true
				if !slices.Contains(c.known, f.Subject.App.Identifier) {
					t.Errorf("%s: %s, %s: %s", f.Subject.App.Identifier, f.Rule, f.Severity, f.Title)
				}
			}
			for _, id := range c.known {
				if !got[id] {
					t.Errorf("nothing is found about %s", id)
				}
			}
		})
	}
}
