package endpoints

import (
	"strings"
	"sync"
	"unicode/utf8"

	"golang.org/x/net/idna"
	"golang.org/x/net/publicsuffix"
)

const (
	maxHost  = 253
	maxLabel = 63
)

// host is a DNS name and the part of it that was registered.
type host struct{ name, domain string }

// name reads a DNS name: lower case, non-ASCII labels in punycode, at least two labels, under a top-level domain that
// exists, and not a public suffix itself.
func name(b []byte) (host, bool) {
	s := strings.TrimSuffix(string(b), ".")
	if len(s) < 4 || len(s) > 4*maxHost || strings.IndexByte(s, '.') <= 0 {
		return host{}, false
	}
	s = strings.ToLower(s)
	if !ascii(s) || strings.Contains(s, "xn--") {
		if !utf8.ValidString(s) {
			return host{}, false
		}
		a, err := idna.Lookup.ToASCII(s)
		if err != nil {
			return host{}, false
		}
		s = a
	}
	if len(s) > maxHost || !labels(s) || !exists(s[lastLabel(s):]) {
		return host{}, false
	}
	h := host{s, registered(s)}
	return h, h.domain != "" && strings.IndexByte(h.domain, '_') < 0
}

// suffix reports whether a host is itself one below which others have names. Such a host stands alone in the lists of
// suffixes that libraries bring rather than as an address.
func (h host) suffix() bool {
	suffix, _ := publicsuffix.PublicSuffix(h.name)
	return suffix == h.name
}

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// labels reports whether all labels of a name are well formed. The underscore is borne, as DNS does.
func labels(s string) bool {
	start := 0
	for i := 0; i <= len(s); i++ {
		if i < len(s) && s[i] != '.' {
			if class[s[i]]&inHost == 0 {
				return false
			}
			continue
		}
		if i == start || i-start > maxLabel || s[start] == '-' || s[i-1] == '-' {
			return false
		}
		start = i + 1
	}
	return true
}

// lastLabel is where the top-level domain of a name begins.
func lastLabel(s string) int { return strings.LastIndexByte(s, '.') + 1 }

// exists reports whether the public suffix list has a top-level domain.
func exists(tld string) bool {
	if len(tld) == 2 && tld[0] >= 'a' && tld[0] <= 'z' && tld[1] >= 'a' && tld[1] <= 'z' {
		return countries()[tld[0]-'a'][tld[1]-'a']
	}
	return listed(tld)
}

// countries are the top-level domains of two letters.
var countries = sync.OnceValue(func() (t [26][26]bool) {
	for a := range t {
		for b := range t[a] {
			t[a][b] = listed(string([]byte{'a' + byte(a), 'a' + byte(b)}))
		}
	}
	return t
})

func listed(tld string) bool {
	if len(tld) < 2 || tld[0] >= '0' && tld[0] <= '9' {
		return false
	}
	_, icann := publicsuffix.PublicSuffix(tld)
	if !icann { // of some, the list has only what is below
		suffix, below := publicsuffix.PublicSuffix("x." + tld)
		icann = below && suffix != tld
	}
	return icann
}

// registered is the part of a host that somebody registered: one label more than its public suffix. A host that is
// itself the suffix below which a company lets others have names ("github.io", "s3.amazonaws.com") belongs to the
// company, and what it registered is told by the suffixes of the registries alone.
func registered(host string) string {
	suffix, icann := publicsuffix.PublicSuffix(host)
	if len(suffix) == len(host) {
		if icann || !strings.Contains(suffix, ".") {
			return ""
		}
		for !icann {
			dot := strings.IndexByte(suffix, '.')
			if dot < 0 {
				return ""
			}
			suffix, icann = publicsuffix.PublicSuffix(suffix[dot+1:])
		}
	} else if !icann && !strings.Contains(suffix, ".") {
		return ""
	}
	end := len(host) - len(suffix) - 1
	if end <= 0 || host[end] != '.' {
		return ""
	}
	return host[strings.LastIndexByte(host[:end], '.')+1:]
}
