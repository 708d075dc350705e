package jamf

import (
	"cmp"
	"encoding/json"

	"quaestor/scanners/internal/checkin"
)

// stamp is the time of a report as it is written, [checkin.Never] where there is a place for it and nothing in it.
type stamp string

// UnmarshalJSON implements [json.Unmarshaler].
func (s *stamp) UnmarshalJSON(data []byte) error {
	var l loose
	err := json.Unmarshal(data, &l)
	*s = stamp(cmp.Or(l, checkin.Never))
	return err
}

// UnmarshalText implements [encoding.TextUnmarshaler], for XML.
func (s *stamp) UnmarshalText(text []byte) error {
	*s = stamp(cmp.Or(string(text), checkin.Never))
	return nil
}

// firstOf is the first time that was, else that there was none, else that none is told.
func firstOf(list ...stamp) string {
	out := ""
	for _, s := range list {
		if s != "" && !checkin.IsNever(string(s)) {
			return string(s)
		}
		out = cmp.Or(out, string(s))
	}
	return out
}
