package apk

import (
	"fmt"
	"slices"
	"testing"
)

func TestSaid(t *testing.T) {
	for _, c := range []struct {
		constants []string
		defined   string
		want      []string
	}{
		{[]string{"okhttp/4.9.0"}, "okhttp3", []string{"pkg:maven/com.squareup.okhttp3/okhttp@4.9.0"}},
		{[]string{"okhttp/4.9.0"}, "okhttp3.internal", []string{"pkg:maven/com.squareup.okhttp3/okhttp@4.9.0"}},
		{[]string{"okhttp/2.7.5"}, "com.squareup.okhttp", []string{"pkg:maven/com.squareup.okhttp/okhttp@2.7.5"}},
		{[]string{"ExoPlayerLib/2.18.1"}, "com.google.android.exoplayer2", []string{"pkg:maven/com.google.android.exoplayer/exoplayer-core@2.18.1"}},
		{[]string{"okhttp/4.9.0"}, "com.example", nil},    // pretends to be it
		{[]string{"okhttp/4.9.0"}, "okhttp3x", nil},       // another library
		{[]string{"okhttp/2.7.5"}, "okhttp3", nil},        // never had that version
		{[]string{"okhttp/${version}"}, "okhttp3", nil},   // not a version
		{[]string{"okhttp/4.9.0 (x)"}, "okhttp3", nil},    // a sentence
		{[]string{"x okhttp/4.9.0"}, "okhttp3", nil},      // one too
		{[]string{"okhttp/4", "okhttp/"}, "okhttp3", nil}, // nothing
		{[]string{"okhttp/4.9.0", "okhttp/3.12.1"}, "okhttp3", []string{"pkg:maven/com.squareup.okhttp3/okhttp", "pkg:maven/com.squareup.okhttp3/okhttp"}},
	} {
		var s said
		for _, text := range c.constants {
			s.listen([]byte(text), "classes.dex")
		}
		var got []string
		for _, f := range s.found(map[string]bool{c.defined: true}) {
			got = append(got, f.PURL)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%q beside %s: %q, want %q", c.constants, c.defined, got, c.want)
		}
	}
}

func TestSaidInAnyOrder(t *testing.T) {
	var up, down said
	for i := range 5 * maxSaid {
		up.listen(fmt.Appendf(nil, "okhttp/3.%d", i), "a.dex")
		down.listen(fmt.Appendf(nil, "okhttp/3.%d", 5*maxSaid-1-i), "a.dex")
	}
	a, b := up.found(map[string]bool{"okhttp3": true}), down.found(map[string]bool{"okhttp3": true})
	if !slices.Equal(a, b) || len(a) != maxSaid {
		t.Errorf("%d and %d", len(a), len(b))
	}
}
