package app

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"

	"quaestor/scanners/internal/codesigntest"
	"quaestor/scanners/internal/machotest"
	"quaestor/scanners/internal/plist"
	"quaestor/scanners/internal/scantest"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

const metadata = "<key>itemId</key><integer>123456789</integer><key>genre</key><string>News</string><key>artistName</key><string>Example Corp</string><key>itemName</key><string>Votes</string>" +
	"<key>apple-id</key><string>member@parliament.example</string><key>userName</key><string>Jane Doe</string>" +
	"<key>com.apple.iTunesStore.downloadInfo</key><dict><key>accountInfo</key><dict><key>AppleID</key><string>member@parliament.example</string></dict></dict>"

// sample is an IPA that is kept as a file, because what a compressor writes may change. With -update it is made anew.
func sample(t *testing.T) []byte {
	t.Helper()
	const name = "testdata/votes.ipa"
	if f := flag.Lookup("update"); f != nil && f.Value.String() == "true" {
		data := ipa(t, signed(votes(), how{key: developer()}), storeName, xml(metadata), "SwiftSupport/iphoneos/libswiftCore.dylib", "x")
		if err := writeFile(name, data); err != nil {
			t.Fatal(err)
		}
	}
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// TestNobodysRoot: with the roots of Apple alone, the same app is signed by a stranger.
func TestNobodysRoot(t *testing.T) {
	inv, err := scanBytes(t, New().(scanner), "votes.ipa", sample(t))
	if err != nil {
		t.Fatal(err)
	}
	b := &inv.Binaries[0]
	if b.Signed != inventory.SignatureInvalid || b.Signers[0].Verified || inv.Apps[0].Team != "" || b.Provisioning.Verified || b.Frameworks[0].Team != "" {
		t.Errorf("%q %s, team %q, %+v, %+v", b.Signed, b.SignatureError, inv.Apps[0].Team, b.Provisioning, b.Frameworks)
	}
}

func TestGolden(t *testing.T) {
	inv := scanned(t, sample(t))
	scantest.Golden(t, inv, "testdata/votes.golden.json")
	text, err := os.ReadFile("testdata/votes.golden.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, private := range []string{"member@", "Jane", "00008030"} {
		if bytes.Contains(text, []byte(private)) {
			t.Errorf("%q of the buyer or of a device is stored", private)
		}
	}
	b := &inv.Binaries[0]
	if b.Signed != inventory.SignatureValid || b.Team != team || inv.Apps[0].Team != "" || !b.Signers[0].Verified || b.SignatureError != "" {
		t.Errorf("signed %q: %s, team %q, %+v", b.Signed, b.SignatureError, b.Team, b.Signers)
	}
	if p := b.Provisioning; p == nil || !p.Verified || p.Kind != "ad-hoc" || p.Devices != 2 {
		t.Errorf("%+v", p)
	}
}

func TestFolders(t *testing.T) {
	files := signed(votes(), how{key: developer()})
	want := scanned(t, ipa(t, files)).Binaries[0]
	for name, prefix := range map[string]string{"Votes.app": "", "unpacked": "Payload/Votes.app/", "x.xcarchive": "Products/Applications/Votes.app/"} {
		src := source.FromFS(name, tree(prefix, files), source.DefaultLimits)
		if !forTests().Recognise(src) {
			t.Errorf("%s is not recognised", name)
			continue
		}
		inv, err := forTests().Scan(context.Background(), src)
		if err != nil {
			t.Fatal(err)
		}
		inv.Sort()
		got := inv.Binaries[0]
		if got.Signed != inventory.SignatureValid || got.Format != "app" || got.SHA256 == want.SHA256 || got.Package != want.Package || len(got.Native) != len(want.Native) || !slices.Equal(got.Hosts, want.Hosts) {
			t.Errorf("%s: %q %s, %+v", name, got.Signed, got.SignatureError, got)
		}
	}
}

func TestRecognise(t *testing.T) {
	files := signed(votes(), how{})
	mac := map[string]string{"Contents/Info.plist": xml(text("CFBundleIdentifier", "a.b")), "Contents/MacOS/x": "x"}
	macFlat := map[string]string{infoName: xml(text("CFBundleIdentifier", "a.b") + text("CFBundleExecutable", "x") + words("CFBundleSupportedPlatforms", "MacOSX")), "x": "x"}
	framework := map[string]string{infoName: xml(text("CFBundleIdentifier", "a.b") + text("CFBundleExecutable", "x") + text("CFBundlePackageType", "FMWK") + text("MinimumOSVersion", "15.0"))}
	bare := xml(text("CFBundleIdentifier", "a.b") + text("CFBundleExecutable", "main"))
	for _, c := range []struct {
		name, prefix string
		files        map[string]string
		want         bool
		kin          string
	}{
		{"Votes.app", "", files, true, ""}, {"dump", "private/var/containers/Bundle/Application/1/Votes.app/", files, false, ""},
		{"Mac.app", "", mac, false, "an app for the Mac"}, {"Mac.app", "", macFlat, false, ""}, {"F.framework", "", framework, false, ""}, {"F.app", "", framework, false, ""},
		{"Votes.app", "", map[string]string{"Votes": files["Votes"]}, true, ""}, {"folder", "", map[string]string{"folder": files["Votes"]}, false, ""},
		{"Votes.app", "", map[string]string{"main": files["Votes"], infoName: bare}, true, ""}, {"Votes.app", "", map[string]string{"main": "#!/bin/sh", infoName: bare}, false, ""},
		{"x.xcarchive", "Products/Applications/Votes.app/", map[string]string{"Votes": files["Votes"]}, true, ""},
		{"Votes.app", "", map[string]string{"Votes": files["Frameworks/Alamofire.framework/Alamofire"]}, false, ""},
		{"folder", "", map[string]string{"Info.plist": "x"}, false, ""}, {"folder", "", nil, false, ""},
	} {
		src := source.FromFS(c.name, tree(c.prefix, c.files), source.DefaultLimits)
		if got := forTests().Recognise(src); got != c.want {
			t.Errorf("%s with %q: %v", c.name, c.prefix, got)
		}
		if kin := forTests().Kin(src); kin != c.kin {
			t.Errorf("%s: kin %q", c.name, kin)
		}
	}
}

// An app without its Info.plist is read as far as its program goes, and not passed over; a file for several processors has a
// UUID for each.
func TestProgramAlone(t *testing.T) {
	first, second := program(), program()
	first.UUID, second.UUID = 7, 8
	fat := string(machotest.Fat(false, first.Bytes(), second.Bytes()))
	inv, err := forTests().Scan(context.Background(), source.FromFS("Votes.app", tree("", map[string]string{"Votes": fat}), source.DefaultLimits))
	if err == nil || !strings.Contains(err.Error(), "no Info.plist") || len(inv.Binaries) != 1 {
		t.Fatalf("%v, %d programs", err, len(inv.Binaries))
	}
	if want := strings.Repeat("07", 16) + " " + strings.Repeat("08", 16); len(inv.Binaries[0].Native) != 1 || inv.Binaries[0].Native[0].BuildID != want {
		t.Errorf("%+v, want %s", inv.Binaries[0].Native, want)
	}
}

func TestSignature(t *testing.T) {
	stranger, store, other := codesigntest.Stranger(team), codesigntest.Store(), codesigntest.Developer("OTHER12345")
	change := func(name, from, to string) func(map[string]string) {
		return func(f map[string]string) { f[name] = strings.Replace(f[name], from, to, 1) }
	}
	for name, c := range map[string]struct {
		how
		state inventory.SignatureState
		why   string
	}{
		"developer":                   {how{key: developer()}, inventory.SignatureValid, ""},
		"store":                       {how{key: &store}, inventory.SignatureValid, ""},
		"nobody":                      {how{}, inventory.SignatureUnsigned, "ad hoc"},
		"stranger":                    {how{key: &stranger}, inventory.SignatureInvalid, "nobody whom Apple knows"},
		"another team":                {how{key: &other}, inventory.SignatureInvalid, "OTHER12345"},
		"a changed program":           {how{developer(), 0, change("Votes", "api.votes", "bpi.votes")}, inventory.SignatureInvalid, "Page 5"},
		"a changed text":              {how{developer(), 0, change("main.jsbundle", "js.votes", "jx.votes")}, inventory.SignatureInvalid, "main.jsbundle"},
		"a changed Info":              {how{developer(), 0, change(infoName, "ballot", "fallot")}, inventory.SignatureInvalid, "Info.plist"},
		"a changed list":              {how{developer(), 0, change(resourcesName, "photo.png", "fhoto.png")}, inventory.SignatureInvalid, "list of sealed files"},
		"other rights":                {how{developer(), 0, change("Votes", "<string>production", "<string>qroduction")}, inventory.SignatureInvalid, "entitlements"},
		"changed code in a framework": {how{developer(), 0, change("Frameworks/Alamofire.framework/Alamofire", "framework.votes", "gramework.votes")}, inventory.SignatureInvalid, "Alamofire"},
		"a missing file":              {how{developer(), 0, func(f map[string]string) { delete(f, "photo.png") }}, inventory.SignatureInvalid, "photo.png"},
		"no list":                     {how{developer(), 0, func(f map[string]string) { delete(f, resourcesName) }}, inventory.SignatureInvalid, "missing"},
		"more files":                  {how{developer(), 0, func(f map[string]string) { f["extra.txt"] = "x" }}, inventory.SignatureValid, ""},
		"more code":                   {how{developer(), 0, func(f map[string]string) { f["Frameworks/evil.dylib"] = f["PlugIns/Share.appex/Share"] }}, inventory.SignatureInvalid, "evil.dylib"},
	} {
		b := scanned(t, ipa(t, signed(votes(), c.how))).Binaries[0]
		if b.Signed != c.state || !strings.Contains(b.SignatureError, c.why) || (c.why == "") != (b.SignatureError == "") {
			t.Errorf("%s: %q, %s", name, b.Signed, b.SignatureError)
		}
		if verified := slices.ContainsFunc(b.Signers, func(s inventory.Signer) bool { return s.Verified }); verified != (c.state == inventory.SignatureValid) {
			t.Errorf("%s: signers %+v", name, b.Signers)
		}
		uncovered := slices.ContainsFunc(b.Marks, func(m inventory.Mark) bool { return m.Code == inventory.MarkUncovered })
		if uncovered != (name == "more files") {
			t.Errorf("%s: marks %+v", name, b.Marks)
		}
	}
}

// TestCodeHash: code that is sealed by the hash of its own code directory.
func TestCodeHash(t *testing.T) {
	const lib = "Frameworks/Alamofire.framework/Alamofire"
	for name, hash := range map[string]string{"right": "", "wrong": "01234567890123456789"} {
		files := votes()
		n := (&reading{scanner: forTests()}).nativeFile([]byte(files[lib]), lib)
		sum := n.images[0].signature.Strongest().Hash()
		if hash != "" {
			sum = []byte(hash)
		}
		files = resigned(files, sealed(files, map[string][]byte{lib: sum}), how{key: developer()})
		b := scanned(t, ipa(t, files)).Binaries[0]
		if want := map[string]inventory.SignatureState{"right": inventory.SignatureValid, "wrong": inventory.SignatureInvalid}[name]; b.Signed != want {
			t.Errorf("%s: %q, %s", name, b.Signed, b.SignatureError)
		}
	}
}

func TestEncrypted(t *testing.T) {
	inv := scanned(t, ipa(t, signed(votes(), how{key: developer(), crypt: 1, after: func(f map[string]string) { f["SC_Info/Votes.sinf"] = "sinf" }})))
	b := &inv.Binaries[0]
	if !b.Encrypted || b.Signed != inventory.SignatureValid || slices.Contains(b.Hosts, "api.votes-sample.eu") || inv.Apps[0].Distribution != "app-store" {
		t.Errorf("encrypted %v, %q %s, hosts %q, %q", b.Encrypted, b.Signed, b.SignatureError, b.Hosts, inv.Apps[0].Distribution)
	}
	if gaps := scantest.Gaps(inv, inventory.GapBlind); len(gaps) != 1 || gaps[0].Count != 1 {
		t.Errorf("%+v", gaps)
	}
}

// TestOpenAccess: a keyboard states that it asks for more than the keys.
func TestOpenAccess(t *testing.T) {
	for value, want := range map[string]bool{"<true/>": true, "<false/>": false} {
		files := votes()
		files["PlugIns/Share.appex/Info.plist"] = xml(text("CFBundleIdentifier", "org.example.votes.keys") + "<key>NSExtension</key><dict>" + text("NSExtensionPointIdentifier", "com.apple.keyboard-service") +
			"<key>NSExtensionAttributes</key><dict><key>RequestsOpenAccess</key>" + value + "</dict></dict>")
		inv := scanned(t, ipa(t, signed(files, how{key: developer()})))
		got := slices.ContainsFunc(inv.Apps[0].Permissions, func(p inventory.Permission) bool { return p.Name == "RequestsOpenAccess" && p.Requested })
		if got != want {
			t.Errorf("%s: %v", value, inv.Apps[0].Permissions)
		}
	}
}

// TestOneProcessor: the order in which entries are read does not show.
func TestOneProcessor(t *testing.T) {
	data := ipa(t, signed(votes(), how{key: developer()}))
	want, err := json.Marshal(scanned(t, data))
	if err != nil {
		t.Fatal(err)
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	for _, n := range []int{1, 2, 8} {
		runtime.GOMAXPROCS(n)
		if got, err := json.Marshal(scanned(t, data)); err != nil || !bytes.Equal(got, want) {
			t.Errorf("with %d processors: %v\n%s\n%s", n, err, want, got)
		}
	}
}

func TestTransport(t *testing.T) {
	for body, want := range map[string]bool{
		"": false, "<key>NSAllowsArbitraryLoads</key><true/>": true,
		"<key>NSAllowsArbitraryLoads</key><true/><key>NSAllowsArbitraryLoadsInWebContent</key><false/>": false,
	} {
		v, err := plist.Decode([]byte(xml("<key>NSAppTransportSecurity</key><dict>" + body + "</dict>")))
		if err != nil {
			t.Fatal(err)
		}
		if n, all := transport(plist.Dict(v)); all != want || n.Rules[0].Cleartext != want || n.File != infoName {
			t.Errorf("%s: %v", body, all)
		}
	}
}

func TestPrefix(t *testing.T) {
	for class, want := range map[string]string{"FBSDKLogger": "FBSDK", "GADBannerView": "GAD", "AppDelegate": "", "Logger": "", "AFHTTPClient": "AFHTTP", "URL": "", "_UIView": "UI", "SDWebImage": "SD", "x": ""} {
		if got := prefix(class); got != want {
			t.Errorf("%s: %q", class, got)
		}
	}
}

func TestTextTable(t *testing.T) {
	for in, want := range map[string]string{
		`"a" = "b";`: "b", "a = b;": "b", `/* "a" = "x"; */ "a" = "b";`: "b", "// a = x;\na=b": "b", `"a" = "b`: "", `"a" "b"`: "", `"a" = "b\"c";`: `b"c`, "": "",
	} {
		if got, _ := textTable([]byte(in))["a"].(string); got != want {
			t.Errorf("%s: %q", in, got)
		}
	}
}
