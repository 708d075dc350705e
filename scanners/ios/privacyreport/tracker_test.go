package privacyreport

import (
	"strings"
	"testing"
)

// TestTracker: a host that iOS marks as one that may profile people is so marked, and no other.
func TestTracker(t *testing.T) {
	for line, want := range map[string]bool{inPage: true, byApp: false, strings.Replace(byApp, `"domainType":2,`, "", 1): false, strings.Replace(byApp, `"domainType":2`, `"domainType":"1"`, 1): true, strings.Replace(byApp, `"domainType":2`, `"domainType":"no"`, 1): false} {
		rec, _, err := parse([]byte(line))
		if err != nil || rec.tracker != want {
			t.Errorf("%s: %v %v", line, rec.tracker, err)
		}
	}
}
