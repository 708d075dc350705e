package applications

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"quaestor/scanners/internal/hostroot/hosttest"
	"quaestor/scanners/internal/mactest"
	"quaestor/scanners/internal/scantest"
	"quaestor/scanners/inventory"
)

func scan(t *testing.T, files map[string]string) *inventory.Inventory {
	t.Helper()
	inv := hosttest.Scan(t, scanner{roots: mactest.Roots()}, files)
	inv.Sort()
	return inv
}

// binary is the Binary of an app's main program.
func binary(t *testing.T, inv *inventory.Inventory, a *inventory.App) *inventory.Binary {
	t.Helper()
	i := slices.IndexFunc(inv.Binaries, func(b inventory.Binary) bool { return len(a.Binaries) == 1 && b.SHA256 == a.Binaries[0] })
	if i < 0 {
		t.Fatalf("%s has no binary", a.Identifier)
	}
	return &inv.Binaries[i]
}

func TestScan(t *testing.T) {
	inv := scan(t, mactest.Mac(t))
	a := scantest.App(t, inv, "org.example.filter")
	b := binary(t, inv, a)
	if a.Name != "Example Filter" || a.Version != "3.1" || a.Publisher != "Example Corp" || a.Team != mactest.Team || a.Distribution != "developer-id" || a.Arch != "x86_64 arm64" {
		t.Errorf("%+v", a)
	}
	if want := []string{"app-sandbox", "hardened-runtime", "minimum-os:12.0", "notarisation-ticket"}; !slices.Equal(a.Flags, want) {
		t.Errorf("flags %q", a.Flags)
	}
	if b.Signed != inventory.SignatureValid || len(b.Signers) != 1 || !b.Signers[0].Verified || len(b.Entitlements) != 2 || !slices.Equal(a.Groups, []string{mactest.Team + ".org.example"}) {
		t.Errorf("%+v", b)
	}
	points := map[string]string{}
	for _, e := range a.Extensions {
		points[e.Identifier] = e.Point
	}
	if points["org.example.filter.share"] != "com.apple.share-services" || points["org.example.filter.helper"] != "privileged-helper" || points["org.example.filter.web"] != "com.apple.Safari.web-extension" || len(points) != 4 {
		t.Errorf("extensions %v", points)
	}
	for id, want := range map[string]struct {
		distribution string
		state        inventory.SignatureState
		flag         string
	}{
		"org.example.notes": {"app-store", inventory.SignatureValid, ""}, "org.example.own": {"", inventory.SignatureUnsigned, "signed-by-nobody"},
		"org.example.changed": {"developer-id", inventory.SignatureInvalid, "signature-invalid"}, "org.example.phone": {"app-store", inventory.SignatureValid, "ios-app"},
		"org.example.pinyin": {"developer-id", inventory.SignatureValid, "input-method"},
	} {
		a := scantest.App(t, inv, id)
		if b := binary(t, inv, a); a.Distribution != want.distribution || b.Signed != want.state || want.flag != "" && !slices.Contains(a.Flags, want.flag) {
			t.Errorf("%s: %q, %q, %q", id, a.Distribution, b.Signed, a.Flags)
		}
	}
	if mail := scantest.App(t, inv, "com.apple.mail"); !mail.System || len(mail.Binaries) != 0 {
		t.Errorf("%+v", mail)
	}
	if len(inv.Gaps) != 1 || inv.Gaps[0].Kind != inventory.GapMalformed || inv.Gaps[0].Samples[0] != "/Applications/Broken.app" {
		t.Errorf("%+v", inv.Gaps)
	}
}

func TestDecisions(t *testing.T) {
	inv := scan(t, mactest.Mac(t))
	granted := func(id, service string) string {
		for _, p := range scantest.App(t, inv, id).Permissions {
			if p.Name == service && p.GrantKnown {
				return strings.Join(append([]string{map[bool]string{true: "yes", false: "no"}[p.Granted]}, p.GrantedTo...), " ")
			}
		}
		return ""
	}
	for _, c := range [][3]string{{"org.example.filter", "kTCCServiceSystemPolicyAllFiles", "yes"}, {"org.example.filter", "kTCCServiceCamera", "no"}, {"org.example.filter", "kTCCServiceSystemPolicySysAdminFiles", "yes"},
		{"org.example.filter", "kTCCServiceAppleEvents", "yes"}, {"org.example.filter", "kTCCServiceScreenCapture", ""}, {"org.example.notes", "kTCCServiceScreenCapture", "no"},
		{"org.example.notes", "kTCCServiceCamera", "yes anna"}, {"org.example.filter", "kTCCServiceMicrophone", ""}} {
		if got := granted(c[0], c[1]); got != c[2] {
			t.Errorf("%s %s: %q", c[0], c[1], got)
		}
	}
	for _, p := range scantest.App(t, inv, "org.example.filter").Permissions {
		if imposed := slices.Contains(p.Flags, "mdm-policy"); imposed == (p.Name == "kTCCServiceSystemPolicyAllFiles") && strings.HasPrefix(p.Name, "kTCC") {
			t.Errorf("%+v", p)
		}
	}
	gone := scantest.App(t, inv, "org.example.gone")
	if gone.Presence != inventory.PresenceTrace || gone.Traces[0].Kind != inventory.TraceDecision {
		t.Errorf("%+v", gone)
	}
	if slices.ContainsFunc(inv.Apps, func(a inventory.App) bool {
		return a.Identifier == "org.example.filter.share" || a.Identifier == "org.example.never" || a.Identifier == "com.apple.Terminal"
	}) {
		t.Error("a part of an app, or of the system, is an app that is gone")
	}
}

// The volumes of the system and of the data may be copied apart, or the latter alone.
func TestVolumes(t *testing.T) {
	whole := scan(t, mactest.Mac(t))
	apart, data := map[string]string{"Applications/": "", "Users/": ""}, map[string]string{}
	for name, content := range mactest.Mac(t) {
		if strings.HasPrefix(name, "System/") {
			apart[name] = content
			continue
		}
		apart["System/Volumes/Data/"+name], data[name] = content, content
	}
	for name, files := range map[string]map[string]string{"apart": apart, "data alone": data} {
		inv := scan(t, files)
		if len(inv.Devices) != 1 || inv.Devices[0].ID != whole.Devices[0].ID || inv.Devices[0].Name != "Anna's Mac" {
			t.Errorf("%s: %+v", name, inv.Devices)
		}
		a, b := scantest.App(t, inv, "org.example.own"), scantest.App(t, whole, "org.example.own")
		if a.ID != b.ID || !slices.Equal(a.Paths, b.Paths) || len(a.Users) != 1 || len(inv.Binaries) != len(whole.Binaries) {
			t.Errorf("%s: %+v", name, a)
		}
	}
}

func TestCopies(t *testing.T) {
	files := mactest.Mac(t)
	for name, content := range files {
		if rest, ok := strings.CutPrefix(name, "Applications/Filter.app/"); ok {
			files["Users/anna/Applications/Filter.app/"+rest] = content
			files["Applications/Old/Filter.app/"+rest] = strings.ReplaceAll(content, "3.1", "2.0")
		}
	}
	var versions []string
	inv := scan(t, files)
	for _, a := range inv.Apps {
		if a.Identifier == "org.example.filter" {
			versions = append(versions, a.Version)
			if len(a.Users) != 0 || a.Version == "3.1" && len(a.Paths) != 2 {
				t.Errorf("%+v", a)
			}
		}
	}
	if slices.Sort(versions); !slices.Equal(versions, []string{"2.0", "3.1"}) {
		t.Errorf("%q", versions)
	}
}

// What a terminal without Full Disk Access may not read is a gap, and says how to get it.
func TestNotPermitted(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("root may read everything")
	}
	root := hosttest.Tree(t, mactest.Mac(t))
	if err := os.Chmod(filepath.Join(root, "Library/Application Support/com.apple.TCC/TCC.db"), 0); err != nil {
		t.Fatal(err)
	}
	inv, err := scanner{roots: mactest.Roots()}.Scan(t.Context(), hosttest.Open(t, root))
	if gaps := scantest.Gaps(inv, inventory.GapNotPermitted); err != nil || len(gaps) != 1 || !strings.Contains(gaps[0].Subject, "TCC.db") {
		t.Errorf("%v %+v", err, gaps)
	}
}

func TestNotRecognised(t *testing.T) {
	for _, files := range []map[string]string{{"etc/os-release": "ID=debian"}, {"private/var/mobile/": "", "System/Library/CoreServices/SystemVersion.plist": "x"}} {
		if New().Recognise(hosttest.Open(t, hosttest.Tree(t, files))) {
			t.Errorf("%v is a Mac", files)
		}
	}
}
