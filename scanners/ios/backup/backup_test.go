package backup_test

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"quaestor/scanners"
	"quaestor/scanners/internal/backuptest"
	"quaestor/scanners/internal/scantest"
	"quaestor/scanners/inventory"
	"quaestor/scanners/ios/backup"
)

// inFolder writes a backup and goes into the folder above it, so that paths in golden files are the same everywhere.
func inFolder(t *testing.T, b *backuptest.Backup) string {
	t.Helper()
	dir := t.TempDir()
	b.Write(t, filepath.Join(dir, "phone"))
	t.Chdir(dir)
	return "phone"
}

// with is the scanner with passwords.
func with(words ...string) scanners.Scanner {
	return backup.New().(scanners.Unlocker).With(func(context.Context, string, int) ([]string, error) { return words, nil })
}

// golden compares with a golden file from within another folder.
func golden(t *testing.T, inv *inventory.Inventory, name string) {
	t.Helper()
	scantest.Golden(t, inv, filepath.Join(here, "testdata", name))
}

// here is the folder of the tests, which they leave.
var here, _ = os.Getwd()

func TestMember(t *testing.T) {
	inv := scantest.Scan(t, backup.New(), inFolder(t, backuptest.Member(t)))
	golden(t, inv, "member.golden.json")
	checkMember(t, inv)
}

// checkMember states the facts that matter, whatever the golden file says.
func checkMember(t *testing.T, inv *inventory.Inventory) {
	t.Helper()
	tiktok := scantest.App(t, inv, "com.zhiliaoapp.musically")
	if tiktok.Presence != inventory.PresenceInstalled || tiktok.Name != "TikTok" || tiktok.Version != "36.1.0" || tiktok.StoreID != "835599320" || tiktok.Distribution != "app-store" || len(tiktok.Traces) != 0 {
		t.Errorf("%+v", tiktok)
	}
	for name, want := range map[string]bool{"kTCCServiceMicrophone": true, "kTCCServicePhotos": true, "kTCCServiceAddressBook": false, "kTCCServiceLocation": true} {
		at := slices.IndexFunc(tiktok.Permissions, func(p inventory.Permission) bool { return p.Name == name })
		if at < 0 || !tiktok.Permissions[at].GrantKnown || tiktok.Permissions[at].Granted != want {
			t.Errorf("%s: %+v", name, tiktok.Permissions)
		} else if limited := slices.Contains(tiktok.Permissions[at].Flags, "limited"); limited != (name == "kTCCServicePhotos") {
			t.Errorf("%+v", tiktok.Permissions[at])
		}
	}
	if tr := tiktok.Traffic; tr == nil || tr.CellularIn != 253438+62+100 || tr.CellularOut != 1000+125+200 || tr.First.Year() != 2024 {
		t.Errorf("%+v", tiktok.Traffic)
	}
	if x := tiktok.Extensions; len(x) != 1 || x[0].Point != "com.apple.keyboard-service" {
		t.Errorf("%+v", x)
	}
	for bundle, kind := range map[string]string{"org.example.gone": inventory.TraceBackup, "org.example.removed": inventory.TraceDecision} {
		if a := scantest.App(t, inv, bundle); a.Presence != inventory.PresenceTrace || a.Traces[0].Kind != kind || a.System {
			t.Errorf("%+v", a)
		}
	}
	if slices.ContainsFunc(inv.Apps, func(a inventory.App) bool { return a.Identifier == "com.apple.mobilemail" }) {
		t.Error("a part of iOS is told for its folder alone")
	}
	if a := scantest.App(t, inv, "net.whatsapp.WhatsApp"); !slices.Equal(a.Groups, []string{"group.net.whatsapp.WhatsApp.shared"}) {
		t.Errorf("%+v", a)
	}
	checkSettings(t, inv)
}

func checkSettings(t *testing.T, inv *inventory.Inventory) {
	t.Helper()
	if len(inv.Profiles) != 1 || !inv.Profiles[0].Fixed || len(inv.Profiles[0].Payloads) != 3 {
		t.Fatalf("%+v", inv.Profiles)
	}
	trusted := map[string]string{}
	for _, c := range inv.Certificates {
		trusted[c.Subject] = c.Trusted
		if brought := c.Profile == inv.Profiles[0].ID; brought != strings.Contains(c.Subject, "Inspection") {
			t.Errorf("%+v", c)
		}
	}
	if len(inv.Certificates) != 2 || trusted["CN=Example Inspection CA"] != "yes" || trusted["CN=Example Mail CA"] != "no" {
		t.Errorf("%+v", inv.Certificates)
	}
	kinds := map[string]inventory.VPN{}
	for _, v := range inv.VPNs {
		kinds[v.Kind] = v
	}
	if len(inv.VPNs) != 3 || kinds["app"].App != "org.example.vpn" || kinds["app"].AlwaysOn || kinds["ikev2"].Server != "vpn.example.org" || kinds["content-filter"].Profile != inv.Profiles[0].ID {
		t.Errorf("%+v", inv.VPNs)
	}
	d := inv.Devices[0]
	if d.Serial != "F17EXAMPLE01" || d.OSVersion != "17.6.1" || d.Locale != "nl_BE" || d.Properties["IsSupervised"] != "true" || d.Properties["MDM.ServerURL"] != "mdm.example.org" || d.Properties["WasPasscodeSet"] != "true" || !d.CollectedAt.Equal(backuptest.Made) {
		t.Errorf("%+v", d)
	}
}

// TestPasscode: a backup tells whether the phone had a passcode, and one that does not leaves it open.
func TestPasscode(t *testing.T) {
	for _, tt := range []struct {
		manifest any
		want     string
	}{{true, "true"}, {false, "false"}, {"no", ""}} {
		dir := t.TempDir()
		b := backuptest.Backup{Manifest: map[string]any{"WasPasscodeSet": tt.manifest}}
		b.Write(t, dir)
		inv := scantest.Scan(t, backup.New(), dir)
		if got, told := inv.Devices[0].Properties["WasPasscodeSet"]; got != tt.want || told != (tt.want != "") {
			t.Errorf("%v: got %q", tt.manifest, got)
		}
	}
}

// TestPrivacy: what a backup tells of a person stays out.
func TestPrivacy(t *testing.T) {
	inv := scantest.Scan(t, backup.New(), inFolder(t, backuptest.Member(t)))
	data, err := json.Marshal(inv)
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{"+32", "470", "356938035643809", "8932000", "member@", "it@example.org", "?device"} {
		if strings.Contains(string(data), secret) {
			t.Errorf("%q is kept", secret)
		}
	}
}

// An encrypted backup gives what a plain one gives.
func TestEncrypted(t *testing.T) {
	for name, b := range map[string]*backuptest.Backup{"since iOS 10.2": {Before: 300, Rounds: 20}, "iOS 10.0": {Rounds: 20}, "iOS 9": {Rounds: 20, Old: true}} {
		t.Run(name, func(t *testing.T) {
			m := backuptest.Member(t)
			m.Password, m.Before, m.Rounds, m.Old = "geheim 鍵", b.Before, b.Rounds, b.Old
			dir := inFolder(t, m)
			inv := scantest.Scan(t, with("not this", "geheim 鍵"), dir)
			checkMember(t, inv)
			for _, g := range inv.Gaps {
				if g.Kind.Incomplete() {
					t.Errorf("%+v", g)
				}
			}
		})
	}
}

// Without the password, or with a wrong one, what is not encrypted is told.
func TestLocked(t *testing.T) {
	m := backuptest.Member(t)
	m.Password, m.Before = "geheim", 50
	dir := inFolder(t, m)
	asked := ""
	failing := backup.New().(scanners.Unlocker).With(func(_ context.Context, what string, _ int) ([]string, error) {
		asked = what
		return nil, errors.New("the terminal is gone")
	})
	for _, c := range []struct {
		name string
		s    scanners.Scanner
		kind inventory.GapKind
		says string
	}{
		{"nothing to ask", backup.New(), inventory.GapUnreadable, "it needs its password"},
		{"no password", with(), inventory.GapUnreadable, "it needs its password"},
		{"a wrong one", with("x"), inventory.GapUnreadable, "the password does not open this backup"},
		{"wrong ones", with("x", "y"), inventory.GapUnreadable, "none of the 2 passwords opens it"},
		{"asking fails", failing, inventory.GapUnreadable, "the terminal is gone"},
	} {
		inv := scantest.Scan(t, c.s, dir)
		gaps := scantest.Gaps(inv, c.kind)
		if len(gaps) != 1 || !strings.Contains(gaps[0].Detail, c.says) || gaps[0].Next == "" || len(inv.Gaps) != 1 {
			t.Errorf("%s: %+v", c.name, inv.Gaps)
		}
		if a := scantest.App(t, inv, "com.zhiliaoapp.musically"); a.Name != "TikTok" || len(a.Permissions) != 0 || len(inv.Apps) != 3 || inv.Devices[0].Serial == "" {
			t.Errorf("%s: %+v", c.name, inv.Apps)
		}
	}
	if asked != "phone" {
		t.Errorf("asked for %q", asked)
	}
}

// Before iOS 10.2 the list of files was not encrypted: it tells which apps have data.
func TestLockedOld(t *testing.T) {
	m := backuptest.Member(t)
	m.Password = "geheim"
	inv := scantest.Scan(t, backup.New(), inFolder(t, m))
	if a := scantest.App(t, inv, "org.example.gone"); a.Presence != inventory.PresenceTrace || len(inv.Profiles) != 0 {
		t.Errorf("%+v", a)
	}
}

// A backup that is not encrypted never asks.
func TestPlainDoesNotAsk(t *testing.T) {
	s := backup.New().(scanners.Unlocker).With(func(context.Context, string, int) ([]string, error) {
		t.Error("asked")
		return nil, nil
	})
	scantest.Scan(t, s, inFolder(t, backuptest.Member(t)))
}

// The old list of files gives the same.
func TestOld(t *testing.T) {
	m := backuptest.Member(t)
	m.Old = true
	checkMember(t, scantest.Scan(t, backup.New(), inFolder(t, m)))
}

// The old shape of TCC.db tells allowed or not, and no time.
func TestOldTCC(t *testing.T) {
	m := backuptest.Member(t)
	for i := range m.Files {
		if m.Files[i].Path == "Library/TCC/TCC.db" {
			m.Files[i].Content = backuptest.OldTCC(t)
		}
	}
	a := scantest.App(t, scantest.Scan(t, backup.New(), inFolder(t, m)), "com.zhiliaoapp.musically")
	granted := map[string]bool{}
	for _, p := range a.Permissions {
		granted[p.Name] = p.Granted && p.GrantKnown && p.DecidedAt == nil
	}
	if !granted["kTCCServiceMicrophone"] || granted["kTCCServiceCamera"] {
		t.Errorf("%+v", a.Permissions)
	}
}

func TestNotABackup(t *testing.T) {
	for name, files := range map[string][]string{"empty": nil, "an app": {"Info.plist", "PkgInfo"}, "one list": {"Manifest.plist"}, "a database": {"Manifest.db"},
		"other lists": {"Info.plist", "Status.plist"}, "Manifest.plist that is none": {"Info.plist", "Manifest.plist"}} {
		dir := t.TempDir()
		for _, f := range files {
			if err := os.WriteFile(filepath.Join(dir, f), []byte("x"), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if backup.New().Recognise(scantest.Open(t, dir)) {
			t.Errorf("%s: recognised", name)
		}
		if _, err := backup.New().Scan(t.Context(), scantest.Open(t, dir)); err == nil {
			t.Errorf("%s: scanned", name)
		}
	}
}

func TestCancel(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	dir := inFolder(t, backuptest.Member(t))
	cancel()
	if _, err := backup.New().Scan(ctx, scantest.Open(t, dir)); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	m := backuptest.Member(t)
	m.Password, m.Before = "geheim", 50
	ctx, cancel = context.WithCancel(t.Context())
	s := backup.New().(scanners.Unlocker).With(func(context.Context, string, int) ([]string, error) {
		cancel()
		return []string{"geheim"}, nil
	})
	if _, err := s.Scan(ctx, scantest.Open(t, inFolder(t, m))); !errors.Is(err, context.Canceled) {
		t.Errorf("while it is opened: %v", err)
	}
}

// A password that does not open a backup is followed by the next that is given, until there are no more.
func TestAskedAgain(t *testing.T) {
	m := backuptest.Member(t)
	m.Password = "geheim"
	dir := inFolder(t, m)
	for name, c := range map[string]struct {
		words []string
		asked []int
		open  bool
	}{
		"the third":  {[]string{"x", "y", "geheim"}, []int{0, 1, 2}, true},
		"none":       {[]string{"x", "y"}, []int{0, 1, 2}, false},
		"at once":    {[]string{"geheim", "x"}, []int{0}, true},
		"none given": {nil, []int{0}, false},
	} {
		var asked []int
		s := backup.New().(scanners.Unlocker).With(func(_ context.Context, _ string, tried int) ([]string, error) {
			asked = append(asked, tried)
			return c.words[:min(tried+1, len(c.words))], nil
		})
		inv := scantest.Scan(t, s, dir)
		if open := len(scantest.Gaps(inv, inventory.GapUnreadable)) == 0; open != c.open || !slices.Equal(asked, c.asked) {
			t.Errorf("%s: opened %v, asked %v", name, open, asked)
		}
	}
}
