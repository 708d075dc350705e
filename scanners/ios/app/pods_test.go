package app

import "testing"

func TestPod(t *testing.T) {
	for _, c := range []struct{ dir, identifier, version, want string }{
		{"Frameworks/AFNetworking.framework", "org.cocoapods.AFNetworking", "4.0.1", "pkg:cocoapods/AFNetworking@4.0.1"},
		{"Frameworks/A.framework", "com.example.A", "4.0.1", ""},
		{"Frameworks/A.framework", "org.cocoapods.A", "${VERSION}", ""},
		{"Frameworks/A.framework", "org.cocoapods.A", "", ""},
		{"Frameworks/A.framework", "org.cocoapods.", "1.0", ""},
		{"Frameworks/A.framework", "org.cocoapods.a/../b", "1.0", ""},
		{"PlugIns/A.appex", "org.cocoapods.A", "1.0", ""},
	} {
		f, ok := newBundle(c.dir, map[string]any{"CFBundleIdentifier": c.identifier, "CFBundleShortVersionString": c.version}).pod()
		if f.PURL != c.want || ok != (c.want != "") || ok && (f.Basis != "metadata" || f.File != c.dir+"/Info.plist") {
			t.Errorf("%+v: %+v", c, f)
		}
	}
}
