package app

import (
	"slices"
	"strings"

	"quaestor/scanners/internal/plist"
	"quaestor/scanners/inventory"
)

// privacyManifest takes what PrivacyInfo.xcprivacy states.
func privacyManifest(rel string, d map[string]any) *inventory.PrivacyManifest {
	m := &inventory.PrivacyManifest{File: inventory.Text(rel), Tracking: plist.Bool(d, "NSPrivacyTracking")}
	for _, host := range plist.Texts(d, "NSPrivacyTrackingDomains") {
		if host = strings.ToLower(strings.TrimSpace(host)); host != "" && len(m.TrackingDomains) < maxValues {
			m.TrackingDomains = append(m.TrackingDomains, inventory.Text(host))
		}
	}
	slices.Sort(m.TrackingDomains)
	m.TrackingDomains = slices.Compact(m.TrackingDomains)
	for _, c := range plist.List(d, "NSPrivacyCollectedDataTypes") {
		kind := plist.Text(c, "NSPrivacyCollectedDataType")
		if kind == "" || len(m.Collected) >= maxValues {
			continue
		}
		m.Collected = append(m.Collected, inventory.CollectedData{Type: inventory.Text(kind), Linked: plist.Bool(c, "NSPrivacyCollectedDataTypeLinked"),
			Tracking: plist.Bool(c, "NSPrivacyCollectedDataTypeTracking"), Purposes: short(plist.Texts(c, "NSPrivacyCollectedDataTypePurposes"))})
	}
	for _, c := range plist.List(d, "NSPrivacyAccessedAPITypes") {
		category := plist.Text(c, "NSPrivacyAccessedAPIType")
		if category == "" || len(m.Reasons) >= maxValues {
			continue
		}
		m.Reasons = append(m.Reasons, inventory.ReasonedAPI{Category: inventory.Text(category), Reasons: short(plist.Texts(c, "NSPrivacyAccessedAPITypeReasons"))})
	}
	return m
}

// short is a list of texts, each once.
func short(list []string) []string {
	out := texts(list[:min(len(list), maxValues)])
	slices.Sort(out)
	return slices.Compact(out)
}
