package riskdb

import (
	"slices"
	"strings"
	"testing"
)

func TestExplainCode(t *testing.T) {
	for _, c := range []struct {
		text, kind, id string
		says           []string
	}{
		{"libmmkv.so", "sdk", "mmkv", []string{"never a finding", "native-library libmmkv.so (weak)"}},
		{"lib/arm64-v8a/libBugly.so", "sdk", "bugly", []string{"Tencent Holdings", "state CN"}},
		{"com.bytedance.sdk.openadsdk.core.Foo", "sdk", "pangle-csj", []string{"code-prefix com.bytedance.sdk.openadsdk (strong)"}},
		{"pangle-csj", "sdk", "pangle-csj", []string{"ByteDance"}},
		{"Agora", "sdk", "agora", []string{"Agora, state CN"}},
		{"com.tencent.mmkv", "lookalike", "com.tencent.mmkv", []string{"open source no service"}},
		{"log.amemv.com", "vendor-domains", "bytedance", []string{`"log.amemv.com" is one of`}},
		{"com.unity3d.ads", "tracker", "exodus-121", []string{"Open Database License"}},
		{"io.sentry", "tracker", "exodus-447", []string{"Open Database License"}},
		{"com.facebook.appevents.AppEventsLogger", "tracker", "exodus-66", []string{"Open Database License"}},
		{"dji.sdk.sdkmanager", "sdk", "dji-mobile-sdk", []string{"DJI", "state CN"}},
		{"com.dji", "sdk", "dji-mobile-sdk", []string{"Never use com.dji alone"}},
		{"exodus-363", "tracker", "exodus-363", []string{"Open Database License", "com.bykv.vk.openvk."}},
	} {
		entries := loaded.Explain(c.text, today)
		i := slices.IndexFunc(entries, func(e Entry) bool { return e.Kind == c.kind && e.ID == c.id })
		if i < 0 {
			t.Errorf("%s: no %s %s among %d entries", c.text, c.kind, c.id, len(entries))
			continue
		}
		var text strings.Builder
		for _, f := range entries[i].Facts {
			text.WriteString(f.Label + ": " + f.Text + "\n")
		}
		for _, want := range c.says {
			if !strings.Contains(text.String(), want) {
				t.Errorf("%s: %q is not in\n%s", c.text, want, text.String())
			}
		}
	}
	if found := loaded.Explain("com.tencentmusic.example", today); len(found) > 0 {
		t.Errorf("a package of nobody's: %+v", found)
	}
	for _, e := range loaded.Explain("libBugly.so", today) {
		for _, f := range e.Facts {
			if f.Label == "Mark" && (f.Verified == "" || f.Section != SectionMarks) {
				t.Errorf("a mark without what it rests on: %+v", f)
			}
		}
	}
}
