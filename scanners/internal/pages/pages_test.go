package pages

import (
	"strings"
	"testing"

	"quaestor/scanners/internal/jsonstream"
)

// answer is a page of three elements.
type answer struct{ file, member, value string }

// TestGaps: a list is whole when its last page announces no other, and as many are here as it says there are.
func TestGaps(t *testing.T) {
	for name, tt := range map[string]struct {
		answers []answer
		want    string // in the gap; empty for none
	}{
		"nothing said":                   {[]answer{{"a/1.json", "note", `"x"`}}, ""},
		"as many as it says":             {[]answer{{"a/1.json", "totalCount", "3"}}, ""},
		"fewer than it says":             {[]answer{{"a/1.json", "totalCount", "600"}}, "3 entries are here, and the export says that there are 600"},
		"another announced":              {[]answer{{"a/1.json", "nextPageToken", `"tok"`}}, "the last page announces another (nextPageToken)"},
		"nothing announced":              {[]answer{{"a/1.json", "nextPageToken", `null`}}, ""},
		"the other is here":              {[]answer{{"a/1.json", "nextPageToken", `"tok"`}, {"a/2.json", "kind", `"x"`}}, ""},
		"the other is of another folder": {[]answer{{"a/1.json", "nextPageToken", `"tok"`}, {"b/2.json", "kind", `"x"`}}, "announces another"},
		"more to come":                   {[]answer{{"a/1.json", "meta", `{"has_next_results":true}`}}, "meta.has_next_results"},
	} {
		var r Run
		for _, a := range tt.answers {
			f := r.File(a.file)
			f.Outside(jsonstream.Member{Name: a.member, Value: []byte(a.value)})
			for range 3 {
				f.Element(jsonstream.Element{Member: "devices"}, "devices")
			}
			f.Done()
		}
		gaps := r.Gaps("mdm/test")
		switch {
		case tt.want == "" && len(gaps) > 0:
			t.Errorf("%s: %+v", name, gaps)
		case tt.want != "" && (len(gaps) != 1 || !strings.Contains(gaps[0].Detail, tt.want) || !gaps[0].Kind.Incomplete()):
			t.Errorf("%s: %+v, want %q", name, gaps, tt.want)
		}
	}
}
