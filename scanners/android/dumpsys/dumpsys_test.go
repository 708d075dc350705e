package dumpsys_test

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"quaestor/scanners/android/dumpsys"
	"quaestor/scanners/internal/scantest"
	"quaestor/scanners/inventory"
)

func scan(t testing.TB, path string) *inventory.Inventory {
	t.Helper()
	return scantest.Scan(t, dumpsys.New(), path)
}

func TestGolden(t *testing.T) {
	scantest.GoldenFiles(t, dumpsys.New(), "testdata/*.txt", 6)
}

func permission(t *testing.T, a *inventory.App, name string) inventory.Permission {
	t.Helper()
	at := slices.IndexFunc(a.Permissions, func(p inventory.Permission) bool { return p.Name == "android.permission."+name })
	if at < 0 {
		t.Fatalf("%s has no permission %s", a.Identifier, name)
	}
	return a.Permissions[at]
}

// member is the sample phone: a dump of all services, with two users.
const member = "../../../testdata/phones/member/dumpsys.txt"

func TestMember(t *testing.T) {
	inv := scan(t, member)
	if len(inv.Apps) != 45 {
		t.Errorf("%d apps, want 45", len(inv.Apps))
	}
	for _, g := range inv.Gaps {
		if g.Kind != inventory.GapBlind {
			t.Errorf("gap %+v", g)
		}
	}
	tiktok := scantest.App(t, inv, "com.zhiliaoapp.musically")
	if tiktok.Installer != "com.android.vending" || tiktok.PackageSource != "store" || tiktok.UID != 10220 || tiktok.TargetSDK != 34 ||
		tiktok.Version != "35.1.4" || tiktok.System || len(tiktok.Paths) != 5 || len(tiktok.Users) != 2 || !tiktok.Users[1].Installed {
		t.Errorf("%+v", tiktok)
	}
	if len(tiktok.Signers) != 0 {
		t.Error("the token of the signatures was taken for a signer")
	}
	if p := permission(t, tiktok, "CAMERA"); !p.Granted || !slices.Equal(p.GrantedTo, []string{"0", "10"}) {
		t.Errorf("%+v", p)
	}
	if p := permission(t, tiktok, "READ_CONTACTS"); !p.Granted || !slices.Equal(p.GrantedTo, []string{"0"}) || !p.Requested {
		t.Errorf("%+v", p)
	}
	if p := permission(t, tiktok, "INTERNET"); !p.Granted || len(p.GrantedTo) != 0 {
		t.Errorf("%+v", p)
	}
	if a := scantest.App(t, inv, "com.android.vending"); !a.UpdatedSystem || !a.System || !a.Privileged || a.VersionCode != 84132830 {
		t.Errorf("%+v", a)
	}
	if a := scantest.App(t, inv, "com.facebook.appmanager"); !a.Disabled || a.Users[0].Enabled != "disabled-user" {
		t.Errorf("%+v", a)
	}
	if a := scantest.App(t, inv, "com.microsoft.teams"); a.Users[0].Installed || !a.Users[1].Installed || a.NotInstalled {
		t.Errorf("%+v", a)
	}
	if a := scantest.App(t, inv, "net.example.phonebooster"); a.Installer != "com.google.android.packageinstaller" || a.PackageSource != "downloaded-file" || a.Initiator != "com.android.chrome" {
		t.Errorf("%+v", a)
	}
	if p := permission(t, scantest.App(t, inv, "com.google.android.gms"), "READ_CONTACTS"); !p.Granted || p.Requested {
		t.Errorf("what the shared user holds: %+v", p)
	}
	if u := inv.Devices[0].Users; len(u) != 2 || u[0].Kind != "owner" || u[1].Kind != "work-profile" || u[1].Name != "Work profile" {
		t.Errorf("%+v", u)
	}
	if len(inv.Profiles) != 1 || inv.Profiles[0].Kind != "profile-owner" || inv.Profiles[0].User != "10" ||
		inv.Profiles[0].Identifier != "com.microsoft.windowsintune.companyportal/com.microsoft.omadm.client.PolicyManagerReceiver" {
		t.Errorf("%+v", inv.Profiles)
	}
	var kinds []string
	for _, p := range inv.SecurityProducts {
		kinds = append(kinds, p.Kind+" "+p.Name)
		if p.App == "" {
			t.Errorf("%s is no app", p.Service)
		}
	}
	slices.Sort(kinds)
	if want := []string{"accessibility net.example.phonebooster", "device-admin com.kms.free", "device-admin com.microsoft.windowsintune.companyportal",
		"notification-listener net.example.phonebooster"}; !slices.Equal(kinds, want) {
		t.Errorf("%q", kinds)
	}
	if len(inv.VPNs) != 1 || inv.VPNs[0].App != "com.kms.free" || inv.VPNs[0].AlwaysOn {
		t.Errorf("%+v", inv.VPNs)
	}
}

// However a dump is cut short, a gap has to say so.
func TestCutAnywhere(t *testing.T) {
	whole, err := os.ReadFile(member)
	if err != nil {
		t.Fatal(err)
	}
	begin := strings.Index(string(whole), "\nPackages:\n")
	end := strings.Index(string(whole), "was the duration of dumpsys package")
	path := filepath.Join(t.TempDir(), "cut.txt")
	for at := begin; at < end; at += 1999 {
		if err := os.WriteFile(path, whole[:at], 0o600); err != nil {
			t.Fatal(err)
		}
		inv, err := dumpsys.New().Scan(context.Background(), scantest.Open(t, path))
		if err == nil && len(scantest.Gaps(inv, inventory.GapMalformed)) == 0 {
			t.Fatalf("cut at byte %d of %d: %d apps and no gap", at, len(whole), len(inv.Apps))
		}
	}
}

func TestUnmarkedDumpCutBetweenPackages(t *testing.T) {
	whole, err := os.ReadFile("testdata/android9-package.txt")
	if err != nil {
		t.Fatal(err)
	}
	text := string(whole)
	path := filepath.Join(t.TempDir(), "cut.txt")
	for _, mark := range []string{"  Package [com.android.chrome]", "    User 0:", "\nHidden system", "Shared users:", "    install permissions:", "versionName="} {
		if err := os.WriteFile(path, []byte(text[:strings.LastIndex(text, mark)]), 0o600); err != nil {
			t.Fatal(err)
		}
		inv := scan(t, path)
		if len(scantest.Gaps(inv, inventory.GapMalformed)) == 0 {
			t.Errorf("cut before %q: no gap", mark)
		}
	}
}

// `dumpsys package packages` holds nothing beside the packages. Whether it is whole is not known, and said; one
// without the package that every phone has is not.
func TestBareDump(t *testing.T) {
	whole, err := os.ReadFile("testdata/android9-package.txt")
	if err != nil {
		t.Fatal(err)
	}
	_, text, _ := strings.Cut(string(whole), "\nPackages:")
	text, _, _ = strings.Cut(text, "\nShared users:")
	path := filepath.Join(t.TempDir(), "bare.txt")
	for name, malformed := range map[string]int{"com.android.chrome": 1, "android": 0} {
		list := strings.Replace(text, "Package [com.android.chrome]", "Package ["+name+"]", 1)
		if err := os.WriteFile(path, []byte("Packages:"+list), 0o600); err != nil {
			t.Fatal(err)
		}
		inv := scan(t, path)
		if len(inv.Apps) < 2 || len(scantest.Gaps(inv, inventory.GapMalformed)) != malformed || len(scantest.Gaps(inv, inventory.GapBlind)) != 1-malformed {
			t.Errorf("%s: %d apps, gaps %+v", name, len(inv.Apps), inv.Gaps)
		}
	}
}

// Versions differ in where they say things; what they say is the same.
func TestVersions(t *testing.T) {
	nine := scan(t, "testdata/android9-package.txt")
	if a := scantest.App(t, nine, "com.example.legacy"); !a.Debuggable || a.Installer != "" || !a.InstallerKnown || a.FirstInstalled.Format("2006-01-02") != "2018-11-05" || !a.LocalTime {
		t.Errorf("%+v", a)
	}
	if a := scantest.App(t, nine, "com.android.chrome"); !a.UpdatedSystem || !a.Disabled || a.Version != "73.0.3683.90" {
		t.Errorf("%+v", a)
	}
	twelve := scan(t, "testdata/android12-package.txt")
	if a := scantest.App(t, twelve, "com.example.suspended"); !a.Users[0].Suspended || !a.Users[0].Hidden || !a.Users[0].NotLaunched ||
		a.Users[0].Enabled != "disabled-until-used" || !a.Disabled || a.FirstInstalled != nil || a.Updated == nil {
		t.Errorf("%+v", a)
	}
	sixteen := scan(t, "testdata/android16-package.txt")
	a := scantest.App(t, sixteen, "org.example.reader")
	if a.Initiator != "org.mozilla.firefox" || a.Originator != "org.mozilla.firefox" || a.PackageSource != "downloaded-file" ||
		a.FirstInstalled.Format("2006-01-02") != "2025-11-01" || a.Users[2].Installed || a.MinSDK != 29 {
		t.Errorf("%+v", a)
	}
	if p := permission(t, a, "REQUEST_INSTALL_PACKAGES"); !p.Granted || !slices.Equal(p.GrantedTo, []string{"10"}) {
		t.Errorf("%+v", p)
	}
	scantest.App(t, sixteen, "com.android.captiveportallogin") // the name the system uses
	if a := scantest.App(t, sixteen, "com.samsung.removed"); !a.NotInstalled || !a.System {
		t.Errorf("%+v", a)
	}
	if a := scantest.App(t, sixteen, "com.android.adbd"); !a.Apex || a.VersionCode != 360000000 {
		t.Errorf("%+v", a)
	}
	var samples []string
	for _, g := range scantest.Gaps(sixteen, inventory.GapUnknownLines) {
		samples = append(samples, g.Samples...)
	}
	slices.Sort(samples)
	if want := []string{"Quantum Table:", "User rested=true", "futureField=17"}; !slices.Equal(samples, want) {
		t.Errorf("unknown: %q, want %q", samples, want)
	}
}

func TestHostile(t *testing.T) {
	inv := scan(t, "testdata/hostile.txt")
	if len(scantest.Gaps(inv, inventory.GapMalformed)) == 0 || len(scantest.Gaps(inv, inventory.GapLimit)) == 0 {
		t.Errorf("%+v", inv.Gaps)
	}
	for _, a := range inv.Apps {
		if len(a.Version) > inventory.MaxText {
			t.Errorf("a version of %d bytes", len(a.Version))
		}
	}
}

func TestServicesOnly(t *testing.T) {
	inv := scan(t, "testdata/services-only.txt")
	if len(scantest.Gaps(inv, inventory.GapNotPermitted)) != 1 || len(inv.Devices[0].Users) != 2 || len(inv.SecurityProducts) != 1 ||
		inv.SecurityProducts[0].Service != "com.example.reader/com.example.reader.ReaderService" {
		t.Errorf("%+v", inv)
	}
}

// big writes a dump of n packages with the given number of permissions each.
func big(w io.Writer, n, permissions int) {
	fmt.Fprintln(w, "Packages:")
	for i := range n {
		fmt.Fprintf(w, "  Package [com.example.app%d] (%x):\n    appId=%d\n    codePath=/data/app/%d\n    versionCode=1 minSdk=2 targetSdk=3\n    pkgFlags=[ HAS_CODE ]\n    requested permissions:\n", i, i, 10000+i, i)
		for p := range permissions {
			fmt.Fprintf(w, "      android.permission.P%d\n", p)
		}
		fmt.Fprint(w, "    User 0: ceDataInode=1 installed=true hidden=false suspended=false stopped=false notLaunched=false enabled=0 instant=false\n")
	}
	fmt.Fprintln(w, "\nShared users:\n\nPackage Changes:")
}

// Memory grows with the number of packages, not with its square.
func TestMemoryIsLinear(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: it reads 90,000 packages")
	}
	cost := func(n int) uint64 {
		path := filepath.Join(t.TempDir(), "big.txt")
		f, err := os.Create(path)
		if err != nil {
			t.Fatal(err)
		}
		big(f, n, 3)
		f.Close()
		src := scantest.Open(t, path)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		inv, err := dumpsys.New().Scan(context.Background(), src)
		runtime.ReadMemStats(&after)
		if err != nil || len(inv.Apps) != n || len(scantest.Gaps(inv, inventory.GapMalformed))+len(scantest.Gaps(inv, inventory.GapLimit)) != 0 {
			t.Fatalf("%d of %d apps, %v, %+v", len(inv.Apps), n, err, inv.Gaps)
		}
		return after.TotalAlloc - before.TotalAlloc
	}
	half, whole := cost(30_000), cost(60_000)
	if whole > 3*half {
		t.Errorf("30,000 packages allocate %d MB, 60,000 allocate %d MB", half>>20, whole>>20)
	}
	t.Logf("30,000 packages allocate %d MB, 60,000 allocate %d MB", half>>20, whole>>20)
}
