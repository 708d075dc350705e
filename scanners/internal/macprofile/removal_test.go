package macprofile

import "testing"

// TestRemoval: whether a profile may be taken away is told as a truth value, a number or a word.
func TestRemoval(t *testing.T) {
	for _, c := range []struct {
		value any
		fixed bool
	}{{true, true}, {false, false}, {int64(1), true}, {int64(0), false}, {"TRUE", true}, {"true", true}, {"FALSE", false}, {"", false}, {nil, false}} {
		entry := dict{"ProfileIdentifier": "org.a", "ProfileItems": []any{}}
		if c.value != nil {
			entry["ProfileRemovalDisallowed"] = c.value
		}
		list, _ := Parse(dict{"_computerlevel": []any{entry}})
		if len(list) != 1 || list[0].Profile.Fixed != c.fixed {
			t.Errorf("%v: %+v", c.value, list)
		}
	}
}
