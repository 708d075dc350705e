package answer

import (
	"strings"
	"testing"
)

// TestOf: what a service answers in place of an export is told in its own words, and an export is none.
func TestOf(t *testing.T) {
	for text, want := range map[string]string{
		`{"error":{"code":"InvalidAuthenticationToken","message":"Access token has expired.","innerError":{"date":"2026-11-01T00:00:00"}}}`: "an error answer of Microsoft Graph: InvalidAuthenticationToken Access token has expired.",
		`{"error":{"code":401,"message":"Request had invalid authentication credentials.","status":"UNAUTHENTICATED"}}`:                     "an error answer of a Google service: UNAUTHENTICATED Request had",
		`{"error":"invalid_grant","error_description":"AADSTS70008"}`:                                                                       "an error answer of the sign-in: invalid_grant AADSTS70008",
		`{"httpStatus":401,"errors":[{"code":"INVALID_TOKEN","description":"Unauthorized","id":"0","field":null}]}`:                         "an error answer of Jamf Pro: 401 INVALID_TOKEN Unauthorized",
		`{"errorCode":1005,"message":"User is not authorized","activityId":"x"}`:                                                            "an error answer of Workspace ONE: 1005 User is not authorized",
		`{"message":"Authentication required","errors":[{"name":"base","reason":"Authentication required"}]}`:                               "an error answer of Fleet: Authentication required base",
		"":                                   "empty",
		" \r\n\t":                            "empty",
		"\xef\xbb\xbf":                       "empty",
		"\n<!DOCTYPE html><html><title>Sign": "a web page",
		"<!-- x --><HTML lang=en>":           "a web page",
		`<?xml version="1.0"?><!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN">`: "a web page",
		`{"devices": [ ]}`:           `a list "devices" with nothing in it`,
		`{"value":[]}`:               `a list "value" with nothing in it`,
		`{}`:                         "a list with nothing in it",
		` [ ] `:                      "a list with nothing in it",
		`{"value":[{"id":"1"}]}`:     "",
		`[{"id":1}]`:                 "",
		`{"error":null,"value":[1]}`: "",
		`{"message":"hello"}`:        "",
		`{"error":{"code":"x"`:       "",
		`DeviceId,DeviceName`:        "",
		`<?xml version="1.0"?><!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN"><plist/>`: "",
	} {
		got, ok := Of([]byte(text), true)
		if ok != (want != "") || !strings.HasPrefix(got.What, want) || ok && got.Next == "" {
			t.Errorf("%q: %+v, want %q", text, got, want)
		}
	}
	for page, want := range map[string]bool{
		`<html><head><title>Sign in to your account</title>`:                true,
		`<html><body><form action=/x><input type="password" name=p></form>`: true,
		`<!DOCTYPE html><html><TITLE lang=de>Anmelden – Portal</TITLE>`:     true,
		`<html><title>Report</title><p>Sign in and export again.</p>`:       false,
		`<html><title`: false,
	} {
		if got, ok := Of([]byte(page), true); !ok || !got.Page || got.Login != want {
			t.Errorf("%s: %+v", page, got)
		}
	}
	if _, ok := Of([]byte(`{"devices":[]}`), false); ok {
		t.Error("of a beginning nobody knows what follows")
	}
}

func FuzzOf(f *testing.F) {
	f.Add([]byte(`{"error":{"code":401,"message":"x"}}`))
	f.Add([]byte("<!-- <?xml"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if a, ok := Of(b, true); ok && (a.What == "" || len(a.What) > maxMessage+8) {
			t.Errorf("%+v", a)
		}
	})
}
