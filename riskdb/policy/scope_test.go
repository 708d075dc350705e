package policy_test

import (
	"strings"
	"testing"
)

// TestScopes tells an exception for something from one for everything.
func TestScopes(t *testing.T) {
	const fault, warning, clean = "nothing but stars", "warning: ", ""
	for scope, want := range map[string]string{
		`devices: ["*"]`:                         fault,
		`apps: ["*"]`:                            fault,
		`apps: ["**"], devices: ["*", "phone"]`:  fault,
		`apps: ["*.*"]`:                          fault,
		`apps: ["com.example.app", "*"]`:         fault,
		`groups: [everyone]`:                     fault,
		`apps: ["com.*"]`:                        warning + `"com.*" covers every app`,
		`apps: ["com*"]`:                         warning,
		`apps: ["*.com"]`:                        warning,
		`products: [tiktok], apps: ["*"]`:        warning,
		`products: [tiktok], devices: ["*"]`:     warning,
		`devices: ["android-*"], rules: [ban]`:   warning + `"android-*" covers every device`,
		`apps: ["com.example.*"]`:                clean,
		`apps: ["firefox*"]`:                     clean,
		`devices: ["phone-of-the-press-*"]`:      clean,
		`groups: [press]`:                        clean,
		`products: [tiktok], groups: [everyone]`: clean,
		`rules: [""]`:                            "an empty name",
		`rules: [no-such-rule]`:                  `there is no rule "no-such-rule"`,
		`rules: [be/no-such-rule]`:               `there is no rule "be/no-such-rule"`,
		`products: [tiktok], until: 2027-11-22`:  clean,
		`products: [tiktok], until: 2027-11-23`:  warning + "the exception lasts until 2027-11-23, more than a year ahead",
	} {
		until := ", until: 2027-06-30"
		if strings.Contains(scope, "until") {
			until = ""
		}
		got := problems(t, "groups:\n- {id: everyone, devices: [\"*\"]}\n- {id: press, devices: [press-1]}\nexceptions:\n- {id: e, approved_by: a, reason: r"+until+", "+scope+"}\n")
		if want == clean && got != "" || !strings.Contains(got, want) || got != "" && !strings.HasPrefix(got, "p.yaml:5:") || want != fault && strings.Contains(got, fault) {
			t.Errorf("%s: got %q, want %q", scope, got, want)
		}
	}
}
