package app

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"quaestor/scanners/internal/codesign"
	"quaestor/scanners/internal/codesigntest"
	"quaestor/scanners/internal/machotest"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

const team = "TEAM123456"

// xml is a property list.
func xml(body string) string {
	return `<?xml version="1.0" encoding="UTF-8"?>` + "\n" + `<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">` +
		"\n<plist version=\"1.0\"><dict>" + body + "</dict></plist>\n"
}

// text is a key with a text, words one with a list.
func text(key, value string) string { return "<key>" + key + "</key><string>" + value + "</string>" }

func words(key string, list ...string) string {
	return "<key>" + key + "</key><array><string>" + strings.Join(list, "</string><string>") + "</string></array>"
}

const info = "<key>CFBundleURLTypes</key><array><dict><key>CFBundleURLSchemes</key><array><string>votes</string><string>fb12345</string></array></dict></array>" +
	"<key>UIDeviceFamily</key><array><integer>1</integer><integer>2</integer></array><key>LSRequiresIPhoneOS</key><true/>" +
	"<key>NSAppTransportSecurity</key><dict><key>NSAllowsArbitraryLoads</key><true/><key>NSExceptionDomains</key><dict>" +
	"<key>example.org</key><dict><key>NSIncludesSubdomains</key><true/></dict></dict>" +
	"<key>NSPinnedDomains</key><dict><key>vote.example.org</key><dict><key>NSPinnedCAIdentities</key><array><dict/></array></dict></dict></dict>"

// votes are the files of an app, before it is signed.
func votes() map[string]string {
	framework := machotest.Image{UUID: 2, Kind: 6, ID: "@rpath/Alamofire.framework/Alamofire", Modules: []string{"Alamofire"}, Types: map[string][]string{"Alamofire": {"Session"}},
		Strings: []string{"OpenSSL 3.0.1 14 Dec 2021", "OPENSSLDIR: \"/usr/lib/ssl\"", "https://framework.votes-sample.net/x"}}
	extension := machotest.Image{UUID: 3, Strings: []string{"share"}}
	return map[string]string{
		infoName: xml(text("CFBundleIdentifier", "org.example.votes") + text("CFBundleName", "Votes") + text("CFBundleDisplayName", "Votes &amp; More") + text("CFBundleExecutable", "Votes") +
			text("CFBundleShortVersionString", "2.1") + text("CFBundleVersion", "21") + text("MinimumOSVersion", "15.0") + text("DTSDKName", "iphoneos17.2") + text("CFBundlePackageType", "APPL") +
			words("CFBundleSupportedPlatforms", "iPhoneOS") + words("UIBackgroundModes", "audio", "location") + words("LSApplicationQueriesSchemes", "whatsapp", "fb") +
			text("NSCameraUsageDescription", "To scan the ballot.") + text("NSMicrophoneUsageDescription", "To record debates.") + info),
		"PkgInfo":                                              "APPL????",
		"de.lproj/InfoPlist.strings":                           "/* names */\n\"CFBundleDisplayName\" = \"Stimmen \\\"& mehr\\\"\";\nCFBundleName = Stimmen;\n",
		"fr.lproj/InfoPlist.strings":                           "\xff\xfe" + wide("\"CFBundleDisplayName\" = \"Voix\";"),
		"de.lproj/Localizable.strings":                         xml(text("privacy", "https://www.votes-sample.eu/datenschutz")),
		"PrivacyInfo.xcprivacy":                                xml("<key>NSPrivacyTracking</key><true/>" + words("NSPrivacyTrackingDomains", "Track.Example.com") + "<key>NSPrivacyCollectedDataTypes</key><array><dict>" + text("NSPrivacyCollectedDataType", "NSPrivacyCollectedDataTypePreciseLocation") + "<key>NSPrivacyCollectedDataTypeLinked</key><true/>" + words("NSPrivacyCollectedDataTypePurposes", "NSPrivacyCollectedDataTypePurposeAnalytics") + "</dict></array><key>NSPrivacyAccessedAPITypes</key><array><dict>" + text("NSPrivacyAccessedAPIType", "NSPrivacyAccessedAPICategoryUserDefaults") + words("NSPrivacyAccessedAPITypeReasons", "CA92.1") + "</dict></array>"),
		"main.jsbundle":                                        "fetch('https://js.votes-sample.eu/api');/*! axios v1.6.0 */",
		"photo.png":                                            "\x89PNG not really",
		"Frameworks/Alamofire.framework/Alamofire":             alone("org.alamofire.Alamofire", framework),
		"Frameworks/Alamofire.framework/Info.plist":            xml(text("CFBundleIdentifier", "org.alamofire.Alamofire") + text("CFBundleName", "Alamofire") + text("CFBundleExecutable", "Alamofire") + text("CFBundleShortVersionString", "5.8.1")),
		"Frameworks/Alamofire.framework/PrivacyInfo.xcprivacy": xml("<key>NSPrivacyTracking</key><false/>"),
		"PlugIns/Share.appex/Info.plist":                       xml(text("CFBundleIdentifier", "org.example.votes.share") + text("CFBundleDisplayName", "Share to Votes") + text("CFBundleExecutable", "Share") + text("NSPhotoLibraryUsageDescription", "To attach pictures.") + "<key>NSExtension</key><dict>" + text("NSExtensionPointIdentifier", "com.apple.share-services") + "</dict>"),
		"PlugIns/Share.appex/Share":                            alone("org.example.votes.share", extension),
		profileName: string(codesigntest.Indefinite([]byte(xml(text("UUID", "8F0C1DD1-0000-4000-8000-000000000001")+text("Name", "Votes")+words("TeamIdentifier", team)+text("TeamName", "Example Corp")+
			words("ProvisionedDevices", "00008030-001C2D223A88802E", "00008030-001C2D223A88802F")+"<key>CreationDate</key><date>2024-01-02T03:04:05Z</date><key>Entitlements</key><dict>"+text("application-identifier", team+".org.example.votes")+"</dict>")), codesigntest.Profiles())),
	}
}

func wide(s string) string {
	var b strings.Builder
	for _, c := range []byte(s) {
		b.WriteByte(c)
		b.WriteByte(0)
	}
	return b.String()
}

// alone writes a library with a signature of its team over it alone.
func alone(identifier string, m machotest.Image) string {
	key := codesigntest.Developer(team)
	m.Signature = func(image []byte) []byte {
		return codesigntest.Code{Identifier: identifier, Team: team, Key: &key}.Sign(image)
	}
	m.SignatureN = 16 << 10
	return string(m.Bytes())
}

// sealed is the list of the files with their checksums. Those in codes are sealed by the hash of their code directory alone.
func sealed(files map[string]string, codes map[string][]byte) string {
	var list strings.Builder
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if name == infoName || name == "Votes" || name == "PkgInfo" {
			continue
		}
		data := func(key string, b []byte) {
			fmt.Fprintf(&list, "<key>%s</key><data>%s</data>", key, base64.StdEncoding.EncodeToString(b))
		}
		list.WriteString("<key>" + name + "</key><dict>")
		if h := codes[name]; h != nil {
			data("cdhash", h)
		} else {
			s1, s256 := sha1.Sum([]byte(files[name])), sha256.Sum256([]byte(files[name]))
			data("hash", s1[:])
			data("hash2", s256[:])
		}
		list.WriteString("</dict>")
	}
	return xml("<key>files2</key><dict>" + list.String() + "</dict>")
}

const rights = "<key>application-identifier</key><string>TEAM123456.org.example.votes</string><key>aps-environment</key><string>production</string>" +
	"<key>com.apple.security.application-groups</key><array><string>group.org.example.votes</string></array>"

// how says how an app is signed.
type how struct {
	key   *codesigntest.Key // nil: ad hoc
	crypt uint32
	after func(files map[string]string) // changes the files once they are signed
}

// signed signs an app: the list of its files, and the main program over it.
func signed(files map[string]string, h how) map[string]string {
	return resigned(files, sealed(files, nil), h)
}

// resigned signs an app with a list of its files.
func resigned(files map[string]string, list string, h how) map[string]string {
	files[resourcesName] = list
	m := program()
	m.CryptID, m.SignatureN = h.crypt, 16<<10
	m.Signature = func(image []byte) []byte {
		return codesigntest.Code{Identifier: "org.example.votes", Team: team, Entitlements: []byte(xml(rights)), Info: []byte(files[infoName]), Resources: []byte(files[resourcesName]), Key: h.key}.Sign(image)
	}
	files["Votes"] = string(m.Bytes())
	if h.after != nil {
		h.after(files)
	}
	return files
}

// program is the main program.
func program() machotest.Image {
	return machotest.Image{UUID: 1, Strings: []string{"https://api.votes-sample.eu/v1"}, Classes: []string{"FBSDKLogger", "FBSDKSettings", "_TtC5Votes11AppDelegate"},
		Modules: []string{"Votes"}, Types: map[string][]string{"Votes": {"Ballot", "Poll"}}, Libraries: []string{"/usr/lib/libSystem.B.dylib", "@rpath/Alamofire.framework/Alamofire"}}
}

func developer() *codesigntest.Key { k := codesigntest.Developer(team); return &k }

// ipa puts the files of an app into an archive, with others beside it.
func ipa(t testing.TB, files map[string]string, beside ...string) []byte {
	t.Helper()
	var buf bytes.Buffer
	z := zip.NewWriter(&buf)
	add := func(name, content string) {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		w.Write([]byte(content))
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		add("Payload/Votes.app/"+name, files[name])
	}
	for i := 0; i+1 < len(beside); i += 2 {
		add(beside[i], beside[i+1])
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

// forTests is the scanner with the root of the tests.
func forTests() scanner {
	return scanner{roots: codesign.Roots{codesigntest.Root().Fingerprint(): true}, memory: newMemory(memoryBytes)}
}

// scanBytes scans a file of that content.
func scanBytes(t testing.TB, s scanner, name string, data []byte) (*inventory.Inventory, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	src, err := source.Open(source.Target{Path: path, Shown: name}, source.DefaultLimits)
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	if !s.Recognise(src) {
		t.Fatalf("%s is not recognised", name)
	}
	inv, err := s.Scan(context.Background(), src)
	inv.Sort()
	return inv, err
}

// scanned scans an IPA that has to be read.
func scanned(t testing.TB, data []byte) *inventory.Inventory {
	t.Helper()
	inv, err := scanBytes(t, forTests(), "votes.ipa", data)
	if err != nil {
		t.Fatal(err)
	}
	return inv
}

// tree is files as a file system, with a prefix.
func tree(prefix string, files map[string]string) fs.FS {
	out := fstest.MapFS{}
	for name, content := range files {
		out[prefix+name] = &fstest.MapFile{Data: []byte(content), Mode: 0o644}
	}
	return out
}

func writeFile(path string, data []byte) error { return os.WriteFile(path, data, 0o600) }

// unpackAll unpacks every entry and throws it away, as unzip -t does.
func unpackAll(b *testing.B, data []byte) {
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		b.Fatal(err)
	}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			b.Fatal(err)
		}
		if _, err := io.Copy(io.Discard, r); err != nil {
			b.Fatal(err)
		}
		r.Close()
	}
}
