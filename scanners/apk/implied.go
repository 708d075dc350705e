package apk

import (
	"quaestor/scanners/internal/apkmanifest"
	"quaestor/scanners/inventory"
)

// split is a permission that was once part of another: an app that asks for the old one and targets an
// API level below until gets the new ones too.
type split struct {
	old   string
	until int
	new   []string
}

const anyTarget = 1 << 30

// splits are the platform's rules (platform.xml of Android 16), in the order in which they are applied, so
// that a permission which one rule adds can be the old one of a later rule. Rules behind a feature flag are
// left out.
var splits = []split{
	{"ACCESS_FINE_LOCATION", anyTarget, []string{"ACCESS_COARSE_LOCATION"}},
	{"WRITE_EXTERNAL_STORAGE", anyTarget, []string{"READ_EXTERNAL_STORAGE"}},
	{"READ_PRIVILEGED_PHONE_STATE", anyTarget, []string{"READ_PHONE_STATE"}},
	{"READ_CONTACTS", 16, []string{"READ_CALL_LOG"}},
	{"WRITE_CONTACTS", 16, []string{"WRITE_CALL_LOG"}},
	{"ACCESS_FINE_LOCATION", 29, []string{"ACCESS_BACKGROUND_LOCATION"}},
	{"ACCESS_COARSE_LOCATION", 29, []string{"ACCESS_BACKGROUND_LOCATION"}},
	{"READ_EXTERNAL_STORAGE", 29, []string{"ACCESS_MEDIA_LOCATION"}},
	{"BLUETOOTH", 31, []string{"BLUETOOTH_SCAN", "BLUETOOTH_CONNECT", "BLUETOOTH_ADVERTISE"}},
	{"BLUETOOTH_ADMIN", 31, []string{"BLUETOOTH_SCAN", "BLUETOOTH_CONNECT", "BLUETOOTH_ADVERTISE"}},
	{"BODY_SENSORS", 33, []string{"BODY_SENSORS_BACKGROUND"}},
	{"BODY_SENSORS", 36, []string{"health.READ_HEART_RATE"}},
	{"BODY_SENSORS_BACKGROUND", 36, []string{"health.READ_HEALTH_DATA_IN_BACKGROUND"}},
	{"READ_EXTERNAL_STORAGE", 33, []string{"READ_MEDIA_AUDIO", "READ_MEDIA_VIDEO", "READ_MEDIA_IMAGES"}},
	{"READ_MEDIA_IMAGES", anyTarget, []string{"READ_MEDIA_VISUAL_USER_SELECTED"}},
	{"READ_MEDIA_VIDEO", anyTarget, []string{"READ_MEDIA_VISUAL_USER_SELECTED"}},
	{"ACCESS_MEDIA_LOCATION", anyTarget, []string{"READ_MEDIA_VISUAL_USER_SELECTED"}},
}

const prefix = "android.permission."

// donut is the first API level at which storage and phone state had to be asked for.
const donut = 4

// withImplied returns the permissions asked for and those the platform adds because of an old target.
func withImplied(m *apkmanifest.Manifest) []inventory.Permission {
	out := m.Permissions
	have := make(map[string]bool, len(out))
	for i := range out {
		have[out[i].Name] = true
	}
	imply := func(names ...string) {
		for _, n := range names {
			if n = prefix + n; !have[n] {
				have[n] = true
				out = append(out, inventory.Permission{Name: n, Implied: true})
			}
		}
	}
	if m.Split != "" {
		return out // the platform decides by the base's target
	}
	target := effectiveTarget(m)
	if target < donut {
		imply("WRITE_EXTERNAL_STORAGE", "READ_PHONE_STATE")
	}
	for _, s := range splits {
		if target < s.until && have[prefix+s.old] {
			imply(s.new...)
		}
	}
	return out
}

// effectiveTarget is the level the platform behaves by: the target, else the minimum, else 1. A codename
// stands for a level newer than all rules.
func effectiveTarget(m *apkmanifest.Manifest) int {
	switch {
	case m.TargetSDKCodename != "":
		return anyTarget - 1
	case m.TargetSDK > 0:
		return m.TargetSDK
	case m.MinSDKCodename != "":
		return anyTarget - 1
	}
	return max(m.MinSDK, 1)
}
