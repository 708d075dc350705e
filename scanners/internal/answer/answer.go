// Package answer tells of a text that is no export what a service answered instead: an error, a web page, a list with nothing in it, or
// nothing at all.
//
// The forms of errors are those of Microsoft Graph and Google ({"error": …}), Jamf Pro ({"httpStatus": …, "errors": […]}), Workspace ONE
// ({"errorCode": …, "message": …}), Fleet ({"message": …, "errors": […]}) and OAuth ({"error": "invalid_grant", "error_description": …}).
//
// What the package cannot see: whether a list that is empty was to hold anything.
package answer

import (
	"bytes"
	"cmp"
	"strings"

	"quaestor/scanners/internal/jsonpart"
)

// Answer is what came in place of an export.
type Answer struct {
	What  string // in a few words: "an error answer of Microsoft Graph: …"
	Next  string // what to do, in a sentence
	Empty bool   // a list without elements, which the last page of an export may be
	Page  bool   // a page of the web
	Login bool   // a page to sign in on
}

// maxMessage is how much of a message is shown.
const maxMessage = 300

// Of tells what a whole text is, and whether it is such an answer. Of a text that was cut off, only web pages are told.
func Of(text []byte, whole bool) (Answer, bool) {
	text = bytes.TrimSpace(bytes.TrimPrefix(text, []byte("\xef\xbb\xbf")))
	switch {
	case whole && len(bytes.Trim(text, "\x00")) == 0:
		return Answer{What: "empty", Next: "Export it again, and copy the whole file."}, true
	case isPage(text):
		login := isLogin(text)
		what := "a web page, perhaps a sign-in page in place of a download"
		if login {
			what = "a web page to sign in on, in place of a download"
		}
		return Answer{What: what, Next: "Sign in and export again, as CSV or JSON.", Page: true, Login: login}, true
	case !whole:
	case text[0] == '[' && string(bytes.Join(bytes.Fields(text), nil)) == "[]":
		return emptyList(""), true
	case text[0] == '{':
		return object(jsonpart.Value(text))
	}
	return Answer{}, false
}

func emptyList(name string) Answer {
	if name != "" {
		name = ` "` + name + `"`
	}
	return Answer{What: "a list" + name + " with nothing in it: the export lists no device", Next: "Check the filter of the export, and the rights of who made it.", Empty: true}
}

// isPage reports whether a text begins like a page of the web, perhaps behind a comment or the mark of XML.
func isPage(text []byte) bool {
	start := strings.ToLower(string(text[:min(len(text), 2048)]))
	for range 4 {
		end := ""
		switch {
		case strings.HasPrefix(start, "<!--"):
			end = "-->"
		case strings.HasPrefix(start, "<?xml"):
			end = "?>"
		}
		_, rest, ok := strings.Cut(start, end)
		if end == "" || !ok {
			break
		}
		start = strings.TrimSpace(rest)
	}
	for _, begin := range []string{"<!doctype html", "<html", "<head>", "<head ", "<body"} {
		if strings.HasPrefix(start, begin) {
			return true
		}
	}
	return false
}

// marks are what only pages to sign in on have: a field for a password, a form that goes to who knows the accounts.
var marks = []string{`type="password"`, `type='password'`, "type=password", `name="samlrequest"`, `action="https://login.`, `action="https://accounts.google.com/`, "https://login.microsoftonline.com/common/"}

// titles are what such pages are called.
var titles = []string{"sign in", "sign-in", "signin", "log in", "login", "log on", "logon", "single sign", "anmelden", "anmeldung", "connexion", "se connecter", "aanmelden", "inloggen", "iniciar sesi", "accedi", "authenti"}

// isLogin reports whether a page of the web is one to sign in on.
func isLogin(page []byte) bool {
	small := bytes.ToLower(page[:min(len(page), 256<<10)])
	for _, m := range marks {
		if bytes.Contains(small, []byte(m)) {
			return true
		}
	}
	_, rest, ok := bytes.Cut(small, []byte("<title"))
	_, rest, _ = bytes.Cut(rest, []byte(">"))
	title, _, ended := bytes.Cut(rest, []byte("<"))
	for _, t := range titles {
		if ok && ended && bytes.Contains(title, []byte(t)) {
			return true
		}
	}
	return false
}

// members are what an object has.
type members map[string]jsonpart.Value

func (m members) has(names ...string) bool {
	for _, name := range names {
		if _, ok := m[name]; !ok {
			return false
		}
	}
	return true
}

// text is a member that is a text, a number or true or false; "" for any other.
func text(v jsonpart.Value) string {
	if s, ok := v.Text(); ok {
		return strings.TrimSpace(s)
	}
	if len(v) == 0 || v[0] == '{' || v[0] == '[' || string(v) == "null" {
		return ""
	}
	return string(v)
}

// maxMembers is how many members an answer has at most that holds no export.
const maxMembers = 24

// object tells of an object what it is in place of an export.
func object(v jsonpart.Value) (Answer, bool) {
	m := members{}
	err := v.Fields(func(name string, value jsonpart.Value) bool {
		m[name] = value
		return len(m) <= maxMembers
	})
	if err != nil || len(m) > maxMembers {
		return Answer{}, false
	}
	if who, message := failure(m); who != "" {
		what := "an error answer of " + who
		if message != "" {
			what += ": " + message
		}
		return Answer{What: cut(what), Next: "Mend what the message says (often the sign-in or its rights), and export again."}, true
	}
	return nothing(m)
}

// failure tells whose error an object is, and what it says.
func failure(m members) (who, message string) {
	switch inner := m["error"]; {
	case len(inner) > 0 && inner[0] == '{':
		code, says, status := text(inner.Get("code")), text(inner.Get("message")), text(inner.Get("status"))
		switch {
		case code == "" || says == "" && len(inner.Get("message")) == 0:
			return "", ""
		case status != "" || strings.Trim(code, "0123456789") == "":
			return "a Google service", joined(cmp.Or(status, code), says)
		}
		return "Microsoft Graph", joined(code, says)
	case text(inner) != "" && m.has("error_description"):
		return "the sign-in", joined(text(inner), text(m["error_description"]))
	case m.has("httpStatus", "errors"):
		return "Jamf Pro", joined(text(m["httpStatus"]), first(m["errors"], "code", "description"))
	case m.has("errorCode", "message"):
		return "Workspace ONE", joined(text(m["errorCode"]), text(m["message"]))
	case m.has("message", "errors") && m["errors"].IsArray():
		return "Fleet", joined(text(m["message"]), first(m["errors"], "name", "reason"))
	}
	return "", ""
}

// first is what the first of a list of errors says.
func first(list jsonpart.Value, names ...string) (says string) {
	_ = list.Items(func(v jsonpart.Value) bool {
		for _, name := range names {
			says = joined(says, text(v.Get(name)))
		}
		return false
	})
	return says
}

func joined(x, y string) string {
	if x == "" || y == "" {
		return x + y
	}
	return x + " " + y
}

func cut(s string) string {
	if len(s) > maxMessage {
		return strings.ToValidUTF8(s[:maxMessage], "") + "…"
	}
	return s
}

// lists are the members in which exports list devices and apps.
var lists = []string{"value", "values", "Values", "devices", "Devices", "mobiledevices", "chromeosdevices", "browsers", "installedApps", "hosts", "results", "computers", "mobile_devices", "software", "software_titles"}

// nothing tells of an object that it is an answer without anything in it.
func nothing(m members) (Answer, bool) {
	if len(m) == 0 {
		return emptyList(""), true
	}
	for _, name := range lists {
		if v, ok := m[name]; ok && v.IsArray() && string(bytes.Join(bytes.Fields(v), nil)) == "[]" {
			return emptyList(name), true
		}
	}
	return Answer{}, false
}
