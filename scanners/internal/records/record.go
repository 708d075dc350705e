// Package records reads the tables that administrators export, whatever form they have: CSV with any delimiter, as Export-Csv, wmic
// and spreadsheets write it; JSON as ConvertTo-Json writes it, one object or many; lists of "Name : value" or "Name=value"; and
// tables of fixed width.
//
// A record is told by its columns; what they mean is for the caller to say. Names of columns are compared without regard to case.
//
// What the package cannot see: columns that were left out when the table was made, and values that a console cut off.
package records

import (
	"encoding/json"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Limits on what is read. A real export has some dozen columns and some thousand rows.
const (
	MaxColumns = 2_000
	MaxValue   = 4 << 20 // bytes of one object in JSON, or of one quoted value
)

// Record is one row or object.
type Record struct {
	Line   int    // 1-based, 0 where the form has no lines
	Group  string // key of the list that an object in JSON stands in, "" for none
	Class  string // type that the table says it is of, such as "root/SecurityCenter2/AntiVirusProduct"
	values map[string]any
	row    []string // of a table, as it stands
}

// New makes a record of columns and values, which are text or what encoding/json makes of JSON with numbers kept as they are.
func New(line int) Record { return Record{Line: line, values: map[string]any{}} }

func key(column string) string { return strings.ToLower(strings.TrimSpace(column)) }

// Set sets a value. The first of two columns with one name counts.
func (r Record) Set(column string, value any) {
	k := key(column)
	if _, taken := r.values[k]; !taken && k != "" && len(r.values) < MaxColumns {
		r.values[k] = value
	}
}

// Has reports whether there are columns of all these names.
func (r Record) Has(columns ...string) bool {
	for _, c := range columns {
		if _, ok := r.values[key(c)]; !ok {
			return false
		}
	}
	return true
}

// HasAny reports whether there is a column of one of these names.
func (r Record) HasAny(columns ...string) bool {
	for _, c := range columns {
		if r.Has(c) {
			return true
		}
	}
	return false
}

// Only reports whether all columns are among these names.
func (r Record) Only(columns ...string) bool {
	known := 0
	for _, c := range columns {
		if r.Has(c) {
			known++
		}
	}
	return known == len(r.values)
}

// Len is how many columns there are.
func (r Record) Len() int { return len(r.values) }

// Value is what stands under a name, as it was written.
func (r Record) Value(column string) any { return r.values[key(column)] }

// Text is the first of the columns that is not empty.
func (r Record) Text(columns ...string) string {
	for _, c := range columns {
		if s := text(r.Value(c)); s != "" {
			return s
		}
	}
	return ""
}

// text writes a value as text. PowerShell wraps values that bear a note into an object.
func text(v any) string {
	switch v := v.(type) {
	case string:
		return strings.TrimSpace(v)
	case json.Number:
		return v.String()
	case bool:
		if v {
			return "True"
		}
		return "False"
	case map[string]any:
		for _, name := range []string{"value", "Value"} {
			if inner, ok := v[name]; ok && object(inner) == nil {
				return text(inner)
			}
		}
	}
	return ""
}

// Number is a whole number, which may be written as text, in decimals or after 0x.
func (r Record) Number(column string) (int64, bool) {
	return Number(r.Text(column))
}

// Number reads a whole number in decimals, perhaps with an exponent, or after 0x.
func Number(s string) (int64, bool) {
	if n, err := strconv.ParseInt(s, 0, 64); err == nil && !strings.Contains(s, "_") {
		return n, true
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || f != math.Trunc(f) || math.Abs(f) > 1<<53 || strings.ContainsAny(s, "_xX") {
		return 0, false
	}
	return int64(f), true
}

// Bool is a truth value and whether there is one. Windows writes the words of its language.
func (r Record) Bool(column string) (value, ok bool) {
	switch strings.ToLower(r.Text(column)) {
	case "true", "1", "yes", "y", "wahr", "ja", "vrai", "oui", "waar", "vero", "verdadero":
		return true, true
	case "false", "0", "no", "n", "falsch", "nein", "faux", "non", "onwaar", "nee", "falso":
		return false, true
	}
	return false, false
}

// Object is the object under a name; nil when it is none.
func (r Record) Object(column string) map[string]any { return object(r.Value(column)) }

func object(v any) map[string]any {
	o, _ := v.(map[string]any)
	return o
}

// maxDepth is how deep PowerShell's wrappers around a list may lie in each other.
const maxDepth = 4

// List is what stands under a name as a list; one value is a list of one.
func (r Record) List(column string) []any { return list(r.Value(column), 0) }

func list(v any, depth int) []any {
	switch v := v.(type) {
	case nil:
		return nil
	case []any:
		return v
	case map[string]any: // {"value": [...], "Count": 2}
		if inner, ok := v["value"]; ok && depth < maxDepth {
			if _, counted := v["Count"]; counted {
				return list(inner, depth+1)
			}
		}
	}
	return []any{v}
}

// From makes a record of an object inside another one.
func From(v any) (Record, bool) {
	o := object(v)
	if o == nil {
		return Record{}, false
	}
	r := New(0)
	for _, name := range slices.Sorted(maps.Keys(o)) { // names that differ in case alone have an order
		r.Set(name, o[name])
	}
	return r, true
}

// layouts are those in which tools write points in time, as far as they are the same in every language. Those without a zone are
// of the computer's own time.
var layouts = []struct {
	form string
	zone bool
}{
	{time.RFC3339Nano, true}, {"2006-01-02T15:04:05.9999999", false}, {"2006-01-02 15:04:05", false}, {"2006-01-02", false}, {"20060102", false},
	{"20060102150405", false}, {time.RFC1123, true}, {"Mon Jan 2 15:04:05 2006 MST", true},
}

// Time is a point in time, and whether it was written with a zone. Dates in the form of a language, such as 03/04/2024, are not
// read: nothing tells which is the month.
func (r Record) Time(column string) (at *time.Time, zoned bool) { return Time(r.Text(column)) }

// Time reads a point in time: /Date(…)/ of PowerShell 5, ISO 8601, the DMTF form of WMI, or a day.
func Time(s string) (at *time.Time, zoned bool) {
	if inner, ok := strings.CutPrefix(s, "/Date("); ok {
		inner, _, _ = strings.Cut(strings.TrimSuffix(inner, ")/"), "+")
		return Milliseconds(inner), true
	}
	if t := dmtf(s); t != nil {
		return t, true
	}
	for _, l := range layouts {
		if t, err := time.Parse(l.form, s); err == nil && plausible(t) {
			t = t.UTC()
			return &t, l.zone
		}
	}
	return nil, false
}

func plausible(t time.Time) bool { return t.Year() >= 1980 && t.Year() < 2200 }

// Milliseconds reads milliseconds since 1970.
func Milliseconds(s string) *time.Time {
	ms, err := strconv.ParseInt(s, 10, 64)
	if t := time.UnixMilli(ms).UTC(); err == nil && plausible(t) {
		return &t
	}
	return nil
}

// Seconds reads seconds since 1970.
func Seconds(s string) *time.Time {
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || f <= 0 || f > 1e11 {
		return nil
	}
	if t := time.Unix(int64(f), 0).UTC(); plausible(t) {
		return &t
	}
	return nil
}

// dmtf reads 20240131120000.000000+060, in which the zone is in minutes.
func dmtf(s string) *time.Time {
	if len(s) != 25 || s[14] != '.' || s[21] != '+' && s[21] != '-' {
		return nil
	}
	t, err := time.Parse("20060102150405", s[:14])
	zone, zerr := strconv.Atoi(s[21:])
	if err != nil || zerr != nil || !plausible(t) {
		return nil
	}
	t = t.Add(-time.Duration(zone) * time.Minute)
	return &t
}

// Columns are the names of the columns in small letters, sorted.
func (r Record) Columns() []string { return slices.Sorted(maps.Keys(r.values)) }

// Row are the values of a row of CSV in their order, for tables whose columns bear names in the language of the system.
func (r Record) Row() []string { return r.row }
