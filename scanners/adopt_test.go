package scanners_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"quaestor/scanners"
	"quaestor/scanners/android/androidqf"
	"quaestor/scanners/apk"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

// lay puts files of the apk scanner's own test data into a folder, under the names that androidqf gives them.
func lay(t *testing.T, dir string, files map[string]string) (hashes map[string]string) {
	t.Helper()
	hashes = map[string]string{}
	for name, from := range files {
		data, err := os.ReadFile(filepath.Join("apk", "testdata", from))
		if err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(dir, name), data)
		sum := sha256.Sum256(data)
		hashes[name] = hex.EncodeToString(sum[:])
	}
	return hashes
}

func write(t *testing.T, name string, data []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, data, 0o644); err != nil {
		t.Fatal(err)
	}
}

func run(t *testing.T, dir string) *inventory.Inventory {
	t.Helper()
	return scanners.Run(context.Background(), []source.Target{{Path: dir}},
		scanners.Options{Scanners: []scanners.Scanner{androidqf.New(), apk.New()}, Limits: source.DefaultLimits})
}

func apps(inv *inventory.Inventory, id string) (list []inventory.App) {
	for _, a := range inv.Apps {
		if a.Identifier == id {
			list = append(list, a)
		}
	}
	return list
}

// incomplete lists the gaps that make a scan incomplete.
func incomplete(inv *inventory.Inventory) (list []string) {
	for _, g := range inv.Gaps {
		if g.Kind.Incomplete() {
			list = append(list, g.Subject+": "+g.Detail)
		}
	}
	return list
}

// TestAcquisitionWithSplits: base and split of an app were pulled from a phone, and lie as files beside those of
// other apps. The phone tells nothing of the app but its hashes.
func TestAcquisitionWithSplits(t *testing.T) {
	dir := t.TempDir()
	sums := lay(t, dir, map[string]string{"apks/eu.example.votes_base.apk": "split/base.apk",
		"apks/eu.example.votes_split_config.arm64_v8a.apk": "split/split_config.arm64_v8a.apk", "apks/eu.example.agenda_base.apk": "plain.apk"})
	write(t, filepath.Join(dir, "getprop.txt"), []byte("[ro.product.model]: [Pixel 8]\n[ro.serialno]: [X1]\n[ro.build.version.sdk]: [34]\n[ro.build.version.release]: [14]\n"))
	row := func(pkg string, files ...string) string {
		var list []string
		for _, f := range files {
			at := filepath.Base(strings.TrimPrefix(f, "apks/"+pkg+"_"))
			list = append(list, fmt.Sprintf(`{"path":"/data/app/%s/%s","local_name":"","sha256":%q}`, pkg, at, sums[f]))
		}
		return fmt.Sprintf(`{"name":%q,"files":[%s],"installer":"","uid":10200,"disabled":false,"system":false,"third_party":true}`, pkg, strings.Join(list, ","))
	}
	write(t, filepath.Join(dir, "packages.json"), []byte("["+row("eu.example.votes", "apks/eu.example.votes_base.apk", "apks/eu.example.votes_split_config.arm64_v8a.apk")+","+
		row("eu.example.agenda", "apks/eu.example.agenda_base.apk")+"]"))
	inv := run(t, dir)

	votes, agenda := apps(inv, "eu.example.votes"), apps(inv, "eu.example.agenda")
	if len(votes) != 1 || len(votes[0].Binaries) != 2 || len(agenda) != 1 {
		t.Fatalf("%d and %d apps: %+v", len(votes), len(agenda), inv.Apps)
	}
	if gaps := incomplete(inv); gaps != nil {
		t.Errorf("incomplete: %q", gaps)
	}
	for _, r := range inv.Runs {
		if r.Status != inventory.RunSucceeded {
			t.Errorf("run %+v", r)
		}
	}
	a := agenda[0]
	if a.Device == "" || a.Name != "Diary" || a.Version == "" || a.VersionCode == 0 || a.MinSDK == 0 || a.TargetSDK == 0 || len(a.Permissions) == 0 {
		t.Errorf("the file does not complete the app: %+v", a)
	}
	for _, p := range a.Permissions {
		if p.Granted || p.GrantKnown || p.GrantedTo != nil || !p.Requested && !p.Implied {
			t.Errorf("permission %+v", p)
		}
	}
	if !slices.ContainsFunc(a.Origins, func(o inventory.Origin) bool {
		return o.Scanner == apk.ID && strings.HasSuffix(o.Path, "agenda_base.apk")
	}) {
		t.Errorf("no origin says whose word it is: %+v", a.Origins)
	}
}

// TestLooseSplits: without a list of packages, a base and a split among other apps are one app.
func TestLooseSplits(t *testing.T) {
	dir := t.TempDir()
	lay(t, dir, map[string]string{"votes_base.apk": "split/base.apk", "votes_split.apk": "split/split_config.arm64_v8a.apk", "agenda.apk": "plain.apk"})
	inv := run(t, dir)
	if votes := apps(inv, "eu.example.votes"); len(votes) != 1 || len(votes[0].Binaries) != 2 || len(votes[0].Origins) != 2 {
		t.Errorf("%+v", votes)
	}
	if gaps := incomplete(inv); gaps != nil {
		t.Errorf("incomplete: %q", gaps)
	}
}

// TestSplitWithoutBase: a split whose base lies in another folder, or nowhere, stays alone and is a gap.
func TestSplitWithoutBase(t *testing.T) {
	dir := t.TempDir()
	lay(t, dir, map[string]string{"a/votes_base.apk": "split/base.apk", "b/votes_split.apk": "split/split_config.arm64_v8a.apk"})
	inv := run(t, dir)
	if votes := apps(inv, "eu.example.votes"); len(votes) != 2 || len(incomplete(inv)) != 1 {
		t.Errorf("%+v, incomplete %q", votes, incomplete(inv))
	}
}

// TestFileOfAnotherVersion: a file says nothing of an app that the device has in another version.
func TestFileOfAnotherVersion(t *testing.T) {
	for _, code := range []int64{0, 41} {
		base := inventory.Binary{SHA256: "aa", Format: "apk", Package: "eu.example.agenda", Label: "Agenda", Entries: 3, VersionCode: 42}
		device := inventory.App{ID: "a", Device: "d", Platform: inventory.Android, IdentifierKind: inventory.AndroidPackage, Identifier: "eu.example.agenda",
			VersionCode: code, Binaries: []string{"aa"}, Permissions: []inventory.Permission{{Name: "P", Requested: true, Granted: true, GrantKnown: true}}}
		base.Permissions = []inventory.Permission{{Name: "Q", Requested: true}}
		inv := &inventory.Inventory{Apps: []inventory.App{device}, Binaries: []inventory.Binary{base}}
		scanners.Adopt(inv)
		got := inv.Apps[0]
		if want := code == 0; (got.Name == "Agenda") != want || len(got.Permissions) != 1 || !got.Permissions[0].Granted {
			t.Errorf("version code %d: %+v", code, got)
		}
	}
}
