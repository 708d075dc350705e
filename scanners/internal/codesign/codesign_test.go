package codesign

import (
	"bytes"
	"errors"
	"reflect"
	"strings"
	"testing"

	"quaestor/scanners/internal/cms"
	"quaestor/scanners/internal/codesigntest"
)

const rights = `<?xml version="1.0" encoding="UTF-8"?><plist version="1.0"><dict><key>get-task-allow</key><true/>` +
	`<key>com.apple.security.application-groups</key><array><string>group.a</string></array></dict></plist>`

var testRoots = Roots{codesigntest.Root().Fingerprint(): true}

func image() []byte { return bytes.Repeat([]byte("code and constants "), 1000) }

func code(k codesigntest.Key) codesigntest.Code {
	return codesigntest.Code{Identifier: "org.example.app", Team: "TEAM123456", Entitlements: []byte(rights), Info: []byte("info"), Resources: []byte("resources"), Key: &k}
}

func parsed(t testing.TB, data []byte) *Signature {
	t.Helper()
	s, err := Parse(append(data, make([]byte, 100)...))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestSigned(t *testing.T) {
	for _, old := range []bool{false, true} {
		c := code(codesigntest.Developer("TEAM123456"))
		c.SHA1 = old
		s := parsed(t, c.Sign(image()))
		p, err := s.Verify(testRoots)
		if err != nil {
			t.Fatal(err)
		}
		d := p.Directory
		if d.Identifier != "org.example.app" || d.Team != "TEAM123456" || p.Team != "TEAM123456" || p.Store || d.AdHoc() || d.Weak() {
			t.Errorf("old %v: %+v", old, p)
		}
		if err := d.Pages(image()); err != nil {
			t.Error(err)
		}
		if !d.Holds(SlotInfo, []byte("info")) || d.Holds(SlotInfo, []byte("other")) || !d.Holds(SlotResources, []byte("resources")) || d.Seals(4) {
			t.Error("what lies beside the program")
		}
		if err := s.Parts(d); err != nil {
			t.Error(err)
		}
		e, err := s.Entitlements()
		want := map[string]any{"get-task-allow": true, "com.apple.security.application-groups": []any{"group.a"}}
		if err != nil || !reflect.DeepEqual(e, want) {
			t.Errorf("entitlements %v, %v", e, err)
		}
	}
}

// TestPages: a change anywhere, and code that is longer or shorter than what was signed, is seen.
func TestPages(t *testing.T) {
	d := parsed(t, code(codesigntest.Store()).Sign(image())).Strongest()
	for _, at := range []int{0, 4095, 4096, len(image()) - 1} {
		changed := image()
		changed[at] ^= 1
		if err := d.Pages(changed); err == nil || !strings.Contains(err.Error(), "page") {
			t.Errorf("byte %d: %v", at, err)
		}
	}
	if d.Pages(image()[:5000]) == nil || d.Pages(append(image(), 0)) == nil {
		t.Error("other lengths hold")
	}
}

func TestWhoSigned(t *testing.T) {
	store := code(codesigntest.Store())
	if p, err := parsed(t, store.Sign(image())).Verify(testRoots); err != nil || !p.Store || p.Team != "TEAM123456" {
		t.Errorf("the store: %+v, %v", p, err)
	}
	other := code(codesigntest.Developer("OTHER12345"))
	if _, err := parsed(t, other.Sign(image())).Verify(testRoots); err == nil || !strings.Contains(err.Error(), "OTHER12345") {
		t.Errorf("a team that is not that of the certificate: %v", err)
	}
	stranger := code(codesigntest.Stranger("TEAM123456"))
	if p, err := parsed(t, stranger.Sign(image())).Verify(testRoots); !errors.Is(err, ErrRoot) || p == nil {
		t.Errorf("a stranger: %v", err)
	}
	if _, err := parsed(t, store.Sign(image())).Verify(Apple()); !errors.Is(err, ErrRoot) {
		t.Errorf("a root that is not Apple's: %v", err)
	}
	profiles := code(codesigntest.Profiles())
	if _, err := parsed(t, profiles.Sign(image())).Verify(testRoots); !errors.Is(err, ErrRoot) {
		t.Errorf("a certificate that is not for code: %v", err)
	}
	nobody := code(codesigntest.Store())
	nobody.Key = nil
	s := parsed(t, nobody.Sign(image()))
	if _, err := s.Verify(testRoots); !errors.Is(err, ErrAdHoc) || !s.Strongest().AdHoc() {
		t.Errorf("nobody: %v", err)
	}
}

// TestOtherEntitlements: entitlements that are put in the place of the signed ones are seen.
func TestOtherEntitlements(t *testing.T) {
	data := code(codesigntest.Store()).Sign(image())
	forged := bytes.Replace(data, []byte("group.a"), []byte("group.b"), 1)
	s := parsed(t, forged)
	p, err := s.Verify(testRoots)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Parts(p.Directory); err == nil || !strings.Contains(err.Error(), "entitlements") {
		t.Errorf("forged entitlements: %v", err)
	}
	c := code(codesigntest.Store())
	c.Team = ""
	if _, err := parsed(t, bytes.Replace(c.Sign(image()), []byte("org.example.app"), []byte("org.example.xpp"), 1)).Verify(testRoots); err == nil {
		t.Error("a changed directory is verified")
	}
}

// der writes {"a": true, "l": ["x", 5], "d": {}} as newer systems do.
var der = []byte("\x70\x2b\x02\x01\x01\xb0\x26" + "\x30\x06\x0c\x01a\x01\x01\xff" + "\x30\x0b\x0c\x01l\x30\x06\x0c\x01x\x02\x01\x05" + "\x30\x05\x0c\x01d\xb0\x00")

func TestDER(t *testing.T) {
	whole := bytes.Clone(der)
	whole[6], whole[1] = byte(len(der)-7), byte(len(der)-2)
	c := code(codesigntest.Store())
	c.DER = whole
	s := parsed(t, c.Sign(image()))
	e, err := s.Entitlements()
	want := map[string]any{"a": true, "l": []any{"x", int64(5)}, "d": map[string]any{}}
	if err != nil || !reflect.DeepEqual(e, want) {
		t.Errorf("%v, %v", e, err)
	}
	if err := s.Parts(s.Strongest()); err != nil {
		t.Error(err)
	}
}

func profile(kind string) []byte {
	extra := map[string]string{
		"development": `<key>ProvisionedDevices</key><array><string>00008030-001C2D223A88802E</string></array>`,
		"ad-hoc":      `<key>ProvisionedDevices</key><array><string>a</string><string>b</string></array>`,
		"enterprise":  `<key>ProvisionsAllDevices</key><true/>`,
	}[kind]
	debug := "<false/>"
	if kind == "development" {
		debug = "<true/>"
	}
	return []byte(`<?xml version="1.0" encoding="UTF-8"?><plist version="1.0"><dict><key>UUID</key><string>8F0C1DD1-0000-4000-8000-000000000001</string><key>Name</key><string>Votes</string>` +
		`<key>TeamIdentifier</key><array><string>TEAM123456</string></array><key>TeamName</key><string>Example Corp</string>` +
		`<key>CreationDate</key><date>2024-01-02T03:04:05Z</date><key>ExpirationDate</key><date>2025-01-02T03:04:05Z</date>` +
		`<key>Entitlements</key><dict><key>application-identifier</key><string>TEAM123456.org.example.*</string><key>get-task-allow</key>` + debug + `</dict>` + extra + `</dict></plist>`)
}

func TestProfile(t *testing.T) {
	for kind, devices := range map[string]int{"development": 1, "ad-hoc": 2, "enterprise": 0, "app-store": 0} {
		p, problem, err := Profile(codesigntest.Indefinite(profile(kind), codesigntest.Profiles()), testRoots)
		if err != nil || problem != nil {
			t.Fatalf("%s: %v, %v", kind, problem, err)
		}
		if p.Kind != kind || p.Devices != devices || !p.Verified || p.Team != "TEAM123456" || p.TeamName != "Example Corp" || p.AppID != "TEAM123456.org.example.*" ||
			p.Name != "Votes" || p.UUID == "" || p.Created.Year() != 2024 || p.Expires.Year() != 2025 {
			t.Errorf("%s: %+v", kind, p)
		}
	}
	// A developer's certificate leads to the same root, and cannot make a profile.
	for name, key := range map[string]codesigntest.Key{"developer": codesigntest.Developer("T"), "stranger": codesigntest.Stranger("T")} {
		p, problem, err := Profile(codesigntest.Signed(profile("enterprise"), true, key), testRoots)
		if err != nil || problem == nil || p.Verified || p.Kind != "enterprise" {
			t.Errorf("%s: %+v, %v, %v", name, p, problem, err)
		}
	}
	forged := bytes.Replace(codesigntest.Signed(profile("enterprise"), true, codesigntest.Profiles()), []byte("Votes"), []byte("Other"), 1)
	if p, problem, err := Profile(forged, testRoots); err != nil || problem == nil || p.Verified {
		t.Errorf("forged: %+v, %v, %v", p, problem, err)
	}
	if _, _, err := Profile([]byte("no profile"), testRoots); err == nil {
		t.Error("text is a profile")
	}
}

func TestLies(t *testing.T) {
	good := code(codesigntest.Store()).Sign(image())
	for at := 0; at < 200; at++ {
		for _, b := range []byte{0, 0x7f, 0xff} {
			bad := bytes.Clone(good)
			bad[at] = b
			if s, err := Parse(bad); err == nil {
				s.Entitlements()
				s.Strongest().Pages(image())
				if p, err := s.Verify(testRoots); err == nil && (p.Directory.Identifier != "org.example.app" || p.Team != "TEAM123456") {
					t.Errorf("byte %d: %+v", at, p.Directory)
				}
			}
		}
	}
	for n := range good {
		Parse(good[:n])
	}
}

// A chain that is not checked says nothing about who signed, in neither direction.
func TestOldCertificate(t *testing.T) {
	p, err := parsed(t, code(codesigntest.Old("TEAM123456")).Sign(image())).Verify(testRoots)
	if p == nil || !errors.Is(err, cms.ErrUnchecked) || errors.Is(err, ErrRoot) {
		t.Errorf("%+v %v", p, err)
	}
}

func FuzzParse(f *testing.F) {
	c := code(codesigntest.Developer("TEAM123456"))
	f.Add(c.Sign(image()))
	c.SHA1, c.DER = true, der
	f.Add(c.Sign(image()))
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := Parse(data)
		if err != nil {
			return
		}
		s.Entitlements()
		d := s.Strongest()
		d.Pages(data)
		d.Hash()
		s.Parts(d)
		if p, err := s.Verify(testRoots); err == nil && p.Team != "TEAM123456" {
			t.Errorf("team %q was never signed", p.Team)
		}
	})
}

func FuzzProfile(f *testing.F) {
	f.Add(codesigntest.Indefinite(profile("development"), codesigntest.Profiles()))
	f.Add(codesigntest.Signed(profile("enterprise"), true, codesigntest.Developer("T")))
	f.Fuzz(func(t *testing.T, data []byte) {
		if p, _, err := Profile(data, testRoots); err == nil && p.Verified && p.Team != "TEAM123456" {
			t.Errorf("%+v was never signed", p)
		}
	})
}
