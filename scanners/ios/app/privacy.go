package app

import (
	"cmp"
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

// entitlements are the rights that a program claims.
func entitlements(rights map[string]any) []inventory.Entitlement {
	var list []inventory.Entitlement
	for name, v := range rights {
		list = append(list, inventory.Entitlement{Name: inventory.Text(name), Values: right(v)})
	}
	slices.SortFunc(list, func(a, b inventory.Entitlement) int { return cmp.Compare(a.Name, b.Name) })
	return list[:min(len(list), maxValues)]
}

// right is the value of a right: yes or no, a text, the elements of a list or the keys of a dictionary.
func right(v any) []string {
	switch v := v.(type) {
	case bool:
		if v {
			return []string{"true"}
		}
		return []string{"false"}
	case string:
		return []string{inventory.Text(v)}
	case []any:
		return short(plist.Texts(v))
	case map[string]any:
		keys := make([]string, 0, len(v))
		for k := range v {
			keys = append(keys, k)
		}
		slices.Sort(keys)
		return short(keys)
	}
	return nil
}
