package paths

import "testing"

// Whose a container is: what the system wrote decides, and what contradicts itself decides nothing.
func TestOwner(t *testing.T) {
	const a, b = "org.example.a", "org.example.b"
	for name, tt := range map[string]struct {
		marks []mark
		want  string
	}{
		"a picture":                       {[]mark{{markSnapshot, a, 1}}, a},
		"windows":                         {[]mark{{markState, a, 1}}, a},
		"a picture before windows":        {[]mark{{markState, b, 1}, {markSnapshot, a, 2}}, a},
		"pictures of two, windows of one": {[]mark{{markSnapshot, a, 1}, {markSnapshot, b, 2}, {markState, b, 3}}, b},
		"pictures of two":                 {[]mark{{markSnapshot, a, 1}, {markSnapshot, b, 2}, {markPrefs, a, 3}, {markHTTP, a, 4}}, ""},
		"windows of two":                  {[]mark{{markState, a, 1}, {markState, b, 2}}, ""},
		"two kinds of its own":            {[]mark{{markPrefs, a, 1}, {markPrefs, b, 2}, {markHTTP, a, 3}}, a},
		"two kinds of two":                {[]mark{{markPrefs, a, 1}, {markPrefs, b, 2}, {markHTTP, a, 3}, {markHTTP, b, 4}}, ""},
		"one kind":                        {[]mark{{markPrefs, a, 1}}, ""},
		"a group":                         {[]mark{{markPrefs, "group." + a, 1}, {markHTTP, "group." + a, 2}}, ""},
		"nothing":                         {nil, ""},
	} {
		c := &container{marks: tt.marks}
		if got, ok := c.owner(); got.id != tt.want || ok != (tt.want != "") {
			t.Errorf("%s: %q, want %q", name, got.id, tt.want)
		}
	}
}
