package riskdb

import (
	"slices"
	"strings"
	"testing"

	"quaestor/scanners/inventory"
)

// carrying is an inventory of one app whose file declares these components, and has these libraries and packages.
func carrying(pkg string, components, libs, packages []string, granted ...string) *inventory.Inventory {
	b := inventory.Binary{SHA256: strings.Repeat("ab", 32), Format: "apk", Package: pkg, NativeLibs: libs, Signed: inventory.SignatureValid}
	for _, c := range components {
		b.Manifest = append(b.Manifest, inventory.ManifestComponent{Kind: "service", Name: c})
	}
	for _, p := range packages {
		b.CodePackages = append(b.CodePackages, inventory.CodePackage{Name: p, Classes: 12})
	}
	app := inventory.App{ID: "app-1", Device: "phone", Identifier: pkg, IdentifierKind: inventory.AndroidPackage, Binaries: []string{b.SHA256}}
	for _, g := range granted {
		app.Permissions = append(app.Permissions, inventory.Permission{Name: "android.permission." + g, Granted: true, GrantKnown: true})
	}
	inv := inventory.New()
	inv.Devices = append(inv.Devices, inventory.Device{ID: "phone"})
	inv.Apps, inv.Binaries = []inventory.App{app}, []inventory.Binary{b}
	return inv
}

func codeFindings(t *testing.T, inv *inventory.Inventory, policies ...string) []Finding {
	t.Helper()
	p, err := loaded.SelectPolicies(policies...)
	if err != nil {
		t.Fatal(err)
	}
	var out []Finding
	for _, f := range Assess(loaded, p, inv, today).Findings {
		if f.Params["sdks"] != "" {
			out = append(out, f)
		}
	}
	return out
}

func TestCodeInApps(t *testing.T) {
	const bank = "com.westernbank.mobile"
	for _, c := range []struct {
		name string
		inv  *inventory.Inventory
		want []string // vendor, severity, action, confidence
	}{
		{"nothing", carrying(bank, nil, nil, []string{"com.westernbank.mobile.ui"}), nil},
		{"open source", carrying(bank, []string{"com.tencent.mmkv.MMKVContentProvider"}, []string{"libmmkv.so", "libijkplayer.so", "libweexcore.so", "libMNN.so"},
			[]string{"com.tencent.mmkv", "com.alibaba.fastjson", "com.bytedance.shadowhook", "tv.danmaku.ijk.media"}, "CAMERA"), nil},
		{"Western code", carrying(bank, []string{"com.google.firebase.messaging.FirebaseMessagingService"}, []string{"libsentry.so"}, nil, "CAMERA"), nil},
		{"generic libraries", carrying(bank, nil, []string{"libutility.so", "libexec.so", "libvad.so", "libhttpdns.so"}, nil, "CAMERA"), nil},
		{"payment", carrying(bank, []string{"com.alipay.sdk.app.H5PayActivity"}, nil, []string{"com.alipay.sdk.app", "com.alipay.mobilesecuritysdk.face", "com.ut.device"}, "CAMERA"),
			[]string{"Ant Group info inform moderate", "Alibaba Group info inform moderate"}},
		{"push of a maker", carrying(bank, []string{"com.huawei.hms.support.api.push.service.HmsMsgService"}, nil, []string{"com.huawei.hianalytics.process"}, "ACCESS_FINE_LOCATION"),
			[]string{"Huawei info inform moderate"}},
		{"calls, whose vendor's state nobody checked", carrying(bank, nil, []string{"libagora-rtc-sdk.so", "libagora-core.so"}, []string{"io.agora.rtc2"}, "RECORD_AUDIO"),
			[]string{"Agora info inform low"}},
		{"advertising", carrying(bank, []string{"com.bytedance.sdk.openadsdk.TTFileProvider"}, nil, nil), []string{"ByteDance low review moderate"}},
		{"advertising, with the microphone", carrying(bank, nil, nil, []string{"com.bytedance.sdk.openadsdk.core", "com.bytedance.applog.a"}, "RECORD_AUDIO"),
			[]string{"ByteDance medium review moderate"}},
		{"two vendors", carrying(bank, []string{"com.tencent.bugly.beta.ui.BetaActivity", "com.yandex.metrica.ConfigurationService"}, nil, nil),
			[]string{"Tencent Holdings low review moderate", "Yandex (Russian business) low review moderate"}},
		{"one medium mark", carrying(bank, nil, []string{"libBDSpeechDecoder_V1.so"}, nil, "RECORD_AUDIO"), nil},
		{"one strong library", carrying(bank, nil, []string{"libpangleflipped.so"}, nil, "RECORD_AUDIO"), []string{"ByteDance info inform low"}},
		{"on the phone itself", carrying(bank, []string{"com.huawei.hms.hmsscankit.ScanKitActivity"}, nil, []string{"com.huawei.hms.location", "com.huawei.hms.mlsdk"}, "CAMERA", "ACCESS_FINE_LOCATION"),
			[]string{"Huawei info inform moderate"}},
		{"the vendor's own app", carrying("com.tencent.mm", []string{"com.tencent.bugly.beta.ui.BetaActivity"}, nil, []string{"com.tencent.beacon"}, "RECORD_AUDIO"), nil},
		{"an app within the same reach", carrying("com.tencent.mm", nil, nil, []string{"com.bytedance.sdk.openadsdk.core"}, "RECORD_AUDIO"), []string{"ByteDance info inform moderate"}},
	} {
		var got []string
		for _, f := range codeFindings(t, c.inv, "none") {
			got = append(got, strings.Join([]string{f.Params["vendor"], string(f.Severity), string(f.Action), string(f.Confidence)}, " "))
			if f.Rule != RuleSDK || len(f.Chain) < 2 || f.Caveat == "" || f.Chain[0].To != f.Params["vendor"] {
				t.Errorf("%s: %+v", c.name, f)
			}
		}
		slices.Sort(got)
		slices.Sort(c.want)
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestCodeFindingsHaveTheirOwnIDs(t *testing.T) {
	inv := carrying("org.example.app", []string{"com.tencent.bugly.beta.ui.BetaActivity", "com.yandex.metrica.ConfigurationService"}, nil, nil)
	found := codeFindings(t, inv, "none")
	if len(found) != 2 || found[0].ID == found[1].ID {
		t.Errorf("%d findings, IDs %v", len(found), found)
	}
	again := codeFindings(t, inv, "none")
	if again[0].ID != found[0].ID || again[1].ID != found[1].ID {
		t.Error("the IDs change")
	}
}

// TestMeasureAboutCode: the measure of the Army about Pushwoosh concerns an app that carries its code, and says
// that it is no ban of the app.
func TestMeasureAboutCode(t *testing.T) {
	inv := carrying("org.example.app", []string{"com.pushwoosh.PushwooshService"}, nil, nil)
	var advice []Finding
	for _, f := range codeFindings(t, inv, "all") {
		if f.Rule == RuleAdvice {
			advice = append(advice, f)
		}
		if f.Rule == RuleBan {
			t.Errorf("a ban: %s", f.Title)
		}
	}
	if len(advice) != 1 || advice[0].Measures[0].Via != "sdk" || advice[0].Measures[0].Ban.ID == "" || !strings.Contains(advice[0].Reason, "not about this app") {
		t.Errorf("got %+v", advice)
	}
	if found := codeFindings(t, carrying("org.example.app", []string{"com.onesignal.Service"}, nil, nil), "all"); len(found) > 0 {
		t.Errorf("another vendor's code: %+v", found)
	}
}

// TestNoCodeOfUnverifiedStatesAboveInfo: doubt about a vendor's state travels into the finding.
func TestNoCodeOfUnverifiedStatesAboveInfo(t *testing.T) {
	n := 0
	for _, s := range loaded.SDKs() {
		if s.Local || s.Vendor != "" || s.Country.Verified {
			continue
		}
		var e [3][]string
		for _, g := range s.Signatures {
			switch g.Kind {
			case CodeComponent:
				e[0] = append(e[0], g.Value)
			case NativeLibrary:
				e[1] = append(e[1], g.Value)
			case CodePrefix:
				e[2] = append(e[2], g.Value)
			}
		}
		for _, f := range codeFindings(t, carrying("org.example.app", e[0], e[1], e[2], "RECORD_AUDIO"), "none") {
			if n++; f.Params["vendor"] == s.VendorName && (f.Severity != Info || f.Confidence != ConfidenceLow) {
				t.Errorf("%s: %s, %s", s.ID, f.Severity, f.Confidence)
			}
		}
	}
	if n < 50 {
		t.Errorf("%d findings only", n)
	}
}
