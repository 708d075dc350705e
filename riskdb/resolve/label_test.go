package resolve

import "testing"

func TestContradicts(t *testing.T) {
	tiktok := []string{"TikTok", "抖音国际版", "Tik Tok", "ByteDance"}
	const pkg = "com.zhiliaoapp.musically"
	for _, c := range []struct {
		label, identifier string
		names             []string
		want              bool
	}{
		{"Totally other app", pkg, tiktok, true},
		{"LMC 8.4", "com.ss.android.ugc.aweme", []string{"Douyin", "抖音", "ByteDance"}, true},
		{"Momogram", "org.telegram.messenger", []string{"Telegram", "Telegram FZ-LLC"}, true},
		{"WhatsApp", pkg, tiktok, true},

		{"TikTok", pkg, tiktok, false},
		{"TikTok Lite", pkg, tiktok, false},
		{"Tik Tok", pkg, tiktok, false},
		{"TIKTOK MOD", pkg, tiktok, false},
		{"musical.ly", pkg, tiktok, false}, // an older name, of which the package name tells
		{"抖音", pkg, tiktok, false},
		{"抖音 Douyin", pkg, tiktok, false}, // two scripts: cannot be compared
		{"ТикТок", pkg, tiktok, false},    // another script
		{"", pkg, tiktok, false},
		{"8.4", pkg, tiktok, false},
		{"App", pkg, tiktok, false},
		{"Mobile", pkg, tiktok, false},
		{pkg, pkg, tiktok, false},
		{"COM.ZHILIAOAPP.MUSICALLY", pkg, tiktok, false},
		{"ByteDance Video", pkg, tiktok, false},
		{"QQ", "com.tencent.mobileqq", []string{"QQ", "Tencent Holdings"}, false},
		{"HMS Core", "com.huawei.hwid", []string{"Huawei Mobile Services"}, false},
		{"Optimiser", "com.huawei.systemmanager", []string{"Huawei Optimizer"}, false},
		{"wetv", "com.tencent.qqlivei18n", []string{"WeTV"}, false},
		{"Totally other app", pkg, []string{"抖音"}, false}, // no name to compare with
	} {
		if got := Contradicts(c.label, c.identifier, c.names); got != c.want {
			t.Errorf("%q as %s of %q: contradicts %v", c.label, c.identifier, c.names, got)
		}
	}
}
