package webext

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const mixed = `{ // a comment, which browsers allow
 "manifest_version": 2, "name": "__MSG_AppName__ (beta)", "Name": "wrong case", "version": "1.2", "default_locale": "pt-BR", "author": "A. Author",
 "homepage_url": "https://h.example", "update_url": "https://u.example/x", "key": "AAAA",
 "permissions": ["tabs", "<all_urls>", "https://a.example/*", {"fileSystem": ["write"]}, 7],
 "optional_permissions": ["history", "*://b.example/*"],
 "host_permissions": ["https://c.example/*"], "optional_host_permissions": ["https://d.example/*"],
 "content_scripts": [{"matches": ["https://e.example/*"], "js": ["x.js"]}, {"js": []}, 3],
 "applications": {"gecko": {"id": "x@example"}}
}`

func TestParse(t *testing.T) {
	got, err := Parse([]byte(mixed))
	if err != nil {
		t.Fatal(err)
	}
	want := Manifest{ManifestVersion: 2, Name: "__MSG_AppName__ (beta)", Version: "1.2", Author: "A. Author", Homepage: "https://h.example",
		UpdateURL: "https://u.example/x", DefaultLocale: "pt-BR", Key: "AAAA", Gecko: "x@example", Type: "extension",
		API: []string{"tabs", "fileSystem"}, OptionalAPI: []string{"history"},
		Hosts:         []string{"<all_urls>", "https://a.example/*", "https://c.example/*", "https://e.example/*"},
		OptionalHosts: []string{"*://b.example/*", "https://d.example/*"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestTypes(t *testing.T) {
	for text, want := range map[string]string{
		`{"name":"x"}`: "extension", `{"theme":{}}`: "theme", `{"app":{"launch":{"web_url":"https://x"}}}`: "hosted-app",
		`{"app":{"background":{}}}`: "app", `{"langpack_id":"de"}`: "language-pack", `{"dictionaries":{}}`: "dictionary", `{"export":{}}`: "module",
	} {
		if m, err := Parse([]byte(text)); m.Type != want || err != nil {
			t.Errorf("%s: %q, %v", text, m.Type, err)
		}
	}
}

func TestLongLists(t *testing.T) {
	m, err := Parse([]byte(`{"permissions":[` + strings.Repeat(`"tabs",`, maxList+1) + `]}`))
	if err != nil || len(m.API) != maxList || !m.Cut {
		t.Errorf("%d permissions, cut %v, %v", len(m.API), m.Cut, err)
	}
	for _, s := range []string{"", "[]", "null", `{"name":`, `{"a" "b"}`} {
		if _, err := Parse([]byte(s)); err == nil {
			t.Errorf("%q is taken for a manifest", s)
		}
	}
}

func TestLocalise(t *testing.T) {
	files := map[string]string{
		"_locales/pt_BR/messages.json": `{"appname":{"message":"Nome $1 __MSG_other__","placeholders":{}},"other":{"message":"never"},"OWN":{"message":"\u00e9"}}`,
		"_locales/en/messages.json":    `{"appName":{"message":"English"}}`,
	}
	read := func(name string) ([]byte, error) {
		if s, ok := files[name]; ok {
			return []byte(s), nil
		}
		return nil, fmt.Errorf("%q: %w", name, errors.ErrUnsupported)
	}
	for _, c := range []struct{ text, locale, want string }{
		{"plain", "pt_BR", "plain"},
		{"__MSG_AppName__ (beta)", "pt-BR", "Nome $1 __MSG_other__ (beta)"},
		{"__MSG_own__-__MSG_gone__", "pt_BR", "é-__MSG_gone__"},
		{"__MSG_appName__", "xx", "English"},
		{"__MSG_appName__", "../../etc", "English"},
		{"__MSG_open", "en", "__MSG_open"},
	} {
		if got := Localise(c.text, c.locale, read); got != c.want {
			t.Errorf("%q in %q: %q, want %q", c.text, c.locale, got, c.want)
		}
	}
}

// The identifiers are those that Chromium itself gave: to its viewer of documents, and to a folder loaded as an extension.
func TestID(t *testing.T) {
	const viewer = "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDN6hM0rsDYGbzQPQfOygqlRtQgKUXMfnSjhIBL7LnReAVBEd7ZmKtyN2qmSasMl4HZpMhVe2rPWVVwBDl6iyNE/Kok6E6v6V3vCLGsOpQAuuNVye/3QxzIldzG/jQAdWZiyXReRVapOhZtLjGfywCvlWq7Sl/e3sbc0vWybSDI2QIDAQAB"
	if got := KeyID(viewer[:64] + "\n " + viewer[64:]); got != "mhjfbmdgcfjbbpaeojofohoefgiehjai" || !IsID(got) {
		t.Errorf("key: %q", got)
	}
	if KeyID("") != "" || KeyID("!") != "" || IsID("mhjfbmdgcfjbbpaeojofohoefgiehjaz") || IsID("") {
		t.Error("what is no key has an identifier")
	}
	if got := PathID("/opt/example/extension", false); got != "fajebgklkfmjamlmmhmjecaagjdkfcbl" {
		t.Errorf("folder: %q", got)
	}
	if PathID(`c:\x`, true) != PathID(`C:\x`, true) || PathID(`C:\x`, true) == PathID(`C:\x`, false) {
		t.Error("paths of Windows")
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(mixed))
	f.Add([]byte(`{"app":{"launch":{"web_url":"https://x"}},"name":"__MSG___","permissions":[[]]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := Parse(data)
		if err != nil {
			return
		}
		if len(m.API)+len(m.Hosts) > len(data) || m.Type == "" {
			t.Errorf("%+v", m)
		}
		Localise(m.Name, m.DefaultLocale, func(string) ([]byte, error) { return data, nil })
		if id := KeyID(m.Key); id != "" && !IsID(id) {
			t.Errorf("identifier %q", id)
		}
	})
}
