package apkmanifest

import (
	"slices"
	"strings"
	"testing"

	"quaestor/scanners/internal/axml"
	"quaestor/scanners/inventory"
)

// with makes a component with one intent filter: actions, categories after "+", data attributes after "/".
func with(kind, name, permission string, parts ...string) []*axml.Element {
	out := []*axml.Element{el(3, kind, "name", name, "permission", permission), el(4, "intent-filter")}
	for _, p := range parts {
		switch {
		case strings.HasPrefix(p, "+"):
			out = append(out, el(5, "category", "name", category+p[1:]))
		case strings.HasPrefix(p, "/"):
			attr, value, _ := strings.Cut(p[1:], "=")
			out = append(out, el(5, "data", attr, value))
		default:
			out = append(out, el(5, "action", "name", p))
		}
	}
	return out
}

func TestRoles(t *testing.T) {
	const perm = "android.permission."
	dialer := slices.Concat(
		with("activity", "Dial", "", "android.intent.action.DIAL"),
		with("activity", "DialNumber", "", "android.intent.action.DIAL", "/scheme=tel"),
		with("service", "Calls", bind+"INCALL_SERVICE", "android.telecom.InCallService"))
	callUI := el(4, "meta-data", "name", "android.telecom.IN_CALL_SERVICE_UI", "value", "true")
	sms := slices.Concat(
		with("receiver", "Sms", perm+"BROADCAST_SMS", "android.provider.Telephony.SMS_DELIVER"),
		with("receiver", "Push", perm+"BROADCAST_WAP_PUSH", "android.provider.Telephony.WAP_PUSH_DELIVER", "/mimeType=application/vnd.wap.mms-message"),
		with("service", "Reply", perm+"SEND_RESPOND_VIA_MESSAGE", "android.intent.action.RESPOND_VIA_MESSAGE", "/scheme=smsto"),
		with("activity", "Write", "", "android.intent.action.SENDTO", "/scheme=sms"))
	for name, tc := range map[string]struct {
		elements []*axml.Element
		want     string // components and their roles
	}{
		"vpn":                {with("service", "S", bind+"VPN_SERVICE", "android.net.VpnService"), "S:vpn"},
		"without permission": {with("service", "S", "", "android.net.VpnService"), ""},
		"other permission":   {with("service", "S", bind+"INPUT_METHOD", "android.net.VpnService"), ""},
		"other kind":         {with("receiver", "S", bind+"VPN_SERVICE", "android.net.VpnService"), ""},
		"home":               {with("activity", "A", "", actionMain, "+HOME", "+DEFAULT"), "A:home"},
		"launcher alias":     {with("activity-alias", "A", "", actionMain, "+LAUNCHER"), "A:launcher"},
		"browser":            {with("activity", "A", "", actionView, "+BROWSABLE", "/scheme=http", "/scheme=https"), "A:browser"},
		"one site":           {with("activity", "A", "", actionView, "+BROWSABLE", "/scheme=http", "/scheme=https", "/host=a.eu"), ""},
		"sharing":            {with("activity", "A", "", "android.intent.action.SEND", "/mimeType=*/*"), "A:sharing"},
		"boot":               {with("receiver", "R", "", "android.intent.action.BOOT_COMPLETED"), "R:boot"},
		"dialer":             {append(slices.Clone(dialer), callUI), "Dial:dialer DialNumber:dialer Calls:in-call,dialer"},
		"calls not shown":    {dialer, "Calls:in-call"},
		"sms":                {sms, "Sms:sms Push:sms Reply:sms Write:sms"},
		"sms without answer": {slices.Delete(slices.Clone(sms), 7, 11), ""},
	} {
		t.Run(name, func(t *testing.T) {
			m := build(t, append([]*axml.Element{el(1, "manifest", "package", "p"), el(2, "application")}, tc.elements...)...)
			var got []string
			for _, c := range m.Components {
				if len(c.Roles) > 0 {
					got = append(got, strings.TrimPrefix(c.Name, "p.")+":"+strings.Join(c.Roles, ","))
				}
			}
			if s := strings.Join(got, " "); s != tc.want {
				t.Errorf("%q, want %q", s, tc.want)
			}
		})
	}
}

func TestLinks(t *testing.T) {
	for name, tc := range map[string]struct {
		data []string
		want []inventory.DeepLink
	}{
		"no scheme":          {[]string{"host=a.eu"}, nil},
		"scheme alone":       {[]string{"scheme=x", "path=/not/looked/at"}, []inventory.DeepLink{{Scheme: "x"}}},
		"host and paths":     {[]string{"scheme=x", "host=*.a.eu", "path=/p", "pathPattern=/.*q", "pathSuffix=r"}, []inventory.DeepLink{{Scheme: "x", Host: "*.a.eu", Path: "/p"}, {Scheme: "x", Host: "*.a.eu", Path: "/.*q"}, {Scheme: "x", Host: "*.a.eu", Path: "*r"}}},
		"each with each":     {[]string{"scheme=x", "scheme=y", "host=a", "host=b"}, []inventory.DeepLink{{Scheme: "x", Host: "a"}, {Scheme: "x", Host: "b"}, {Scheme: "y", Host: "a"}, {Scheme: "y", Host: "b"}}},
		"the same more than": {[]string{"scheme=x", "scheme=x", "host=a", "host=a"}, []inventory.DeepLink{{Scheme: "x", Host: "a"}}},
	} {
		for i := range tc.data {
			tc.data[i] = "/" + strings.TrimPrefix(tc.data[i], "/")
		}
		m := build(t, slices.Concat([]*axml.Element{el(1, "manifest", "package", "p"), el(2, "application")}, with("activity", "A", "", append([]string{"act"}, tc.data...)...))...)
		if !slices.Equal(m.Components[0].Links, tc.want) {
			t.Errorf("%s: %+v, want %+v", name, m.Components[0].Links, tc.want)
		}
	}
	closed := with("activity", "A", "", actionView, "/scheme=x")
	closed[0].Attrs = append(closed[0].Attrs, axml.Attr{Name: "exported", Value: "false"})
	if m := build(t, slices.Concat([]*axml.Element{el(1, "manifest", "package", "p"), el(2, "application")}, closed)...); m.Components[0].Links != nil {
		t.Errorf("a closed component has links: %+v", m.Components[0].Links)
	}
}

// TestLinkLimit: filters that multiply end at a limit, and say so.
func TestLinkLimit(t *testing.T) {
	elements := []*axml.Element{el(1, "manifest", "package", "p"), el(2, "application"), el(3, "activity", "name", "A"), el(4, "intent-filter")}
	for i := range 150 {
		n := strings.Repeat("x", i+1)
		elements = append(elements, el(5, "data", "scheme", n, "host", n, "path", n))
	}
	m := build(t, elements...)
	if n := len(m.Components[0].Links); n != maxFilters || len(m.Cut) == 0 {
		t.Errorf("%d links, cut %q", n, m.Cut)
	}
}

// TestTruth: of texts, the platform takes three for true.
func TestTruth(t *testing.T) {
	for _, tc := range []struct {
		value string
		text  bool
		want  bool
	}{
		{"true", false, true}, {"false", false, false}, {"0", false, false}, {"5", false, true}, {"0xffffffff", false, true},
		{"true", true, true}, {"TRUE", true, true}, {"1", true, true}, {"5", true, false}, {"yes", true, false},
	} {
		e := &axml.Element{Attrs: []axml.Attr{{Name: "debuggable", Value: tc.value, Text: tc.text}}}
		if got := newBuilder(nil).truth(e, "debuggable", false); got != tc.want {
			t.Errorf("%+v: %v", tc, got)
		}
	}
	e := &axml.Element{Attrs: []axml.Attr{{Name: "label", Value: "@7f010001", Text: true}}}
	if got := newBuilder(nil).text(e, "label"); got != "@7f010001" {
		t.Errorf("a text that looks like a reference is %q", got)
	}
}

func TestProtection(t *testing.T) {
	for level, want := range map[uint32]string{0: "normal", 1: "dangerous", 2: "signature", 3: "signature|privileged", 0x12: "signature|privileged",
		4: "internal", 0x2000011: "dangerous|privileged|recents", 9: "unknown"} {
		if got := protection(level); got != want {
			t.Errorf("%#x: %q, want %q", level, got, want)
		}
	}
}
