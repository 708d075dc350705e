package apple

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"quaestor/scanners"
	"quaestor/scanners/internal/hostroot"
	"quaestor/scanners/internal/scantest"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

func TestGolden(t *testing.T) {
	for _, pattern := range []string{"testdata/*.plist", "testdata/*.json", "testdata/*.ndjson"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatal(pattern, err)
		}
		for _, name := range files {
			if !strings.HasSuffix(name, ".golden.json") {
				scantest.GoldenFiles(t, New(), name, 1)
			}
		}
	}
}

// split reads files together.
func split(t testing.TB, names ...string) *inventory.Inventory {
	t.Helper()
	var srcs []*source.Source
	for _, name := range names {
		srcs = append(srcs, scantest.Open(t, name))
	}
	out := inventory.New()
	rest, err := New().Split(context.Background(), srcs, func(p scanners.Part) error {
		out.Merge(p())
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	out.Merge(rest)
	out.Sort()
	return out
}

// TestOneDevice: answers in several files and forms are of one device, which is the one that a scan of the phone finds.
func TestOneDevice(t *testing.T) {
	inv := split(t, "testdata/apps.plist", "testdata/phone.plist", "testdata/info.plist")
	if len(inv.Devices) != 1 {
		t.Fatalf("%d devices", len(inv.Devices))
	}
	d := inv.Devices[0]
	if d.ID != inventory.DeviceID(inventory.IOS, "00008110001a2c3e0e12801e") || d.Name != "Phone of the presidency" || d.Serial != "F2LXYZ12AB" || d.Model != "iPhone14,5" || d.OSVersion != "18.6" || d.OSName != "iOS" {
		t.Errorf("%+v", d)
	}
	m := d.Management
	if m.System != "apple-mdm" || m.Mode != "supervised" || m.Ownership != "organisation" || !*m.Passcode || !*m.Encrypted || d.LastSeen != nil {
		t.Errorf("%+v", m)
	}
	if d.Properties["GlobalRestrictions.allowAppInstallation.value"] != "false" || d.Properties["SupplementalBuildVersion"] != "22G90" || d.Properties["LastCloudBackupDate"] != "2026-03-01T04:05:06Z" {
		t.Errorf("%v", d.Properties)
	}
	if len(inv.Certificates) != 1 || !strings.Contains(inv.Certificates[0].Subject, "Example Parliament Root") {
		t.Errorf("%+v", inv.Certificates)
	}
	if len(inv.Profiles) != 3 || len(inv.VPNs) != 1 || inv.VPNs[0].Profile == "" {
		t.Errorf("%+v %+v", inv.Profiles, inv.VPNs)
	}
	for id, want := range map[string]string{"org.example.votes": "app-store [AppStoreVendable HasUpdateAvailable] false", "org.example.minutes": "app-store [DeviceBasedVPP Status:Managed managed] false",
		"org.example.beta": "testflight [BetaApp] false", "org.example.own": "ad-hoc [AdHocCodeSigned NotValidated] false", "org.example.market": "marketplace [] false", "org.example.coming": " [Installing] false",
		"org.example.gone": " [Status:ManagedButUninstalled managed] true", "org.example.rejected": " [Status:UserRejected managed] true", "org.example.taken": " [Status:UserInstalledApp] false"} {
		a := scantest.App(t, inv, id)
		if got := fmt.Sprint(a.Distribution, " ", a.Flags, " ", a.NotInstalled); got != want {
			t.Errorf("%s: got %s, want %s", id, got, want)
		}
	}
	if a := scantest.App(t, inv, "No identifier"); a.IdentifierKind != inventory.NameOnly {
		t.Errorf("%+v", a)
	}
	if g := scantest.Gaps(inv, inventory.GapMalformed); len(g) != 1 || g[0].Count != 4 || g[0].Device != d.ID {
		t.Errorf("%+v", g)
	}
}

// TestMac: a Mac by its hardware UUID, in XML and binary alike.
func TestMac(t *testing.T) {
	for _, name := range []string{"testdata/macs.plist", "testdata/macs-binary.plist"} {
		inv := split(t, name)
		d := inv.Devices[0]
		if len(inv.Devices) != 1 || d.Platform != inventory.MacOS || d.ID != hostroot.MacID("4A5B6C7D-0000-1111-2222-333344445555") || d.Arch != "arm64" || d.Properties["SecureBoot.SecureBootLevel"] != "medium" {
			t.Errorf("%+v", d)
		}
		if m := d.Management; !*m.Encrypted || m.Passcode != nil {
			t.Errorf("%+v", m)
		}
		if p := inv.SecurityProducts; len(p) != 1 || p[0].State != "off" || p[0].Identifier != "com.apple.alf" {
			t.Errorf("%+v", p)
		}
		if a := scantest.App(t, inv, "com.tinyspeck.slackmacgap"); a.IdentifierKind != inventory.MacBundle {
			t.Errorf("%+v", a)
		}
		if inv.Profiles[0].User != inventory.UnnamedUser {
			t.Errorf("%+v", inv.Profiles)
		}
		if g := scantest.Gaps(inv, inventory.GapMalformed); len(g) != 1 || g[0].Device != "" {
			t.Errorf("%+v", g)
		}
	}
}

// TestWebhook: with times, the newest list says what is there, and a command that was carried out later did not fail.
func TestWebhook(t *testing.T) {
	inv := scantest.Scan(t, New(), "testdata/webhook.ndjson")
	if len(inv.Devices) != 3 {
		t.Fatalf("%d devices", len(inv.Devices))
	}
	at := func(serialOrName string) inventory.Device {
		i := slices.IndexFunc(inv.Devices, func(d inventory.Device) bool { return d.Serial == serialOrName || d.Name == serialOrName })
		if i < 0 {
			t.Fatal(serialOrName)
		}
		return inv.Devices[i]
	}
	pad := at("DMPXYZ34CD")
	if pad.OSName != "iPadOS" || pad.LastSeen.Format("2006-01-02") != "2026-02-10" || pad.Management.EnrolledAt.Year() != 2025 || *pad.Management.Passcode {
		t.Errorf("%+v %+v", pad, pad.Management)
	}
	if a := scantest.App(t, inv, "org.example.votes"); a.Version != "2.1" || a.Presence != inventory.PresenceInstalled || len(a.Traces) != 0 {
		t.Errorf("%+v", a)
	}
	a := scantest.App(t, inv, "com.zhiliaoapp.musically")
	if a.Presence != inventory.PresenceTrace || a.Traces[0].Kind != inventory.TraceListed || a.Traces[0].Last.Day() != 10 || a.Traces[0].First.Day() != 9 {
		t.Errorf("%+v", a)
	}
	if a := scantest.App(t, inv, "org.example.ddm"); !slices.Contains(a.Flags, "managed") || a.NotInstalled {
		t.Errorf("%+v", a)
	}
	if g := scantest.Gaps(inv, inventory.GapFailed); len(g) != 1 || g[0].Count != 1 || !strings.Contains(g[0].Samples[0], "12021 Unknown command") || g[0].Device != pad.ID {
		t.Errorf("%+v", g)
	}
	user := at("9A9B9C9D-AAAA-BBBB-CCCC-DDDDEEEEFFFF")
	if user.Management.Mode != "user-enrolment" || user.Management.Ownership != "personal" || user.Serial != "" {
		t.Errorf("%+v", user.Management)
	}
	if g := scantest.Gaps(inv, inventory.GapBlind); !slices.ContainsFunc(g, func(g inventory.Gap) bool {
		return g.Device == user.ID && strings.Contains(g.Detail, "no personal one")
	}) {
		t.Errorf("%+v", g)
	}
	left := at("00008030-00000000000000FF")
	if left.Management.Mode != "unmanaged" || !slices.ContainsFunc(scantest.Gaps(inv, inventory.GapEmpty), func(g inventory.Gap) bool { return g.Device == left.ID }) {
		t.Errorf("%+v", left.Management)
	}
	if g := scantest.Gaps(inv, inventory.GapMalformed); len(g) != 1 || !strings.Contains(g[0].Samples[0], "line 9") {
		t.Errorf("%+v", g)
	}
}

// TestPersonal: nothing of a person, a subscription or a network is kept, and no key.
func TestPersonal(t *testing.T) {
	text, err := json.Marshal(split(t, "testdata/apps.plist", "testdata/phone.plist", "testdata/info.plist", "testdata/macs.plist", "testdata/webhook.ndjson", "testdata/status.json"))
	if err != nil {
		t.Fatal(err)
	}
	for _, word := range []string{"123456 789012", "35123456789012", "8949", "4930123456", "aa:bb:cc", "c2VjcmV0aGFzaA", "999999", "89049032", "Telekom", "SECRETKEY", "topsecret", "dG9wc2VjcmV0", "Anna Example", "anna", "DEADBEEF", "admin", "token"} {
		if bytes.Contains(text, []byte(word)) {
			t.Errorf("%q is kept", word)
		}
	}
}

// write writes a file of answers.
func write(t testing.TB, text string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "answers.plist")
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

func list(udid, rest string) string {
	return `<?xml version="1.0" encoding="UTF-8"?><plist version="1.0"><dict><key>CommandUUID</key><string>x</string><key>InstalledApplicationList</key><array>` + rest + `</array><key>Status</key><string>Acknowledged</string><key>UDID</key><string>` + udid + "</string></dict></plist>\n"
}

func entry(id, version string) string {
	return "<dict><key>Identifier</key><string>" + id + "</string><key>Version</key><string>" + version + "</string></dict>"
}

const (
	one = "00008110-000000000000000A"
	two = "00008110-000000000000000B"
)

// TestContradiction: two undated lists of one device give the apps of both, and it is said.
func TestContradiction(t *testing.T) {
	inv := split(t, write(t, list(one, entry("a.b", "1"))+list(one, entry("a.b", "2")+entry("c.d", "1"))+list(one, entry("a.b", "1"))))
	g := scantest.Gaps(inv, inventory.GapBlind)
	if len(inv.Apps) != 2 || len(inv.Devices) != 1 || len(g) != 1 || g[0].Count != 2 || !strings.Contains(strings.Join(g[0].Samples, " "), "a.b: 1 and 2") {
		t.Errorf("%d apps, %+v", len(inv.Apps), g)
	}
}

// TestDamage: what is broken is told with its line, and the answers around it are read.
func TestDamage(t *testing.T) {
	good := list(one, entry("a.b", "1")) + list(two, entry("c.d", "1"))
	for name, c := range map[string]struct {
		text    string
		devices int
		sample  string
	}{
		"cut off":         {good + list("X", entry("e.f", "1"))[:200], 2, "line 3: the file ends in the middle"},
		"not closed":      {good[:len(good)-20] + "\n" + list("00008110-000000000000000C", entry("g.h", "1")), 2, "line 2"},
		"comment":         {"<!-- <plist><dict> -->" + good, 2, ""},
		"other list":      {good + `<plist><dict><key>a</key><string>b</string></dict></plist>`, 2, "line 3: it is no answer"},
		"broken inside":   {good + list("00008110-000000000000000C", "<dict><key>Identifier</key></dict>"), 3, "line 3"},
		"more ends":       {good + `<plist><dict><key>InstalledApplicationList</key></array></dict></dict></plist>`, 3, "line 3"},
		"utf-16":          {"\xff\xfe" + wide(good), 2, ""},
		"byte order mark": {"\xef\xbb\xbf" + good, 2, ""},
	} {
		inv := split(t, write(t, c.text))
		var samples []string
		for _, g := range scantest.Gaps(inv, inventory.GapMalformed) {
			samples = append(samples, g.Samples...)
		}
		if len(inv.Devices) != c.devices || !strings.Contains(strings.Join(samples, " "), c.sample) || c.sample == "" && len(samples) > 0 {
			t.Errorf("%s: %d devices, %q", name, len(inv.Devices), samples)
		}
	}
}

func wide(s string) string {
	var b strings.Builder
	for i := range len(s) {
		b.WriteByte(s[i])
		b.WriteByte(0)
	}
	return b.String()
}

// TestUnnamed: answers that name no device are those of one device, until a second list of the same kind comes.
func TestUnnamed(t *testing.T) {
	info := `<plist><dict><key>CommandUUID</key><string>i</string><key>QueryResponses</key><dict><key>ProductName</key><string>MacBookPro16,1</string></dict></dict></plist>`
	inv := split(t, write(t, list("", entry("a.b", "1"))+info+list("", entry("c.d", "1"))))
	if len(inv.Devices) != 2 || len(inv.Apps) != 2 || inv.Devices[0].Platform == inv.Devices[1].Platform {
		t.Errorf("%+v", inv.Devices)
	}
}

// TestIdentity: a certificate of the device's own is no authority that it trusts, even if it may vouch for others.
func TestIdentity(t *testing.T) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "x"}, IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	for identity, want := range map[string]int{"true": 0, "false": 1} {
		text := "<plist><dict><key>CertificateList</key><array><dict><key>Data</key><data>" + base64.StdEncoding.EncodeToString(der) + "</data><key>IsIdentity</key><" + identity + "/></dict></array><key>CommandUUID</key><string>c</string><key>UDID</key><string>" + one + "</string></dict></plist>"
		if inv := split(t, write(t, text)); len(inv.Certificates) != want {
			t.Errorf("identity %s: %+v", identity, inv.Certificates)
		}
	}
}

// TestLarge: an answer whose certificates fill more than the head of the file is recognised.
func TestLarge(t *testing.T) {
	long := "<dict><key>CommonName</key><string>x</string><key>Data</key><data>" + strings.Repeat("QUFB", 200) + "</data><key>IsIdentity</key><true/></dict>"
	text := "<plist><dict><key>CertificateList</key><array>" + strings.Repeat(long, source.HeadBytes/500) + "</array><key>CommandUUID</key><string>c</string><key>Status</key><string>Acknowledged</string><key>UDID</key><string>" + one + "</string></dict></plist>"
	if inv := scantest.Scan(t, New(), write(t, text)); len(inv.Devices) != 1 || len(inv.Certificates) != 0 {
		t.Errorf("%+v", inv)
	}
}

// TestForeign: other property lists and documents are not taken for answers.
func TestForeign(t *testing.T) {
	for _, text := range []string{`<plist><dict><key>CFBundleIdentifier</key><string>a.b</string></dict></plist>`, `<plist><dict><key>Status</key><string>x</string></dict></plist>`,
		`<plist><array><dict><key>SecurityInfo</key><true/></dict></array></plist>`, `<plist><dict><key>ProfileList</key><array/><key>CertificateList</key><array/></dict></plist>`, `{"topic":"news","created_at":"2026"}`, `{"StatusItems":3}`, `[{"name":"x"}]`, `<html><body>InstalledApplicationList</body></html>`, "", "bplist00InstalledApplicationList"} {
		if New().Recognise(scantest.Open(t, write(t, text))) {
			t.Errorf("%q is taken for an answer", text)
		}
	}
}

func TestGzip(t *testing.T) {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = z.Write([]byte(list(one, entry("a.b", "1"))))
	z.Close()
	if inv := scantest.Scan(t, New(), write(t, b.String())); len(inv.Apps) != 1 {
		t.Errorf("%+v", inv)
	}
}

// TestHostile: deep lists and very many apps end in a gap.
func TestHostile(t *testing.T) {
	deep := list(one, strings.Repeat("<array>", 300)+strings.Repeat("</array>", 300))
	if inv := split(t, write(t, deep+list(two, entry("a.b", "1")))); len(inv.Devices) != 2 || len(inv.Apps) != 1 || len(scantest.Gaps(inv, inventory.GapMalformed)) != 1 {
		t.Errorf("%+v", inv.Gaps)
	}
	var many strings.Builder
	for i := range maxFacts + 10 {
		many.WriteString(entry(fmt.Sprintf("a.b%d", i), "1"))
	}
	inv := split(t, write(t, list(one, many.String())))
	if g := scantest.Gaps(inv, inventory.GapLimit); len(inv.Apps) != maxFacts || len(g) != 1 || g[0].Count != 10 {
		t.Errorf("%d apps, %+v", len(inv.Apps), g)
	}
	large := list(one, strings.Repeat(entry("a.b", "1"), maxPiece/len(entry("a.b", "1"))))
	inv = split(t, write(t, large+list(two, entry("a.b", "1"))))
	if g := scantest.Gaps(inv, inventory.GapLimit); len(inv.Devices) != 1 || len(g) != 1 {
		t.Errorf("%d devices, %+v", len(inv.Devices), g)
	}
}

// TestCorpus reads the real shape of an answer.
func TestCorpus(t *testing.T) {
	name := "../../../../shared/corpus/dumps/shapes/apple-mdm-InstalledApplicationList.plist"
	if _, err := os.Stat(name); err != nil {
		t.Skip("no corpus beside the checkout")
	}
	inv := scantest.Scan(t, New(), name)
	for _, id := range []string{"com.apple.Safari", "com.slack.Slack", "com.acme.vpn"} {
		scantest.App(t, inv, id)
	}
	if len(inv.Apps) != 3 {
		t.Errorf("%d apps", len(inv.Apps))
	}
}

// FuzzScan: no input makes the scanner panic, and every device that comes out has an identifier.
func FuzzScan(f *testing.F) {
	for _, pattern := range []string{"testdata/*.plist", "testdata/*.ndjson", "testdata/status.json", "testdata/answer.json"} {
		files, _ := filepath.Glob(pattern)
		for _, name := range files {
			data, err := os.ReadFile(name)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(data)
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		src := scantest.Open(t, write(t, string(data)))
		New().Recognise(src)
		inv, _ := New().Scan(context.Background(), src)
		for _, d := range inv.Devices {
			if d.ID == "" || d.Platform == "" {
				t.Fatalf("%+v", d)
			}
		}
	})
}
