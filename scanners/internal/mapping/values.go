package mapping

import (
	"fmt"
	"strconv"
	"strings"

	"quaestor/scanners/internal/checkin"
	"quaestor/scanners/internal/tally"
	"quaestor/scanners/inventory"
)

// maxMemo is how many different values of a field are remembered, and maxShort how long they may be.
const (
	maxMemo  = 4096
	maxShort = 256
)

// maxKept is how many bytes of a value are kept: more than an inventory holds of one.
const maxKept = 2 * inventory.MaxText

// resolver says what values mean, and remembers it. What it cannot say it counts.
type resolver struct {
	m       *Map
	memo    []map[string]meant // by field
	unknown []tally.Tally      // by field
	empty   []bool             // by field: what is empty means nothing
}

type meant struct {
	value string
	ok    bool
}

func newResolver(m *Map) *resolver {
	r := &resolver{m: m, memo: make([]map[string]meant, len(m.fields)), unknown: make([]tally.Tally, len(m.fields)), empty: make([]bool, len(m.fields))}
	for i := range r.memo {
		r.memo[i] = map[string]meant{}
		v, _ := m.fields[i].mean("")
		r.empty[i] = v == ""
	}
	return r
}

// value is what a text in a field of the map means.
func (r *resolver) value(field int, text []byte, line int) string {
	if len(text) == 0 && r.empty[field] {
		return ""
	}
	f := &r.m.fields[field]
	got, ok := r.memo[field][string(text)]
	if !ok {
		kept := string(text[:min(len(text), maxKept)])
		got.value, got.ok = f.mean(kept)
		r.remember(field, kept, got)
	}
	if !got.ok {
		r.unknown[field].Add(fmt.Sprintf("line %d: %s %q", line, f.name, tally.Short(string(text))))
	}
	return got.value
}

// remember keeps what a text means, if it is short.
func (r *resolver) remember(field int, text string, m meant) {
	if len(text) > maxShort {
		return
	}
	if len(r.memo[field]) >= maxMemo {
		clear(r.memo[field])
	}
	r.memo[field][text] = m
}

// mean is what a text means; ok is false where nothing says.
func (f *field) mean(text string) (value string, ok bool) {
	text = strings.TrimSpace(text)
	if f.table == nil && f.layouts == nil && f.slot != sKind && allowed(f.slot) == nil {
		return text, true
	}
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
		at, ok := moment(text, f.layouts, f.zone)
		if f.slot != sSeen || ok {
			return at, ok
		}
		if checkin.IsNever(text) {
			return checkin.Never, true
		}
		return unreadable, false
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
