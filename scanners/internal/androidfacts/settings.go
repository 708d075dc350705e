package androidfacts

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"quaestor/scanners/internal/dumpsys"
	"quaestor/scanners/internal/lines"
	"quaestor/scanners/inventory"
)

// settings are the settings that tell about protection, by namespace and name.
var settings = []string{"global.adb_enabled", "global.adb_wifi_enabled", "global.development_settings_enabled", "global.package_verifier_enable",
	"global.package_verifier_user_consent", "global.verifier_verify_adb_installs", "global.http_proxy", "global.private_dns_mode", "global.private_dns_specifier",
	"secure.install_non_market_apps", "secure.default_input_method", "secure.accessibility_enabled", "secure.always_on_vpn_app", "secure.always_on_vpn_lockdown",
	"secure.sms_default_application", "secure.dialer_default_application", "secure.assistant", "secure.voice_interaction_service", "secure.autofill_service",
	"secure.credential_service", "secure.enabled_input_methods", "global.install_non_market_apps", "global.stay_on_while_plugged_in", "secure.lockscreen.disabled", "secure.user_setup_complete"}

// AddSettings states what `settings list NAMESPACE` says of the first user.
func (p *Phone) AddSettings(data []byte, namespace, file string) {
	p.AddUserSettings(data, namespace, "0", file)
}

// AddUserSettings states what `settings list --user USER NAMESPACE` says.
func (p *Phone) AddUserSettings(data []byte, namespace, user, file string) {
	n, read, last := 0, 0, true
	text := lines.Decode(data)
	for line := range bytes.Lines(text) {
		n++
		key, value, ok := strings.Cut(strings.TrimRight(string(line), "\r\n"), "=")
		if last = ok || strings.TrimSpace(string(line)) == ""; ok && isSetting(key) {
			read++
		}
		if !ok || value == "" || value == "null" {
			continue
		}
		name := namespace + "." + key
		if slices.Contains(settings, name) {
			p.property(userProperty(user, "settings."+name), value)
		}
		switch name {
		case "secure.enabled_accessibility_services":
			p.components("accessibility", value, file, n)
		case "secure.enabled_notification_listeners":
			p.components("notification-listener", value, file, n)
		case "secure.always_on_vpn_app":
			p.addTunnel(dumpsys.VPN{User: user, Package: value, AlwaysOn: true, Line: n}, file)
		}
	}
	if read == 0 || !last && !bytes.HasSuffix(text, []byte("\n")) {
		p.Gap(inventory.Gap{Subject: file, Kind: inventory.GapMalformed, Next: "Collect the settings again.",
			Detail: fmt.Sprintf("The settings are empty, cut short or not settings: %d were read.", read)})
	}
}

// isSetting reports whether s can be the name of a setting.
func isSetting(s string) bool {
	return s != "" && len(s) < 200 && strings.IndexFunc(s, func(r rune) bool { return r <= ' ' || r == 0x7f || r == utf8.RuneError }) < 0
}

func (p *Phone) components(kind, value, file string, line int) {
	for i, c := range strings.Split(value, ":") {
		if strings.Contains(c, "/") && i < 1000 {
			p.addPrivilege(dumpsys.Service{Kind: kind, Component: dumpsys.Component(c), Line: line}, file)
		}
	}
}
