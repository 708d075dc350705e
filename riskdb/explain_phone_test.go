package riskdb

import (
	"strings"
	"testing"
)

func TestExplainPhones(t *testing.T) {
	text := func(id string) string {
		var b strings.Builder
		for _, e := range loaded.Explain(id, today) {
			b.WriteString(e.Kind + " " + e.ID + ": " + e.Title + "\n")
			for _, f := range e.Facts {
				b.WriteString(f.Label + ": " + f.Text + " " + f.Verified + "\n")
			}
		}
		return b.String()
	}
	for id, want := range map[string]string{
		"traces":                "store-update: recorded by the store.",
		"store-update":          "Moderate within 31 days",
		"store-purchase":        "Low: it leaves open",
		"device-posture":        "The bootloader is unlocked (android, high): ro.boot.verifiedbootstate is orange; ro.boot.flash.locked is 0; ro.boot.vbmeta.device_state is unlocked yes",
		"configuration-profile": "com.apple.proxy.http.global: sends its web traffic through a proxy yes",
		"kTCCServiceCamera":     "camera",
	} {
		if got := text(id); !strings.Contains(got, want) {
			t.Errorf("%s does not say %q:\n%s", id, want, got)
		}
	}
}
