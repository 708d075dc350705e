package people

import (
	"strings"
	"testing"
)

// TestHide: persons go, all else stays.
func TestHide(t *testing.T) {
	for in, want := range map[string]string{
		"Wi-Fi of eve.adams@parl.example":                             "Wi-Fi of …@parl.example",
		"mailto:ève.adams@parl.example":                               "mailto:…@parl.example",
		"eve.adams_parl.example#EXT#@tenant.onmicrosoft.com":          "…@tenant.onmicrosoft.com",
		"a=1&user=eve.adams%40parl.example":                           "…@parl.example",
		"eve@parl.example, bob@parl.example":                          "…@parl.example, …@parl.example",
		"eve@münchen.xn--p1ai":                                        "…@münchen.xn--p1ai",
		`C:\Users\eve\App\x.exe`:                                      `C:\Users\…\App\x.exe`,
		`"C:\\Users\\eve\\App"`:                                       `"C:\\Users\\…\\App"`,
		`"C:\Users\Eve Adams\un.exe" /S`:                              `"C:\Users\…\un.exe" /S`,
		`C:\Users\O'Brien\x`:                                          `C:\Users\…\x`,
		`\\?\C:\Users\eve\x`:                                          `\\?\C:\Users\…\x`,
		`\Device\HarddiskVolume3\Users\eve\x`:                         `\Device\HarddiskVolume3\Users\…\x`,
		`\\fs01.parl.example\home\eve\x`:                              `\\fs01.parl.example\home\…\x`,
		`%SystemDrive%\Users\eve`:                                     `%SystemDrive%\Users\…`,
		"C:/Documents and Settings/eve/x":                             "C:/Documents and Settings/…/x",
		"/Users/eve/Applications/A.app":                               "/Users/…/Applications/A.app",
		"file:///Users/eve/A.app":                                     "file:///Users/…/A.app",
		"file:///C:/Users/eve/A.exe":                                  "file:///C:/Users/…/A.exe",
		"/var/home/eve/.local/x":                                      "/var/home/…/.local/x",
		"/Volumes/Data/Users/eve":                                     "/Volumes/Data/Users/…",
		"PATH=/home/eve/bin:/home/eve/go":                             "PATH=/home/…/bin:/home/…/go",
		"/home/eve":                                                   "/home/…",
		"call +31 6 12345678 now":                                     "call … now",
		"+31612345678":                                                "…",
		"tel:+1 (202) 555-0143":                                       "tel:…",
		"IMEI 352099001761481":                                        "IMEI …",
		"imei:35-209900-176148-1":                                     "imei:…",
		"8931440400000000002":                                         "8931440400000000002", // a wrong last digit
		"SIM 89310410106543789305":                                    "SIM …",
		"mac: 00:1A:2b:3c:4D:5e":                                      "mac: …",
		"00-1a-2b-3c-4d-5e":                                           "…",
		"from 00:1a:2b:3c:4d:5e.":                                     "from ….",
		"/Users/Shared/A.app":                                         "/Users/Shared/A.app",
		"/home/linuxbrew/.linuxbrew/bin/x":                            "/home/linuxbrew/.linuxbrew/bin/x",
		`C:\Users\Public\x`:                                           `C:\Users\Public\x`,
		`C:\Program Files\Users Tool\x`:                               `C:\Program Files\Users Tool\x`,
		`C:\Program Files\Acme\Users\x`:                               `C:\Program Files\Acme\Users\x`,
		"https://acme.example/home/products/x":                        "https://acme.example/home/products/x",
		"/usr/share/acme/home/assistant":                              "/usr/share/acme/home/assistant",
		"App@Work 2.0":                                                "App@Work 2.0",
		"getty@tty1.service":                                          "getty@tty1.service",
		"x/icon@2x.png":                                               "x/icon@2x.png",
		"Notepad++ 8.6.1 2024":                                        "Notepad++ 8.6.1 2024",
		"1.0+20240101123":                                             "1.0+20240101123",
		"Microsoft Visual C++ 2015-2022 14.38.33135":                  "Microsoft Visual C++ 2015-2022 14.38.33135",
		"1.352099001761481":                                           "1.352099001761481",
		"352099001761482":                                             "352099001761482", // a wrong last digit
		"build 123456789012345":                                       "build 123456789012345",
		"AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD": "AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD",
		"4C4C4544-0042-4810-8052-B4C04F4D3732":                        "4C4C4544-0042-4810-8052-B4C04F4D3732",
		"2024-10-12-11-20-33":                                         "2024-10-12-11-20-33",
	} {
		if got := Hide(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
		if again := Hide(want); again != want {
			t.Errorf("%q a second time: %q", want, again)
		}
	}
}

// TestHomes: only paths are changed.
func TestHomes(t *testing.T) {
	if got := Homes("uBlock0@raymondhill.net /home/eve/x"); got != "uBlock0@raymondhill.net /home/…/x" {
		t.Error(got)
	}
}

// FuzzHide: what was hidden is hidden, and nothing grows without bound.
func FuzzHide(f *testing.F) {
	for _, s := range []string{"eve@parl.example", `C:\Users\eve\x`, "+31612345678", "352099001761481", "00:1A:2b:3c:4D:5e", "%40%2f/home/"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := Hide(s)
		if len(got) > 4*len(s) || strings.Contains(got, "eve@parl.example") {
			t.Errorf("%q: %q", s, got)
		}
	})
}

func BenchmarkHide(b *testing.B) {
	b.Run("nothing", func(b *testing.B) {
		for b.Loop() {
			Hide("Microsoft Edge WebView2-Laufzeit 119.0.2151.97")
		}
	})
	b.Run("path", func(b *testing.B) {
		for b.Loop() {
			Hide(`C:\Program Files (x86)\Microsoft\EdgeWebView\Application\119.0.2151.97\Installer\setup.exe`)
		}
	})
}
