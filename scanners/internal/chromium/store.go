package chromium

import (
	"net/url"
	"strings"
)

// stores tells by the host that updates come from which store an extension is of.
var stores = []struct{ host, store string }{
	{"clients2.google.com", "chrome"}, {"edge.microsoft.com", "edge"}, {".opera.com", "opera"}, {".operacdn.com", "opera"},
	{"store.whale.naver.com", "whale"}, {".browser.360.cn", "360"}, {".yandex.ru", "yandex"}, {".yandex.net", "yandex"},
}

// storeOf names the store of an address for updates, "" when it is of none.
func storeOf(updateURL string) string {
	u, err := url.Parse(updateURL)
	if err != nil {
		return ""
	}
	host := strings.ToLower(u.Hostname())
	for _, s := range stores {
		if host == s.host || strings.HasPrefix(s.host, ".") && strings.HasSuffix(host, s.host) {
			return s.store
		}
	}
	return ""
}

// storeSource tells the program's own store from another one. Most browsers have none and use Chrome's as theirs.
func storeSource(program, updateURL string) string {
	own := "chrome"
	for _, s := range stores[1:] {
		if strings.HasPrefix(program, s.store) {
			own = s.store
		}
	}
	if of := storeOf(updateURL); of != "" && of != own {
		return "other-store"
	}
	return "store"
}
