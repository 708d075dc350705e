package riskdb

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func hitID(h SDKHit) string {
	if h.SDK == nil {
		return ""
	}
	return h.SDK.ID
}

func TestMatchCodePrefix(t *testing.T) {
	for _, c := range []struct{ name, sdk, lookalike string }{
		{"com.tencent.mm.opensdk.openapi", "wechat-opensdk", ""},
		{"com.tencent.mm.opensdk", "wechat-opensdk", ""},
		{"com.tencent.mm.opensdk.", "wechat-opensdk", ""},
		{"com.tencent.mm", "", ""},          // the app itself
		{"com.tencentmusic.player", "", ""}, // no whole label
		{"com.tencent.mmkv", "", "com.tencent.mmkv"},
		{"com.tencent.mmkvextra", "", ""},
		{"com.bytedance.sdk.openadsdk.core.video", "pangle-csj", ""}, // and not douyin-opensdk, whose prefix is shorter
		{"com.bytedance.sdk.open.douyin", "douyin-opensdk", ""},
		{"com.bytedance.shadowhook", "", "com.bytedance.shadowhook"},
		{"com.huawei.hms.ads.identifier", "", "com.huawei.hms.ads.identifier"},
		{"com.huawei.hms.ads.banner", "hms-ads", ""},
		{"com.windmill", "", "com.windmill"},
		{"com.windmill.sdk.a", "tobid", ""}, // the longer prefix wins over the lookalike
		{"com.tencent.bugly.proguard", "bugly", "com.tencent.bugly.proguard"},
		{"im.threads.view", "edna", "im.threads"},
		{"ms.bd.c.Pgl", "pangle-security", "ms.bd.c"},
		{"com.instagram.threads", "", ""},
		{"okhttp3.internal", "", "okhttp3"},
		{"org.example", "", ""}, {"", "", ""}, {".", "", ""}, {"...", "", ""},
	} {
		h, l := loaded.MatchCodePrefix(c.name)
		got := ""
		if l != nil {
			got = l.Prefix
		}
		if hitID(h) != c.sdk || got != c.lookalike {
			t.Errorf("%q: SDK %q, lookalike %q; want %q, %q", c.name, hitID(h), got, c.sdk, c.lookalike)
		}
	}
}

func TestMatchComponent(t *testing.T) {
	for class, want := range map[string]string{
		"com.umeng.message.UmengDownloadResourceService": "umeng-push", "com.umeng.message.NotListed": "umeng-push",
		"com.huawei.android.hms.tpns.HWHmsMessageService": "tpns", // listed by name below a prefix of another vendor
		"com.tencent.mmkv.MMKVContentProvider":            "mmkv", "com.google.firebase.messaging.FirebaseMessagingService": "firebase-messaging",
		"com.tencent.mm.ui.LauncherUI": "", "": "",
	} {
		if got := hitID(loaded.MatchComponent(class)); got != want {
			t.Errorf("%q: %q, want %q", class, got, want)
		}
	}
}

func TestMatchNativeLibrary(t *testing.T) {
	for name, want := range map[string][]string{
		"libmmkv.so": {"mmkv"}, "lib/arm64-v8a/libBugly.so": {"bugly"}, "libbugly.so": nil, "libBugly": nil, "": nil, "libagora-rtc-sdk.so": {"agora"},
	} {
		var got []string
		for _, h := range loaded.MatchNativeLibrary(name) {
			got = append(got, h.SDK.ID)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q: %v, want %v", name, got, want)
		}
	}
}

func TestMatchDomain(t *testing.T) {
	for host, want := range map[string]string{
		"amemv.com": "bytedance", "log.snssdk.amemv.com": "bytedance", "AMEMV.COM.": "bytedance", "notamemv.com": "", "amemv.com.example.org": "",
		"mc.yandex.ru": "yandex", "com": "", "": "", ".": "", "..": "",
	} {
		got := ""
		if d := loaded.MatchDomain(host); d != nil {
			got = d.ID
		}
		if got != want {
			t.Errorf("%q: %q, want %q", host, got, want)
		}
	}
}

func TestMatchTracker(t *testing.T) {
	for class, want := range map[string]string{
		"com.tune.Tune": "Tune", "com.tunein.player.Service": "", "a.b.com.tune.Tune": "Tune", "com.sizmek.ads.Ad": "Sizmek", "com.sizmekads.Ad": "",
		"com.bytedance.shadowhook.ShadowHook": "", "com.bytedance.sdk.openadsdk.TTAdSdk": "Pangle", "x.LigatusManager$1": "Ligatus", "x.LigatusManagers": "", "": "",
	} {
		var got []string
		for _, tr := range loaded.MatchTracker(class) {
			got = append(got, tr.Name)
		}
		if strings.Join(got, ", ") != want {
			t.Errorf("%q: %v, want %q", class, got, want)
		}
	}
}

// TestTheLinesBetweenLicences: what was taken under a share-alike licence is under it here.
func TestTheLinesBetweenLicences(t *testing.T) {
	rows := map[string]int{}
	for _, h := range loaded.AllTables().Holdings {
		if strings.HasPrefix(h.File, "sdks-exodus/") != (h.Licence == "ODbL-1.0") {
			t.Errorf("%s is under %s", h.File, h.Licence)
		}
		rows[h.Licence+" "+h.Table] += h.Rows
	}
	if rows["ODbL-1.0 trackers"] != len(loaded.Trackers()) || len(loaded.Trackers()) != 432 || rows["ODbL-1.0 sdks"] == 0 {
		t.Errorf("%d trackers; %v", len(loaded.Trackers()), rows)
	}
}

// TestOpenSourceIsNobodysService holds the corrections that keep half the world from being accused.
func TestOpenSourceIsNobodysService(t *testing.T) {
	for _, lib := range []string{"libmmkv.so", "libijkplayer.so", "libxcrash.so", "libxhook.so", "libshadowhook.so", "libbytehook.so", "libmarsxlog.so",
		"libmatrix-fd.so", "libio-canary.so", "libandfix.so", "libMNN.so", "libcocos2dcpp.so", "libcocos2djs.so", "libweexcore.so", "libhippy.so"} {
		for _, h := range loaded.MatchNativeLibrary(lib) {
			if !h.SDK.Local || h.Signature.Strength != WeakMark {
				t.Errorf("%s: local %v, %s", h.SDK.ID, h.SDK.Local, h.Signature.Strength)
			}
		}
		if len(loaded.MatchNativeLibrary(lib)) == 0 {
			t.Errorf("%s is not known", lib)
		}
	}
	for _, lib := range []string{"libed25519.so", "libutility.so", "libwind.so", "libfire.so", "libhs.so", "libmp3decoder.so", "liblbs.so", "libscannative.so",
		"libsecsdk.so", "libvideo_enc.so", "libexec.so", "libeffect.so", "libsdkcore.so", "libmediacore.so", "libcrashsdk.so", "libhttpdns.so", "libvad.so"} {
		hits := loaded.MatchNativeLibrary(lib)
		if len(hits) == 0 || slices.ContainsFunc(hits, func(h SDKHit) bool { return h.Signature.Strength != WeakMark }) {
			t.Errorf("%s is no weak mark: %v", lib, hits)
		}
		if found := loaded.SDKsIn(CodeEvidence{NativeLibraries: []string{lib}}); len(found) > 0 {
			t.Errorf("%s alone gives %s", lib, found[0].SDK.ID)
		}
	}
}

func TestLaterTablesAreWhole(t *testing.T) {
	fresh, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	if fresh.Tables.SDKs != nil || fresh.Tables.VendorDomains != nil || fresh.Tables.Trackers != nil || fresh.Tables.Lookalikes != nil {
		t.Error("a table that is read later is there at the start")
	}
	all := fresh.AllTables()
	for name, n := range map[string][2]int{"sdks": {len(all.SDKs), len(fresh.SDKs())}, "lookalikes": {len(all.Lookalikes), len(fresh.Lookalikes())},
		"domains": {len(all.VendorDomains), len(fresh.VendorDomains())}, "trackers": {len(all.Trackers), len(fresh.Trackers())}} {
		if n[0] == 0 || n[0] != n[1] {
			t.Errorf("%s: %v", name, n)
		}
	}
	if made := New(all); len(made.SDKs()) != len(all.SDKs) || made.MatchDomain("amemv.com") == nil {
		t.Error("a database made of tables lacks those that are read later")
	}
}

// someClasses are names of an app with so many classes, an SDK's among each hundred.
func someClasses(n int) []string {
	var out []string
	for i := range n {
		p := fmt.Sprintf("org.example.feature%d.screen%d.view", i%97, i)
		if i%100 == 0 {
			p = fmt.Sprintf("com.bytedance.sdk.openadsdk.core.part%d", i)
		}
		out = append(out, p)
	}
	return out
}

func BenchmarkMatch(b *testing.B) {
	loaded.codeIndex()
	loaded.MatchDomain("")
	loaded.MatchTracker("")
	for name, look := range map[string]func(){
		"library":   func() { loaded.MatchNativeLibrary("libagora-rtc-sdk.so") },
		"prefix":    func() { loaded.MatchCodePrefix("com.bytedance.sdk.openadsdk.core.video.nativevideo") },
		"no prefix": func() { loaded.MatchCodePrefix("org.example.feature.screen.view.model.Thing") },
		"component": func() { loaded.MatchComponent("com.umeng.message.UmengDownloadResourceService") },
		"domain":    func() { loaded.MatchDomain("log-va.api.snssdk.amemv.com") },
		"no domain": func() { loaded.MatchDomain("www.static.example.org") },
		"tracker":   func() { loaded.MatchTracker("com.google.firebase.analytics.FirebaseAnalytics") },
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				look()
			}
		})
	}
}

func BenchmarkSDKsIn(b *testing.B) {
	e := CodeEvidence{CodePackages: defining(someClasses(20000)...)}
	for i := range 5000 {
		e.NativeLibraries = append(e.NativeLibraries, fmt.Sprintf("lib/arm64-v8a/libpart%d.so", i))
	}
	b.ReportAllocs()
	for b.Loop() {
		if len(loaded.SDKsIn(e)) != 1 {
			b.Fatal("not one SDK")
		}
	}
}

// BenchmarkFirstLookup reads and indexes the tables that an ordinary scan leaves alone.
func BenchmarkFirstLookup(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		b.StopTimer()
		db, err := Load()
		if err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
		db.MatchComponent("a.B")
	}
}
