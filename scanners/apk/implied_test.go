package apk

import (
	"slices"
	"strings"
	"testing"

	"quaestor/scanners/internal/apkmanifest"
	"quaestor/scanners/inventory"
)

func TestImplied(t *testing.T) {
	for _, tc := range []struct {
		asked  string
		target int
		code   string
		split  string
		want   string
	}{
		{"", 4, "", "", ""},
		{"", 3, "", "", "WRITE_EXTERNAL_STORAGE READ_PHONE_STATE READ_EXTERNAL_STORAGE ACCESS_MEDIA_LOCATION READ_MEDIA_AUDIO READ_MEDIA_VIDEO READ_MEDIA_IMAGES READ_MEDIA_VISUAL_USER_SELECTED"},
		{"", 0, "", "", "WRITE_EXTERNAL_STORAGE READ_PHONE_STATE READ_EXTERNAL_STORAGE ACCESS_MEDIA_LOCATION READ_MEDIA_AUDIO READ_MEDIA_VIDEO READ_MEDIA_IMAGES READ_MEDIA_VISUAL_USER_SELECTED"},
		{"", 0, "Baklava", "", ""},
		{"", 0, "", "config.nl", ""},
		{"READ_CONTACTS", 15, "", "", "READ_CALL_LOG"},
		{"READ_CONTACTS", 16, "", "", ""},
		{"ACCESS_FINE_LOCATION", 34, "", "", "ACCESS_COARSE_LOCATION"},
		{"ACCESS_FINE_LOCATION", 28, "", "", "ACCESS_COARSE_LOCATION ACCESS_BACKGROUND_LOCATION"},
		{"BLUETOOTH", 30, "", "", "BLUETOOTH_SCAN BLUETOOTH_CONNECT BLUETOOTH_ADVERTISE"},
		{"BLUETOOTH BLUETOOTH_CONNECT", 30, "", "", "BLUETOOTH_SCAN BLUETOOTH_ADVERTISE"},
		{"READ_MEDIA_IMAGES", 35, "", "", "READ_MEDIA_VISUAL_USER_SELECTED"},
	} {
		m := &apkmanifest.Manifest{TargetSDK: tc.target, TargetSDKCodename: tc.code, Split: tc.split}
		for _, name := range strings.Fields(tc.asked) {
			m.Permissions = append(m.Permissions, inventory.Permission{Name: prefix + name, Requested: true})
		}
		var got []string
		for _, p := range withImplied(m) {
			if p.Implied != !p.Requested {
				t.Errorf("%+v: %+v is neither asked for nor implied, or both", tc, p)
			}
			if p.Implied {
				got = append(got, strings.TrimPrefix(p.Name, prefix))
			}
		}
		if !slices.Equal(got, strings.Fields(tc.want)) {
			t.Errorf("asked %q, target %d%s: %q, want %q", tc.asked, tc.target, tc.code, got, tc.want)
		}
	}
}
