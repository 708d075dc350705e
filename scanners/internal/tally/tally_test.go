package tally

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestTally(t *testing.T) {
	var got Tally
	for i := range 20 {
		got.Add(fmt.Sprint("line ", i/2))
	}
	if got.Count != 20 || !slices.Equal(got.Samples, []string{"line 0", "line 1", "line 2", "line 3", "line 4"}) {
		t.Errorf("got %+v", got)
	}
}

func TestByKey(t *testing.T) {
	var got ByKey
	for i := range 3 * maxKeys {
		got.Add(fmt.Sprint("key", i), "sample")
	}
	got.Add("key7", "seventh, again")
	if got.Count != 3*maxKeys+1 || got.Keys() != maxKeys || len(got.Samples()) != maxSamples {
		t.Errorf("count %d, %d keys, samples %q", got.Count, got.Keys(), got.Samples())
	}
	if got.samples["key7"] != "sample" || got.keys["key7"] != 2 {
		t.Errorf("key7: %d, %q", got.keys["key7"], got.samples["key7"])
	}
}

func TestShortCutsBetweenCharacters(t *testing.T) {
	if got := Short(strings.Repeat("é", maxSample)); got != strings.Repeat("é", maxSample/2)+"…" {
		t.Errorf("got %q", got)
	}
}
