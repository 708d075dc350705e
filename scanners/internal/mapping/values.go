package mapping

import (
	"strconv"
	"strings"

	"quaestor/scanners/internal/tally"
)

// maxMemo is how many different values of a field are remembered.
const maxMemo = 4096

// resolver says what values mean, and remembers it. What it cannot say it counts.
type resolver struct {
	m       *Map
	memo    []map[string]meant // by field
	unknown []tally.Tally      // by field
}

type meant struct {
	value string
	ok    bool
}

func newResolver(m *Map) *resolver {
	r := &resolver{m: m, memo: make([]map[string]meant, len(m.fields)), unknown: make([]tally.Tally, len(m.fields))}
	for i := range r.memo {
		r.memo[i] = map[string]meant{}
	}
	return r
}

// value is what a text in a field of the map means.
func (r *resolver) value(field int, text []byte, sample func(string) string) string {
	f := &r.m.fields[field]
	if f.plain() {
		return string(text)
	}
	got, ok := r.memo[field][string(text)]
	if !ok {
		if len(r.memo[field]) >= maxMemo {
			clear(r.memo[field])
		}
		got.value, got.ok = f.mean(string(text))
		r.memo[field][string(text)] = got
	}
	if !got.ok {
		r.unknown[field].Add(sample(f.name + " " + strconv.Quote(tally.Short(string(text)))))
	}
	return got.value
}

// plain reports whether a text means itself.
func (f *field) plain() bool {
	return f.table == nil && f.layouts == nil && f.slot != sKind && allowed(f.slot) == nil
}

// mean is what a text means; ok is false where nothing says.
func (f *field) mean(text string) (value string, ok bool) {
	text = strings.TrimSpace(text)
	small := strings.ToLower(text)
	for i := range f.table {
		if f.table[i].fits(small) {
			return f.table[i].value, true
		}
	}
	switch {
	case text == "":
		return "", true
	case f.is != nil:
		return strconv.FormatBool(contains(f.is, small)), true
	case f.layouts != nil:
		return moment(text, f.layouts, f.zone)
	case f.slot == sPlatform:
		return platformOf(small)
	case truth(f.slot):
		return truthOf(small)
	case f.slot == sKind || allowed(f.slot) != nil:
		return small, f.knows(small)
	}
	return text, true
}

func contains(list []string, text string) bool {
	for _, s := range list {
		if s == text {
			return true
		}
	}
	return false
}

func truthOf(small string) (string, bool) {
	switch small {
	case "true", "yes", "1":
		return "true", true
	case "false", "no", "0":
		return "false", true
	}
	return "", false
}

// platforms are how systems are called that need no table.
var platforms = []struct{ begins, is string }{
	{"windows", "windows"}, {"microsoft windows", "windows"}, {"win", "windows"}, {"ios", "ios"}, {"ipados", "ios"}, {"iphone", "ios"}, {"ipad", "ios"},
	{"macos", "macos"}, {"mac os", "macos"}, {"os x", "macos"}, {"darwin", "macos"}, {"apple macos", "macos"}, {"android", "android"}, {"linux", "linux"}, {"ubuntu", "linux"},
	{"debian", "linux"}, {"red hat", "linux"}, {"rhel", "linux"}, {"fedora", "linux"}, {"centos", "linux"}, {"suse", "linux"}, {"opensuse", "linux"},
}

func platformOf(small string) (string, bool) {
	for _, p := range platforms {
		if strings.HasPrefix(small, p.begins) {
			return p.is, true
		}
	}
	return "", false
}
