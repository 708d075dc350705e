package sysdiagnose_test

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	_ "modernc.org/sqlite"

	"quaestor/scanners/internal/scantest"
	"quaestor/scanners/inventory"
	"quaestor/scanners/ios/sysdiagnose"
	"quaestor/scanners/source"
)

const (
	folder = "sysdiagnose_2026.10.09_13-29-15+0200_iPhone-OS_iPhone_22G86"
	home   = "/private/var/containers/Bundle/Application/"
	votes  = "0A1B2C3D-0000-4000-8000-000000000001"
	other  = "0A1B2C3D-0000-4000-8000-000000000002"
)

// files are those of a made sysdiagnose, after published examples of their lines.
func files(t testing.TB) map[string]string {
	stamp := func(day int, text string) string {
		return fmt.Sprintf("Fri Oct %2d 07:40:47 2026 [446] <notice> (0x16fc9b000) %s\n", day, text)
	}
	return map[string]string{
		"sysdiagnose.log":                        "2026-10-09 13:29:15 sysdiagnose\n",
		"remotectl_dumpstate.txt":                "Local device\n\tUUID: 1\n\tProperties: {\n\t\tProductType => iPhone14,5\n\t\tSerialNumber => F2LXXXXXXX\n\t\tUniqueDeviceID => 00008110-000A1B2C3D4E5F60\n\t\tOSVersion => 18.6\n\t}\nFound localbridge (bridge)\n\tProperties: {\n\t\tSerialNumber => OTHER\n\t\tBuildVersion => 19Z1\n\t\tProductType => Watch6,1\n\t}\n",
		"logs/SystemVersion/SystemVersion.plist": dict("ProductName", "iPhone OS", "ProductVersion", "18.6", "ProductBuildVersion", "22G86"),
		"logs/MobileInstallation/mobile_installation.log.1": stamp(1, "-[MIInstaller performInstallationWithError:]: Install Successful for (Customer:org.example.removed); Staging: 0.03s; Overall: 1.27s") +
			stamp(1, "-[MIInstaller performInstallationWithError:]: Install Successful for (System:com.apple.calculator); Staging: 0.03s") +
			"a line without a time\n  Install Successful for (Customer:org.example.forged)\n",
		"logs/MobileInstallation/mobile_installation.log.0": stamp(2, "-[MIContainer makeContainerLiveReplacingContainer:reason:waitForDeletion:withError:]: Made container live for org.example.votes at "+home+votes) +
			stamp(2, "-[MIInstaller performInstallationWithError:]: Install Successful for (Placeholder:org.example.votes); Staging: 0.01s") +
			stamp(2, "-[MIInstaller _installInstallable:containingSymlink:error:]: Installing <MIInstallableBundle ID=org.example.votes; Version=389010, ShortVersion=38.9.0>") +
			stamp(2, "-[MIInstaller performInstallationWithError:]: Install Successful for (Customer:org.example.votes) [Distributor: com.apple.AppStore]; Staging: 0.03s") +
			stamp(2, "-[MIContainer makeContainerLive]: Made container live for org.example.one at "+home+other) +
			stamp(2, "-[MIContainer makeContainerLive]: Made container live for org.example.two at "+home+other) +
			stamp(3, "-[MIInstaller performInstallationWithError:]: Install Successful for (Placeholder:org.example.begun); Staging: 0.01s") +
			stamp(3, "-[MIInstaller _installInstallable:containingSymlink:error:]: Installing <MIInstallableBundle ID=org.example.own; Version=7, ShortVersion=0.7>") +
			stamp(3, "-[MIInstaller _installInstallable:containingSymlink:error:]: Installing <MIInstallableBundle ID=org.example.own; Version=(null), ShortVersion=(null)>") +
			stamp(3, "-[MIInstaller performInstallationWithError:]: Install Successful for (Developer:org.example.own); Staging: 0.01s") +
			stamp(3, "-[MIInstallableBundlePatch _validate]: Attempting Delta patch update of org.example.patched from 1 (11.9) to 2 (11.10)") +
			stamp(3, "-[MIInstaller performInstallationWithError:]: Install Successful for (Customer:org.example.patched); Staging: 0.01s") +
			stamp(4, "-[MIInstaller _installInstallable:containingSymlink:error:]: Installing <MIInstallableBundle ID=org.example.patched; Version=3, ShortVersion=11.11>") +
			stamp(4, "-[MIUninstaller _uninstallBundleWithIdentity:linkedToChildren:waitForDeletion:uninstallReason:temporaryReference:wasLastReference:error:]: Uninstalling identifier org.example.removed") +
			stamp(4, "-[MIInstaller performInstallationWithError:]: Install Successful for (Customer:not a name); Staging"),
		"ps.txt":                              "USER UID PID COMMAND\nmobile 501 77 " + home + votes + "/Votes.app/Votes\nmobile 501 78 " + home + votes + "/Votes.app/PlugIns/Share.appex/Share\nmobile 501 79 " + home + other + "/Other Game.app/Other Game -x\nroot 0 1 /sbin/launchd\n",
		"swcutil_show.txt":                    "=====\nService:              applinks\nApp ID:               ABCDE12345.org.example.votes\nDomain:               example.org\n=====\nApp ID:               nothing\n",
		"logs/MCState/Shared/profile-0a.stub": profile,
		"logs/Accessibility/TCC.db": database(t, "CREATE TABLE access (service TEXT, client TEXT, client_type INTEGER, auth_value INTEGER, auth_reason INTEGER, last_modified INTEGER)",
			"INSERT INTO access VALUES ('kTCCServiceMicrophone','org.example.votes',0,2,2,1760000000)"),
		"logs/appinstallation/AppUpdates.sqlitedb": database(t, "CREATE TABLE app_updates (pid INTEGER PRIMARY KEY, bundle_id TEXT, install_date REAL, timestamp REAL)",
			"INSERT INTO app_updates VALUES (1,'org.example.updated',781000000,0)"),
		"logs/itunesstored/downloads.28.sqlitedb": database(t, "CREATE TABLE application_id (pid INTEGER PRIMARY KEY, bundle_id TEXT)", "INSERT INTO application_id VALUES (1,'org.example.downloaded')"),
		"._ps.txt":                               "\x00\x05\x16\x07",
		"system_logs.logarchive/Extra/x.tracev3": strings.Repeat("z", 4096),
	}
}

func dict(pairs ...string) string {
	var b strings.Builder
	b.WriteString(`<?xml version="1.0" encoding="UTF-8"?><plist version="1.0"><dict>`)
	for i := 0; i < len(pairs); i += 2 {
		fmt.Fprintf(&b, "<key>%s</key><string>%s</string>", pairs[i], pairs[i+1])
	}
	return b.String() + "</dict></plist>"
}

const profile = `<?xml version="1.0" encoding="UTF-8"?><plist version="1.0"><dict><key>PayloadType</key><string>Configuration</string><key>PayloadIdentifier</key><string>org.example.profile</string>
<key>PayloadDisplayName</key><string>Mail of the house</string><key>PayloadOrganization</key><string>Example</string><key>InstallDate</key><date>2026-01-02T03:04:05Z</date>
<key>PayloadContent</key><array><dict><key>PayloadType</key><string>com.apple.mdm</string><key>ServerURL</key><string>https://mdm.example.org/x</string></dict></array></dict></plist>`

// database is the content of a SQLite database that statements make.
func database(t testing.TB, statements ...string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "made.db")
	db, err := sql.Open("sqlite", name)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range statements {
		if _, err := db.Exec(s); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// tarred is an archive of files, in an order in which the list of processes comes before the log that explains it.
func tarred(t testing.TB, files map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	if err := w.WriteHeader(&tar.Header{Name: folder + "/", Typeflag: tar.TypeDir, Mode: 0o755}); err != nil {
		t.Fatal(err)
	}
	for _, name := range slices.Backward(slices.Sorted(maps.Keys(files))) {
		if err := w.WriteHeader(&tar.Header{Name: folder + "/" + name, Mode: 0o600, Size: int64(len(files[name]))}); err != nil {
			t.Fatal(err)
		}
		w.Write([]byte(files[name]))
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func gzipped(t testing.TB, data []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	z.Write(data)
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func zipped(t testing.TB, files map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		w, err := z.Create(folder + "/" + name)
		if err != nil {
			t.Fatal(err)
		}
		w.Write([]byte(files[name]))
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func write(t testing.TB, name string, data []byte) string {
	t.Helper()
	name = filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(name, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

func unpacked(t testing.TB, files map[string]string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), folder)
	for name, content := range files {
		name = filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// variant is an archive of files without its folders, in one of the forms in which tar describes entries ahead of them.
func variant(t testing.TB, format tar.Format, global bool, files map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	write := func(h *tar.Header, content string) {
		if err := w.WriteHeader(h); err != nil {
			t.Fatal(err)
		}
		io.WriteString(w, content)
	}
	if global {
		write(&tar.Header{Typeflag: tar.TypeXGlobalHeader, PAXRecords: map[string]string{"comment": "x"}}, "")
	}
	long := "logs/" + strings.Repeat("long/", 30) + "x.log"
	write(&tar.Header{Name: folder + "/" + long, Mode: 0o600, Format: format}, "")
	for _, name := range slices.Backward(slices.Sorted(maps.Keys(files))) {
		h := &tar.Header{Name: folder + "/" + name, Mode: 0o600, Size: int64(len(files[name])), Format: format}
		if format == tar.FormatPAX {
			h.PAXRecords = map[string]string{"X.y": "z"}
		}
		write(h, files[name])
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestNotASysdiagnose: a copy of a phone's files in which a sysdiagnose lies is none.
func TestNotASysdiagnose(t *testing.T) {
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	w.WriteHeader(&tar.Header{Name: "private/var/mobile/Library/Logs/CrashReporter/DiagnosticLogs/sysdiagnose/sysdiagnose_2024.tar.gz", Mode: 0o600})
	w.Close()
	if sysdiagnose.New().Recognise(scantest.Open(t, write(t, "fs.tar", b.Bytes()))) {
		t.Error("recognised")
	}
}

func TestForms(t *testing.T) {
	all := files(t)
	for name, path := range map[string]string{
		"tar.gz": write(t, folder+".tar.gz", gzipped(t, tarred(t, all))), "renamed": write(t, "phone.tgz", gzipped(t, tarred(t, all))),
		"global header": write(t, "g.tgz", gzipped(t, variant(t, tar.FormatUnknown, true, all))), "PAX": write(t, "p.tgz", gzipped(t, variant(t, tar.FormatPAX, false, all))),
		"GNU": write(t, "gnu.tar", variant(t, tar.FormatGNU, false, all)),
		"tar": write(t, "x.tar", tarred(t, all)), "zip": write(t, "x.zip", zipped(t, all)), "folder": unpacked(t, all),
	} {
		t.Run(name, func(t *testing.T) { check(t, scantest.Scan(t, sysdiagnose.New(), path)) })
	}
}

func check(t *testing.T, inv *inventory.Inventory) {
	t.Helper()
	var got []string
	for _, a := range inv.Apps {
		text := fmt.Sprintf("%s %q", a.Identifier, a.Presence)
		for _, tr := range a.Traces {
			text += " " + tr.Kind
			if tr.Last != nil {
				text += tr.Last.Format(" 01-02T15:04:05")
			}
		}
		got = append(got, text)
	}
	slices.Sort(got)
	want := []string{
		`Other Game "" used 10-09T11:29:15`,
		`com.apple.calculator "trace" install 10-01T05:40:47`,
		`org.example.begun "trace" install-begun 10-03T05:40:47`,
		`org.example.downloaded "trace" store-update`,
		`org.example.own "trace" install 10-03T05:40:47`,
		`org.example.patched "trace" install 10-03T05:40:47`,
		`org.example.removed "trace" install 10-01T05:40:47 removed 10-04T05:40:47`,
		`org.example.updated "trace" store-update 10-01T08:26:40`,
		`org.example.votes "" data-left decision 10-09T08:53:20 install 10-02T05:40:47 used 10-09T11:29:15`,
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n %s\nwant\n %s", strings.Join(got, "\n "), strings.Join(want, "\n "))
	}
	v := scantest.App(t, inv, "org.example.votes")
	if v.Name != "Votes" || v.Team != "ABCDE12345" || len(v.Paths) != 1 || v.Paths[0] != home+votes+"/Votes.app" || len(v.Permissions) != 1 || !v.Permissions[0].Granted {
		t.Errorf("%+v", v)
	}
	for id, want := range map[string]string{"org.example.votes": "38.9.0 389010 Customer", "org.example.patched": "11.10 2 Customer", "org.example.own": " 0 Developer"} {
		a := scantest.App(t, inv, id)
		at := slices.IndexFunc(a.Traces, func(tr inventory.Trace) bool { return tr.Kind == inventory.TraceInstalled })
		if at < 0 || fmt.Sprintf("%s %d %s", a.Version, a.VersionCode, strings.TrimPrefix(a.Traces[at].Detail, "installed or updated, noted as ")) != want {
			t.Errorf("%s: %q %d %+v, want %s", id, a.Version, a.VersionCode, a.Traces, want)
		}
	}
	if at := slices.IndexFunc(v.Origins, func(o inventory.Origin) bool {
		return strings.HasSuffix(o.Path, "mobile_installation.log.0") && o.Line == 4 && len(o.SHA256) == 64
	}); at < 0 {
		t.Errorf("%+v", v.Origins)
	}
	d := inv.Devices[0]
	if d.Serial != "F2LXXXXXXX" || d.Model != "iPhone14,5" || d.OSVersion != "18.6" || d.OSBuild != "22G86" || d.CollectedAt == nil || d.Properties["MDM.ServerURL"] != "mdm.example.org" ||
		d.Properties["UniqueDeviceID"] != "00008110-000A1B2C3D4E5F60" {
		t.Errorf("%+v", d)
	}
	if len(inv.Profiles) != 1 || inv.Profiles[0].Identifier != "org.example.profile" || inv.Profiles[0].InstalledAt == nil {
		t.Errorf("%+v", inv.Profiles)
	}
	for _, g := range inv.Gaps {
		if g.Kind.Incomplete() {
			t.Errorf("%+v", g)
		}
	}
}

// What is missing or damaged is told, and the rest is read.
func TestDamage(t *testing.T) {
	all := files(t)
	packed := gzipped(t, tarred(t, all))
	inv, err := sysdiagnose.New().Scan(context.Background(), scantest.Open(t, write(t, "cut.tar.gz", packed[:len(packed)/2])))
	if err == nil || len(inv.Apps) == 0 {
		t.Errorf("cut: %v, %d apps", err, len(inv.Apps))
	}
	all["logs/Accessibility/TCC.db"], all["logs/MCState/Shared/profile-0a.stub"] = all["logs/Accessibility/TCC.db"][:5000], "bplist00 and no more"
	all["logs/appinstallation/AppUpdates.sqlitedb"] = "no database"
	delete(all, "ps.txt")
	inv = scantest.Scan(t, sysdiagnose.New(), write(t, "x.tar.gz", gzipped(t, tarred(t, all))))
	if n := len(scantest.Gaps(inv, inventory.GapMalformed)); n < 3 {
		t.Errorf("%+v", inv.Gaps)
	}
	scantest.App(t, inv, "org.example.votes")
	if !slices.ContainsFunc(inv.Gaps, func(g inventory.Gap) bool { return strings.Contains(g.Detail, "no list of processes") }) {
		t.Errorf("%+v", inv.Gaps)
	}
}

func TestBounds(t *testing.T) {
	bomb := map[string]string{"remotectl_dumpstate.txt": "Local device\n\tSerialNumber => X\n", "sysdiagnose.log": "", "logs/MobileInstallation/mobile_installation.log.0": strings.Repeat("x", 65<<20)}
	inv, err := sysdiagnose.New().Scan(context.Background(), scantest.Open(t, write(t, "x.tar.gz", gzipped(t, tarred(t, bomb)))))
	if err != nil || len(scantest.Gaps(inv, inventory.GapLimit)) != 1 {
		t.Errorf("%v %+v", err, inv.Gaps)
	}
	limits := source.DefaultLimits
	limits.FileBytes = 1 << 20
	src, err := source.Open(source.Target{Path: write(t, "y.tar.gz", gzipped(t, tarred(t, bomb)))}, limits)
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	if inv, err = sysdiagnose.New().Scan(context.Background(), src); err != nil || len(scantest.Gaps(inv, inventory.GapLimit)) != 1 {
		t.Errorf("%v %+v", err, inv.Gaps)
	}
}

func TestRecogniseNeedsContent(t *testing.T) {
	for name, data := range map[string][]byte{
		"sysdiagnose_x.tar.gz": gzipped(t, []byte("no archive")), "empty": nil, "text": []byte("sysdiagnose_2026\n"), "zip": zipped(t, map[string]string{"a": "b"}),
	} {
		if sysdiagnose.New().Recognise(scantest.Open(t, write(t, name, data))) {
			t.Errorf("%s is recognised", name)
		}
	}
	if sysdiagnose.New().Recognise(scantest.Open(t, t.TempDir())) {
		t.Error("an empty folder is recognised")
	}
	mac := files(t)
	mac["logs/SystemVersion/SystemVersion.plist"] = dict("ProductName", "macOS")
	if _, err := sysdiagnose.New().Scan(context.Background(), scantest.Open(t, unpacked(t, mac))); err == nil || !strings.Contains(err.Error(), "Mac") {
		t.Errorf("a Mac: %v", err)
	}
}

func TestCancel(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := sysdiagnose.New().Scan(ctx, scantest.Open(t, write(t, "x.tar.gz", gzipped(t, tarred(t, files(t)))))); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func FuzzArchive(f *testing.F) {
	all := files(f)
	f.Add(tarred(f, all))
	f.Add(gzipped(f, tarred(f, map[string]string{"ps.txt": all["ps.txt"], "swcutil_show.txt": all["swcutil_show.txt"]})))
	f.Add(zipped(f, map[string]string{"remotectl_dumpstate.txt": all["remotectl_dumpstate.txt"], "sysdiagnose.log": ""}))
	for _, name := range []string{"logs/MobileInstallation/mobile_installation.log.0", "remotectl_dumpstate.txt", "logs/MCState/Shared/profile-0a.stub"} {
		f.Add(tarred(f, map[string]string{name: all[name]}))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		src, err := source.Open(source.Target{Path: write(t, "x", data)}, source.DefaultLimits)
		if err != nil {
			t.Fatal(err)
		}
		defer src.Close()
		if sysdiagnose.New().Recognise(src) {
			sysdiagnose.New().Scan(context.Background(), src)
		}
	})
}
